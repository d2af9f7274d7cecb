"""Writing, as a party under the direction of a region does it."""

from __future__ import annotations

from sim.core.agents.agent import Publish, Woken
from sim.core.agents.proposing import BEHAVIOUR
from sim.core.messages.contents import Proposal
from sim.core.messages.items import Basis, Source
from tests.unit.core.agents.helpers import (
    FAR,
    FLOOD,
    GRID,
    LEVEL,
    RAIL,
    REGION,
    brief,
    content_of,
    fact,
    knows,
    react,
    seen,
    sole,
)

WRITE = Woken("proposing.write", LEVEL)


def test_what_is_perceived_goes_as_a_proposal() -> None:
    state = knows(seen(causation=("f-1",)), engaged={FLOOD: 0})
    publish = sole(Publish, react(brief(GRID), BEHAVIOUR, state, WRITE)[1])
    assert (publish.topic, publish.injects) == (f"activity/{FLOOD}/proposal/{GRID}/{GRID}-{LEVEL}", ("f-1",))
    offered = content_of(publish, Proposal).item
    assert (offered.id, offered.source) == (f"{GRID}-{LEVEL}", Source(GRID, Basis.OBSERVED))


def test_what_a_liaison_writes_down_is_reported_through_the_region() -> None:
    state = knows(seen(), engaged={FLOOD: 0})
    publish = sole(Publish, react(brief(RAIL), BEHAVIOUR, state, WRITE)[1])
    assert content_of(publish, Proposal).item.source == Source(RAIL, Basis.REPORTED, through=REGION)


def test_what_belongs_to_no_activity_is_told_nowhere_and_not_taken_as_said() -> None:
    state = knows(seen(fact(place=FAR)), engaged={FLOOD: 0})
    assert react(brief(GRID), BEHAVIOUR, state, WRITE) == (state, [])
