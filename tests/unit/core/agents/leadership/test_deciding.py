from __future__ import annotations

import pytest

from sim.core.agents.acts import Publish, Remark
from sim.core.agents.agent import AgentState
from sim.core.agents.leadership.deciding import BEHAVIOUR
from sim.core.agents.leadership.leading import MEETING_MS, NAME
from sim.core.messages.contents import Decision
from sim.core.messages.items import ItemRef
from sim.core.model.cue import Decide
from tests.unit.core.agents.helpers import FLOOD, LEVEL, REGION, brief, cued, react, shared, sole, text

CUE = Decide(activity=FLOOD, team="rot", text=text("evacuate"), subjects=(LEVEL, "dike", "bridge"))
LEVEL_NOW, BRIDGE_NOW = (
    shared(version=3, causation=("f-2",)),
    shared(subject="bridge", causation=("f-1", "f-2")),
)
PICTURE = AgentState(said={LEVEL_NOW.id: LEVEL_NOW, BRIDGE_NOW.id: BRIDGE_NOW})


def test_a_decision_that_nobody_briefed_for_rests_on_the_picture_as_it_stands_and_is_remarked() -> None:
    _, acts = react(brief(REGION), BEHAVIOUR, PICTURE, cued(CUE, "i-7"))
    assert sole(Publish, acts) == Publish(
        f"activity/{FLOOD}/decision/rot/i-7",
        Decision(
            team="rot",
            text=text("evacuate"),
            rests_on=(ItemRef(f"{FLOOD}-{LEVEL}", 3), ItemRef(f"{FLOOD}-bridge", 1)),
        ),
        injects=("i-7", "f-1", "f-2"),
    )
    text_ = "decision i-7 of rot: nobody explained the picture before it"
    assert sole(Remark, acts) == Remark("missed", None, text_, "i-7")


@pytest.mark.parametrize(
    ("team", "at_ms", "version"),
    [("rot", MEETING_MS, 1), ("rot", MEETING_MS + 1, 3), ("copi", 1_000, 3)],
    ids=["in-the-meeting", "long-after", "another-team"],
)
def test_a_team_decides_on_what_it_was_shown(team: str, at_ms: int, version: int) -> None:
    shown = (0, {LEVEL: shared(version=1, causation=("f-3",))})
    state = PICTURE.with_mind(NAME, {(FLOOD, team): shown})
    _, acts = react(brief(REGION), BEHAVIOUR, state, cued(CUE, "i-7"), now=at_ms)
    publish = sole(Publish, acts)
    assert isinstance(publish.content, Decision)
    assert publish.content.rests_on == (ItemRef(f"{FLOOD}-{LEVEL}", version), ItemRef(f"{FLOOD}-bridge", 1))
    assert ("f-3" in publish.injects) == (version == 1)
    assert any(isinstance(act, Remark) for act in acts) == (version == 3)


def test_no_decision_rests_on_what_was_taken_out() -> None:
    gone = shared(valid_until=1)
    _, acts = react(brief(REGION), BEHAVIOUR, AgentState(said={gone.id: gone}), cued(CUE))
    content = sole(Publish, acts).content
    assert isinstance(content, Decision)
    assert content.rests_on == ()
