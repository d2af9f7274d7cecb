"""How who does not read the tool hears of the region's level (Modeluitwerking 8)."""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Publish, Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.levels import with_level
from sim.core.agents.mobilisation.telling_levels import BEHAVIOUR
from sim.core.messages.contents import Card, Scaling
from sim.core.model.cue import Close, Scale
from sim.core.model.staff import Post
from tests.unit.core.agents.helpers import (
    CAMPING,
    FLOOD,
    RAIL,
    REACTION_MS,
    REGION,
    brief,
    content_of,
    cued,
    only,
    react,
    woken,
)

ME = brief(REGION)


def test_a_level_that_nobody_can_tell_names_the_inject() -> None:
    nobody = tuple(Post(role) for role in ME.profile.duties.liaison)
    _, acts = react(brief(REGION, staff=nobody), BEHAVIOUR, at(2), cued(Scale(activity=FLOOD, grip=2), "i-7"))
    assert {act.because_of for act in acts if isinstance(act, Remark)} == {"i-7"}


def at(grip: int, state: AgentState | None = None) -> AgentState:
    return with_level(state or AgentState(engaged={FLOOD: 0}), FLOOD, REGION, f"GRIP {grip}", grip)


def scaled(state: AgentState, grip: int, now: int) -> list[Wake]:
    _, acts = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=grip)), now=now)
    return [act for act in acts if isinstance(act, Wake)]


def test_a_liaison_tells_the_level_to_each_party_outside_the_tool() -> None:
    state = at(2)
    wakes = scaled(state, 2, 5)
    assert [wake.at_ms for wake in wakes] == [5 + REACTION_MS] * 2
    sent = [only(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1]) for wake in wakes]
    assert [publish.topic for publish in sent] == [
        f"outside/{RAIL}/{REGION}/scaling",
        f"outside/{CAMPING}/{REGION}/scaling",
    ]
    assert content_of(sent[0], Scaling) == Scaling(level="GRIP 2", grip=2, activity=FLOOD)
    assert sent[0].injects == ("i-1",)


def test_a_liaison_tells_the_level_as_it_stands_by_then_and_no_level_twice() -> None:
    first, second = scaled(at(2), 2, 5)[0], scaled(at(4), 4, 6)[0]
    state, acts = react(ME, BEHAVIOUR, at(4), woken(first))
    assert content_of(only(Publish, acts), Scaling).grip == 4
    assert react(ME, BEHAVIOUR, state, woken(second)) == (state, [])
    _, acts = react(ME, BEHAVIOUR, at(1, state), woken(second))
    assert content_of(only(Publish, acts), Scaling).grip == 1


def test_no_level_is_told_of_what_was_closed_in_the_meantime() -> None:
    wake = scaled(at(2), 2, 5)[0]
    closed = at(2, AgentState())
    assert react(ME, BEHAVIOUR, closed, woken(wake)) == (closed, [])


def closings(state: AgentState) -> list[Wake]:
    _, acts = react(ME, BEHAVIOUR, state, cued(Close(activity=FLOOD)), now=5)
    return [act for act in acts if isinstance(act, Wake)]


def test_a_liaison_tells_each_party_outside_the_tool_that_the_activity_is_closed() -> None:
    sent = [only(Publish, react(ME, BEHAVIOUR, AgentState(), woken(wake))[1]) for wake in closings(at(2))]
    assert [publish.topic for publish in sent] == [
        f"outside/{RAIL}/{REGION}/card",
        f"outside/{CAMPING}/{REGION}/card",
    ]
    told = content_of(sent[0], Card)
    assert (told.activity, told.open, told.grip, sent[0].injects) == (FLOOD, False, 0, ("i-1",))


def test_what_is_open_again_by_then_is_not_told_to_be_closed() -> None:
    assert react(ME, BEHAVIOUR, at(0), woken(closings(at(2))[0])) == (at(0), [])


def test_after_a_closing_a_level_is_told_anew() -> None:
    state, _ = react(ME, BEHAVIOUR, at(2), woken(scaled(at(2), 2, 5)[0]))
    closed = msgspec.structs.replace(state, engaged={})
    closed, _ = react(ME, BEHAVIOUR, closed, woken(closings(at(2))[0]))
    open_again = msgspec.structs.replace(closed, engaged={FLOOD: 9})
    _, acts = react(ME, BEHAVIOUR, open_again, woken(scaled(at(2), 2, 5)[0]))
    assert content_of(only(Publish, acts), Scaling).grip == 2
