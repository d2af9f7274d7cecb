"""Figures that no criterion judges, on the screen: of the exercise as a whole, and of one partner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from sim.cli.judgment import evidence_in_short, number
from sim.cli.output import Speaker, print_table, table
from sim.core.assessment.judging.outcome import Assessment, PartnerResult, Reading
from sim.report.exercise.sections.figures import FIGURES_OF_EXERCISES, FIGURES_OF_PARTIES


def print_figures(assessment: Assessment, screen: Console, say: Speaker) -> None:
    """Print the figures of the exercise for which there is no norm; what a criterion judged stands there."""
    judged = {finding.measure.name for finding in assessment.criteria}
    names = [name for name in FIGURES_OF_EXERCISES if name not in judged]
    _print(assessment.figures, names, "whole", screen, say)


def print_partner_figures(partner: PartnerResult, screen: Console, say: Speaker) -> None:
    """Print the figures of a partner for which there is no norm."""
    names = [name for group in FIGURES_OF_PARTIES.values() for name in group]
    _print(partner.figures, names, "figure", screen, say)


def _print(
    figures: Iterable[Reading], names: Sequence[str], family: str, screen: Console, say: Speaker
) -> None:
    found = {reading.measure.name: reading for reading in figures if reading.measure.count}
    made = table(say("report-figures"), say("report-figure"), say("measured"), say("evidence"))
    for name in names:
        if name in found:
            reading = found[name]
            made.add_row(
                say(f"{family}-{name}"), _measured(reading, say), evidence_in_short(reading.evidence)
            )
    print_table(made, screen, say)


def _measured(reading: Reading, say: Speaker) -> str:
    measure = reading.measure
    if measure.value is None:
        shown = "·" if measure.pending is None else f"≥ {number(measure.pending, measure.unit)}"
    else:
        shown = number(measure.value, measure.unit)
        if measure.pending is not None:
            shown = f"{shown}, ≥ {number(measure.pending, measure.unit)}"
    return say("measured-over", figure=shown, count=measure.count)
