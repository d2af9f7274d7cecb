"""The contamination tree of a fault as a drawing (SVG): the tree, a line of time for each party, and how it ended.

Nothing is told by colour alone: what is held is a bar, what is held to the end is hatched with an open end, and each
thing that was done has a shape of its own. The same tree gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from sim.core.assessment.evidence.lineage import Lineage, Node
from sim.core.assessment.judging.outcome import FaultResult
from sim.core.model.time import HOUR_MS, MINUTE_MS, format_offset
from sim.report.lineage.signs import DARK, HATCHING, MIDDLE, bar, entered, legend_of, shape
from sim.report.lineage.words import LineageWords
from sim.report.svg import element, polygon, text, wrapped, xml

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
_STEPS_MS: Final = (
    *(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 672)),
)
_TICKS_MAX: Final = 6
_LABEL: Final = 76.0
"""Width that the label of a moment takes."""
_AXIS, _LEGEND, _NEXT_TOP = 44.0, 100.0, 66.0
"""Heights of the axis and of the legend, and where the axis begins on a page that goes on with a tree."""


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

    @property
    def end_of_name(self) -> float:
        return self.top + (len(self.name) + len(self.told)) * _LINE + 8


@dataclass(frozen=True, slots=True)
class _Page:
    """The rows of one document, and from where down it is drawn."""

    top: float
    rows: tuple[_Row, ...]

    @property
    def edge(self) -> float:
        """Return where lines from the page before come in: below the axis."""
        return self.top + _AXIS - 6

    @property
    def bottom(self) -> float:
        return self.rows[-1].top + self.rows[-1].height


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
    (whole,) = drawings(fault, tree, words, of_run, end_ms)
    return whole


def drawings(
    fault: FaultResult,
    tree: Lineage,
    words: LineageWords,
    of_run: str,
    end_ms: int,
    height_max: float = inf,
) -> tuple[str, ...]:
    """Return a tree as SVG documents no higher than a page, so that no letter becomes too small to read.

    A row that is higher than that by itself has a document of its own.
    """
    head, top = _head(fault, tree, words, of_run)
    rows = _rows(tree, words)
    scale = _scale(tree, end_ms)
    pages = _pages(rows, top, height_max)
    title, described = words.title(fault), _described(fault, tree, words)
    drawn = []
    for number, page in enumerate(pages):
        if number:
            title = words.say("lineage-part", title=words.title(fault), part=number + 1, parts=len(pages))
            head = [text(_MARGIN, 36.0, title, font_size=15, font_weight="bold")]
        legend, height = legend_of(words, page.bottom + 30, _MARGIN, WIDTH - _MARGIN)
        parts = [
            element("title", xml(title), id="title"),
            element("desc", xml(described), id="desc"),
            HATCHING,
            element("rect", width=WIDTH, height=round(height), fill="white"),
            *head,
            *_axis(scale, words, page.top, page.bottom),
            *(piece for row in page.rows for piece in _row(row)),
            *_branches(page, pages),
            *_tellings(page, pages, scale),
            *(piece for row in page.rows for piece in _life(row, scale, fault.at_ms)),
            *legend,
        ]
        drawn.append(_document(parts, height, words))
    return tuple(drawn)


def _document(parts: Sequence[str], height: float, words: LineageWords) -> str:
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
            fill=DARK,
        )
        + "\n"
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
            pieces.append(text(_MARGIN, y, line, font_size=12, fill=MIDDLE))
            y += 17
    y += 14
    figures = words.figures(fault)
    each = wide / len(figures)
    for place, (name, figure) in enumerate(figures):
        x = _MARGIN + place * each
        pieces.append(text(x, y, name, fill=MIDDLE))
        for number, line in enumerate(wrapped(figure, each - 8, 15, bold=True)):
            pieces.append(text(x, y + 19 + 18 * number, line, font_size=15, font_weight="bold"))
    return pieces, y + 60


def _rows(tree: Lineage, words: LineageWords) -> list[_Row]:
    rows = []
    for node in tree.nodes:
        wide = _TREE - min(node.depth * _INDENT, _INDENT_MAX) - 8
        name = wrapped(words.name(node), wide, _NAME, bold=True)
        told = _lines([f"{words.moment(node.at_ms)} (#{node.seq})", words.told(node)], wide)
        said = [words.held(node), *words.marks(node), words.again(node), words.built(node)]
        outcome = _lines([line for line in said if line], WIDTH - _MARGIN - _END)
        height = max((len(name) + len(told)) * _LINE, len(outcome) * _LINE) + 16
        rows.append(_Row(node, 0.0, height, name, told, outcome))
    return rows


def _pages(rows: Sequence[_Row], top: float, height_max: float) -> list[_Page]:
    """Return rows on as many pages as they need, below a whole head on the first and the title on the others."""
    pages: list[_Page] = []
    placed: list[_Row] = []
    y = top + _AXIS
    for row in rows:
        if placed and y + row.height + _LEGEND > height_max:
            pages.append(_Page(top, tuple(placed)))
            placed, top = [], _NEXT_TOP
            y = top + _AXIS
        placed.append(replace(row, top=y))
        y += row.height
    return [*pages, _Page(top, tuple(placed))]


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
        yield text(row.indent, y, line, fill=MIDDLE)
        y += _LINE
    for number, line in enumerate(row.outcome):
        yield text(_END, row.top + 19 + number * _LINE, line, fill=DARK if number == 0 else MIDDLE)


def _branches(page: _Page, pages: Sequence[_Page]) -> Iterator[str]:
    """Draw the branches of the tree left of the names; from and to other pages they go on over the edge."""
    for parent, child in _passing(page, pages):
        indent = child.indent
        start = page.edge if parent not in page.rows else parent.end_of_name
        end = child.top + 15 if child in page.rows else page.bottom
        path = f"M{indent - 11:g},{start:g} V{end:g}"
        yield element(
            "path",
            d=f"{path} H{indent - 3:g}" if child in page.rows else path,
            fill="none",
            stroke=MIDDLE,
        )


def _tellings(page: _Page, pages: Sequence[_Page], scale: _Scale) -> Iterator[str]:
    """Draw who told whom when: a line down from who told it, with an arrow where it arrives."""
    for parent, child in _passing(page, pages):
        x = scale.x(child.node.at_ms)
        start = parent.middle if parent in page.rows else page.edge
        end = child.middle - 5 if child in page.rows else page.bottom
        yield element("line", x1=x, y1=start, x2=x, y2=end, stroke=MIDDLE, stroke_dasharray="1 3")
        if child in page.rows:
            y = child.middle
            yield polygon([(x, y), (x - 4, y - 8), (x + 4, y - 8)], fill=MIDDLE)


def _passing(page: _Page, pages: Sequence[_Page]) -> Iterator[tuple[_Row, _Row]]:
    """Yield who told whom, of which a line begins on a page, ends on it, or passes over it."""
    here = pages.index(page)
    found = {row.node.party: (number, row) for number, each in enumerate(pages) for row in each.rows}
    for number, child in found.values():
        if child.node.parent is None:
            continue
        above, parent = found[child.node.parent]
        if above <= here <= number:
            yield parent, child


def _life(row: _Row, scale: _Scale, entered_ms: int) -> Iterator[str]:
    """Draw from when to when a party held it, and what it did."""
    node, y = row.node, row.middle
    if node.parent is None:
        until = node.spans[0][0] if node.spans else scale.to_ms
        x = scale.x(entered_ms)
        yield element("line", x1=x, y1=y, x2=scale.x(until), y2=y, stroke=DARK, stroke_dasharray="4 3")
        yield entered(x, y)
    for since_ms, until_ms in node.spans:
        yield bar(scale.x(since_ms), None if until_ms is None else scale.x(until_ms), y, _TIME[1])
    yield from _marks(node, scale, y)


def _marks(node: Node, scale: _Scale, y: float) -> Iterator[str]:
    """Draw what a party did, below its bar; what falls together stands side by side."""
    done = [
        (mark.at_ms, sign)
        for mark, sign in (
            (node.recognised, "recognised"),
            (node.signalled, "signalled"),
            (node.corrected, "corrected"),
        )
        if mark is not None
    ]
    done += [(thing.at_ms, "decision") for thing in node.built if thing.what == "decision"]
    least = 0.0
    for at_ms, sign in sorted(done, key=lambda one: one[0]):
        x = max(scale.x(at_ms), least)
        least = x + 13
        yield shape(sign, x, y + 15)
