"""Levels: a partner tells the level of its own crisis organisation (Modeluitwerking 8)."""

from __future__ import annotations

from sim.core.agents.agent import AgentState, Behaviour, Brief, Cued, Publish, Reaction
from sim.core.messages.contents import Scaling
from sim.core.messages.topics import Shape, build
from sim.core.model.cue import Level


def _level(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Level = stimulus.cue  # type: ignore[assignment]
    topic = build(Shape.SCALING, activity=cue.activity, party=brief.id)
    return state, [Publish(topic, Scaling(level=cue.level), injects=(stimulus.inject,))]


BEHAVIOUR = Behaviour("levels", {Level: _level})
