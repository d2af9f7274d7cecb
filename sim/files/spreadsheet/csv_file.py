"""A script as CSV, for who has no spreadsheet at hand, or wants to see what changed."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from sim.files.spreadsheet.book import Book


def csv_file(book: Book) -> bytes:
    """Return the script as CSV: UTF-8 with a byte order mark, as Excel needs it; ``;`` in Dutch, ``,`` in English."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if book.language == "nl" else ",")
    writer.writerow(book.headings)
    for row in book.rows:
        writer.writerow([_cell(value) for value in book.cells(row)])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: str | int | datetime | None) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds" if value.microsecond else "seconds")
    return "" if value is None else value
