"""Who knew what: parties and the subjects on which faults and decisions turn, in tables that fit on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.core.model.ids import PartyId, SubjectId
from sim.core.model.time import MINUTE_MS
from sim.core.picture.observation import Fact
from sim.replay.knowledge import Knowledge, Spell, State, knowledge
from sim.report.blocks import Block, Cell, Grid, Heading, Paragraph, Section
from sim.report.exercise.material import Material
from sim.report.exercise.sections.exercise import subject_names
from sim.report.exercise.words import ReportWords

SUBJECTS_A_TABLE: Final = 5
_SPELLS_SHOWN: Final = 2
_BEHIND_MS: Final = MINUTE_MS
"""Time behind that is worth a line: less is the time that telling takes."""


def knowledge_section(material: Material, words: ReportWords) -> Section:
    """Return who knew what, and when."""
    say = words.say
    subjects = material.key_subjects
    known = {(each.party, each.subject): each for each in knowledge(material.evidence.log, subjects)}
    blocks: list[Block] = [Paragraph(say("report-knowledge-about")), Paragraph(say("report-knowledge-signs"))]
    if not subjects:
        blocks.append(Paragraph(say("report-knowledge-none")))
    names = subject_names(material, words)
    for first in range(0, len(subjects), SUBJECTS_A_TABLE):
        chosen = subjects[first : first + SUBJECTS_A_TABLE]
        last = first + len(chosen)
        if len(subjects) > SUBJECTS_A_TABLE:
            blocks.append(Heading(say("report-knowledge-part", first=first + 1, last=last, of=len(subjects))))
        heads = tuple(
            _head(number, subject, names, material) for number, subject in enumerate(chosen, first + 1)
        )
        blocks.append(_table(chosen, heads, known, material, words))
    return Section("knowledge", say("report-knowledge"), tuple(blocks), wide=True)


def _head(number: int, subject: SubjectId, names: dict[str, str], material: Material) -> str:
    numbers = material.fault_numbers
    faults = [numbers[fault.id] for fault in material.assessment.faults if fault.subject == subject]
    name = f"{number}. {names.get(subject, subject)}"
    return f"{name} ({', '.join(faults)})" if faults else name


def _table(
    subjects: Sequence[SubjectId],
    heads: tuple[str, ...],
    known: dict[tuple[PartyId, SubjectId], Knowledge],
    material: Material,
    words: ReportWords,
) -> Grid:
    log = material.evidence.log
    since = (
        Cell((words.say("report-since"),), strong=True),
        *(Cell(tuple(_truth(subject, material, words))) for subject in subjects),
    )
    rows = [since]
    for party in log.parties:
        told = [known[party.id, subject] for subject in subjects]
        if all(spell.state is State.NOTHING for each in told for spell in each.spells):
            continue
        rows.append(
            (Cell((words.party(party.id),)), *(Cell(tuple(_cell(each, material, words))) for each in told))
        )
    share = 85 // len(subjects)
    return Grid(
        words.say("report-knowledge"),
        (words.say("party"), *heads),
        (100 - share * len(subjects), *(share for _ in subjects)),
        tuple(rows),
        small=True,
    )


def _truth(subject: SubjectId, material: Material, words: ReportWords) -> list[str]:
    changes = material.evidence.log.truths.get(subject, ())
    lines = []
    if changes:
        first = changes[0]
        shown = words.held(first.content.fact, None)
        lines.append(f"{words.moment(first.at_ms)}: {shown}")
    if len(changes) > 1:
        last = changes[-1]
        key = "report-truth-changed"
        lines.append(
            words.say(
                key,
                count=len(changes) - 1,
                at=words.moment(last.at_ms),
                held=words.held(last.content.fact, None),
            )
        )
    return lines or [words.say("report-truth-none")]


def _cell(known: Knowledge, material: Material, words: ReportWords) -> list[str]:
    say = words.say
    first = known.first_right_ms
    lines = []
    if first is not None:
        lines.append(say("report-knew", at=words.moment(first)))
    wrong = known.in_state(State.WRONG)
    lines += [_wrong(spell, known.subject, material, words) for spell in wrong[:_SPELLS_SHOWN]]
    if len(wrong) > _SPELLS_SHOWN:
        lines.append(say("report-wrong-more", count=len(wrong) - _SPELLS_SHOWN))
    behind_ms = known.total_ms(State.BEHIND)
    if behind_ms >= _BEHIND_MS:
        lines.append(say("report-behind", duration=words.duration(behind_ms)))
    return lines or ["·"]


def _wrong(spell: Spell, subject: SubjectId, material: Material, words: ReportWords) -> str:
    assert spell.held is not None, "what is wrong is held"
    numbers = material.fault_numbers
    return words.say(
        "report-wrong",
        fault=", ".join(numbers.get(fault, fault) for fault in spell.faults),
        held=words.held(spell.held, _so_at(subject, spell.from_ms, material)),
        begun=words.moment(spell.from_ms),
        until=words.say("report-to-the-end")
        if spell.to_ms >= material.assessment.end_ms
        else words.moment(spell.to_ms),
    )


def _so_at(subject: SubjectId, at_ms: int, material: Material) -> Fact | None:
    changes = material.evidence.log.truths.get(subject, ())
    return next((change.content.fact for change in reversed(changes) if change.at_ms <= at_ms), None)
