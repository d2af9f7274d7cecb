from __future__ import annotations

import pytest

from sim.core.agents.acts import Look, Perceived, Publish, Stimulus, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.information.statements import STATED
from sim.core.agents.verification.answering import ANSWER, BEHAVIOUR, WITHDRAW
from sim.core.messages.contents import Answer, Request
from sim.core.messages.items import VerificationStatus
from sim.core.picture.observation import Observation
from tests.unit.core.agents.helpers import (
    FIRE,
    FLOOD,
    LEVEL,
    NEIGHBOUR,
    REACTION_MS,
    REGION,
    WATER,
    brief,
    content_of,
    delivered,
    fact,
    item,
    knows,
    only,
    perceived,
    react,
    seen,
    sole,
    woken,
)

ME = brief(WATER)
ASK = delivered(REGION, Request(activity=FLOOD, purpose="verify", subject=LEVEL), event_id="vr24-5")
TOPIC = f"post/{REGION}/{WATER}/answer"
STATUS = VerificationStatus


def asked(state: AgentState) -> AgentState:
    state, acts = react(ME, BEHAVIOUR, state, ASK)
    assert acts == [Look(LEVEL)]
    return state


def answer(state: AgentState, stimulus: Stimulus, knowledge: Observation | None = None) -> Publish:
    """Ask, look, and answer; what is seen becomes knowledge, as the behaviour ``knowing`` does it."""
    state, acts = react(ME, BEHAVIOUR, asked(state), stimulus, now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    if knowledge is not None:
        state = knows(knowledge, said=state.said, minds=state.minds)
    after, acts = react(ME, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    assert after.mind("answering") == {}
    publish = sole(Publish, acts)
    item = content_of(publish, Answer).item
    stated = [] if item is None else [Wake(wake.at_ms, STATED, item)]
    assert acts == [publish, *stated], "what was answered is also said where the party's statements go"
    return publish


def test_a_request_for_something_else_is_left_to_others() -> None:
    other = delivered(REGION, Request(activity=FLOOD, purpose="access"))
    assert react(ME, BEHAVIOUR, knows(seen()), other) == (knows(seen()), [])


def test_a_request_about_what_it_does_not_know_is_answered_at_once() -> None:
    publish = only(Publish, react(ME, BEHAVIOUR, AgentState(), ASK)[1])
    assert (publish.topic, publish.answers, publish.because_of) == (TOPIC, "vr24-5", "vr24-5")
    assert content_of(publish, Answer).outcome == "unknown"
    assert content_of(publish, Answer).item is None


def test_what_is_still_so_is_confirmed() -> None:
    said = {f"{WATER}-{LEVEL}": item(observed=0)}
    again = seen(at_ms=10)
    publish = answer(knows(seen(), said=said), perceived(again, asked=True), again)
    found = content_of(publish, Answer)
    assert (publish.topic, publish.answers, found.of) == (TOPIC, "vr24-5", "vr24-5")
    assert found.outcome == "confirmed"
    assert found.item is not None
    assert (found.item.version, found.item.observed_at_ms) == (2, 10)


def test_what_was_never_said_is_confirmed_as_a_first_statement() -> None:
    again = seen(at_ms=10)
    found = content_of(answer(knows(seen()), perceived(again, asked=True), again), Answer)
    assert found.outcome == "confirmed"
    assert found.item is not None
    assert found.item.version == 1


@pytest.mark.parametrize("causation", [(), ("f-1",)])
def test_what_turns_out_otherwise_is_corrected(causation: tuple[str, ...]) -> None:
    said = {f"{WATER}-{LEVEL}": item(amount=900.0, causation=causation)}
    again = seen(fact(amount=300.0), at_ms=10)
    publish = answer(knows(seen(), said=said), perceived(again, asked=True), again)
    found = content_of(publish, Answer)
    assert (found.outcome, publish.injects) == ("corrected", causation)
    assert found.item is not None
    assert found.item.values[0].amount == 300.0


def test_what_was_corrected_in_the_meantime_is_told_as_it_stands() -> None:
    corrected = item(version=4, amount=300.0, status=STATUS.CORRECTED, causation=("f-1",))
    again = seen(fact(amount=300.0), at_ms=10)
    state = knows(seen(), said={corrected.id: corrected})
    found = content_of(answer(state, perceived(again, asked=True), again), Answer)
    assert (found.outcome, found.item) == ("corrected", corrected)


def test_what_cannot_be_seen_is_taken_back() -> None:
    hearsay = item(version=2, causation=("f-1",))
    publish = answer(knows(seen(), said={hearsay.id: hearsay}), Unseen(LEVEL))
    found = content_of(publish, Answer)
    assert (found.outcome, publish.injects) == ("unknown", ("f-1",))
    assert found.item is not None
    assert (found.item.version, found.item.verification.status) == (3, STATUS.REFUTED)


def test_what_cannot_be_seen_and_was_never_said_is_answered_without_an_item() -> None:
    publish = answer(knows(seen()), Unseen(LEVEL))
    assert (content_of(publish, Answer).item, publish.injects) == (None, ())


def test_an_answer_to_what_was_taken_back_meanwhile_says_that_it_was() -> None:
    taken_back = item(version=3, status=STATUS.REFUTED)
    state = AgentState(said={taken_back.id: taken_back})
    after, acts = react(ME, BEHAVIOUR, state, Woken(ANSWER, (LEVEL, FLOOD, "e-1", REGION)))
    found = content_of(only(Publish, acts), Answer)
    assert (found.outcome, found.of, found.item) == ("unknown", "e-1", taken_back)
    assert after == state


@pytest.mark.parametrize(
    ("stimulus", "errand"), [(perceived(seen(), asked=True), ANSWER), (Unseen(LEVEL), WITHDRAW)]
)
def test_everybody_who_asked_is_answered(stimulus: Stimulus, errand: str) -> None:
    neighbour = delivered(
        NEIGHBOUR, Request(activity=FIRE, purpose="verify", subject=LEVEL), event_id="vr23-9"
    )
    state, _ = react(ME, BEHAVIOUR, asked(knows(seen())), neighbour)
    state, acts = react(ME, BEHAVIOUR, state, stimulus)
    assert [(act.errand, act.about) for act in acts if isinstance(act, Wake)] == [
        (errand, (LEVEL, FLOOD, "vr24-5", REGION)),
        (errand, (LEVEL, FIRE, "vr23-9", NEIGHBOUR)),
    ]
    for wake in acts:
        assert isinstance(wake, Wake)
        state, told = react(ME, BEHAVIOUR, state, woken(wake))
        publish = sole(Publish, told)
        assert (publish.answers, publish.topic) == (wake.about[2], f"post/{wake.about[3]}/{WATER}/answer")


@pytest.mark.parametrize(
    "stimulus",
    [Perceived(seen(), asked=False), Perceived(seen(fact("bridge")), asked=True), Unseen("bridge")],
)
def test_what_was_not_looked_for_answers_nothing(stimulus: Stimulus) -> None:
    state = asked(knows(seen()))
    assert react(ME, BEHAVIOUR, state, stimulus) == (state, [])
