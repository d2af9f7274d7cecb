from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sim.core.agents.admission.admitting import NAME as ADMITTING
from sim.core.agents.agent import AgentState
from sim.core.agents.leadership.audience import items_for
from tests.unit.core.agents.helpers import (
    CAMPING,
    CROSS,
    FLOOD,
    LEVEL,
    RAIL,
    REGION,
    THEME,
    WATER,
    agreement,
    brief,
    shared,
)

OTHER = shared(subject="forecast", theme="c1-development")
GONE = shared(subject="gone", valid_until=5)
PICTURE = AgentState(said={one.id: one for one in (shared(), OTHER, GONE)}, engaged={FLOOD: 0})
ME = brief(REGION, agreements=[agreement(CAMPING, "ad-hoc", seconded_themes=("c1-development",))])
LET_IN = PICTURE.with_mind(ADMITTING, {(FLOOD, CROSS): "activity-reader", (FLOOD, CAMPING): "seconded-head"})


@pytest.mark.parametrize(
    ("party", "state", "told"),
    [
        (WATER, PICTURE, ["forecast", LEVEL]),
        (RAIL, PICTURE, ["forecast", LEVEL]),
        (CROSS, PICTURE, []),
        (CROSS, LET_IN, ["forecast", LEVEL]),
        (CAMPING, PICTURE, []),
        (CAMPING, LET_IN, ["forecast"]),
    ],
    ids=["core", "link", "standby", "standby-let-in", "ad-hoc", "ad-hoc-seconded"],
)
def test_a_party_is_told_what_its_profile_gives_it(party: str, state: AgentState, told: list[str]) -> None:
    assert [item.subject for item in items_for(ME, state, FLOOD, party, 10)] == told


@pytest.mark.parametrize(("party", "told"), [(RAIL, [LEVEL]), (WATER, ["forecast", LEVEL])])
def test_only_who_does_not_read_the_tool_is_told_no_more_than_it_needs(party: str, told: list[str]) -> None:
    needing = msgspec.structs.replace(ME.directory[party], interests=(THEME,))
    me = replace(ME, directory={**ME.directory, party: needing})
    assert [item.subject for item in items_for(me, PICTURE, FLOOD, party, 10)] == told


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"needs": ("c1-development",)}, ["forecast"]),
        ({}, [LEVEL]),
    ],
    ids=["agreed", "not-agreed"],
)
def test_what_was_agreed_decides_over_what_a_party_says_that_it_needs(
    terms: dict[str, tuple[str, ...]], told: list[str]
) -> None:
    agreed = agreement(RAIL, "link").with_addition(REGION, terms, {})
    me = brief(REGION, agreements=[agreed])
    needing = msgspec.structs.replace(me.directory[RAIL], interests=(THEME,))
    me = replace(me, directory={**me.directory, RAIL: needing})
    assert [item.subject for item in items_for(me, PICTURE, FLOOD, RAIL, 10)] == told
