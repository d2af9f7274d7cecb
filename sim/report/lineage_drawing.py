"""The contamination tree of a fault as a drawing (SVG): the tree, a line of time for each party, and how it ended.

Nothing is told by colour alone: what is held is a bar, what is held to the end is hatched with an open end, and each
thing that was done has a shape of its own. The same tree gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sim.core.assessment.lineage import Lineage, Node
from sim.core.assessment.outcome import FaultResult
from sim.core.model.time import HOUR_MS, MINUTE_MS, format_offset
from sim.report.lineage_words import LineageWords
from sim.report.svg import element, polygon, text, width_of, wrapped, xml

WIDTH: Final = 1280
_MARGIN: Final = 24.0
_TREE: Final = 400.0
"""Width of the column with the tree."""
_TIME: Final = (_MARGIN + _TREE + 12.0, 900.0)
"""From where to where the lines of time go."""
_END: Final = 916.0
"""Where the column with the outcome begins."""
_INDENT: Final = 18.0
_INDENT_MAX: Final = 160.0
_NAME, _SMALL, _LINE = 13.0, 11.0, 15.0
_BAR: Final = 12.0
_DARK, _MIDDLE, _PALE, _HELD = "#1a1a1a", "#555555", "#f4f4f4", "#c9d6e8"
_STEPS_MS: Final = (
    *(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672)),
)
_TICKS_MAX: Final = 6
_LABEL: Final = 76.0
"""Width that the label of a moment takes."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One party in the drawing: where it stands, and its lines of text."""

    node: Node
    top: float
    height: float
    name: list[str]
    told: list[str]
    outcome: list[str]

    @property
    def indent(self) -> float:
        return _MARGIN + min(self.node.depth * _INDENT, _INDENT_MAX)

    @property
    def middle(self) -> float:
        return self.top + 20


