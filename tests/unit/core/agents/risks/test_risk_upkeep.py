"""Risk upkeep: what grows old in the region's risk picture is asked about, and withdrawn when nobody says it anew."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Act, Publish, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.information.upkeep import INTERVALS, RISK_MS
from sim.core.agents.risks.risk_upkeep import ASK, BEHAVIOUR, LOOK_OVER, WITHDRAW_MS
from sim.core.agents.risks.risk_uptake import BEHAVIOUR as UPTAKE
from sim.core.agents.risks.risk_uptake import RETELL
from sim.core.messages.contents import ItemUpdate, Request
from sim.core.messages.items import Item, ItemRef, Kind, VerificationStatus
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    LEVEL,
    RAIL,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    item,
    only,
    react,
    woken,
)

ME = brief(REGION)
STEP = RISK_MS // INTERVALS
OLD = RISK_MS * (INTERVALS - 1) // INTERVALS
RISK_ID = f"risk-{WATER}-{LEVEL}"


def effect(source: str = GRID, **fields: Any) -> Item:
    return item(**{"kind": Kind.EFFECT, "source": source, "causation": ("f-1",), **fields})


def take_up(state: AgentState, said: Item, now: int = 0) -> tuple[AgentState, list[Act]]:
    """Let the region take something up, as both behaviours do one after the other."""
    taken_up = Woken(RETELL, (said, "e-3"))
    state, _ = react(ME, UPTAKE, state, taken_up, now=now)
    return react(ME, BEHAVIOUR, state, taken_up, now=now)


def look_over(state: AgentState, now: int) -> tuple[AgentState, list[Any]]:
    state, acts = react(ME, BEHAVIOUR, state, Woken(LOOK_OVER, None), now=now)
    assert acts[0] == Wake(now + STEP, LOOK_OVER, None)
    return state, acts[1:]


def test_it_begins_with_the_first_thing_that_is_taken_up_and_once() -> None:
    state, acts = take_up(AgentState(), effect())
    assert acts == [Wake(STEP, LOOK_OVER, None)]
    assert take_up(state, effect(version=2), now=5)[1] == []


@pytest.mark.parametrize(
    ("source", "topic"), [(GRID, f"post/{GRID}/{REGION}/request"), (RAIL, f"outside/{RAIL}/{REGION}/request")]
)
def test_who_keeps_no_risk_picture_is_asked_once_before_what_it_said_is_too_old(
    source: str, topic: str
) -> None:
    state, _ = take_up(AgentState(), effect(source))
    assert look_over(state, OLD - 1)[1] == []
    state, acts = look_over(state, OLD)
    assert only(Wake, acts).errand == ASK
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
    assert (publish.topic, publish.injects) == (topic, ("f-1",))
    request = content_of(publish, Request)
    assert (request.activity, request.purpose, request.subject) == ("", "verify", LEVEL)
    assert request.about == ItemRef(RISK_ID, 1)
    assert look_over(state, OLD + STEP)[1] == []


def test_who_keeps_a_risk_picture_is_asked_once_it_should_have_looked_by_itself() -> None:
    state, _ = take_up(AgentState(), effect(WATER))
    assert look_over(state, RISK_MS + STEP - 1)[1] == []
    assert only(Wake, look_over(state, RISK_MS + STEP)[1]).errand == ASK


def test_who_said_something_newer_in_the_meantime_is_not_asked() -> None:
    state, _ = take_up(AgentState(), effect())
    state, acts = look_over(state, OLD)
    state, _ = take_up(state, effect(version=2, observed=OLD), now=OLD)
    assert react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))[1] == []


@pytest.mark.parametrize(
    ("source", "engaged"),
    [(WATER, {}), ("stranger", {}), (GRID, {FLOOD: 0})],
    ids=["keeps a risk picture", "unknown", "kept in an activity"],
)
def test_who_is_not_asked(source: str, engaged: dict[str, int]) -> None:
    state, _ = take_up(AgentState(engaged=engaged), effect(source))
    assert look_over(state, OLD)[1] == []


def test_what_nobody_says_anew_is_withdrawn_and_left_alone() -> None:
    state, _ = take_up(AgentState(engaged={FLOOD: 0}), effect(WATER))
    assert look_over(state, WITHDRAW_MS - 1)[1] == []
    state, acts = look_over(state, WITHDRAW_MS)
    publish = only(Publish, acts)
    assert (publish.topic, publish.injects) == (f"risk/{REGION}/{REGION}/{THEME}/{RISK_ID}", ("f-1",))
    gone = content_of(publish, ItemUpdate).item
    assert (gone.id, gone.version, gone.valid_until_ms) == (RISK_ID, 2, WITHDRAW_MS)
    assert (gone.verification.status, gone.relates_to) == (VerificationStatus.LAPSED, (effect().id,))
    assert look_over(state, WITHDRAW_MS + STEP)[1] == []


def test_what_is_said_anew_stands_in_the_risk_picture_again() -> None:
    state, _ = take_up(AgentState(), effect(WATER))
    state, _ = look_over(state, WITHDRAW_MS)
    _, acts = react(ME, UPTAKE, state, Woken(RETELL, (effect(WATER, version=2, observed=WITHDRAW_MS), "e-4")))
    again = content_of(only(Publish, acts), ItemUpdate).item
    assert (again.version, again.verification.status) == (3, VerificationStatus.UNVERIFIED)
