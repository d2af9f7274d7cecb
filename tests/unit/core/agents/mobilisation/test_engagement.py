from __future__ import annotations

import pytest

from sim.core.agents.acts import Publish, Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.engagement import (
    ACKNOWLEDGE,
    ALARMED,
    BEHAVIOUR,
    ENGAGED,
    TAKEN,
    alarmed_by,
    began_by,
    concerns,
    engage,
    leave,
)
from sim.core.agents.people.staffing import MOMENT, Call, Desk
from sim.core.messages.contents import Ack, Alarm, Alert
from sim.core.model.staff import Post, Role, Spread
from tests.unit.core.agents.helpers import (
    CROSS,
    FIRE,
    FLOOD,
    NEIGHBOUR,
    NOWHERE,
    REACTION_MS,
    REGION,
    WATER,
    brief,
    card,
    content_of,
    delivered,
    only,
    react,
    sole,
    woken,
)

ALERT = Alert(activity=FLOOD, text=NOWHERE)
ALARM = Alarm(activity=FLOOD, text=NOWHERE, level="GRIP 2")
ME = brief(WATER)


def test_an_alert_makes_a_party_work_in_the_activity_once() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, ALERT), now=50)
    assert (state.engaged, acts) == ({FLOOD: 50}, [Wake(50, ENGAGED, FLOOD)])
    assert react(ME, BEHAVIOUR, state, delivered(REGION, ALERT), now=60) == (state, [])


def alarmed(state: AgentState, event_id: str) -> AgentState:
    """The state once somebody has taken this alarm."""
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, ALARM, event_id=event_id), now=60)
    taken = only(Wake, acts)
    return react(ME, BEHAVIOUR, state, woken(taken), now=taken.at_ms)[0]


def test_what_made_a_party_begin_is_remembered_until_it_leaves() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, ALERT, event_id="vr24-3"))
    state = alarmed(state, "vr24-4")
    assert (began_by(state, FLOOD), began_by(state, FIRE)) == ("vr24-3", "")
    assert began_by(leave(state, FLOOD), FLOOD) == ""
    assert began_by(alarmed(AgentState(), "vr24-4"), FLOOD) == "vr24-4"


def test_an_alert_to_a_party_that_takes_no_part_changes_nothing() -> None:
    elsewhere = Alert(activity="elsewhere", text=NOWHERE)
    for alert in (ALERT, elsewhere):
        assert react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(REGION, alert)) == (AgentState(), [])


def test_an_alarm_engages_a_party_and_is_acknowledged() -> None:
    call = delivered(REGION, ALARM, event_id="vr24-9")
    state, acts = react(ME, BEHAVIOUR, AgentState(), call, now=50)
    taken = only(Wake, acts)
    assert (taken.at_ms, state.engaged) == (50 + REACTION_MS, {})
    state, acts = react(ME, BEHAVIOUR, state, woken(taken), now=taken.at_ms)
    assert state.engaged == {FLOOD: taken.at_ms}
    *begun, publish = acts
    about = (FLOOD, "vr24-9", REGION)
    assert begun == [
        Wake(taken.at_ms, ENGAGED, FLOOD),
        Wake(taken.at_ms, ALARMED, FLOOD),
        Wake(taken.at_ms, TAKEN, about),
    ]
    assert isinstance(publish, Publish)
    assert (publish.topic, publish.answers) == (f"post/{REGION}/{WATER}/ack", "vr24-9")
    assert content_of(publish, Ack) == Ack(activity=FLOOD, of="vr24-9")


def test_an_alarm_to_a_party_that_takes_no_part_is_only_acknowledged() -> None:
    state, acts = react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(REGION, ALARM))
    assert state.engaged == {}
    answer = only(Wake, acts)
    assert content_of(only(Publish, react(brief(CROSS), BEHAVIOUR, state, woken(answer))[1]), Ack).of == "e-1"


def test_what_led_to_the_work_in_an_activity_is_remembered_until_it_is_over() -> None:
    alert = delivered(REGION, ALERT, event_id="vr24-1")
    state, _ = react(ME, BEHAVIOUR, AgentState(), alert, now=50)
    state = alarmed(state, "vr24-9")
    assert [began_by(state, FLOOD), alarmed_by(state, FLOOD)] == ["vr24-1", "vr24-9"]
    state = leave(state, FLOOD)
    assert [began_by(state, FLOOD), alarmed_by(state, FLOOD)] == ["", ""]


def test_who_begins_by_itself_names_no_event() -> None:
    state, _ = engage(AgentState(), FLOOD, 50)
    assert (began_by(state, FLOOD), state.minds) == ("", {})


UNREACHED = (Post(Role.DECISION_MAKER, on_call=2, available=0.0),)


@pytest.mark.parametrize(
    ("staff", "contact", "reason"),
    [
        (None, "", ""),
        (None, "somebody", ""),
        (None, "decision-maker", ""),
        (UNREACHED, "", ""),
        (UNREACHED, "decision-maker", "decision-maker: none of 2 on call answered"),
        (None, "rbt-leader", "rbt-leader: the party has nobody in this role"),
    ],
)
def test_an_alarm_is_taken_by_the_contact_that_is_called(
    staff: tuple[Post, ...] | None, contact: str, reason: str
) -> None:
    """Who cannot be reached takes no alarm, and nobody else at the party knows of it."""
    alarm = Alarm(activity=FLOOD, text=NOWHERE, level="GRIP 2", contact=contact)
    me = brief(WATER, staff=staff)
    state, acts = react(me, BEHAVIOUR, AgentState(), delivered(REGION, alarm))
    if reason:
        assert acts == [Remark("unreachable", None, reason, "e-1")]
    else:
        taken = only(Wake, acts)
        assert (taken.errand, state.engaged) == (ACKNOWLEDGE, {})
        assert list(react(me, BEHAVIOUR, state, woken(taken))[0].engaged) == [FLOOD]


