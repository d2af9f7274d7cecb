"""Reads ``series/*.csv``: a measured value through time, one truth change a line."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sim.files.folder import Folder
from sim.files.known import Known
from sim.files.problems import Where, show

COLUMNS: Final = ("time", "value", "source")
ROWS_MAX: Final = 100_000

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of a series: a value (of the unit in ``scenario.toml``) at a moment (ms)."""

    at_ms: int
    amount: float
    source: str


def read_series(folder: Folder, relative: str, known: Known) -> list[Sample]:
    """Return the lines of a series that can be used, after reporting every problem with any of them."""
    text = folder.read_text(relative)
    if text is None:
        return []
    where = folder.where(relative)
    samples: list[Sample] = []
    try:
        for line, row in _rows(text, where):
            sample = _read_row(row, where.at(f"line {line}"), known)
            if sample is not None:
                samples.append(sample)
    except csv.Error as error:
        where.error("a CSV file", f"a mistake: {error}")
    if not samples:
        where.warning("lines with a time and a value", "none")
    return samples


def _rows(text: str, where: Where) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines below the heading, each with its number in the file."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading = tuple(cell.strip() for cell in next(lines, []))
    if heading != COLUMNS:
        where.at("line 1").error(f"the columns {','.join(COLUMNS)}", show(",".join(heading)))
        return
    for count, row in enumerate(lines):
        if count == ROWS_MAX:
            where.error(f"at most {ROWS_MAX} lines", "more")
            return
        if any(cell.strip() for cell in row):
            yield lines.line_num, row


def _read_row(row: list[str], where: Where, known: Known) -> Sample | None:
    if len(row) != len(COLUMNS):
        # A decimal comma makes one column more; the row itself shows it best.
        where.error(f"{len(COLUMNS)} columns, decimals with a point", f"{len(row)}: {show(','.join(row))}")
        return None
    time, value, source = (cell.strip() for cell in row)
    at_ms = known.calendar.moment(time, where.at("column time"))
    known.source(source, where.at("column source"))
    amount = float(value) if _NUMBER.match(value) else math.nan
    if not math.isfinite(amount):
        where.at("column value").error("a number such as 12.5", show(value))
        return None
    return None if at_ms is None else Sample(at_ms, amount, source)
