"""The tables of measured figures in the READMEs of scenarios, from what several runs show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Final

from benchmarks.scenario_runs import SWITCHING_OFF, FaultFigures, OperatorFigures, RunFigures
from sim.core.model.time import MINUTE_MS

NEVER: Final = "-"
"""Shown where no run has a figure."""


def fault_table(runs: Sequence[RunFigures]) -> str:
    """Return what became of each fault: in how many runs, and medians over those in which it happened."""
    rows = [
        ("fault", "told to others in", "noticed in", "noticed after", "corrected in", "corrected after",
         "others held it for", "decided on in"),
    ]  # fmt: skip
    for name in runs[0].faults:
        found = [run.faults[name] for run in runs]
        rows.append(
            (
                f"`{name}`",
                str(sum(one.told for one in found)),
                _times(one.noticed_ms for one in found),
                _minutes(one.noticed_ms for one in found),
                _times(one.corrected_ms for one in found),
                _minutes(one.corrected_ms for one in found),
                _minutes((one.held_ms for one in found), unit="partner-min"),
                str(sum(one.decided > 0 for one in found)),
            )
        )
    return markdown(rows)


def run_table(runs: Sequence[RunFigures]) -> str:
    """Return what happened in the runs as a whole: the median, and from the lowest to the highest."""

    def notes(*kinds: str) -> Callable[[RunFigures], float]:
        return lambda run: sum(run.notes.get(kind, 0) for kind in kinds)

    measures: list[tuple[str, Callable[[RunFigures], float]]] = [
        ("messages", lambda run: run.messages),
        ("attempts to read or write that were refused", lambda run: run.refused),
        ("things that nobody got round to (`missed`)", notes("missed")),
        ("times that nobody could be reached (`unreachable`)", notes("unreachable")),
        ("calls to the next contact (`escalated`)", notes("escalated")),
        ("mismatches that nobody noticed (`overlooked`)", notes("overlooked")),
        ("figures passed on wrongly or not at all (`slip`, `forgotten`)", notes("slip", "forgotten")),
        ("partner-minutes that others held something wrong", lambda run: run.held_ms / MINUTE_MS),
        ("decisions that rest on a fault", lambda run: run.decided),
    ]
    rows = [("in one run", "median", "lowest to highest")]
    for what, measure in measures:
        found = [measure(run) for run in runs]
        rows.append((what, _figure(median(found)), f"{_figure(min(found))} to {_figure(max(found))}"))
    return markdown(rows)


def profile_table(link: Sequence[RunFigures], core: Sequence[RunFigures]) -> str:
    """Return what differs between the network operator as link and as core: medians, moments in minutes."""
    rows = [("", "link", "core")]
    for what, measure in _OF_THE_OPERATOR:
        sides = [[run.operator for run in runs if run.operator is not None] for runs in (link, core)]
        rows.append((what, measure(sides[0]), measure(sides[1])))
    for what, of_run in _OF_THE_RUN:
        rows.append((what, _figure(median(map(of_run, link))), _figure(median(map(of_run, core)))))
    for name in link[0].faults:
        both = [[run.faults[name] for run in runs] for runs in (link, core)]
        rows.append((f"`{name}`: told to others; noticed; put right", _course(both[0]), _course(both[1])))
    return markdown(rows)


_OF_THE_OPERATOR: Final[Sequence[tuple[str, Callable[[Sequence[OperatorFigures]], str]]]] = (
    ("somebody of it who was called is there, after the start", lambda of: _minutes(one.arrived_ms for one in of)),
    ("first item of it in the shared picture, after the start", lambda of: _minutes(one.shared_ms for one in of)),
    ("items of it in the shared picture", lambda of: _figure(median(one.shared for one in of))),
    ("messages that it received", lambda of: _figure(median(one.received for one in of))),
    *(
        (
            f"`{subject}` in the shared picture, after the start",
            lambda of, subject=subject: _minutes(one.effect_ms.get(subject) for one in of),
        )
        for subject in SWITCHING_OFF
    ),
    ("the call of the GBT is answered", lambda of: f"{sum(one.consulted for one in of)} of {len(of)} runs"),
)  # fmt: skip

_OF_THE_RUN: Final[Sequence[tuple[str, Callable[[RunFigures], float]]]] = (
    ("messages of the whole exercise", lambda run: run.messages),
    ("figures passed on wrongly outside the tool, by anybody", lambda run: run.notes.get("slip", 0)),
    ("attempts refused", lambda run: run.refused),
    ("partner-minutes that others held something wrong", lambda run: run.held_ms / MINUTE_MS),
    ("decisions that rest on a fault", lambda run: run.decided),
)


def _course(found: Sequence[FaultFigures]) -> str:
    """Return in how many runs a fault was told, noticed and put right, and after how long."""
    parts = [str(sum(one.told for one in found))]
    for moments in ([one.noticed_ms for one in found], [one.corrected_ms for one in found]):
        times, after = _times(moments), _minutes(moments)
        parts.append(times if after == NEVER else f"{times}, after {after}")
    return "; ".join(parts)


def _times(moments: Iterable[int | None]) -> str:
    return str(sum(moment is not None for moment in moments))


def _minutes(durations_ms: Iterable[int | None], unit: str = "min") -> str:
    """Return the median of the durations that there are, in whole minutes."""
    known = [duration for duration in durations_ms if duration is not None]
    return f"{round(median(known) / MINUTE_MS):,} {unit}" if known else NEVER


def _figure(amount: float) -> str:
    """Return a count, or the half between two counts; what is no count is rounded to a whole."""
    shown = amount if float(amount * 2).is_integer() else round(amount)
    return f"{shown:,.1f}" if shown % 1 else f"{shown:,.0f}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table in Markdown; the first is the heading."""
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
