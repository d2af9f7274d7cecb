from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from sim.core.messages.items import Geometry, Kind
from sim.core.model.chance import Chance
from sim.core.model.party import People
from sim.core.world.perception import delay_ms, perceive, perceives, perceives_unasked
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import FAR, HERE, fact, party

AREA = shapely.box(4.5, 50.5, 5.5, 51.5)
WATCHER = party("wl", "core")
CHANGE = TruthChange(id="t-1", at_ms=70, fact=fact(amount=1_000.0))


@pytest.mark.parametrize(
    ("system", "place", "expected"),
    [
        ("river", HERE, True),
        ("river", None, True),
        ("river", FAR, False),
        ("power", HERE, False),
        ("power", None, False),
    ],
)
def test_perceives_only_within_competence_and_area(
    system: str, place: Geometry | None, expected: bool
) -> None:
    watcher = party("wl", "core", systems=("river",), area=AREA)
    assert perceives(watcher, fact(system=system, place=place)) is expected


def test_perceive_without_error_is_the_fact_since_its_change() -> None:
    seen = perceive(WATCHER, 0.0, CHANGE, Chance(1), "change")
    assert seen.fact == CHANGE.fact
    assert (seen.observed_at_ms, seen.causes, seen.causation) == (70, ("t-1",), ())


@given(st.integers(0, 10_000), st.floats(0.001, 0.5), st.sampled_from((1_000.0, 1_000.25)))
def test_perceive_with_an_error_stays_within_it(seed: int, error: float, amount: float) -> None:
    change = TruthChange(id="t-1", at_ms=70, fact=fact(amount=amount))
    (value,) = perceive(WATCHER, error, change, Chance(seed), "change").fact.values
    rounding = 0.5 if amount.is_integer() else 0.005
    assert (value.name, value.unit) == ("height", "cm")
    assert abs(value.amount - amount) <= amount * error + rounding + 1e-9


@pytest.mark.parametrize(("amount", "digits"), [(1_000.0, 0), (1_000.25, 2)])
def test_perceive_of_a_whole_figure_with_an_error_is_whole(amount: float, digits: int) -> None:
    change = TruthChange(id="t-1", at_ms=70, fact=fact(amount=amount))
    seen = [
        perceive(WATCHER, 0.1, change, Chance(seed), "change").fact.values[0].amount for seed in range(50)
    ]
    assert seen == [round(each, digits) for each in seen]
    assert len(set(seen)) > 10


@pytest.mark.parametrize(
    ("kind", "is_measured"),
    [
        (Kind.FACT, True),
        (Kind.EFFECT, True),
        (Kind.FORECAST, False),
        (Kind.DECISION, False),
        (Kind.MEASURE, False),
        (Kind.NEED, False),
    ],
)
def test_perceive_with_an_error_leaves_what_is_not_measured_as_it_is(kind: Kind, is_measured: bool) -> None:
    change = TruthChange(id="t-1", at_ms=70, fact=fact(amount=1_000.0, kind=kind))
    seen = perceive(WATCHER, 0.1, change, Chance(1), "change")
    assert (seen.fact != change.fact) is is_measured


def test_perceive_on_two_occasions_measures_otherwise() -> None:
    one, other = (perceive(WATCHER, 0.1, CHANGE, Chance(1), occasion) for occasion in ("change", "look/5"))
    assert one.fact.values != other.fact.values
    assert one == perceive(WATCHER, 0.1, CHANGE, Chance(1), "change")


@given(st.integers(0, 1_000), st.integers(0, 1_000), st.integers(0, 10_000))
def test_delay_ms_stays_between_shortest_and_longest(low: int, extra: int, seed: int) -> None:
    watcher = party("wl", "core", humans=People((low, low + extra), (0, 0), 1.0))
    assert low <= delay_ms(watcher, "t-1", Chance(seed), "change") <= low + extra


@pytest.mark.parametrize(
    ("effect_of", "system", "expected"), [("", "river", True), ("storm", "river", False), ("", "gas", False)]
)
def test_an_effect_of_a_threat_is_not_perceived_unasked(effect_of: str, system: str, expected: bool) -> None:
    watcher = party("wl", "core", systems=("river",))
    assert perceives_unasked(watcher, fact(system=system, effect_of=effect_of)) is expected
