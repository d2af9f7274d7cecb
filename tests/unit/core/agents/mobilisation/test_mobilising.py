from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.alarming import call_of
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.mobilisation.levels import known_grip
from sim.core.agents.mobilisation.mobilising import ALERTING, BEHAVIOUR, alarmed
from sim.core.agents.people.staffing import MOMENT, Call
from sim.core.messages.contents import Alarm, Alert, Card, Scaling
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Close, Open, Scale, SendAlarm, SendAlert
from sim.core.model.party import CoreTask
from sim.core.model.staff import Post, Role, Spread
from tests.unit.core.agents.helpers import (
    CAMPING,
    CARE,
    CROSS,
    FIRE,
    FLOOD,
    GRID,
    NATION,
    NEIGHBOUR,
    RAIL,
    READER,
    REGION,
    WATER,
    agreement,
    brief,
    content_of,
    cued,
    only,
    react,
    text,
)

CARD = f"activity/{FLOOD}/card"
AGREED = [
    agreement(WATER, alarm_level=2, alert_systems=("river",)),
    agreement(GRID, alarm_level=3, alert_systems=("power",)),
    agreement(RAIL, alarm_level=0, alert_systems=("river", "rail")),
    agreement(CROSS, alarm_level=1, alert_systems=("river",)),  # takes no part
]
ME = brief(REGION, agreements=AGREED)


def topics(acts: list[object]) -> list[str]:
    return [act.topic for act in acts if isinstance(act, Publish)]


def test_opening_publishes_the_card_begins_work_and_alerts_whom_it_concerns() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)), now=9)
    assert acts[1] == Wake(9, ENGAGED, FLOOD)
    # RAIL and WATER by their agreements; who takes part without one is always alerted; GRID is not concerned.
    assert topics([*acts]) == [
        CARD,
        f"outside/{RAIL}/{REGION}/alert",
        f"post/{WATER}/{REGION}/alert",
        f"post/{CARE}/{REGION}/alert",
        f"outside/{CAMPING}/{REGION}/alert",
        f"post/{NATION}/{REGION}/alert",
    ]
    card = content_of(acts[0], Card)
    assert (card.open, card.grip, card.directing, card.systems) == (True, 0, REGION, ("river",))
    assert content_of(acts[2], Alert).systems == ("river",)
    assert all(act.injects == ("i-1",) for act in acts if isinstance(act, Publish))
    assert (state.engaged, alarmed(state, FLOOD)) == ({FLOOD: 9}, ())


def test_opening_again_does_not_begin_the_work_again() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)), now=9)
    state, acts = react(ME, BEHAVIOUR, state, cued(Open(activity=FLOOD)), now=10)
    assert state.engaged == {FLOOD: 9}
    assert not [act for act in acts if isinstance(act, Wake)]


def test_scaling_up_tells_the_level_and_alarms_each_partner_once() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=2)))
    assert topics([*acts]) == [f"activity/{FLOOD}/scaling/{REGION}", CARD, f"post/{WATER}/{REGION}/alarm"]
    assert content_of(acts[0], Scaling) == Scaling(level="GRIP 2", grip=2)
    assert content_of(acts[1], Card).grip == 2
    assert content_of(acts[2], Alarm).level == "GRIP 2"
    state, acts = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=4)))
    assert topics([*acts])[2:] == [f"post/{GRID}/{REGION}/alarm"]
    assert alarmed(state, FLOOD) == (WATER, GRID)


def test_scaling_down_alarms_nobody() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=4)))
    _, acts = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=1)))
    assert topics([*acts]) == [f"activity/{FLOOD}/scaling/{REGION}", CARD]


def test_scaling_down_lets_those_above_the_level_be_alarmed_anew() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=4)))
    state, _ = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=2)))
    assert alarmed(state, FLOOD) == (WATER,)
    _, acts = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=3)))
    assert topics([*acts])[2:] == [f"post/{GRID}/{REGION}/alarm"]


