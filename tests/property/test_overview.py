from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.collaboration import Listed
from sim.core.model.party import CoreTask, Scope
from tests.unit.core.model.overviews import PROFILES, REGIONS, addition, listed, overview

COUNTS = st.one_of(st.sampled_from([1, 2, 3, 24, 25]), st.integers(1, 25))


def scope_by_tabel_2(count: int) -> Scope:
    if count <= 2:
        return Scope.REGIONAL
    return Scope.NATIONAL if count == 25 else Scope.SUPRAREGIONAL


@st.composite
def spread(draw: st.DrawFn) -> tuple[list[str], list[Listed]]:
    """Return distinct regions, and agreements and additions over which they are spread, some of them twice."""
    count = draw(COUNTS)
    regions = draw(st.permutations(REGIONS))[:count]
    entries: list[Listed] = []
    rest = list(regions)
    while rest:
        size = draw(st.integers(1, len(rest)))
        part, rest = rest[:size], rest[size:]
        again = draw(st.lists(st.sampled_from(regions), max_size=3))
        entries.extend(_told(draw, [*part, *again]))
    return regions, draw(st.permutations(entries))


def _told(draw: st.DrawFn, regions: list[str]) -> list[Listed]:
    core_task, profile = draw(st.sampled_from(CoreTask)), draw(st.sampled_from(sorted(PROFILES)))
    phase = draw(st.sampled_from(["exploration", "elaboration", "execution"]))
    kind: dict[str, Any] = {"core_task": core_task, "profile": profile, "phase": phase}
    added = draw(st.lists(st.sampled_from(regions), max_size=2))
    additions = [addition(region, **kind) for region in added]
    if draw(st.booleans()):  # a region may be told by an addition alone
        return [*additions, *(addition(region, **kind) for region in regions)]
    return [*additions, listed(regions, **kind)]


@given(spread())
def test_scope_follows_tabel_2_however_regions_are_spread(case: tuple[list[str], list[Listed]]) -> None:
    regions, entries = case

    (row,) = overview(*entries).partners

    assert row.scope is scope_by_tabel_2(len(regions))
    assert row.regions == tuple(sorted(regions))
    assert {region for each in row.agreements for region in each.reach} == set(regions)


@given(spread())
def test_the_order_and_the_number_of_copies_change_nothing(case: tuple[list[str], list[Listed]]) -> None:
    _, entries = case

    ordered = overview(*entries)
    assert overview(*reversed(entries)) == ordered
    assert overview(*entries, *entries) == ordered
