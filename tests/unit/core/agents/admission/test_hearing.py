from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from sim.core.agents.admission.admitting import NAME as ADMITTING
from sim.core.agents.admission.hearing import heard_of, heard_themes
from sim.core.agents.agent import AgentState
from tests.unit.core.agents.helpers import (
    CAMPING,
    CROSS,
    FIRE,
    FLOOD,
    GRID,
    RAIL,
    REGION,
    THEME,
    agreement,
    brief,
    shared,
)

ME = brief(REGION, agreements=[agreement(CAMPING, "ad-hoc", seconded_themes=(THEME,))])
LET_IN = AgentState().with_mind(
    ADMITTING, {(FLOOD, CROSS): "activity-reader", (FLOOD, CAMPING): "seconded-head"}
)
OTHER = shared(subject="forecast", theme="c1-development")


@pytest.mark.parametrize(
    ("party", "activity", "state", "themes"),
    [
        (RAIL, FLOOD, AgentState(), ()),
        (RAIL, FIRE, AgentState(), None),
        (GRID, "", AgentState(), ()),
        (CROSS, FLOOD, AgentState(), None),
        (CROSS, FLOOD, LET_IN, ()),
        (CROSS, FIRE, LET_IN, None),
        (CROSS, "", LET_IN, None),
        (CAMPING, FLOOD, AgentState(), None),
        (CAMPING, FLOOD, LET_IN, (THEME,)),
    ],
)
def test_who_takes_part_hears_and_who_is_let_in_by_a_grant_only_while_it_is(
    party: str, activity: str, state: AgentState, themes: tuple[str, ...] | None
) -> None:
    known = ME.activities[FLOOD]
    listed = msgspec.structs.replace(known, parties=(*known.parties, CROSS))
    me = replace(ME, activities={**ME.activities, FLOOD: listed})
    assert heard_themes(me, state, activity, party) == themes


@pytest.mark.parametrize(
    ("party", "state", "told"),
    [
        (GRID, AgentState(), (shared(), OTHER)),
        (CROSS, AgentState(), ()),
        (CROSS, LET_IN, (shared(), OTHER)),
        (CAMPING, LET_IN, (shared(),)),
    ],
)
def test_items_are_told_by_theme_and_not_at_all_to_who_hears_nothing(
    party: str, state: AgentState, told: tuple[object, ...]
) -> None:
    assert heard_of(ME, state, FLOOD, party, (shared(), OTHER)) == told
