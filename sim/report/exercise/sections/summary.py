"""The summary, on one page: what was exercised, what it showed, and what the advice is."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sim.core.assessment.judging.observations import Standing
from sim.core.assessment.judging.outcome import Result
from sim.report.blocks import Block, Bullets, Cell, Grid, Heading, Paragraph, Section
from sim.report.exercise.material import Material
from sim.report.exercise.sections.advice import advice_words
from sim.report.exercise.sections.findings import lacking, strengths
from sim.report.exercise.words import ReportWords

_COUNTED = (Result.MET, Result.PARTLY_MET, Result.NOT_MET, Result.NOT_OBSERVED)
_POINTS: Final = 3
_NAMES: Final = 3


def summary_section(material: Material, words: ReportWords) -> Section:
    """Return the summary."""
    say = words.say
    assessment = material.assessment
    blocks: list[Block] = [
        Paragraph(words.text(assessment.notice), "notice"),
        Paragraph(_exercised(material, words)),
    ]
    if not assessment.complete:
        blocks.append(Paragraph(_incomplete(material, words), "strong"))
    blocks += [Paragraph(_faults(material, words)), Paragraph(_seen(material, words))]
    blocks += [Heading(say("report-advice-short")), _partners(material, words)]
    strong = [_named(text, names, words) for text, names in strengths(material, words)[:_POINTS]]
    weak = [
        _named(text, tuple(name for name, _ in found), words)
        for text, found in lacking(material, words)[:_POINTS]
    ]
    for key, points in (("report-strengths", strong), ("report-improve", weak)):
        blocks.append(Heading(say(key)))
        blocks.append(Bullets(tuple((0, point) for point in points)) if points else Paragraph(say("none")))
    return Section("summary", say("report-summary"), tuple(blocks))


def _exercised(material: Material, words: ReportWords) -> str:
    log = material.evidence.log
    partners = len(material.assessment.partners)
    return words.say(
        "report-exercised",
        name=words.text(log.opening.name),
        begun=words.date(0),
        length=words.duration(material.assessment.end_ms),
        partners=partners,
        bodies=len(log.parties) - partners,
        decisions=len(material.course.decisions),
    )


def _incomplete(material: Material, words: ReportWords) -> str:
    assessment = material.assessment
    at, planned = words.date(assessment.end_ms), words.date(assessment.planned_end_ms)
    return words.say("judgment-incomplete", at=at, planned=planned)


def _faults(material: Material, words: ReportWords) -> str:
    faults = material.assessment.faults
    return words.say(
        "report-faults-summary",
        count=len(faults),
        noticed=sum(fault.time_to_detect_ms is not None for fault in faults),
        corrected=sum(fault.time_to_correct_ms is not None for fault in faults),
        decisions=len({decision for fault in faults for decision in fault.decisions}),
    )


def _seen(material: Material, words: ReportWords) -> str:
    if not material.observations:
        return words.say("report-observed-none")
    differs = sum(each.standing is Standing.DIFFERS for each in material.observations)
    return words.say("report-observed-summary", count=len(material.observations), differs=differs)


def _partners(material: Material, words: ReportWords) -> Grid:
    say = words.say
    rows = []
    for partner in material.assessment.partners:
        counts = Counter(finding.result for finding in partner.criteria)
        rows.append(
            (
                Cell((words.text(partner.name),)),
                Cell((words.text(partner.profile_name),)),
                Cell((advice_words(partner, words),), strong=True),
                *(Cell((str(counts[result]),)) for result in _COUNTED),
            )
        )
    heads = (say("party"), say("profile"), say("advice"), *(words.result(result) for result in _COUNTED))
    return Grid(say("report-advice-short"), heads, (25, 20, 23, 8, 8, 8, 8), tuple(rows), small=True)


def _named(text: str, names: tuple[str, ...], words: ReportWords) -> str:
    shown = ", ".join(names[:_NAMES])
    if len(names) > _NAMES:
        shown = words.say("report-and-more", names=shown, more=len(names) - _NAMES)
    return f"{text} {words.say('report-by-whom', names=shown)}"
