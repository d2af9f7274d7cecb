from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.acts import Act, Publish, Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.leadership.deciding import BEHAVIOUR, DECIDE
from sim.core.agents.leadership.leading import MEETING_MS, NAME
from sim.core.agents.people.staffing import MOMENT
from sim.core.messages.contents import Decision
from sim.core.messages.items import ItemRef
from sim.core.model.cue import Decide
from sim.core.model.staff import Post, Role
from tests.unit.core.agents.helpers import (
    FLOOD,
    LEVEL,
    REACTION_MS,
    REGION,
    brief,
    cued,
    only,
    react,
    shared,
    sole,
    text,
    woken,
)

CUE = Decide(activity=FLOOD, team="rot", text=text("evacuate"), subjects=(LEVEL, "dike", "bridge"))
LEVEL_NOW, BRIDGE_NOW = (
    shared(version=3, causation=("f-2",)),
    shared(subject="bridge", causation=("f-1", "f-2")),
)
PICTURE = AgentState(said={LEVEL_NOW.id: LEVEL_NOW, BRIDGE_NOW.id: BRIDGE_NOW})


def decide(state: AgentState, now: int = 1_000) -> list[Act]:
    """Cue a decision, and take it at this moment, when the leader has got to it."""
    known = brief(REGION)
    state, acts = react(known, BEHAVIOUR, state, cued(CUE, "i-7"), now=now - REACTION_MS)
    wake = only(Wake, acts)
    assert wake.at_ms == now
    return list(react(known, BEHAVIOUR, state, woken(wake), now=now)[1])


def test_a_decision_that_nobody_briefed_for_rests_on_the_picture_as_it_stands_and_is_remarked() -> None:
    acts = decide(PICTURE)
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
    acts = decide(state, at_ms)
    publish = sole(Publish, acts)
    assert isinstance(publish.content, Decision)
    assert publish.content.rests_on == (ItemRef(f"{FLOOD}-{LEVEL}", version), ItemRef(f"{FLOOD}-bridge", 1))
    assert ("f-3" in publish.injects) == (version == 1)
    assert any(isinstance(act, Remark) for act in acts) == (version == 3)


def test_no_decision_rests_on_what_was_taken_out() -> None:
    gone = shared(valid_until=1)
    acts = decide(AgentState(said={gone.id: gone}))
    content = sole(Publish, acts).content
    assert isinstance(content, Decision)
    assert content.rests_on == ()


def test_it_is_the_leader_of_the_team_who_decides() -> None:
    """However many leaders of other teams are there."""
    others = (Role.COPI_LEADER, Role.GBT_LEADER, Role.RBT_LEADER)
    nobody = brief(REGION, staff=(Post(Role.ROT_LEADER), *(Post(role, on_duty=1) for role in others)))
    _, acts = react(nobody, BEHAVIOUR, PICTURE, cued(CUE, "i-7"))
    text_ = "nobody is there for coordination (deciding.decide)"
    assert acts == [Remark("unreachable", None, text_, "i-7")]
    busy = brief(REGION, staff=(Post(Role.ROT_LEADER, on_call=1, attention_ms=7), *nobody.party.staff[1:]))
    state, acts = react(busy, BEHAVIOUR, PICTURE, cued(CUE, "i-7"))
    assert only(Wake, acts) == Wake(1_007, MOMENT, Role.ROT_LEADER)
    _, acts = react(busy, BEHAVIOUR, state, woken(only(Wake, acts)), now=1_007)
    remark = only(Remark, acts)
    assert (remark.what, remark.because_of) == ("unreachable", "i-7")


def test_a_team_without_a_leader_of_its_own_is_led_by_whoever_coordinates() -> None:
    cue = msgspec.structs.replace(CUE, team="headquarters")
    assert only(Wake, react(brief(REGION), BEHAVIOUR, PICTURE, cued(cue))[1]).errand == DECIDE
