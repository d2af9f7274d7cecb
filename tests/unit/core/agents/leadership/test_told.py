"""What parties were told outside the tool."""

from __future__ import annotations

from sim.core.agents.agent import AgentState
from sim.core.agents.leadership.told import listeners, told_before, with_told
from tests.unit.core.agents.helpers import CAMPING, FIRE, FLOOD, RAIL, REGION, WATER, brief, shared

ME = brief(REGION)


def test_the_last_version_that_was_told_is_remembered() -> None:
    state = with_told(ME, AgentState(), FLOOD, RAIL, [shared(version=3), shared(subject="bridge")])
    state = with_told(ME, state, FLOOD, RAIL, [shared(version=2)])
    assert told_before(state, FLOOD, RAIL) == {"flood-level": 3, "flood-bridge": 1}
    assert told_before(state, FIRE, RAIL) == {}


def test_who_reads_the_tool_need_not_be_remembered() -> None:
    assert with_told(ME, AgentState(), FLOOD, WATER, [shared()]) == AgentState()


def test_listeners_are_those_who_were_told_of_an_activity() -> None:
    state = with_told(ME, AgentState(), FLOOD, RAIL, [shared()])
    state = with_told(ME, state, FLOOD, CAMPING, [])
    assert listeners(state, FLOOD) == (CAMPING, RAIL)
    assert listeners(state, FIRE) == ()
