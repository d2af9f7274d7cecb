from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.people.calling import (
    WATCH,
    call_in,
    call_role,
    call_seconded,
    is_available,
    limits_of_doer,
    send_home,
)
from sim.core.agents.people.staffing import MOMENT, Call, Desk
from sim.core.model.staff import Duty, Post, Role, Spread
from sim.core.model.time import HOUR_MS
from tests.unit.core.agents.helpers import WATER, brief

HIN, AC, OFFICER = Role.HEAD_OF_INFORMATION, Role.GENERAL_COMMANDER, Role.ON_CALL_OFFICER


def on_call(role: Role, number: int = 1, **fields: Any) -> Post:
    return Post(role, on_call=number, arrival=Spread(30, 30), **fields)


def me(*posts: Post) -> Brief:
    """A party with these people only."""
    return brief(WATER, staff=(*(Post(role) for role in Role), *posts))


def test_who_is_on_call_is_called_and_comes() -> None:
    state, acts = call_in(me(on_call(HIN, 2)), AgentState(), 100, "e-1")
    assert acts == [Wake(130, MOMENT, HIN)] * 2
    assert state.desk(HIN).called == {0: Call(130, "e-1"), 1: Call(130, "e-1")}


def test_who_has_come_is_not_called_again() -> None:
    known = me(on_call(HIN))
    state, _ = call_in(known, AgentState(), 100, "e-1")
    assert call_in(known, state, 200, "e-2") == (state, [])


def test_those_on_duty_are_not_called() -> None:
    assert call_in(me(Post(HIN, on_duty=3)), AgentState(), 100, "e-1") == (AgentState(), [])


def test_an_alert_calls_those_who_watch_and_an_alarm_everybody() -> None:
    known = me(on_call(HIN), on_call(AC), on_call(OFFICER), on_call(Role.PLOTTER))
    state, _ = call_in(known, AgentState(), 100, "e-1", WATCH)
    assert set(state.desks) == {HIN, OFFICER}
    state, acts = call_in(known, state, 200, "e-2")
    assert set(state.desks) == {HIN, AC, OFFICER, Role.PLOTTER}
    assert acts == [Wake(230, MOMENT, AC), Wake(230, MOMENT, Role.PLOTTER)]


def test_a_duty_that_nobody_does_calls_nobody() -> None:
    assert call_in(me(), AgentState(), 100, "e-1", WATCH) == (AgentState(), [])


def test_where_nobody_answers_it_is_said_and_they_can_be_called_again_later() -> None:
    known = me(on_call(HIN, 2, available=0.0))
    state, acts = call_in(known, AgentState(), 100, "e-1")
    said = Remark("unreachable", None, "head-of-information: none of 2 on call answered", "e-1")
    assert acts == [said]
    assert call_in(known, state, 100, "e-1") == (state, [])
    assert call_in(known, state, 101, "e-2")[1] == [Remark(said.what, None, said.text, "e-2")]


def test_where_somebody_is_there_nobody_needs_to_be_reached() -> None:
    assert call_in(me(on_call(HIN, available=0.0, on_duty=1)), AgentState(), 100, "e-1")[1] == []


def test_how_one_person_answers_does_not_depend_on_how_many_others_there_are() -> None:
    wide = Spread(0, 1_000_000)
    some = call_in(me(Post(HIN, on_call=3, arrival=wide, available=0.5)), AgentState(), 100, "e-1")[0]
    more = call_in(
        me(Post(HIN, on_duty=2, on_call=9, arrival=wide, available=0.5)), AgentState(), 100, "e-1"
    )[0]
    calls = {person + 2: call for person, call in some.desk(HIN).called.items()}
    assert calls.items() <= more.desk(HIN).called.items()
    assert 0 < len(more.desk(HIN).called) < 9


def test_somebody_is_available_who_is_there_or_on_the_way() -> None:
    known = me(on_call(HIN), Post(OFFICER, on_duty=1, hours=(HOUR_MS, 2 * HOUR_MS)))
    assert not is_available(known, AgentState(), HIN, 100)
    assert is_available(known, call_in(known, AgentState(), 100, "e-1")[0], HIN, 100)
    assert not is_available(known, AgentState(), OFFICER, 100)
    assert is_available(known, AgentState(), OFFICER, HOUR_MS)
    assert not is_available(brief(WATER, staff=()), AgentState(), Role.SECONDED_HEAD, 100)


@pytest.mark.parametrize("post", [on_call(HIN), on_call(HIN, on_duty=1)])
def test_who_was_called_goes_home_and_can_be_called_again(post: Post) -> None:
    known = me(post)
    state, _ = call_in(known, AgentState(), 100, "e-1")
    home = send_home(state)
    assert home.desks == {HIN: Desk(called_ms=100)}
    assert call_in(known, home, 500, "e-2")[1] == [Wake(530, MOMENT, HIN)]


def test_a_second_call_reaches_only_who_did_not_answer_the_first() -> None:
    known = me(on_call(HIN, 40, available=0.5))
    first, _ = call_in(known, AgentState(), 100, "e-1")
    second, acts = call_in(known, first, 200, "e-2")
    came = first.desk(HIN).called
    assert 0 < len(came) < 40
    assert came.items() <= second.desk(HIN).called.items()
    assert len(second.desk(HIN).called) == len(came) + len(acts)


HEAD = Role.SECONDED_HEAD


def test_who_is_seconded_is_called_only_when_the_region_decided_so() -> None:
    known = me(on_call(HEAD))
    assert call_in(known, AgentState(), 100, "e-1") == (AgentState(), [])
    text = "seconded-head: the region has seconded nobody"
    refused = [Remark("unreachable", None, text, "e-1")]
    assert call_role(known, AgentState(), HEAD, 100, "e-1") == (AgentState(), refused)
    state, acts = call_seconded(known, AgentState(), 100, "e-1")
    assert acts == [Wake(130, MOMENT, HEAD)]
    assert call_role(known, state, HEAD, 110, "e-1") == (state, [])
    assert send_home(state, {HIN}) == state
    assert send_home(state, {HEAD}).desk(HEAD).called == {}
    assert call_seconded(brief(WATER), AgentState(), 100, "e-1") == (AgentState(), [])


def test_an_alert_calls_the_next_role_where_nobody_of_the_first_is_reached() -> None:
    known = me(on_call(HIN, available=0.0), on_call(Role.INFORMATION_MANAGER))
    state, acts = call_in(known, AgentState(), 100, "e-1", (Duty.INFORMATION,))
    text = "head-of-information: none of 1 on call answered"
    assert acts == [Remark("unreachable", None, text, "e-1"), Wake(130, MOMENT, Role.INFORMATION_MANAGER)]
    reached = me(on_call(HIN), on_call(Role.INFORMATION_MANAGER))
    assert set(call_in(reached, AgentState(), 100, "e-1", (Duty.INFORMATION,))[0].desks) == {HIN}
    assert state.desk(HIN).called == {}


def test_the_limits_are_those_of_the_first_who_is_there() -> None:
    known = me(on_call(HIN, skill=0.2), Post(Role.INFORMATION_MANAGER, on_duty=1, skill=0.4))
    state, _ = call_in(known, AgentState(), 100, "e-1")
    skills = [limits_of_doer(known, state, Duty.INFORMATION, now).skill for now in (129, 130)]
    assert skills == [0.4, 0.2]
    assert limits_of_doer(me(on_call(HIN, skill=0.2)), AgentState(), Duty.INFORMATION, 100).skill == 0.2
