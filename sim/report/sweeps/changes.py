"""What changes between variants, in sentences that can be quoted; at what cost; and what cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.core.assessment.judging.outcome import Result
from sim.report.blocks import Block, Bullets, Cell, Grid, Heading, Paragraph, Section, cells
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.words import SweepWords
from sim.sweep.findings import Change

_SENTENCES_MAX: Final = 40
"""Sentences of one sort for one variant; how many more there are is said."""


def changes_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return every change that is sure as a sentence, by variant and sort; then what stands on paper."""
    say, findings = words.say, material.findings
    blocks: list[Block] = [Paragraph(say("sweep-changes-about"))]
    for variant in material.asked:
        blocks.append(Heading(words.marked(variant)))
        met = findings.sure_changes(variant, "criterion")
        exchange = findings.sure_changes(variant, "figure")
        blocks += _sentences("sweep-changes-criteria", met, words)
        blocks += _sentences("sweep-changes-figures", exchange, words)
        if not met and not exchange:
            blocks.append(Paragraph(words.nothing_sure()))
        blocks += _on_paper(variant, material, words)
        blocks += _only(variant, material, words)
    if not material.asked:
        blocks = [Paragraph(say("sweep-only-tried" if material.tried else "sweep-one-variant"))]
    return Section("changes", say("sweep-changes"), tuple(blocks))


def costs_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return what a variant costs in people and messages: in sentences, then in figures."""
    say, findings = words.say, material.findings
    blocks: list[Block] = [Paragraph(say("sweep-costs-about"))]
    for variant in material.asked:
        costs = findings.sure_changes(variant, "cost")
        blocks.append(Heading(words.marked(variant)))
        people = [each for each in findings.staffing if each.variant == variant]
        told = tuple(
            (
                0,
                say(
                    "sweep-people-sentence",
                    party=words.party(each.party),
                    duty=each.on_duty,
                    call=each.on_call,
                    other_duty=each.reference_on_duty,
                    other_call=each.reference_on_call,
                ),
            )
            for each in people
        )
        if told:
            blocks.append(Bullets(told))
        if costs:
            blocks += [*_sentences("sweep-costs-messages", costs, words), _table(costs, words)]
        elif not told:
            blocks.append(Paragraph(words.nothing_sure()))
    if not material.asked:
        blocks = [Paragraph(say("sweep-only-tried" if material.tried else "sweep-one-variant"))]
    return Section("costs", say("sweep-costs"), tuple(blocks))


def _sentences(title: str, changes: Sequence[Change], words: SweepWords) -> Iterator[Block]:
    if not changes:
        return
    yield Heading(words.say(title), 4)
    yield Bullets(tuple((0, words.sentence(change)) for change in changes[:_SENTENCES_MAX]))
    more = len(changes) - _SENTENCES_MAX
    if more > 0:
        yield Paragraph(words.say("sweep-summary-more", more=more), "quiet")


def _table(changes: Sequence[Change], words: SweepWords) -> Grid:
    say = words.say
    rows = tuple(
        cells(
            words.party(change.about.party),
            words.figure_name(change),
            words.estimate(change.reference, change.unit),
            words.estimate(change.found, change.unit),
            words.difference(change.difference, change.unit),
        )
        for change in changes[:_SENTENCES_MAX]
    )
    heads = ("party", "sweep-what", "sweep-reference", "sweep-variant", "sweep-difference")
    return Grid(say("sweep-costs"), tuple(say(key) for key in heads), (22, 26, 17, 17, 18), rows, small=True)


def _on_paper(variant: str, material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    found = [each for each in material.findings.on_paper if each.variant == variant]
    if not found:
        return
    yield Heading(words.say("sweep-on-paper"), 4)
    yield Paragraph(words.say("sweep-on-paper-about"))
    rows = tuple(
        (
            Cell((words.party(each.party),)),
            Cell((words.criterion(each.criterion),)),
            Cell((_result(each.reference, words),)),
            Cell((_result(each.found, words),)),
        )
        for each in found
    )
    heads = ("party", "criterion", "sweep-reference", "sweep-variant")
    title = words.say("sweep-on-paper")
    yield Grid(title, tuple(words.say(key) for key in heads), (25, 41, 17, 17), rows, small=True)


def _result(result: Result | None, words: SweepWords) -> str:
    return "·" if result is None else words.say(f"result-{result.value.replace(' ', '-')}")


def _only(variant: str, material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    found = [each for each in material.findings.only if each.variant == variant]
    if not found:
        return
    yield Heading(words.say("sweep-only"), 4)
    yield Paragraph(words.say("sweep-only-about"))
    entries = (
        words.say(
            "sweep-only-one",
            party=words.party(each.about.party),
            figure=words.say(f"swept-{each.about.name}"),
            mark=words.mark(each.under),
            count=each.count,
        )
        for each in found[:_SENTENCES_MAX]
    )
    yield Bullets(tuple((0, entry) for entry in entries))
    if len(found) > _SENTENCES_MAX:
        yield Paragraph(words.say("sweep-summary-more", more=len(found) - _SENTENCES_MAX), "quiet")
