"""The signs of a contamination tree as a drawing (SVG), and what each of them means."""

from __future__ import annotations

from typing import Final

from sim.report.lineage.words import LineageWords
from sim.report.svg import element, polygon, text, width_of

DARK, MIDDLE, HELD = "#1a1a1a", "#555555", "#c9d6e8"
_SMALL: Final = 11.0
_BAR: Final = 12.0

HATCHING: Final = element(
    "defs",
    element(
        "pattern",
        element("rect", width=6, height=6, fill=HELD)
        + element("path", d="M0,6 L6,0", stroke=DARK, stroke_width=1),
        id="open",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    ),
)


def entered(x: float, y: float) -> str:
    """Return the sign of where a fault entered."""
    return element("circle", cx=x, cy=y, r=4.0, fill="white", stroke=DARK, stroke_width=1.5)


def bar(left: float, right: float | None, y: float, end: float) -> str:
    """Return how long it was held; without ``right`` it is held on, up to ``end``."""
    top, bottom = y - _BAR / 2, y + _BAR / 2
    if right is not None:
        width = max(2.0, right - left)
        return element("rect", x=left, y=top, width=width, height=_BAR, fill=HELD, stroke=DARK)
    points = [(left, top), (end - 8, top), (end, y), (end - 8, bottom), (left, bottom)]
    return polygon(points, fill="url(#open)", stroke=DARK)


def shape(name: str, x: float, y: float) -> str:
    """Return the sign of what somebody did: recognise, signal, correct, decide."""
    if name == "recognised":
        points = [(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)]
        return polygon(points, fill="white", stroke=DARK, stroke_width=1.5)
    if name == "signalled":
        return polygon([(x, y - 6), (x + 6, y + 5), (x - 6, y + 5)], fill=DARK)
    if name == "corrected":
        return element("circle", cx=x, cy=y, r=5.0, fill=DARK)
    return element("rect", x=x - 5, y=y - 5, width=10.0, height=10.0, fill=DARK)


def legend_of(words: LineageWords, y: float, left: float, right: float) -> tuple[list[str], float]:
    """Return what each sign means, from ``y`` down, and where it ends."""
    pieces, x = [], left
    for key, sign in (
        ("lineage-channel-entered", entered(13.0, 0.0)),
        ("lineage-holding", bar(0.0, 26.0, 0.0, 26.0)),
        (
            "lineage-holding-open",
            polygon([(0, -6), (20, -6), (26, 0), (20, 6), (0, 6)], fill="url(#open)", stroke=DARK),
        ),
        ("lineage-telling", polygon([(13, 5), (9, -3), (17, -3)], fill=MIDDLE)),
        ("lineage-recognised", shape("recognised", 13, 0)),
        ("lineage-signalled", shape("signalled", 13, 0)),
        ("lineage-corrected", shape("corrected", 13, 0)),
        ("lineage-decision", shape("decision", 13, 0)),
    ):
        told = words.say(key)
        wide = 34 + width_of(told, _SMALL) + 16
        if x + wide > right:
            x, y = left, y + 22
        pieces.append(element("g", sign, transform=f"translate({x:g},{y - 4:g})"))
        pieces.append(text(x + 34, y, told))
        x += wide
    pieces.append(text(left, y + 24, words.say("lineage-records"), fill=MIDDLE))
    return pieces, y + 44
