"""Reads when a fault enters: at a set time, after something, or under a condition; exactly one of the three."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from sim.core.model.cue import Decide
from sim.core.world.faults import After, Fault, When
from sim.core.world.injects import Inject
from sim.core.world.truth import TruthChange
from sim.files.calendar import read_duration
from sim.files.faults.shapes import AfterEntry, FaultEntry, WhenEntry
from sim.files.known import Known, names_in, refer
from sim.files.problems import Where, show

Moment: TypeAlias = tuple[int | None, After | None, When | None]

_AFTER: Final[Mapping[Literal["inject", "truth", "fault", "decision"], str]] = {
    "inject": "an inject of the scenario",
    "truth": "a change of the truth of the scenario",
    "fault": "a fault of the scenario",
    "decision": "an inject that asks a team to decide",
}


@dataclass(frozen=True, slots=True)
class Scripted:
    """What a fault can wait for, by what it is called in ``after``."""

    names: Mapping[str, frozenset[str]]


def scripted_in(
    table: dict[str, Any], more: list[dict[str, Any]], injects: list[Inject], truth: tuple[TruthChange, ...]
) -> Scripted:
    """Return what faults can wait for: of the scenario's table, and of tables of faults that are added to it."""
    faults = [names_in(one, "faults", "id") for one in (table, *more)]
    decisions = frozenset(inject.id for inject in injects if isinstance(inject.cue, Decide))
    return Scripted(
        {
            "inject": names_in(table, "injects", "id"),
            "truth": frozenset(change.id for change in truth),
            "fault": frozenset[str]().union(*faults),
            "decision": decisions,
        }
    )


def read_moment(entry: FaultEntry, where: Where, known: Known, scripted: Scripted) -> Moment:
    """Return when a fault enters, as one of three; T+0 after a problem has been reported."""
    given = [name for name in ("at", "after", "when") if getattr(entry, name) is not None]
    if len(given) != 1:
        where.error("one of the keys at, after and when", " and ".join(given) or "none of them")
        return 0, None, None
    if entry.after is not None:
        after = _read_after(entry.after, where.at("after"), scripted)
        return (0, None, None) if after is None else (None, after, None)
    if entry.when is not None:
        when = _read_when(entry.when, where.at("when"), known)
        return (0, None, None) if when is None else (None, None, when)
    # Moments with an error become 0: the error keeps the scenario from being used.
    return known.calendar.moment(entry.at or "", where.at("at")) or 0, None, None


def _read_after(entry: AfterEntry, where: Where, scripted: Scripted) -> After | None:
    kinds = ("inject", "truth", "fault", "decision", "event")
    given = [kind for kind in kinds if getattr(entry, kind) is not None]
    if len(given) != 1:
        where.error(f"one of the keys {', '.join(kinds)}", " and ".join(given) or "none of them")
        return None
    kind = given[0]
    name: str = getattr(entry, kind)
    if kind in scripted.names:
        refer(name, _AFTER[kind], scripted.names[kind], where.at(kind))  # type: ignore[index]
    return After(kind, name, _delay_ms(entry.delay, where))  # type: ignore[arg-type]


def _read_when(entry: WhenEntry, where: Where, known: Known) -> When | None:
    known.activity(entry.activity, where.at("activity"))
    kinds = ("engaged", "grip", "shared")
    given = [kind for kind in kinds if getattr(entry, kind) is not None]
    if len(given) != 1:
        where.error(f"one of the keys {', '.join(kinds)}", " and ".join(given) or "none of them")
        return None
    if entry.engaged is not None:
        known.party(entry.engaged, where.at("engaged"))
    if entry.shared is not None:
        known.subject(entry.shared, where.at("shared"))
    return When(
        kind=given[0],  # type: ignore[arg-type]
        activity=entry.activity,
        party=entry.engaged or "",
        grip=entry.grip or 0,
        subject=entry.shared or "",
        delay_ms=_delay_ms(entry.delay, where),
    )


def _delay_ms(text: str | None, where: Where) -> int:
    return 0 if text is None else read_duration(text, where.at("delay")) or 0


def check_circles(faults: list[tuple[Fault, Where]]) -> None:
    """Report faults that wait for each other, or for themselves: none of them would ever enter."""
    waits_for = {
        fault.id: fault.after.id
        for fault, _ in faults
        if fault.after is not None and fault.after.kind == "fault"
    }
    for fault, where in faults:
        seen, name = [fault.id], waits_for.get(fault.id)
        while name is not None and name not in seen:
            seen.append(name)
            name = waits_for.get(name)
        if name == fault.id:
            where.at("after").error("a fault that does not wait for this one", show(seen[-1]))
