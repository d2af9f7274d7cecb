"""Preconditions (randvoorwaarden) of a profile, and which of them an agreement does not meet.

They are those of Beleidskader Tabel 3 (standby) and Tabel 4 (link, structural, core), as data
(``profiles/preconditions.toml``). Whether what was agreed is good enough is for the assessor (par. 4.1, inrichting).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias

import msgspec

from sim.core.model.agreement import Agreement, TopicId
from sim.core.model.agreement_topics import is_agreed
from sim.core.model.text import Text

Dimension: TypeAlias = Literal["organisation", "process", "people", "technology"]
"""Organisatie, proces, mens, techniek: the rows of Tabel 3 and 4."""

_DEFAULTS: Final[dict[str, Any]] = {field.name: field.default for field in msgspec.structs.fields(Agreement)}


class Precondition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be arranged before a partner and regions can work together under a profile.

    Attributes:
        id: Its name.
        profiles: Profiles that it is asked of.
        dimension: Row of the table.
        text: What people read.
        source: Where it stands.
        topics: Topics that must all be agreed on.
        terms: Fields of :class:`Agreement` of which beside these at least one must be agreed; none asks for none.
    """

    id: str
    profiles: tuple[str, ...]
    dimension: Dimension
    text: Text
    source: str
    topics: tuple[TopicId, ...]
    terms: tuple[str, ...] = ()


class Unmet(msgspec.Struct, frozen=True):
    """A precondition that an agreement does not show to be met.

    Attributes:
        precondition: Which one.
        topics: Topics that it rests on and that are empty.
        terms: Fields of which one at least should have been agreed; empty where one is.
    """

    precondition: Precondition
    topics: tuple[TopicId, ...]
    terms: tuple[str, ...]


def unmet(agreement: Agreement, preconditions: Iterable[Precondition], profile: str) -> tuple[Unmet, ...]:
    """Return the preconditions of a profile that an agreement does not meet, in order.

    The profile may be another than the agreement's own: "not under this profile, but" (Beleidskader par. 4.1)
    asks under which profile it would meet them.
    """
    asked = (each for each in preconditions if profile in each.profiles)
    found = (_lacking(agreement, each) for each in asked)
    return tuple(each for each in found if each.topics or each.terms)


def _lacking(agreement: Agreement, precondition: Precondition) -> Unmet:
    topics = tuple(topic for topic in precondition.topics if not is_agreed(agreement, topic))
    agreed = any(getattr(agreement, term) != _DEFAULTS[term] for term in precondition.terms)
    return Unmet(precondition, topics, () if agreed else precondition.terms)
