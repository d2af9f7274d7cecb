from __future__ import annotations

import pytest

from sim.core.agents.acts import Started, Subscribe, Unsubscribe
from sim.core.agents.agent import AgentState
from sim.core.agents.information.reading import BEHAVIOUR
from sim.core.messages.contents import (
    Answer,
    AnyContent,
    Briefing,
    Confidence,
    GrantNotice,
    ItemUpdate,
    Snapshot,
    Withdrawal,
)
from tests.unit.core.agents.helpers import (
    CAMPING,
    CROSS,
    FLOOD,
    NEIGHBOUR,
    REGION,
    WATER,
    brief,
    delivered,
    item,
    react,
)

ONE, TWO = item("one"), item("two")
LET_IN = GrantNotice(activity=FLOOD, bundle="activity-reader")
LET_OUT = Withdrawal(activity=FLOOD, bundle="activity-reader")
FILTERS = [
    f"activity/{FLOOD}/shared/#",
    f"activity/{FLOOD}/decision/#",
    f"activity/{FLOOD}/scaling/+",
]


def test_starting_subscribes_to_what_it_may_read() -> None:
    _, acts = react(brief(WATER, reads=("clock", "post/wl/+/+")), BEHAVIOUR, AgentState(), Started())
    assert acts == [Subscribe("clock"), Subscribe("post/wl/+/+")]


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (ItemUpdate(item=ONE), {"one"}),
        (Snapshot(activity=FLOOD, items=(ONE, TWO)), {"one", "two"}),
        (Briefing(activity=FLOOD, items=()), set()),
        (Confidence(activity=FLOOD, items=(ONE,)), {"one"}),
        (Answer(activity=FLOOD, of="e", outcome="informed", items=(ONE, TWO)), {"one", "two"}),
        (Answer(activity=FLOOD, of="e", outcome="confirmed", item=ONE), set()),
    ],
)
def test_items_that_arrive_come_into_the_picture(content: AnyContent, known: set[str]) -> None:
    state, acts = react(brief(WATER), BEHAVIOUR, AgentState(), delivered(REGION, content))
    assert (set(state.picture), acts) == (known, [])


def test_an_older_version_that_arrives_late_changes_nothing() -> None:
    new, old = item(version=2), item(version=1)
    inbox = (delivered(WATER, ItemUpdate(item=new)), delivered(WATER, ItemUpdate(item=old)))
    state, _ = react(brief(REGION), BEHAVIOUR, AgentState(), *inbox)
    assert state.picture == {new.id: new}


def test_a_grant_subscribes_and_a_withdrawal_gives_it_up() -> None:
    state, acts = react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(REGION, LET_IN))
    assert acts == [Subscribe(known) for known in FILTERS]
    state, acts = react(brief(CROSS), BEHAVIOUR, state, delivered(REGION, LET_OUT))
    assert acts == [Unsubscribe(known) for known in FILTERS]
    assert react(brief(CROSS), BEHAVIOUR, state, delivered(REGION, LET_OUT))[1] == []


def test_a_grant_for_themes_subscribes_to_these_and_post() -> None:
    notice = GrantNotice(activity=FLOOD, bundle="seconded-head", themes=("a", "b"))
    _, acts = react(brief(CAMPING), BEHAVIOUR, AgentState(), delivered(REGION, notice))
    assert acts == [
        Subscribe(f"activity/{FLOOD}/shared/a/+"),
        Subscribe(f"activity/{FLOOD}/shared/b/+"),
        Subscribe(f"post/{CAMPING}/+/+"),
    ]


@pytest.mark.parametrize(
    ("sender", "notice"),
    [
        (NEIGHBOUR, LET_IN),
        (REGION, GrantNotice(activity="elsewhere", bundle="activity-reader")),
        (REGION, GrantNotice(activity=FLOOD, bundle="seconded-head")),
    ],
)
def test_a_grant_from_somebody_else_or_of_another_bundle_subscribes_to_nothing(
    sender: str, notice: GrantNotice
) -> None:
    assert react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(sender, notice))[1] == []


def test_a_withdrawal_from_somebody_who_does_not_direct_changes_nothing() -> None:
    state, _ = react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(REGION, LET_IN))
    assert react(brief(CROSS), BEHAVIOUR, state, delivered(NEIGHBOUR, LET_OUT)) == (state, [])
