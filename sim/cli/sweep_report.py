"""The report on a sweep from its folder, and what of it is said on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rich.console import Console

from sim.cli.output import Speaker
from sim.core.assessment.judging.advice import AdviceRule
from sim.core.model.text import Language
from sim.files.criteria import load_criteria
from sim.files.problems import InputError, Problem
from sim.report.blocks import Report
from sim.sweep.digests import digest_of
from sim.sweep.results import Plan, Sweep
from sim.sweep.store import PLAN_NAME, RESULT_NAME, load_sweep

_SENTENCES: Final = 3
"""Sentences on the screen, for each variant; all of them are in the report."""


def is_sweep(folder: Path) -> bool:
    """Say whether a folder is that of a sweep."""
    return (folder / PLAN_NAME).is_file() or (folder / RESULT_NAME).is_file()


def refuse_options_of_runs(**given: object) -> None:
    """Refuse options that go with the report on one run.

    Raises:
        InputError: One of them was given.
    """
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if names:
        expected = "none with the folder of a sweep, as these go with one run"
        raise InputError([Problem("command line", name, expected, name) for name in names])


def sweep_report(folder: Path, criteria: Path | None, language: Language) -> Report:
    """Return the report on a sweep in a language.

    Args:
        folder: Folder of the sweep.
        criteria: The criteria file by which it was judged; None is the one that comes with the product.
        language: To speak.

    Raises:
        InputError: The sweep was judged by another criteria file than the one that was given.
        RunLogError: The sweep has no results, or they are damaged.
    """
    # Imported here: drawings and statistics are loaded by who asks for them, and nobody else waits for it.
    from sim.report.sweeps.material import sweep_material  # noqa: PLC0415
    from sim.report.sweeps.sweep_report import make_sweep_report  # noqa: PLC0415

    sweep = load_sweep(folder)
    return make_sweep_report(sweep_material(sweep, _rules(sweep.plan, criteria)), language)


def print_changes(sweep: Sweep, screen: Console, say: Speaker) -> None:
    """Print the largest of what surely changes, as sentences, and how much was looked at."""
    from sim.report.sweeps.words import SweepWords  # noqa: PLC0415
    from sim.sweep.findings import find  # noqa: PLC0415

    findings, words = find(sweep), SweepWords(sweep.plan, say.language)
    tried = {variant.name for variant in sweep.plan.variants if variant.tried is not None}
    for variant in findings.variants:
        if variant in tried:
            counted = say(
                "sweep-tried-changes",
                what=words.variant(variant),
                criteria=len(findings.sure_changes(variant, "criterion")),
                figures=len(findings.sure_changes(variant, "figure")),
            )
            screen.print(counted, soft_wrap=True, markup=False)
            continue
        groups = (findings.sure_changes(variant, kind) for kind in ("criterion", "figure", "cost"))
        told = [words.sentence(change) for changes in groups for change in changes[:_SENTENCES]]
        for sentence in told or [words.nothing_sure()]:
            screen.print(sentence, soft_wrap=True, markup=False)
    if findings.variants:
        looked = say("sweep-summary-looked", looked=findings.looked_at, sure=findings.sure)
        screen.print(looked, soft_wrap=True, markup=False)


def _rules(plan: Plan, criteria: Path | None) -> tuple[AdviceRule, ...]:
    """Return the rules of the advice that a sweep was judged by; none where these are not at hand."""
    framework = load_criteria(criteria)
    if digest_of(framework) == plan.criteria_digest:
        return framework.advice
    if criteria is not None:
        expected = "the criteria that the sweep was judged by"
        raise InputError([Problem("command line", "--criteria", expected, f"{criteria}, which holds others")])
    return ()