def test_who_has_an_agreement_with_another_region_only_is_alerted_as_who_has_none_and_not_called_by_level() -> (
    None
):
    elsewhere = Agreement(
        WATER, CoreTask.MANAGER, "core", (NEIGHBOUR,), alarm_level=1, alert_systems=("river",)
    )
    me = brief(REGION, agreements=[elsewhere])
    _, opened = react(me, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)))
    _, scaled = react(me, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=4)))
    assert [topic for topic in topics([*opened, *scaled]) if topic.startswith(f"post/{WATER}/")] == [
        f"post/{WATER}/{REGION}/alert"
    ]


def test_whom_the_agreement_alerts_through_a_national_body_is_left_to_that_body() -> None:
    through = [
        agreement(WATER, alert_systems=("river",), alert_through=NATION),
        agreement(RAIL, alert_systems=("river",), alert_through=READER),
        agreement(GRID, alert_systems=("river",)),
    ]
    me = brief(REGION, agreements=through)
    _, acts = react(me, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)))
    alerts = {act.topic: act.content for act in acts if isinstance(act, Publish) and act.topic != CARD}
    told = {
        topic.split("/")[1]: content.pass_on
        for topic, content in alerts.items()
        if isinstance(content, Alert)
    }
    assert told == {GRID: (), CARE: (), CAMPING: (), NATION: (WATER,), READER: (RAIL,)}


def test_what_a_region_added_of_its_own_decides_whom_it_alerts() -> None:
    general = agreement(WATER, alert_systems=("river",), alarm_level=1)
    me = brief(
        REGION, agreements=[general.with_addition(REGION, {"alert_systems": (), "alarm_level": 3}, {})]
    )
    _, opened = react(me, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)))
    _, scaled = react(me, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=2)))
    assert not [topic for topic in topics([*opened, *scaled]) if topic.startswith(f"post/{WATER}/")]


def test_an_organisation_of_two_parties_is_called_as_the_one_that_takes_part() -> None:
    airbase = agreement("defence", alert_systems=("river",), alarm_level=1)
    me = replace(brief(REGION), agreements={WATER: airbase})
    _, opened = react(me, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)))
    _, scaled = react(me, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=1)))
    assert f"post/{WATER}/{REGION}/alert" in topics([*opened])
    assert f"post/{WATER}/{REGION}/alarm" in topics([*scaled])


def unreachable(state: AgentState, party: str) -> AgentState:
    """The call of a party ended without anybody being reached."""
    known = call_of(state, FLOOD, party)
    assert known is not None
    return state.with_mind("alarming", {(FLOOD, party): structs.replace(known, outcome="unreachable")})


def test_who_could_not_be_reached_is_alarmed_again_at_the_next_level() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=2)))
    state, acts = react(ME, BEHAVIOUR, unreachable(state, WATER), cued(Scale(activity=FLOOD, grip=3)))
    assert topics([*acts])[2:] == [f"post/{GRID}/{REGION}/alarm", f"post/{WATER}/{REGION}/alarm"]
    assert alarmed(state, FLOOD) == (WATER, GRID)


def test_a_second_alarm_by_cue_is_for_another_level_or_for_who_was_not_reached() -> None:
    cue = cued(SendAlarm(activity=FLOOD, parties=(WATER, WATER), text=text("come")))
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=2)))
    assert react(ME, BEHAVIOUR, state, cue) == (state, [])
    again = unreachable(state, WATER)
    assert only(Publish, react(ME, BEHAVIOUR, again, cue)[1]).topic == f"post/{WATER}/{REGION}/alarm"
    state, _ = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=3)))
    state, acts = react(ME, BEHAVIOUR, state, cue)
    assert content_of(only(Publish, acts), Alarm).level == "GRIP 3"
    assert react(ME, BEHAVIOUR, state, cue) == (state, [])


def test_who_is_still_being_called_for_a_level_that_ended_is_called_no_more() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=2)))
    down, _ = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=1)))
    closed, _ = react(ME, BEHAVIOUR, state, cued(Close(activity=FLOOD)))
    assert (call_of(down, FLOOD, WATER), call_of(closed, FLOOD, WATER)) == (None, None)


