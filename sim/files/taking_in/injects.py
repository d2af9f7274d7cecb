"""Takes the rows of a script into a scenario, each judged as an entry of ``[[injects]]`` is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.core.world.injects import Inject
from sim.files.places import SCENARIO_FILE
from sim.files.problems import Problems, Severity, Where, show
from sim.files.scenario.injects import read_injects
from sim.files.spreadsheet.columns import PLACES
from sim.files.spreadsheet.script import Line
from sim.files.taking_in.change import Change
from sim.files.taking_in.context import Context
from sim.files.taking_in.names import made_id
from sim.files.taking_in.scenario_text import with_entries

SECTION: Final = "injects"

_INDEX: Final = re.compile(r"\[[^\]]*\]")


def take_script(lines: Iterable[Line], context: Context, *, replace: bool = False) -> Change:
    """Return what changes in a scenario by the rows of a script, after reporting each problem at its cell.

    Args:
        lines: The rows.
        context: The scenario.
        replace: Whether the script is all there is to be: injects that are not in it go.
    """
    change = Change()
    entries: list[dict[str, Any]] = []
    seen: set[str] = set()
    refused: set[str] = set()
    for line in lines:
        inject = _read(line, context, seen) if line.sound else None
        if inject is None:
            change.refused += 1
            refused.add(line.entry["id"])
            continue
        seen.add(inject.id)
        entry = _sort_in(inject, line.entry, context, change)
        if entry is not None:
            entries.append(entry)
    for name in _entries(context):
        if name not in seen:
            # What stands in the script with a mistake is in it, and stays as it was.
            (change.removed if replace and name not in refused else change.kept).append(name)
    if entries or change.removed:
        change.files[SCENARIO_FILE] = with_entries(context.text, SECTION, entries, change.removed)
    return change


def judge_entry(
    entry: Mapping[str, Any], context: Context
) -> tuple[Inject | None, list[tuple[str, str, str, Severity]]]:
    """Return the inject of an entry, or None, and what is wrong with it: key, expected, found, how bad."""
    own = Problems()
    place = Where(own, "")
    found = read_injects({SECTION: [dict(entry)]}, place, context.known, context.cast)
    prefix = place.at(SECTION).item(entry.get("id") or 0).key
    wrong = [
        (
            problem.key.removeprefix(prefix).removeprefix("."),
            problem.expected,
            problem.found,
            problem.severity,
        )
        for problem in own.found
    ]
    return (found[0][0] if found and not own.errors else None), wrong


def _entries(context: Context) -> dict[str, Mapping[str, Any]]:
    """Return the entries that a scenario has, also those with mistakes, in the order of the file."""
    listed = context.table.get(SECTION)
    entries = listed if isinstance(listed, list) else []
    return {
        entry["id"]: entry
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    }


def _sort_in(
    inject: Inject, entry: dict[str, Any], context: Context, change: Change
) -> dict[str, Any] | None:
    """Note what an inject is to the scenario; return the entry that is to be written, None for nothing new."""
    old = context.injects.get(inject.id)
    there = _entries(context).get(inject.id)
    change.note(inject.id, is_there=there is not None, is_same=old == inject)
    if old == inject:
        return None
    if there is not None and old is not None and old.at_ms == inject.at_ms:
        entry = {**entry, "at": there["at"]}  # as somebody wrote it
    if there is not None and "source" not in there and entry["source"] == "exercise":
        entry = {key: value for key, value in entry.items() if key != "source"}
    return entry


def _read(line: Line, context: Context, seen: set[str]) -> Inject | None:
    """Return the inject of a row; None after a problem has been reported."""
    if not line.entry["id"]:
        title = line.entry["title"]
        # One of the same title is this one, taken over before.
        others = {name for name, entry in _entries(context).items() if entry.get("title") != title}
        used = seen | others | set(context.taken)
        line.entry["id"] = made_id(title["en"] or title["nl"], used, "i-")
        line.places.get("id", line.where).warning(
            "an id", f"none; '{line.entry['id']}' was made of the title"
        )
    inject, wrong = judge_entry(line.entry, context)
    for key, expected, found, severity in wrong:
        where = _cell(key, line)
        report = where.error if severity is Severity.ERROR else where.warning
        report(expected, found)
    name = line.entry["id"]
    if name in seen or name in context.taken:
        what = context.taken.get(name, "another row")
        line.places.get("id", line.where).error("an id of its own", f"{show(name)}, which {what} has too")
        return None
    return inject


def _cell(key: str, line: Line) -> Where:
    """Return the cell that a key of an entry stands for."""
    parts = _INDEX.sub("", key).split(".")
    if parts[0] == "cue":
        parts = [PLACES.get(parts[1], "do") if len(parts) > 1 else "do", *parts[2:]]
    column = parts[0]
    if column in ("title", "text"):
        language = parts[1] if len(parts) > 1 and parts[1] in ("nl", "en") else "nl"
        column = f"{column}-{language}"
    return line.places.get(column, line.where)
