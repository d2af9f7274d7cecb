"""Retelling: a party copies what it reads into a picture that it keeps for others.

One statement is retold in the order of its versions, however long people take over each.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sim.core.agents.acts import Assign, Delivered, Publish, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import is_restricted, says_the_same
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, parse
from sim.core.model.ids import ItemId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS

TOLD = "{}.told"
REPEAT_MS = 3 * HOUR_MS
"""How long what still holds is not told again to readers at a distance, though its source says so anew (exercise).

No longer than it takes until who keeps a risk picture looks again: what is still so stays current for its readers too.
"""


def _is_repetition(before: Item, item: Item) -> bool:
    is_of_same = item.source.party == before.source.party
    is_soon = 0 <= item.observed_at_ms - before.observed_at_ms < REPEAT_MS
    sure = [(one.verification.status, one.verification.by) for one in (before, item)]
    return is_of_same and is_soon and sure[0] == sure[1] and says_the_same(before, item)


def retelling_errand(name: str) -> str:
    """Return the errand with which the behaviour of this name retells an item: ``(item, id of the event)``."""
    return f"{name}.retell"


def retelling_behaviour(
    name: str,
    prefix: str,
    wants: Callable[[Brief, Address, Item], bool],
    topic: Callable[[Brief, Item, ItemId], str],
) -> Behaviour:
    """Return the behaviour of a party that retells the items it ``wants`` on a ``topic``, as ``prefix`` + id."""
    retell = retelling_errand(name)

    def read(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
        address = parse(stimulus.topic)
        update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
        if address is None or is_restricted(update.item) or not wants(brief, address, update.item):
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
        before = state.mind(TOLD.format(name)).get(item_id)
        if before is not None and _is_repetition(before, item):
            return state.with_mind(name, {item_id: (version, item.version)}), []
        retold = msgspec.structs.replace(
            item, id=item_id, version=version + 1, reported_at_ms=now, relates_to=(item.id, *item.relates_to)
        )
        state = state.with_mind(name, {item_id: (version + 1, item.version)})
        state = state.with_mind(TOLD.format(name), {item_id: item})
        content = ItemUpdate(item=retold)
        return state, [
            Publish(topic(brief, item, item_id), content, because_of=event, injects=item.causation)
        ]

    return Behaviour(name, {ItemUpdate: read, retell: write})
