"""What is true, and what a party perceives of it: the same shape, so that the two can be compared."""

from __future__ import annotations

import msgspec

from sim.core.messages.items import Geometry, Kind, Sensitivity, Value
from sim.core.model.ids import InjectId, SubjectId, ThemeId
from sim.core.model.text import Text

THREATENING = (Kind.FORECAST, Kind.EFFECT)
"""What can be a threat to other systems: what is expected, and what has come of something. A measurement is none."""


class Fact(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One thing that is so, at one moment.

    Attributes:
        subject: What it is about.
        system: Field it belongs to; competence is judged by it.
        theme: Heading under which it would stand in a picture.
        kind: What sort of statement it is.
        title: One line.
        text: More, where there is more.
        values: Its figures.
        geometry: Where, GeoJSON in WGS 84 lon/lat; None where it has no place.
        sensitivity: Who may have it.
        effect_of: Subject of the threat of which it is an effect: who looks after the system sees it once it works
            out what that threat means (Beleidskader par. 1.3), and not before. Empty for what can simply be seen.
        layer: Sensitive map layer that it belongs to (Beleidskader par. 2.3.1), e.g. ``hydrants``. It stands on
            that layer of the region, and in no picture. Empty for all else.
    """

    subject: SubjectId
    system: str
    theme: ThemeId
    kind: Kind
    title: Text
    text: Text = Text("", "")
    values: tuple[Value, ...] = ()
    geometry: Geometry | None = None
    sensitivity: Sensitivity = Sensitivity.GENERAL
    effect_of: SubjectId = ""
    layer: str = ""


class Observation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a party perceives.

    Attributes:
        fact: What it takes to be so.
        observed_at_ms: Since when it takes it to be so (ms of exercise time).
        causes: Truth changes behind it.
        causation: Faults behind it: what it perceives is then not what is so.
    """

    fact: Fact
    observed_at_ms: int
    causes: tuple[str, ...] = ()
    causation: tuple[InjectId, ...] = ()


def dated_by(seen: Observation, ahead_ms: int, outage: InjectId) -> Observation:
    """Return what is perceived as a clock that is ``ahead_ms`` ahead dates it; it names what made the clock wrong."""
    return msgspec.structs.replace(
        seen, observed_at_ms=seen.observed_at_ms + ahead_ms, causation=(*seen.causation, outage)
    )


def dated_anew(seen: Observation, ahead_ms: int, outage: InjectId) -> Observation:
    """Return what :func:`dated_by` was given: nothing is wrong about it any more."""
    causation = tuple(one for one in seen.causation if one != outage)
    return msgspec.structs.replace(seen, observed_at_ms=seen.observed_at_ms - ahead_ms, causation=causation)
