"""Alarming (Modeluitwerking 7): come, by the agreed route and contact, until somebody acknowledges."""

from __future__ import annotations

from typing import Any

from sim.core.messages.contents import Ack, Alarm
from sim.core.messages.topics import Shape
from sim.core.model.cue import Open, Scale
from sim.core.model.staff import Post, Role, Spread
from sim.core.model.time import MINUTE_MS
from tests.process.stage import Played, agreed, inject, minutes, play
from tests.unit.core.agents.helpers import FLOOD, RAIL, REGION, RIVER, WATER

OPENED = inject(10, Open(activity=FLOOD))
SCALED_UP = inject(30, Scale(activity=FLOOD, grip=2))
ESCALATES_MS = 15 * MINUTE_MS
ROUTE: dict[str, Any] = {
    "alert_systems": (RIVER,),
    "alarm_level": 2,
    "alarm_contacts": (Role.GENERAL_COMMANDER, Role.DECISION_MAKER),
    "escalate_after_ms": ESCALATES_MS,
}
COMES = Spread(20 * MINUTE_MS, 20 * MINUTE_MS)


def on_call(role: Role, *, answers: bool) -> Post:
    """Somebody on call, twenty minutes away, who answers the telephone, or does not."""
    return Post(role, on_call=1, arrival=COMES, available=1.0 if answers else 0.0)


def alarmed(*staff: Post, partner: str = WATER, scaled: Any = SCALED_UP, **terms: Any) -> Played:
    """The region scales up to GRIP 2, at which the partner is to be alarmed; these are the partner's people."""
    return play(
        injects=[OPENED, *(scaled if isinstance(scaled, list) else [scaled])],
        agreements=[agreed(partner, **{**ROUTE, **terms})],
        parties={partner: {"staff": staff}},
        hours=4,
    )


def test_the_first_contact_acknowledges_and_comes() -> None:
    played = alarmed(on_call(Role.GENERAL_COMMANDER, answers=True))

    (alarm,), (ack,) = played.of(Alarm), played.of(Ack)
    assert (alarm.data.contact, alarm.data.level, alarm.to) == ("general-commander", "GRIP 2", WATER)
    assert alarm.event.injects == (SCALED_UP.id,)
    assert played.led_to(ack) == [alarm]
    assert ack.data.of == alarm.event.id
    assert played.notes("escalated") == played.notes("unreachable", REGION) == []
    (arrived,) = [one for one in played.notes("arrived", WATER) if one.text == "general-commander"]
    assert arrived.cause == (alarm.event.id,)
    assert arrived.at_ms >= alarm.at_ms + COMES.low_ms


def test_below_the_agreed_level_nobody_is_alarmed() -> None:
    played = alarmed(scaled=inject(30, Scale(activity=FLOOD, grip=1)))
    assert played.of(Alarm) == []


def test_the_second_contact_is_called_where_the_first_does_not_answer() -> None:
    """Nobody on call at the first contact: the commander does not answer, and the decision maker does."""
    played = alarmed(
        on_call(Role.GENERAL_COMMANDER, answers=False), on_call(Role.DECISION_MAKER, answers=True)
    )

    first, second = played.of(Alarm)
    assert [one.data.contact for one in (first, second)] == ["general-commander", "decision-maker"]
    assert second.at_ms == first.at_ms + ESCALATES_MS
    assert played.led_to(second) == [first]
    silent = played.notes("unreachable", WATER)[0]
    assert (silent.text, silent.cause) == (
        "general-commander: none of 1 on call answered",
        (first.event.id,),
    )
    (escalated,) = played.notes("escalated", REGION)
    assert (escalated.text, escalated.cause) == (
        f"{WATER}: general-commander did not acknowledge; next is decision-maker",
        (first.event.id,),
    )
    (ack,) = played.of(Ack)
    assert played.led_to(ack) == [first, second]
    assert played.notes("unreachable", REGION) == []


