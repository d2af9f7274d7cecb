from __future__ import annotations

import pytest

from sim.core.agents.agent import AgentState, Publish, Wake
from sim.core.agents.engagement import ALARMED, BEHAVIOUR, ENGAGED, answers, concerns
from sim.core.messages.contents import Ack, Alarm, Alert
from sim.core.model.agreement import Agreement
from sim.core.model.staff import Role
from tests.unit.core.agents.helpers import (
    CROSS,
    FIRE,
    FLOOD,
    NOWHERE,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
    brief,
    card,
    content_of,
    delivered,
    only,
    react,
    woken,
)

ALERT = Alert(activity=FLOOD, text=NOWHERE)
ALARM = Alarm(activity=FLOOD, text=NOWHERE, level="GRIP 2")
ME = brief(WATER)


def test_an_alert_makes_a_party_work_in_the_activity_once() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, ALERT), now=50)
    assert (state.engaged, acts) == ({FLOOD: 50}, [Wake(50, ENGAGED, FLOOD)])
    assert react(ME, BEHAVIOUR, state, delivered(REGION, ALERT), now=60) == (state, [])


def test_an_alert_to_a_party_that_takes_no_part_changes_nothing() -> None:
    elsewhere = Alert(activity="elsewhere", text=NOWHERE)
    for alert in (ALERT, elsewhere):
        assert react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(REGION, alert)) == (AgentState(), [])


def test_an_alarm_engages_a_party_and_is_acknowledged() -> None:
    call = delivered(REGION, ALARM, event_id="vr24-9")
    state, acts = react(ME, BEHAVIOUR, AgentState(), call, now=50)
    begin, come, answer = acts
    assert (begin, come) == (Wake(50, ENGAGED, FLOOD), Wake(50, ALARMED, FLOOD))
    assert isinstance(answer, Wake)
    assert answer.at_ms == 50 + REACTION_MS
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(answer))[1])
    assert (publish.topic, publish.answers) == (f"post/{REGION}/{WATER}/ack", "vr24-9")
    assert content_of(publish, Ack) == Ack(activity=FLOOD, of="vr24-9")


def test_an_alarm_to_a_party_that_takes_no_part_is_only_acknowledged() -> None:
    state, acts = react(brief(CROSS), BEHAVIOUR, AgentState(), delivered(REGION, ALARM))
    assert state.engaged == {}
    answer = only(Wake, acts)
    assert content_of(only(Publish, react(brief(CROSS), BEHAVIOUR, state, woken(answer))[1]), Ack).of == "e-1"


@pytest.mark.parametrize(
    ("agreements", "contact", "expected"),
    [
        ((), "", True),
        ((), "decision-maker", False),
        ((agreement(WATER, alarm_contacts=(Role.DECISION_MAKER,)),), "decision-maker", True),
        ((agreement(WATER, alarm_contacts=(Role.DECISION_MAKER,)),), "liaison", False),
        ((agreement(WATER).with_addition(REGION, {"alarm_contacts": (Role.LIAISON,)}, {}),), "liaison", True),
    ],
)
def test_a_contact_that_the_party_does_not_have_answers_no_alarm(
    agreements: tuple[Agreement, ...], contact: str, expected: bool
) -> None:
    alarm = Alarm(activity=FLOOD, text=NOWHERE, level="GRIP 2", contact=contact)
    me = brief(WATER, agreements=agreements)
    state, acts = react(me, BEHAVIOUR, AgentState(), delivered(REGION, alarm))
    assert answers(me, AgentState(), alarm, 0) is expected
    assert (bool(acts), bool(state.engaged)) == (expected, expected)


@pytest.mark.parametrize(
    ("systems", "expected"), [(("river",), True), (("fire", "river"), True), (("fire",), False)]
)
def test_a_card_concerns_who_looks_after_one_of_its_systems(systems: tuple[str, ...], expected: bool) -> None:
    assert concerns(ME, card(systems=systems)) is expected


def test_a_card_that_closes_makes_a_party_leave_that_activity_only() -> None:
    working = AgentState(engaged={FLOOD: 1, FIRE: 2})
    state, acts = react(ME, BEHAVIOUR, working, delivered(REGION, card(is_open=False)))
    assert (state.engaged, acts) == ({FIRE: 2}, [])


def test_a_card_that_is_open_changes_nothing() -> None:
    working = AgentState(engaged={FLOOD: 1})
    assert react(ME, BEHAVIOUR, working, delivered(REGION, card(is_open=True))) == (working, [])