@pytest.mark.parametrize(
    ("systems", "expected"), [(("river",), True), (("fire", "river"), True), (("fire",), False)]
)
def test_a_card_concerns_who_looks_after_one_of_its_systems(systems: tuple[str, ...], expected: bool) -> None:
    assert concerns(ME, systems) is expected


def test_a_card_that_closes_makes_a_party_leave_that_activity_only() -> None:
    working = AgentState(engaged={FLOOD: 1, FIRE: 2})
    state, acts = react(ME, BEHAVIOUR, working, delivered(REGION, card(is_open=False)))
    assert (state.engaged, acts) == ({FIRE: 2}, [])


def test_only_the_directing_region_closes() -> None:
    working = AgentState(engaged={FLOOD: 1})
    assert react(ME, BEHAVIOUR, working, delivered(NEIGHBOUR, card(is_open=False))) == (working, [])


def test_who_was_called_stays_when_an_activity_closes_that_is_none_of_theirs() -> None:
    called = AgentState(desks={HIN: Desk(called={0: Call(5, "e-1")})})
    assert react(CALLED, BEHAVIOUR, called, delivered(REGION, card(is_open=False))) == (called, [])


def test_a_card_that_is_open_changes_nothing() -> None:
    working = AgentState(engaged={FLOOD: 1})
    assert react(ME, BEHAVIOUR, working, delivered(REGION, card(is_open=True))) == (working, [])


# Who comes ---------------------------------------------------------------------------------------

HIN, AC = Role.HEAD_OF_INFORMATION, Role.GENERAL_COMMANDER
CALLED = brief(
    WATER,
    staff=(
        Post(HIN, on_call=1, arrival=Spread(30, 30)),
        Post(AC, on_call=1, arrival=Spread(40, 40)),
        Post(Role.ON_CALL_OFFICER, on_duty=1, handling=Spread(7, 7)),
    ),
)


def test_an_alert_calls_who_keeps_the_information_and_an_alarm_everybody() -> None:
    state, acts = react(CALLED, BEHAVIOUR, AgentState(), delivered(REGION, ALERT, event_id="vr24-1"), now=50)
    assert acts == [Wake(50, ENGAGED, FLOOD), Wake(80, MOMENT, HIN)]
    assert state.desk(HIN).called[0].because_of == "vr24-1"
    state, acts = react(CALLED, BEHAVIOUR, state, delivered(REGION, ALARM, event_id="vr24-2"), now=60)
    about = (FLOOD, "vr24-2", REGION)
    assert acts == [Wake(67, ACKNOWLEDGE, about)]
    state, acts = react(CALLED, BEHAVIOUR, state, woken(only(Wake, acts)), now=67)
    assert acts[:3] == [Wake(67, ALARMED, FLOOD), Wake(67, TAKEN, about), Wake(107, MOMENT, AC)]


def test_an_alarm_that_nobody_takes_leads_to_nothing() -> None:
    nobody = brief(WATER, staff=tuple(Post(role) for role in Role))
    state, acts = react(nobody, BEHAVIOUR, AgentState(), delivered(REGION, ALARM, event_id="vr24-2"))
    assert acts == [Remark("unreachable", None, f"nobody is there for alarm ({ACKNOWLEDGE})", "vr24-2")]
    assert state == AgentState()


def test_an_alarm_that_whoever_has_the_duty_does_not_get_round_to_leads_to_nothing() -> None:
    officer = Post(Role.ON_CALL_OFFICER, on_duty=1, attention_ms=5)
    busy = AgentState(desks={officer.role: Desk(busy={0: 9_000})})
    me = brief(WATER, staff=(officer, Post(HIN)))
    state, acts = react(me, BEHAVIOUR, busy, delivered(REGION, ALARM, event_id="vr24-2"), now=10)
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=15)
    assert (only(Remark, acts).what, state.engaged) == ("missed", {})


def test_who_takes_alarms_on_call_is_called_to_take_it() -> None:
    officer = Post(Role.ON_CALL_OFFICER, on_call=1, arrival=Spread(30, 30), handling=Spread(7, 7))
    me = brief(WATER, staff=(officer, Post(HIN)))
    state, acts = react(me, BEHAVIOUR, AgentState(), delivered(REGION, ALARM), now=10)
    come = next(act for act in acts if isinstance(act, Wake) and act.at_ms == 40)
    _, acts = react(me, BEHAVIOUR, state, woken(come), now=40)
    assert sole(Wake, acts).errand == ACKNOWLEDGE


def test_who_was_called_goes_home_after_the_last_activity_only() -> None:
    called = AgentState(engaged={FLOOD: 1, FIRE: 2}, desks={HIN: Desk(called={0: Call(5, "e-1")})})
    one_left = leave(called, FLOOD)
    assert one_left.desks == called.desks
    assert leave(one_left, FIRE).desks == {HIN: Desk()}
