from __future__ import annotations

from collections.abc import Sequence

import pytest

from sim.core.agents.acts import Act, Delivered, Look, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.verification.verifying import BEHAVIOUR, CHECK
from sim.core.messages.contents import AnyContent, Briefing, ItemUpdate, Signal, Snapshot
from sim.core.messages.items import Item, ItemRef, Sensitivity, VerificationStatus
from sim.core.model.staff import Post, Role
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    FAR,
    FLOOD,
    GRID,
    LEVEL,
    PERCEPTION_MS,
    RAIL,
    REACTION_MS,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    delivered,
    fact,
    item,
    knows,
    only,
    people,
    react,
    seen,
    shared,
    sole,
    woken,
)

ME = brief(WATER)
TOPIC = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
WRONG = shared(source=GRID, amount=900.0, version=2, causation=("f-1",))
STATUS = VerificationStatus


def read(said: Item, topic: str = TOPIC) -> Delivered:
    return delivered(REGION, ItemUpdate(item=said), topic)


def test_an_item_that_differs_makes_the_party_look_before_it_speaks() -> None:
    _, acts = react(ME, BEHAVIOUR, knows(seen()), read(WRONG), now=10)
    look, wake = acts
    assert look == Look(LEVEL)
    assert isinstance(wake, Wake)
    assert wake.at_ms == 10 + PERCEPTION_MS
    check = only(Wake, react(ME, BEHAVIOUR, knows(seen()), woken(wake), now=wake.at_ms)[1])
    assert check.at_ms == 10 + PERCEPTION_MS + REACTION_MS


def test_one_statement_is_noticed_once_however_many_copies_come_by() -> None:
    state, _ = react(ME, BEHAVIOUR, knows(seen()), read(WRONG))
    copy = item("elsewhere", source=GRID, amount=900.0)
    assert react(ME, BEHAVIOUR, state, read(copy)) == (state, [])
    newer = item("elsewhere", source=GRID, amount=900.0, observed=5)
    assert len(react(ME, BEHAVIOUR, state, read(newer))[1]) == 2


def test_an_item_that_differs_can_be_overlooked_and_then_stays_so() -> None:
    blind = brief(WATER, humans=people(skill=0.0))
    state, acts = react(blind, BEHAVIOUR, knows(seen()), read(WRONG))
    assert only(Remark, acts) == Remark(
        "overlooked", WRONG, "differs from what the party knows; nobody noticed", "e-1"
    )
    assert react(blind, BEHAVIOUR, state, read(WRONG)) == (state, [])


def test_it_is_the_skill_of_those_who_check_that_counts() -> None:
    blind = Post(Role.HEAD_OF_INFORMATION, on_duty=1, skill=0.0)
    acts = react(brief(WATER, staff=(blind,)), BEHAVIOUR, knows(seen()), read(WRONG))[1]
    assert only(Remark, acts).what == "overlooked"


@pytest.mark.parametrize(
    ("state", "said", "topic"),
    [
        (knows(seen()), shared(source=GRID), TOPIC),
        (AgentState(), WRONG, TOPIC),
        (knows(seen()), shared(source=WATER, amount=900.0), TOPIC),
        (knows(seen()), shared(source=GRID, amount=900.0, status=STATUS.REFUTED), TOPIC),
        (knows(seen()), shared(source=GRID, amount=900.0, status=STATUS.CORRECTED), TOPIC),
        (knows(seen()), WRONG, f"national/{THEME}/x"),
        (knows(seen()), WRONG, "nothing"),
    ],
    ids=["agrees", "unknown", "own", "refuted", "corrected", "national", "no-topic"],
)
def test_what_it_cannot_judge_or_agrees_with_makes_it_do_nothing(
    state: AgentState, said: Item, topic: str
) -> None:
    assert react(ME, BEHAVIOUR, state, read(said, topic)) == (state, [])


