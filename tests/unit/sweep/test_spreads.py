"""What a seed draws: within bounds, the same for every variant, and as if it had been set."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.world.scenario import Scenario
from sim.files.scenario.loading import load_scenario
from sim.sweep.results import Draw, Spread
from sim.sweep.spreads import as_settings, draw, highest, lowest, with_draws
from tests.integration.command import BEEKDAL

SKILL = Spread("wl.people.skill", 0.6, 0.9)
HANDS = Spread("wl.head-of-information.on_call", 1, 3, 0)

SEEDS = st.integers(0, 2**31)
SPREADS = st.tuples(
    st.floats(0, 1, allow_subnormal=False), st.floats(0, 1, allow_subnormal=False), st.integers(4, 8)
).map(lambda made: Spread("wl.people.skill", min(made[:2]), max(made[:2]), made[2]))


@given(SPREADS, SEEDS)
def test_a_draw_lies_within_its_bounds_and_repeats(spread: Spread, seed: int) -> None:
    (drawn,) = draw([spread], seed)
    assert spread.low <= drawn.value <= spread.high
    assert draw([spread], seed) == (drawn,)


@given(st.integers(0, 20), st.integers(0, 20), SEEDS)
def test_what_is_counted_is_drawn_whole(low: int, more: int, seed: int) -> None:
    (drawn,) = draw([Spread("wl.plotter.on_call", low, low + more, 0)], seed)
    assert isinstance(drawn.value, int)
    assert low <= drawn.value <= low + more


@given(SEEDS)
def test_which_others_are_drawn_makes_no_difference(seed: int) -> None:
    assert draw([HANDS, SKILL], seed) == (*draw([HANDS], seed), *draw([SKILL], seed))


def test_every_value_is_as_likely() -> None:
    skills = [draw([SKILL], seed)[0].value for seed in range(2000)]
    thirds = Counter(min(int((skill - 0.6) / 0.1), 2) for skill in skills)
    assert all(580 < count < 760 for count in thirds.values())  # six standard deviations wide
    assert set(Counter(draw([HANDS], seed)[0].value for seed in range(200))) == {1, 2, 3}


def test_bounds() -> None:
    assert lowest([SKILL, HANDS]) == (Draw("wl.people.skill", 0.6), Draw(HANDS.name, 1))
    assert highest([SKILL, HANDS]) == (Draw("wl.people.skill", 0.9), Draw(HANDS.name, 3))
    assert as_settings(lowest([SKILL, HANDS])) == (
        "wl.people.skill=0.6",
        "wl.head-of-information.on_call=1",
    )


def read(*settings: str) -> Scenario:
    return load_scenario(BEEKDAL, settings=settings)


@pytest.mark.parametrize("name", ["people.skill", "head-of-information.slip", "hin.available"])
@pytest.mark.parametrize("value", [0.25, 1.0, 0.7312])
def test_a_draw_makes_the_scenario_that_would_be_read_with_it(name: str, value: float) -> None:
    spelt_out = f"wl.{name.replace('hin.', 'head-of-information.')}"
    made = with_draws(read("enexis.people.slip=0.5", f"wl.{name}=0"), [Draw(spelt_out, value)])

    expected = read("enexis.people.slip=0.5", f"wl.{name}={value}")
    assert made == expected
    assert made != read("enexis.people.slip=0.5", f"wl.{name}=0.1")


def test_the_scenario_itself_stays_as_it_was() -> None:
    before = read("wl.people.skill=0")
    with_draws(before, [Draw("wl.people.skill", 1.0)])
    assert before == read("wl.people.skill=0")
