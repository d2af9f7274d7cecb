"""Risk uptake: in the cold phase the region takes a threat that a partner writes up into its own risk picture.

Beleidskader par. 1.3: the region can take the threat up, where public safety may be touched.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.agent import AgentState, Behaviour, Brief, Delivered, Publish, Reaction, Wake, Woken
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build, parse

NAME = "risk-uptake"
TAKE_UP = "risk-uptake.write"


def _read(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    address = parse(stimulus.topic)
    if address is None or address.shape is not Shape.RISK or address["region"] != brief.id:
        return state, []
    update: ItemUpdate = stimulus.event.data  # type: ignore[assignment]
    about = (update.item, stimulus.event.id)
    return state, [Wake(now + brief.reaction_ms(stimulus.event.id), TAKE_UP, about)]


def _write(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    item: Item
    item, event = stimulus.about
    taken_up = f"risk-{item.id}"
    version, taken = state.mind(NAME).get(taken_up, (0, 0))
    if item.version <= taken:
        return state, []  # a newer one was dealt with first
    version += 1
    risk = msgspec.structs.replace(
        item, id=taken_up, version=version, reported_at_ms=now, relates_to=(item.id,)
    )
    topic = build(Shape.RISK, region=brief.id, owner=brief.id, theme=item.theme, item=taken_up)
    publish = Publish(topic, ItemUpdate(item=risk), because_of=event, injects=item.causation)
    return state.with_mind(NAME, {taken_up: (version, item.version)}), [publish]


BEHAVIOUR = Behaviour(NAME, {ItemUpdate: _read, TAKE_UP: _write})