@pytest.mark.parametrize(
    "content", [Snapshot(activity=FLOOD, items=(WRONG,)), Briefing(activity=FLOOD, items=(WRONG,))]
)
def test_items_that_come_by_post_are_checked_too(content: AnyContent) -> None:
    _, acts = react(ME, BEHAVIOUR, knows(seen()), delivered(REGION, content))
    assert sole(Look, acts) == Look(LEVEL)


def came_back(me: Brief, state: AgentState, acts: Sequence[Act]) -> Wake:
    """Return when somebody has checked the item, after looking again."""
    return only(Wake, react(me, BEHAVIOUR, state, woken(sole(Wake, acts)))[1])


def check(party: str, said: Item, **fields: object) -> list[object]:
    """Notice a difference, look, and come back to it."""
    me = brief(party)
    state, acts = react(me, BEHAVIOUR, knows(seen(at_ms=3), **fields), read(said))
    return list(react(me, BEHAVIOUR, state, woken(came_back(me, state, acts)), now=77)[1])


def test_what_still_differs_is_signalled_with_what_the_party_knows() -> None:
    remark, publish = check(WATER, WRONG)
    assert remark == Remark("recognised", WRONG, "value", "e-1")
    assert isinstance(publish, Publish)
    assert (publish.topic, publish.injects) == (f"activity/{FLOOD}/signal/{WATER}", ("f-1",))
    assert publish.because_of == "e-1"
    signal = content_of(publish, Signal)
    assert (signal.about, signal.owner, signal.reason) == (ItemRef(f"{FLOOD}-{LEVEL}", 2), GRID, "value")
    assert signal.text.en == "The figure is not what we see."
    assert signal.known is not None
    assert (signal.known.source.party, signal.known.values[0].amount) == (WATER, 300.0)
    assert (signal.known.observed_at_ms, signal.known.reported_at_ms) == (3, 77)


@pytest.mark.parametrize(
    ("said", "reason", "found"),
    [
        (shared(source=GRID, place=FAR), "place", "place"),
        (shared(source=GRID, place=None), "missing-place", "missing-place"),
        (shared(source=GRID, amount=None), "missing-value", "missing-value"),
        (shared(source=GRID, amount=900.0, place=FAR), "value", "value, place"),
    ],
)
def test_a_signal_names_the_first_of_what_differs(said: Item, reason: str, found: str) -> None:
    remark, publish = check(WATER, said)
    assert isinstance(remark, Remark)
    assert isinstance(publish, Publish)
    assert (content_of(publish, Signal).reason, remark.text) == (reason, found)


def test_a_party_outside_the_tool_signals_by_its_liaison() -> None:
    _, publish = check(RAIL, WRONG)
    assert isinstance(publish, Publish)
    assert publish.topic == f"outside/{REGION}/{RAIL}/signal"


@pytest.mark.parametrize(
    "newer",
    [shared(source=GRID, amount=300.0, version=3), shared(source=WATER, amount=900.0, version=3)],
    ids=["agrees", "own"],
)
def test_what_was_put_right_in_the_meantime_is_not_signalled(newer: Item) -> None:
    assert check(WATER, WRONG, picture=of([newer])) == []


def test_what_turned_out_so_when_looking_again_is_not_signalled() -> None:
    state, acts = react(ME, BEHAVIOUR, knows(seen()), read(WRONG))
    seen_again = knows(seen(fact(amount=900.0)), minds=state.minds)
    assert react(ME, BEHAVIOUR, seen_again, woken(came_back(ME, state, acts)))[1] == []


def test_a_signal_does_not_tell_what_is_restricted() -> None:
    secret = knows(seen(fact(sensitivity=Sensitivity.RESTRICTED)))
    state, acts = react(ME, BEHAVIOUR, secret, read(WRONG))
    _, acts = react(ME, BEHAVIOUR, state, Woken(CHECK, sole(Wake, acts).about))
    signal = content_of(sole(Publish, acts), Signal)
    assert (signal.reason, signal.known) == ("value", None)
