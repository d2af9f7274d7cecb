"""The summary of a sweep, and what was played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.report.blocks import Block, Bullets, Cell, Facts, Grid, Heading, Paragraph, Section
from sim.report.sweeps.hangs_on import tried_blocks
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.words import SweepWords

_SENTENCES: Final = 3
"""Sentences of each sort in the summary, for each variant; all of them stand in the chapter on changes."""


def summary_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return the summary: what was played, the largest of what surely changes, and that nothing is ranked."""
    say, plan, findings = words.say, material.sweep.plan, material.findings
    blocks: list[Block] = [
        Paragraph(words.text(plan.notice), "notice"),
        Paragraph(
            say(
                "sweep-summary-played",
                name=words.text(plan.name),
                seeds=findings.seeds,
                variants=len(plan.variants),
                runs=len(material.sweep.runs),
            )
        ),
        Paragraph(say("sweep-summary-looked", looked=findings.looked_at, sure=findings.sure)),
        Paragraph(say("sweep-no-ranking"), "strong"),
    ]
    for variant in material.asked:
        blocks += _of(variant, material, words)
    if material.tried:
        blocks += tried_blocks(material, words)
    elif not material.asked:
        blocks.append(Paragraph(say("sweep-one-variant")))
    return Section("summary", say("report-summary"), tuple(blocks))


def _of(variant: str, material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    findings = material.findings
    yield Heading(words.marked(variant))
    groups = (findings.sure_changes(variant, kind) for kind in ("criterion", "figure", "cost"))
    told = [words.sentence(change) for changes in groups for change in changes[:_SENTENCES]]
    if told:
        yield Bullets(tuple((0, sentence) for sentence in told))
        more = len(findings.sure_changes(variant, "criterion", "figure", "cost")) - len(told)
        if more:
            yield Paragraph(words.say("sweep-summary-more", more=more), "quiet")
    else:
        yield Paragraph(words.nothing_sure())


def played_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return what was played: variants, seeds, what was drawn, and whose people differ."""
    say, plan, findings = words.say, material.sweep.plan, material.findings
    facts = [
        (say("report-exercise"), words.text(plan.name)),
        (say("sweep-seeds"), _seeds(plan.seeds, words)),
        (say("sweep-runs"), str(len(material.sweep.runs))),
        (say("report-length"), words.duration(plan.until_ms or plan.end_ms)),
    ]
    facts += [(say("sweep-faults"), ", ".join(plan.faults))] if plan.faults else []
    if findings.absent:
        lacking = say("sweep-lacking-runs", absent=findings.absent)
        facts.append((say("sweep-lacking"), lacking))
    facts.append((say("sweep-version"), f"beeld {plan.version} · {plan.scenario_digest[:12]}"))
    blocks: list[Block] = [
        Facts(say("sweep-played"), tuple(facts)),
        Paragraph(say("sweep-same-luck")),
        Heading(say("sweep-variants")),
        _variants(material, words),
    ]
    if plan.spreads:
        blocks += [Heading(say("sweep-spreads")), Paragraph(say("sweep-spreads-about"))]
        told = (
            say(
                "sweep-spread",
                name=spread.name,
                low=words.decimal(f"{spread.low:g}"),
                high=words.decimal(f"{spread.high:g}"),
            )
            for spread in plan.spreads
        )
        blocks.append(Bullets(tuple((0, each) for each in told)))
    return Section("played", say("sweep-played"), tuple(blocks))


def _seeds(seeds: tuple[int, ...], words: SweepWords) -> str:
    if len(seeds) > 1 and seeds == tuple(range(seeds[0], seeds[0] + len(seeds))):
        return words.say("sweep-seeds-from", count=len(seeds), first=seeds[0], last=seeds[-1])
    return ", ".join(str(seed) for seed in seeds)


def _variants(material: SweepMaterial, words: SweepWords) -> Grid:
    findings = material.findings
    rows = []
    for variant in material.sweep.plan.variants:
        people = tuple(
            words.say(
                "sweep-people",
                party=words.party(each.party),
                duty=each.on_duty,
                call=each.on_call,
                other_duty=each.reference_on_duty,
                other_call=each.reference_on_call,
            )
            for each in findings.staffing
            if each.variant == variant.name
        )
        name = words.variant(variant.name)
        if variant.name == findings.reference:
            name = words.say("sweep-is-reference", variant=name)
        rows.append(
            (
                Cell((words.mark(variant.name),), strong=True),
                Cell((name,)),
                Cell(variant.settings or ("·",)),
                Cell(people or ("·",)),
            )
        )
    heads = tuple(words.say(key) for key in ("sweep-mark", "sweep-variant", "sweep-set", "sweep-people-head"))
    return Grid(words.say("sweep-variants"), heads, (8, 34, 28, 30), tuple(rows), small=True)
