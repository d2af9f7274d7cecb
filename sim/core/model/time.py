"""Exercise time: whole milliseconds since the start of the exercise.

Integers, because floats lose milliseconds in long exercises. Clock time is exercise time added to the
start of the exercise day; it is for people and never decides anything.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import Final

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

_OFFSET = re.compile(r"T\+(?:(\d+)d)?(\d+):([0-5]\d)(?::([0-5]\d))?\Z")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)\Z")
_UNIT_MS: Final = {"ms": 1, "s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}


def format_offset(at_ms: int) -> str:
    """Return exercise time as ``T+01:30:00`` (hours may exceed 24), a time before the start as ``T-00:30:00``.

    >>> format_offset(5_400_000)
    'T+01:30:00'
    """
    seconds = abs(at_ms) // SECOND_MS
    return f"T{'-' if at_ms < 0 else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def format_duration(duration_ms: int) -> str:
    """Return a duration as people say it: ``45 s``, ``12 min``, ``2 h 05 min``.

    >>> format_duration(7_500_000)
    '2 h 05 min'
    """
    if duration_ms < MINUTE_MS:
        return f"{duration_ms // SECOND_MS} s"
    minutes = duration_ms // MINUTE_MS
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def signed_duration(duration_ms: int) -> str:
    """Return how much later something is as people say it, or with a minus how much earlier.

    >>> signed_duration(-750_000)
    '-12 min'
    """
    return f"{'-' if duration_ms < 0 else '+'}{format_duration(abs(duration_ms))}"


def parse_duration(text: str) -> int:
    """Return milliseconds for ``90m``, ``1.5h``, ``30s``, ``2d`` or ``250ms``.

    Raises:
        ValueError: The text is none of these.
    """
    match = _AMOUNT.match(text.strip())
    duration_ms = math.nan if match is None else float(match[1]) * _UNIT_MS[match[2]]
    if not math.isfinite(duration_ms):
        raise ValueError(f"expected a duration such as 90m, 1.5h or 30s, found {text!r}")
    return round(duration_ms)


def parse_time(text: str, start: datetime) -> int:
    """Return exercise time for ``T+01:30:00``, ``T+1d02:00``, ``90m`` or a clock time in ISO 8601.

    A clock time without a date is that time on the first day; without a zone it is in the zone of ``start``.

    Raises:
        ValueError: The text is none of these. A time before the start gives a negative number, which the
            caller judges.
    """
    text = text.strip()
    offset = _OFFSET.match(text)
    if offset is not None:
        days, hours, minutes, seconds = (int(part or 0) for part in offset.groups())
        return days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
    if _AMOUNT.match(text):
        return parse_duration(text)
    return _clock_to_offset(text, start)


def _clock_to_offset(text: str, start: datetime) -> int:
    full = text if "-" in text else f"{start.date().isoformat()}T{text}"
    try:
        clock = datetime.fromisoformat(full)
    except ValueError:
        raise ValueError(
            f"expected a time such as T+01:30:00, 90m or 2021-07-14T13:21, found {text!r}"
        ) from None
    if clock.tzinfo is None:
        clock = clock.replace(tzinfo=start.tzinfo)
    return round((clock - start).total_seconds() * SECOND_MS)


def clock_time(start: datetime, at_ms: int) -> datetime:
    """Return the clock time of exercise time ``at_ms``, in the zone of ``start``."""
    return start + timedelta(milliseconds=at_ms)


def since_midnight_ms(clock: datetime) -> int:
    """Return the time of day of a clock time (ms since midnight in its zone).

    >>> since_midnight_ms(datetime(2021, 7, 12, 7, 30))
    27000000
    """
    return (
        clock.hour * HOUR_MS + clock.minute * MINUTE_MS + clock.second * SECOND_MS + clock.microsecond // 1000
    )
