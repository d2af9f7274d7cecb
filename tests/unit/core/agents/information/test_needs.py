"""Needs: what is missing is asked for, by either side, and never twice within the term."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Publish, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.needs import ASK, BEHAVIOUR, LOOK, LOOK_EVERY_MS
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.contents import Request
from sim.core.messages.items import Item
from sim.core.model.agreement import Agreement, Norm
from sim.core.model.time import HOUR_MS
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    NEIGHBOUR,
    RAIL,
    REGION,
    THEME,
    WATER,
    agreement,
    brief,
    content_of,
    item,
    only,
    react,
    shared,
    woken,
)

SINCE = (FLOOD, 0)


def asks(partner: str = WATER, **terms: Any) -> Agreement:
    return agreement(partner, **{"asked": (THEME,), "needs": (THEME,), "ask_after_ms": HOUR_MS, **terms})


def region(*agreements: Agreement) -> Brief:
    return brief(REGION, agreements=agreements or (asks(),))


def directing(*items: Item, **fields: Any) -> AgentState:
    return AgentState(said={one.id: one for one in items}, engaged={FLOOD: 0}, **fields)


def look(me: Brief, state: AgentState, now: int) -> tuple[AgentState, list[Wake]]:
    """See what is missing, and leave out the wake-up for the next time."""
    state, acts = react(me, BEHAVIOUR, state, Woken(LOOK, SINCE), now=now)
    assert acts[0] == Wake(now + LOOK_EVERY_MS, LOOK, SINCE)
    return state, [act for act in acts[1:] if isinstance(act, Wake)]


def test_it_begins_when_work_in_an_activity_begins_and_ends_with_it() -> None:
    state = AgentState(engaged={FLOOD: 3})
    _, acts = react(region(), BEHAVIOUR, state, Woken(ENGAGED, FLOOD), now=3)
    assert only(Wake, acts) == Wake(3 + LOOK_EVERY_MS, LOOK, (FLOOD, 3))
    assert react(region(), BEHAVIOUR, AgentState(), Woken(ENGAGED, FLOOD))[1] == []
    assert react(region(), BEHAVIOUR, state, Woken(LOOK, SINCE))[1] == []


@pytest.mark.parametrize(
    ("partner", "topic"),
    [(WATER, f"post/{WATER}/{REGION}/request"), (RAIL, f"outside/{RAIL}/{REGION}/request")],
)
def test_the_region_asks_for_a_theme_that_stays_empty(partner: str, topic: str) -> None:
    me = region(asks(partner))
    assert look(me, directing(), HOUR_MS - 1)[1] == []
    state, (wake,) = look(me, directing(), HOUR_MS)
    _, acts = react(me, BEHAVIOUR, state, woken(wake))
    publish = only(Publish, acts)
    request = content_of(publish, Request)
    assert publish.topic == topic
    assert (request.activity, request.purpose, request.theme) == (FLOOD, "inform", THEME)


def test_the_region_asks_for_a_theme_that_has_grown_old() -> None:
    state = directing(shared(observed=5), shared(subject="bridge", observed=90))
    assert look(region(), state, HOUR_MS + 89)[1] == []
    assert len(look(region(), state, HOUR_MS + 90)[1]) == 1


def test_items_of_its_own_are_no_shared_picture() -> None:
    state = directing(item("vr24-level", observed=HOUR_MS))
    assert len(look(region(), state, HOUR_MS)[1]) == 1


@pytest.mark.parametrize(
    "agreed",
    [
        asks(ask_after_ms=0),
        asks(asked=()),
        asks("zorghuis"),
        Agreement(WATER, asks().core_task, "core", (NEIGHBOUR,), asked=(THEME,), ask_after_ms=HOUR_MS),
    ],
    ids=["never", "nothing", "takes no part", "another region"],
)
def test_what_was_not_agreed_is_not_asked_for(agreed: Agreement) -> None:
    assert look(region(agreed), directing(), 10 * HOUR_MS)[1] == []


def test_nobody_is_sent_or_asks_twice_within_the_term() -> None:
    state, (first,) = look(region(), directing(), HOUR_MS)
    assert look(region(), state, 2 * HOUR_MS - 1)[1] == []
    state, (second,) = look(region(), state, 2 * HOUR_MS)
    state, acts = react(region(), BEHAVIOUR, state, woken(first), now=2 * HOUR_MS + 5)
    assert len(acts) == 1
    assert react(region(), BEHAVIOUR, state, woken(second), now=2 * HOUR_MS + 9)[1] == []
    assert look(region(), state, 3 * HOUR_MS + 4)[1] == []
    assert len(look(region(), state, 3 * HOUR_MS + 5)[1]) == 1


def test_who_left_asks_no_more() -> None:
    about = (FLOOD, WATER, THEME, HOUR_MS)
    assert react(region(), BEHAVIOUR, AgentState(), Woken(ASK, about))[1] == []


# A partner ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partner", "topic"),
    [(GRID, f"post/{REGION}/{GRID}/request"), (RAIL, f"outside/{REGION}/{RAIL}/request")],
)
def test_a_partner_asks_the_region_for_a_theme_of_which_it_has_read_nothing(partner: str, topic: str) -> None:
    me = brief(partner, agreements=[asks(partner)])
    state = AgentState(engaged={FLOOD: 0}, picture=of((item("wl-level"), shared(theme="other"))))
    assert look(me, state, HOUR_MS - 1)[1] == []
    state, (wake,) = look(me, state, HOUR_MS)
    assert only(Publish, react(me, BEHAVIOUR, state, woken(wake))[1]).topic == topic


def test_who_is_told_outside_the_tool_asks_again_once_what_it_was_told_has_grown_old() -> None:
    me = brief(RAIL, agreements=[asks(RAIL, actuality=Norm(4 * HOUR_MS, "exercise"))])
    state = AgentState(engaged={FLOOD: 0}, picture=of((shared(observed=5),)))
    assert look(me, state, 4 * HOUR_MS + 4)[1] == []
    assert len(look(me, state, 4 * HOUR_MS + 5)[1]) == 1
    assert look(brief(RAIL, agreements=[asks(RAIL)]), state, 9 * HOUR_MS)[1] == []


def test_a_partner_that_has_read_something_does_not_ask() -> None:
    me = brief(GRID, agreements=[asks(GRID)])
    assert look(me, AgentState(engaged={FLOOD: 0}, picture=of((shared(),))), 9 * HOUR_MS)[1] == []


@pytest.mark.parametrize(
    "agreements",
    [
        [],
        [asks(GRID, ask_after_ms=0)],
        [Agreement(GRID, asks().core_task, "structural", (NEIGHBOUR,), needs=(THEME,), ask_after_ms=HOUR_MS)],
    ],
    ids=["no agreement", "never", "another region"],
)
def test_a_partner_asks_for_nothing_that_was_not_agreed(agreements: list[Agreement]) -> None:
    me = brief(GRID, agreements=agreements)
    assert look(me, AgentState(engaged={FLOOD: 0}), 9 * HOUR_MS)[1] == []
