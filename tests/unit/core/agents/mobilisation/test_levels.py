"""What each side knows of the other's level, and a partner that follows the region (Modeluitwerking 8)."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Act, Delivered, Publish, Stimulus, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.mobilisation.levels import (
    BEHAVIOUR,
    KNOWING,
    NORMAL,
    SCALE,
    known_grip,
    known_level,
    row_at,
    with_level,
)
from sim.core.agents.people.staffing import AGAIN
from sim.core.messages.contents import Alarm, Scaling
from sim.core.model import agreement as agreed
from sim.core.model.cue import Level
from sim.core.model.staff import Post, Role
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    NEIGHBOUR,
    NOWHERE,
    RAIL,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
    brief,
    card,
    content_of,
    cued,
    delivered,
    only,
    react,
    sole,
    woken,
)

TABLE = (
    agreed.Level(0, "none", "normal"),
    agreed.Level(2, "copi", "field team"),
    agreed.Level(2, "rot", "wave 1"),
    agreed.Level(4, "rbt", "wave 2"),
)
TOPIC = f"activity/{FLOOD}/scaling"
AT_WORK = AgentState(engaged={FLOOD: 0})


def following(party: str, **terms: Any) -> Brief:
    return brief(party, agreements=[agreement(party, levels=TABLE, **terms)])


ME = following(WATER)


def in_tool(grip: int, sender: str = REGION) -> Delivered:
    return delivered(sender, Scaling(level=f"GRIP {grip}", grip=grip), f"{TOPIC}/{sender}", event_id="vr24-7")


def by_mail(grip: int, activity: str = FLOOD) -> Delivered:
    scaling = Scaling(level=f"GRIP {grip}", grip=grip, activity=activity)
    return delivered(REGION, scaling, f"outside/{RAIL}/{REGION}/scaling")


def alarm(level: str) -> Delivered:
    return delivered(REGION, Alarm(activity=FLOOD, text=NOWHERE, level=level))


def follow(me: Brief, state: AgentState, told: Stimulus, now: int = 1_000) -> tuple[AgentState, list[Act]]:
    """Hear something of the region, and decide on it."""
    state, acts = react(me, BEHAVIOUR, state, told, now=now)
    wake = only(Wake, acts)
    assert (wake.errand, wake.at_ms) == (SCALE, now + REACTION_MS)
    return react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)


def told(acts: list[Act]) -> str:
    return content_of(only(Publish, acts), Scaling).level


@pytest.mark.parametrize("heard", [in_tool(2), by_mail(2), delivered(REGION, card(grip=2)), alarm("GRIP 2")])
def test_who_hears_of_the_regions_level_goes_to_the_row_of_it(heard: Delivered) -> None:
    state, acts = follow(ME, AT_WORK, heard)
    publish = only(Publish, acts)
    assert (publish.topic, publish.because_of) == (f"{TOPIC}/{WATER}", heard.event.id)
    assert told(acts) == "wave 1"
    assert known_level(state, FLOOD, WATER) == Scaling(level="wave 1", activity=FLOOD)
    assert known_level(state, FLOOD, REGION) == Scaling(level="GRIP 2", grip=2, activity=FLOOD)


def test_it_follows_up_and_down_and_not_stepwise() -> None:
    state, levels = AT_WORK, []
    for number, grip in enumerate((1, 4, 3, 4, 0)):
        state, acts = follow(ME, state, in_tool(grip), now=1_000 * (number + 1))
        levels += [told([act]) for act in acts]
    assert levels == ["wave 2", "wave 1", "wave 2", "normal"]  # GRIP 1 asks for nothing more than normal


def test_it_decides_by_the_level_as_it_is_known_by_then() -> None:
    state, acts = react(ME, BEHAVIOUR, AT_WORK, in_tool(2))
    first = only(Wake, acts)
    state, acts = react(ME, BEHAVIOUR, state, in_tool(4))
    second = only(Wake, acts)
    state, acts = react(ME, BEHAVIOUR, state, woken(first))
    assert told(acts) == "wave 2"
    assert react(ME, BEHAVIOUR, state, woken(second)) == (state, [])


def test_the_same_level_heard_by_several_ways_is_considered_once() -> None:
    state, _ = react(ME, BEHAVIOUR, AT_WORK, in_tool(2))
    for again in (by_mail(2), delivered(REGION, card(grip=2)), alarm("GRIP 2"), Woken(ENGAGED, FLOOD)):
        assert react(ME, BEHAVIOUR, state, again) == (state, [])


@pytest.mark.parametrize(
    ("me", "state"),
    [
        (brief(WATER), AT_WORK),
        (brief(WATER, agreements=[agreement(WATER)]), AT_WORK),
        (ME, AgentState()),
    ],
    ids=["no agreement", "no table", "not at work"],
)
def test_who_has_nothing_to_go_by_or_no_work_there_only_remembers(me: Brief, state: AgentState) -> None:
    after, acts = react(me, BEHAVIOUR, state, in_tool(2))
    assert (acts, known_grip(after, FLOOD, REGION)) == ([], 2)


def test_who_begins_to_work_in_what_was_scaled_up_before_considers_its_level() -> None:
    state, _ = react(ME, BEHAVIOUR, AgentState(), in_tool(2))
    state = AgentState(engaged={FLOOD: 1}, minds={**state.minds, "engagement": {FLOOD: "vr24-3"}})
    state, acts = follow(ME, state, Woken(ENGAGED, FLOOD))
    assert told(acts) == "wave 1"
    assert only(Publish, acts).because_of == "vr24-3"


def test_who_begins_to_work_where_no_level_is_known_stays_as_it_is() -> None:
    assert react(ME, BEHAVIOUR, AT_WORK, Woken(ENGAGED, FLOOD)) == (AT_WORK, [])


def test_who_was_scaled_up_scales_down_when_the_activity_is_closed() -> None:
    """At once: whoever decides on levels has gone home, and there is nothing left to decide."""
    state, _ = follow(ME, AT_WORK, in_tool(4))
    left = AgentState(minds=state.minds)
    state, acts = react(ME, BEHAVIOUR, left, delivered(REGION, card(is_open=False)), now=2_000)
    assert told(acts) == "normal"
    assert (known_grip(state, FLOOD, REGION), known_level(state, FLOOD, WATER)) == (0, None)
    assert react(ME, BEHAVIOUR, state, delivered(REGION, card(is_open=False))) == (state, [])
    assert react(ME, BEHAVIOUR, state, in_tool(4))[1] == []  # no work of its own, should it open again


@pytest.mark.parametrize("me", [brief(WATER), brief(WATER, agreements=[agreement(WATER, levels=TABLE[1:])])])
def test_who_was_scaled_up_by_hand_is_as_on_any_other_day_once_the_activity_is_closed(me: Brief) -> None:
    state, _ = react(me, BEHAVIOUR, AT_WORK, cued(Level(activity=FLOOD, level="crisis team")))
    _, acts = react(me, BEHAVIOUR, state, delivered(REGION, card(is_open=False)))
    assert told(acts) == NORMAL


def test_only_the_directing_region_closes() -> None:
    state, _ = follow(ME, AT_WORK, in_tool(4))
    assert react(ME, BEHAVIOUR, state, delivered(NEIGHBOUR, card(is_open=False))) == (state, [])


def test_who_goes_below_the_lowest_row_leaves_its_level() -> None:
    me = brief(WATER, agreements=[agreement(WATER, levels=TABLE[1:])])
    state, _ = follow(me, AT_WORK, in_tool(4))
    state, acts = follow(me, state, in_tool(0), now=2_000)
    assert (told(acts), known_level(state, FLOOD, WATER)) == (NORMAL, Scaling(level=NORMAL, activity=FLOOD))


def test_what_is_decided_after_the_activity_was_closed_and_opened_again_moves_nobody() -> None:
    state, acts = react(ME, BEHAVIOUR, AT_WORK, in_tool(2))
    left = AgentState(minds=state.minds)
    assert react(ME, BEHAVIOUR, left, woken(only(Wake, acts))) == (left, [])


def test_a_decision_on_a_level_that_nobody_got_round_to_is_taken_later() -> None:
    decides = Post(Role.GENERAL_COMMANDER, on_call=1, attention_ms=5)
    me = brief(WATER, agreements=[agreement(WATER, levels=TABLE)], staff=(decides,))
    state, acts = react(me, BEHAVIOUR, AT_WORK, in_tool(2))
    _, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=1_005)
    assert sole(Wake, acts).errand == AGAIN


def test_where_the_table_has_no_row_so_low_there_is_nothing_to_decide() -> None:
    me = brief(WATER, agreements=[agreement(WATER, levels=TABLE[1:])])
    state, acts = react(me, BEHAVIOUR, AT_WORK, in_tool(1))
    assert (acts, known_level(state, FLOOD, WATER)) == ([], None)
    _, acts = follow(me, state, in_tool(2), now=2_000)
    assert told(acts) == "wave 1"


def test_where_the_level_has_fallen_below_the_table_by_then_the_own_stays_as_it_is() -> None:
    me = brief(WATER, agreements=[agreement(WATER, levels=TABLE[1:])])
    state, acts = react(me, BEHAVIOUR, AT_WORK, in_tool(2))
    decide = woken(only(Wake, acts))
    state, _ = react(me, BEHAVIOUR, state, in_tool(1))
    state, acts = react(me, BEHAVIOUR, state, decide)
    assert (acts, known_level(state, FLOOD, WATER)) == ([], None)


@pytest.mark.parametrize(
    ("grip", "expected"), [(0, "normal"), (1, "normal"), (2, "wave 1"), (3, "wave 1"), (5, "wave 2")]
)
def test_the_row_of_a_level_is_the_highest_that_does_not_lie_above_it(grip: int, expected: str) -> None:
    row = row_at(TABLE, grip)
    assert row is not None
    assert row.partner_level == expected
    assert row_at(TABLE[1:], 1) is None


def test_a_partner_remembers_the_levels_of_others_too() -> None:
    state, acts = react(ME, BEHAVIOUR, AT_WORK, delivered(GRID, Scaling(level="red"), f"{TOPIC}/{GRID}"))
    assert (acts, known_level(state, FLOOD, GRID)) == ([], Scaling(level="red", activity=FLOOD))
    state, acts = react(ME, BEHAVIOUR, AT_WORK, in_tool(3, NEIGHBOUR))
    assert (acts, known_grip(state, FLOOD, NEIGHBOUR), known_grip(state, FLOOD, REGION)) == ([], 3, 0)


def test_a_region_remembers_and_follows_nobody() -> None:
    me = brief(REGION, agreements=[agreement(WATER, levels=TABLE)])
    scaling = Scaling(level="crisis team", activity=FLOOD)
    heard = delivered(RAIL, scaling, f"outside/{REGION}/{RAIL}/scaling")
    state, acts = react(me, KNOWING, AT_WORK, heard)
    assert (acts, known_level(state, FLOOD, RAIL)) == ([], scaling)
    other = brief(NEIGHBOUR)
    state, acts = react(other, KNOWING, AT_WORK, delivered(REGION, card(grip=3)))
    assert (acts, known_grip(state, FLOOD, REGION)) == ([], 3)


@pytest.mark.parametrize(
    "heard",
    [
        by_mail(2, "elsewhere"),
        by_mail(2, ""),
        delivered(NEIGHBOUR, card(grip=2)),
        delivered(NEIGHBOUR, Alarm(activity=FLOOD, text=NOWHERE, level="GRIP 2")),
        alarm("code red"),
        alarm("GRIP"),
    ],
)
def test_what_does_not_tell_the_level_of_the_region_of_an_activity_is_passed_over(heard: Delivered) -> None:
    assert react(ME, BEHAVIOUR, AT_WORK, heard) == (AT_WORK, [])


# By hand -----------------------------------------------------------------------------------------


def test_a_level_by_cue_is_told_on_the_partys_own_topic() -> None:
    state, acts = react(brief(WATER), BEHAVIOUR, AgentState(), cued(Level(activity=FLOOD, level="wave 2")))
    assert only(Publish, acts) == Publish(f"{TOPIC}/{WATER}", Scaling(level="wave 2"), injects=("i-1",))
    assert known_level(state, FLOOD, WATER) == Scaling(level="wave 2", activity=FLOOD)


def test_a_party_outside_the_tool_tells_its_level_to_the_region_by_its_liaison() -> None:
    publish = only(
        Publish, react(brief(RAIL), BEHAVIOUR, AgentState(), cued(Level(activity=FLOOD, level="red")))[1]
    )
    assert publish.topic == f"outside/{REGION}/{RAIL}/scaling"
    assert content_of(publish, Scaling) == Scaling(level="red", activity=FLOOD)


def test_a_level_by_cue_wins_until_the_regions_level_changes() -> None:
    state, acts = react(ME, BEHAVIOUR, AT_WORK, in_tool(2))
    pending = only(Wake, acts)
    state, _ = react(ME, BEHAVIOUR, state, cued(Level(activity=FLOOD, level="by hand")))
    assert react(ME, BEHAVIOUR, state, woken(pending)) == (state, [])
    _, acts = follow(ME, state, in_tool(4), now=2_000)
    assert told(acts) == "wave 2"


def test_an_own_level_that_is_right_already_is_not_told_again() -> None:
    state = with_level(AT_WORK, FLOOD, WATER, "wave 1")
    assert follow(ME, state, in_tool(2))[1] == []
