"""A clock that is wrong: who comes to look at it, and what is dated anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import pytest

from sim.core.agents.acts import (
    Act,
    ClockFails,
    ClockRight,
    Publish,
    ReadClock,
    Remark,
    Stimulus,
    Wake,
    Woken,
)
from sim.core.agents.agent import AgentState, Behaviour, Reaction, dispatch_of
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import SAID, STATED
from sim.core.agents.outage.clock import keep_time, looked_at
from sim.core.agents.outage.fallback import step
from sim.core.agents.people.calling import call_role, is_available, limits_of_doer
from sim.core.messages.contents import AnyContent, ItemUpdate, Request, Signal
from sim.core.messages.items import Item, ItemRef, Verification, VerificationStatus
from sim.core.model.staff import Duty, Post, Role, Spread
from sim.core.model.time import HOUR_MS
from sim.core.picture.observation import Observation
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    LEVEL,
    NOWHERE,
    REGION,
    WATER,
    brief,
    delivered,
    fact,
    item,
    knows,
    seen,
    shared,
)

STATUS = VerificationStatus
OUTAGE: Final = "o-clock"
NOW: Final = 5 * HOUR_MS
OFFSETS: Final = (2 * HOUR_MS, -2 * HOUR_MS, 1, 0)


def wrong(state: AgentState, offset_ms: int = HOUR_MS) -> AgentState:
    """Return the state of a party whose clock goes wrong."""
    after, acts = keep_time(brief(WATER), state, [ClockFails(OUTAGE, offset_ms)], NOW)
    assert acts == []
    return after


def right(state: AgentState, party: str = WATER) -> Reaction:
    """Set the clock of a party right."""
    return keep_time(brief(party), state, [ClockRight(OUTAGE, state.clock_ms)], NOW)


def since(state: AgentState, *said: Item, knowledge: Sequence[Observation] = ()) -> AgentState:
    """Return the state after more was said and came to be known."""
    known = {**state.knowledge, **{one.fact.subject: one for one in knowledge}}
    return msgspec.structs.replace(
        state, knowledge=known, said={**state.said, **{one.id: one for one in said}}
    )


# By its clock ------------------------------------------------------------------------------------


def test_a_clock_that_goes_wrong_is_read_by_who_does_not_know_it() -> None:
    state = wrong(AgentState(), -HOUR_MS)
    assert (state.reading_ms(NOW), state.elapsed_ms(NOW - HOUR_MS)) == (4 * HOUR_MS, NOW)
    assert right(state)[0].reading_ms(NOW) == NOW


@pytest.mark.parametrize("offset_ms", OFFSETS)
def test_behaviours_work_by_the_clock_and_wake_when_it_reads_what_was_meant(offset_ms: int) -> None:
    read: list[int] = []

    def plan(_brief: Brief, state: AgentState, _stimulus: Woken, now: int) -> Reaction:
        read.append(now)
        return state, [Wake(now + 10, "later", None), Wake(now - 10, "passed", None)]

    dispatch = dispatch_of((Behaviour("test", {"plan": plan}),))
    state = wrong(AgentState(), offset_ms)
    _, acts = step(brief(WATER), dispatch, state, [Woken("plan", None)], NOW)
    assert read == [NOW + offset_ms]
    assert [act.at_ms for act in acts if isinstance(act, Wake)] == [NOW + 10, NOW - 10]


@pytest.mark.parametrize("offset_ms", OFFSETS)
def test_people_and_roads_keep_exercise_time(offset_ms: int) -> None:
    """Who is called is there as soon as ever, and has the hands free as soon."""
    on_call = Post(Role.LIAISON, on_call=1, arrival=Spread(20, 20), handling=Spread(5, 5))
    me = brief(WATER, staff=(on_call,))

    def call(known: Brief, state: AgentState, _stimulus: Woken, now: int) -> Reaction:
        return call_role(known, state, Role.LIAISON, now, "e-1")

    dispatch = dispatch_of((Behaviour("test", {"call": call}),))
    state, acts = step(me, dispatch, wrong(AgentState(), offset_ms), [Woken("call", None)], NOW)
    reads_ms = state.reading_ms(NOW)

    assert [act.at_ms for act in acts if isinstance(act, Wake)] == [NOW + 20]
    assert is_available(me, state, Role.LIAISON, reads_ms)
    assert state.desk(Role.LIAISON).called_ms == NOW
    assert limits_of_doer(me, state, Duty.LIAISON, reads_ms + 20) == me.limits_as(Role.LIAISON)


# Who comes to look -------------------------------------------------------------------------------


def signal(owner: str, reason: str = "time", about: str = "enexis-level") -> Signal:
    return Signal(about=ItemRef(about, 1), subject=LEVEL, owner=owner, reason=reason, text=NOWHERE)


SAYS = Publish(f"activity/{FLOOD}/signal/{WATER}", signal(GRID), because_of="e-9")
OTHER = Publish(f"activity/{FLOOD}/signal/{WATER}", signal(GRID, "value"))
REMARK = Remark("missed", None, "")
ASKED = Request(activity=FLOOD, purpose="verify", subject=LEVEL)


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (ASKED, True),
        (Request(activity=FLOOD, purpose="inform"), False),
        (signal(WATER), True),
        (signal(GRID, about=f"{WATER}-{LEVEL}"), True),
        (signal(WATER, "value"), False),
        (signal(GRID), False),
        (ItemUpdate(item()), False),
    ],
    ids=["asked", "asked-else", "its-time", "its-item", "its-value", "of-another", "no-question"],
)
def test_who_is_asked_about_what_it_said_looks_at_its_clock_first(content: AnyContent, looks: bool) -> None:
    state = since(AgentState(), item())
    acts = looked_at(brief(WATER), state, [Woken("x", None), delivered(REGION, content)], [REMARK])
    assert acts == ([ReadClock("e-1")] if looks else []) + [REMARK]


def test_who_is_asked_twice_looks_once() -> None:
    inbox: list[Stimulus] = [delivered(REGION, ASKED), delivered(REGION, ASKED, event_id="e-2")]
    assert looked_at(brief(WATER), AgentState(), inbox, []) == [ReadClock("e-1")]


def test_that_the_time_of_others_cannot_be_right_is_said_by_a_clock_that_is() -> None:
    assert looked_at(brief(WATER), AgentState(), [], [OTHER, SAYS, REMARK]) == [
        OTHER,
        ReadClock("e-9", otherwise=SAYS),
        REMARK,
    ]


# What is dated anew ------------------------------------------------------------------------------

AHEAD = item(version=2, observed=6 * HOUR_MS, reported=6 * HOUR_MS + 1, causation=(OUTAGE, "f-1"))


def test_what_was_said_by_the_wrong_clock_is_said_again_with_the_right_times() -> None:
    state, acts = right(since(wrong(AgentState()), AHEAD))
    anew = state.said[AHEAD.id]

    assert (anew.version, anew.observed_at_ms, anew.reported_at_ms) == (3, NOW, NOW)
    assert anew.verification == Verification(STATUS.CORRECTED, WATER, NOW)
    assert (anew.causation, anew.relates_to) == ((OUTAGE, "f-1"), (AHEAD.id,))
    assert acts == [Wake(NOW, STATED, anew), Wake(NOW, SAID, LEVEL)]


def test_what_was_seen_before_and_only_said_by_the_wrong_clock_keeps_its_time() -> None:
    state, _ = right(since(wrong(knows(seen(at_ms=7))), item(observed=7, reported=6 * HOUR_MS)))
    anew = state.said[f"{WATER}-{LEVEL}"]
    assert (anew.observed_at_ms, anew.reported_at_ms, anew.causation) == (7, NOW, (OUTAGE,))


@pytest.mark.parametrize("status", [STATUS.REFUTED, STATUS.LAPSED])
def test_what_is_gone_stays_so(status: VerificationStatus) -> None:
    state = since(wrong(AgentState()), msgspec.structs.replace(AHEAD, verification=Verification(status)))
    after, acts = right(state)
    assert (after.said, acts) == (state.said, [])


def test_what_was_said_and_known_before_is_left_alone() -> None:
    before = since(knows(seen(at_ms=9)), item())
    after, acts = right(wrong(before))
    assert (after.said, after.knowledge, acts) == (before.said, before.knowledge, [])


def test_what_came_to_be_known_counts_by_the_right_clock() -> None:
    old, new = seen(at_ms=9), seen(fact("bridge"), 6 * HOUR_MS, (OUTAGE, "f-1"))
    state, acts = right(since(wrong(knows(old)), knowledge=[new]))
    assert state.knowledge[LEVEL] is old
    assert (state.knowledge["bridge"].observed_at_ms, state.knowledge["bridge"].causation) == (NOW, ("f-1",))
    assert acts == []


def verified(at_ms: int, by: str = REGION) -> Verification:
    return Verification(STATUS.VERIFIED, by, at_ms)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"observed_at_ms": 3}),
        ({"verification": verified(6 * HOUR_MS)}, {"verification": verified(NOW)}),
        ({"verification": verified(HOUR_MS)}, {"verification": verified(HOUR_MS)}),
        (
            {"verification": Verification(STATUS.LAPSED, REGION, 6 * HOUR_MS), "valid_until_ms": 6 * HOUR_MS},
            {"verification": Verification(STATUS.LAPSED, REGION, NOW), "valid_until_ms": NOW},
        ),
    ],
    ids=["unverified", "verified-to-come", "verified-before", "taken-out-to-come"],
)
def test_a_region_writes_what_it_wrote_into_its_picture_once_more(
    fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    standing = msgspec.structs.replace(shared(observed=3, reported=6 * HOUR_MS), **fields)
    state, acts = right(since(wrong(AgentState(engaged={FLOOD: 0})), standing), REGION)
    anew = state.said[standing.id]

    assert (anew.version, anew.reported_at_ms) == (standing.version + 1, NOW)
    assert {name: getattr(anew, name) for name in expected} == expected
    assert [act.content for act in acts if isinstance(act, Publish)] == [ItemUpdate(anew)]


@pytest.mark.parametrize(
    ("fields", "party"),
    [({"status": STATUS.DISPUTED}, REGION), ({"source": REGION}, REGION), ({}, WATER)],
    ids=["disputed", "its-own-statement", "directed-by-another"],
)
def test_of_a_picture_what_will_come_anyhow_and_what_is_not_its_own_is_left(
    fields: dict[str, Any], party: str
) -> None:
    state = since(wrong(AgentState(engaged={FLOOD: 0})), shared(reported=6 * HOUR_MS, **fields))
    after, acts = right(state, party)
    assert (after.said, acts) == (state.said, [])


def test_what_stood_in_a_picture_before_is_left_alone() -> None:
    before = since(AgentState(engaged={FLOOD: 0}), shared())
    assert right(wrong(before), REGION)[0].said == before.said


def test_the_fallback_lets_the_clock_go_wrong_and_be_set_right() -> None:
    me: list[Act]
    state, me = step(brief(WATER), {}, AgentState(), [ClockFails(OUTAGE, HOUR_MS)], NOW)
    assert (state.clock_ms, me) == (HOUR_MS, [])
    state, me = step(brief(WATER), {}, since(state, AHEAD), [ClockRight(OUTAGE, HOUR_MS)], NOW)
    assert state.clock_ms == 0
    assert [act.errand for act in me if isinstance(act, Wake)] == [STATED, SAID]
