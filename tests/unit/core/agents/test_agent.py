"""The step function itself, and what a party's brief and state can tell."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.acts import Look, Perceived, Refused, Started, Stimulus, Unseen, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction, dispatch_of, step
from sim.core.agents.brief import Brief
from sim.core.messages.contents import Ack
from sim.core.messages.topics import Shape
from sim.core.model.cue import Close
from tests.unit.core.agents.helpers import (
    CAMPING,
    FIRE,
    FLOOD,
    GRID,
    NEIGHBOUR,
    RAIL,
    REGION,
    WATER,
    agreement,
    brief,
    cued,
    delivered,
    seen,
)

ACK = Ack(activity=FLOOD, of="e-1")


def looking(name: str, key: type | str) -> Behaviour:
    """A behaviour that looks at its own name, and remembers how often it did."""

    def look(_brief: Brief, state: AgentState, _stimulus: Stimulus, _now: int) -> Reaction:
        times = state.mind(name).get("times", 0) + 1
        return state.with_mind(name, {"times": times}), [Look(name)]

    return Behaviour(name, {key: look})


@pytest.mark.parametrize(
    ("stimulus", "key"),
    [
        (Started(), Started),
        (Perceived(seen()), Perceived),
        (Unseen("level"), Unseen),
        (delivered(WATER, ACK), Ack),
        (cued(Close(activity=FLOOD)), Close),
        (Refused("publish", "clock"), Refused),
        (Woken("errand", None), "errand"),
    ],
)
def test_step_hands_each_stimulus_to_its_handler_only(stimulus: Stimulus, key: type | str) -> None:
    right, wrong = looking("right", key), looking("wrong", "another errand")
    state, acts = step(brief(WATER), dispatch_of((wrong, right)), AgentState(), (stimulus,), 0)
    assert acts == [Look("right")]
    assert (state.mind("right"), state.mind("wrong")) == ({"times": 1}, {})


def test_step_goes_through_inbox_then_behaviours_in_order() -> None:
    behaviours = (looking("a", Started), looking("b", Started), looking("c", "later"))
    inbox = (Started(), Woken("later", None), Started())
    state, acts = step(brief(WATER), dispatch_of(behaviours), AgentState(), inbox, 0)
    assert acts == [Look(name) for name in "abcab"]
    assert (state.mind("a"), state.mind("c")) == ({"times": 2}, {"times": 1})


def test_step_of_an_empty_inbox_gives_the_state_back() -> None:
    state = AgentState(engaged={FLOOD: 3})
    assert step(brief(WATER), dispatch_of((looking("a", Started),)), state, (), 0) == (state, [])


def test_mind_changes_leave_the_state_before_as_it_was() -> None:
    empty = AgentState()
    one = empty.with_mind("reading", {"a": 1, "b": 2})
    two = one.with_mind("reading", {"b": 3}).with_mind("writing", {"c": 4})
    three = two.without("reading", "a")
    assert [dict(state.mind("reading")) for state in (empty, one, two, three)] == [
        {},
        {"a": 1, "b": 2},
        {"a": 1, "b": 3},
        {"b": 3},
    ]
    assert three.mind("writing") == {"c": 4}


@pytest.mark.parametrize(
    ("sender", "to", "topic"),
    [
        (REGION, WATER, f"post/{WATER}/{REGION}/ack"),
        (REGION, RAIL, f"outside/{RAIL}/{REGION}/ack"),
        (CAMPING, REGION, f"outside/{REGION}/{CAMPING}/ack"),
        (RAIL, CAMPING, f"outside/{CAMPING}/{RAIL}/ack"),
    ],
)
def test_mail_goes_outside_the_tool_when_either_is_outside(sender: str, to: str, topic: str) -> None:
    assert brief(sender).mail(to, ACK) == topic
    assert brief(sender).channel_to(to) is (Shape.OUTSIDE if topic.startswith("outside") else Shape.POST)


@pytest.mark.parametrize(
    ("party", "activity", "expected"),
    [(REGION, FLOOD, True), (REGION, FIRE, False), (WATER, FLOOD, False), (REGION, "elsewhere", False)],
)
def test_directs_only_its_own_known_activities(party: str, activity: str, expected: bool) -> None:
    assert brief(party).directs(activity) is expected


def test_agreement_of_a_party_is_its_own_or_none() -> None:
    known = agreement(WATER)
    assert brief(WATER, agreements=[known]).agreement == known
    assert brief(REGION, agreements=[known]).agreement is None


def test_an_agreement_in_an_activity_is_the_one_of_its_region() -> None:
    addition = agreement(WATER, alarm_level=4)
    general = msgspec.structs.replace(
        agreement(WATER), regions=(REGION, NEIGHBOUR), additions={REGION: addition}
    )
    known = brief(REGION, agreements=[general])
    assert known.agreement_in(FLOOD, WATER) == addition
    assert known.agreement_in(FIRE, WATER) == general
    assert known.agreement_in(FLOOD) is None
    assert brief(WATER, agreements=[general]).agreement_with(NEIGHBOUR) == general


def test_an_agreement_with_one_region_holds_in_no_other() -> None:
    known = brief(NEIGHBOUR, agreements=[agreement(WATER)])
    assert known.agreement_in(FLOOD, WATER) == agreement(WATER)
    assert known.agreement_in(FIRE, WATER) is None
    assert known.agreement_with(NEIGHBOUR, WATER) is None


def test_a_region_knows_who_has_an_agreement_with_it() -> None:
    addition = agreement(WATER, alarm_level=4)
    both = msgspec.structs.replace(
        agreement(WATER), regions=(NEIGHBOUR, REGION), additions={REGION: addition}
    )
    known = [both, agreement(GRID), msgspec.structs.replace(agreement(RAIL), regions=(NEIGHBOUR,))]
    assert list(brief(REGION, agreements=known).agreed_here()) == [(GRID, agreement(GRID)), (WATER, addition)]
    assert [who for who, _ in brief(NEIGHBOUR, agreements=known).agreed_here()] == [RAIL, WATER]
