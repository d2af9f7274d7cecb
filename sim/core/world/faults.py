"""Faults: injects that make information wrong, each with its known answer.

A fault enters where a party observes: the party perceives something that is not so, in good faith, and what
it says from then on carries the fault's id, through every message that is made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, Literal

import msgspec

from sim.core.messages.items import Geometry, Value
from sim.core.model.ids import InjectId, PartyId, SubjectId
from sim.core.model.text import Text
from sim.core.picture.observation import Fact, Observation
from sim.core.world.truth import TruthChange, truth_at


class FaultType(StrEnum):
    """What is wrong (Beleidskader par. 2.3.1; Modeluitwerking topic 12: faulty or incomplete information)."""

    WRONG_VALUE = "wrong-value"
    WRONG_PLACE = "wrong-place"
    STALE = "stale"
    INCOMPLETE = "incomplete"
    CONTRADICTORY = "contradictory"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One wrong observation.

    Attributes:
        id: Unique among injects and faults of the scenario.
        at_ms: When the party perceives it (ms of exercise time).
        type: What is wrong.
        party: Who perceives it.
        subject: What it is about.
        title: What exercise staff read.
        recognise: How it can be recognised.
        values: Wrong figures, for a wrong value or a contradiction.
        geometry: Wrong place, for a wrong place.
        text: Wrong words, where the words are wrong too.
        as_of_ms: For stale: the truth of this moment is told as if it were new.
        omit: For incomplete: what is left out.
        source: Letter of a sourced fact, or ``exercise``.
    """

    id: InjectId
    at_ms: int
    type: FaultType
    party: PartyId
    subject: SubjectId
    title: Text
    recognise: Text
    values: tuple[Value, ...] = ()
    geometry: Geometry | None = None
    text: Text | None = None
    as_of_ms: int = 0
    omit: tuple[Literal["geometry", "values"], ...] = ()
    source: str = "exercise"


def _replace_values(fault: Fault, fact: Fact) -> Fact:
    wrong = {value.name: value for value in fault.values}
    values = tuple(wrong.pop(value.name, value) for value in fact.values)
    return msgspec.structs.replace(fact, values=(*values, *wrong.values()))


def _replace_place(fault: Fault, fact: Fact) -> Fact:
    return msgspec.structs.replace(fact, geometry=fault.geometry)


def _omit(fault: Fault, fact: Fact) -> Fact:
    values = () if "values" in fault.omit else fact.values
    geometry = None if "geometry" in fault.omit else fact.geometry
    return msgspec.structs.replace(fact, values=values, geometry=geometry)


_ALTER: Final[Mapping[FaultType, Callable[[Fault, Fact], Fact]]] = {
    FaultType.WRONG_VALUE: _replace_values,
    FaultType.WRONG_PLACE: _replace_place,
    FaultType.STALE: lambda _fault, fact: fact,
    FaultType.INCOMPLETE: _omit,
    FaultType.CONTRADICTORY: _replace_values,
}


def told(fault: Fault, timeline: Sequence[TruthChange]) -> Observation | None:
    """Return what the party perceives because of the fault; None when nothing is so of the subject yet."""
    moment = fault.as_of_ms if fault.type is FaultType.STALE else fault.at_ms
    basis = truth_at(timeline, fault.subject, moment)
    if basis is None:
        return None
    fact = _ALTER[fault.type](fault, basis.fact)
    if fault.text is not None:
        fact = msgspec.structs.replace(fact, text=fault.text)
    return Observation(fact=fact, observed_at_ms=fault.at_ms, causes=(basis.id,), causation=(fault.id,))
