"""How an item went from party to party: a sequence diagram as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sim.core.model.ids import PartyId
from sim.replay.scene import Telling
from sim.report.exercise.words import ReportWords
from sim.report.svg import element, polygon, text, wrapped

LANES_MAX: Final = 8
"""Parties that have a lane; of the other readers the number is told."""
TELLINGS_MAX: Final = 40

_LEFT: Final = 90.0
_LANE: Final = 130.0
_TOP: Final = 62.0
_ROW: Final = 34.0
_SMALL: Final = 11.0


def sequence_drawing(tellings: Sequence[Telling], words: ReportWords) -> str:
    """Return how an item was told, in order of time: who wrote it, and to whom it went.

    Lanes are for who told it, and then for who was told most often.
    """
    shown = tellings[:TELLINGS_MAX]
    lanes = _lanes(shown)
    width = _LEFT + _LANE * max(1, len(lanes)) + 60
    height = _TOP + _ROW * len(shown) + 24
    parts = [_lane(number, party, height, words) for number, party in enumerate(lanes)]
    parts += [_telling(row, one, lanes, words) for row, one in enumerate(shown)]
    title = element("title", words.say("page-sequence"))
    return element(
        "svg",
        title + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        font_family="DejaVu Sans, sans-serif",
    )


def _lanes(tellings: Sequence[Telling]) -> list[PartyId]:
    told = list(dict.fromkeys(one.sender for one in tellings))
    read = Counter(reader for one in tellings for reader in one.readers)
    others = [
        party for party, _ in sorted(read.items(), key=lambda each: (-each[1], each[0])) if party not in told
    ]
    return [*told, *others][:LANES_MAX]


def _x(lane: int) -> float:
    return _LEFT + _LANE * (lane + 0.5)


def _lane(number: int, party: PartyId, height: float, words: ReportWords) -> str:
    lines = wrapped(words.party(party), _LANE - 12, _SMALL, bold=True)[:3]
    head = "".join(
        text(_x(number), 16 + 13 * place, line, font_size=_SMALL, font_weight="bold", text_anchor="middle")
        for place, line in enumerate(lines)
    )
    x = _x(number)
    return head + element(
        "line", x1=x, x2=x, y1=_TOP - 8, y2=height - 8, stroke="#8b9aa7", stroke_dasharray="4 4"
    )


def _telling(row: int, telling: Telling, lanes: Sequence[PartyId], words: ReportWords) -> str:
    y = _TOP + _ROW * row + 14
    parts = [text(4, y + 4, words.moment(telling.at_ms), font_size=_SMALL)]
    if telling.sender not in lanes:
        return "".join(parts)
    begin = _x(lanes.index(telling.sender))
    colour = "#0b4f8a" if telling.first else "#5b2a86"
    version = f"v{telling.item.version}"
    parts.append(
        element("circle", cx=begin, cy=y, r=5, fill=colour if telling.first else "#ffffff", stroke=colour)
    )
    parts.append(text(begin + 8, y - 6, version, font_size=_SMALL, fill=colour))
    for reader in telling.readers:
        if reader in lanes and reader != telling.sender:
            end = _x(lanes.index(reader))
            tip = end - 3 if end > begin else end + 3
            back = tip - 7 if end > begin else tip + 7
            parts.append(element("line", x1=begin, x2=tip, y1=y, y2=y, stroke=colour))
            parts.append(polygon([(tip, y), (back, y - 4), (back, y + 4)], fill=colour))
    more = sum(reader not in lanes for reader in telling.readers)
    if more:
        x = _LEFT + _LANE * len(lanes) + 4
        parts.append(text(x, y + 4, f"+{more}", font_size=_SMALL))
    return "".join(parts)
