"""The route along which the region calls a partner (Modeluitwerking 7)."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Act, Delivered, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.alarming import (
    BEHAVIOUR,
    NO_ANSWER,
    SENT,
    Call,
    call,
    call_of,
    give_up,
    is_unreachable,
)
from sim.core.agents.mobilisation.levels import with_level
from sim.core.messages.contents import Ack, Alarm
from sim.core.model.staff import Role
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    RAIL,
    REGION,
    WATER,
    agreement,
    brief,
    content_of,
    delivered,
    only,
    react,
    sole,
    text,
)

WAIT_MS = 50
COME = text("come")
ROUTE = (Role.GENERAL_COMMANDER, Role.DECISION_MAKER)


def region(**terms: Any) -> Brief:
    agreed = {"alarm_contacts": ROUTE, "escalate_after_ms": WAIT_MS, **terms}
    return brief(REGION, agreements=[agreement(WATER, **agreed)])


ME = region()


def at(grip: int, state: AgentState | None = None) -> AgentState:
    return with_level(state or AgentState(), FLOOD, REGION, f"GRIP {grip}", grip)


def begin(me: Brief = ME, state: AgentState | None = None, now: int = 0) -> tuple[AgentState, list[Act]]:
    return call(me, state or at(2), FLOOD, WATER, COME, "i-1", now)


def sent(me: Brief, state: AgentState, acts: list[Act], event: str) -> AgentState:
    """The alarm among some acts went out as an event."""
    publish = sole(Publish, acts)
    assert publish.register is not None
    errand, about = publish.register
    assert errand == SENT
    after, more = react(me, BEHAVIOUR, state, Woken(errand, (about, event)))
    assert more == []
    return after


def silence(me: Brief, state: AgentState, acts: list[Act]) -> tuple[AgentState, list[Act]]:
    """Nobody acknowledged within the agreed time."""
    wake = sole(Wake, acts)
    assert wake.errand == NO_ANSWER
    return react(me, BEHAVIOUR, state, Woken(wake.errand, wake.about), now=wake.at_ms)


def ack(of: str, sender: str = WATER) -> Delivered:
    return delivered(sender, Ack(activity=FLOOD, of=of))


def outcome(state: AgentState) -> str:
    known = call_of(state, FLOOD, WATER)
    assert known is not None
    return known.outcome


def test_the_first_contact_is_called_and_waited_for() -> None:
    state, acts = begin(now=7)
    publish, wake = acts
    assert isinstance(publish, Publish)
    assert isinstance(wake, Wake)
    assert (publish.topic, publish.injects, publish.because_of) == (
        f"post/{WATER}/{REGION}/alarm",
        ("i-1",),
        "",
    )
    assert content_of(publish, Alarm) == Alarm(
        activity=FLOOD, text=COME, level="GRIP 2", contact="general-commander"
    )
    assert wake.at_ms == 7 + WAIT_MS
    assert call_of(state, FLOOD, WATER) == Call(1, 2, COME, "i-1", ("general-commander", "decision-maker"))


def test_who_does_not_acknowledge_in_time_is_given_up_for_the_next() -> None:
    state, acts = begin()
    state = sent(ME, state, acts, "vr24-1")
    state, acts = silence(ME, state, acts)
    remark, publish, wake = acts
    assert isinstance(remark, Remark)
    assert (remark.what, remark.because_of) == ("escalated", "vr24-1")
    assert remark.text == "wl: general-commander did not acknowledge; next is decision-maker"
    assert content_of(publish, Alarm).contact == "decision-maker"
    assert sole(Publish, acts).because_of == "vr24-1"
    assert isinstance(wake, Wake)
    assert wake.at_ms == 2 * WAIT_MS


def test_when_the_list_is_exhausted_nobody_is_reached() -> None:
    state, acts = begin()
    state = sent(ME, state, acts, "vr24-1")
    state, acts = silence(ME, state, acts)
    state = sent(ME, state, acts, "vr24-2")
    last = acts
    state, acts = silence(ME, state, acts)
    remark = only(Remark, acts)
    assert (remark.what, remark.because_of) == ("unreachable", "vr24-2")
    assert remark.text == "wl: decision-maker did not acknowledge; nobody is left to call"
    assert is_unreachable(state, FLOOD, WATER)
    assert react(ME, BEHAVIOUR, state, ack("vr24-2")) == (state, [])  # too late: the call has ended
    assert silence(ME, state, last) == (state, [])


@pytest.mark.parametrize("of", ["vr24-1", "vr24-2"])
def test_an_acknowledgement_of_any_of_its_alarms_ends_a_call(of: str) -> None:
    state, acts = begin()
    state = sent(ME, state, acts, "vr24-1")
    state, acts = silence(ME, state, acts)
    state = sent(ME, state, acts, "vr24-2")
    state, nothing = react(ME, BEHAVIOUR, state, ack(of))
    assert (nothing, outcome(state), is_unreachable(state, FLOOD, WATER)) == ([], "answered", False)
    assert silence(ME, state, acts) == (state, [])


@pytest.mark.parametrize("heard", [ack("vr24-9"), ack("vr24-1", GRID)])
def test_another_acknowledgement_ends_no_call(heard: Delivered) -> None:
    state, acts = begin()
    state = sent(ME, state, acts, "vr24-1")
    assert react(ME, BEHAVIOUR, state, heard) == (state, [])


def test_the_next_contact_hears_the_level_as_it_stands_by_then() -> None:
    state, acts = begin()
    state = at(4, sent(ME, state, acts, "vr24-1"))
    _, acts = silence(ME, state, acts)
    assert content_of(sole(Publish, acts), Alarm).level == "GRIP 4"


def test_a_call_that_was_given_up_comes_to_nothing() -> None:
    state, acts = begin()
    state = give_up(sent(ME, state, acts, "vr24-1"), FLOOD, WATER)
    assert silence(ME, state, acts) == (state, [])
    assert sent(ME, state, acts, "vr24-1") == state
    assert not is_unreachable(state, FLOOD, WATER)


def test_a_later_call_is_not_ended_by_what_an_earlier_one_waited_for() -> None:
    state, first = begin()
    state = sent(ME, state, first, "vr24-1")
    state, second = begin(state=at(3, state), now=10)
    assert sent(ME, state, first, "vr24-1") == state
    assert silence(ME, state, first) == (state, [])
    state = sent(ME, state, second, "vr24-2")
    known = call_of(state, FLOOD, WATER)
    assert known is not None
    assert (known.number, known.grip, known.events) == (2, 3, ("vr24-2",))


def test_without_agreed_contacts_anybody_is_called() -> None:
    me = region(alarm_contacts=())
    state, acts = begin(me)
    assert content_of(sole(Publish, acts), Alarm).contact == ""
    state, acts = silence(me, sent(me, state, acts, "vr24-1"), acts)
    assert only(Remark, acts).text == "wl: anybody did not acknowledge; nobody is left to call"


def test_without_an_agreed_time_nobody_is_waited_for() -> None:
    assert only(Publish, begin(region(escalate_after_ms=0))[1]).topic.endswith("/alarm")
    _, acts = call(ME, at(2), FLOOD, RAIL, COME, "i-1", 0)  # no agreement at all
    assert only(Publish, acts).topic == f"outside/{RAIL}/{REGION}/alarm"


def test_the_route_is_that_of_the_region() -> None:
    general = agreement(WATER, alarm_contacts=ROUTE, escalate_after_ms=WAIT_MS)
    added = general.with_addition(REGION, {"alarm_contacts": (Role.ON_CALL_OFFICER,)}, {})
    _, acts = begin(brief(REGION, agreements=[added]))
    assert content_of(sole(Publish, acts), Alarm).contact == "on-call-officer"


def test_an_alarm_that_waits_for_the_tool_to_work_again_is_escalated_all_the_same() -> None:
    state, acts = begin()
    state, acts = silence(ME, state, acts)
    assert sole(Remark, acts).because_of == ""
    _, acts = silence(ME, state, acts)
    assert (only(Remark, acts).what, only(Remark, acts).because_of) == ("unreachable", "")
