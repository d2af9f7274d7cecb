"""Reads the script in a spreadsheet: each row an entry as ``[[injects]]`` has it, each problem with its row and column.

Nothing is passed over in silence: what has no place, or no meaning, is a problem at its cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from sim.core.model.time import SECOND_MS
from sim.files.problems import Where, show
from sim.files.spreadsheet.book import example_id
from sim.files.spreadsheet.cells import (
    clock_time_in,
    exercise_time_in,
    is_empty,
    lines_in,
    names_in,
    said,
    text_in,
    whole_in,
)
from sim.files.spreadsheet.columns import COLUMNS, CUES, PLACES, column_of, columns_of_cue, cue_of, is_sheet
from sim.files.spreadsheet.grids import Cell, Grid
from sim.files.spreadsheet.rows import moment_text

_HEADING_WITHIN: Final = 30
"""Rows within which the headings must stand."""
_HEADINGS_MIN: Final = 3
_EVERY: Final = frozenset({"id", "at", "clock", "to", "do", "title-nl", "title-en", "source"})
"""Columns of every inject."""
_EXAMPLES: Final = frozenset({example_id("nl"), example_id("en")})


@dataclass(frozen=True)
class Line:
    """A row of a script.

    Attributes:
        number: Its number in the sheet, from 1.
        entry: What it says, as an entry of ``[[injects]]``; what could not be read is not in it.
        where: Its place.
        places: The place of each column.
        sound: Whether every cell of it that matters could be read.
    """

    number: int
    entry: dict[str, Any]
    where: Where
    places: Mapping[str, Where]
    sound: bool


@dataclass(frozen=True)
class _Sheet:
    """The sheet with the script, and how its places are called."""

    grid: Grid
    prefix: str
    file: Where

    def at(self, row: int, column: int | None = None, title: str = "") -> Where:
        """Return the place of a row, or of a cell in it."""
        if column is None:
            return self.file.at(f"{self.prefix}row {row}")
        heading = f" ({title.strip()})" if title.strip() else ""
        return self.file.at(f"{self.prefix}row {row}, column {_letters(column)}{heading}")


@dataclass
class _Row:
    """A row while it is read."""

    cells: Mapping[str, Cell]
    places: Mapping[str, Where]
    start: datetime
    is_sound: bool = True

    def text(self, column: str) -> str:
        """Return the text of a column, "" for nothing."""
        value = self.cells.get(column, "")
        text = text_in(value, self.places[column]) if column in self.places else ""
        if text is None:
            self.is_sound = False
        return text or ""

    def name(self, column: str) -> str:
        """Return the text of a column without space around it."""
        return self.text(column).strip()


def read_script(grids: Sequence[Grid], start: datetime, file: Where) -> list[Line]:
    """Return the rows of the script, after reporting everything that is not taken over.

    Args:
        grids: The sheets of the file.
        start: Clock time of T+0.
        file: Place of the file.
    """
    found = _find(grids)
    if found is None:
        headings = "a row with headings such as Oefentijd, Aan and Wat, or Exercise time, To and What"
        file.error(headings, "none in any sheet")
        return []
    grid, number = found
    others = [other for other in grids if other is not grid and not _is_ours(other)]
    for other in others:
        _report_sheet(other, file)
    # The sheet is named where it could be another.
    sheet = _Sheet(grid, f"sheet {grid.title}, " if others else "", file)
    _report_above(sheet, number)
    return list(_lines(sheet, number, start))


def _find(grids: Sequence[Grid]) -> tuple[Grid, int] | None:
    """Return the sheet with the script, and the number of its row of headings."""
    named = sorted(grids, key=lambda grid: not is_sheet(grid.title, "script"))
    for grid in named:
        if _is_ours(grid):
            continue
        for number, row in enumerate(grid.rows[:_HEADING_WITHIN], start=1):
            headings = {column_of(cell) for cell in row if isinstance(cell, str)} - {None}
            if len(headings) >= _HEADINGS_MIN and headings & {"at", "clock"} and headings & {"to", "do"}:
                return grid, number
    return None


def _is_ours(grid: Grid) -> bool:
    """Say whether a sheet is one that we wrote to be read by people only."""
    return is_sheet(grid.title, "explanation") or is_sheet(grid.title, "lists")


def _report_sheet(grid: Grid, file: Where) -> None:
    filled = sum(not is_empty(cell) for row in grid.rows for cell in row)
    if filled:
        expected = "one sheet with a script"
        file.at(grid.title).error(expected, f"another sheet with {filled} filled cells, not taken over")


def _report_above(sheet: _Sheet, number: int) -> None:
    for row in range(1, number):
        for column, cell in enumerate(sheet.grid.rows[row - 1], start=1):
            if not is_empty(cell):
                sheet.at(row, column).error("nothing above the headings", said(cell))


def _lines(sheet: _Sheet, heading: int, start: datetime) -> Iterator[Line]:
    grid = sheet.grid
    columns = _columns(sheet, heading)
    for number in range(heading + 1, len(grid.rows) + 1):
        row = grid.rows[number - 1]
        formulas = [column for at, column in grid.formulas if at == number]
        if all(is_empty(cell) for cell in row) and not formulas:
            continue
        cells, places, spare = {}, {}, []
        for column in range(1, max(len(row), *columns, *formulas) + 1):
            name = columns.get(column)
            if name is None:
                spare.append(column)
                continue
            cells[name] = grid.cell(number, column)
            places[name] = sheet.at(number, column, str(grid.cell(heading, column)))
        if str(cells.get("id", "")).strip().casefold() in _EXAMPLES:
            sheet.at(number).warning("a row of the exercise", "the example of the template, passed over")
            continue
        for column in spare:
            cell = grid.cell(number, column)
            if not is_empty(cell) or column in formulas:
                title = str(grid.cell(heading, column)).strip()
                expected = "a heading that a script has above it" if not title else "a column of a script"
                found = "a formula whose value was not saved" if column in formulas else said(cell)
                sheet.at(number, column, title).error(expected, found)
        yield _line(number, _Row(cells, places, start), sheet.at(number), formulas, columns)


def _columns(sheet: _Sheet, heading: int) -> dict[int, str]:
    """Return the column of a script at each place; what stands twice is reported, and the first counts."""
    columns: dict[int, str] = {}
    for place, cell in enumerate(sheet.grid.rows[heading - 1], start=1):
        name = column_of(cell) if isinstance(cell, str) else None
        if name in columns.values():
            sheet.at(heading, place).error("each heading once", f"{show(cell)} again")
        elif name is not None:
            columns[place] = name
    return columns


def _line(number: int, row: _Row, where: Where, formulas: Sequence[int], columns: Mapping[int, str]) -> Line:
    for column in formulas:
        if column in columns:
            expected = "a value; open and save the file in a spreadsheet"
            row.places[columns[column]].error(expected, "a formula whose value was not saved")
            row.is_sound = False
    entry: dict[str, Any] = {"id": row.name("id")}
    at_ms = _moment(row)
    if at_ms is not None:
        entry["at"] = moment_text(at_ms) if at_ms >= 0 else f"-{moment_text(-at_ms)}"
    entry["to"] = row.name("to")
    entry["title"] = _texts(row, "title")
    entry["cue"] = _cue(row)
    entry["source"] = row.name("source") or "exercise"
    _report_unused(row)
    return Line(number, entry, where, row.places, row.is_sound and at_ms is not None)


def _moment(row: _Row) -> int | None:
    """Return when an inject comes, by either of its times; None after a problem has been reported."""
    readers = {"at": exercise_time_in, "clock": clock_time_in}
    given = {column: row.cells[column] for column in readers if not is_empty(row.cells.get(column, ""))}
    found = {column: readers[column](value, row.start, row.places[column]) for column, value in given.items()}
    if not given:
        place = next(row.places[column] for column in readers if column in row.places)
        place.error("the time of the inject", "nothing")
        return None
    if None in found.values():
        return None
    times = [at_ms for at_ms in found.values() if at_ms is not None]
    if len(times) == 2 and abs(times[0] - times[1]) >= SECOND_MS:
        row.places["clock"].error(
            f"the same moment as in the other column ({moment_text(times[0])})", said(given["clock"])
        )
        return None
    return times[0]


def _texts(row: _Row, name: str) -> dict[str, str]:
    """Return a text in both languages; where one is missing, the other takes its place, and that is said."""
    texts = {language: row.text(f"{name}-{language}") for language in ("nl", "en")}
    for language, other in (("nl", "en"), ("en", "nl")):
        if not texts[language].strip() and texts[other].strip():
            empty = row.places.get(f"{name}-{language}", row.places[f"{name}-{other}"])
            empty.warning("the text in both languages", f"nothing; {show(texts[other])} stands for it")
            texts[language] = texts[other]
    if not any(text.strip() for text in texts.values()):
        place = row.places.get(f"{name}-nl") or row.places.get(f"{name}-en")
        if place is not None:
            place.warning("some words", "none")
    return texts


def _cue(row: _Row) -> dict[str, Any]:
    """Return what somebody is told to do, as far as it can be read."""
    told = row.name("do")
    tag = cue_of(told)
    if tag is None:
        return {"do": told} if told else {}
    cue: dict[str, Any] = {"do": tag}
    for each in msgspec.structs.fields(CUES[tag]):
        value = _value(row, each.name, PLACES[each.name])
        if value is not None:
            cue[each.name] = value
    return cue


def _value(row: _Row, name: str, column: str) -> Any:
    """Return the value of a field of a cue; None where nothing stands there, or nothing that could be read."""
    if column == "text":
        return _texts(row, column)
    if is_empty(row.cells.get(column, "")):
        return [] if name in ("parties", "subjects", "filters") else None
    if column == "grip":
        number = whole_in(row.cells[column], row.places[column])
        row.is_sound = row.is_sound and number is not None
        return number
    if name == "filters":
        return lines_in(row.text(column))
    if name in ("parties", "subjects"):
        return names_in(row.text(column))
    # Words of people are kept as they are; names are not.
    return row.text(column) if name == "level" else row.name(column)


def _report_unused(row: _Row) -> None:
    """Report cells that say something for which this kind of inject has no place."""
    told = cue_of(row.name("do"))
    if told is None:
        return
    known = _EVERY | set(columns_of_cue(told))
    for column in COLUMNS:
        value = row.cells.get(column, "")
        if column not in known and not is_empty(value):
            row.places[column].error(f"nothing, as '{told}' has no use for it", said(value))


def _letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
