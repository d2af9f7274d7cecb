"""``beeld sweep``: the same exercise with many seeds, in variants, and what they come to."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, Faults, Speaker, console, print_error, print_json
from sim.cli.sweeping import changes_in_sentences, print_summary, summary_of, sweep_progress
from sim.files.problems import InputError, Problem
from sim.sweep.backends import STOPPED
from sim.sweep.planning import Asked, Prepared, prepare
from sim.sweep.store import PARTS_NAME, SWEEPS_FOLDER
from sim.sweep.sweeping import ExchangeBrokeError, How, Swept, carry_out

JOBS_MAX = 256
_DIGITS = 10

Settings: TypeAlias = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative="",
        help="What differs: PARTY.KEY=VALUE (beside the scenario as written), =VALUE,VALUE, or =LOW..HIGH to draw"
        " by seed; repeatable.",
    ),
]

Sensitivity: TypeAlias = Annotated[
    list[str] | None,
    Parameter(
        negative="",
        help="Try what results hang on: people or channels, one at a time; people=PARTY,PARTY for some; repeatable.",
    ),
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Where:
    """Where the runs are played, and what is kept."""

    jobs: Annotated[int | None, Parameter(help="Runs at a time on this machine; default: its cores.")] = None
    dask: Annotated[
        str | None, Parameter(help="Play on a Dask cluster that runs already: tcp://HOST:8786.")
    ] = None
    out: Annotated[
        Path | None, Parameter(help="Folder of the sweep, new or to go on with; default: below sweeps/.")
    ] = None
    keep: Annotated[bool, Parameter(negative="", help="Keep the log of every run, below that folder.")] = (
        False
    )


def sweep(
    scenario: str,
    /,
    *,
    seeds: Annotated[str, Parameter(help="How many seeds, from 1; or from which to which, as 5..24.")] = "20",
    settings: Settings = None,
    until: Annotated[str | None, Parameter(help="Stop every run at this time, e.g. T+36:00:00.")] = None,
    criteria: Annotated[Path | None, Parameter(help="A criteria file of your own.")] = None,
    sensitivity: Sensitivity = None,
    where: Where | None = None,
    faults: Faults = None,
    common: Common | None = None,
) -> int:
    """Run an exercise with many seeds, in variants that differ in what you set, and say what that changes.

    A sweep that was stopped goes on where it was when the same command is given.

    Example: beeld sweep gaslek-keten --seeds 200 --set netbeheerder.profile=link,core

    Args:
        scenario: Name under scenarios/, or a path.
        seeds: How many seeds, or which.
        settings: What makes variants, and what each seed draws.
        until: Where to stop every run.
        criteria: A criteria file of your own.
        sensitivity: What to try, one party or channel at a time.
        where: Where the runs are played, and what is kept.
        faults: Files of faults that are added in every run.
        common: Options that every command takes.
    """
    options, where = common or Common(), where or Where()
    how = How(jobs=_jobs(where), dask=where.dask, keep=where.keep)
    asked = Asked(
        scenario=scenario,
        seeds=seeds,
        settings=settings or (),
        faults=faults or (),
        criteria=criteria,
        until=until,
        tried=sensitivity or (),
    )
    prepared = prepare(asked)
    folder = where.out or SWEEPS_FOLDER / f"{prepared.plan.scenario}-{prepared.digest[:_DIGITS]}"
    try:
        swept = _carried_out(prepared, folder, how, Speaker(options.language), shown=not options.json)
    except ExchangeBrokeError as error:
        print_error(str(error))
        return ExitCode.EXCHANGE_FAILED
    _show(prepared, folder, swept, Speaker(options.language), as_json=options.json)
    return ExitCode.YES


def _carried_out(prepared: Prepared, folder: Path, how: How, say: Speaker, *, shown: bool) -> Swept:
    """Carry out a sweep, and say how far it is; who stops it is told how to go on."""
    try:
        with sweep_progress(prepared.plan, say, shown=shown and sys.stderr.isatty()) as on_progress:
            return carry_out(prepared, folder, replace(how, on_progress=on_progress))
    except STOPPED:
        _tell_stopped(folder, prepared, say)
        raise


def _jobs(where: Where) -> int:
    """Return how many runs are played at a time, checked with what goes with it."""
    problems = []
    jobs = _cores() if where.jobs is None else where.jobs
    if not 1 <= jobs <= JOBS_MAX:
        problems.append(Problem("command line", "--jobs", f"a number from 1 to {JOBS_MAX}", str(jobs)))
    if where.dask is not None and where.jobs is not None:
        expected = "none with --dask, as the cluster has workers of its own"
        problems.append(Problem("command line", "--jobs", expected, str(jobs)))
    if where.dask is not None and where.keep:
        expected = "none with --dask, as its workers may have no folder in common with this machine"
        problems.append(Problem("command line", "--keep", expected, "--keep"))
    if problems:
        raise InputError(problems)
    return jobs


def _cores() -> int:
    """Return how many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)  # not everywhere
    return min(os.cpu_count() or 1 if allowed is None else len(allowed(0)), JOBS_MAX)


def _tell_stopped(folder: Path, prepared: Prepared, say: Speaker) -> None:
    parts = folder / PARTS_NAME
    done = len(parts.read_bytes().splitlines()) if parts.exists() else 0
    text = say("sweeping-stopped", done=done, size=prepared.plan.size, folder=folder)
    print(text, file=sys.stderr)  # noqa: T201 -- how to go on


def _show(prepared: Prepared, folder: Path, swept: Swept, say: Speaker, *, as_json: bool) -> None:
    if as_json:
        print_json(_document(prepared, folder, swept, say))
    else:
        _print(prepared, swept, say)


def _document(prepared: Prepared, folder: Path, swept: Swept, say: Speaker) -> dict[str, Any]:
    plan = prepared.plan
    return {
        "sweep": str(folder),
        "plan": prepared.digest,
        "scenario": plan.scenario,
        "seeds": [plan.seeds[0], plan.seeds[-1]],
        "runs": len(swept.sweep.runs),
        "before": swept.before,
        "variants": summary_of(swept.sweep),
        "changes": list(changes_in_sentences(swept.sweep, say)),
        "files": [str(path) for path in swept.files],
    }


def _print(prepared: Prepared, swept: Swept, say: Speaker) -> None:
    screen, plan = console(), prepared.plan
    screen.print(f"[bold]{plan.name.in_language(say.language)}[/bold]")
    screen.print(plan.notice.in_language(say.language))
    screen.print()
    print_summary(swept.sweep, screen, say)
    for sentence in changes_in_sentences(swept.sweep, say):
        screen.print(sentence, soft_wrap=True, markup=False)
    for spread in plan.spreads:
        screen.print(say("sweeping-drawn", name=spread.name, low=f"{spread.low:g}", high=f"{spread.high:g}"))
    if swept.before:
        screen.print(say("sweeping-before", before=swept.before, runs=len(swept.sweep.runs)))
    screen.print(say("sweeping-where", files=", ".join(str(path) for path in swept.files)))
    if swept.without_table:
        screen.print(say("sweeping-no-table"))
