"""What the directing information manager does with a signal, and with the answer to its question."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest

from sim.core.agents.acts import Delivered, Look, Publish, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import (
    ASKED,
    CONFIRM_MS,
    DOUBTED,
    OWN_SIGNAL,
    PUT_RIGHT,
    Question,
)
from sim.core.agents.information.statements import STATED
from sim.core.agents.verification.direction_of_verification import ASK_AGAIN, BEHAVIOUR
from sim.core.messages.contents import Answer, ItemUpdate, Request, Signal
from sim.core.messages.items import (
    Basis,
    Item,
    ItemRef,
    Sensitivity,
    Source,
    Verification,
    VerificationStatus,
)
from sim.core.model.agreement import Norm
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    CROSS,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NOWHERE,
    RAIL,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
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


def test_a_signal_about_what_is_not_shared_yet_asks_its_source_and_is_remembered() -> None:
    state, acts = handle(AgentState(engaged={FLOOD: 0}), delivered(WATER, signal(), IN_TOOL))
    assert only(Publish, acts).topic == f"post/{GRID}/{REGION}/request"
    assert state.mind(DOUBTED) == {(FLOOD, ItemRef("enexis-level", 2)): True}


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


def test_what_the_national_body_took_over_wrongly_it_is_told_again() -> None:
    about = ItemRef(f"nl-{FLOOD}-{LEVEL}", 1)
    told = msgspec.structs.replace(signal(None, owner="locc"), about=about, reason="misattributed")
    _, acts = handle(standing(amount=300.0), delivered(REGION, told, IN_TOOL, event_id="s-1"))
    publish = sole(Publish, acts)
    again = content_of(publish, ItemUpdate).item
    assert (publish.because_of, again.version) == ("s-1", 2)
    assert again.verification == shared(source=GRID).verification


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
        ("confirmed", STATUS.CORRECTED),
        ("corrected", STATUS.CORRECTED),
        ("unknown", STATUS.REFUTED),
    ],
)
def test_an_answer_settles_the_shared_item(outcome: Outcome, status: VerificationStatus) -> None:
    _, acts = handle(standing(status=STATUS.DISPUTED, version=4), answer(outcome, RIGHT))
    publish = sole(Publish, acts)
    new = content_of(publish, ItemUpdate).item
    assert (new.verification.status, new.verification.by, new.verification.at_ms) == (status, REGION, 110)
    assert (new.version, new.values[0].amount, new.relates_to) == (5, 300.0, ("enexis-level",))
    assert (publish.because_of, publish.injects) == ("a-1", ("f-1",))


def test_what_its_source_stands_by_is_verified() -> None:
    _, acts = handle(standing(status=STATUS.DISPUTED, amount=300.0), answer("confirmed", RIGHT))
    assert content_of(only(Publish, acts), ItemUpdate).item.verification.status is STATUS.VERIFIED


def test_who_only_heard_it_cannot_confirm_it() -> None:
    state = standing(status=STATUS.DISPUTED, amount=300.0)
    heard = msgspec.structs.replace(RIGHT, source=Source(GRID, Basis.RUMOUR))
    assert handle(state, answer("confirmed", heard)) == (state, [])


def test_what_its_source_says_is_not_for_all_is_taken_away_with_all_that_it_says() -> None:
    secret = msgspec.structs.replace(RIGHT, sensitivity=Sensitivity.RESTRICTED)
    _, acts = handle(standing(status=STATUS.DISPUTED, words="secret"), answer("corrected", secret))
    gone = content_of(sole(Publish, acts), ItemUpdate).item
    assert (gone.values, gone.geometry, gone.text) == ((), None, NOWHERE)
    assert gone.verification == Verification(STATUS.REFUTED, REGION, 110)
    assert gone.sensitivity is Sensitivity.GENERAL


@pytest.mark.parametrize("state", [AgentState(engaged={FLOOD: 0}), standing(status=STATUS.REFUTED)])
def test_what_is_not_for_all_and_does_not_stand_is_not_put_in(state: AgentState) -> None:
    secret = msgspec.structs.replace(RIGHT, sensitivity=Sensitivity.RESTRICTED)
    assert handle(state, answer("corrected", secret)) == (state, [])


def test_an_answer_about_what_was_doubted_before_it_stood_puts_it_in() -> None:
    _, acts = handle(AgentState(engaged={FLOOD: 0}), answer("confirmed", RIGHT))
    assert content_of(only(Publish, acts), ItemUpdate).item.verification.status is STATUS.VERIFIED


def test_an_answer_of_now_settles_what_was_said_of_a_time_to_come() -> None:
    to_come = standing(status=STATUS.DISPUTED, observed=999)
    _, acts = handle(to_come, answer("corrected", RIGHT))
    assert content_of(sole(Publish, acts), ItemUpdate).item.observed_at_ms == 50


def test_an_answer_without_a_theme_settles_nothing() -> None:
    bare = msgspec.structs.replace(RIGHT, theme="")
    state = standing(status=STATUS.DISPUTED)
    assert handle(state, answer("corrected", bare)) == (state, [])


def test_what_looks_odd_and_was_found_to_be_right_is_left_alone() -> None:
    verified = standing(amount=300.0)
    item_id, before = next(iter(verified.said.items()))
    right = msgspec.structs.replace(before, verification=Verification(STATUS.VERIFIED, REGION, 5))
    state = msgspec.structs.replace(verified, said={item_id: right})
    odd = msgspec.structs.replace(signal(None), reason="jump")
    assert handle(state, delivered(WATER, odd, IN_TOOL)) == (state, [])
    _, acts = handle(verified, delivered(WATER, odd, IN_TOOL))
    assert content_of(acts[0], ItemUpdate).item.verification.status is STATUS.DISPUTED


def test_what_was_found_to_be_right_and_is_of_a_time_to_come_is_doubted_all_the_same() -> None:
    known = shared(source=GRID, observed=5_000)
    right = msgspec.structs.replace(known, verification=Verification(STATUS.VERIFIED, REGION, 5))
    odd = msgspec.structs.replace(signal(None), reason="time")
    state = AgentState(said={right.id: right}, engaged={FLOOD: 0})
    _, acts = handle(state, delivered(WATER, odd, IN_TOOL))
    assert content_of(acts[0], ItemUpdate).item.verification.status is STATUS.DISPUTED


SINCE = item("enexis-level", source=GRID, amount=900.0, version=2, observed=4)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        (SINCE, True),
        (msgspec.structs.replace(SINCE, observed_at_ms=0), False),
        (msgspec.structs.replace(SINCE, values=KNOWN.values), False),
        (msgspec.structs.replace(SINCE, version=1), False),
        (None, False),
    ],
    ids=["otherwise", "not since", "the same", "not that statement", "unread"],
)
def test_what_its_source_said_since_and_does_not_stand_is_asked_about(said: Item | None, asks: bool) -> None:
    state = standing(amount=300.0)
    state = msgspec.structs.replace(state, picture=of(() if said is None else (said,)))
    _, acts = handle(state, delivered(WATER, signal(), IN_TOOL))
    assert bool(acts) is asks


@pytest.mark.parametrize(
    ("said", "looks"),
    [(None, True), (1, True), (2, False)],
    ids=["nothing of its own", "an earlier version", "that version"],
)
def test_who_directs_looks_again_at_what_somebody_else_said_in_its_name(
    said: int | None, looks: bool
) -> None:
    state = standing(amount=300.0, source=REGION)
    if said is not None:
        own = item(f"{REGION}-{LEVEL}", source=REGION, version=said)
        state = msgspec.structs.replace(state, said={**state.said, own.id: own})
    of_own_tab = msgspec.structs.replace(signal(owner=REGION), about=ItemRef(f"{REGION}-{LEVEL}", 2))
    _, acts = handle(state, delivered(WATER, of_own_tab, IN_TOOL))
    assert any(isinstance(act, Look) for act in acts) is looks


def test_what_looks_odd_of_another_source_than_stands_is_asked_of_that_source() -> None:
    odd = msgspec.structs.replace(signal(None), reason="jump")
    _, acts = handle(standing(source=WATER), delivered(CROSS, odd, IN_TOOL))
    assert only(Publish, acts).topic == f"post/{GRID}/{REGION}/request"


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
    publish = sole(Publish, acts)
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


def test_a_doubt_about_what_its_people_cannot_see_is_refuted_and_taken_back() -> None:
    own = item(f"{REGION}-{LEVEL}", source=REGION)
    state = standing(**DOUBT)
    state = msgspec.structs.replace(state, said={**state.said, own.id: own})
    after, acts = react(ME, BEHAVIOUR, state, Unseen(LEVEL), now=70)
    assert content_of(acts[0], ItemUpdate).item.verification == Verification(STATUS.REFUTED, REGION, 70)
    assert acts[1:] == [Wake(70, PUT_RIGHT, (FLOOD, "")), Wake(70, STATED, after.said[own.id])]
    assert after.said[own.id].verification.status is STATUS.REFUTED


def test_a_doubt_about_what_it_never_stated_itself_is_refuted_too() -> None:
    _, acts = react(ME, BEHAVIOUR, standing(**DOUBT), Unseen(LEVEL))
    assert content_of(sole(Publish, acts), ItemUpdate).item.verification.status is STATUS.REFUTED


@pytest.mark.parametrize("subject", [LEVEL, "bridge"])
def test_not_seeing_what_is_not_doubted_changes_nothing(subject: str) -> None:
    state = standing(source=REGION)
    assert react(ME, BEHAVIOUR, state, Unseen(subject)) == (state, [])


# Nothing stays disputed because one answer did not come -------------------------------------------


def disputed(me: Brief = ME) -> tuple[AgentState, Wake, Publish]:
    """A region that disputed at REACTION_MS, when it comes back to that, and what it asked."""
    state, acts = react(me, BEHAVIOUR, standing(), delivered(WATER, signal(), IN_TOOL), now=0)
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=REACTION_MS)
    asked = sole(Publish, [act for act in acts if act != acts[0]])
    return state, sole(Wake, acts), asked


@pytest.mark.parametrize(
    ("me", "term_ms"),
    [
        (ME, CONFIRM_MS),
        (brief(REGION, agreements=[agreement(GRID, "structural", correction=Norm(50, "us"))]), 50),
    ],
)
def test_what_stays_disputed_is_asked_again_each_term(me: Brief, term_ms: int) -> None:
    state, back, first = disputed(me)
    assert back.at_ms == REACTION_MS + term_ms
    for _ in range(2):
        _, acts = react(me, BEHAVIOUR, state, woken(back), now=back.at_ms)
        again, next_back = (act for act in acts if isinstance(act, Wake))
        assert (next_back.errand, next_back.about) == (back.errand, back.about)
        assert next_back.at_ms == back.at_ms + term_ms
        publish = only(Publish, react(me, BEHAVIOUR, state, woken(again))[1])
        assert (publish.topic, content_of(publish, Request).subject) == (first.topic, LEVEL)
        back = next_back


@pytest.mark.parametrize("status", [STATUS.VERIFIED, STATUS.CORRECTED, STATUS.REFUTED])
def test_what_was_settled_is_not_asked_again(status: VerificationStatus) -> None:
    _, back, _ = disputed()
    state = standing(status=status)
    assert react(ME, BEHAVIOUR, state, woken(back)) == (state, [])
    assert react(ME, BEHAVIOUR, state, Woken(ASK_AGAIN, back.about)) == (state, [])


def test_what_was_disputed_anew_is_come_back_to_by_the_later_dispute() -> None:
    state, back, _ = disputed()
    about = (*back.about[:2], REACTION_MS + 1)
    assert react(ME, BEHAVIOUR, state, Woken(back.errand, about)) == (state, [])


def test_nothing_is_asked_in_an_activity_that_was_closed() -> None:
    state, back, _ = disputed()
    state = msgspec.structs.replace(state, engaged={})
    assert react(ME, BEHAVIOUR, state, woken(back)) == (state, [])


def asked(state: AgentState, publish: Publish) -> AgentState:
    assert publish.register is not None
    errand, about = publish.register
    return react(ME, BEHAVIOUR, state, Woken(errand, (about, "q-1")))[0]


def test_what_its_source_no_longer_knows_is_refuted() -> None:
    state, _, question = disputed()
    _, acts = handle(asked(state, question), answer("unknown", None))
    new = content_of(sole(Publish, acts), ItemUpdate).item
    assert (new.verification, new.version) == (Verification(STATUS.REFUTED, REGION, 110), 3)


@pytest.mark.parametrize(
    "told",
    [answer("confirmed", None), answer("corrected", None), answer("unknown", None, FIRE)],
)
def test_an_answer_that_does_not_say_what_it_is_about_settles_nothing(told: Delivered) -> None:
    state, _, question = disputed()
    state = asked(state, question)
    after, acts = react(ME, BEHAVIOUR, state, told)
    assert (after.said, acts) == (state.said, [])


@pytest.mark.parametrize(
    "fields", [{"source": WATER}, {"status": STATUS.CORRECTED}, {"subject": "bridge"}], ids=str
)
def test_only_what_stands_from_who_no_longer_knows_is_refuted(fields: dict[str, Any]) -> None:
    open_question = {"q-1": (Question(FLOOD, LEVEL, GRID), 0)}
    state = standing(**fields)
    after, acts = handle(state.with_mind(ASKED, open_question), answer("unknown", None))
    assert (after.said, after.mind(ASKED), acts) == (state.said, {}, [])


def test_the_region_turns_to_what_its_own_people_signal() -> None:
    odd = msgspec.structs.replace(signal(None), reason="jump")
    own = Woken(OWN_SIGNAL, ((odd, FLOOD, ("f-1",)), "s-9"))
    state, acts = react(ME, BEHAVIOUR, standing(), own, now=10)
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)), now=110)
    assert content_of(acts[0], ItemUpdate).item.verification.status is STATUS.DISPUTED
    assert sole(Publish, acts[1:]).because_of == "s-9"
    _, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0}), own, now=10)
    _, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0}), woken(only(Wake, acts)), now=110)
    assert only(Publish, acts).injects == ("f-1",)


@pytest.mark.parametrize(
    ("heard", "status"),
    [
        (item(source=WATER, amount=300.0), STATUS.VERIFIED),
        (item(source=WATER, amount=900.0), STATUS.CORRECTED),
    ],
)
def test_an_answer_of_another_source_than_was_doubted_says_nothing_of_its_words(
    heard: Item, status: VerificationStatus
) -> None:
    """Its figures may agree, in other words."""
    state = standing(status=STATUS.DISPUTED, amount=300.0, words="rising")
    answered = delivered(WATER, Answer(activity=FLOOD, of="q-1", outcome="confirmed", item=heard))
    _, acts = handle(state, answered)
    assert content_of(sole(Publish, acts), ItemUpdate).item.verification.status is status
