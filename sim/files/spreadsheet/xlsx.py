"""A workbook as XLSX: with styles, lists to choose from, and an explanation."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sim.files.spreadsheet.book import Book
from sim.files.spreadsheet.columns import COLUMNS, heading, sheet_name
from sim.files.spreadsheet.same_bytes import same_bytes

_WIDTHS: Final[Mapping[str, int]] = {
    "id": 24, "at": 14, "clock": 20, "to": 16, "do": 24, "activity": 18, "parties": 24, "team": 10, "grip": 7,
    "level": 16, "subjects": 28, "where": 30, "title-nl": 48, "title-en": 48, "text-nl": 48, "text-en": 48,
    "source": 10,
}  # fmt: skip
_HEAD: Final = PatternFill("solid", fgColor="1F3864")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Words such as ``_x0041_`` mean a character in XLSX, unless they begin with an escape of their own."""
_ROWS_PLANNED: Final = 2000
"""How far down the lists to choose from go."""


def xlsx(book: Book) -> bytes:
    """Return the workbook."""
    made = Workbook()
    script = made.active
    assert isinstance(script, Worksheet), "a new workbook has a sheet"
    script.title = book.title
    _write_script(script, book)
    lists = made.create_sheet(sheet_name("lists", book.language))
    _write_lists(lists, script, book)
    explanation = made.create_sheet(sheet_name("explanation", book.language), 1)
    _write_explanation(explanation, book)
    file = io.BytesIO()
    made.save(file)
    return same_bytes(file.getvalue())


def _write_script(sheet: Worksheet, book: Book) -> None:
    for number, (column, title) in enumerate(zip(COLUMNS, book.headings, strict=True), start=1):
        cell = sheet.cell(1, number, title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = _HEAD
        cell.alignment = _WRAPPED
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[column]
    for down, row in enumerate(book.rows, start=2):
        for number, value in enumerate(book.cells(row), start=1):
            if value is not None:
                _put(sheet, down, number, value)
        if down - 2 < book.examples:
            for number in range(1, len(COLUMNS) + 1):
                sheet.cell(down, number).font = Font(italic=True, color="808080")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{max(2, len(book.rows) + 1)}"


def _put(sheet: Worksheet, row: int, column: int, value: str | int | datetime) -> None:
    cell: Any = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.value = _ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"  # also what looks like a formula or an error
        cell.number_format = "@"  # and stays text when somebody types in it
        cell.alignment = _WRAPPED
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"


def _write_lists(sheet: Worksheet, script: Worksheet, book: Book) -> None:
    for number, (column, choices) in enumerate(book.lists.items(), start=1):
        sheet.cell(1, number, heading(column, book.language)).font = Font(bold=True)
        for down, choice in enumerate(choices, start=2):
            # A level is a number where it stands, and is held against numbers.
            sheet.cell(down, number, int(choice) if column == "grip" else choice)
        letter = get_column_letter(number)
        # A warning and no refusal: who writes a script may be ahead of the scenario.
        rule = DataValidation(
            type="list",
            formula1=f"'{sheet.title}'!${letter}$2:${letter}${len(choices) + 1}",
            allow_blank=True,
            errorStyle="warning",
        )
        script.add_data_validation(rule)
        place = get_column_letter(COLUMNS.index(column) + 1)
        rule.add(f"{place}2:{place}{max(_ROWS_PLANNED, len(book.rows) + 1)}")
    sheet.sheet_state = "hidden"


def _write_explanation(sheet: Worksheet, book: Book) -> None:
    for down, line in enumerate(book.explanation, start=1):
        for number, text in enumerate(line, start=1):
            cell = sheet.cell(down, number, text)
            cell.alignment = Alignment(wrap_text=len(line) > 1, vertical="top")
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 100
