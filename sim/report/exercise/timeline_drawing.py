"""The course of an exercise as a drawing (SVG): phases, GRIP levels, alarms, meetings, decisions, faults.

Nothing is told by colour alone: each kind of moment has a shape and a row of its own, levels are written out,
phases have their name or a number. The same exercise gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap
from typing import Final

from sim.core.assessment.judging.outcome import FaultResult
from sim.core.model.time import DAY_MS, HOUR_MS, MINUTE_MS, clock_time
from sim.replay.course import CLOSED, ActivityCourse
from sim.report.exercise.material import Material
from sim.report.exercise.words import ReportWords

WIDTH: Final = 1060
_LEFT: Final = 262.0
_RIGHT: Final = WIDTH - 16.0
_ROW: Final = 22.0
_TOP: Final = 26.0
_LANES_MAX: Final = 500.0
"""Height of lanes in one drawing: with axis, legend and caption it fits on a page that lies on its side."""
_LETTER: Final = 6.6
"""About how wide a letter is; rather too much than too little, since fonts differ."""
_FONT: Final = "'DejaVu Sans', 'Liberation Sans', Arial, sans-serif"
_INK, _SOFT, _LINE, _PALE, _MIDDLE = "#111", "#555", "#ccc", "#eef2f7", "#c4d0e0"
_STEPS_MS: Final = (
    *(minutes * MINUTE_MS for minutes in (5, 10, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12, 24, 48, 96, 168)),
)
_TICKS_MAX: Final = 13
_PHASE_FILLS: Final = {
    "before": "#fff", "alerted": _PALE, "scaled-up": _MIDDLE, "scaled-down": _PALE, "closed": "#fff",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scale:
    end_ms: int

    def x(self, at_ms: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(max(at_ms, 0), self.end_ms) / max(self.end_ms, 1)


class _Canvas:
    """Pieces of SVG, row below row."""

    def __init__(self, scale: _Scale) -> None:
        self.scale = scale
        self.parts: list[str] = []
        self.y = 0.0

    def add(self, piece: str) -> None:
        self.parts.append(piece)

    def text(
        self, x: float, y: float, words: str, *, size: float = 11, anchor: str = "start", bold: bool = False,
        fill: str = _INK,
    ) -> None:  # fmt: skip
        weight = ' font-weight="bold"' if bold else ""
        self.add(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}" fill="{fill}"{weight}>'
            f"{escape(words)}</text>"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, *, stroke: str = _INK, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{stroke}"'
            f' stroke-width="1.2"{dashed}/>'
        )

    def shape(self, kind: str, x: float, y: float, *, fill: str = _INK) -> None:
        self.add(_SHAPES[kind].format(x=_n(x), y=_n(y), fill=fill))

    def label(self, words: str, *, bold: bool = False, fill: str = _INK) -> None:
        """Write the label of the row that begins at ``y``, cut to its column."""
        self.text(10, self.y + 15, _fit(words, _LEFT - 18), bold=bold, fill=fill)


_SHAPES: Final = {
    "alarm": '<path transform="translate({x} {y})" d="M0 -6 L6 5 L-6 5 Z" fill="{fill}" stroke="#111"/>',
    "meeting": '<path transform="translate({x} {y})" d="M-5 -5 H5 V5 H-5 Z" fill="{fill}" stroke="#111"/>',
    "decision": '<path transform="translate({x} {y})" d="M0 -7 L7 0 L0 7 L-7 0 Z" fill="{fill}" stroke="#111"/>',
    "entered": '<path transform="translate({x} {y})" d="M-5 -5 L5 5 M-5 5 L5 -5" stroke="#111" stroke-width="2"/>',
    "detected": '<circle cx="{x}" cy="{y}" r="5" fill="#fff" stroke="#111" stroke-width="1.5"/>',
    "corrected": '<circle cx="{x}" cy="{y}" r="5" fill="#111" stroke="#111" stroke-width="1.5"/>',
}


def timelines(material: Material, words: ReportWords) -> tuple[str, ...]:
    """Return the course of an exercise as SVG documents, none of them higher than a page that lies on its side."""
    scale = _Scale(material.assessment.end_ms)
    lanes = [_activity(activity, material, words, scale) for activity in material.course.activities]
    faults = [_fault(fault, material, words, scale) for fault in material.assessment.faults]
    groups = _pages(lanes, 0.0)
    fault_pages = _pages(faults, _ROW)
    heading = words.say("report-faults-row")
    drawings = [_drawing(group, "", scale, words) for group in groups]
    return (*drawings, *(_drawing(group, heading, scale, words) for group in fault_pages))


def _pages(lanes: list[_Canvas], above: float) -> list[list[_Canvas]]:
    """Return lanes in groups that fit on a page; ``above`` is the room that stands above a group."""
    pages: list[list[_Canvas]] = []
    left = 0.0
    for lane in lanes:
        if not pages or lane.y > left:
            pages.append([])
            left = _LANES_MAX - above
        pages[-1].append(lane)
        left -= lane.y
    return pages


def _drawing(lanes: list[_Canvas], heading: str, scale: _Scale, words: ReportWords) -> str:
    canvas = _Canvas(scale)
    canvas.y = _TOP
    if heading:
        canvas.text(10, canvas.y + 14, heading, bold=True)
        canvas.y += _ROW
    for lane in lanes:
        canvas.add(f'<g transform="translate(0 {_n(canvas.y)})">')
        canvas.parts += lane.parts
        canvas.add("</g>")
        canvas.y += lane.y
    axis = _axis(scale, canvas.y, words)
    _legend(canvas, words)
    height = _n(canvas.y + 6)
    body = "\n".join([*axis, *canvas.parts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        f' role="img" lang="{words.language}" font-family="{_FONT}">\n'
        f"<title>{escape(words.say('report-timeline'))}</title>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _axis(scale: _Scale, bottom: float, words: ReportWords) -> list[str]:
    canvas = _Canvas(scale)
    step = next((step for step in _STEPS_MS if scale.end_ms / step <= _TICKS_MAX), scale.end_ms)
    day = -1
    for at_ms in _ticks(scale.end_ms, step, words):
        clock = clock_time(words.start, at_ms)
        x = scale.x(at_ms)
        canvas.line(x, 20, x, bottom, stroke=_LINE)
        shown = f"{clock:%H:%M}"
        if clock.toordinal() != day and step < DAY_MS:
            shown = words.moment(at_ms) if day != -1 or scale.end_ms > DAY_MS else shown
        day = clock.toordinal()
        anchor = "end" if x > _RIGHT - 24 else "middle"
        canvas.text(x, 14, shown, size=10, anchor=anchor, fill=_SOFT)
    return canvas.parts


def _ticks(end_ms: int, step: int, words: ReportWords) -> Iterator[int]:
    """Yield moments on whole steps of the clock."""
    midnight = words.start.replace(hour=0, minute=0, second=0, microsecond=0)
    begun_ms = round((words.start - midnight).total_seconds() * 1000)
    first = -(-begun_ms // step) * step - begun_ms
    yield from range(first, end_ms + 1, step)


def _activity(activity: ActivityCourse, material: Material, words: ReportWords, scale: _Scale) -> _Canvas:
    canvas = _Canvas(scale)
    head = f"{words.text(activity.name)} ({words.party(activity.directing)})"
    canvas.text(10, canvas.y + 14, _fit(head, WIDTH - 30, bold=True), bold=True)
    canvas.y += _ROW
    canvas.label(words.say("report-phase"))
    for stretch in activity.stretches:
        x1, x2 = canvas.scale.x(stretch.from_ms), canvas.scale.x(stretch.to_ms)
        fill = _PHASE_FILLS[stretch.phase]
        canvas.add(
            f'<rect x="{_n(x1)}" y="{_n(canvas.y + 3)}" width="{_n(x2 - x1)}" height="16" fill="{fill}"'
            f' stroke="{_SOFT}" stroke-width="0.8"/>'
        )
        name = words.say(f"report-phase-{stretch.phase}")
        if len(name) * _LETTER < x2 - x1 - 4:
            canvas.text((x1 + x2) / 2, canvas.y + 15, name, size=10, anchor="middle")
    canvas.y += _ROW
    _levels(canvas, activity, words)
    _moments(canvas, activity, material, words)
    canvas.y += 8
    return canvas


def _levels(canvas: _Canvas, activity: ActivityCourse, words: ReportWords) -> None:
    canvas.label(words.say("report-grip"))
    until = [*(at for at, _ in activity.levels[1:]), canvas.scale.end_ms]
    drawn_to = 0.0
    base = canvas.y + 40.0
    steps = [(at, to, level) for (at, level), to in zip(activity.levels, until, strict=False)]
    for at, to, level in steps:
        if level == CLOSED:
            continue  # no level holds any more; the row of phases says so
        x1, x2, y = canvas.scale.x(at), canvas.scale.x(to), _height(base, level)
        canvas.add(
            f'<rect x="{_n(x1)}" y="{_n(y)}" width="{_n(x2 - x1)}" height="{_n(base - y)}" fill="{_PALE}"/>'
        )
        canvas.line(x1, y, x2, y)
        if x1 + 3 >= drawn_to:
            canvas.text(x1 + 3, y - 3, str(level), size=10, bold=True)
            drawn_to = x1 + 6 + len(str(level)) * _LETTER
    for (_, to, level), (_, _, after) in pairwise(steps):
        x = canvas.scale.x(to)
        canvas.line(x, _height(base, level), x, _height(base, after))
    canvas.y += 2 * _ROW


def _height(base: float, level: int) -> float:
    return base - 5.0 * max(level, 0)


def _moments(canvas: _Canvas, activity: ActivityCourse, material: Material, words: ReportWords) -> None:
    course = material.course
    alarms = [(each.at_ms, str(len(each.alarmed))) for each in course.alarms if each.activity == activity.id]
    meetings = [(each.at_ms, each.team.upper()) for each in course.meetings if each.activity == activity.id]
    numbers = material.decision_numbers
    decisions = [
        (each.at_ms, words.decision(numbers[each.event]))
        for each in course.decisions
        if each.activity == activity.id
    ]
    for kind, key, moments in (
        ("alarm", "report-alarms-row", alarms),
        ("meeting", "report-meetings-row", meetings),
        ("decision", "report-decisions-row", decisions),
    ):
        if moments:
            canvas.label(words.say(key))
            _marks(canvas, kind, moments)


def _marks(canvas: _Canvas, kind: str, moments: list[tuple[int, str]]) -> None:
    """Draw moments with their labels; a label that would run into another goes one line lower."""
    ends: list[float] = []
    for at_ms, label in moments:
        x = canvas.scale.x(at_ms)
        width = 11 + len(label) * _LETTER + 4
        left = x - width + 6 if x + width > _RIGHT + 12 else x - 8
        line = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        if line == len(ends):
            ends.append(0.0)
        ends[line] = left + width + 5
        y = canvas.y + 11 + 15 * line
        canvas.shape(kind, x, y, fill="#fff" if kind == "meeting" else _MIDDLE)
        if left < x - 8:
            canvas.text(x - 9, y + 4, label, size=10, anchor="end")
        else:
            canvas.text(x + 9, y + 4, label, size=10)
    canvas.y += _ROW + 15 * (len(ends) - 1)


def _fault(fault: FaultResult, material: Material, words: ReportWords, scale: _Scale) -> _Canvas:
    canvas = _Canvas(scale)
    name = f"{material.fault_numbers[fault.id]}  {words.text(fault.title)}"
    lines = wrap(name, int((_LEFT - 18) / _LETTER)) or [""]
    for number, line in enumerate(lines):
        canvas.text(10, 15 + 13 * number, line)
    y = 11.0
    detected, corrected = fault.time_to_detect_ms, fault.time_to_correct_ms
    end_ms = scale.end_ms if corrected is None else fault.at_ms + corrected
    canvas.line(scale.x(fault.at_ms), y, scale.x(end_ms), y, dash="4 3" if corrected is None else "")
    if corrected is not None:
        canvas.shape("corrected", scale.x(end_ms), y)
    if detected is not None:
        canvas.shape("detected", scale.x(fault.at_ms + detected), y)
    canvas.shape("entered", scale.x(fault.at_ms), y)
    canvas.y = _ROW + 13 * (len(lines) - 1)
    return canvas


def _legend(canvas: _Canvas, words: ReportWords) -> None:
    canvas.y += 10
    canvas.line(10, canvas.y, _RIGHT, canvas.y, stroke=_LINE)
    x = 10.0
    canvas.y += 4
    for kind in _SHAPES:
        name = words.say(f"report-legend-{kind}")
        width = 22 + len(name) * _LETTER + 14
        if x + width > _RIGHT:
            x, canvas.y = 10.0, canvas.y + 18
        fill = "#fff" if kind == "meeting" else _MIDDLE
        canvas.shape(kind, x + 8, canvas.y + 12, fill=fill)
        canvas.text(x + 20, canvas.y + 16, name)
        x += width
    canvas.y += 22


def _fit(words: str, width: float, *, bold: bool = False) -> str:
    most = int(width / (_LETTER * (1.1 if bold else 1.0)))
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _n(value: float) -> str:
    return f"{round(value, 1):g}"
