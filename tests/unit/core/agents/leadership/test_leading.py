from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Publish, Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.leadership.briefing import PRESENT
from sim.core.agents.leadership.leading import AWAITED, BEHAVIOUR, MEETING_MS, explained
from sim.core.agents.mobilisation.mobilising import NAME as MOBILISING
from sim.core.messages.contents import Ack, Briefing
from sim.core.messages.items import Item
from sim.core.model.cue import Meet
from tests.unit.core.agents.helpers import (
    CARE,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NATION,
    RAIL,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
    brief,
    content_of,
    cued,
    delivered,
    only,
    people,
    react,
    shared,
    sole,
    woken,
)

AGREED = [
    agreement(WATER, briefed=True),
    agreement(GRID, "structural", briefed=False),
    agreement(RAIL, "link", briefed=True),
    agreement(CARE, briefed=True),
]
ME = brief(REGION, agreements=AGREED)
MEET = cued(Meet(activity=FLOOD, team="rot"), "i-9")


def region(*items: Item, alarmed: tuple[str, ...] = (WATER, GRID, RAIL, NATION)) -> AgentState:
    """A region that alarmed some parties; population care is not among them."""
    state = AgentState(said={one.id: one for one in items}, engaged={FLOOD: 0})
    state = state.with_mind(PRESENT, {(FLOOD, RAIL): "prorail-3"})
    return state.with_mind(MOBILISING, {FLOOD: {"grip": 2, "alarmed": alarmed}})


def explain(state: AgentState, me: Brief = ME) -> tuple[AgentState, list[Any]]:
    state, acts = react(me, BEHAVIOUR, state, MEET, now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    state, acts = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, list(acts)


def test_before_a_meeting_the_picture_is_explained_to_who_agreed_to_that() -> None:
    known = shared(version=2, causation=("f-1",))
    state, acts = explain(region(known))
    by_post, by_liaison = sole(Publish, acts), sole(Wake, acts)
    assert (by_post.topic, by_post.injects) == (f"post/{WATER}/{REGION}/briefing", ("i-9", "f-1"))
    assert content_of(by_post, Briefing) == Briefing(activity=FLOOD, items=(known,), team="rot")
    assert by_liaison.at_ms == 10 + 2 * REACTION_MS
    told = only(Publish, react(ME, BEHAVIOUR, state, woken(by_liaison))[1])
    assert told.topic == f"outside/{RAIL}/{REGION}/briefing"
    assert content_of(told, Briefing).items[0].source.through == REGION
    assert explained(state, FLOOD, "rot", 10 + REACTION_MS) == {LEVEL: known}


def test_a_liaison_may_slip_in_telling() -> None:
    clumsy = brief(REGION, humans=people(slip=1.0), agreements=AGREED)
    state, acts = explain(region(shared(amount=34.0), alarmed=(RAIL,)), clumsy)
    _, acts = react(clumsy, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert sole(Remark, acts).what == "slip"
    assert content_of(sole(Publish, acts), Briefing).items[0].values[0].amount == 43.0


def test_an_empty_picture_is_explained_in_no_words() -> None:
    state, acts = explain(region(shared(valid_until=5), alarmed=(WATER,)))
    assert acts == []
    assert explained(state, FLOOD, "rot", 200) == {}


def test_nothing_is_explained_of_a_closed_activity() -> None:
    closed = AgentState(said={"flood-level": shared()})
    state, acts = explain(closed)
    assert (state, acts, explained(state, FLOOD, "rot", 200)) == (closed, [], None)


def test_the_liaison_tells_nothing_once_the_activity_was_closed() -> None:
    state, acts = explain(region(shared(), alarmed=(RAIL,)))
    closed = AgentState(said=state.said, minds=state.minds)
    assert react(ME, BEHAVIOUR, closed, woken(only(Wake, acts)))[1] == []


def test_who_was_not_explained_anything_was_shown_nothing() -> None:
    assert explained(AgentState(), FIRE, "rot", 0) is None


ACK = Ack(activity=FLOOD, of="vr24-2", arrived=True)
TEXT = f"the liaison of {RAIL} is not there to be told what the rot is shown"


def awaiting() -> AgentState:
    """A region that explained the picture, at 110, while the liaison of the railways was still on the way."""
    state = region(shared(), alarmed=(RAIL,))
    state, acts = explain(state.without(PRESENT, (FLOOD, RAIL)))
    assert acts == [Remark("unreachable", None, TEXT, "i-9")]
    return state


def test_a_liaison_who_was_not_there_hears_on_coming_what_was_explained() -> None:
    state, acts = react(ME, BEHAVIOUR, awaiting(), delivered(RAIL, ACK), now=200)
    told = only(Publish, react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
    assert content_of(told, Briefing).team == "rot"
    assert state.mind(AWAITED) == {}
    assert react(ME, BEHAVIOUR, state, delivered(RAIL, ACK), now=300)[1] == []


def test_a_liaison_who_comes_when_the_meeting_is_long_over_hears_nothing_of_it() -> None:
    late = 10 + REACTION_MS + MEETING_MS + 1
    state, acts = react(ME, BEHAVIOUR, awaiting(), delivered(RAIL, ACK), now=late)
    assert (acts, state.mind(AWAITED)) == ([], {})


@pytest.mark.parametrize(
    ("sender", "ack"),
    [(RAIL, Ack(activity=FLOOD, of="vr24-2")), (CARE, ACK), (RAIL, Ack(activity=FIRE, of="x", arrived=True))],
    ids=["not there yet", "another's", "elsewhere"],
)
def test_it_is_this_liaison_that_is_waited_for(sender: str, ack: Ack) -> None:
    state = awaiting()
    assert react(ME, BEHAVIOUR, state, delivered(sender, ack), now=200) == (state, [])
