"""What stands in a cell, as a script needs it: text, a whole number, a list of names, a moment."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from sim.core.model.time import SECOND_MS, parse_time, since_midnight_ms
from sim.files.problems import Where, show
from sim.files.spreadsheet.grids import Cell

_NAMES: Final = re.compile(r"[,;\n]")
_SHORT: Final = re.compile(r"\+?(\d+):([0-5]\d)(?::([0-5]\d))?\Z")
_DUTCH: Final = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})[ T]+(\d{1,2}:\d{2}(?::\d{2})?)\Z")
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- day 0 of a spreadsheet, which knows no zones
_EARLIEST: Final = 1905
"""A date before this year is a duration that was shown as a date."""

EXERCISE_TIME: Final = "exercise time such as T+01:30:00"
CLOCK_TIME: Final = "a date and time such as 2021-07-14 13:21"


def is_empty(value: Cell) -> bool:
    """Say whether nothing stands in a cell, or spaces only."""
    return isinstance(value, str) and not value.strip()


def text_in(value: Cell, where: Where) -> str | None:
    """Return the text in a cell as it stands there; None after a problem has been reported.

    A whole number is text too: a spreadsheet makes one of what looks like it.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        where.error("text", f"{said(value)}, which the spreadsheet made of it")
        return None
    return str(int(value)) if float(value).is_integer() else repr(value)


def whole_in(value: Cell, where: Where) -> int | None:
    """Return the whole number in a cell; None after a problem has been reported."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    if isinstance(text, (int, float)) and not isinstance(text, bool) and float(text).is_integer():
        return int(text)
    where.error("a whole number", said(value))
    return None


def names_in(text: str) -> list[str]:
    """Return names with commas, semicolons or line ends between them."""
    return [name.strip() for name in _NAMES.split(text) if name.strip()]


def lines_in(text: str) -> list[str]:
    """Return the lines of a cell that are not empty."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def exercise_time_in(value: Cell, start: datetime, where: Where) -> int | None:
    """Return exercise time (ms) of a cell of that column; None after a problem has been reported.

    A time of day there, and ``1:30``, is time since the start; a date and time is clock time.
    """
    if isinstance(value, time):
        return since_midnight_ms(datetime.combine(_EPOCH, value))
    if isinstance(value, datetime) and value.year < _EARLIEST:
        return _ms(value - _EPOCH)
    if isinstance(value, str):
        short = _SHORT.match(value.strip())
        if short is not None:
            hours, minutes, seconds = (int(part or 0) for part in short.groups())
            return ((hours * 60 + minutes) * 60 + seconds) * SECOND_MS
    return _moment(value, start, EXERCISE_TIME, where)


def clock_time_in(value: Cell, start: datetime, where: Where) -> int | None:
    """Return exercise time (ms) of a cell of the column of clock times; None after a problem has been reported.

    A time without a date is that time on the first day.
    """
    if isinstance(value, time):
        value = datetime.combine(start.date(), value)
    return _moment(value, start, CLOCK_TIME, where)


def _moment(value: Cell, start: datetime, expected: str, where: Where) -> int | None:
    if isinstance(value, timedelta):
        return _ms(value)
    if isinstance(value, datetime):
        return _ms(value.replace(tzinfo=value.tzinfo or start.tzinfo) - start)
    if isinstance(value, str):
        try:
            return parse_time(_iso(value.strip()), start)
        except (ValueError, OverflowError):
            pass
    where.error(expected, said(value))
    return None


def _iso(text: str) -> str:
    """Return a Dutch date and time, day first, as ISO 8601 has it."""
    match = _DUTCH.match(text)
    if match is None:
        return text
    day, month, year, clock = match.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}T{clock:0>5}"


def _ms(duration: timedelta) -> int:
    """Return a duration in ms; what differs from whole seconds by a spreadsheet's own rounding only is rounded."""
    exact = round(duration.total_seconds() * 1000)
    whole = round(exact / SECOND_MS) * SECOND_MS
    return whole if abs(exact - whole) <= 5 else exact


def said(value: Cell) -> str:
    """Return what stands in a cell in a form that fits into a message."""
    if isinstance(value, (datetime, date, time)):
        return f"the date or time {value.isoformat()}"
    if isinstance(value, timedelta):
        return f"the duration {value}"
    return show(value)
