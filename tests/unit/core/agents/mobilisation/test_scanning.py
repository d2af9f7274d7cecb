"""Who keeps a picture looks into the activities of others (Modeluitwerking 6)."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Act, Delivered, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import ENGAGED, began_by
from sim.core.agents.mobilisation.scanning import BEGIN, BEHAVIOUR, END, JUDGE, NAME, Scan, has_role
from sim.core.agents.people.staffing import AGAIN, Desk
from sim.core.messages.contents import ItemUpdate
from sim.core.model.agreement import LOOK_ALONG_MS
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FAR,
    FIRE,
    FLOOD,
    HERE,
    NEIGHBOUR,
    REACTION_MS,
    REGION,
    THEME,
    WATER,
    agreement,
    brief,
    card,
    delivered,
    fact,
    item,
    knows,
    only,
    react,
    seen,
    shared,
    sole,
    woken,
)

TERM_MS = 500


def looking_along(**terms: Any) -> Brief:
    return brief(WATER, agreements=[agreement(WATER, look_along_ms=TERM_MS, **terms)])


ME = looking_along()
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-level"


def on_card(grip: int = 0, **fields: Any) -> Delivered:
    return delivered(REGION, card(grip=grip, **fields), f"activity/{FLOOD}/card", event_id="vr24-3")


def read(**fields: Any) -> Delivered:
    return delivered(REGION, ItemUpdate(item=shared(**fields)), SHARED, event_id="vr24-8")


def scan(state: AgentState, me: Brief = ME, told: Delivered | None = None) -> tuple[AgentState, Wake, Wake]:
    """Read a card and begin to look: return when somebody judges, and when the term is over."""
    state, acts = react(me, BEHAVIOUR, state, told or on_card(), now=10)
    begin = only(Wake, acts)
    assert (begin.at_ms, begin.errand) == (10, BEGIN)
    state, acts = react(me, BEHAVIOUR, state, woken(begin), now=10)
    judge, end = acts
    assert isinstance(judge, Wake)
    assert isinstance(end, Wake)
    assert (judge.errand, judge.at_ms, end.errand) == (JUDGE, 10 + REACTION_MS, END)
    return state, judge, end


def judged(state: AgentState, wake: Wake, me: Brief = ME) -> tuple[AgentState, list[Act]]:
    return react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)


def test_who_sees_a_role_begins_to_work() -> None:
    state, judge, _ = scan(knows(seen(fact())))
    state, acts = judged(state, judge)
    assert acts == [Wake(judge.at_ms, ENGAGED, FLOOD)]
    assert (state.engaged, state.mind(NAME)) == ({FLOOD: judge.at_ms}, {})
    assert began_by(state, FLOOD) == on_card().event.id


def test_that_another_is_there_and_looks_along_is_no_role() -> None:
    """Its item says how its own organisation stands, under the first of its systems."""
    present = shared(subject=f"status-{REGION}", source=REGION)
    assert not has_role(ME, AgentState(picture=of([present])), FLOOD)
    assert has_role(ME, AgentState(picture=of([present, shared()])), FLOOD)


def test_who_sees_no_role_leaves_it_at_that_after_the_agreed_time() -> None:
    state, judge, end = scan(AgentState())
    assert end.at_ms == 10 + TERM_MS
    state, acts = judged(state, judge)
    assert acts == []
    state, acts = react(ME, BEHAVIOUR, state, woken(end), now=end.at_ms)
    last = only(Wake, acts)
    state, acts = judged(state, last)
    assert (acts, state.engaged, state.mind(NAME)) == ([], {}, {FLOOD: Scan(0, 10, is_over=True)})
    assert react(ME, BEHAVIOUR, state, read()) == (state, [])


def test_what_is_read_in_the_meantime_is_judged_at_once() -> None:
    state, judge, end = scan(AgentState())
    assert react(ME, BEHAVIOUR, state, read()) == (state, [])  # it is being judged already
    state, _ = judged(state, judge)
    state, acts = react(ME, BEHAVIOUR, state, read())
    again = only(Wake, acts)
    assert again.errand == JUDGE
    state = AgentState(minds=state.minds, picture=of([shared()]))
    state, _ = judged(state, again)
    assert list(state.engaged) == [FLOOD]
    assert react(ME, BEHAVIOUR, state, woken(end)) == (state, [])


@pytest.mark.parametrize(
    "told",
    [
        read(system="power"),
        read(place=FAR),
        delivered(WATER, ItemUpdate(item=item()), f"activity/{FLOOD}/own/{WATER}/{THEME}/x"),
        delivered(WATER, ItemUpdate(item=item()), "nowhere"),
        delivered(REGION, ItemUpdate(item=shared(FIRE)), f"activity/{FIRE}/shared/{THEME}/x"),
    ],
    ids=["another's system", "elsewhere", "no shared picture", "no topic", "not scanned"],
)
def test_what_is_not_for_it_is_not_judged(told: Delivered) -> None:
    state, judge, _ = scan(AgentState())
    state, _ = judged(state, judge)
    assert react(ME, BEHAVIOUR, state, told) == (state, [])


def test_who_is_alerted_with_the_card_does_not_scan() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), on_card())
    alerted = AgentState(minds=state.minds, engaged={FLOOD: 10})
    state, acts = react(ME, BEHAVIOUR, alerted, woken(only(Wake, acts)))
    assert (acts, state.mind(NAME)) == ([], {})


def test_who_is_alerted_while_it_looks_has_nothing_to_conclude() -> None:
    state, judge, end = scan(AgentState())
    state = AgentState(minds=state.minds, engaged={FLOOD: 20})
    assert judged(state, judge) == (state, [])
    assert react(ME, BEHAVIOUR, state, woken(end)) == (state, [])


@pytest.mark.parametrize(
    ("me", "told"),
    [
        (looking_along(monitors=False), on_card()),
        (ME, on_card(systems=("power",))),
        (brief(CROSS), on_card()),
    ],
    ids=["not agreed", "not concerned", "takes no part"],
)
def test_who_does_not_monitor_or_is_not_concerned_does_not_look(me: Brief, told: Delivered) -> None:
    assert react(me, BEHAVIOUR, AgentState(), told) == (AgentState(), [])


def test_a_region_monitors_its_neighbours_for_the_usual_time() -> None:
    flood = brief(REGION).activities[FLOOD]
    me = brief(NEIGHBOUR)
    assert isinstance(me.activities, dict)
    me.activities[FLOOD] = type(flood)(
        flood.id, flood.name, REGION, (NEIGHBOUR,), flood.systems, flood.area, flood.place
    )
    _, _, end = scan(AgentState(), me)
    assert end.at_ms == 10 + LOOK_ALONG_MS


def test_a_higher_level_makes_it_look_again_and_the_same_card_does_not() -> None:
    state = AgentState(minds={NAME: {FLOOD: Scan(2, is_over=True)}})
    for same in (on_card(2), on_card(1)):
        assert react(ME, BEHAVIOUR, state, same) == (state, [])
    state, _, old_end = scan(state, told=on_card(3))
    assert react(ME, BEHAVIOUR, state, on_card(4)) == (state, [])  # it is looking already
    assert state.mind(NAME) == {FLOOD: Scan(3, 10, is_judged=True)}
    later = AgentState(minds={NAME: {FLOOD: Scan(4)}})
    assert react(ME, BEHAVIOUR, later, woken(old_end)) == (later, [])


def test_a_judgement_that_nobody_got_round_to_is_made_later_and_the_next_level_is_looked_at() -> None:
    staff = (Post(Role.HEAD_OF_INFORMATION, on_duty=1, attention_ms=5),)
    me = brief(WATER, agreements=[agreement(WATER, look_along_ms=TERM_MS)], staff=staff)
    busy = AgentState(desks={Role.HEAD_OF_INFORMATION: Desk(busy={0: 1_000})})
    busy = busy.with_mind(NAME, {FLOOD: Scan(0, 10)})
    state, acts = react(me, BEHAVIOUR, busy, Woken(END, (FLOOD, 10, "")), now=510)
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=515)
    again = sole(Wake, acts)
    assert again.errand == AGAIN
    state, acts = react(me, BEHAVIOUR, state, woken(again), now=again.at_ms)
    state, _ = judged(state, only(Wake, acts), me)
    assert state.mind(NAME) == {FLOOD: Scan(0, 10, is_over=True)}
    assert only(Wake, react(me, BEHAVIOUR, state, on_card(2))[1]).errand == BEGIN


@pytest.mark.parametrize("stale", [Woken(END, (FLOOD, 9, "")), Woken(JUDGE, (FLOOD, 9, True, ""))])
def test_what_is_left_of_an_earlier_scan_ends_nothing(stale: Woken) -> None:
    state, _, _ = scan(AgentState())
    assert react(ME, BEHAVIOUR, state, stale) == (state, [])


def test_a_card_that_closes_ends_the_scan() -> None:
    state, judge, _ = scan(AgentState())
    state, acts = react(ME, BEHAVIOUR, state, on_card(is_open=False))
    assert (acts, state.mind(NAME)) == ([], {})
    assert judged(state, judge) == (state, [])


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (AgentState(), False),
        (knows(seen(fact())), True),
        (knows(seen(fact(place=None))), True),
        (knows(seen(fact(place=FAR))), False),
        (knows(seen(fact(system="power"))), False),
        (AgentState(picture=of([shared()])), True),
        (AgentState(picture=of([item(source=CARE, system="care")])), False),
    ],
)
def test_a_role_is_something_in_its_own_competence_within_the_activity(
    state: AgentState, expected: bool
) -> None:
    assert has_role(ME, state, FLOOD) is expected


def test_what_lies_outside_its_own_area_gives_no_role() -> None:
    assert not Competence(("river",), None).includes("power", None)
    assert has_role(ME, AgentState(picture=of([shared(place=HERE)])), FLOOD)
