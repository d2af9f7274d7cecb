"""What happened and what is to come, on a line of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.core.records.record import Record
from sim.core.world.scenario import Scenario
from sim.replay.scene import Scene
from sim.report.exercise.words import ReportWords

LANES: Final = ("inject", "fault", "decision", "denied", "outage", "steering")
"""Kinds of things on the line, each in a lane of its own."""

_LISTED: Final = 12
_SLOT: Final = 10.0
"""Things of one kind whose signs would stand as near as this on the line share a sign, with their number."""
_ROLES: Final = ("staff", "assessor")
"""Roles that have a name in both languages; a seat is told by its party."""
_MANY: Final = frozenset({"denied"})
"""Kinds of which there may be thousands: on the line they are only counted."""
_TICKS_MAX: Final = 12
_STEPS_MS: Final = (
    *(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR_MS for hours in (1, 2, 3, 6, 12, 24, 48)),
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing: where it stands on the line (0 to 1000), and in words."""

    kind: str
    at_ms: int
    at: str
    x: float
    title: str
    seq: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """Things of one kind that share a sign on the line: where it stands (0 to 1000), and how many they are."""

    kind: str
    x: float
    count: int
    is_past: bool
    title: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    """The line of time.

    Attributes:
        bundles: The signs on it, by kind and in order of time.
        count_past: How many things happened.
        count_coming: How many things of the script are to come.
        now_x: Where now is (0 to 1000).
        ticks: Moments that are named, with where they stand.
        past: The last things that happened, the latest first.
        coming: The next things of the script.
    """

    bundles: tuple[Bundle, ...]
    count_past: int
    count_coming: int
    now_x: float
    ticks: tuple[tuple[float, str], ...]
    past: tuple[Happening, ...]
    coming: tuple[Happening, ...]


def timeline_view(scene: Scene, words: ReportWords, scenario: Scenario | None = None) -> TimelineView:
    """Return the line of time of a run; with what is still to come where the scenario is given."""
    end_ms = max(scene.opening.end_ms, scene.at_ms, 1)
    found = [
        _happening(kind, record.at_ms, _title(kind, record, words), record.seq, scene, words, end_ms)
        for kind in LANES
        if kind not in _MANY
        for record in scene.records(kind)
    ]
    if scenario is not None:
        found += _to_come(scenario, scene, words, end_ms)
    found.sort(key=lambda one: (one.at_ms, one.seq, one.kind))
    past = [one for one in found if one.is_past]
    coming = [one for one in found if not one.is_past]
    step_ms = next((step for step in _STEPS_MS if end_ms / step <= _TICKS_MAX), _STEPS_MS[-1])
    ticks = tuple((1000 * at / end_ms, words.moment(at)) for at in range(0, end_ms, step_ms))
    return TimelineView(
        tuple(_bundles(found)) + tuple(_counted(scene, end_ms)),
        len(past) + sum(len(scene.seqs(kind)) for kind in _MANY),
        len(coming),
        1000 * scene.at_ms / end_ms,
        ticks,
        tuple(reversed(past[-_LISTED:])),
        tuple(coming[:_LISTED]),
    )


def _bundles(found: Iterable[Happening]) -> Iterator[Bundle]:
    slots: dict[tuple[str, bool, int], list[Happening]] = {}
    for one in found:
        slots.setdefault((one.kind, one.is_past, int(one.x / _SLOT)), []).append(one)
    for (kind, is_past, _), together in slots.items():
        title = together[0].title if len(together) == 1 else ""
        yield Bundle(kind, together[0].x, len(together), is_past, title)


def _counted(scene: Scene, end_ms: int) -> Iterator[Bundle]:
    """Yield the signs of what there may be thousands of; no record of these is read for it."""
    for kind in sorted(_MANY):
        counts: Counter[int] = Counter()
        for seq in scene.seqs(kind):
            counts[int(1000 * scene.when_ms(seq) / end_ms / _SLOT)] += 1
        for slot, count in sorted(counts.items()):
            yield Bundle(kind, (slot + 0.5) * _SLOT, count, is_past=True, title="")


def _to_come(scenario: Scenario, scene: Scene, words: ReportWords, end_ms: int) -> list[Happening]:
    now = scene.at_ms
    planned = [("inject", one.at_ms, words.text(one.title)) for one in scenario.injects]
    planned += [
        ("fault", one.at_ms, words.text(one.title)) for one in scenario.faults if one.at_ms is not None
    ]
    planned += [("outage", one.from_ms, words.text(one.title)) for one in scenario.outages]
    return [
        _happening(kind, at_ms, title, -1, scene, words, end_ms)
        for kind, at_ms, title in planned
        if at_ms > now
    ]


def _happening(
    kind: str, at_ms: int, title: str, seq: int, scene: Scene, words: ReportWords, end_ms: int
) -> Happening:
    x = 1000 * at_ms / end_ms
    return Happening(kind, at_ms, words.moment(at_ms), x, title, seq, at_ms <= scene.at_ms)


def _title(kind: str, record: Record, words: ReportWords) -> str:
    content: Any = record.content
    if kind == "decision":
        return words.text(content.event.data.text)
    if kind == "denied":
        return f"{words.party(content.party)}: {content.topic}"
    if kind == "steering":
        party = words.party(content.party) if content.party else ""
        value = f"{content.value:g}" if content.what == "speed" else ""
        by = words.say(f"page-role-{content.by}") if content.by in _ROLES else content.by
        return words.say(f"page-steered-{content.what}", party=party, value=value, by=by)
    if kind == "outage":
        return words.say(f"page-outage-{content.change}", title=words.text(content.title))
    return words.text(content.title)
