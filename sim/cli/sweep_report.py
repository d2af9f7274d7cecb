"""What a person sees of changes between the variants of a sweep, and which options go with the report on it."""

from __future__ import annotations

from typing import Final

from rich.console import Console

from sim.cli.output import Speaker
from sim.files.problems import InputError, Problem
from sim.sweep.results import Sweep

_SENTENCES: Final = 3
"""Sentences on the screen, for each variant; all of them are in the report."""


def refuse_options_of_runs(**given: object) -> None:
    """Refuse options that go with the report on one run.

    Raises:
        InputError: One of them was given.
    """
    names = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if names:
        expected = "none with the folder of a sweep, as these go with one run"
        raise InputError([Problem("command line", name, expected, name) for name in names])


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
