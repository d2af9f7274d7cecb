"""Moderating: what becomes of what partners propose."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Delivered, Publish, Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.directing import SAME_MOMENT_MS
from sim.core.agents.direction.moderating import BEHAVIOUR
from sim.core.messages.contents import ItemUpdate, Proposal, Request, Verdict
from sim.core.messages.items import Item, ItemRef, Sensitivity, Value, VerificationStatus
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    GRID,
    HERE,
    LEVEL,
    REGION,
    THEME,
    WATER,
    brief,
    content_of,
    delivered,
    item,
    only,
    people,
    react,
    shared,
    sole,
    text,
    woken,
)

ME = brief(REGION)
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"
STATUS = VerificationStatus
LATER = SAME_MOMENT_MS + 1
OPEN = AgentState(engaged={FLOOD: 0})


def standing(**fields: Any) -> AgentState:
    """A region whose shared picture has one item about LEVEL."""
    known = shared(**fields)
    return AgentState(said={known.id: known}, engaged={FLOOD: 0})


def offer(offered: Item, proposer: str = GRID, activity: str = FLOOD) -> Delivered:
    topic = f"activity/{activity}/proposal/{proposer}/{offered.id}"
    return delivered(proposer, Proposal(item=offered), topic, event_id="p-1")


def written(acts: list[Any]) -> Item:
    """The one shared item that was written."""
    publish = next(act for act in acts if isinstance(act, Publish) and act.topic.startswith("activity"))
    assert publish.topic == SHARED
    return content_of(publish, ItemUpdate).item


@pytest.mark.parametrize(
    ("state", "activity"), [(OPEN, FIRE), (AgentState(), FLOOD)], ids=["other", "not-open"]
)
def test_what_is_not_for_its_picture_is_left_alone(state: AgentState, activity: str) -> None:
    assert react(ME, BEHAVIOUR, state, offer(item(), activity=activity)) == (state, [])


def propose(
    state: AgentState, offered: Item, proposer: str = GRID, me: Brief = ME
) -> tuple[Verdict, list[Any]]:
    state, acts = react(me, BEHAVIOUR, state, offer(offered, proposer))
    _, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=10_000)
    answer = next(act for act in acts if isinstance(act, Publish) and act.topic.endswith("/verdict"))
    assert answer.topic.split("/")[1:] == [proposer, REGION, "verdict"]
    assert (answer.answers, answer.because_of, answer.injects) == ("p-1", "p-1", offered.causation)
    verdict = content_of(answer, Verdict)
    assert verdict.about == ItemRef(offered.id, offered.version)
    return verdict, [act for act in acts if act is not answer]


def test_a_proposal_that_can_be_shared_is_accepted() -> None:
    verdict, acts = propose(OPEN, item("enexis-level", source=GRID, causation=("f-1",)))
    assert (verdict.outcome, verdict.reason.en) == ("accepted", "Taken over.")
    assert written(acts).source.party == GRID


@pytest.mark.parametrize("lacks", [{"amount": None}, {"place": None}, {"amount": None, "place": None}])
def test_a_proposal_that_lacks_what_was_known_is_completed_and_asked_about(lacks: dict[str, Any]) -> None:
    offered = item(source=GRID, observed=LATER, causation=("f-1",), **lacks)
    verdict, acts = propose(standing(), offered)
    assert (verdict.outcome, verdict.reason.en) == (
        "edited",
        "Completed with what was known; asked about.",
    )
    assert sole(Remark, acts) == Remark("recognised", offered, verdict.reason.en, "p-1")
    new = written(acts)
    assert (new.values[0].amount, new.geometry, new.source.party) == (300.0, HERE, GRID)
    question = next(act for act in acts if isinstance(act, Publish) and act.topic.endswith("/request"))
    assert (question.topic, question.injects) == (f"post/{GRID}/{REGION}/request", ("f-1",))
    assert content_of(question, Request).purpose == "verify"


def test_what_is_taken_from_what_stands_brings_along_what_led_to_it() -> None:
    known = standing(causation=("f-1",))
    _, acts = propose(known, item(source=GRID, observed=LATER, amount=None, causation=("f-2",)))
    assert (written(acts).values[0].amount, written(acts).causation) == (300.0, ("f-2", "f-1"))


@pytest.mark.parametrize("lacks", [{"amount": None}, {"place": None}])
def test_unskilled_what_a_proposal_lacks_is_taken_over_as_it_is(lacks: dict[str, Any]) -> None:
    blind = brief(REGION, humans=people(skill=0.0))
    offered = item(source=GRID, observed=LATER, causation=("f-1",), **lacks)
    verdict, acts = propose(standing(), offered, me=blind)
    assert verdict.outcome == "accepted"
    text = "leaves out what was known; nobody noticed"
    assert sole(Remark, acts) == Remark("overlooked", offered, text, "p-1")
    new = written(acts)
    assert (new.values, new.geometry) == (offered.values, offered.geometry)
    assert not [act for act in acts if isinstance(act, Publish) and act.topic.endswith("/request")]


@pytest.mark.parametrize("lacks", [{"amount": None}, {"place": None}])
def test_a_second_source_that_lacks_what_was_known_verifies_nothing(lacks: dict[str, Any]) -> None:
    verdict, acts = propose(standing(relates_to=("wl-level",)), item("enexis-level", source=GRID, **lacks))
    assert (verdict.outcome, verdict.reason.en) == ("merged", "Merged with what another source said of it.")
    assert [type(act) for act in acts] == [Remark, Publish, Publish]
    assert acts[1].topic.endswith("/request")
    assert written(acts) == shared(
        version=2, reported=10_000, relates_to=("wl-level", "enexis-level"), status=STATUS.UNVERIFIED
    )


def test_a_second_source_that_contradicts_what_it_leaves_out_elsewhere_keeps_its_own_words() -> None:
    verdict, acts = propose(standing(), item(source=GRID, amount=900.0, place=None))
    assert verdict.outcome == "edited"
    assert written(acts).verification.status is STATUS.DISPUTED


def test_a_second_source_that_completes_what_stands_is_merged_with_it() -> None:
    known = standing(
        amount=None, status=STATUS.VERIFIED, relates_to=("wl-level",), causation=("f-1",), words="seen"
    )
    offered = item(
        "enexis-level",
        source=GRID,
        place=None,
        observed=5,
        causation=("f-2",),
        sensitivity=Sensitivity.PARTNERS,
    )
    verdict, acts = propose(known, offered)
    new = written(acts)
    assert verdict.outcome == "merged"
    assert (new.values, new.geometry, new.text) == (offered.values, HERE, text("seen"))
    assert (new.source.party, new.observed_at_ms, new.sensitivity) == (GRID, 5, Sensitivity.PARTNERS)
    assert (new.relates_to, new.causation) == (("wl-level", "enexis-level"), ("f-1", "f-2"))
    assert (new.verification.status, new.version) == (STATUS.UNVERIFIED, 2)


def test_an_older_second_source_completes_in_the_words_of_the_newer() -> None:
    known = standing(amount=None, observed=5, words="seen")
    _, acts = propose(known, item(source=GRID, words="older"))
    new = written(acts)
    assert (new.source.party, new.text, new.values) == (WATER, text("seen"), (Value("height", 300.0, "cm"),))


def test_what_is_disputed_is_not_merged_with_anything() -> None:
    state = standing(amount=None, status=STATUS.DISPUTED)
    assert propose(state, item(source=GRID))[0].outcome == "accepted"


@pytest.mark.parametrize(("observed", "outcome"), [(0, "rejected"), (1, "accepted")])
def test_what_was_taken_out_is_not_taken_back_without_something_newer(observed: int, outcome: str) -> None:
    state = standing(status=STATUS.LAPSED, valid_until=9_000)
    verdict, acts = propose(state, item(source=GRID, observed=observed))
    assert verdict.outcome == outcome
    assert any(isinstance(act, Remark) for act in acts) == (outcome == "rejected")


@pytest.mark.parametrize("lacks", [{"amount": None}, {"place": None}, {"amount": None, "place": None}])
def test_a_first_proposal_cannot_be_seen_to_lack_anything(lacks: dict[str, Any]) -> None:
    assert propose(OPEN, item(source=GRID, **lacks))[0].outcome == "accepted"


def test_a_proposal_that_is_too_sensitive_is_rejected() -> None:
    verdict, acts = propose(OPEN, item(source=GRID, sensitivity=Sensitivity.RESTRICTED))
    assert (verdict.outcome, verdict.reason.en) == ("rejected", "Too sensitive for the shared picture.")
    assert only(Remark, acts).text == verdict.reason.en


@pytest.mark.parametrize("status", [STATUS.VERIFIED, STATUS.CORRECTED])
def test_a_proposal_that_contradicts_a_verified_item_is_rejected(status: VerificationStatus) -> None:
    verdict, acts = propose(standing(status=status), item(source=GRID, amount=900.0))
    assert (verdict.outcome, verdict.reason.en) == ("rejected", "Contradicts a verified item; asked about.")
    remark, question = acts
    assert isinstance(remark, Remark)
    assert (remark.what, question.topic) == ("recognised", f"post/{GRID}/{REGION}/request")


def test_who_is_unskilled_overlooks_that_a_proposal_contradicts_a_verified_item() -> None:
    verdict, acts = propose(
        standing(status=STATUS.VERIFIED),
        item(source=GRID, amount=900.0),
        me=brief(REGION, humans=people(skill=0.0)),
    )
    assert verdict.outcome == "accepted"
    assert next(act.text for act in acts if isinstance(act, Remark)) == (
        "contradicts a verified item; nobody noticed"
    )


@pytest.mark.parametrize(
    ("known", "offered"),
    [
        ({"status": STATUS.UNVERIFIED}, item(source=GRID, amount=900.0)),
        ({"status": STATUS.VERIFIED}, item(source=GRID, amount=900.0, status=STATUS.CORRECTED)),
        ({"status": STATUS.VERIFIED}, item(source=WATER, amount=900.0)),
        ({"status": STATUS.VERIFIED}, item(source=GRID, amount=900.0, observed=LATER)),
        ({"status": STATUS.VERIFIED}, item(source=GRID, amount=301.0)),
    ],
    ids=["unverified", "correction", "same-source", "later", "agrees"],
)
def test_a_proposal_that_does_not_stand_against_a_verified_item_is_accepted(
    known: dict[str, Any], offered: Item
) -> None:
    assert propose(standing(**known), offered)[0].outcome == "accepted"


@pytest.mark.parametrize("offered", [item(theme=""), item(source="nobody")])
def test_a_proposal_without_source_or_theme_is_rejected_and_asked_about(offered: Item) -> None:
    verdict, acts = propose(OPEN, offered)
    remark, question = acts
    assert (verdict.outcome, verdict.reason.en) == (
        "rejected",
        "Not complete: its source or its theme is missing; asked about.",
    )
    assert isinstance(remark, Remark)
    assert (remark.what, question.topic) == ("recognised", f"post/{GRID}/{REGION}/request")
    assert content_of(question, Request).subject == LEVEL
