"""Figures that no criterion judges, because no norm is known: of the exercise as a whole, and of each party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sim.core.assessment.judging.outcome import BodyFigures, Measurement, PartnerResult, Reading
from sim.report.blocks import Block, Cell, Grid, Heading, Paragraph, Section, cells
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords

FIGURES_OF_EXERCISES: Final = (
    "awareness-elements",
    "awareness-meaning",
    "awareness-projection",
    "shared-stale-time",
    "time-to-everywhere",
    "onward-spread",
    "exposure-total",
    "false-alarm-rate",
    "sourced",
    "rated",
    "messages-per-hour",
    "outage-items-lost",
    "reconciliation",
)
"""Measures of the exercise for which no norm ships, in the order in which they are shown."""

FIGURES_OF_PARTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "knowing": ("awareness-elements", "awareness-meaning", "awareness-projection"),
    "current": ("stale-time", "over-age-time", "held-age"),
    "duties": ("brought-in-time", "fetched-relevant", "sitreps-on-time"),
    "origin": ("sourced", "rated"),
    "load": ("messages-per-hour", "busiest-hour"),
    "recovery": ("outage-items-lost", "reconciliation"),
}
"""Measures of a party for which no norm ships, by what they are about: one table each."""

_NAME_WIDTH: Final = 34


def figures_section(material: Material, words: ReportWords) -> Section:
    """Return the figures without a norm; what a criteria file does make a criterion of stands with the findings."""
    say = words.say
    blocks: list[Block] = [Paragraph(say("report-figures-about"))]
    shown = [*_of_exercise(material, words), *_of_parties(material, words)]
    return Section(
        "figures", say("report-figures"), (*blocks, *(shown or [Paragraph(say("report-figures-none"))]))
    )


def _of_exercise(material: Material, words: ReportWords) -> Iterator[Block]:
    say = words.say
    judged = {finding.measure.name for finding in material.assessment.criteria}
    found = _by_name(material.assessment.figures)
    rows = tuple(
        (
            Cell((say(f"whole-{name}"),)),
            Cell((_told(found[name].measure, words), *_busiest(found[name].measure, words))),
            Cell((str(found[name].measure.count),)),
            Cell((words.evidence(found[name].evidence, found[name].measure.not_cited),)),
        )
        for name in FIGURES_OF_EXERCISES
        if name in found and name not in judged and found[name].measure.count
    )
    if rows:
        title = say("report-whole-exercise").capitalize()
        heads = tuple(say(key) for key in ("report-figure", "measured", "report-events", "evidence"))
        yield Heading(title)
        yield Grid(title, heads, (44, 22, 14, 20), rows)


def _of_parties(material: Material, words: ReportWords) -> Iterator[Block]:
    say = words.say
    assessment = material.assessment
    parties: list[PartnerResult | BodyFigures] = [*assessment.partners, *assessment.bodies]
    found = {words.text(party.name): _by_name(party.figures) for party in parties}
    for about, wanted in FIGURES_OF_PARTIES.items():
        names = tuple(name for name in wanted if any(name in figures for figures in found.values()))
        rows = tuple(
            cells(party, *(_counted(figures.get(name), words) for name in names))
            for party, figures in found.items()
            if any(name in figures for name in names)
        )
        if rows:
            title = say(f"figures-{about}")
            yield Heading(title)
            yield Paragraph(
                " ".join([say(f"figures-{about}-about"), *(say(f"figure-{name}-about") for name in names)])
            )
            width = (100 - _NAME_WIDTH) // len(names)
            widths = (100 - width * len(names), *(width for _ in names))
            yield Grid(
                title, (say("party"), *(say(f"figure-{name}") for name in names)), widths, rows, small=True
            )


def _by_name(figures: tuple[Reading, ...]) -> Mapping[str, Reading]:
    return {reading.measure.name: reading for reading in figures}


def _counted(reading: Reading | None, words: ReportWords) -> str:
    if reading is None:
        return "·"
    return words.say("report-figure-over", figure=_told(reading.measure, words), count=reading.measure.count)


def _told(measure: Measurement, words: ReportWords) -> str:
    """Return a figure, and what it is at least with what was still open when the run ended."""
    told = words.figure(measure)
    if measure.value is None or measure.pending is None:
        return told
    least = words.say("report-at-least", figure=words.number(measure.pending, measure.unit))
    return words.say("report-figure-open", figure=told, least=least)


def _busiest(measure: Measurement, words: ReportWords) -> Iterator[str]:
    for row in measure.details:
        if row.what == "busiest-hour":
            yield words.say("report-figure-busiest", count=row.value)
