"""A picture as a page shows it: statements by theme, how old and how far checked each is, and where it lies."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.core.messages.items import Item, Polygon
from sim.core.model.ids import ItemId, PartyId, ThemeId
from sim.core.model.theme import Theme
from sim.core.model.time import MINUTE_MS
from sim.core.picture.observation import Fact
from sim.core.picture.quality import age_ms, conflicts
from sim.replay.scene import Scene, Telling
from sim.report.exercise.words import ReportWords
from sim.web.views.ground import anchor_of, path_of

OLD_MS: Final = 60 * MINUTE_MS
"""Age (ms) from which a statement is shown as old."""

_AGE_STEPS_MS: Final = ((60 * MINUTE_MS, MINUTE_MS), (6 * 60 * MINUTE_MS, 5 * MINUTE_MS))
"""Below which age (ms) an age is told in which steps (ms); from there on in quarters of an hour."""

_NEAR: Final = 4.0
"""Signs whose places are as near as this, on the map, would cover each other."""
_ASIDE: Final = 17.0
"""How far such a sign moves aside, in its own size."""

TRUTH: Final = "truth"
SHARED: Final = "shared"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement.

    Attributes:
        id: Of the item, or the subject of a fact.
        subject: What it is about.
        title: One line.
        text: More.
        figures: Its figures.
        told_by: Who says so, through whom.
        basis: What the source rests on; empty for the truth.
        status: Verification status; ``true`` for the truth.
        age: How old it is; empty for the truth.
        is_old: Whether it is old.
        is_fresh: Whether it changed in the last minutes.
        in_conflict: Whether another statement about the same contradicts it.
        restricted: Whether only some may have it.
        kind: What sort of statement it is.
        version: Its version; 0 for the truth.
    """

    id: str
    subject: str
    title: str
    text: str
    figures: str
    told_by: str
    basis: str
    status: str
    age: str
    is_old: bool
    is_fresh: bool
    in_conflict: bool
    restricted: bool
    kind: str
    version: int


