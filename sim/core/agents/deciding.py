"""Deciding: leadership and coordination decides, resting on what the shared picture says (Modeluitwerking 13)."""

from __future__ import annotations

from sim.core.agents.agent import AgentState, Behaviour, Brief, Cued, Publish, Reaction
from sim.core.agents.shared_picture import shared_item
from sim.core.messages.contents import Decision
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape, build
from sim.core.model.cue import Decide


def _decide(_brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Decide = stimulus.cue  # type: ignore[assignment]
    items = [shared_item(state, cue.activity, subject) for subject in cue.subjects]
    rests_on = tuple(ItemRef(item.id, item.version) for item in items if item is not None)
    causation = {inject for item in items if item is not None for inject in item.causation}
    decision = Decision(team=cue.team, text=cue.text, rests_on=rests_on)
    topic = build(Shape.DECISION, activity=cue.activity, team=cue.team, item=stimulus.inject)
    return state, [Publish(topic, decision, injects=(stimulus.inject, *sorted(causation)))]


BEHAVIOUR = Behaviour("deciding", {Decide: _decide})
