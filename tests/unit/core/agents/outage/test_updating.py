"""Who missed messages asks for what they told, and is told it: as far as it may know it, and nothing it has."""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Act, Assign, Publish, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.outage.updating import UPDATE, asked, asks, update
from sim.core.messages.contents import Card, ItemUpdate, Proposal, Request, Snapshot
from sim.core.messages.items import Item, Sensitivity
from sim.core.model.staff import Duty
from tests.unit.core.agents.helpers import (
    CROSS,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    NEIGHBOUR,
    RAIL,
    REGION,
    WATER,
    agreement,
    brief,
    delivered,
    item,
    shared,
)

ASKED = Request(activity=FLOOD, purpose="update")
BOTH = [agreement(WATER), agreement(GRID, "structural")]
AT_WORK = AgentState(engaged={FLOOD: 0})


def requests(party: str, state: AgentState) -> set[tuple[str, str]]:
    """Whom a party asks about which activity."""
    found = asks(brief(party, agreements=BOTH), state, "o-1")
    for act in found:
        assert isinstance(act, Publish)
        assert act.injects == ("o-1",)
        assert isinstance(act.content, Request)
        assert act.content.purpose == "update"
    return {(act.topic.split("/")[1], act.content.activity) for act in found}  # type: ignore[union-attr]


def answered(party: str, state: AgentState, sender: str, request: Request = ASKED) -> list[Act]:
    """What a party does in the end with a request for an update."""
    known = brief(party, agreements=BOTH)
    stimulus = delivered(sender, request, injects=("o-1",))
    state, acts = asked(known, state, stimulus, 1_000)
    if not acts:
        return []
    (errand,) = acts
    assert isinstance(errand, Assign)
    assert errand.errand == UPDATE
    assert errand.duty is (Duty.DIRECTION if party == REGION else Duty.INFORMATION)
    return update(known, state, Woken(errand.errand, errand.about), 1_000)[1]


def in_picture(*items: Item) -> AgentState:
    return msgspec.structs.replace(AT_WORK, said={one.id: one for one in items})


def test_a_partner_asks_its_regions_of_their_activities() -> None:
    assert requests(GRID, AgentState()) == {(REGION, FLOOD)}
    assert requests(WATER, AT_WORK) == {(NEIGHBOUR, FIRE), (REGION, FLOOD)}


def test_a_region_asks_who_takes_part_in_what_it_directs_and_has_opened() -> None:
    asked_by_region = requests(REGION, AT_WORK)
    assert (WATER, FLOOD) in asked_by_region
    assert (GRID, FLOOD) in asked_by_region
    assert RAIL not in {other for other, _ in asked_by_region}
    assert not [one for one in requests(REGION, AgentState()) if one[1] == FLOOD]


def test_who_is_in_an_activity_elsewhere_asks_there_too() -> None:
    assert (NEIGHBOUR, FIRE) in requests(GRID, AgentState(engaged={FIRE: 0}))


def test_a_region_tells_its_card_and_its_picture_in_a_snapshot() -> None:
    card, snapshot = answered(REGION, in_picture(shared(amount=340.0)), WATER)
    assert isinstance(card, Publish)
    assert isinstance(card.content, Card)
    assert (card.topic, card.content.open, card.because_of, card.injects) == (
        f"activity/{FLOOD}/card",
        True,
        "e-1",
        ("o-1",),
    )
    assert isinstance(snapshot, Publish)
    assert isinstance(snapshot.content, Snapshot)
    assert (snapshot.topic, snapshot.answers, snapshot.injects) == (
        f"post/{WATER}/{REGION}/snapshot",
        "e-1",
        ("o-1",),
    )
    assert [one.values[0].amount for one in snapshot.content.items] == [340.0]


def test_who_may_not_read_the_picture_is_told_the_card_only() -> None:
    (card,) = answered(REGION, in_picture(shared()), CROSS)
    assert isinstance(card, Publish)
    assert isinstance(card.content, Card)


def test_of_an_activity_that_was_closed_it_tells_so() -> None:
    (card,) = answered(REGION, msgspec.structs.replace(in_picture(shared()), engaged={}), WATER)
    assert isinstance(card, Publish)
    assert isinstance(card.content, Card)
    assert (card.content.open, card.content.grip) == (False, 0)


def test_of_an_activity_that_was_not_opened_it_tells_nothing() -> None:
    assert answered(REGION, AgentState(), WATER) == []


def test_other_requests_are_for_others() -> None:
    assert answered(REGION, AT_WORK, WATER, msgspec.structs.replace(ASKED, purpose="access")) == []


def test_a_partner_answers_its_region_only_and_where_it_works() -> None:
    said = in_picture(item())
    assert answered(WATER, said, GRID) == []
    assert answered(WATER, msgspec.structs.replace(said, engaged={}), REGION) == []
    assert len(answered(WATER, said, REGION)) == 1


def test_a_core_partner_states_again_in_its_tab_what_the_picture_does_not_have() -> None:
    said = item(version=3, observed=50, causation=("f-1",))
    (again,) = answered(WATER, in_picture(said), REGION)
    assert isinstance(again, Publish)
    assert again.content == ItemUpdate(said)
    assert again.topic == f"activity/{FLOOD}/own/{WATER}/{said.theme}/{said.id}"
    assert (again.because_of, again.injects) == ("e-1", ("o-1", "f-1"))


def test_what_the_picture_has_already_is_not_stated_again() -> None:
    said, has = item(observed=50), shared(observed=50)
    older = shared(observed=49)
    state = in_picture(said)
    assert answered(WATER, msgspec.structs.replace(state, picture={has.id: has}), REGION) == []
    assert len(answered(WATER, msgspec.structs.replace(state, picture={older.id: older}), REGION)) == 1


def test_what_is_restricted_or_lies_elsewhere_or_is_anothers_is_not_stated_again() -> None:
    restricted = msgspec.structs.replace(item(), sensitivity=Sensitivity.RESTRICTED)
    assert answered(WATER, in_picture(restricted), REGION) == []
    assert answered(WATER, in_picture(item("somebody-level")), REGION) == []
    assert answered(WATER, in_picture(item(place=FAR)), REGION) == []


def test_a_structural_partner_proposes_again() -> None:
    said = item(f"{GRID}-level", source=GRID)
    (again,) = answered(GRID, in_picture(said), REGION)
    assert isinstance(again, Publish)
    assert again.content == Proposal(said)
    assert again.topic == f"activity/{FLOOD}/proposal/{GRID}/{said.id}"
