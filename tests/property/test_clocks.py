"""Laws of a clock that is wrong, whoever's it is, by how much, and whether anybody can see it."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.core.agents.information.statements import own_item_id
from sim.core.messages.contents import ItemUpdate, items_in
from sim.core.messages.topics import Shape
from sim.core.model.time import HOUR_MS
from sim.core.picture.merge import of
from sim.core.world.technology import Outage, OutageType
from tests.process.stage import Played, minutes, play, so
from tests.process.test_technology import OPENED, by_telephone
from tests.unit.core.agents.helpers import CROSS, GRID, RAIL, REGION, WATER, people, text

PARTIES = (CROSS, GRID, RAIL, REGION, WATER)
offsets = st.integers(-48 * HOUR_MS, 48 * HOUR_MS).filter(bool)


def run(party: str, offset_ms: int, from_min: int, lasts_min: int, skill: float, seed: int) -> Played:
    wrong = Outage(
        id="o-1",
        type=OutageType.CLOCK,
        from_ms=minutes(from_min),
        until_ms=minutes(from_min + lasts_min),
        parties=(party,),
        title=text("clock"),
        offset_ms=offset_ms,
    )
    return play(
        injects=[OPENED],
        truth=[so(10), so(90, amount=340.0), so(130, amount=390.0)],
        agreements=[by_telephone(WATER)],
        members=PARTIES,
        parties={name: {"people": people(skill=skill)} for name in PARTIES},
        outages=[wrong],
        hours=6,
        seed=seed,
    )


@settings(max_examples=40, deadline=None)
@given(
    party=st.sampled_from(PARTIES),
    offset_ms=offsets,
    from_min=st.integers(0, 200),
    lasts_min=st.integers(1, 120),
    skill=st.sampled_from([0.0, 1.0]),
    seed=st.integers(0, 5),
)
@example(party=REGION, offset_ms=48 * HOUR_MS, from_min=0, lasts_min=120, skill=0.0, seed=1)
@example(party=REGION, offset_ms=-48 * HOUR_MS, from_min=0, lasts_min=120, skill=1.0, seed=1)
def test_a_wrong_clock_touches_times_only_and_nothing_once_it_is_right(
    party: str, offset_ms: int, from_min: int, lasts_min: int, skill: float, seed: int
) -> None:
    seen = run(party, offset_ms, from_min, lasts_min, skill, seed)
    edges = [(entry.at_ms, entry.content) for entry in seen.entries if entry.kind == "outage"]
    (begun_ms, _), (right_ms, end) = edges

    assert [entry.at_ms for entry in seen.entries] == sorted(entry.at_ms for entry in seen.entries)
    assert begun_ms == minutes(from_min) <= right_ms <= minutes(from_min + lasts_min)
    assert end.parties == (party,)  # type: ignore[union-attr]
    for one in seen.heard:
        assert one.event.exercisems == one.at_ms
        is_wrong = one.sender == party and begun_ms <= one.at_ms < right_ms
        for item in items_in(one.data):
            # What is told by a right clock is of no time to come, but for what the wrong one dated before.
            latest = max(item.observed_at_ms, item.reported_at_ms)
            assert latest <= one.at_ms or is_wrong or "o-1" in item.causation
            if one.at_ms >= right_ms and item.id == own_item_id(party, item.subject):
                assert latest <= one.at_ms
    # In the shared picture it stands for as long as it takes to put it right.
    for item in of(one.data.item for one in seen.of(ItemUpdate, shape=Shape.SHARED)).values():
        assert max(item.observed_at_ms, item.reported_at_ms) <= minutes(6 * 60)


@settings(max_examples=5, deadline=None)
@given(party=st.sampled_from(PARTIES), offset_ms=offsets, seed=st.integers(0, 99))
def test_the_same_seed_gives_the_same_log(party: str, offset_ms: int, seed: int) -> None:
    first, second = (run(party, offset_ms, 20, 100, 1.0, seed).entries for _ in range(2))
    assert first == second
