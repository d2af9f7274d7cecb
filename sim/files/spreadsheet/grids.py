"""Reads a spreadsheet file into grids of cells, one for each sheet, within limits."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

from sim.files.problems import Where, show
from sim.files.spreadsheet.inside import Inside, look_inside

FILE_BYTES_MAX: Final = 16 * 1024 * 1024
UNZIPPED_BYTES_MAX: Final = 256 * 1024 * 1024
ROWS_MAX: Final = 20_000
SUFFIXES: Final = (".xlsx", ".ods", ".csv")
DELIMITERS: Final = (";", ",", "\t")

Cell: TypeAlias = str | float | int | bool | datetime | date | time | timedelta
"""What stands in a cell; "" where nothing does. Whole numbers come as floats."""


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet.

    Attributes:
        title: Name of the sheet; empty in CSV.
        rows: Its rows from the first, each from the first column.
        formulas: Cells (row and column from 1) with a formula whose value was not saved: they look empty.
    """

    title: str
    rows: Sequence[Sequence[Cell]]
    formulas: frozenset[tuple[int, int]] = frozenset()

    def cell(self, row: int, column: int) -> Cell:
        """Return what stands in a cell, counted from 1; "" beyond the end of a row."""
        cells = self.rows[row - 1]
        return cells[column - 1] if column <= len(cells) else ""


def read_file(path: Path, where: Where, bytes_max: int = FILE_BYTES_MAX) -> bytes | None:
    """Return the bytes of a file; None after a problem has been reported."""
    try:
        with path.open("rb") as file:
            data = file.read(bytes_max + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        where.error("a file that can be read", getattr(error, "strerror", None) or "a name that is no path")
        return None
    if len(data) > bytes_max:
        where.error(f"at most {bytes_max // 1024**2} MiB", "a larger file")
        return None
    return data


def read_grids(path: Path, where: Where) -> list[Grid] | None:
    """Return the sheets of a spreadsheet file; None after a problem has been reported."""
    data = read_file(path, where)
    if data is None:
        return None
    if path.suffix.lower() == ".csv":
        rows = read_csv(data, where)
        return None if rows is None else [Grid("", rows)]
    inside = _look(data, path.suffix.lower(), where)
    return None if inside is None else _read_workbook(data, inside, where)


def _look(data: bytes, suffix: str, where: Where) -> Inside | None:
    """Look into a zipped workbook before anything is made of it: how large it would become, and its formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNZIPPED_BYTES_MAX:
                where.error(f"at most {UNZIPPED_BYTES_MAX // 1024**2} MiB unzipped", "more")
                return None
            return look_inside(parts, suffix, where)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError):
        # RuntimeError: it is encrypted, or packed in an unknown way; ValueError: a name in it that is none
        where.error(f"a spreadsheet ({suffix[1:]})", "a file that is none, is damaged or has a password")
        return None


def _read_workbook(data: bytes, inside: Inside, where: Where) -> list[Grid] | None:
    grids = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            if len(rows) > ROWS_MAX:
                where.at(title).error(f"at most {ROWS_MAX:,} rows", "more")
                return None
            grids.append(Grid(title, rows, inside.formulas.get(title, frozenset())))
    except BaseException as error:
        # A reader in Rust that meets what it did not expect panics, which is no Exception in Python.
        if not isinstance(error, CalamineError) and type(error).__name__ != "PanicException":
            raise
        where.error("a spreadsheet", f"a mistake in it: {show(str(error))}")
        return None
    return grids


def read_csv(data: bytes, where: Where) -> list[list[str]] | None:
    """Return the rows of a CSV file as spreadsheets save it; None after a problem has been reported.

    UTF-8, UTF-16 with a byte order mark, or Windows-1252; commas, semicolons or tabs: of these the one that the first
    line has most of.
    """
    text = _decode(data, where)
    if text is None:
        return None
    first, _, rest = text.partition("\n")
    delimiter = max(DELIMITERS, key=first.count)
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own way to say it
        delimiter, text = first.strip()[4], "\n" + rest
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            if len(rows) == ROWS_MAX:
                where.error(f"at most {ROWS_MAX:,} rows", "more")
                return None
            rows.append(row)
    except csv.Error as error:
        where.at(f"line {reader.line_num}").error("CSV", f"a mistake: {error}")
        return None
    return rows


def _decode(data: bytes, where: Where) -> str | None:
    codecs = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252")
    for codec in codecs:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    where.error("text in UTF-8 or Windows-1252", "another encoding")
    return None
