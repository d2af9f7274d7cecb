"""The queue before people, and what a party does with it: one thing at a time, in order, and not for ever."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Act, Assign, Look, Remark, Stimulus, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction, dispatch_of, step
from sim.core.agents.brief import Brief
from sim.core.agents.people.staffing import AGAIN, AGAIN_MS, MOMENT, Call, Desk, item_in
from sim.core.model.staff import Duty, Post, Role, Spread
from sim.core.model.time import HOUR_MS
from tests.unit.core.agents.helpers import CAMPING, WATER, brief, item, only, people, sole, woken

HIN, IM = Role.HEAD_OF_INFORMATION, Role.INFORMATION_MANAGER
TEN = Spread(10, 10)


def me(*posts: Post, clock: int = 0) -> Brief:
    """A party with one head of information, or with these people only."""
    known = brief(WATER, staff=(*(Post(role) for role in Role), *posts))
    object.__setattr__(known, "clock_start_ms", clock)
    return known


def head(**fields: Any) -> Post:
    return Post(HIN, **{"on_duty": 1, "handling": TEN, "attention_ms": 25, **fields})


def assigning(*keys: str, duty: Duty = Duty.INFORMATION, about: Any = None) -> Behaviour:
    """A behaviour that has people do some things when it is woken for ``go``."""

    def go(_brief: Brief, state: AgentState, _stimulus: Stimulus, _now: int) -> Reaction:
        return state, [
            Look("before"),
            *(Assign(duty, key, f"did-{key}", about, "e-7") for key in keys),
            Look("after"),
        ]

    return Behaviour("assigning", {"go": go})


def go(known: Brief, state: AgentState, now: int, *keys: str, **fields: Any) -> tuple[AgentState, list[Act]]:
    """Assign things, and leave out what else the behaviour does."""
    behaviour = assigning(*keys, **fields)
    state, acts = step(known, dispatch_of((behaviour,)), state, (Woken("go", None),), now)
    first, last = (acts.index(Look(place)) for place in ("before", "after"))
    return state, [*acts[:first], *acts[first + 1 : last]]


def come_back(known: Brief, state: AgentState, now: int) -> tuple[AgentState, list[Act]]:
    return step(known, {}, state, (Woken(MOMENT, HIN),), now)


def test_a_thing_is_done_after_the_time_that_it_takes_and_says_what_it_is_about() -> None:
    state, acts = go(me(head()), AgentState(), 100, "a", about=("what", 1))
    assert acts == [Wake(110, "did-a", ("what", 1))]
    assert state.desk(HIN).busy == {0: 110}


def test_a_person_does_one_thing_at_a_time_in_the_order_in_which_they_came() -> None:
    known = me(head())
    state, acts = go(known, AgentState(), 0, "a", "b")
    assert acts == [Wake(10, "did-a", None), Wake(25, MOMENT, HIN)]
    state, acts = go(known, state, 4, "c")
    assert acts == [Wake(29, MOMENT, HIN)]
    state, acts = go(known, state, 10, "d")  # at this moment "a" is done: what waited goes before what is new
    assert acts == [Wake(20, "did-b", None), Wake(35, MOMENT, HIN)]
    assert [thing.key for thing in state.desk(HIN).waiting] == ["c", "d"]


def test_two_people_do_two_things_at_a_time() -> None:
    state, acts = go(me(head(on_duty=2)), AgentState(), 0, "a", "b", "c")
    assert acts == [Wake(10, "did-a", None), Wake(10, "did-b", None), Wake(25, MOMENT, HIN)]
    assert state.desk(HIN).busy == {0: 10, 1: 10}


def test_a_thing_that_takes_no_time_keeps_nobody() -> None:
    state, acts = go(me(head(handling=Spread(0, 0))), AgentState(), 3, "a", "b")
    assert acts == [Wake(3, "did-a", None), Wake(3, "did-b", None)]
    assert state.desk(HIN).busy == {}


def test_what_waits_longer_than_attention_lasts_is_missed() -> None:
    known, told = me(head(attention_ms=8)), item(causation=("f-1",))
    state, _ = go(known, AgentState(), 0, "a")
    state, acts = go(known, state, 1, "b", about=(told, "flood"))
    assert acts == [Wake(9, MOMENT, HIN)]
    state, acts = come_back(known, state, 9)
    assert acts == [Remark("missed", told, "head-of-information: waited 0 s (did-b)", "e-7")]
    assert state.desk(HIN).waiting == ()
    assert come_back(known, state, 10) == (state, [])


def _persisting(_brief: Brief, state: AgentState, _stimulus: Stimulus, _now: int) -> Reaction:
    return state, [Assign(Duty.INFORMATION, "a", "did-a", "what", "e-7", persists=True)]


def test_what_persists_comes_back_until_somebody_does_it_and_is_said_to_be_missed_once() -> None:
    known, dispatch = me(head()), dispatch_of((Behaviour("persisting", {"go": _persisting}),))
    busy = AgentState(desks={HIN: Desk(busy={0: 3 * AGAIN_MS})})
    state, acts = step(known, dispatch, busy, (Woken("go", None),), 0)
    state, (remark, again) = come_back(known, state, 25)
    assert (sole(Remark, [remark]).what, sole(Wake, [again]).errand) == ("missed", AGAIN)
    assert sole(Wake, [again]).at_ms == 25 + AGAIN_MS
    state, acts = step(known, {}, state, (woken(sole(Wake, [again])),), 25 + AGAIN_MS)
    assert only(Wake, acts).at_ms == 50 + AGAIN_MS, "it waits for as long as attention lasts"
    state, acts = come_back(known, state, 50 + AGAIN_MS)
    again = only(Wake, acts)
    assert (again.errand, again.at_ms) == (AGAIN, 50 + 2 * AGAIN_MS)
    state = msgspec.structs.replace(state, desks={})
    _, acts = step(known, {}, state, (woken(again),), again.at_ms)
    assert acts == [Wake(again.at_ms + 10, "did-a", "what")]


def test_what_can_be_taken_up_just_in_time_is() -> None:
    known = me(head(attention_ms=10))
    state, _ = go(known, AgentState(), 0, "a", "b")
    assert come_back(known, state, 10)[1] == [Wake(20, "did-b", None)]


def test_only_those_who_have_the_duty_do_it() -> None:
    known = me(head(), Post(Role.ON_CALL_OFFICER, on_duty=1, handling=Spread(3, 3)))
    state, _ = go(known, AgentState(), 0, "a")
    assert go(known, state, 0, "b", duty=Duty.ALARM)[1] == [Wake(3, "did-b", None)]


def test_what_nobody_is_there_for_is_said_at_once() -> None:
    state, acts = go(me(head()), AgentState(), 0, "a", duty=Duty.COORDINATION)
    assert acts == [Remark("unreachable", None, "nobody is there for coordination (did-a)", "e-7")]
    assert state == AgentState()


@pytest.mark.parametrize("post", [head(on_duty=0, on_call=1), head(hours=(HOUR_MS, 2 * HOUR_MS))])
def test_where_nobody_was_all_the_time_that_it_waited_a_thing_is_unreachable(post: Post) -> None:
    state, acts = go(me(post), AgentState(), 0, "a")
    assert acts == [Wake(25, MOMENT, HIN)]
    _, acts = come_back(me(post), state, 25)
    assert acts == [Remark("unreachable", None, "head-of-information: waited 0 s (did-a)", "e-7")]


def test_what_comes_before_the_hours_is_taken_up_when_they_begin() -> None:
    known = me(head(hours=(HOUR_MS, 2 * HOUR_MS), attention_ms=100), clock=HOUR_MS - 50)
    state, acts = go(known, AgentState(), 0, "a")
    assert acts == [Wake(50, MOMENT, HIN), Wake(100, MOMENT, HIN)]
    assert come_back(known, state, 49)[1] == [Wake(50, MOMENT, HIN)]
    assert come_back(known, state, 50)[1] == [Wake(60, "did-a", None)]


def test_after_hours_what_was_begun_is_finished_and_nothing_new_begins() -> None:
    known = me(head(hours=(HOUR_MS, 2 * HOUR_MS)), clock=2 * HOUR_MS - 5)
    state, acts = go(known, AgentState(), 0, "a", "b")
    assert acts[0] == Wake(10, "did-a", None)
    assert come_back(known, state, 10)[1] == []


def test_who_was_called_is_told_to_be_there_once_and_takes_up_what_waits() -> None:
    known = me(head(on_duty=0, on_call=2))
    desk = Desk(called={0: Call(5, "e-1"), 1: Call(8, "e-2")})
    state, acts = go(known, AgentState(desks={HIN: desk}), 0, "a")
    assert acts == [Wake(25, MOMENT, HIN)]
    state, acts = come_back(known, state, 5)
    assert acts == [Remark("arrived", None, "head-of-information", "e-1"), Wake(15, "did-a", None)]
    state, acts = come_back(known, state, 9)
    assert acts == [Remark("arrived", None, "head-of-information", "e-2")]
    assert come_back(known, state, 10) == (state, [])
    assert go(known, state, 10, "b", "c")[1][:1] == [Wake(20, "did-b", None)]


def test_how_long_a_thing_takes_depends_on_the_thing_and_the_role_alone() -> None:
    wide = Spread(1, 1_000_000)
    one, many = me(head(handling=wide)), me(head(on_duty=3, handling=wide))
    alone = go(one, AgentState(), 0, "b")[1]
    assert go(many, AgentState(), 0, "a", "b")[1][1] == alone[0]
    manager = me(Post(IM, on_duty=1, handling=wide))
    assert go(manager, AgentState(), 0, "b")[1] != alone


# More roles than one ------------------------------------------------------------------------------


def manager(**fields: Any) -> Post:
    return Post(IM, **{"on_duty": 1, "handling": Spread(4, 4), "attention_ms": 25, **fields})


def test_a_thing_goes_to_the_first_role_that_can_take_it_up_now() -> None:
    state, acts = go(me(head(), manager()), AgentState(), 0, "a", "b", "c")
    assert acts == [Wake(10, "did-a", None), Wake(4, "did-b", None), Wake(25, MOMENT, HIN)]
    assert [thing.key for thing in state.desk(HIN).waiting] == ["c"]


def test_what_waits_for_one_is_taken_up_by_another_whose_it_is_too_and_who_is_free_first() -> None:
    known = me(head(), manager())
    state, _ = go(known, AgentState(), 0, "a", "b", "c", "d")
    state, acts = come_back(known, state, 4)
    assert acts == [Wake(8, "did-c", None)]
    state, acts = come_back(known, state, 8)
    assert acts == [Wake(12, "did-d", None)]
    assert state.desk(HIN).waiting == ()


def test_nobody_takes_up_what_is_not_theirs_to_do() -> None:
    known = me(head(), manager(), Post(Role.ON_CALL_OFFICER, on_duty=1))
    state, _ = go(known, AgentState(), 0, "a", "b", "c")
    assert come_back(known, state, 1)[1] == []


def test_where_nobody_has_a_hand_free_it_waits_where_somebody_is_or_is_coming() -> None:
    known = me(head(on_duty=0, on_call=1), manager(on_duty=0, on_call=1))
    on_the_way = AgentState(desks={IM: Desk(called={0: Call(9, "e-1")})})
    state, acts = go(known, on_the_way, 0, "a")
    assert acts == [Wake(25, MOMENT, IM)]
    state, acts = go(known, AgentState(), 0, "a")
    assert acts == [Wake(25, MOMENT, HIN)]
    late = AgentState(desks={**state.desks, IM: Desk(called={0: Call(9, "e-1")})})
    _, acts = come_back(known, late, 9)
    assert acts == [Remark("arrived", None, "information-manager", "e-1"), Wake(13, "did-a", None)]


def test_the_party_comes_back_when_another_begins_whose_it_is_too() -> None:
    known = me(head(), manager(hours=(HOUR_MS, 2 * HOUR_MS)), clock=HOUR_MS - 5)
    state, acts = go(known, AgentState(), 0, "a", "b")
    assert acts == [Wake(10, "did-a", None), Wake(5, MOMENT, IM), Wake(25, MOMENT, HIN)]
    assert come_back(known, state, 5)[1] == [Wake(9, "did-b", None)]


def test_nobody_waits_for_who_comes_by_decision_of_a_region() -> None:
    posts = (Post(Role.SECONDED_HEAD, on_call=1), Post(Role.LIAISON, on_call=1, attention_ms=25))
    known = brief(CAMPING, staff=(*(Post(role) for role in Role), *posts))
    assert go(known, AgentState(), 0, "a")[1] == [Wake(25, MOMENT, Role.LIAISON)]
    alone = brief(CAMPING, staff=(*(Post(role) for role in Role), posts[0]))
    remark = Remark("unreachable", None, "nobody is there for information (did-a)", "e-7")
    assert go(alone, AgentState(), 0, "a")[1] == [remark]


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ((head(), manager()), [Wake(4, "did-a", None)]),
        (
            (head(), manager(on_duty=0)),
            [Remark("unreachable", None, "nobody is there for information (did-a)", "")],
        ),
    ],
)
def test_what_one_role_must_do_nobody_else_does(posts: tuple[Post, ...], expected: list[Act]) -> None:
    def must(_brief: Brief, state: AgentState, _stimulus: Stimulus, _now: int) -> Reaction:
        return state, [Assign(Duty.INFORMATION, "a", "did-a", None, role=IM)]

    behaviours = dispatch_of((Behaviour("must", {"go": must}),))
    assert step(me(*posts), behaviours, AgentState(), (Woken("go", None),), 0)[1] == expected


def test_what_comes_twice_at_one_moment_is_two_things() -> None:
    known = me(head(on_duty=2, handling=Spread(1, 1_000_000)))
    _, (first, second) = go(known, AgentState(), 0, "a", "a")
    assert isinstance(first, Wake)
    assert isinstance(second, Wake)
    assert first.at_ms != second.at_ms


ITEM, OTHER = item(), item("other")


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (ITEM, ITEM),
        ((ITEM, "flood"), ITEM),
        (((ITEM,), "flood", "e-1"), ITEM),
        (((ITEM, OTHER), "flood"), None),
        ("flood", None),
        (None, None),
    ],
)
def test_a_thing_is_about_an_item_when_it_is_about_just_one(about: Any, expected: Any) -> None:
    assert item_in(about) == expected


def test_a_brief_knows_the_limits_and_the_pace_of_who_does_a_duty() -> None:
    known = brief(WATER, humans=people(skill=0.25), staff=(Post(HIN, on_duty=1, skill=0.75, handling=TEN),))
    assert known.limits(Duty.INFORMATION).skill == 0.75
    assert known.handling(Duty.INFORMATION) == TEN
    nobody = me()
    assert nobody.limits(Duty.INFORMATION).skill == 1.0
    assert nobody.handling(Duty.INFORMATION) == Spread(*nobody.party.people.reaction_ms)


# Liaisons are with one region at a moment -------------------------------------------------------

AWAY = {"flood": (0, "vr24")}
"""The first person is with a region."""


def carry(known: Brief, state: AgentState, now: int, *to: str) -> tuple[AgentState, list[Act]]:
    """Have something carried to each of some regions."""

    def each(_brief: Brief, state: AgentState, _stimulus: Stimulus, _now: int) -> Reaction:
        acts = [Assign(Duty.INFORMATION, f"a/{region}", f"to-{region}", None, region=region) for region in to]
        return state, list(acts)

    return step(known, dispatch_of((Behaviour("carrying", {"go": each}),)), state, (Woken("go", None),), now)


def test_who_is_with_a_region_carries_to_it_and_to_no_other() -> None:
    away = AgentState(desks={HIN: Desk(posted=AWAY)})
    state, acts = carry(me(head()), away, 0, "vr23", "vr24", "")
    assert acts == [
        Wake(25, MOMENT, HIN),
        Wake(10, "to-vr24", None),
        Wake(25, MOMENT, HIN),
        Wake(25, MOMENT, HIN),
    ]
    assert [thing.region for thing in state.desk(HIN).waiting] == ["vr23", ""]
    state, acts = come_back(me(head()), state, 10)
    assert acts == [Wake(20, "to-", None)]
    _, acts = come_back(me(head()), state, 25)
    assert only(Remark, acts).what == "unreachable"


def test_who_is_with_a_region_carries_to_it_before_who_is_at_the_post() -> None:
    away = AgentState(desks={HIN: Desk(posted={"flood": (1, "vr24")})})
    state, _ = carry(me(head(on_duty=2)), away, 0, "vr24")
    assert state.desk(HIN).busy == {1: 10}
    state, _ = carry(me(head(on_duty=2)), away, 0, "vr23")
    assert state.desk(HIN).busy == {0: 10}
    state, _ = carry(me(head(on_duty=2)), away, 0, "")
    assert state.desk(HIN).busy == {0: 10}


def test_what_the_one_who_is_away_cannot_carry_another_role_does() -> None:
    known = me(head(), Post(IM, on_duty=1, handling=TEN))
    away = AgentState(desks={HIN: Desk(posted=AWAY)})
    assert carry(known, away, 0, "vr23")[1] == [Wake(10, "to-vr23", None)]
    busy = AgentState(desks={HIN: Desk(posted=AWAY), IM: Desk(busy={0: 50})})
    state, _ = carry(known, busy, 0, "vr23")
    assert [thing.region for thing in state.desk(IM).waiting] == ["vr23"]


def test_what_can_be_done_by_somebody_who_was_called_is_missed_and_not_unreachable() -> None:
    coming = Desk(called={1: Call(900, "e-1")}, posted=AWAY)
    state, _ = carry(me(head(on_call=1)), AgentState(desks={HIN: coming}), 0, "vr23")
    assert only(Remark, come_back(me(head(on_call=1)), state, 25)[1]).what == "missed"
