"""Attempts: somebody tries to read or write what the profile does not give, as people do.

Nothing here asks whether it is allowed: the broker says so, and the refusal is evidence.
"""

from __future__ import annotations

from sim.core.agents.acts import Cued, Publish, Subscribe
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import own_view
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.cue import TryRead, TryWrite


def _try_read(_brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: TryRead = stimulus.cue  # type: ignore[assignment]
    return state, [Subscribe(topic_filter, (stimulus.inject,)) for topic_filter in cue.filters]


def _try_write(brief: Brief, state: AgentState, stimulus: Cued, now: int) -> Reaction:
    cue: TryWrite = stimulus.cue  # type: ignore[assignment]
    known = state.knowledge.get(cue.subject)
    if known is None:
        return state, []
    item = own_view(brief, known, now)
    topic = _place(cue, item)
    return state, [Publish(topic, ItemUpdate(item=item), injects=(stimulus.inject, *item.causation))]


def _place(cue: TryWrite, item: Item) -> str:
    """Return the topic of an item in the part of the picture that somebody tries to write."""
    if cue.place == "shared":
        return build(Shape.SHARED, activity=cue.activity, theme=item.theme, item=item.id)
    if cue.place == "national":
        return build(Shape.NATIONAL, theme=item.theme, item=item.id)
    owner = cue.place.removeprefix("own/")
    return build(Shape.OWN, activity=cue.activity, owner=owner, theme=item.theme, item=item.id)


BEHAVIOUR = Behaviour("attempts", {TryRead: _try_read, TryWrite: _try_write})