@dataclass(frozen=True, slots=True)
class _Scale:
    """Exercise time on the lines of time."""

    from_ms: int
    to_ms: int

    def x(self, at_ms: int) -> float:
        left, right = _TIME
        at_ms = min(max(at_ms, self.from_ms), self.to_ms)
        return left + (right - left) * (at_ms - self.from_ms) / (self.to_ms - self.from_ms)

    def ticks(self) -> list[int]:
        span = self.to_ms - self.from_ms
        step = next((step for step in _STEPS_MS if span // step < _TICKS_MAX), span)
        first = -(-self.from_ms // step) * step
        return list(range(first, self.to_ms + 1, step))


def drawing(fault: FaultResult, tree: Lineage, words: LineageWords, of_run: str, end_ms: int) -> str:
    """Return a tree as an SVG document.

    Args:
        fault: What became of the fault.
        tree: Its contamination tree.
        words: The words to use.
        of_run: Which run it is of.
        end_ms: When the run ended.
    """
    head, top = _head(fault, tree, words, of_run)
    rows = _rows(tree, words, top + 44)
    scale = _scale(tree, end_ms)
    bottom = rows[-1].top + rows[-1].height
    legend, height = _legend(words, bottom + 30)
    parts = [
        element("title", xml(words.title(fault)), id="title"),
        element("desc", xml(_described(fault, tree, words)), id="desc"),
        _HATCHING,
        element("rect", width=WIDTH, height=round(height), fill="white"),
        *head,
        *_axis(scale, words, top, bottom),
        *(piece for row in rows for piece in _row(row)),
        *_branches(rows),
        *_tellings(rows, scale),
        *(piece for row in rows for piece in _life(row, scale, fault.at_ms)),
        *legend,
    ]
    return (
        element(
            "svg",
            "\n" + "\n".join(parts) + "\n",
            xmlns="http://www.w3.org/2000/svg",
            width=WIDTH,
            height=round(height),
            viewBox=f"0 0 {WIDTH} {round(height)}",
            role="img",
            aria_labelledby="title desc",
            lang=words.language,
            font_family="Helvetica, Arial, 'DejaVu Sans', sans-serif",
            font_size=_SMALL,
            fill=_DARK,
        )
        + "\n"
    )


_HATCHING: Final = element(
    "defs",
    element(
        "pattern",
        element("rect", width=6, height=6, fill=_HELD)
        + element("path", d="M0,6 L6,0", stroke=_DARK, stroke_width=1),
        id="open",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    ),
)


def _described(fault: FaultResult, tree: Lineage, words: LineageWords) -> str:
    """Return the whole tree in words, for who does not see the drawing."""
    figures = "; ".join(f"{name}: {figure}" for name, figure in words.figures(fault))
    nodes = " ".join(
        f"{words.name(node)}: {words.told(node)}, {words.moment(node.at_ms)}; {words.held(node)}."
        for node in tree.nodes
    )
    return f"{words.about(fault)}. {figures}. {words.summary(fault, tree)} {nodes}"


def _head(fault: FaultResult, tree: Lineage, words: LineageWords, of_run: str) -> tuple[list[str], float]:
    wide = WIDTH - 2 * _MARGIN
    pieces, y = [], 36.0
    for line in wrapped(words.title(fault), wide, 20, bold=True):
        pieces.append(text(_MARGIN, y, line, font_size=20, font_weight="bold"))
        y += 25
    for told in (f"{of_run} · {words.about(fault)}", words.summary(fault, tree)):
        for line in wrapped(told, wide, 12):
            pieces.append(text(_MARGIN, y, line, font_size=12, fill=_MIDDLE))
            y += 17
    y += 14
    figures = words.figures(fault)
    each = wide / len(figures)
    for place, (name, figure) in enumerate(figures):
        x = _MARGIN + place * each
        pieces.append(text(x, y, name, fill=_MIDDLE))
        for number, line in enumerate(wrapped(figure, each - 8, 15, bold=True)):
            pieces.append(text(x, y + 19 + 18 * number, line, font_size=15, font_weight="bold"))
    return pieces, y + 60


def _rows(tree: Lineage, words: LineageWords, top: float) -> list[_Row]:
    rows = []
    for node in tree.nodes:
        wide = _TREE - min(node.depth * _INDENT, _INDENT_MAX) - 8
        name = wrapped(words.name(node), wide, _NAME, bold=True)
        told = _lines([f"{words.moment(node.at_ms)} (#{node.seq})", words.told(node)], wide)
        said = [words.held(node), *words.marks(node), words.again(node), words.built(node)]
        outcome = _lines([line for line in said if line], WIDTH - _MARGIN - _END)
        height = max((len(name) + len(told)) * _LINE, len(outcome) * _LINE) + 16
        rows.append(_Row(node, top, height, name, told, outcome))
        top += height
    return rows


def _lines(told: Sequence[str], wide: float) -> list[str]:
    return [line for each in told for line in wrapped(each, wide, _SMALL)]


def _scale(tree: Lineage, end_ms: int) -> _Scale:
    first = tree.nodes[0].at_ms
    moments = [first + MINUTE_MS]
    for node in tree.nodes:
        marks = (node.recognised, node.signalled, node.corrected, node.righted)
        moments += [mark.at_ms for mark in marks if mark is not None]
        moments += [thing.at_ms for thing in node.built]
        moments.append(end_ms if node.open else node.at_ms)
    last = max(moments)
    return _Scale(first, last + max(1, (last - first) // 25))


def _axis(scale: _Scale, words: LineageWords, top: float, bottom: float) -> Iterator[str]:
    yield text(_MARGIN, top, words.say("lineage-parties"), font_weight="bold", font_size=12)
    yield text(_TIME[0], top, words.say("lineage-time"), font_weight="bold", font_size=12)
    yield text(_END, top, words.say("lineage-outcome"), font_weight="bold", font_size=12)
    free = _TIME[0]
    for at_ms in scale.ticks():
        x = scale.x(at_ms)
        yield element("line", x1=x, y1=top + 10, x2=x, y2=bottom, stroke="#dddddd")
        if x < free or x + _LABEL > _END:
            continue
        yield text(x + 3, top + 21, format_offset(at_ms))
        yield text(x + 3, top + 34, words.clock(at_ms))
        free = x + _LABEL


def _row(row: _Row) -> Iterator[str]:
    yield element(
        "line",
        x1=_MARGIN,
        y1=row.top,
        x2=float(WIDTH - _MARGIN),
        y2=row.top,
        stroke="#cccccc",
        stroke_width=0.5,
    )
    y = row.top + 19
    for line in row.name:
        yield text(row.indent, y, line, font_size=_NAME, font_weight="bold")
        y += _LINE
    for line in row.told:
        yield text(row.indent, y, line, fill=_MIDDLE)
        y += _LINE
    for number, line in enumerate(row.outcome):
        yield text(_END, row.top + 19 + number * _LINE, line, fill=_DARK if number == 0 else _MIDDLE)


def _branches(rows: Sequence[_Row]) -> Iterator[str]:
    """Draw the branches of the tree left of the names."""
    by_party = {row.node.party: row for row in rows}
    for row in rows:
        parent = by_party.get(row.node.parent or "")
        if parent is None:
            continue
        x, y = row.indent - 11, row.top + 15
        start = parent.top + (len(parent.name) + len(parent.told)) * _LINE + 8
        path = f"M{x:g},{start:g} V{y:g} H{row.indent - 3:g}"
        yield element("path", d=path, fill="none", stroke=_MIDDLE)


def _tellings(rows: Sequence[_Row], scale: _Scale) -> Iterator[str]:
    """Draw who told whom when: a line down from who told it, with a dot where it arrives."""
    by_party = {row.node.party: row for row in rows}
    for row in rows:
        parent = by_party.get(row.node.parent or "")
        if parent is None:
            continue
        x = scale.x(row.node.at_ms)
        yield element(
            "line", x1=x, y1=parent.middle, x2=x, y2=row.middle - 5, stroke=_MIDDLE, stroke_dasharray="1 3"
        )
        yield polygon([(x, row.middle), (x - 4, row.middle - 8), (x + 4, row.middle - 8)], fill=_MIDDLE)


def _life(row: _Row, scale: _Scale, entered_ms: int) -> Iterator[str]:
    """Draw from when to when a party held it, and what it did."""
    node, y = row.node, row.middle
    if node.parent is None:
        until = node.spans[0][0] if node.spans else scale.to_ms
        x = scale.x(entered_ms)
        yield element("line", x1=x, y1=y, x2=scale.x(until), y2=y, stroke=_DARK, stroke_dasharray="4 3")
        yield _entered(x, y)
    for since_ms, until_ms in node.spans:
        yield _bar(scale.x(since_ms), None if until_ms is None else scale.x(until_ms), y)
    yield from _marks(node, scale, y)


def _entered(x: float, y: float) -> str:
    return element("circle", cx=x, cy=y, r=4.0, fill="white", stroke=_DARK, stroke_width=1.5)


def _bar(left: float, right: float | None, y: float) -> str:
    top, bottom = y - _BAR / 2, y + _BAR / 2
    if right is not None:
        width = max(2.0, right - left)
        return element("rect", x=left, y=top, width=width, height=_BAR, fill=_HELD, stroke=_DARK)
    end = _TIME[1]
    points = [(left, top), (end - 8, top), (end, y), (end - 8, bottom), (left, bottom)]
    return polygon(points, fill="url(#open)", stroke=_DARK)


def _marks(node: Node, scale: _Scale, y: float) -> Iterator[str]:
    """Draw what a party did, below its bar; what falls together stands side by side."""
    done = [
        (mark.at_ms, shape)
        for mark, shape in (
            (node.recognised, "recognised"),
            (node.signalled, "signalled"),
            (node.corrected, "corrected"),
        )
        if mark is not None
    ]
    done += [(thing.at_ms, "decision") for thing in node.built if thing.what == "decision"]
    least = 0.0
    for at_ms, shape in sorted(done, key=lambda one: one[0]):
        x = max(scale.x(at_ms), least)
        least = x + 13
        yield _shape(shape, x, y + 15)


def _shape(name: str, x: float, y: float) -> str:
    if name == "recognised":
        points = [(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)]
        return polygon(points, fill="white", stroke=_DARK, stroke_width=1.5)
    if name == "signalled":
        return polygon([(x, y - 6), (x + 6, y + 5), (x - 6, y + 5)], fill=_DARK)
    if name == "corrected":
        return element("circle", cx=x, cy=y, r=5.0, fill=_DARK)
    return element("rect", x=x - 5, y=y - 5, width=10.0, height=10.0, fill=_DARK)


def _legend(words: LineageWords, y: float) -> tuple[list[str], float]:
    pieces, x = [], _MARGIN
    for key, sign in (
        ("lineage-channel-entered", _entered(13.0, 0.0)),
        ("lineage-holding", _bar(0.0, 26.0, 0.0)),
        (
            "lineage-holding-open",
            polygon([(0, -6), (20, -6), (26, 0), (20, 6), (0, 6)], fill="url(#open)", stroke=_DARK),
        ),
        ("lineage-telling", polygon([(13, 5), (9, -3), (17, -3)], fill=_MIDDLE)),
        ("lineage-recognised", _shape("recognised", 13, 0)),
        ("lineage-signalled", _shape("signalled", 13, 0)),
        ("lineage-corrected", _shape("corrected", 13, 0)),
        ("lineage-decision", _shape("decision", 13, 0)),
    ):
        told = words.say(key)
        wide = 34 + width_of(told, _SMALL) + 16
        if x + wide > WIDTH - _MARGIN:
            x, y = _MARGIN, y + 22
        pieces.append(element("g", sign, transform=f"translate({x:g},{y - 4:g})"))
        pieces.append(text(x + 34, y, told))
        x += wide
    pieces.append(text(_MARGIN, y + 24, words.say("lineage-records"), fill=_MIDDLE))
    return pieces, y + 44
