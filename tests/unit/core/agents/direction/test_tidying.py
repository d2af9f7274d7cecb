"""Tidying: what is stale is asked about, and taken out when nobody confirms it."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Look, Publish, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import CONFIRM_MS
from sim.core.agents.direction.tidying import ASKED, BEHAVIOUR, EVERY_MS, LOOK_OVER, TAKE_OUT
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.contents import ItemUpdate, Request
from sim.core.messages.items import Item, ItemRef, Verification, VerificationStatus
from sim.core.model.agreement import Norm
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
    brief,
    content_of,
    only,
    react,
    shared,
    sole,
    woken,
)

STALE_MS = 500
TERM_MS = 700
ME = brief(
    REGION,
    agreements=[
        agreement(WATER, stale_after_ms=STALE_MS, correction=Norm(TERM_MS, "exercise")),
        agreement(GRID, "structural", stale_after_ms=0),
    ],
)
STATUS = VerificationStatus
NOW = 10_000


def having(*items: Item) -> AgentState:
    return AgentState(said={one.id: one for one in items}, engaged={FLOOD: 0})


def look_over(state: AgentState, me: Brief = ME) -> tuple[AgentState, list[Any]]:
    """Go over the picture at NOW, and ask about what is stale."""
    state, acts = react(me, BEHAVIOUR, state, Woken(LOOK_OVER, FLOOD), now=NOW)
    again, *asking = acts
    assert again == Wake(NOW + EVERY_MS, LOOK_OVER, FLOOD)
    if not asking:
        return state, []
    wake = only(Wake, asking)
    assert wake.at_ms == NOW + REACTION_MS
    state, acts = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, list(acts)


@pytest.mark.parametrize(("activity", "begins"), [(FLOOD, True), (FIRE, False)])
def test_who_directs_an_activity_goes_over_its_picture_now_and_then(activity: str, begins: bool) -> None:
    _, acts = react(ME, BEHAVIOUR, AgentState(), Woken(ENGAGED, activity), now=NOW)
    assert acts == ([Wake(NOW + EVERY_MS, LOOK_OVER, activity)] if begins else [])


def test_nobody_goes_over_the_picture_of_a_closed_activity() -> None:
    assert react(ME, BEHAVIOUR, AgentState(), Woken(LOOK_OVER, FLOOD)) == (AgentState(), [])


@pytest.mark.parametrize(
    "known",
    [
        shared(observed=NOW - STALE_MS),
        shared(source=GRID),
        shared(source=REGION),
        shared(status=STATUS.LAPSED, valid_until=1),
        shared(status=STATUS.REFUTED, valid_until=1),
        shared(source=GRID, valid_until=NOW + 1),
    ],
    ids=["fresh", "no-term", "no-agreement", "taken-out", "refuted", "still-valid"],
)
def test_what_is_not_stale_is_left_alone(known: Item) -> None:
    state = having(known)
    assert look_over(state) == (state, [])


def test_the_source_of_what_is_stale_is_asked_once() -> None:
    state, acts = look_over(having(shared(version=3, observed=NOW - STALE_MS - 1)))
    request = sole(Publish, acts)
    assert request.topic == f"post/{WATER}/{REGION}/request"
    assert content_of(request, Request).about == ItemRef(f"{FLOOD}-{LEVEL}", 3)
    assert sole(Wake, acts).at_ms == NOW + REACTION_MS + TERM_MS
    assert look_over(state) == (state, [])


@pytest.mark.parametrize("source", [GRID, REGION])
def test_what_is_past_its_validity_is_asked_about_whoever_said_it(source: str) -> None:
    _, acts = look_over(having(shared(source=source, valid_until=NOW)))
    assert any(isinstance(act, Look if source == REGION else Publish) for act in acts)
    assert sole(Wake, acts).at_ms == NOW + REACTION_MS + CONFIRM_MS


def asked(**fields: Any) -> tuple[AgentState, Wake]:
    state, acts = look_over(having(shared(**fields)))
    return state, sole(Wake, acts)


@pytest.mark.parametrize(("valid_until", "ended"), [(None, 20_000), (NOW - 1, NOW - 1)])
def test_what_nobody_confirms_is_taken_out(valid_until: int | None, ended: int) -> None:
    state, wake = asked(valid_until=valid_until, relates_to=("wl-level",))
    state, acts = react(ME, BEHAVIOUR, state, woken(wake), now=20_000)
    gone = content_of(only(Publish, acts), ItemUpdate).item
    assert (gone.version, gone.valid_until_ms, gone.relates_to) == (2, ended, ("wl-level",))
    assert gone.verification == Verification(STATUS.LAPSED, REGION, 20_000)
    assert state.said[gone.id] == gone
    assert look_over(state) == (state, [])


def test_what_is_taken_out_names_the_question_that_nobody_answered() -> None:
    state, acts = look_over(having(shared()))
    assert sole(Publish, acts).register is not None
    errand, statement = sole(Publish, acts).register or ("", None)
    assert errand == ASKED
    state, told = react(ME, BEHAVIOUR, state, Woken(errand, (statement, "vr24-7")), now=NOW + 200)
    assert told == []
    state, acts = react(ME, BEHAVIOUR, state, woken(sole(Wake, look_over(having(shared()))[1])), now=20_000)
    assert only(Publish, acts).because_of == "vr24-7"
    assert state.mind(ASKED) == {}


def replaced(state: AgentState, **fields: Any) -> AgentState:
    known = shared(version=2, **fields)
    return AgentState(said={known.id: known}, engaged=state.engaged, minds=state.minds)


@pytest.mark.parametrize(
    "now_there",
    [
        shared(version=2, observed=5),
        shared(version=2, status=STATUS.REFUTED),
        shared(version=2, status=STATUS.LAPSED),
    ],
    ids=["newer", "refuted", "taken-out"],
)
def test_what_was_replaced_in_the_meantime_stays(now_there: Item) -> None:
    state, wake = asked()
    state = AgentState(said={now_there.id: now_there}, engaged=state.engaged, minds=state.minds)
    after, acts = react(ME, BEHAVIOUR, state, woken(wake), now=20_000)
    assert (after.said, acts) == (state.said, [])


@pytest.mark.parametrize(("at_ms", "stays"), [(NOW + REACTION_MS, True), (NOW, False)])
def test_what_was_confirmed_since_it_was_asked_about_stays(at_ms: int, stays: bool) -> None:
    state, wake = asked()
    standing = state.said[f"{FLOOD}-{LEVEL}"]
    verified = standing.__class__(
        **{name: getattr(standing, name) for name in standing.__struct_fields__ if name != "verification"},
        verification=Verification(STATUS.VERIFIED, REGION, at_ms),
    )
    state = AgentState(said={verified.id: verified}, engaged=state.engaged, minds=state.minds)
    assert (react(ME, BEHAVIOUR, state, woken(wake), now=20_000)[1] == []) == stays


def test_nothing_is_taken_out_of_a_closed_activity() -> None:
    state, wake = asked()
    closed = AgentState(said=state.said, minds=state.minds)
    assert react(ME, BEHAVIOUR, closed, woken(wake), now=20_000)[1] == []
    assert wake.errand == TAKE_OUT
