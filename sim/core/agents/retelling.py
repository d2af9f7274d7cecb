"""Retelling: a party copies what it reads into a picture that it keeps for others.

One statement is retold in the order of its versions, however long people take over each.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sim.core.agents.agent import (
    AgentState,
    Assign,
    Behaviour,
    Brief,
    Delivered,
    Publish,
    Reaction,
    Woken,
)
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, parse
from sim.core.model.ids import ItemId
from sim.core.model.staff import Duty


def retelling_behaviour(
    name: str,
    prefix: str,
    wants: Callable[[Brief, Address, Item], bool],
    topic: Callable[[Brief, Item, ItemId], str],
) -> Behaviour:
    """Return the behaviour of a party that retells the items it ``wants`` on a ``topic``, as ``prefix`` + id."""
    retell = f"{name}.retell"

    def read(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
        address = parse(stimulus.topic)
        update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
        if address is None or not wants(brief, address, update.item):
            return state, []
        about = (update.item, stimulus.event.id)
        return state, [
            Assign(Duty.INFORMATION, f"{name}/{stimulus.event.id}", retell, about, stimulus.event.id)
        ]

    def write(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
        item: Item
        item, event = stimulus.about
        item_id = prefix + item.id
        version, told = state.mind(name).get(item_id, (0, 0))
        if item.version <= told:
            return state, []  # a newer one was dealt with first
        retold = msgspec.structs.replace(
            item, id=item_id, version=version + 1, reported_at_ms=now, relates_to=(item.id,)
        )
        state = state.with_mind(name, {item_id: (version + 1, item.version)})
        content = ItemUpdate(item=retold)
        return state, [
            Publish(topic(brief, item, item_id), content, because_of=event, injects=item.causation)
        ]

    return Behaviour(name, {ItemUpdate: read, retell: write})
