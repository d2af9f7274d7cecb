"""A region that coordinates what crosses borders (Beleidskader par. 2.3)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Act, Delivered, Publish, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.coordinating import BEHAVIOUR, TAKE_OVER
from sim.core.agents.direction.directing import BEHAVIOUR as DIRECTING
from sim.core.agents.direction.directing import TAKE_IN
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item, Kind, Sensitivity, VerificationStatus
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    GRID,
    NEIGHBOUR,
    REACTION_MS,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    delivered,
    item,
    only,
    react,
    shared,
    woken,
)


def coordinating(by: str | None = FLOOD) -> Brief:
    """The region's brief, in which FIRE of the neighbour is coordinated from FLOOD."""
    me = brief(REGION)
    assert isinstance(me.activities, dict)
    me.activities[FIRE] = msgspec.structs.replace(
        me.activities[FIRE], parties=(WATER, REGION), coordinated_by=by
    )
    return me


ME = coordinating()
AT_WORK = AgentState(engaged={FLOOD: 0})


def theirs(version: int = 1, **fields: Any) -> Item:
    return shared(FIRE, version=version, **{"kind": Kind.EFFECT, **fields})


def told(what: Item, sender: str = NEIGHBOUR) -> Delivered:
    return delivered(
        sender,
        ItemUpdate(item=what),
        f"activity/{FIRE}/shared/{THEME}/{what.id}",
        event_id=f"{sender}-{what.version}",
    )


def take_over(state: AgentState, *what: Item) -> tuple[AgentState, list[Act]]:
    """Read versions of an item, then have somebody deal with the first of them."""
    state = msgspec.structs.replace(state, picture=of([*state.picture.values(), *what]))
    state, acts = react(ME, BEHAVIOUR, state, told(what[0]), now=10)
    wake = only(Wake, acts)
    assert (wake.errand, wake.at_ms) == (TAKE_OVER, 10 + REACTION_MS)
    return react(ME, BEHAVIOUR, state, woken(wake), now=wake.at_ms)


def shared_after(state: AgentState, *what: Item) -> tuple[AgentState, list[Item]]:
    """Return what the own shared picture says after taking something over."""
    state, acts = take_over(state, *what)
    published: list[Act] = []
    for act in acts:
        if isinstance(act, Wake):
            assert act.errand == TAKE_IN
            state, acts = react(ME, DIRECTING, state, woken(act), now=act.at_ms)
        published += acts
    return state, [content_of(act, ItemUpdate).item for act in published if isinstance(act, Publish)]


@pytest.mark.parametrize("kind", [Kind.EFFECT, Kind.NEED, Kind.FORECAST])
def test_what_matters_beyond_one_region_comes_into_the_own_picture_with_its_source(kind: Kind) -> None:
    state, items = shared_after(AT_WORK, theirs(kind=kind))
    (taken,) = items
    assert (taken.id, taken.source.party, taken.relates_to) == (f"{FLOOD}-level", WATER, (f"{FIRE}-level",))
    assert taken.verification.status is VerificationStatus.UNVERIFIED
    assert state.said == {taken.id: taken}


@pytest.mark.parametrize(
    ("me", "state", "heard"),
    [
        (ME, AT_WORK, told(theirs(kind=Kind.FACT))),
        (ME, AT_WORK, told(theirs(sensitivity=Sensitivity.RESTRICTED))),
        (ME, AgentState(), told(theirs())),
        (coordinating(None), AT_WORK, told(theirs())),
        (brief(NEIGHBOUR), AT_WORK, told(theirs())),
        (ME, AT_WORK, delivered(WATER, ItemUpdate(item=theirs()), f"activity/{FIRE}/own/{WATER}/{THEME}/x")),
        (ME, AT_WORK, delivered(WATER, ItemUpdate(item=theirs()), "nowhere")),
    ],
    ids=[
        "a fact",
        "restricted",
        "not open",
        "not coordinated",
        "another coordinates",
        "own picture",
        "no topic",
    ],
)
def test_what_is_not_for_the_coordinating_region_stays_where_it_is(
    me: Brief, state: AgentState, heard: Delivered
) -> None:
    assert react(me, BEHAVIOUR, state, heard) == (state, [])


def test_an_echo_of_one_source_confirms_nothing() -> None:
    own = shared(FLOOD, source=WATER, kind=Kind.EFFECT)
    standing = AgentState(engaged={FLOOD: 0}, said={own.id: own})
    state, items = shared_after(standing, theirs(source=WATER))
    assert (items, state.said) == ([], {own.id: own})


def test_a_second_source_confirms() -> None:
    own = shared(FLOOD, source=GRID, kind=Kind.EFFECT)
    _, items = shared_after(AgentState(engaged={FLOOD: 0}, said={own.id: own}), theirs(source=WATER))
    assert [one.verification.status for one in items] == [VerificationStatus.VERIFIED]


def test_the_newest_version_is_taken_over_once() -> None:
    newer = theirs(2, amount=400.0, observed=5)
    state, items = shared_after(AT_WORK, theirs(), newer)
    assert [one.values[0].amount for one in items] == [400.0]
    assert shared_after(state, newer) == (state, [])


def test_what_the_other_region_finds_of_an_item_holds_here_too() -> None:
    state, _ = shared_after(AT_WORK, theirs())
    disputed = theirs(2, status=VerificationStatus.DISPUTED)
    state, items = shared_after(state, disputed)
    (taken,) = items
    assert (taken.version, taken.verification.status) == (2, VerificationStatus.DISPUTED)
    assert taken.relates_to == (f"{FIRE}-level",)
    same = theirs(3, status=VerificationStatus.DISPUTED)
    assert shared_after(state, same)[1] == []


def test_what_is_dealt_with_after_the_own_activity_was_closed_comes_to_nothing() -> None:
    _, acts = react(ME, BEHAVIOUR, AT_WORK, told(theirs()))
    closed = AgentState()
    assert react(ME, BEHAVIOUR, closed, woken(only(Wake, acts))) == (closed, [])


def test_an_item_of_its_own_is_not_taken_over() -> None:
    assert react(ME, BEHAVIOUR, AT_WORK, told(item(kind=Kind.FACT)))[1] == []
