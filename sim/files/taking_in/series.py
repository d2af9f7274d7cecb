"""Takes a series of measurements, as a spreadsheet or logger saves it, into a scenario."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim.files.places import SCENARIO_FILE
from sim.files.problems import Problems, Where, show
from sim.files.scenario.series import COLUMNS, ROWS_MAX
from sim.files.spreadsheet.cells import clock_time_in
from sim.files.spreadsheet.rows import moment_text
from sim.files.taking_in.change import Change
from sim.files.taking_in.context import Context
from sim.files.taking_in.scenario_text import with_entries

_HEADINGS: Final[Mapping[str, str]] = {
    "time": "time",
    "tijd": "time",
    "tijdstip": "time",
    "datum": "time",
    "date": "time",
    "value": "value",
    "waarde": "value",
    "source": "source",
    "bron": "source",
}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?([eE][+-]?[0-9]+)?\Z")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a series measures: a figure of a subject, its unit, what it is measured from, and by which source."""

    subject: str
    name: str
    unit: str = ""
    datum: str = ""
    source: str = "exercise"


def is_series(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the rows of a CSV file are a series: a column of times and one of values."""
    first = next((row for row in rows if any(cell.strip() for cell in row)), ())
    return {"time", "value"} <= {_HEADINGS.get(cell.strip().casefold(), "") for cell in first}


def take_series(
    rows: Sequence[Sequence[str]],
    name: str,
    context: Context,
    measured: Measured,
    where: Where,
    *,
    replace: bool = False,
) -> Change:
    """Return what changes in a scenario by a series, after reporting each line that is not taken over.

    Args:
        rows: Rows of the file, the headings first.
        name: Name of the series: that of its file in the scenario, without its ending.
        context: The scenario.
        measured: What it measures.
        where: Place of the file.
        replace: Whether it may take the place of a series of that name.

    Raises:
        InputError: The scenario has no such subject or source, or has another series of this name.
    """
    _check(context, measured)
    relative = f"series/{name}.csv"
    change = Change()
    lines = list(_lines(rows, context, measured, where, change))
    text = _csv(lines)
    path = context.root / relative
    old = path.read_text("utf-8-sig") if path.is_file() else None
    entry = _entry(measured, relative)
    there = next((each for each in _series(context) if each.get("file") == relative), None)
    if old is not None and not replace and (old != text or there != entry):
        problems = Problems()
        expected = "a series of a name that the scenario has not (--replace takes the new one)"
        Where(problems, relative).error(expected, "one that says something else")
        problems.raise_errors()
    change.note(name, is_there=old is not None, is_same=old == text and there == entry)
    if name in change.same or not lines:
        return change if lines else Change(refused=change.refused)
    change.files[relative] = text
    if there != entry:
        change.files[SCENARIO_FILE] = with_entries(context.text, "series", [entry], key="file")
    return change


def _check(context: Context, measured: Measured) -> None:
    problems = Problems()
    place = Where(problems, "command line")
    context.known.subject(measured.subject, place.at("--subject"))
    context.known.source(measured.source, place.at("--source"))
    if not measured.name.strip():
        place.at("--value").error("the name of the figure, such as discharge", "none")
    problems.raise_errors()


def _lines(
    rows: Sequence[Sequence[str]], context: Context, measured: Measured, where: Where, change: Change
) -> list[tuple[int, str, str]]:
    """Return time (ms), value and source of each line that can be used, in order of time."""
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)]
    heading, *rest = filled
    columns = [_HEADINGS.get(cell.strip().casefold()) for cell in heading[1]]
    for before, (title, column) in enumerate(zip(heading[1], columns, strict=True)):
        if column is None or columns.index(column) < before:
            expected = f"one of the columns {', '.join(COLUMNS)}, each once"
            where.at(f"line {heading[0]}").error(expected, f"{show(title)}, not taken over")
    if len(rest) > ROWS_MAX:
        where.error(f"at most {ROWS_MAX} lines", "more; those after it are not taken over")
    found = []
    sign = "," if any("," in _cells(row, columns)["value"] for _, row in rest) else "."
    for number, row in rest[:ROWS_MAX]:
        place = where.at(f"line {number}")
        line = _line(_cells(row, columns), sign, place, context, measured)
        if len(row) > len(columns):
            place.error(f"{len(columns)} columns", f"{len(row)}: {show(','.join(row))}")
            line = None
        if line is None:
            change.refused += 1
        else:
            found.append(line)
    return sorted(found, key=lambda each: each[0])


def _cells(row: Sequence[str], columns: Sequence[str | None]) -> dict[str, str]:
    """Return the cells of a line by column; of a column that stands twice, the first."""
    cells: dict[str, str] = {}
    for place, column in enumerate(columns):
        if column is not None:
            cells.setdefault(column, row[place] if place < len(row) else "")
    return cells


def _line(
    cells: Mapping[str, str], sign: str, where: Where, context: Context, measured: Measured
) -> tuple[int, str, str] | None:
    at_ms = clock_time_in(cells["time"], context.start, where.at("column time"))
    if at_ms is not None and context.known.calendar.moment(_signed(at_ms), where.at("column time")) is None:
        at_ms = None
    value = cells["value"].strip()
    # Where others have a decimal comma, 1.234 is a thousand and more to who wrote it, and nobody can tell.
    is_number = _NUMBER.match(value) and not (sign == "," and "." in value)
    amount = float(value.replace(",", ".")) if is_number else math.nan
    if not math.isfinite(amount):
        where.at("column value").error(
            f"a number such as 12{sign}5, with one decimal sign in the file", show(value)
        )
    source = cells.get("source", "").strip() or measured.source
    sources = Problems()
    context.known.source(source, Where(sources, ""))
    for problem in sources.found:
        where.at("column source").error(problem.expected, problem.found)
    if at_ms is None or not math.isfinite(amount) or sources.errors:
        return None
    return at_ms, value.replace(",", "."), source


def _signed(at_ms: int) -> str:
    # Times before the start have no form of their own; whatever stands for them lies outside the exercise.
    return f"{at_ms}ms" if at_ms >= 0 else "0001-01-01T00:00"


def _csv(lines: Sequence[tuple[int, str, str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((moment_text(at_ms), value, source) for at_ms, value, source in lines)
    return text.getvalue()


def _entry(measured: Measured, relative: str) -> dict[str, Any]:
    value = {"name": measured.name, "unit": measured.unit, "datum": measured.datum}
    return {
        "subject": measured.subject,
        "file": relative,
        "value": {key: each for key, each in value.items() if each},
    }


def _series(context: Context) -> list[dict[str, Any]]:
    listed = context.table.get("series")
    entries = listed if isinstance(listed, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]
