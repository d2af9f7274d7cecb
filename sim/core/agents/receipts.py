"""Receipts: the party says, now and then, what it took in (haalplicht, Modeluitwerking 12)."""

from __future__ import annotations

import msgspec

from sim.core.agents.agent import (
    Act,
    AgentState,
    Behaviour,
    Brief,
    Delivered,
    Publish,
    Reaction,
    Wake,
    Woken,
)
from sim.core.agents.statements import faults_behind
from sim.core.messages.contents import Briefing, ItemUpdate, Receipt, Snapshot, Withdrawal, items_in
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape, build
from sim.core.model.time import HOUR_MS

NAME = "receipts"
ERRAND = "receipts.write"
EVERY_MS = HOUR_MS
ITEMS_MAX = 500
"""Items on one receipt; more wait for the next."""


def _note(_brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    refs = {ItemRef(item.id, item.version): None for item in items_in(stimulus.event.data)}
    if not refs:
        return state, []
    waiting = state.mind(NAME)
    acts: list[Act] = [] if waiting else [Wake(now + EVERY_MS, ERRAND, None)]
    return state.with_mind(NAME, refs), acts


def _write(brief: Brief, state: AgentState, _stimulus: Woken, now: int) -> Reaction:
    waiting = sorted(state.mind(NAME))
    if not waiting:
        return state, []  # decoupled in the meantime
    listed, left = waiting[:ITEMS_MAX], waiting[ITEMS_MAX:]
    for ref in listed:
        state = state.without(NAME, ref)
    read = [item for ref in listed if (item := state.picture.get(ref.item)) and item.version == ref.version]
    receipt = Receipt(items=tuple(listed))
    acts: list[Act] = [Publish(build(Shape.RECEIPT, party=brief.id), receipt, injects=faults_behind(read))]
    if left:
        acts.append(Wake(now + EVERY_MS, ERRAND, None))
    return state, acts


def _let_out(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    """Forget what was read: who has been decoupled everywhere has nobody to tell any more."""
    withdrawal: Withdrawal = stimulus.event.data  # type: ignore[assignment]
    if state.engaged.keys() - {withdrawal.activity}:
        return state, []
    return msgspec.structs.replace(state, minds={**state.minds, NAME: {}}), []


BEHAVIOUR = Behaviour(
    NAME, {ItemUpdate: _note, Snapshot: _note, Briefing: _note, Withdrawal: _let_out, ERRAND: _write}
)
