"""What a person sees of changes between the variants of a sweep, and which options go with the report on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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


def changes_in_sentences(sweep: Sweep, say: Speaker) -> Iterator[str]:
    """Yield the largest of what surely changes, as sentences, and how much was looked at."""
    from sim.report.sweeps.words import SweepWords  # noqa: PLC0415
    from sim.sweep.findings import find  # noqa: PLC0415

    findings, words = find(sweep), SweepWords(sweep.plan, say.language)
    tried = {variant.name for variant in sweep.plan.variants if variant.tried is not None}
    for variant in findings.variants:
        if variant in tried:
            yield say(
                "sweep-tried-changes",
                what=words.variant(variant),
                criteria=len(findings.sure_changes(variant, "criterion")),
                figures=len(findings.sure_changes(variant, "figure")),
            )
            continue
        groups = (findings.sure_changes(variant, kind) for kind in ("criterion", "figure", "cost"))
        told = [words.sentence(change) for changes in groups for change in changes[:_SENTENCES]]
        yield from told or [words.nothing_sure()]
    if findings.variants:
        yield say("sweep-summary-looked", looked=findings.looked_at, sure=findings.sure)
