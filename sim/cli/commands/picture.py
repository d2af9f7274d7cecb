"""``beeld picture``: the picture at a moment, as it was shared, as a party had it, or as it truly was."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, Speaker, console, plain, print_json, print_table, table
from sim.core.messages.items import COUNT, Item, Value
from sim.core.model.time import format_duration, format_offset, parse_time
from sim.core.picture.difference import difference
from sim.core.picture.merge import Picture, of
from sim.core.picture.observation import Fact
from sim.core.picture.quality import age_ms, conflicts
from sim.core.records.kinds import Opening
from sim.files.problems import InputError, Problem
from sim.replay.scene import scene_of
from sim.report.export.geojson import collection
from sim.report.export.shown import tab_of
from sim.runlog.reader import RunLog


def show_picture(
    run: Path,
    /,
    *,
    at: Annotated[str, Parameter(help="The moment, e.g. T+60:00:00, 90m or 2021-07-15T08:00.")],
    party: Annotated[str | None, Parameter(help="As this party had it; default: as it was shared.")] = None,
    activity: Annotated[str | None, Parameter(help="Only of this activity.")] = None,
    truth: Annotated[bool, Parameter(negative="", help="As it truly was.")] = False,
    diff: Annotated[str | None, Parameter(help="Only what changed since this earlier moment.")] = None,
    format: Annotated[  # noqa: A002 -- the option's name
        Literal["text", "geojson"], Parameter(help="A table, or GeoJSON of what has a place.")
    ] = "text",
    common: Common | None = None,
) -> int:
    """Show the picture at a moment of a run.

    Example: beeld picture runs/limburg-hoogwater-seed7 --at T+60:00:00 --party enexis

    Args:
        run: Folder of the run.
        at: The moment.
        party: As this party had it.
        activity: Only of this activity.
        truth: As it truly was.
        diff: Only what changed since this earlier moment.
        format: How to show it.
        common: Options that every command takes.
    """
    options = common or Common()
    log = RunLog(run)
    opening: Opening = next(log.records()).content
    start = datetime.fromisoformat(opening.start)
    check_whose(opening, party, activity, truth=truth)
    at_ms = moment_of("--at", at, start, opening.end_ms)
    since_ms = None if diff is None else moment_of("--diff", diff, start, at_ms)
    title = _title(Speaker(options.language), "truth" if truth else party or "", at_ms, start)
    if truth:
        rows = fact_rows(scene_of(log.records(), at_ms).truth())
        _show(rows, options, format, title, tuple(known.id for known in opening.activities))
        return ExitCode.YES
    picture = picture_of(log, party, activity, at_ms)
    shown: Iterable[Item] = picture.values()
    if since_ms is not None:
        shown = _news(picture_of(log, party, activity, since_ms), picture)
    rows = rows_of(picture, shown, at_ms)
    _show(rows, options, format, title, tuple(known.id for known in opening.activities))
    return ExitCode.YES


def _title(say: Speaker, whose: str, at_ms: int, start: datetime) -> str:
    moment = say.moment(at_ms, start)
    if whose == "truth":
        return say("picture-of-truth", at=moment)
    return say("picture-of-party", party=whose, at=moment) if whose else say("picture-shared", at=moment)


def check_whose(opening: Opening, party: str | None, activity: str | None, *, truth: bool) -> None:
    """Check whose picture was asked for.

    Raises:
        InputError: The run has no such party or activity, or the truth is to be a party's.
    """
    problems = []
    parties, activities = [known.id for known in opening.parties], [known.id for known in opening.activities]
    if party is not None and party not in parties:
        problems.append(Problem("command line", "--party", f"one of {', '.join(parties)}", repr(party)))
    if activity is not None and activity not in activities:
        problems.append(
            Problem("command line", "--activity", f"one of {', '.join(activities)}", repr(activity))
        )
    if truth and (party is not None or activity is not None):
        found = "--party or --activity beside it"
        problems.append(
            Problem("command line", "--truth", "to stand alone: the truth is nobody's picture", found)
        )
    if problems:
        raise InputError(problems)


def moment_of(option: str, text: str, start: datetime, last_ms: int) -> int:
    """Return a moment of the command line as exercise time (ms).

    Raises:
        InputError: It is none, or outside the exercise.
    """
    expected = f"a moment from T+00:00:00 to {format_offset(last_ms)}, such as T+60:00:00 or 2021-07-15T08:00"
    try:
        at_ms = parse_time(text, start)
    except ValueError:
        at_ms = -1
    if not 0 <= at_ms <= last_ms:
        raise InputError([Problem("command line", option, expected, repr(text))])
    return at_ms


def picture_of(log: RunLog, party: str | None, activity: str | None, at_ms: int) -> Picture:
    """Return the picture of a party, or the shared one, at a moment."""
    scene = scene_of(log.records(), at_ms)
    return scene.shared_picture(activity) if party is None else scene.picture_of(party, activity)


def _news(before: Picture, after: Picture) -> Iterable[Item]:
    changes = difference(before, after)
    return of((*changes.added, *(new for _, new in changes.changed))).values()


def rows_of(picture: Picture, shown: Iterable[Item], at_ms: int) -> list[dict[str, Any]]:
    """Return items of a picture as plain rows in order of theme and id, each with its age and whether it conflicts."""
    doubtful = {item.id for pair in conflicts(picture) for item in pair}
    ordered = sorted(shown, key=lambda item: (item.theme, item.id))
    return [_item_row(item, at_ms, conflict=item.id in doubtful) for item in ordered]


def _item_row(item: Item, at_ms: int, *, conflict: bool) -> dict[str, Any]:
    return {**msgspec.to_builtins(item), "age_ms": age_ms(item, at_ms), "conflict": conflict, "of": item}


def fact_rows(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Return what is so as plain rows."""
    return [{**msgspec.to_builtins(fact), "of": fact} for fact in facts]


