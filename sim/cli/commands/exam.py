"""``beeld exam``: does what can be recognised get recognised, for every fault of the catalogue."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from sim.cli.completing import ScenarioName
from sim.cli.exam import print_exam
from sim.cli.output import Common, ExitCode, Settings, Speaker, console, print_json
from sim.core.world.faults import FaultType, Hop
from sim.core.world.scenario import Scenario
from sim.exam.exam import hold, questions
from sim.exam.question import Case, Exam, NoCase, Question
from sim.files.problems import InputError, Problem
from sim.files.scenario import load_scenario


def hold_exam(
    scenario: ScenarioName,
    /,
    *,
    seed: Annotated[int, Parameter(help="Seed of all chance; the same seed gives the same outcome.")] = 1,
    fault: Annotated[
        list[FaultType] | None, Parameter(negative="", help="Only this type of fault; repeatable.")
    ] = None,
    hop: Annotated[list[Hop] | None, Parameter(negative="", help="Only this hop; repeatable.")] = None,
    profile: Annotated[
        list[str] | None, Parameter(negative="", help="Only this profile; repeatable.")
    ] = None,
    workers: Annotated[int | None, Parameter(help="Processes; by default one for each processor.")] = None,
    settings: Settings = None,
    common: Common | None = None,
) -> int:
    """Examine verification: each fault, at each hop, with each profile, with perfect skill and with none.

    Example: beeld exam vliegbasis --hop observation

    Args:
        scenario: Name under scenarios/, or a path.
        seed: Seed of all chance.
        fault: Only these types of fault.
        hop: Only these hops.
        profile: Only these profiles.
        workers: How many processes work at it; the outcome is the same with any number.
        settings: What is changed in the scenario for this once.
        common: Options that every command takes.
    """
    options = common or Common()
    say = Speaker(options.language)
    plan = load_scenario(scenario, settings=settings or ())
    asked = _asked(plan, fault or (), hop or (), profile or (), workers)
    with _progress(say, shown=not options.json and sys.stderr.isatty()) as on_progress:
        exam = hold(plan, seed, asked, workers=workers or os.cpu_count() or 1, on_progress=on_progress)
    if options.json:
        print_json(document(exam))
    else:
        print_exam(exam, console(), say)
    return ExitCode.YES if exam.cases and not exam.differing else ExitCode.NO


def _asked(
    plan: Scenario,
    types: list[FaultType] | tuple[()],
    hops: list[Hop] | tuple[()],
    profiles: list[str] | tuple[()],
    workers: int | None,
) -> tuple[Question, ...]:
    """Return the questions that are asked for; every mistake at once."""
    every = questions(plan)
    known = sorted({question.profile for question in every})
    problems = [
        Problem("command line", "--profile", f"one of {', '.join(known)}", repr(profile))
        for profile in profiles
        if profile not in known
    ]
    if workers is not None and workers < 1:
        problems.append(Problem("command line", "--workers", "1 or more", str(workers)))
    asked = tuple(
        question
        for question in every
        if (not types or question.type in types)
        and (not hops or question.hop in hops)
        and (not profiles or question.profile in profiles)
    )
    if not asked and not problems:
        problems.append(
            Problem(
                "command line", "--fault", "a type that can enter at the hop asked for", "one that cannot"
            )
        )
    if problems:
        raise InputError(problems)
    return asked


@contextmanager
def _progress(say: Speaker, *, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show how far an exam is, on standard error, where somebody looks."""
    if not shown:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("exam-progress"), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def document(exam: Exam) -> dict[str, object]:
    """Return an exam as the JSON document that ``--json`` prints."""
    return {
        "scenario": exam.scenario,
        "seed": exam.seed,
        "counts": {
            "cases": len(exam.cases),
            "as_expected": len(exam.cases) - len(exam.differing),
            "differing": len(exam.differing),
            "no_case": len(exam.no_cases),
        },
        "cases": [_case(case) for case in exam.cases],
        "no_cases": [_no_case(one) for one in exam.no_cases],
    }


def _question(question: Question) -> dict[str, object]:
    return {"type": question.type.value, "hop": question.hop.value, "profile": question.profile}


def _case(case: Case) -> dict[str, object]:
    return {
        **_question(case.question),
        "answer": case.answer.value,
        "party": case.party,
        "subject": case.subject,
        "at_ms": case.at_ms,
        "competent": list(case.competent),
        "perfect": case.perfect.value,
        "none": case.none.value,
        "as_expected": case.as_expected,
    }


def _no_case(one: NoCase) -> dict[str, object]:
    return {**_question(one.question), "why": one.why}
