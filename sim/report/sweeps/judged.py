"""How likely each criterion is met under each variant, and how often each advice is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.outcome import Advice
from sim.report.blocks import Block, Cell, Grid, Heading, Paragraph, Section, cells
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.words import SweepWords
from sim.sweep.findings import key_of
from sim.sweep.statistics import Estimate

_HEAD: Final = 34


def judged_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return a table of criteria for each party, with how likely each is met, and a table of advice."""
    say, findings = words.say, material.findings
    variants = (findings.reference, *material.asked)
    blocks: list[Block] = [Paragraph(say("sweep-judged-about")), Paragraph(_legend(variants, words), "quiet")]
    by_party: dict[str, list[tuple[str, dict[str, Estimate]]]] = {}
    for about in material.draws.abouts("criterion"):
        told = findings.criteria.get(key_of(about))
        if told is not None and any(estimate.count for estimate in told.values()):
            by_party.setdefault(about.party, []).append((about.name, dict(told)))
    sure = {
        (change.about.party, change.about.name, change.variant)
        for change in findings.changes
        if change.sure and change.about.kind == "criterion"
    }
    for party, criteria in by_party.items():
        blocks.append(Heading(_capital(words.party(party))))
        rows = tuple(
            (
                Cell((words.criterion(name),)),
                *(
                    Cell(_met(told.get(variant), words), strong=(party, name, variant) in sure)
                    for variant in variants
                ),
            )
            for name, told in criteria
        )
        blocks.append(_grid(_capital(words.party(party)), say("criterion"), variants, rows, words))
    blocks += _advice(material, words)
    return Section("judged", say("sweep-judged"), tuple(blocks))


def _legend(variants: tuple[str, ...], words: SweepWords) -> str:
    return "; ".join(words.marked(variant) for variant in variants)


def _grid(
    caption: str, head: str, variants: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], words: SweepWords
) -> Grid:
    width = (100 - _HEAD) // len(variants)
    heads = (head, *(words.mark(variant) for variant in variants))
    widths = (100 - width * len(variants), *(width for _ in variants))
    return Grid(caption, heads, widths, rows, small=True)


def _met(estimate: Estimate | None, words: SweepWords) -> tuple[str, ...]:
    if estimate is None or not estimate.count:
        return (words.say("result-not-observed"),)
    told = (words.estimate(estimate, Unit.SHARE),)
    if estimate.missing:
        return (*told, words.say("sweep-not-observed-in", missing=estimate.missing))
    return told


def _advice(material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    findings = material.findings
    variants = (findings.reference, *material.asked)
    shares = {(each.party, each.variant, each.advice): each.share for each in findings.advice}
    parties = dict.fromkeys(each.party for each in findings.advice)
    if not parties:
        return
    yield Heading(words.say("report-advice-short"))
    yield Paragraph(words.say("sweep-advice-about"))
    rows = []
    for party in parties:
        given = [
            advice for advice in Advice if any((party, variant, advice) in shares for variant in variants)
        ]
        for advice in given:
            told = (words.estimate(shares.get((party, variant, advice)), Unit.SHARE) for variant in variants)
            name = words.say(f"advice-{advice.value.replace(' ', '-')}")
            rows.append(cells(f"{words.party(party)}: {name}", *told))
    yield _grid(words.say("report-advice-short"), words.say("advice"), variants, tuple(rows), words)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
