from __future__ import annotations

from sim.core.agents.agent import AgentState, Publish
from sim.core.agents.levels import BEHAVIOUR
from sim.core.messages.contents import Scaling
from sim.core.model.cue import Level
from tests.unit.core.agents.helpers import FLOOD, WATER, brief, cued, only, react


def test_a_level_is_told_on_the_partys_own_topic() -> None:
    _, acts = react(brief(WATER), BEHAVIOUR, AgentState(), cued(Level(activity=FLOOD, level="wave 2")))
    assert only(Publish, acts) == Publish(
        f"activity/{FLOOD}/scaling/{WATER}", Scaling(level="wave 2"), injects=("i-1",)
    )
