"""What people saw, beside what was computed: both are shown, and where they disagree neither gives way."""

from __future__ import annotations

from sim.core.assessment.judging.observations import Beside, Standing
from sim.report.blocks import Block, Cell, Facts, Grid, Heading, Paragraph, Section
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords


def observed_section(material: Material, words: ReportWords) -> Section:
    """Return what observers saw."""
    say = words.say
    if not material.observations:
        return Section("observations", say("report-observed"), (Paragraph(say("report-observed-none")),))
    blocks: list[Block] = [Paragraph(say("report-observed-about"))]
    differing = [each for each in material.observations if each.standing is Standing.DIFFERS]
    others = [each for each in material.observations if each.standing is not Standing.DIFFERS]
    blocks.append(Heading(say("report-observed-differs")))
    blocks.append(_table(differing, words) if differing else Paragraph(say("none")))
    if others:
        blocks += [Heading(say("report-observed-others")), _table(others, words)]
    attached = tuple(
        (each.observation.attachment.path, each.observation.attachment.sha256)
        for each in material.observations
        if each.observation.attachment is not None
    )
    if attached:
        blocks += [Heading(say("report-attachments")), Facts(say("report-attachments"), attached)]
    return Section("observations", say("report-observed"), tuple(blocks))


def _table(observed: list[Beside], words: ReportWords) -> Grid:
    say = words.say
    heads = (
        "report-observer",
        "report-about",
        "report-seen",
        "report-rated",
        "report-computed",
        "report-standing",
    )
    rows = tuple(_row(each, words) for each in observed)
    return Grid(say("report-observed"), tuple(say(key) for key in heads), (14, 20, 26, 11, 17, 12), rows)


def _row(beside: Beside, words: ReportWords) -> tuple[Cell, ...]:
    say = words.say
    seen, finding = beside.observation, beside.finding
    about = words.party(seen.party) if seen.party else say("report-whole-exercise")
    computed: tuple[str, ...] = (
        ("·",) if finding is None else (words.result(finding.result), words.finding(finding))
    )
    if finding is not None and finding.evidence:
        computed = (*computed, say("report-log", seqs=words.evidence(finding.evidence[:4])))
    criterion = seen.criterion if finding is None else words.text(finding.text)
    text: tuple[str, ...] = (seen.text,)
    if seen.attachment is not None:
        text = (seen.text, say("report-attachment", path=seen.attachment.path))
    return (
        Cell(tuple(part for part in (seen.role, seen.name, words.moment(seen.at_ms)) if part)),
        Cell((about, criterion)),
        Cell(text),
        Cell(("·" if seen.rating is None else say(f"result-{seen.rating.replace(' ', '-')}"),), strong=True),
        Cell(computed),
        Cell((say(f"report-standing-{beside.standing.value}"),), strong=beside.standing is Standing.DIFFERS),
    )
