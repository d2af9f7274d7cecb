"""What results hang on: norms, conditions of an advice, values that each seed drew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from sim.core.assessment.evidence.figure import Unit
from sim.report.blocks import Block, Bullets, Grid, Heading, Paragraph, Section, cells
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.words import SweepWords
from sim.sweep.sensitivity import FACTORS, NEAR, NormCurve
from sim.sweep.trying import LESS_SKILLED, SLOWER

_KINDS: Final[tuple[Literal["criterion", "figure"], ...]] = ("criterion", "figure")
_ROWS_MAX: Final = 40
_SENTENCES: Final = 2
"""Sentences of each sort for each variant that tries something."""
_SHOWN: Final = (0.5, 0.75, 1.0, 1.25, 1.5)
"""Factors on norms that the table shows, of all that are looked at."""


def hangs_on_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return what results hang on."""
    blocks: list[Block] = [Paragraph(words.say("sweep-hangs-about"))]
    if material.tried:
        blocks += tried_blocks(material, words)
        blocks += _sentences_of_tried(material, words)
    blocks += _norms(material, words)
    blocks += _advice(material, words)
    blocks += _drawn(material, words)
    return Section("hangs-on", words.say("sweep-hangs"), tuple(blocks))


def tried_blocks(material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    """Yield what changes when the people of one party, or one channel, are otherwise: how many criteria and figures."""
    say, findings = words.say, material.findings
    yield Heading(say("sweep-tried"))
    yield Paragraph(
        say("sweep-tried-about", slower=words.decimal(f"{SLOWER:g}"), skilled=f"{LESS_SKILLED:.0%}")
    )
    counted = [
        (
            variant,
            len(findings.sure_changes(variant, "criterion")),
            len(findings.sure_changes(variant, "figure")),
        )
        for variant in material.tried
    ]
    rows = tuple(
        cells(words.variant(variant), str(criteria), str(figures))
        for variant, criteria, figures in sorted(counted, key=lambda each: (-each[1], -each[2]))
    )
    heads = ("sweep-tried-what", "sweep-changes-criteria", "sweep-changes-figures")
    yield Grid(say("sweep-tried"), tuple(say(key) for key in heads), (50, 25, 25), rows, small=True)


def _sentences_of_tried(material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    for variant in material.tried:
        changes = [
            change for kind in _KINDS for change in material.findings.sure_changes(variant, kind)[:_SENTENCES]
        ]
        if changes:
            yield Heading(words.variant(variant), 4)
            yield Bullets(tuple((0, words.sentence(change)) for change in changes))


def _norms(material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    say = words.say
    near = [curve for curve in material.sensitivity.norms if curve.hangs_on_norm]
    yield Heading(say("sweep-norms"))
    yield Paragraph(say("sweep-norms-about", share=f"{NEAR:.0%}"))
    if not near:
        yield Paragraph(say("none"))
        return
    rows = tuple(
        cells(
            words.party(curve.party),
            words.criterion(curve.criterion),
            words.mark(curve.variant),
            words.bound(curve.better, curve.limit, curve.unit),
            words.estimate(curve.turns_at, curve.unit),
            *_shares(curve, words),
        )
        for curve in near[:_ROWS_MAX]
    )
    heads = (
        *(say(key) for key in ("party", "criterion", "sweep-mark", "sweep-norm", "sweep-turns-at")),
        *(f"{factor:.0%}" for factor in _SHOWN),
    )
    yield Grid(say("sweep-norms"), heads, (16, 25, 8, 10, 16, 5, 5, 5, 5, 5), rows, small=True)
    if len(near) > _ROWS_MAX:
        yield Paragraph(say("sweep-summary-more", more=len(near) - _ROWS_MAX), "quiet")


def _shares(curve: NormCurve, words: SweepWords) -> Iterator[str]:
    """Yield how likely the criterion is met with other norms; a share cannot be asked for beyond all of it."""
    for factor in _SHOWN:
        wanted = float(curve.limit) * factor
        met = next((point.met.value for point in curve.points if abs(point.limit - wanted) < 1e-9), None)
        yield "·" if met is None or factor not in FACTORS else words.bounds(met, Unit.SHARE)


def _advice(material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    say = words.say
    turns = material.sensitivity.advice
    if not turns:
        return
    yield Heading(say("sweep-advice-turns"))
    yield Paragraph(say("sweep-advice-turns-about"))
    rows = tuple(
        cells(
            words.party(turn.party),
            words.mark(turn.variant),
            words.criterion(turn.criterion),
            say("sweep-so-many-of", count=turn.turned, of=turn.of),
            say(f"advice-{turn.advice.value.replace(' ', '-')}"),
        )
        for turn in turns[:_ROWS_MAX]
    )
    heads = ("party", "sweep-mark", "criterion", "sweep-turned", "sweep-would-be")
    title = say("sweep-advice-turns")
    yield Grid(title, tuple(say(key) for key in heads), (22, 8, 38, 14, 18), rows, small=True)
    if len(turns) > _ROWS_MAX:
        yield Paragraph(say("sweep-summary-more", more=len(turns) - _ROWS_MAX), "quiet")


def _drawn(material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    say, sensitivity = words.say, material.sensitivity
    if not material.sweep.plan.spreads:
        return
    yield Heading(say("sweep-drawn"))
    yield Paragraph(say("sweep-drawn-about", looked=sensitivity.looked_at))
    sure = [along for along in sensitivity.drawn if along.sure]
    rows = tuple(
        cells(
            along.spread,
            words.mark(along.variant),
            words.about(along.about),
            words.correlation(along.correlation),
        )
        for along in sure[:_ROWS_MAX]
    )
    if not rows:
        yield Paragraph(words.nothing_sure())
        return
    heads = ("sweep-value-drawn", "sweep-mark", "sweep-what", "sweep-correlation")
    yield Grid(say("sweep-drawn"), tuple(say(key) for key in heads), (26, 8, 46, 20), rows, small=True)
