"""Small multiples (SVG): a panel for each party, in it a strip of dots and a box for each variant, on one common scale.

Nothing is told by colour alone: every strip has its letter, and the sign of its median has a shape of its own. Dots
that were still open when their run ended are open triangles at the right; the norm is a dashed line. The same sweep
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.model.time import HOUR_MS, MINUTE_MS, SECOND_MS
from sim.report.svg import element, polygon, text, width_of, wrapped
from sim.sweep.statistics import Bounds

WIDTH: Final = 1060
COLUMNS: Final = 2

_FONT: Final = "'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"
_INK, _SOFT, _LINE = "#111", "#555", "#bbb"
_FILLS: Final = ("#9db4d0", "#e3b27a", "#a8c8a0", "#d3a6c4", "#c9c28a", "#b0b0b0")
"""Colours of boxes; light enough for black on them, and told by letter and shape as well."""
_GAP, _PANEL = 30.0, (WIDTH - 30.0) / COLUMNS
_LEFT: Final = 40.0
"""Room for letters of variants, within a panel."""
_RIGHT: Final = 30.0
"""Room for what was still open, within a panel."""
_STRIP, _TITLE, _AXIS, _BOX = 30.0, 24.0, 30.0, 14.0
_TICKS: Final = 5
_DOT: Final = 2.6
_GOLDEN: Final = 0.618_033_988_75

_STEPS_MS: Final = (
    *(seconds * SECOND_MS for seconds in (1, 5, 10, 30)),
    *(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12, 24, 48, 96, 168)),
)


@dataclass(frozen=True, slots=True)
class Strip:
    """What one variant shows.

    Attributes:
        mark: Its letter.
        place: Its place among the variants, from 0.
        figures: What each run shows; runs in which nothing was observed are left out.
        missing: How many were left out.
    """

    mark: str
    place: int
    figures: tuple[Bounds, ...]
    missing: int

    @property
    def exact(self) -> tuple[float, ...]:
        """Return the figures that are known, in order of the runs."""
        return tuple(
            figure.low for figure in self.figures if figure.exact is not None and figure.low is not None
        )

    @property
    def open(self) -> int:
        """Return how many were still open when their run ended."""
        return len(self.figures) - len(self.exact)

    @property
    def least(self) -> tuple[float, ...]:
        """Return what the figures are at least."""
        return tuple(figure.low for figure in self.figures if figure.low is not None)


@dataclass(frozen=True, slots=True)
class Panel:
    """What all variants show for one party; its norm, where all of them have the same."""

    title: str
    strips: tuple[Strip, ...]
    limit: Number | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def x(self, left: float, value: float) -> float:
        width = _PANEL - _LEFT - _RIGHT
        return left + _LEFT + width * (value - self.low) / (self.high - self.low)


def strips(
    panels: Sequence[Panel], legend: Sequence[tuple[str, str]], unit: Unit, shown: Callable[[float], str]
) -> str:
    """Return panels side by side as an SVG document.

    Args:
        panels: The panels, in order.
        legend: Letter and name of each variant, in order; and of what is drawn besides.
        unit: What all of them count in.
        shown: Writes a figure on the axis.
    """
    scale = _scale(panels)
    parts: list[str] = []
    y = _legend(parts, legend)
    for row in range(0, len(panels), COLUMNS):
        height = 0.0
        for column, panel in enumerate(panels[row : row + COLUMNS]):
            drawn, taken = _panel(panel, column * (_PANEL + _GAP), y, scale, unit, shown)
            parts += drawn
            height = max(height, taken)
        y += height
    height = round(y + 4)
    return element(
        "svg",
        element("rect", width=WIDTH, height=height, fill="white") + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        font_family=_FONT,
    )


def _scale(panels: Sequence[Panel]) -> _Scale:
    values = [value for panel in panels for strip in panel.strips for value in strip.least]
    values += [float(panel.limit) for panel in panels if panel.limit is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * 0.04 or max(abs(high), 1.0) * 0.1
    # What cannot be less than nothing begins at nothing, when that is near.
    low = 0.0 if 0 <= low < (high - low) else low - room
    return _Scale(low, high + room)


def _legend(parts: list[str], legend: Sequence[tuple[str, str]]) -> float:
    y = 16.0
    for place, (mark, name) in enumerate(legend):
        parts.append(_sign(place, 12.0, y - 4))
        parts.append(text(26, y, mark, font_size=12, font_weight="bold", fill=_INK))
        for line in wrapped(name, WIDTH - 60, 12):
            parts.append(text(46, y, line, font_size=12, fill=_INK))
            y += 18
    return y + 4


def _panel(
    panel: Panel, left: float, top: float, scale: _Scale, unit: Unit, shown: Callable[[float], str]
) -> tuple[list[str], float]:
    parts = []
    y = top + 15
    for line in wrapped(panel.title, _PANEL, 13, bold=True)[:2]:
        parts.append(text(left, y, line, font_size=13, font_weight="bold", fill=_INK))
        y += 16
    first = y - 8
    bottom = first + len(panel.strips) * _STRIP
    parts += _axis(left, first, bottom, scale, unit, shown)
    if panel.limit is not None:
        x = scale.x(left, float(panel.limit))
        parts.append(
            element(
                "line", x1=x, y1=first, x2=x, y2=bottom, stroke=_INK, stroke_width=1.4, stroke_dasharray="5 3"
            )
        )
    for place, strip in enumerate(panel.strips):
        parts += _strip(strip, left, first + place * _STRIP + _STRIP / 2, scale)
    return parts, bottom - top + _AXIS


def _axis(
    left: float, top: float, bottom: float, scale: _Scale, unit: Unit, shown: Callable[[float], str]
) -> list[str]:
    ends = {"x1": left + _LEFT, "x2": left + _PANEL - _RIGHT}
    parts = [element("line", y1=bottom, y2=bottom, stroke=_SOFT, stroke_width=1, **ends)]
    taken = -1e9
    for value in _ticks(scale, unit):
        x = scale.x(left, value)
        parts.append(element("line", x1=x, y1=top, x2=x, y2=bottom, stroke="#e4e4e4", stroke_width=1))
        label = shown(value)
        if x - width_of(label, 10) / 2 > taken:
            parts.append(text(x, bottom + 13, label, font_size=10, text_anchor="middle", fill=_SOFT))
            taken = x + width_of(label, 10) / 2
    return parts


def _ticks(scale: _Scale, unit: Unit) -> list[float]:
    span = scale.high - scale.low
    if unit is Unit.MS:
        step = float(next((each for each in _STEPS_MS if span / each <= _TICKS), _STEPS_MS[-1]))
    else:
        power = 10.0 ** np.floor(np.log10(span / _TICKS))
        step = float(next(factor * power for factor in (1, 2, 5, 10) if span / (factor * power) <= _TICKS))
    first = np.ceil(scale.low / step)
    count = int(np.floor(scale.high / step) - first) + 1
    return [float((first + number) * step) for number in range(max(count, 0))]


def _strip(strip: Strip, left: float, y: float, scale: _Scale) -> list[str]:
    parts = [text(left + 4, y + 4, strip.mark, font_size=12, font_weight="bold", fill=_INK)]
    if strip.missing:
        parts.append(text(left + 17, y + 4, f"({strip.missing})", font_size=9, fill=_SOFT))
    if strip.least:
        parts += _box(strip, left, y, scale)
    if strip.open:
        x = left + _PANEL - _RIGHT + 8
        points = [(x, y - 5), (x + 9, y), (x, y + 5)]
        parts.append(polygon(points, fill="white", stroke=_INK, stroke_width=1.3))
        parts.append(text(x + 5, y + 15, str(strip.open), font_size=9, text_anchor="middle", fill=_INK))
    return parts


def _box(strip: Strip, left: float, y: float, scale: _Scale) -> list[str]:
    """Return the dots of a strip, the box of the middle half of its runs, and the sign of its median."""
    low, middle, high = (scale.x(left, float(value)) for value in np.percentile(strip.least, (25, 50, 75)))
    fill = _FILLS[strip.place % len(_FILLS)]
    box = element(
        "rect", x=low, y=y - _BOX / 2, width=max(high - low, 1.0), height=_BOX, fill=fill, stroke=_SOFT,
        stroke_width=0.8, fill_opacity=0.75,
    )  # fmt: skip
    dots = "".join(
        f"M{scale.x(left, value):.1f} {y + (((number + 1) * _GOLDEN) % 1 - 0.5) * (_STRIP - 9):.1f}h.1"
        for number, value in enumerate(strip.exact)
    )
    parts = [box]
    if dots:
        parts.append(
            element(
                "path", d=dots, stroke=_INK, stroke_width=_DOT, stroke_linecap="round", stroke_opacity=0.4,
                fill="none",
            )
        )  # fmt: skip
    return [*parts, _sign(strip.place, middle, y)]


def _sign(place: int, x: float, y: float) -> str:
    """Return the sign of a variant: a circle, a square, a diamond, a triangle up, one down, a cross."""
    style = {"fill": _FILLS[place % len(_FILLS)], "stroke": _INK, "stroke_width": 1.8}
    kind = place % 6
    if kind == 0:
        return element("circle", cx=x, cy=y, r=6.0, **style)
    if kind == 1:
        return element("rect", x=x - 5.5, y=y - 5.5, width=11.0, height=11.0, **style)
    shapes = {
        2: [(0, -7), (7, 0), (0, 7), (-7, 0)],
        3: [(0, -7), (7, 5), (-7, 5)],
        4: [(0, 7), (7, -5), (-7, -5)],
        5: [
            (-2, -7),
            (2, -7),
            (2, -2),
            (7, -2),
            (7, 2),
            (2, 2),
            (2, 7),
            (-2, 7),
            (-2, 2),
            (-7, 2),
            (-7, -2),
            (-2, -2),
        ],
    }
    return polygon([(x + dx, y + dy) for dx, dy in shapes[kind]], **style)


def told(panel: Panel, shown: Callable[[float], str], say: Callable[..., str]) -> str:
    """Return what a panel shows, for who cannot see it."""
    parts = []
    for strip in panel.strips:
        if not strip.least:
            parts.append(say("sweep-strip-none", mark=strip.mark))
            continue
        low, middle, high = (shown(float(value)) for value in np.percentile(strip.least, (25, 50, 75)))
        parts.append(
            say("sweep-strip", mark=strip.mark, median=middle, low=low, high=high, count=len(strip.figures))
        )
    return f"{panel.title}: {'; '.join(parts)}."
