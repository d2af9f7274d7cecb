"""National follow-up: what the national body missed is written again, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Publish, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.direction.national import retold_id
from sim.core.agents.direction.national_follow_up import BEHAVIOUR, EVERY_MS, LOOK, MISSED_MS
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, Kind, VerificationStatus
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    LEVEL,
    REGION,
    WATER,
    brief,
    content_of,
    only,
    react,
    shared,
    woken,
)

ME = brief(REGION)
STATUS = VerificationStatus
EFFECT = shared(kind=Kind.EFFECT, status=STATUS.VERIFIED)


def retold(item: Item) -> Item:
    return msgspec.structs.replace(item, id=retold_id(item.id))


def state_of(*said: Item, national: tuple[Item, ...] = ()) -> AgentState:
    return AgentState(said={one.id: one for one in said}, engaged={FLOOD: 0}, picture=of(national))


def look(state: AgentState, now: int = MISSED_MS) -> tuple[AgentState, list[Any]]:
    """See what the national picture lacks; leave out the wake-up for the next time."""
    state, acts = react(ME, BEHAVIOUR, state, Woken(LOOK, FLOOD), now=now)
    assert acts[0] == Wake(now + EVERY_MS, LOOK, FLOOD)
    return state, acts[1:]


def test_who_directs_looks_now_and_then_for_as_long_as_it_does() -> None:
    assert (
        only(Wake, react(ME, BEHAVIOUR, AgentState(), Woken(ENGAGED, FLOOD), now=3)[1]).at_ms == 3 + EVERY_MS
    )
    assert react(ME, BEHAVIOUR, AgentState(), Woken(ENGAGED, FIRE))[1] == []
    alone = replace(
        ME, activities={FLOOD: msgspec.structs.replace(ME.activities[FLOOD], parties=(WATER, "elsewhere"))}
    )
    assert react(alone, BEHAVIOUR, AgentState(), Woken(ENGAGED, FLOOD))[1] == []
    assert react(ME, BEHAVIOUR, AgentState(), Woken(LOOK, FLOOD))[1] == []


def test_what_the_national_body_missed_is_written_again_as_it_stands_and_once() -> None:
    state, acts = look(state_of(EFFECT))
    state, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)), now=MISSED_MS + 9)
    again = content_of(only(Publish, acts), ItemUpdate).item
    assert (again.id, again.subject, again.version) == (EFFECT.id, LEVEL, 2)
    assert (again.values, again.verification) == (EFFECT.values, EFFECT.verification)
    assert look(state, now=9 * MISSED_MS)[1] == []


@pytest.mark.parametrize(
    "state",
    [
        state_of(msgspec.structs.replace(EFFECT, reported_at_ms=1)),
        state_of(shared()),
        state_of(shared(kind=Kind.EFFECT, status=STATUS.REFUTED)),
        state_of(EFFECT, national=(retold(EFFECT),)),
    ],
    ids=["not yet", "not for all regions", "taken back", "retold"],
)
def test_what_is_not_missed_is_left_alone(state: AgentState) -> None:
    assert look(state)[1] == []
