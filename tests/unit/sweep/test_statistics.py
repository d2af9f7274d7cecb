"""What many runs show: medians, paired differences, chances, each with how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.sweep.statistics import (
    SEEDS_MIN,
    Bounds,
    Draws,
    Numbers,
    at_least,
    chance_difference,
    chance_of,
    difference_of,
    exactly,
    guarded,
    intervals,
    median_of,
    rank_correlation,
    seeds_enough,
    wilson,
)

REPETITIONS = 1_000


def draws(values: list[float | None], first: int = 1) -> Draws:
    return {first + place: None if value is None else exactly(value) for place, value in enumerate(values)}


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


# Coverage: on a toy with known truth, 95 % intervals hold it in 93 to 97 of 100 repetitions ------------

LONG = [pytest.mark.slow, pytest.mark.timeout(600)]
SEEDS = [pytest.param(seeds, marks=LONG) for seeds in (50, 100, 200)]
MINUTES_MEDIAN = 10 * math.log(2)


@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        pytest.param(lambda size: random(1).normal(12, 4, size), 12.0, id="even"),
        pytest.param(lambda size: random(2).exponential(10, size), MINUTES_MEDIAN, id="with a long tail"),
    ],
)
@pytest.mark.parametrize("seeds", SEEDS)
def test_intervals_of_a_median_cover(
    draw: Callable[[tuple[int, int]], Numbers], truth: float, seeds: int
) -> None:
    ends = intervals(draw((REPETITIONS, seeds)), "median", f"toy-{seeds}")
    covered = np.mean((ends[:, 0] <= truth) & (truth <= ends[:, 1]))
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("seeds", SEEDS)
def test_intervals_of_a_paired_difference_cover(seeds: int) -> None:
    """The luck of a seed is shared by variant and reference, and is much larger than what the variant changes."""
    size = (REPETITIONS, seeds)
    luck = random(3).exponential(30, size)
    reference = luck + random(4).normal(0, 2, size)
    variant = luck - 12 + random(5).normal(0, 2, size)
    ends = intervals(variant - reference, "median", f"toy-{seeds}")
    covered = np.mean((ends[:, 0] <= -12) & (ends[:, 1] >= -12))
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize(("truth", "seeds"), [(0.3, 50), (0.8, 100), (0.55, 200)])
def test_intervals_of_a_chance_cover(truth: float, seeds: int) -> None:
    found = [wilson(int(times), seeds) for times in random(6).binomial(seeds, truth, REPETITIONS)]
    covered = np.mean([within(truth, bounds) for bounds in found])
    assert 0.93 <= covered <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [50, 200])
def test_intervals_of_a_difference_of_chances_cover(seeds: int) -> None:
    """What is met in the reference is met in the variant too, but for the few where luck says otherwise."""
    pairs = random(7).choice([-1.0, 0.0, 1.0], size=(REPETITIONS, seeds), p=[0.05, 0.7, 0.25])
    ends = intervals(pairs, "mean", f"toy-{seeds}")
    covered = np.mean((ends[:, 0] <= 0.2 + 1e-9) & (ends[:, 1] >= 0.2 - 1e-9))
    assert 0.93 <= covered <= 0.97


def within(truth: float, bounds: Bounds) -> bool:
    assert bounds.low is not None
    assert bounds.high is not None
    return bounds.low <= truth <= bounds.high


def test_few_differences_that_are_luck_are_called_sure() -> None:
    """Of a sweep in which a variant changes nothing at all but luck, hardly any says that something changes."""
    sweeps = [guarded(random(seed).uniform(0, 1, 20).tolist()) for seed in range(REPETITIONS)]
    assert sum(min(sweep) < 0.05 for sweep in sweeps) <= 0.05 * REPETITIONS


def test_how_often_luck_alone_looks_sure() -> None:
    """Where nothing but luck differs, one in twenty differences looks sure before it counts how many were looked at."""
    pairs = random(8).normal(0, 1, (300, SEEDS_MIN))
    chances = [difference_of(draws(row.tolist()), draws([0.0] * SEEDS_MIN), "toy").by_chance for row in pairs]
    assert sum(chance is not None and chance < 0.05 for chance in chances) <= 0.07 * 300


# What is told ------------------------------------------------------------------------------------------


def test_a_median_of_exact_figures() -> None:
    found = median_of(draws([float(value) for value in range(1, 42)]), "toy")
    assert found.value == Bounds(21.0, 21.0)
    assert found.interval is not None
    assert within(21.0, found.interval)
    assert (found.count, found.open, found.missing) == (41, 0, 0)


def test_what_was_not_observed_is_counted() -> None:
    found = median_of(draws([1.0, None, 3.0, None, 2.0]), "toy")
    assert (found.value, found.count, found.missing) == (exactly(2.0), 3, 2)
    assert median_of(draws([None, None]), "toy").value is None


def test_few_draws_have_no_interval() -> None:
    few = draws([float(value) for value in range(SEEDS_MIN - 1)])
    assert median_of(few, "toy").interval is None
    assert difference_of(few, few, "toy").interval is None
    assert difference_of(few, few, "toy").by_chance is None
    assert chance_of(dict.fromkeys(range(SEEDS_MIN - 1), True)).interval is None
    enough = draws([float(value) for value in range(SEEDS_MIN)])
    assert median_of(enough, "toy").interval is not None


def test_equal_figures_have_an_interval_of_no_width() -> None:
    same = draws([7.0] * 50)
    assert median_of(same, "toy").interval == exactly(7.0)
    found = difference_of(same, same, "toy")
    assert (found.value, found.interval, found.by_chance) == (exactly(0.0), exactly(0.0), 1.0)


def test_what_was_still_open_counts_as_no_less_and_maybe_more() -> None:
    """The longest were still open when their runs ended: the median is known, and stays the same."""
    seen: Draws = {seed: exactly(float(seed)) if seed < 30 else at_least(30.0) for seed in range(1, 42)}
    found = median_of(seen, "toy")
    assert (found.value, found.open) == (exactly(21.0), 12)
    assert found.interval is not None
    assert found.interval.high is not None


def test_a_median_that_what_is_open_decides_is_known_on_one_side() -> None:
    seen: Draws = {seed: exactly(float(seed)) if seed < 10 else at_least(10.0) for seed in range(1, 42)}
    found = median_of(seen, "toy")
    assert found.value == Bounds(10.0, None)
    assert found.interval is not None
    assert found.interval.high is None


def test_a_difference_with_what_was_still_open_is_known_on_the_side_that_follows() -> None:
    reference: Draws = dict.fromkeys(range(40), at_least(60.0))
    variant: Draws = dict.fromkeys(range(40), exactly(20.0))
    found = difference_of(variant, reference, "toy")
    assert (found.value, found.interval) == (Bounds(None, -40.0), Bounds(None, -40.0))
    assert (found.down, found.up, found.open) == (40, 0, 40)
    assert found.by_chance is not None
    assert found.by_chance < 1e-9


def test_of_two_that_were_still_open_nothing_is_known() -> None:
    both: Draws = dict.fromkeys(range(40), at_least(60.0))
    found = difference_of(both, both, "toy")
    assert (found.value, found.interval, found.changed) == (Bounds(None, None), Bounds(None, None), 0)
    assert found.by_chance == 1.0


def test_pairs_of_which_one_was_not_observed_are_counted_and_left_out() -> None:
    found = difference_of(draws([5.0, None, 9.0]), draws([4.0, 1.0, None]), "toy")
    assert (found.value, found.count, found.missing) == (exactly(1.0), 1, 2)
    assert difference_of(draws([None]), draws([1.0]), "toy").value is None


def test_other_seeds_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="same seeds"):
        difference_of(draws([1.0]), draws([1.0], first=2), "toy")
    with pytest.raises(ValueError, match="same seeds"):
        chance_difference({1: True}, {2: True}, "toy")


def test_a_chance_with_what_was_not_observed() -> None:
    found = chance_of({seed: None if seed < 10 else seed % 4 == 0 for seed in range(110)})
    assert found.value == exactly(0.25)
    assert (found.count, found.missing) == (100, 10)
    assert found.interval is not None
    assert within(0.25, found.interval)
    assert chance_of({1: None}).value is None


def test_a_chance_that_never_differs_may_still_differ_a_little() -> None:
    same = dict.fromkeys(range(50), True)
    found = chance_difference(same, same, "toy")
    assert found.value == exactly(0.0)
    assert found.interval is not None
    assert found.interval.high == pytest.approx(wilson(0, 50).high)
    assert found.interval.low == pytest.approx(-(wilson(0, 50).high or 0))


def test_a_chance_that_always_differs_may_still_not_now_and_then() -> None:
    always, never = dict.fromkeys(range(50), True), dict.fromkeys(range(50), False)
    found = chance_difference(always, never, "toy")
    assert (found.value, found.up) == (exactly(1.0), 50)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(1 - (wilson(0, 50).high or 0))
    assert found.interval.high == 1.0


def test_a_difference_of_chances() -> None:
    variant = {seed: seed < 40 for seed in range(50)} | {50: None}
    reference = {seed: seed < 10 for seed in range(50)} | {50: True}
    found = chance_difference(variant, reference, "toy")
    assert (found.value, found.up, found.down, found.missing) == (exactly(0.6), 30, 0, 1)
    assert chance_difference({1: None}, {1: True}, "toy").value is None


def test_how_many_seeds_are_enough() -> None:
    assert seeds_enough(Bounds(9.0, 15.0), 200, 6.0) == 200
    assert seeds_enough(Bounds(9.0, 15.0), 200, 3.0) == 800
    assert seeds_enough(Bounds(9.0, 15.0), 200, 60.0) == SEEDS_MIN
    assert seeds_enough(None, 10, 1.0) is None
    assert seeds_enough(Bounds(9.0, None), 200, 6.0) is None


def test_so_many_seeds_are_enough_on_a_toy() -> None:
    """As many as is said make the interval about as narrow as was asked for."""
    first = random(9).normal(12, 30, 50)
    found = median_of(draws(first.tolist()), "toy").interval
    enough = seeds_enough(found, 50, 6.0)
    assert enough is not None
    then = median_of(draws(random(10).normal(12, 30, enough).tolist()), "toy").interval
    assert then is not None
    assert then.width is not None
    assert 4.0 < then.width < 8.0


def test_several_looked_at_make_each_less_sure() -> None:
    assert guarded([]) == ()
    assert guarded([0.01]) == (0.01,)
    among_many = guarded([0.01, *[0.9] * 20])
    assert among_many[0] > 0.05


def test_what_goes_along_with_what_was_drawn() -> None:
    drawn = {seed: (seed * 37 % 100) / 100 for seed in range(100)}
    along: Draws = {seed: exactly(60 - 40 * value) for seed, value in drawn.items()}
    found = rank_correlation(drawn, along, "toy")
    assert found.value is not None
    assert found.value.exact == pytest.approx(-1.0)
    assert rank_correlation(drawn, dict.fromkeys(drawn, exactly(3.0)), "toy").value is None
    few = dict.fromkeys(range(5), 0.0) | {0: 1.0}
    assert (
        rank_correlation(few, {seed: exactly(value) for seed, value in few.items()}, "toy").interval is None
    )
    loose: Draws = {
        seed: exactly(value + float(noise))
        for (seed, value), noise in zip(drawn.items(), random(11).normal(0, 0.3, 100), strict=True)
    }
    told = rank_correlation(drawn, {**loose, 5: None, 6: at_least(9.0)}, "toy")
    assert (told.count, told.open, told.missing) == (99, 1, 1)
    assert told.value is not None
    assert told.interval is not None
    assert within(told.value.low or 0.0, told.interval)
    assert (told.interval.low or 0.0) > 0.4


# Laws --------------------------------------------------------------------------------------------------

SEEN = (
    st.none()
    | st.builds(exactly, st.integers(0, 500).map(float))
    | st.builds(at_least, st.integers(0, 500).map(float))
)
PAIRS = st.lists(st.tuples(SEEN, SEEN), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_swapping_variant_and_reference_flips_signs(pairs: list[tuple[Bounds | None, Bounds | None]]) -> None:
    one, other = ({seed: pair[side] for seed, pair in enumerate(pairs)} for side in (0, 1))
    there, back = difference_of(one, other, "toy"), difference_of(other, one, "toy")
    assert (there.up, there.down) == (back.down, back.up)
    assert flipped(there.value) == back.value
    assert flipped(there.interval) == back.interval
    assert there.by_chance == back.by_chance


def flipped(bounds: Bounds | None) -> Bounds | None:
    if bounds is None:
        return None
    low, high = (None if end is None else 0.0 - end for end in (bounds.high, bounds.low))
    return Bounds(low, high)


@settings(max_examples=60, deadline=None)
@given(st.lists(SEEN, min_size=1, max_size=40), st.integers(-1000, 1000))
def test_a_shift_of_all_figures_shifts_median_and_interval(seen: list[Bounds | None], by: int) -> None:
    before = median_of(dict(enumerate(seen)), "toy")
    after = median_of({seed: shifted(bounds, by) for seed, bounds in enumerate(seen)}, "toy")
    assert same(shifted(before.value, by), after.value)
    assert same(shifted(before.interval, by), after.interval)
    assert (before.count, before.open, before.missing) == (after.count, after.open, after.missing)


def shifted(bounds: Bounds | None, by: float) -> Bounds | None:
    if bounds is None:
        return None
    low, high = (None if end is None else end + by for end in (bounds.low, bounds.high))
    return Bounds(low, high)


def same(one: Bounds | None, other: Bounds | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(
        left == right if left is None or right is None else math.isclose(left, right, abs_tol=1e-6)
        for left, right in ((one.low, other.low), (one.high, other.high))
    )


@settings(max_examples=40, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_runs_does_not_matter(
    pairs: list[tuple[Bounds | None, Bounds | None]], order: st.DataObject
) -> None:
    seeds = list(range(len(pairs)))
    mixed = list(seeds)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = ({seed: pairs[seed][side] for seed in seeds} for side in (0, 1))
    again, second = ({seed: pairs[seed][side] for seed in mixed} for side in (0, 1))
    assert difference_of(one, other, "toy") == difference_of(again, second, "toy")
    assert median_of(one, "toy") == median_of(again, "toy")


@settings(max_examples=60, deadline=None)
@given(st.lists(SEEN, min_size=1, max_size=40))
def test_what_is_open_widens_and_never_moves_the_lower_end(seen: list[Bounds | None]) -> None:
    """Taking what was open as exact gives the same lower ends: nothing is lost, and no upper end is made up."""
    told = median_of(dict(enumerate(seen)), "toy")
    exact = median_of(
        {seed: None if bounds is None else exactly(bounds.low or 0.0) for seed, bounds in enumerate(seen)},
        "toy",
    )
    if told.value is not None and exact.value is not None:
        assert told.value.low == exact.value.low
        assert told.value.high is None or (exact.value.high or 0.0) <= told.value.high