def test_a_region_knows_its_own_level() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)))
    assert known_grip(state, FLOOD, REGION) == 0
    state, _ = react(ME, BEHAVIOUR, state, cued(Scale(activity=FLOOD, grip=4)))
    assert known_grip(state, FLOOD, REGION) == 4


def test_an_alert_by_cue_goes_to_whom_it_names() -> None:
    cue = cued(SendAlert(activity=FLOOD, parties=(CROSS, RAIL), text=text("look")))
    for behaviour, sender in ((BEHAVIOUR, REGION), (ALERTING, WATER)):
        _, acts = react(brief(sender), behaviour, AgentState(), cue)
        assert topics([*acts]) == [f"post/{CROSS}/{sender}/alert", f"outside/{RAIL}/{sender}/alert"]
        assert content_of(acts[0], Alert).text == text("look")


def test_an_alert_by_cue_takes_the_route_that_was_agreed_with_the_region_that_directs() -> None:
    agreed = [agreement(CROSS, alert_through=NATION)]
    cue = cued(SendAlert(activity=FLOOD, parties=(CROSS, RAIL), text=text("look")))
    routes = [
        (BEHAVIOUR, brief(REGION, agreements=agreed), {NATION: (CROSS,), RAIL: ()}),
        (ALERTING, brief(WATER, agreements=agreed), {CROSS: (), RAIL: ()}),
    ]
    for behaviour, me, expected in routes:
        _, acts = react(me, behaviour, AgentState(), cue)
        alerts = [act for act in acts if isinstance(act, Publish)]
        assert {act.topic.split("/")[1]: content_of(act, Alert).pass_on for act in alerts} == expected


def test_an_alert_by_cue_goes_directly_to_whom_only_another_region_alerts_through_a_body() -> None:
    elsewhere = Agreement(CROSS, CoreTask.SERVICE_PROVIDER, "standby", (NEIGHBOUR,), alert_through=NATION)
    cue = cued(SendAlert(activity=FLOOD, parties=(CROSS,), text=text("look")))
    _, acts = react(brief(REGION, agreements=[elsewhere]), BEHAVIOUR, AgentState(), cue)
    assert topics([*acts]) == [f"post/{CROSS}/{REGION}/alert"]


def test_an_alarm_by_cue_names_the_level_as_it_stands_and_leaves_out_who_has_come() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), cued(Scale(activity=FLOOD, grip=2)))
    cue = cued(SendAlarm(activity=FLOOD, parties=(WATER, RAIL), text=text("come")))
    state, acts = react(ME, BEHAVIOUR, state, cue)
    publish = only(Publish, acts)
    assert publish.topic == f"outside/{RAIL}/{REGION}/alarm"
    assert content_of(publish, Alarm) == Alarm(activity=FLOOD, text=text("come"), level="GRIP 2")
    assert (alarmed(state, FLOOD), alarmed(state, FIRE)) == ((WATER, RAIL), ())


def test_an_alarm_by_cue_before_any_scaling_is_at_grip_0() -> None:
    cue = cued(SendAlarm(activity=FLOOD, parties=(WATER,), text=text("come")))
    assert content_of(only(Publish, react(ME, BEHAVIOUR, AgentState(), cue)[1]), Alarm).level == "GRIP 0"


def test_closing_leaves_the_activity_and_says_so_on_the_card() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 1}), cued(Close(activity=FLOOD)))
    publish = only(Publish, acts)
    assert (publish.topic, content_of(publish, Card).open, state.engaged) == (CARD, False, {})


def test_who_is_on_call_comes_when_the_region_opens_an_activity() -> None:
    post = Post(Role.ROT_LEADER, on_call=1, arrival=Spread(30, 30))
    me = brief(REGION, staff=(post,))
    state, acts = react(me, BEHAVIOUR, AgentState(), cued(Open(activity=FLOOD)), now=20)
    assert Wake(50, MOMENT, post.role) in acts
    assert state.desk(post.role).called == {0: Call(50, "i-1")}
