from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.chance import Chance
from sim.core.model.staff import Duties, Duty, Post, Role, Spread
from sim.core.model.time import DAY_MS, HOUR_MS

DURATIONS = st.lists(st.integers(0, 10**9), min_size=3, max_size=3).map(sorted)


@pytest.mark.parametrize("figures", [(-1, 5, None), (5, 4, None), (5, 9, 4), (5, 9, 10)])
def test_a_spread_whose_figures_are_out_of_order_is_refused(figures: tuple[int, int, int | None]) -> None:
    with pytest.raises(ValueError, match="low_ms: expected 0 <= low <= mode <= high, was"):
        Spread(*figures)


@pytest.mark.parametrize(
    ("spread", "middle"), [(Spread(10, 31), 20), (Spread(10, 31, 20), 20), (Spread(0, 90, 6), 32)]
)
def test_the_middle_of_a_spread_is_its_mean(spread: Spread, middle: int) -> None:
    assert spread.middle_ms == middle
    drawn = [spread.draw(Chance(1), "stream", str(key)) for key in range(4_000)]
    assert abs(sum(drawn) / len(drawn) - middle) < 1.0


@given(DURATIONS, st.booleans(), st.integers(0, 10**6))
def test_a_draw_lies_within_the_spread_and_is_the_same_each_time(
    durations: list[int], has_mode: bool, seed: int
) -> None:
    low, mode, high = durations
    spread = Spread(low, high, mode if has_mode else None)
    drawn = spread.draw(Chance(seed), "stream", "key")
    assert low <= drawn <= high
    assert drawn == spread.draw(Chance(seed), "stream", "key")


def test_a_triangular_spread_has_half_of_a_side_on_each_side_of_its_median() -> None:
    spread = Spread(0, 1_000, 1_000)  # rises all the way: a quarter lies below the middle
    drawn = [spread.draw(Chance(2), "stream", str(key)) for key in range(4_000)]
    assert 0.23 < sum(one < 500 for one in drawn) / len(drawn) < 0.27


def test_a_triangular_spread_without_width_is_its_one_duration() -> None:
    assert Spread(7, 7, 7).draw(Chance(1), "stream", "key") == 7


@pytest.mark.parametrize(
    ("on_duty", "hours", "clock", "opens"),
    [
        (0, None, 0, None),
        (1, None, 5, 0),
        (1, (7 * HOUR_MS, 19 * HOUR_MS), 7 * HOUR_MS, 0),
        (1, (7 * HOUR_MS, 19 * HOUR_MS), 19 * HOUR_MS, 12 * HOUR_MS),
        (1, (7 * HOUR_MS, 19 * HOUR_MS), 6 * HOUR_MS, HOUR_MS),
        (1, (7 * HOUR_MS, 19 * HOUR_MS), 3 * DAY_MS + 20 * HOUR_MS, 11 * HOUR_MS),
        (1, (19 * HOUR_MS, 7 * HOUR_MS), 23 * HOUR_MS, 0),
        (1, (19 * HOUR_MS, 7 * HOUR_MS), 2 * HOUR_MS, 0),
        (1, (19 * HOUR_MS, 7 * HOUR_MS), 12 * HOUR_MS, 7 * HOUR_MS),
    ],
)
def test_hours_of_those_on_duty_may_pass_midnight(
    on_duty: int, hours: tuple[int, int] | None, clock: int, opens: int | None
) -> None:
    assert Post(Role.PLOTTER, on_duty=on_duty, on_call=1, hours=hours).opens_in_ms(clock) == opens


@pytest.mark.parametrize(("on_duty", "on_call", "expected"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_a_post_is_staffed_by_anybody(on_duty: int, on_call: int, expected: bool) -> None:
    assert Post(Role.LIAISON, on_duty, on_call).is_staffed is expected


def test_duties_know_the_roles_of_every_duty() -> None:
    roles = tuple(Role)
    duties = Duties(*((role,) for role in roles[: len(Duty)]))
    assert set(Duties.__struct_fields__) == set(Duty)
    assert [duties.roles(duty) for duty in Duty] == [(role,) for role in roles[: len(Duty)]]
