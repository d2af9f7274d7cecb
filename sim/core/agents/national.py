"""National picture: the national body takes over what concerns more than one region (Modeluitwerking 4).

Effects, forecasts and needs of the regions' shared pictures; not every measurement.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.agent import AgentState, Behaviour, Brief, Delivered, Publish, Reaction, Wake, Woken
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, Kind
from sim.core.messages.topics import Shape, build, parse

NAME = "national"
TAKE_OVER = "national.take-over"
KINDS = (Kind.EFFECT, Kind.FORECAST, Kind.NEED)


def _read(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    address = parse(stimulus.topic)
    update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
    if address is None or address.shape is not Shape.SHARED or update.item.kind not in KINDS:
        return state, []
    about = (update.item, stimulus.event.id)
    return state, [Wake(now + brief.reaction_ms(stimulus.event.id), TAKE_OVER, about)]


def _take_over(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    item: Item
    item, event = stimulus.about
    item_id = f"nl-{item.id}"
    version, taken = state.mind(NAME).get(item_id, (0, 0))
    if item.version <= taken:
        return state, []  # a newer one was dealt with first
    version += 1
    national = msgspec.structs.replace(
        item, id=item_id, version=version, reported_at_ms=now, relates_to=(item.id,)
    )
    topic = build(Shape.NATIONAL, theme=item.theme, item=item_id)
    publish = Publish(topic, ItemUpdate(item=national), because_of=event, injects=item.causation)
    return state.with_mind(NAME, {item_id: (version, item.version)}), [publish]


BEHAVIOUR = Behaviour(NAME, {ItemUpdate: _read, TAKE_OVER: _take_over})
