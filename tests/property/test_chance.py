"""Laws of chance by name, and of exercise time: both must repeat exactly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.chance import Chance
from sim.core.model.time import clock_time, format_offset, parse_duration, parse_time

SEEDS = st.integers()
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
START = datetime(2021, 7, 12, 6, tzinfo=UTC)


@given(SEEDS, NAMES, NAMES)
def test_fraction_is_in_range_and_repeats(seed: int, stream: str, key: str) -> None:
    drawn = Chance(seed).fraction(stream, key)
    assert 0.0 <= drawn < 1.0
    assert Chance(seed).fraction(stream, key) == drawn


@given(SEEDS, st.lists(st.tuples(NAMES, NAMES), unique=True, max_size=5))
def test_fraction_does_not_depend_on_what_was_drawn_before(seed: int, names: list[tuple[str, str]]) -> None:
    chance = Chance(seed)
    forward = {name: chance.fraction(*name) for name in names}
    backward = {name: chance.fraction(*name) for name in reversed(names)}
    assert forward == backward


@given(SEEDS, st.integers(-1_000, 1_000), st.integers(0, 1_000), NAMES, NAMES)
def test_between_stays_between(seed: int, low: int, extra: int, stream: str, key: str) -> None:
    assert low <= Chance(seed).between(low, low + extra, stream, key) <= low + extra


@given(SEEDS, st.floats(0, 1), st.floats(0, 1), NAMES)
def test_what_happens_at_a_probability_happens_at_a_higher_one(
    seed: int, one: float, other: float, key: str
) -> None:
    low, high = sorted((one, other))
    chance = Chance(seed)
    assert chance.happens(low, "s", key) <= chance.happens(high, "s", key)


@pytest.mark.parametrize("names", [("vr24/skill", "vr23/skill"), ("wl/error", "wl/reaction")])
def test_two_streams_are_as_good_as_independent(names: tuple[str, str]) -> None:
    chance, count = Chance(11), 4_000
    pairs = [tuple(chance.fraction(name, str(key)) - 0.5 for name in names) for key in range(count)]
    variance = sum(one * one for one, _ in pairs) / count
    covariance = sum(one * other for one, other in pairs) / count
    assert abs(variance - 1 / 12) < 0.004
    assert abs(covariance) < 0.004


def test_two_seeds_are_as_good_as_independent() -> None:
    count = 4_000
    drawn = [[Chance(seed).fraction("s", str(key)) - 0.5 for key in range(count)] for seed in (1, 2)]
    assert abs(sum(one * other for one, other in zip(*drawn, strict=True)) / count) < 0.004


@given(st.integers(0, 10**7))
def test_offset_written_and_read_again_is_the_same(seconds: int) -> None:
    assert parse_time(format_offset(seconds * 1_000), START) == seconds * 1_000


@given(st.integers(-(10**11), 10**11), st.integers(-14 * 60, 14 * 60))
def test_clock_time_written_and_read_again_is_the_same(at_ms: int, zone_minutes: int) -> None:
    start = START.astimezone(timezone(timedelta(minutes=zone_minutes)))
    assert parse_time(clock_time(start, at_ms).isoformat(), start) == at_ms


@given(st.integers(0, 10**9), st.sampled_from((("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000))))
def test_duration_of_a_whole_number_is_that_many_units(count: int, unit: tuple[str, int]) -> None:
    assert parse_duration(f"{count}{unit[0]}") == count * unit[1]


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\A[T+0-9dhms:.\-]{0,30}\Z")))
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    for read in (parse_duration, _parse_time):
        found = _read(read, text)
        assert found is None or isinstance(found, int)


def _parse_time(text: str) -> int:
    return parse_time(text, START)


def _read(read: Callable[[str], int], text: str) -> int | None:
    try:
        return read(text)
    except ValueError:
        return None