def without_structs(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as they can be written: without what they were made of."""
    return [{key: value for key, value in row.items() if key != "of"} for row in rows]


def _show(
    rows: list[dict[str, Any]], options: Common, form: str, title: str, activities: Collection[str]
) -> None:
    plain = without_structs(rows)
    if form == "geojson":
        print_json(collection(plain))
    elif options.json:
        print_json({"items": plain})
    else:
        _print(rows, title, activities, Speaker(options.language))


def _print(rows: list[dict[str, Any]], title: str, activities: Collection[str], say: Speaker) -> None:
    keys = ("tab", "theme", "statement", "figures", "told-by", "verification", "age")
    made = table(title, *(say(key) for key in keys), right=(6,))
    for row in rows:
        told: Item | Fact = row["of"]
        words = f"{told.title.in_language(say.language).rstrip('.')}: {told.text.in_language(say.language)}"
        figures = ", ".join(_figure(value) for value in told.values)
        if isinstance(told, Item):
            tab = _tab(told, activities, say)
            age = format_duration(max(0, row["age_ms"]))
            status = _status(row, told, say)
            made.add_row(tab, told.theme, plain(words), plain(figures), told.source.party, status, age)
        else:
            made.add_row("", told.theme, plain(words), plain(figures), "", say("status-true"), "")
    print_table(made, console(), say)


def _status(row: dict[str, Any], item: Item, say: Speaker) -> str:
    status = say(f"status-{item.verification.status.value}")
    return f"{status} · {say('conflict')}" if row["conflict"] else status


def _tab(item: Item, activities: Collection[str], say: Speaker) -> str:
    """Return which picture an item stands in, in words."""
    tab, whose = tab_of(item.id, item.subject, tuple(activities))
    if tab == "shared":
        return say("tab-shared", activity=whose)
    return say("tab-own", party=whose) if tab == "own" else say(f"tab-{tab}")


def _figure(value: Value) -> str:
    unit = "" if value.unit == COUNT else value.unit
    return " ".join(part for part in (value.name, f"{value.amount:.10g}", unit, value.datum) if part)
