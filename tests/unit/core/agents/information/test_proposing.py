"""Writing, as a party under the direction of a region does it."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from sim.core.agents.acts import Publish, Woken
from sim.core.agents.information.proposing import BEHAVIOUR
from sim.core.agents.information.statements import STATED
from sim.core.messages.contents import Confidence, Proposal
from sim.core.messages.items import Basis, Sensitivity, Source, VerificationStatus
from tests.unit.core.agents.helpers import (
    CAMPING,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NEIGHBOUR,
    RAIL,
    REGION,
    brief,
    content_of,
    fact,
    item,
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


def test_a_partner_proposes_the_same_in_each_activity() -> None:
    me = replace(brief(GRID), party=structs.replace(brief(GRID).party, regions=(NEIGHBOUR, REGION)))
    state = knows(seen(), engaged={FIRE: 0, FLOOD: 0})
    _, acts = react(me, BEHAVIOUR, state, WRITE)
    offered = [content_of(act, Proposal).item for act in acts if isinstance(act, Publish)]
    assert len(offered) == 2
    assert offered[0] == offered[1]


def test_a_partner_without_an_agreement_there_has_nowhere_to_propose() -> None:
    state = knows(seen(), engaged={FIRE: 0})
    assert react(brief(GRID), BEHAVIOUR, state, WRITE) == (state, [])


def test_who_proposes_by_a_grant_does_so_wherever_it_was_let_in() -> None:
    state = knows(seen(), engaged={FIRE: 0})
    _, acts = react(brief(CAMPING), BEHAVIOUR, state, WRITE)
    topics = [act.topic for act in acts if isinstance(act, Publish)]
    assert topics == [f"activity/{FIRE}/proposal/{CAMPING}/{CAMPING}-{LEVEL}"]


def test_what_is_restricted_is_no_proposal_but_a_confidence() -> None:
    state = knows(seen(fact(sensitivity=Sensitivity.RESTRICTED)), engaged={FLOOD: 0})
    _, acts = react(brief(GRID), BEHAVIOUR, state, WRITE)
    publish = next(act for act in acts if isinstance(act, Publish))
    assert publish.topic == f"post/{REGION}/{GRID}/confidence"
    assert content_of(publish, Confidence).activity == FLOOD


def test_a_proposal_that_was_put_right_is_told_where_it_was_proposed() -> None:
    """It turns out to be elsewhere: the region that has it in its picture hears of it as well."""
    state = knows(seen(), engaged={FLOOD: 0})
    state, acts = react(brief(GRID), BEHAVIOUR, state, WRITE)
    proposed = sole(Publish, acts)
    right = item(f"{GRID}-{LEVEL}", version=2, source=GRID, place=FAR, status=VerificationStatus.CORRECTED)
    _, acts = react(brief(GRID), BEHAVIOUR, state, Woken(STATED, right))
    again = sole(Publish, acts)
    assert again.topic == proposed.topic
    assert content_of(again, Proposal).item == right