@dataclass(frozen=True, slots=True)
class ThemeLines:
    """The statements under one theme."""

    id: ThemeId
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A statement on the map: where its sign stands, how far it moves aside, and the path of a line or an area."""

    line: Line
    x: float
    y: float
    path: str
    is_area: bool
    dx: int = 0
    dy: int = 0


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture at a moment."""

    themes: tuple[ThemeLines, ...]
    marks: tuple[Mark, ...]
    count: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an item in its history, or where it was passed on."""

    number: int
    at: str
    seq: int
    at_ms: int
    teller: str
    where: str
    status: str
    figures: str
    text: str
    readers: int
    first: bool


def picture_view(
    scene: Scene,
    whose: str,
    activity: str,
    recent_ms: int,
    themes: Mapping[ThemeId, Theme],
    words: ReportWords,
) -> PictureView:
    """Return a picture.

    Args:
        scene: The run at a moment.
        whose: A party's, or :data:`SHARED` or :data:`TRUTH`.
        activity: Only what was told in this one; empty is all.
        recent_ms: How long ago (ms) what changed is still shown as new.
        themes: Names of themes, in order.
        words: To say it with.
    """
    now = scene.at_ms
    if whose == TRUTH:
        changed = {record.content.fact.subject: record.at_ms for record in scene.records("truth")}
        lines: list[tuple[Item | Fact, Line]] = [
            (fact, _of_fact(fact, now - changed[fact.subject] <= recent_ms, words)) for fact in scene.truth()
        ]
    else:
        held = (
            scene.shared_picture(activity or None)
            if whose == SHARED
            else scene.picture_of(whose, activity or None)
        )
        doubtful = {item.id for pair in conflicts(held) for item in pair}
        ordered = sorted(held.values(), key=lambda item: (item.theme, item.subject, item.id))
        lines = [(one, _of_item(one, now, recent_ms, one.id in doubtful, words)) for one in ordered]
    return PictureView(
        themes=tuple(_by_theme([(one.theme, line) for one, line in lines], themes, words)),
        marks=_aside(
            [
                Mark(line, *anchor_of(one.geometry), path_of(one.geometry), isinstance(one.geometry, Polygon))
                for one, line in lines
                if one.geometry is not None
            ]
        ),
        count=len(lines),
        fresh=sum(line.is_fresh for _, line in lines),
    )


def history_view(
    scene: Scene, item: ItemId, words: ReportWords, seen_by: PartyId | None = None
) -> tuple[Version, ...]:
    """Return how an item came about: its versions, and where they were passed on; or only what a party saw of that."""
    return tuple(
        _version(telling, words)
        for telling in scene.history(item)
        if seen_by is None or seen_by == telling.sender or seen_by in telling.readers
    )


def _of_item(item: Item, now: int, recent_ms: int, doubtful: bool, words: ReportWords) -> Line:
    source = words.party(item.source.party)
    if item.source.through:
        source = words.say("page-through", party=source, through=words.party(item.source.through))
    age = max(0, age_ms(item, now))
    return Line(
        id=item.id,
        subject=item.subject,
        title=words.text(item.title),
        text=words.text(item.text),
        figures=words.values(item.values),
        told_by=source,
        basis=item.source.basis.value,
        status=item.verification.status.value,
        age=words.duration(_in_steps(age)),
        is_old=age >= OLD_MS,
        is_fresh=now - item.reported_at_ms <= recent_ms,
        in_conflict=doubtful,
        restricted=item.sensitivity.value == "restricted",
        kind=item.kind.value,
        version=item.version,
    )


def _in_steps(age: int) -> int:
    """Return an age (ms) no finer than people need it: what says the same need not be sent again."""
    step = next((step for below, step in _AGE_STEPS_MS if age < below), 15 * MINUTE_MS)
    return age - age % step


def _of_fact(fact: Fact, is_fresh: bool, words: ReportWords) -> Line:
    return Line(
        id=fact.subject,
        subject=fact.subject,
        title=words.text(fact.title),
        text=words.text(fact.text),
        figures=words.values(fact.values),
        told_by="",
        basis="",
        status="true",
        age="",
        is_old=False,
        is_fresh=is_fresh,
        in_conflict=False,
        restricted=fact.sensitivity.value == "restricted",
        kind=fact.kind.value,
        version=0,
    )


def _aside(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return marks of which no two with one place cover each other: these stand around it."""
    places = Counter((round(mark.x / _NEAR), round(mark.y / _NEAR)) for mark in marks)
    used: Counter[tuple[int, int]] = Counter()
    moved = []
    for mark in marks:
        place = (round(mark.x / _NEAR), round(mark.y / _NEAR))
        count, number = places[place], used[place]
        used[place] += 1
        if count > 1:
            radius = _ASIDE * max(1.0, count / 6)
            turn = 2 * math.pi * number / count
            mark = replace(mark, dx=round(radius * math.sin(turn)), dy=round(-radius * math.cos(turn)))  # noqa: PLW2901
        moved.append(mark)
    return tuple(moved)


def _by_theme(
    lines: Sequence[tuple[ThemeId, Line]], themes: Mapping[ThemeId, Theme], words: ReportWords
) -> Iterable[ThemeLines]:
    order = [*themes, *sorted({theme for theme, _ in lines} - themes.keys())]
    for theme in order:
        here = tuple(line for its, line in lines if its == theme)
        if here:
            known = themes.get(theme)
            yield ThemeLines(theme, theme if known is None else words.text(known.name), here)


def _version(telling: Telling, words: ReportWords) -> Version:
    item = telling.item
    return Version(
        number=item.version,
        at=words.moment(telling.at_ms),
        seq=telling.seq,
        at_ms=telling.at_ms,
        teller=words.party(telling.sender),
        where=telling.topic,
        status=item.verification.status.value,
        figures=words.values(item.values),
        text=words.text(item.text) or words.text(item.title),
        readers=len(telling.readers),
        first=telling.first,
    )
