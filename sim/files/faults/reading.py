"""Reads ``[[faults]]``: what is made wrong, where on its way, and when (decision 0021)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sim.core.world.faults import TYPES_AT, Fault, FaultType, Hop, hops_of
from sim.files.calendar import read_duration, read_shift
from sim.files.cast import Cast
from sim.files.faults.moments import Scripted, read_moment
from sim.files.faults.shapes import FaultEntry
from sim.files.known import Known
from sim.files.problems import Where, show
from sim.files.tables import read_entries

NEEDS: Final[Mapping[FaultType, tuple[str, ...]]] = {
    FaultType.WRONG_VALUE: ("values",),
    FaultType.WRONG_UNIT: ("unit",),
    FaultType.WRONG_DATUM: ("datum",),
    FaultType.WRONG_PLACE: ("place",),
    FaultType.WRONG_TIME: ("shift",),
    FaultType.STALE: ("as_of",),
    FaultType.INCOMPLETE: ("omit",),
    FaultType.CONTRADICTORY: ("values",),
    FaultType.UNCLEAR: ("text",),
    FaultType.DUPLICATE: (),
    FaultType.ECHO: ("echo_of",),
    FaultType.MISATTRIBUTED: ("attributed_to",),
    FaultType.RUMOUR_AS_OBSERVED: ("text",),
    FaultType.UNVERIFIED_AS_VERIFIED: (),
    FaultType.WRONG_AUDIENCE: (),
    FaultType.WITHHELD: (),
    FaultType.LATE: ("delay",),
    FaultType.GARBLED: (),
    FaultType.OTHER_ACTIVITY: ("activity",),
}
"""The keys that make a fault of each type what it is; ``place`` stands for a place or an area."""

MAY_HAVE: Final[Mapping[FaultType, tuple[str, ...]]] = {
    FaultType.WRONG_PLACE: ("how",),
    FaultType.RUMOUR_AS_OBSERVED: ("values",),
    FaultType.GARBLED: ("how",),
}
"""Keys that a type may have beside those that it needs; any may have ``text``."""

HOWS: Final[Mapping[FaultType, tuple[str, ...]]] = {
    FaultType.WRONG_PLACE: ("place", "swapped", "namesake"),
    FaultType.GARBLED: ("truncated", "encoding", "type"),
}
"""The ways that a type knows, the usual one first."""

_TAKES_IN: Final[Mapping[Hop, str]] = {Hop.MODERATION: "moderating", Hop.RELAY: "national"}
"""The behaviour of the party at whose hands a fault enters at a hop."""


def read_faults(
    table: dict[str, Any], file: Where, known: Known, cast: Cast, scripted: Scripted
) -> list[tuple[Fault, Where]]:
    """Return the faults in order of set time, with their places, after reporting every problem with them.

    Those without a set time come last, in the order of the file.
    """
    faults = [
        (_read_fault(entry, where, known, scripted), where)
        for entry, where in read_entries(FaultEntry, table, "faults", file)
    ]
    for fault, where in faults:
        _check_hop(fault, where, cast)
    return in_order(faults)


def in_order(faults: list[tuple[Fault, Where]]) -> list[tuple[Fault, Where]]:
    """Return faults in order of set time; those without one last, in the order in which they came."""
    return sorted(faults, key=lambda one: (one[0].at_ms is None, one[0].at_ms or 0))


def _read_fault(entry: FaultEntry, where: Where, known: Known, scripted: Scripted) -> Fault:
    known.party(entry.party, where.at("party"))
    known.subject(entry.subject, where.at("subject"))
    known.source(entry.source, where.at("source"))
    _check_keys(entry, where)
    _check_others(entry, where, known)
    at_ms, after, when = read_moment(entry, where, known, scripted)
    return Fault(
        id=entry.id,
        type=entry.type,
        party=entry.party,
        subject=entry.subject,
        title=entry.title,
        recognise=entry.recognise,
        hop=entry.hop,
        blind=entry.blind,
        at_ms=at_ms,
        after=after,
        when=when,
        how=entry.how or "",
        values=entry.values,
        unit=entry.unit or "",
        datum=entry.datum or "",
        geometry=known.geometry(entry.place, entry.area, where),
        text=entry.text,
        as_of_ms=_read_as_of(entry, at_ms, where.at("as_of"), known),
        omit=entry.omit,
        shift_ms=read_shift(entry.shift, where.at("shift")),
        delay_ms=0 if entry.delay is None else read_duration(entry.delay, where.at("delay")) or 0,
        echo_of=entry.echo_of or "",
        attributed_to=entry.attributed_to or "",
        activity=entry.activity or "",
        source=entry.source,
    )


def _check_keys(entry: FaultEntry, where: Where) -> None:
    """Report keys that the type of fault needs and that are not there, and keys that do nothing for it."""
    given = {
        "values": bool(entry.values),
        "place": entry.place is not None or entry.area is not None,
        "omit": bool(entry.omit),
        **{
            name: getattr(entry, name) is not None
            for name in (
                "as_of", "unit", "datum", "shift", "delay", "echo_of", "attributed_to", "activity", "how",
            )
        },
    }  # fmt: skip
    needed = () if entry.how == "swapped" else NEEDS[entry.type]
    used = {*needed, *MAY_HAVE.get(entry.type, ())}
    for name in needed:
        if not given.get(name, entry.text is not None):
            also = " or area" if name == "place" else ""
            where.at(name).error(f"{name}{also}, because the fault is {entry.type.value}", "nothing")
    for name, is_given in given.items():
        if is_given and name not in used:
            where.at(name).warning(f"only keys that a fault of type {entry.type.value} uses", name)
    ways = HOWS.get(entry.type, ())
    if entry.how is not None and ways and entry.how not in ways:
        where.at("how").error(f"one of {', '.join(ways)}", show(entry.how))


def _check_others(entry: FaultEntry, where: Where, known: Known) -> None:
    """Report parties and activities that are none, or that make the fault none."""
    for name, other in (("echo_of", entry.echo_of), ("attributed_to", entry.attributed_to)):
        if other is None:
            continue
        known.party(other, where.at(name))
        if other == entry.party:
            where.at(name).error("another party than the fault's own", show(other))
    if entry.activity is not None:
        known.activity(entry.activity, where.at("activity"))


def _read_as_of(entry: FaultEntry, at_ms: int | None, where: Where, known: Known) -> int:
    if entry.as_of is None:
        return 0
    as_of_ms = known.calendar.moment(entry.as_of, where)
    if as_of_ms is not None and at_ms is not None and as_of_ms > at_ms:
        where.error("a moment before the fault", "a later one")
    return as_of_ms or 0


def _check_hop(fault: Fault, where: Where, cast: Cast) -> None:
    """Report a fault at a hop at which one of its type cannot enter, or that its party has no part in."""
    if fault.type not in TYPES_AT[fault.hop]:
        can = ", ".join(hops_of(fault.type))
        where.at("hop").error(f"one of {can}, where a fault of type {fault.type.value} can enter", fault.hop)
    behaviour, profile = _TAKES_IN.get(fault.hop), cast.profile(fault.party)
    if behaviour is not None and profile is not None and behaviour not in profile.behaviours:
        found = f"{show(fault.party)}, whose profile {profile.id} has no behaviour {behaviour}"
        where.at("party").error(f"a party at whose hands a fault enters at {fault.hop.value}", found)
