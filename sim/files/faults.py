"""Reads ``[[faults]]``: what a party perceives that is not so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sim.core.model.time import format_offset
from sim.core.world.faults import Fault, FaultType
from sim.core.world.truth import TruthChange, truth_at
from sim.files.known import Known
from sim.files.problems import Where, show
from sim.files.shapes import FaultEntry
from sim.files.tables import read_entries

_NEEDS: Final[Mapping[FaultType, str]] = {
    FaultType.WRONG_VALUE: "values",
    FaultType.WRONG_PLACE: "place",
    FaultType.STALE: "as_of",
    FaultType.INCOMPLETE: "omit",
    FaultType.CONTRADICTORY: "values",
}
"""The key that makes a fault of each type what it is."""


def read_faults(table: dict[str, Any], file: Where, known: Known) -> list[tuple[Fault, Where]]:
    """Return the faults in order of time, with their places, after reporting every problem with them."""
    faults = [
        (_read_fault(entry, where, known), where)
        for entry, where in read_entries(FaultEntry, table, "faults", file)
    ]
    return sorted(faults, key=lambda fault: fault[0].at_ms or 0)


def check_bases(faults: Iterable[tuple[Fault, Where]], truth: Sequence[TruthChange]) -> None:
    """Report faults about subjects of which nothing is so yet: nothing could be wrong about them."""
    for fault, where in faults:
        moments = {
            "at": fault.at_ms or 0,
            **({"as_of": fault.as_of_ms} if fault.type is FaultType.STALE else {}),
        }
        for key, at_ms in moments.items():
            if truth_at(truth, fault.subject, at_ms) is None:
                found = f"{format_offset(at_ms)}, when nothing is so of it yet"
                where.at(key).error(f"a moment at which something is so of {show(fault.subject)}", found)


def _read_fault(entry: FaultEntry, where: Where, known: Known) -> Fault:
    known.party(entry.party, where.at("party"))
    known.subject(entry.subject, where.at("subject"))
    known.source(entry.source, where.at("source"))
    _check_keys(entry, where)
    # Moments with an error become 0: the error keeps the scenario from being used.
    at_ms = known.calendar.moment(entry.at, where.at("at")) or 0
    as_of_ms = _read_as_of(entry, at_ms, where.at("as_of"), known)
    return Fault(
        id=entry.id,
        at_ms=at_ms,
        type=entry.type,
        party=entry.party,
        subject=entry.subject,
        title=entry.title,
        recognise=entry.recognise,
        values=entry.values,
        geometry=known.geometry(entry.place, entry.area, where),
        text=entry.text,
        as_of_ms=as_of_ms,
        omit=entry.omit,
        source=entry.source,
    )


def _check_keys(entry: FaultEntry, where: Where) -> None:
    """Report the key that the type of fault needs and that is not there, and keys that do nothing for it."""
    given = {
        "values": bool(entry.values),
        "place": entry.place is not None or entry.area is not None,
        "as_of": entry.as_of is not None,
        "omit": bool(entry.omit),
    }
    needed = _NEEDS[entry.type]
    if not given[needed]:
        also = " or area" if needed == "place" else ""
        where.at(needed).error(f"{needed}{also}, because the fault is {entry.type.value}", "nothing")
    for key, is_given in given.items():
        if is_given and key != needed:
            where.at(key).warning(f"only keys that a fault of type {entry.type.value} uses", key)


def _read_as_of(entry: FaultEntry, at_ms: int, where: Where, known: Known) -> int:
    if entry.as_of is None:
        return 0
    as_of_ms = known.calendar.moment(entry.as_of, where)
    if as_of_ms is not None and as_of_ms > at_ms:
        where.error("a moment before the fault", "a later one")
    return as_of_ms or 0
