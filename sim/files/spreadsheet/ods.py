"""A workbook as ODS, for LibreOffice and who else reads OpenDocument: with styles and an explanation."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from odfdo import Cell, Column, Document, Row, Style, Table, create_table_cell_style

from sim.files.spreadsheet.book import Book
from sim.files.spreadsheet.columns import COLUMNS, heading, sheet_name
from sim.files.spreadsheet.same_bytes import same_bytes

_WIDE: Final = frozenset({"title-nl", "title-en", "text-nl", "text-en", "where", "subjects"})
_HEAD, _EXAMPLE = "beeld-head", "beeld-example"


def ods(book: Book) -> bytes:
    """Return the workbook."""
    made = Document("spreadsheet")
    made.body.clear()
    _add_styles(made)
    script = Table(book.title)
    for column in COLUMNS:
        script.append(Column(style="beeld-wide" if column in _WIDE else "beeld-narrow"))
    script.append(_row(book.headings, _HEAD))
    for number, row in enumerate(book.rows):
        script.append(_row(book.cells(row), _EXAMPLE if number < book.examples else None))
    made.body.append(script)
    made.body.append(_plain_table(sheet_name("explanation", book.language), book.explanation))
    made.body.append(_plain_table(sheet_name("lists", book.language), _lists(book)))
    file = io.BytesIO()
    made.save(file)
    return same_bytes(file.getvalue())


def _add_styles(document: Any) -> None:
    head = create_table_cell_style(background_color="#1F3864", color="#FFFFFF")
    document.insert_style(head, name=_HEAD, automatic=True)
    document.insert_style(create_table_cell_style(color="#808080"), name=_EXAMPLE, automatic=True)
    for name, width in (("beeld-wide", "9cm"), ("beeld-narrow", "3.2cm")):
        document.insert_style(Style("table-column", name=name, width=width), automatic=True)


def _row(values: Sequence[str | int | datetime | None], style: str | None = None) -> Any:
    row = Row()
    for value in values:
        row.append(_cell(value, style))
    return row


def _cell(value: str | int | datetime | None, style: str | None) -> Any:
    if value is None or value == "":
        return Cell(style=style)
    if isinstance(value, str):
        # What looks like a number or a date stays what it is: words.
        return Cell(value, cell_type="string", style=style)
    return Cell(value, style=style)


def _plain_table(title: str, rows: Sequence[Sequence[str]]) -> Any:
    table = Table(title)
    for values in rows:
        table.append(_row(values))
    return table


def _lists(book: Book) -> list[list[str]]:
    longest = max(map(len, book.lists.values()), default=0)
    columns = [
        [heading(column, book.language), *choices, *[""] * (longest - len(choices))]
        for column, choices in book.lists.items()
    ]
    return [list(row) for row in zip(*columns, strict=True)]
