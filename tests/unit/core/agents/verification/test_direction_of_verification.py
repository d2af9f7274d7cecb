"""What the directing information manager does with a signal, and with the answer to its question."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from sim.core.agents.acts import Delivered, Look, Publish, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.verification.direction_of_verification import BEHAVIOUR
from sim.core.messages.contents import Answer, ItemUpdate, Request, Signal
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NOWHERE,
    RAIL,
    REACTION_MS,
    REGION,
    WATER,
    brief,
    content_of,
    delivered,
    fact,
    item,
    only,
    perceived,
    react,
    seen,
    shared,
    sole,
    woken,
)

ME = brief(REGION)
STATUS = VerificationStatus
KNOWN = item(source=WATER, amount=300.0)
IN_TOOL = f"activity/{FLOOD}/signal/{WATER}"
BY_LIAISON = f"outside/{REGION}/{RAIL}/signal"


def standing(**fields: Any) -> AgentState:
    """A region whose shared picture has LEVEL from GRID, with a wrong figure unless told otherwise."""
    known = shared(**{"source": GRID, "amount": 900.0, "relates_to": ("enexis-level",), **fields})
    return AgentState(said={known.id: known}, engaged={FLOOD: 0})


def signal(known: Item | None = KNOWN, owner: str = GRID, subject: str = LEVEL) -> Signal:
    return Signal(
        about=ItemRef("enexis-level", 2),
        subject=subject,
        owner=owner,
        reason="value",
        text=NOWHERE,
        known=known,
    )


def handle(state: AgentState, stimulus: Delivered) -> tuple[AgentState, list[Any]]:
    state, acts = react(ME, BEHAVIOUR, state, stimulus, now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    state, acts = react(ME, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, list(acts)


@pytest.mark.parametrize(("sender", "topic"), [(WATER, IN_TOOL), (RAIL, BY_LIAISON)])
@pytest.mark.parametrize("known", [KNOWN, None])
def test_a_signal_that_differs_or_says_nothing_more_disputes_and_asks(
    sender: str, topic: str, known: Item | None
) -> None:
    _, acts = handle(standing(causation=("f-1",)), delivered(sender, signal(known), topic, event_id="s-1"))
    new = content_of(acts[0], ItemUpdate).item
    assert (new.verification.status, new.verification.by, new.version) == (STATUS.DISPUTED, REGION, 2)
    request = acts[1]
    assert (request.topic, request.because_of, request.injects) == (
        f"post/{GRID}/{REGION}/request",
        "s-1",
        ("f-1",),
    )
    assert content_of(request, Request).about == ItemRef(f"{FLOOD}-{LEVEL}", 1)


def test_a_signal_about_the_regions_own_statement_makes_it_look() -> None:
    _, acts = handle(standing(source=REGION), delivered(WATER, signal(), IN_TOOL))
    assert sole(Look, acts) == Look(LEVEL)


@pytest.mark.parametrize("status", [STATUS.DISPUTED, STATUS.CORRECTED, STATUS.REFUTED])
def test_a_signal_about_what_is_in_doubt_or_settled_changes_nothing(status: VerificationStatus) -> None:
    state = standing(status=status)
    assert handle(state, delivered(WATER, signal(), IN_TOOL)) == (state, [])


def test_a_signal_about_what_is_not_shared_changes_nothing() -> None:
    state = AgentState(engaged={FLOOD: 0})
    assert handle(state, delivered(WATER, signal(), IN_TOOL)) == (state, [])


def test_a_signal_about_what_was_put_right_in_the_meantime_changes_nothing() -> None:
    state = standing(amount=300.0)
    assert handle(state, delivered(WATER, signal(), IN_TOOL)) == (state, [])


def test_a_signal_about_a_source_that_was_replaced_asks_that_source_all_the_same() -> None:
    state = standing(amount=300.0, source=WATER)
    after, acts = handle(state, delivered(WATER, signal(), IN_TOOL, event_id="s-1", injects=("f-1",)))
    request = only(Publish, acts)
    assert (after, request.topic, request.because_of) == (state, f"post/{GRID}/{REGION}/request", "s-1")
    assert request.injects == ("f-1",)
    assert content_of(request, Request).about == ItemRef("enexis-level", 2)


@pytest.mark.parametrize(
    ("topic", "about"),
    [
        (f"activity/{FIRE}/signal/{WATER}", LEVEL),
        (BY_LIAISON, "bridge"),
        ("nothing", LEVEL),
    ],
)
def test_a_signal_that_is_not_for_its_picture_is_left_alone(topic: str, about: str) -> None:
    arrived = delivered(WATER, signal(subject=about), topic)
    assert react(ME, BEHAVIOUR, standing(), arrived) == (standing(), [])


# Answers -----------------------------------------------------------------------------------------

Outcome = Literal["confirmed", "corrected", "unknown", "refused"]


def answer(outcome: Outcome, said: Item | None, activity: str = FLOOD) -> Delivered:
    content = Answer(activity=activity, of="q-1", outcome=outcome, item=said)
    return delivered(GRID, content, event_id="a-1")


RIGHT = item("enexis-level", source=GRID, amount=300.0, observed=50, causation=("f-1",))


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("confirmed", STATUS.VERIFIED),
        ("corrected", STATUS.CORRECTED),
        ("unknown", STATUS.REFUTED),
    ],
)
def test_an_answer_settles_the_shared_item(outcome: Outcome, status: VerificationStatus) -> None:
    _, acts = handle(standing(status=STATUS.DISPUTED, version=4), answer(outcome, RIGHT))
    publish = only(Publish, acts)
    new = content_of(publish, ItemUpdate).item
    assert (new.verification.status, new.verification.by, new.verification.at_ms) == (status, REGION, 110)
    assert (new.version, new.values[0].amount, new.relates_to) == (5, 300.0, ("enexis-level",))
    assert (publish.because_of, publish.injects) == ("a-1", ("f-1",))


@pytest.mark.parametrize(
    "arrived",
    [
        answer("unknown", None),
        answer("refused", RIGHT),
        answer("corrected", RIGHT, FIRE),
        answer("corrected", RIGHT, "none"),
    ],
)
def test_an_answer_without_an_item_or_for_another_picture_is_left_alone(arrived: Delivered) -> None:
    assert react(ME, BEHAVIOUR, standing(), arrived) == (standing(), [])


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (AgentState(), "corrected"),
        (standing(observed=51), "corrected"),
        (standing(source=WATER), "unknown"),
    ],
    ids=["never-shared", "older", "another-source"],
)
def test_an_answer_about_what_does_not_stand_changes_nothing(state: AgentState, outcome: Outcome) -> None:
    assert handle(state, answer(outcome, RIGHT)) == (state, [])


# Looking for itself ------------------------------------------------------------------------------

DOUBT = {"source": REGION, "status": STATUS.DISPUTED, "version": 3}


@pytest.mark.parametrize(
    ("fields", "status", "behind"),
    [
        ({"amount": 300.0}, STATUS.VERIFIED, ()),
        ({"amount": 900.0}, STATUS.CORRECTED, ()),
        ({"amount": 900.0, "causation": ("f-1",)}, STATUS.CORRECTED, ("f-1",)),
        ({"amount": 300.0, "causation": ("f-1",)}, STATUS.VERIFIED, ()),
        ({"amount": 300.0, "words": "more"}, STATUS.CORRECTED, ()),
    ],
)
def test_looking_again_settles_a_doubt_about_its_own_statement(
    fields: dict[str, Any], status: VerificationStatus, behind: tuple[str, ...]
) -> None:
    stimulus = perceived(seen(fact(amount=300.0), at_ms=40), asked=True)
    _, acts = react(ME, BEHAVIOUR, standing(**DOUBT, **fields), stimulus, now=70)
    publish = only(Publish, acts)
    new = content_of(publish, ItemUpdate).item
    assert (new.verification.status, new.version, new.observed_at_ms, new.reported_at_ms) == (
        status,
        4,
        40,
        70,
    )
    assert (new.values[0].amount, publish.injects) == (300.0, behind)


@pytest.mark.parametrize(
    ("state", "asked", "subject"),
    [
        (standing(**DOUBT), False, LEVEL),
        (standing(**DOUBT), True, "bridge"),
        (standing(status=STATUS.DISPUTED), True, LEVEL),
        (standing(source=REGION), True, LEVEL),
    ],
    ids=["not-asked", "another-subject", "anothers-statement", "no-doubt"],
)
def test_looking_without_a_doubt_of_its_own_changes_nothing(
    state: AgentState, asked: bool, subject: str
) -> None:
    stimulus = perceived(seen(fact(subject)), asked=asked)
    assert react(ME, BEHAVIOUR, state, stimulus) == (state, [])
