"""Told: what of the shared picture each party was told outside the tool, in which version.

In the tool a later version comes by itself; by word of mouth it does not. Who told remembers it, so that news is told
once, and what is put right or taken back is told to everybody who has it otherwise (Modeluitwerking 12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, ItemId, PartyId

NAME = "told"


def told_before(state: AgentState, activity: ActivityId, party: PartyId) -> Mapping[ItemId, int]:
    """Return the version in which a party was last told each item of an activity outside the tool."""
    known: Mapping[ItemId, int] = state.mind(NAME).get((activity, party), {})
    return known


def with_told(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, items: Iterable[Item]
) -> AgentState:
    """Return the state that remembers what a party was told; only of who reads no later version by itself."""
    if brief.channel_to(party) is not Shape.OUTSIDE:
        return state
    before = told_before(state, activity, party)
    known = {**before, **{item.id: max(item.version, before.get(item.id, 0)) for item in items}}
    return state.with_mind(NAME, {(activity, party): known})


def listeners(state: AgentState, activity: ActivityId) -> tuple[PartyId, ...]:
    """Return who was told anything of an activity outside the tool, in order of id."""
    return tuple(sorted(party for where, party in state.mind(NAME) if where == activity))
