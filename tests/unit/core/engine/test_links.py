"""How long a message is under way over a slow link."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.core.engine.links import ATTEMPTS_MAX, Links
from sim.core.model.chance import Chance
from sim.core.world.scenario import TICK_MS
from sim.core.world.technology import Outage, OutageType
from tests.unit.core.agents.helpers import NOWHERE, WATER

UNTIL_MS = 1_000_000


def slow(delay: tuple[int, int] = (5_000, 9_000), loss: float = 0.0, retry_ms: int = 0) -> Outage:
    return Outage(
        id="o-1",
        type=OutageType.SLOW,
        from_ms=0,
        until_ms=UNTIL_MS,
        title=NOWHERE,
        delay_ms=delay,
        loss=loss,
        retry_ms=retry_ms,
    )


def arrivals(outage: Outage, sent: list[int], seed: int = 1) -> list[int]:
    links = Links(Chance(seed))
    return [links.arrival_ms(outage, WATER, "in", f"e-{at}", at) for at in sent]


def test_it_takes_as_long_as_is_drawn_and_at_least_a_tick() -> None:
    took = [at - 20_000 for seed in range(200) for at in arrivals(slow(), [20_000], seed)]
    assert min(took) >= 5_000
    assert max(took) <= 9_000
    assert len(set(took)) > 100
    assert arrivals(slow((0, 0)), [20_000]) == [20_000 + TICK_MS]


def test_what_is_lost_is_sent_again_after_a_while() -> None:
    took = [arrivals(slow((0, 0), 0.5, 10_000), [0], seed)[0] for seed in range(400)]
    share = [sum(at == 10_000 * times for at in took) / 400 for times in (1, 2)]
    assert 0.2 < share[0] < 0.3
    assert 0.08 < share[1] < 0.17
    assert arrivals(slow((0, 0), 1.0, 10), [0]) == [TICK_MS]
    assert arrivals(slow((0, 0), 1.0, 1_000), [0]) == [ATTEMPTS_MAX * 1_000]


@given(
    st.lists(st.integers(0, UNTIL_MS), min_size=1, max_size=30, unique=True).map(sorted),
    st.integers(0, 2**32),
)
def test_what_went_first_arrives_first_and_all_is_there_when_it_is_over(sent: list[int], seed: int) -> None:
    there = arrivals(slow((0, 90_000), 0.4, 60_000), sent, seed)
    assert there == sorted(there)
    assert all(at >= before + TICK_MS for before, at in zip(sent, there, strict=True))
    assert all(at <= max(UNTIL_MS, before + TICK_MS) for before, at in zip(sent, there, strict=True))


def test_each_party_and_each_way_has_a_link_of_its_own() -> None:
    links = Links(Chance(1))
    late = links.arrival_ms(slow((500_000, 500_000)), WATER, "in", "e-1", 0)
    assert late == 500_000
    assert links.arrival_ms(slow((5_000, 5_000)), WATER, "out", "e-2", 0) == 5_000
    assert links.arrival_ms(slow((5_000, 5_000)), "vr24", "in", "e-3", 0) == 5_000
