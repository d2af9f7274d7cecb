"""Faults that exercise control brought in, and what became of each: who had it from whom, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.core.assessment.evidence.cases import FaultCase
from sim.core.assessment.evidence.lineage import Lineage, Node, lineage
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.records.kinds import FaultEntered
from sim.report.blocks import Block, Bullets, Facts, Grid, Heading, Paragraph, Picture, Section, cells
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords
from sim.report.lineage.drawing import drawings
from sim.report.lineage.words import LineageWords

_PAGE: Final = 760
"""Height of a drawing that fills a page on its side, when it is as wide as that page."""


def faults_section(material: Material, words: ReportWords) -> Section:
    """Return what was wrong, and what became of it."""
    say = words.say
    faults = material.assessment.faults
    if not faults:
        return Section("faults", say("report-faults"), (Paragraph(say("report-faults-none")),))
    numbers, decisions = material.fault_numbers, material.decision_numbers
    heads = (
        "fault",
        "report-fault-what",
        "entered-at",
        "when",
        "noticed-after",
        "corrected-after",
        "report-reached",
        "decisions-on-it",
    )
    rows = tuple(
        cells(
            numbers[fault.id],
            words.text(fault.title),
            words.party(fault.party),
            words.moment(fault.at_ms),
            words.after(fault.time_to_detect_ms),
            words.after(fault.time_to_correct_ms),
            str(sum(not exposure.own for exposure in fault.exposures)),
            ", ".join(words.decision(decisions[each]) for each in fault.decisions) or say("none"),
        )
        for fault in faults
    )
    blocks: list[Block] = [
        Paragraph(say("report-faults-about")),
        Grid(
            say("report-faults-caption"),
            tuple(say(key) for key in heads),
            (6, 30, 14, 10, 11, 11, 8, 10),
            rows,
        ),
    ]
    for fault, case in zip(faults, material.evidence.cases, strict=True):
        blocks += _fault(fault, case, material, words)
    return Section("faults", say("report-faults"), tuple(blocks), wide=True)


def _fault(fault: FaultResult, case: FaultCase, material: Material, words: ReportWords) -> list[Block]:
    say = words.say
    content = case.fault.content
    told_said, so = _told_and_so(content, words)
    facts = (
        (say("report-fault-told"), told_said),
        (say("report-fault-truth"), so),
        (say("report-fault-sign"), words.text(content.recognise)),
        (say("report-fault-seen-by"), words.parties(fault.detected_by)),
        (say("report-fault-held"), words.duration(fault.exposure_ms)),
        (say("evidence"), words.evidence(fault.evidence)),
    )
    title = f"{material.fault_numbers[fault.id]} {words.text(fault.title)}"
    tree = lineage(material.evidence.log, case)
    return [
        Heading(title),
        Facts(title, facts),
        Paragraph(say("report-tree"), "strong"),
        contamination(tree, words),
        *_drawn(fault, tree, material, words),
    ]


def _told_and_so(content: FaultEntered, words: ReportWords) -> tuple[str, str]:
    """Return what was told and what was so, said so that they differ."""
    told, truth = content.told, content.truth
    so = _stated(words.text(truth.title), words.held(truth, None))
    if told is None:
        return words.say("report-told-nothing"), so
    said = _stated(words.text(told.title), words.held(told, truth))
    if said == so:  # they differ in their words alone
        return _stated(said, words.text(told.text)), _stated(so, words.text(truth.text))
    return said, so


def _drawn(fault: FaultResult, tree: Lineage, material: Material, words: ReportWords) -> Iterator[Picture]:
    log, say = material.evidence.log, words.say
    spoken = LineageWords(words.language, log.start)
    of_run = spoken.say("lineage-run", scenario=words.text(log.opening.name), seed=log.opening.seed)
    drawn = drawings(fault, tree, spoken, of_run, log.end_ms, _PAGE)
    alt = say("report-tree-alt", summary=spoken.summary(fault, tree))
    caption = say("report-tree-caption", fault=material.fault_numbers[fault.id])
    for number, svg in enumerate(drawn, start=1):
        shown = caption
        if len(drawn) > 1:
            shown = spoken.say("lineage-part", title=caption, part=number, parts=len(drawn))
        yield Picture(f"tree-{fault.id}-{number}", svg, alt, shown)


def _stated(title: str, held: str) -> str:
    return title if held in (title, "") else f"{title}: {held}"


def contamination(tree: Lineage, words: ReportWords) -> Bullets:
    """Return who had what a fault told from whom: the party where it entered, and below each who was told it first."""
    return Bullets(tuple((node.depth, _holder(node, words)) for node in tree.nodes))


def _holder(node: Node, words: ReportWords) -> str:
    say = words.say
    parts = [
        say("report-tree-from", party=words.party(node.party), at=words.moment(node.at_ms), seq=node.seq)
    ]
    if node.spans:
        key = "report-tree-open" if node.open else "report-tree-held"
        parts.append(say(key, duration=words.duration(node.held_ms)))
    for key, mark in (("report-tree-seen", node.recognised), ("report-tree-righted", node.corrected)):
        if mark is not None:
            parts.append(say(key, at=words.moment(mark.at_ms), seq=mark.seq))
    return "; ".join(parts)
