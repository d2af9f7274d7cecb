"""The calendar of an exercise: reads its start, its length, its times and durations, and dates elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sim.core.model.time import DAY_MS, clock_time, format_offset, parse_duration, parse_time
from sim.files.problems import Where, show

EXERCISE_MS_MAX: Final = 366 * DAY_MS
"""Longer exercises are taken for a slip of the pen in `end`."""

_TIME_EXPECTED: Final = "a time such as T+01:30:00, 90m or 2021-07-14T13:21"
_SOME_START: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the exercise starts and ends; None for what the file does not say properly.

    Attributes:
        start: Clock time of T+0.
        end_ms: Length (ms).
    """

    start: datetime | None
    end_ms: int | None

    def moment(self, text: str, where: Where) -> int | None:
        """Return exercise time (ms) for a time in a file; None after a problem has been reported."""
        at_ms = _parse(text, self.start, where)
        if at_ms is None or self.start is None:
            return at_ms
        if at_ms < 0:
            where.error(f"a time from the start on ({self.start.isoformat()})", f"{show(text)}, before it")
            return None
        if self.end_ms is not None and at_ms > self.end_ms:
            where.error(f"a time up to the end ({format_offset(self.end_ms)})", f"{show(text)}, after it")
            return None
        return at_ms


def read_calendar(start: str | None, end: str | None, file: Where) -> Calendar:
    """Return the calendar of a scenario after reporting what is wrong with its start and end."""
    first = None if start is None else _read_start(start, file.at("start"))
    length = None if end is None else _read_end(end, first, file.at("end"))
    return Calendar(first, length)


def read_duration(text: str, where: Where) -> int | None:
    """Return a duration in ms; None after a problem has been reported."""
    try:
        duration_ms = parse_duration(text)
    except (ValueError, OverflowError):
        where.error("a duration such as 90s, 30m or 1.5h", show(text))
        return None
    if duration_ms > EXERCISE_MS_MAX:
        where.error("a duration of at most 366 days", show(text))
        return None
    return duration_ms


def read_shift(text: str | None, where: Where) -> int:
    """Return by how much a time is shifted (ms); with a ``-`` before it, to earlier."""
    if text is None:
        return 0
    sign = -1 if text.startswith("-") else 1
    shift_ms = read_duration(text.removeprefix("-"), where)
    if shift_ms == 0:
        where.error("a time that is not the same", show(text))
    return sign * (shift_ms or 0)


def read_range(texts: tuple[str, str], where: Where) -> tuple[int, int] | None:
    """Return a shortest and a longest duration in ms; None after a problem has been reported."""
    low = read_duration(texts[0], where.item(0))
    high = read_duration(texts[1], where.item(1))
    if low is None or high is None:
        return None
    if low > high:
        where.error("the shortest duration before the longest", show(list(texts)))
        return None
    return low, high


def check_date(text: str, where: Where) -> None:
    """Report a text that is no date as people and programs sort it (ISO 8601, with dashes)."""
    try:
        written = date.fromisoformat(text).isoformat()
    except ValueError:
        written = ""
    if written != text:  # Python also reads dates without dashes and week dates, which do not sort as text
        where.error("a date such as 2027-03-14", show(text))


def _read_start(text: str, where: Where) -> datetime | None:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        where.error("a clock time with its zone such as 2021-07-12T08:00:00+02:00", show(text))
        return None
    if start.tzinfo is None:
        where.error(
            "a clock time with its zone such as 2021-07-12T08:00:00+02:00", f"{show(text)}, without a zone"
        )
        return None
    return start


def _read_end(text: str, start: datetime | None, where: Where) -> int | None:
    end_ms = _parse(text, start, where)
    if end_ms is None or start is None:
        return end_ms
    if not 0 < end_ms <= EXERCISE_MS_MAX:
        where.error("a time after the start, within 366 days", show(text))
        return None
    try:
        clock_time(start, end_ms)
    except OverflowError:
        where.error("an end before the year 10000", show(text))
        return None
    return end_ms


def _parse(text: str, start: datetime | None, where: Where) -> int | None:
    try:
        return parse_time(text, start or _SOME_START)
    except (ValueError, OverflowError):
        where.error(_TIME_EXPECTED, show(text))
        return None
