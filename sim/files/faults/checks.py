"""Checks faults against the truth: each must find something that its type can make wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.core.messages.items import Sensitivity
from sim.core.model.time import format_offset
from sim.core.picture.observation import Fact
from sim.core.world.faults import Fault, FaultType, Hop
from sim.core.world.truth import TruthChange, truth_at
from sim.files.problems import Where, show


def check_bases(faults: Iterable[tuple[Fault, Where]], truth: Sequence[TruthChange]) -> None:
    """Report faults about subjects of which nothing is so yet, or nothing that could be wrong in that way."""
    for fault, where in faults:
        for key, at_ms in _moments(fault).items():
            if truth_at(truth, fault.subject, at_ms) is None:
                found = f"{format_offset(at_ms)}, when nothing is so of it yet"
                where.at(key).error(f"a moment at which something is so of {show(fault.subject)}", found)
        facts = [change.fact for change in truth if change.fact.subject == fault.subject]
        if facts:
            _check_type(fault, facts, where)
        elif not _moments(fault):
            where.at("subject").error("a subject of which something becomes so", f"{show(fault.subject)}")


def _moments(fault: Fault) -> dict[str, int]:
    """Return the moments at which something must be so, by key; what passes later is looked at when it does."""
    is_passing = fault.hop in (Hop.TRANSCRIPTION, Hop.MODERATION, Hop.RELAY)
    is_held_up = fault.type in (FaultType.WITHHELD, FaultType.LATE)
    moments: dict[str, int] = {}
    if fault.at_ms is not None and not is_passing and not is_held_up:
        moments["at"] = fault.at_ms
    if fault.type is FaultType.STALE:
        moments["as_of"] = fault.as_of_ms
    return moments


def _check_type(fault: Fault, facts: Sequence[Fact], where: Where) -> None:
    values = [value for fact in facts for value in fact.values]
    if fault.type is FaultType.WRONG_UNIT and not any(value.unit for value in values):
        where.at("unit").error("a subject with a figure that has a unit", show(fault.subject))
    if fault.type is FaultType.WRONG_DATUM and not any(value.datum for value in values):
        where.at("datum").error("a subject with a figure that has a datum", show(fault.subject))
    if fault.how == "swapped" and all(fact.geometry is None for fact in facts):
        where.at("how").error("a subject with a place", show(fault.subject))
    if fault.type is FaultType.WRONG_AUDIENCE and all(_is_general(fact) for fact in facts):
        where.at("subject").error("a subject that not everybody may have", show(fault.subject))


def _is_general(fact: Fact) -> bool:
    return fact.sensitivity is Sensitivity.GENERAL