def test_a_partner_with_nobody_on_call_is_not_reached_until_the_region_tries_again() -> None:
    """Nobody on call: neither contact answers, and the route is exhausted; at the next level it is called anew."""
    higher = inject(120, Scale(activity=FLOOD, grip=3))
    played = alarmed(
        on_call(Role.GENERAL_COMMANDER, answers=False),
        on_call(Role.DECISION_MAKER, answers=False),
        scaled=[SCALED_UP, higher],
    )

    first, second, third, fourth = played.of(Alarm)
    assert played.of(Ack) == []
    given_up, again = played.notes("unreachable", REGION)
    assert (given_up.text, given_up.cause) == (
        f"{WATER}: decision-maker did not acknowledge; nobody is left to call",
        (second.event.id,),
    )
    assert given_up.at_ms == second.at_ms + ESCALATES_MS
    assert [one.cause for one in played.notes("escalated", REGION)] == [
        (first.event.id,),
        (third.event.id,),
    ]
    assert again.cause == (fourth.event.id,)
    assert third.at_ms == minutes(120)
    assert (third.event.injects, third.data.level) == ((higher.id,), "GRIP 3")


def test_an_alarm_that_the_duty_officer_is_slow_to_take_goes_on_to_the_next_contact() -> None:
    """Overload: the commander is coming, but the officer who is to say so has the telephone in hand too long."""
    officer = Post(Role.ON_CALL_OFFICER, on_duty=1, handling=Spread(40 * MINUTE_MS, 40 * MINUTE_MS))
    played = alarmed(on_call(Role.GENERAL_COMMANDER, answers=True), officer)

    first, second = played.of(Alarm)
    assert [one.cause for one in played.notes("escalated", REGION)] == [(first.event.id,)]
    assert [one.cause for one in played.notes("unreachable", REGION)] == [(second.event.id,)]
    late = played.of(Ack)[0]
    assert played.led_to(late) == [first]
    assert late.at_ms > first.at_ms + 2 * ESCALATES_MS


def test_a_contact_that_the_partner_does_not_have_takes_no_alarm() -> None:
    """Wrong contact: the agreement names a role in which this partner has nobody at all."""
    played = alarmed(alarm_contacts=(Role.COPI_LEADER,))

    (alarm,) = played.of(Alarm)
    assert played.of(Ack) == []
    (note,) = played.notes("unreachable", WATER)
    assert (note.text, note.cause) == ("copi-leader: the party has nobody in this role", (alarm.event.id,))


def test_a_partner_outside_the_tool_is_alarmed_by_telephone_and_its_liaison_arrives() -> None:
    liaison = Post(Role.LIAISON, on_call=1, arrival=COMES)
    played = alarmed(liaison, partner=RAIL, alarm_contacts=(Role.LIAISON,), alert_systems=())

    (alarm,) = played.of(Alarm)
    assert alarm.shape is Shape.OUTSIDE
    taken, there = played.of(Ack, sender=RAIL)
    assert (taken.data.arrived, there.data.arrived) == (False, True)
    assert played.led_to(taken) == played.led_to(there) == [alarm]
    assert there.at_ms >= alarm.at_ms + COMES.low_ms


def test_without_its_liaison_a_partner_outside_the_tool_has_nobody_in_the_regions_team() -> None:
    """Liaison unreachable: it does not answer, and nobody else can go."""
    liaison = Post(Role.LIAISON, on_call=1, available=0.0)
    played = alarmed(liaison, Post(Role.DECISION_MAKER), partner=RAIL, alarm_contacts=(Role.ON_CALL_OFFICER,))

    (alarm,) = played.of(Alarm)
    assert [one.data.arrived for one in played.of(Ack, sender=RAIL)] == [False]
    (note,) = [one for one in played.notes("unreachable", RAIL) if one.text.startswith("nobody can go")]
    assert note.text == f"nobody can go to {REGION} as liaison for {FLOOD}"
    assert note.cause == (alarm.event.id,)
