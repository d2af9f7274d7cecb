from __future__ import annotations

from sim.core.agents.agent import AgentState, Publish
from sim.core.agents.deciding import BEHAVIOUR
from sim.core.messages.contents import Decision
from sim.core.messages.items import ItemRef
from sim.core.model.cue import Decide
from tests.unit.core.agents.helpers import FLOOD, LEVEL, REGION, brief, cued, only, react, shared, text


def test_a_decision_rests_on_what_the_shared_picture_says() -> None:
    level, bridge = shared(version=3, causation=("f-2",)), shared(subject="bridge", causation=("f-1", "f-2"))
    state = AgentState(said={level.id: level, bridge.id: bridge})
    cue = Decide(activity=FLOOD, team="rot", text=text("evacuate"), subjects=(LEVEL, "dike", "bridge"))
    publish = only(Publish, react(brief(REGION), BEHAVIOUR, state, cued(cue, "i-7"))[1])
    assert publish == Publish(
        f"activity/{FLOOD}/decision/rot/i-7",
        Decision(
            team="rot",
            text=text("evacuate"),
            rests_on=(ItemRef(f"{FLOOD}-{LEVEL}", 3), ItemRef(f"{FLOOD}-bridge", 1)),
        ),
        injects=("i-7", "f-1", "f-2"),
    )
