from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sim.core.model.time import (
    clock_time,
    format_duration,
    format_offset,
    parse_duration,
    parse_time,
    signed_duration,
    since_midnight_ms,
)

SUMMER = timezone(timedelta(hours=2))
START = datetime(2021, 7, 12, 8, tzinfo=SUMMER)


@pytest.mark.parametrize(
    ("at_ms", "text"),
    [
        (0, "T+00:00:00"),
        (999, "T+00:00:00"),
        (1_000, "T+00:00:01"),
        (5_400_000, "T+01:30:00"),
        (90_061_000, "T+25:01:01"),
    ],
)
def test_format_offset_of_a_moment_gives_hours_minutes_seconds(at_ms: int, text: str) -> None:
    assert format_offset(at_ms) == text


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (0, "0 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (3_599_999, "59 min"),
        (3_600_000, "1 h 00 min"),
        (7_500_000, "2 h 05 min"),
    ],
)
def test_format_duration_at_each_size_uses_its_unit(duration_ms: int, text: str) -> None:
    assert format_duration(duration_ms) == text


@pytest.mark.parametrize(("duration_ms", "text"), [(750_000, "+12 min"), (-750_000, "-12 min"), (0, "+0 s")])
def test_signed_duration_says_later_or_earlier(duration_ms: int, text: str) -> None:
    assert signed_duration(duration_ms) == text


@pytest.mark.parametrize(
    ("text", "duration_ms"),
    [
        ("250ms", 250),
        ("30s", 30_000),
        ("90m", 5_400_000),
        ("1.5h", 5_400_000),
        ("2d", 172_800_000),
        (" 1m ", 60_000),
    ],
)
def test_parse_duration_of_each_unit_gives_milliseconds(text: str, duration_ms: int) -> None:
    assert parse_duration(text) == duration_ms


@pytest.mark.parametrize("text", ["", "90", "m", "-1m", "1.m", "1h30m", "90 m", "1e3s", "9" * 400 + "h"])
def test_parse_duration_of_something_else_names_what_it_found(text: str) -> None:
    with pytest.raises(ValueError, match="expected a duration such as 90m") as caught:
        parse_duration(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("T+01:30:00", 5_400_000),
        ("T+01:30", 5_400_000),
        ("T+1d02:00:00", 93_600_000),
        ("T+26:00", 93_600_000),
        ("90m", 5_400_000),
        ("09:00", 3_600_000),
        ("2021-07-13T08:00", 86_400_000),
        ("2021-07-12T06:00:00+00:00", 0),
        ("2021-07-12T07:59:59", -1_000),
    ],
)
def test_parse_time_of_each_form_gives_exercise_time(text: str, at_ms: int) -> None:
    assert parse_time(text, START) == at_ms


@pytest.mark.parametrize("text", ["", "T+1", "T+01:60", "25:00", "2021-13-01", "soon", "T-01:00:00"])
def test_parse_time_of_something_else_names_what_it_found(text: str) -> None:
    with pytest.raises(ValueError, match="expected a time such as") as caught:
        parse_time(text, START)
    assert repr(text) in str(caught.value)


def test_clock_time_of_a_moment_stays_in_the_zone_of_the_start() -> None:
    moment = clock_time(START, 5_400_500)
    assert moment.isoformat() == "2021-07-12T09:30:00.500000+02:00"
    assert moment == datetime(2021, 7, 12, 7, 30, 0, 500_000, tzinfo=UTC)


def test_since_midnight_of_a_clock_time_is_its_time_of_day() -> None:
    assert since_midnight_ms(datetime.fromisoformat("2021-07-12T20:01:02.003+02:00")) == 72_062_003
