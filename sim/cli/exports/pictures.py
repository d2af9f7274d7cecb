"""Pictures at a moment as files: GeoJSON, CAP, EDXL, and in the shapes of LCMS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sim.cli.commands.picture import (
    check_whose,
    fact_rows,
    moment_of,
    picture_of,
    rows_of,
    without_structs,
)
from sim.cli.exports.task import Task, whole
from sim.core.messages.items import Item
from sim.core.model.ids import ThemeId
from sim.core.model.text import Language, Text
from sim.core.model.time import MINUTE_MS, SECOND_MS
from sim.core.picture.observation import Fact
from sim.core.records.kinds import Opening
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problem, Problems, show
from sim.files.profiles import read_profiles
from sim.replay.cards import cards_at
from sim.replay.scene import scene_of
from sim.report.export.cap import cap
from sim.report.export.edxl import edxl
from sim.report.export.geojson import geojson
from sim.report.export.lcms import lcms
from sim.report.export.shown import TRUTH, Made, Shown, statement_of
from sim.runlog.reader import RunLog

PICTURES: Final = ("geojson", "cap", "edxl", "lcms")
"""Formats of a picture at a moment."""

_ENDINGS: Final[Mapping[str, str]] = {
    "geojson": "geojson",
    "cap": "cap.xml",
    "edxl": "edxl.xml",
    "lcms": "lcms.json",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which picture was asked for, as the command line has it."""

    at: str | None
    party: str | None
    activity: str | None
    truth: bool


def not_of_pictures(asked: Asked, expected: str) -> list[Problem]:
    """Return a problem for each option that says which picture is meant, where there is to be none."""
    given = {"--at": asked.at, "--party": asked.party, "--activity": asked.activity, "--truth": asked.truth}
    return [
        Problem("command line", option, expected, show(value)) for option, value in given.items() if value
    ]


def picture_files(log: RunLog, formats: Sequence[str], asked: Asked, language: Language) -> Iterator[Task]:
    """Yield the files of a picture.

    Raises:
        InputError: There is no such picture, or a format is none for it.
    """
    opening: Opening = next(log.records()).content
    _check(asked, formats, opening)
    if not formats:
        return
    at_ms = moment_of("--at", asked.at or "", datetime.fromisoformat(opening.start), opening.end_ms)
    told, rows = _told(log, asked, at_ms)
    shown = Shown(
        run=log.manifest.run,
        opening=opening,
        at_ms=at_ms,
        whose=TRUTH if asked.truth else asked.party or "",
        activity=asked.activity or "",
        statements=tuple(statement_of(each) for each in told),
        language=language,
        themes=_themes(),
    )
    makers: dict[str, Callable[[], Made]] = {
        "geojson": lambda: geojson(rows),
        "cap": lambda: cap(shown),
        "edxl": lambda: edxl(shown),
        "lcms": lambda: _lcms(log, asked, shown),
    }
    for each in formats:
        yield whole(_name(shown, each), makers[each])


def _check(asked: Asked, formats: Sequence[str], opening: Opening) -> None:
    check_whose(opening, asked.party, asked.activity, truth=asked.truth)
    problems = (
        [] if formats else not_of_pictures(asked, f"none, as none of {', '.join(PICTURES)} is asked for")
    )
    if formats and asked.at is None:
        expected = f"the moment of the picture, which {formats[0]} shows, such as T+60:00:00"
        problems.append(Problem("command line", "--at", expected, "nothing"))
    if asked.truth and "lcms" in formats:
        expected = "a picture for lcms: the truth is nobody's, and could be taken for one there"
        problems.append(Problem("command line", "--truth", expected, "--truth beside it"))
    if problems:
        raise InputError(problems)


def _told(log: RunLog, asked: Asked, at_ms: int) -> tuple[list[Item | Fact], list[dict[str, Any]]]:
    """Return what a picture says, and the same as plain rows."""
    if asked.truth:
        rows = fact_rows(scene_of(log.records(), at_ms).truth())
    else:
        picture = picture_of(log, asked.party, asked.activity, at_ms)
        rows = rows_of(picture, picture.values(), at_ms)
    return [row["of"] for row in rows], without_structs(rows)


def _lcms(log: RunLog, asked: Asked, shown: Shown) -> Made:
    wanted = [known.id for known in shown.opening.activities if asked.activity in (None, known.id)]
    of_activities = {
        activity: [
            statement_of(item)
            for item in _ordered(picture_of(log, asked.party, activity, shown.at_ms).values())
        ]
        for activity in wanted
    }
    cards = {name: card for name, card in cards_at(log.records(), shown.at_ms).items() if name in wanted}
    return lcms(shown, of_activities, cards)


def _ordered(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.theme, item.id))


def _themes() -> dict[ThemeId, Text]:
    """Return the names of the themes that come with the product; a log names others by id."""
    return {theme.id: theme.name for theme in read_profiles(profiles_folder(), Problems()).themes.values()}


def _name(shown: Shown, form: str) -> str:
    seconds = shown.at_ms // SECOND_MS
    clock = f"T{seconds // 3600:02d}-{shown.at_ms // MINUTE_MS % 60:02d}-{seconds % 60:02d}"
    parts = ["picture", shown.whose or "shared", *filter(None, [shown.activity]), clock]
    if form != "geojson":
        parts.append(shown.language)
    return ".".join([*parts, _ENDINGS[form]])
