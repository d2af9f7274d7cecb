"""The chapter of small multiples: for each figure that surely changes somewhere, a strip for each variant and party."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.report.blocks import Block, Paragraph, Picture, Section
from sim.report.sweeps.material import SweepMaterial
from sim.report.sweeps.strips_drawing import Panel, Strip, strips, told
from sim.report.sweeps.words import SweepWords
from sim.sweep.draws import About
from sim.sweep.findings import Change

FIGURES_MAX: Final = 12
"""Figures that are drawn; the largest changes first."""

PANELS_MAX: Final = 8
"""Parties in one drawing, so that it fits on a page that lies on its side."""


def multiples_section(material: SweepMaterial, words: SweepWords) -> Section:
    """Return what each run shows of the figures that change most, on one scale for all parties and variants."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in material.findings.changes:
        if change.sure and change.variant in material.asked and change.about.kind != "criterion":
            group = groups.setdefault((change.about.kind, change.about.name), [])
            if change.about not in {each.about for each in group}:
                group.append(change)
    blocks: list[Block] = [Paragraph(words.say("sweep-multiples-about"))]
    shown = list(groups.values())[:FIGURES_MAX]
    for changes in shown:
        blocks += _drawing(changes, material, words)
    if not shown:
        blocks.append(Paragraph(words.nothing_sure()))
    elif len(groups) > len(shown):
        blocks.append(Paragraph(words.say("sweep-summary-more", more=len(groups) - len(shown)), "quiet"))
    return Section("multiples", words.say("sweep-multiples"), tuple(blocks), wide=True)


def _drawing(changes: list[Change], material: SweepMaterial, words: SweepWords) -> Iterator[Block]:
    first = changes[0]
    panels = [_panel(change.about, material, words) for change in changes[:PANELS_MAX]]
    legend = [
        (words.mark(variant.name), words.variant(variant.name)) for variant in material.sweep.plan.variants
    ]
    name = words.figure_name(first)
    title = name[0].upper() + name[1:]

    def shown(value: float) -> str:
        return words.axis(value, first.unit)

    caption = words.say("sweep-multiples-caption", figure=title, count=material.findings.seeds)
    if len(changes) > PANELS_MAX:
        caption = f"{caption} {words.say('sweep-multiples-more', more=len(changes) - PANELS_MAX)}"
    yield Picture(
        name=f"strips-{first.about.kind}-{first.about.name}",
        svg=strips(panels, legend, first.unit, shown),
        alt=" ".join([caption, *(told(panel, shown, words.say) for panel in panels)]),
        caption=caption,
    )


def _panel(about: About, material: SweepMaterial, words: SweepWords) -> Panel:
    draws = material.draws
    found, limits = [], set()
    for place, variant in enumerate((draws.reference, *draws.others)):
        figures = draws.figures(about, variant)
        seen = tuple(bounds for bounds in figures.values() if bounds is not None)
        found.append(Strip(words.mark(variant), place, seen, len(figures) - len(seen)))
        drawn = draws.drawn(about, variant)
        limits.add(None if drawn is None else drawn.limit)
    limit = limits.pop() if len(limits) == 1 else None
    return Panel(words.party(about.party), tuple(found), limit)
