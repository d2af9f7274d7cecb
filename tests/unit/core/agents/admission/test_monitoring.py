"""The life of a standby partner, step by step (Beleidskader par. 2.2.2)."""

from __future__ import annotations

import dataclasses
from typing import Literal

import msgspec
import pytest

from sim.core.agents.acts import Publish, Refused, Subscribe, Wake, Woken
from sim.core.agents.admission.monitoring import (
    ANSWER_MS,
    ASK,
    ASKED,
    ASKS_MAX,
    BEHAVIOUR,
    CARDS,
    CONCLUDE,
    LEFT,
    NAME,
    UNANSWERED,
)
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.engagement import ENGAGED, began_by
from sim.core.agents.people.staffing import AGAIN, MOMENT, Call, Desk
from sim.core.messages.contents import (
    Answer,
    Card,
    Conclusion,
    GrantNotice,
    Invitation,
    Request,
    Snapshot,
    Withdrawal,
)
from sim.core.messages.items import Item
from sim.core.model.agreement import LOOK_ALONG_MS
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role, Spread
from sim.core.picture.merge import of
from tests.unit.core.agents.helpers import (
    CARE,
    CROSS,
    FIRE,
    FLOOD,
    NEIGHBOUR,
    NOWHERE,
    REACTION_MS,
    REGION,
    RIVER,
    VICTIMS,
    agreement,
    brief,
    card,
    content_of,
    delivered,
    item,
    only,
    react,
    shared,
    sole,
    woken,
)

ME = brief(CROSS)
SHARED = f"activity/{FLOOD}/shared/#"
WITHDRAWAL = Withdrawal(activity=FLOOD, bundle="activity-reader")


def status(of_: str, **fields: object) -> AgentState:
    return AgentState(**fields).with_mind(NAME, {FLOOD: of_})  # type: ignore[arg-type]


def test_a_card_that_concerns_it_makes_it_look_once() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, card()))
    assert acts == [Subscribe(SHARED)]
    assert react(ME, BEHAVIOUR, state, delivered(REGION, card())) == (state, [])


@pytest.mark.parametrize("seen", [card(systems=("power",)), card(systems=())])
def test_a_card_that_does_not_concern_it_is_passed_over(seen: Card) -> None:
    assert react(ME, BEHAVIOUR, AgentState(), delivered(REGION, seen)) == (AgentState(), [])


@pytest.mark.parametrize(("party", "asked"), [(CROSS, REGION), (VICTIMS, CARE)])
def test_a_shut_door_makes_it_ask_whom_it_attaches_through(party: str, asked: str) -> None:
    me = brief(party)
    state, acts = react(me, BEHAVIOUR, status("looking"), Refused("subscribe", SHARED), now=10)
    wake = only(Wake, acts)
    assert (wake.at_ms, state.mind(NAME)[FLOOD]) == (10 + REACTION_MS, "asking")
    publish = only(Publish, react(me, BEHAVIOUR, state, woken(wake))[1])
    assert (publish.topic, publish.because_of) == (f"post/{asked}/{party}/request", "")
    request = content_of(publish, Request)
    assert (request.activity, request.purpose, request.on_behalf_of) == (FLOOD, "access", party)


@pytest.mark.parametrize(
    ("state", "topic"),
    [
        (AgentState(), SHARED),
        (status("asking"), SHARED),
        (status("looking"), f"activity/{FIRE}/shared/#"),
        (status("looking"), "#"),
    ],
)
def test_another_refusal_makes_it_do_nothing(state: AgentState, topic: str) -> None:
    assert react(ME, BEHAVIOUR, state, Refused("subscribe", topic)) == (state, [])


@pytest.mark.parametrize("state", [AgentState(), status("looking"), status("decoupled"), status("no role")])
def test_an_invitation_makes_it_ask(state: AgentState) -> None:
    invitation = Invitation(activity=FLOOD, text=NOWHERE)
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, invitation, event_id="vr24-8"))
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
    assert (publish.topic, publish.because_of) == (f"post/{REGION}/{CROSS}/request", "vr24-8")


@pytest.mark.parametrize("state", [status("asking"), status("let in"), status("role")])
def test_an_invitation_to_who_asked_or_is_in_changes_nothing(state: AgentState) -> None:
    invitation = Invitation(activity=FLOOD, text=NOWHERE)
    assert react(ME, BEHAVIOUR, state, delivered(REGION, invitation)) == (state, [])


@pytest.mark.parametrize("known", ["looking", "role", "no role"])
def test_a_card_that_closes_lets_it_begin_anew(known: str) -> None:
    state, acts = react(ME, BEHAVIOUR, status(known), delivered(REGION, card(is_open=False)))
    assert acts == []
    assert react(ME, BEHAVIOUR, state, delivered(REGION, card()))[1] == [Subscribe(SHARED)]


def answer(outcome: Literal["refused", "unknown"], activity: str = FLOOD, of_: str = "q-1") -> Answer:
    return Answer(activity=activity, of=of_, outcome=outcome)


def test_a_refusal_ends_the_asking_until_it_is_invited() -> None:
    asking = status("asking").with_mind(ASKED, {FLOOD: ("q-0", "q-1")})
    state, acts = react(ME, BEHAVIOUR, asking, delivered(REGION, answer("refused")))
    assert (state.mind(NAME)[FLOOD], acts) == ("refused", [])
    state = state.with_mind(CARDS, {FLOOD: (0, (RIVER,))})
    assert react(ME, BEHAVIOUR, state, delivered(REGION, card())) == (state, [])
    invitation = Invitation(activity=FLOOD, text=NOWHERE)
    assert only(Wake, react(ME, BEHAVIOUR, state, delivered(REGION, invitation))[1]).errand == ASK


@pytest.mark.parametrize("changed", [card(systems=(RIVER, "care")), msgspec.structs.replace(card(), grip=2)])
def test_a_card_that_changed_after_a_refusal_makes_it_ask_once_more(changed: Card) -> None:
    state = status("refused").with_mind(CARDS, {FLOOD: (0, (RIVER,))})
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, changed, event_id="vr24-7"), now=10)
    wake = only(Wake, acts)
    assert (state.mind(NAME)[FLOOD], wake.at_ms) == ("asking", 10 + REACTION_MS)
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1])
    assert (publish.topic, publish.because_of) == (f"post/{REGION}/{CROSS}/request", "vr24-7")
    assert react(ME, BEHAVIOUR, state, delivered(REGION, changed)) == (state, [])


@pytest.mark.parametrize("known", ["let in", "role", "asking", "no role"])
def test_a_card_that_changes_makes_nobody_ask_who_was_not_refused(known: str) -> None:
    state, acts = react(ME, BEHAVIOUR, status(known), delivered(REGION, card(grip=2)))
    assert (state.mind(NAME)[FLOOD], acts) == (known, [])


@pytest.mark.parametrize("known", ["decoupled", "declined"])
@pytest.mark.parametrize(("grip", "asks"), [(1, False), (2, False), (3, True)])
def test_who_had_no_role_asks_anew_only_when_scaled_up_further(known: str, grip: int, asks: bool) -> None:
    state = status(known).with_mind(LEFT, {FLOOD: 2})
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, card(grip=grip)))
    assert (state.mind(NAME)[FLOOD], bool(acts)) == ("asking" if asks else known, asks)


def test_the_level_at_which_it_had_no_role_is_that_of_the_newest_card() -> None:
    state, _ = react(ME, BEHAVIOUR, status("let in"), delivered(REGION, card(grip=2)))
    state, _ = react(ME, BEHAVIOUR, state, Woken(CONCLUDE, (FLOOD, True)))
    assert state.mind(LEFT) == {FLOOD: 2}
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, WITHDRAWAL))
    assert (state.mind(NAME)[FLOOD], acts) == ("decoupled", [])
    assert react(ME, BEHAVIOUR, state, delivered(REGION, card(grip=2))) == (state, [])


def test_what_is_scaled_up_before_the_access_is_taken_back_makes_it_ask_after_that() -> None:
    state = status("no role").with_mind(LEFT, {FLOOD: 1})
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, card(grip=2)))
    assert acts == []
    state, acts = react(ME, BEHAVIOUR, state, delivered(REGION, WITHDRAWAL))
    assert (only(Wake, acts).errand, state.mind(NAME)[FLOOD]) == (ASK, "asking")


def test_who_asks_already_when_the_access_of_before_is_taken_back_goes_on_asking() -> None:
    asking = status("asking")
    assert react(ME, BEHAVIOUR, asking, delivered(REGION, WITHDRAWAL)) == (asking, [])


def test_it_asks_again_where_nobody_answers_and_leaves_it_after_a_few_times() -> None:
    state, acts = react(ME, BEHAVIOUR, status("looking"), Refused("subscribe", SHARED))
    for number in range(ASKS_MAX):
        publish = only(Publish, react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
        assert publish.register is not None
        errand, about = publish.register
        state, acts = react(ME, BEHAVIOUR, state, Woken(errand, (about, f"q-{number}")), now=10)
        assert only(Wake, acts).at_ms == 10 + ANSWER_MS
        stale = Woken(UNANSWERED, (FLOOD, "", "q-before"))
        assert react(ME, BEHAVIOUR, state, stale) == (state, [])
        state, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert (state.mind(NAME)[FLOOD], acts) == ("unanswered", [])
    _, acts = react(ME, BEHAVIOUR, state, delivered(REGION, card(grip=1)))
    assert only(Wake, acts).errand == ASK
    _, acts = react(ME, BEHAVIOUR, state, delivered(REGION, Invitation(activity=FLOOD, text=NOWHERE)))
    assert only(Wake, acts).errand == ASK


@pytest.mark.parametrize("known", ["refused", "let in"])
def test_what_was_answered_is_not_asked_again(known: str) -> None:
    state = status(known).with_mind(ASKED, {FLOOD: ("q-1",)})
    assert react(ME, BEHAVIOUR, state, Woken(UNANSWERED, (FLOOD, "", "q-1"))) == (state, [])


def test_who_is_in_by_the_time_that_somebody_asks_does_not_ask() -> None:
    assert react(ME, BEHAVIOUR, status("let in"), Woken(ASK, (FLOOD, ""))) == (status("let in"), [])


def test_an_asking_that_nobody_got_round_to_is_done_later() -> None:
    me = brief(CROSS, staff=(Post(Role.HEAD_OF_INFORMATION, on_duty=1, hours=(10, 20), attention_ms=1),))
    state, acts = react(me, BEHAVIOUR, status("looking"), Refused("subscribe", SHARED), now=20)
    state, acts = react(me, BEHAVIOUR, state, woken(sole(Wake, acts)), now=21)
    assert sole(Wake, acts).errand == AGAIN


@pytest.mark.parametrize(("monitors", "looks"), [(True, True), (False, False)])
def test_it_scans_cards_where_that_was_agreed(monitors: bool, looks: bool) -> None:
    me = brief(CROSS, agreements=[agreement(CROSS, "standby", monitors=monitors)])
    _, acts = react(me, BEHAVIOUR, AgentState(), delivered(REGION, card()))
    assert bool(acts) == looks


def test_an_invitation_to_what_is_no_task_of_its_own_is_declined() -> None:
    idle = msgspec.structs.replace(ME.party, competence=Competence(("animals",)))
    me = dataclasses.replace(ME, party=idle)
    invitation = Invitation(activity=FLOOD, text=NOWHERE)
    state, acts = react(me, BEHAVIOUR, AgentState(), delivered(REGION, invitation, event_id="vr24-7"))
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)))
    publish = only(Publish, acts)
    assert (publish.topic, publish.answers) == (f"post/{REGION}/{CROSS}/conclusion", "vr24-7")
    conclusion = content_of(publish, Conclusion)
    assert (conclusion.role, conclusion.text.en) == (False, "This is no task of ours; we do not look along.")
    assert state.mind(NAME)[FLOOD] == "declined"
    assert only(Wake, react(me, BEHAVIOUR, state, delivered(REGION, invitation))[1]).errand == ASK


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("let in", answer("refused")),
        ("asking", answer("unknown")),
        ("asking", answer("refused", FIRE)),
        ("asking", answer("refused", of_="q-2")),
    ],
)
def test_another_answer_changes_nothing(known: str, told: Answer) -> None:
    state = status(known).with_mind(ASKED, {FLOOD: ("q-1",)})
    assert react(ME, BEHAVIOUR, state, delivered(REGION, told)) == (state, [])


def test_a_grant_lets_it_look_along_for_a_time() -> None:
    notice = GrantNotice(activity=FLOOD, bundle="activity-reader")
    state, acts = react(ME, BEHAVIOUR, status("asking"), delivered(REGION, notice), now=10)
    assert state.mind(NAME)[FLOOD] == "let in"
    assert acts == [Wake(10 + LOOK_ALONG_MS, CONCLUDE, (FLOOD, True))]
    me = brief(CROSS, agreements=[agreement(CROSS, "standby", look_along_ms=500)])
    _, acts = react(me, BEHAVIOUR, status("asking"), delivered(REGION, notice), now=10)
    assert acts == [Wake(510, CONCLUDE, (FLOOD, True))]


def test_it_looks_along_for_as_long_as_was_agreed() -> None:
    me = brief(CROSS, agreements=[agreement(CROSS, "standby", look_along_ms=7)])
    notice = GrantNotice(activity=FLOOD, bundle="activity-reader")
    _, acts = react(me, BEHAVIOUR, status("asking"), delivered(REGION, notice), now=10)
    assert acts == [Wake(17, CONCLUDE, (FLOOD, True))]


def test_a_snapshot_lets_it_conclude_soon() -> None:
    snapshot = Snapshot(activity=FLOOD, items=())
    _, acts = react(ME, BEHAVIOUR, status("let in"), delivered(REGION, snapshot), now=10)
    assert acts == [Wake(10 + REACTION_MS, CONCLUDE, (FLOOD, False))]


@pytest.mark.parametrize("is_term_over", [True, False])
def test_a_picture_about_its_field_gives_it_a_role(is_term_over: bool) -> None:
    looking = status("let in", picture=of([shared()]))
    state, acts = react(ME, BEHAVIOUR, looking, Woken(CONCLUDE, (FLOOD, is_term_over)), now=10)
    assert (state.engaged, state.mind(NAME)[FLOOD]) == ({FLOOD: 10}, "role")
    assert sole(Wake, acts) == Wake(10, ENGAGED, FLOOD)
    publish = sole(Publish, acts)
    assert publish.topic == f"post/{REGION}/{CROSS}/conclusion"
    assert content_of(publish, Conclusion).role is True


def test_what_it_does_names_what_led_to_it() -> None:
    notice = GrantNotice(activity=FLOOD, bundle="activity-reader")
    state, _ = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, card(), event_id="vr24-1"))
    state, acts = react(ME, BEHAVIOUR, state, Refused("subscribe", SHARED))
    state, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    assert only(Publish, acts).because_of == "vr24-1"
    state, _ = react(ME, BEHAVIOUR, state, delivered(REGION, notice, event_id="vr24-2"))
    _, acts = react(ME, BEHAVIOUR, state, Woken(CONCLUDE, (FLOOD, True)))
    assert only(Publish, acts).because_of == "vr24-2"
    snapshot = Snapshot(activity=FLOOD, items=())
    state, _ = react(ME, BEHAVIOUR, state, delivered(REGION, snapshot, event_id="vr24-3"))
    state = msgspec.structs.replace(state, picture=of([shared()]))
    state, acts = react(ME, BEHAVIOUR, state, Woken(CONCLUDE, (FLOOD, True)))
    assert sole(Publish, acts).because_of == began_by(state, FLOOD) == "vr24-3"


STATUS = shared(subject=f"status-{CARE}", source=CARE)


@pytest.mark.parametrize("known", [[], [shared(system="power")], [shared(FIRE)], [item()], [STATUS]])
def test_a_picture_without_its_field_gives_it_no_role_once_the_term_is_over(known: list[Item]) -> None:
    looking = status("let in", picture=of(known))
    assert react(ME, BEHAVIOUR, looking, Woken(CONCLUDE, (FLOOD, False))) == (looking, [])
    state, acts = react(ME, BEHAVIOUR, looking, Woken(CONCLUDE, (FLOOD, True)))
    assert (state.engaged, state.mind(NAME)[FLOOD]) == ({}, "no role")
    assert content_of(only(Publish, acts), Conclusion).role is False


@pytest.mark.parametrize("known", ["asking", "role", "no role", "decoupled"])
def test_a_conclusion_is_drawn_once_and_only_while_let_in(known: str) -> None:
    state = status(known, picture=of([shared()]))
    assert react(ME, BEHAVIOUR, state, Woken(CONCLUDE, (FLOOD, True))) == (state, [])


def test_a_withdrawal_decouples_it() -> None:
    withdrawal = Withdrawal(activity=FLOOD, bundle="activity-reader")
    state, acts = react(
        ME, BEHAVIOUR, status("role", engaged={FLOOD: 1, FIRE: 2}), delivered(REGION, withdrawal)
    )
    assert (state.engaged, state.mind(NAME)[FLOOD], acts) == ({FIRE: 2}, "decoupled", [])


def test_only_the_directing_region_lets_in_and_decouples() -> None:
    asking = AgentState(minds={"monitoring": {FLOOD: "asking"}})
    notice = GrantNotice(activity=FLOOD, bundle="activity-reader")
    assert react(ME, BEHAVIOUR, asking, delivered(NEIGHBOUR, notice)) == (asking, [])
    inside = AgentState(engaged={FLOOD: 1}, minds={"monitoring": {FLOOD: "role"}})
    withdrawal = Withdrawal(activity=FLOOD, bundle="activity-reader")
    assert react(ME, BEHAVIOUR, inside, delivered(NEIGHBOUR, withdrawal)) == (inside, [])


def test_who_is_on_call_comes_when_it_is_let_in() -> None:
    post = Post(Role.HEAD_OF_INFORMATION, on_call=1, arrival=Spread(30, 30))
    me = brief(CROSS, staff=(post,))
    state, acts = react(
        me,
        BEHAVIOUR,
        status("asking"),
        delivered(REGION, GrantNotice(activity=FLOOD, bundle="activity-reader")),
        now=20,
    )
    assert Wake(50, MOMENT, post.role) in acts
    assert state.desk(post.role).called == {0: Call(50, "e-1")}


@pytest.mark.parametrize(
    ("other", "engaged", "stays"), [(None, {}, False), ("let in", {}, True), (None, {FIRE: 1}, True)]
)
def test_who_was_called_to_look_along_goes_home_when_that_was_all(
    other: str | None, engaged: dict[str, int], stays: bool
) -> None:
    called = {Role.HEAD_OF_INFORMATION: Desk(called={0: Call(50, "e-1")})}
    state = status("no role", desks=called, engaged=engaged)
    if other is not None:
        state = state.with_mind(NAME, {FIRE: other})
    state, _ = react(brief(CROSS), BEHAVIOUR, state, delivered(REGION, WITHDRAWAL))
    assert bool(state.desk(Role.HEAD_OF_INFORMATION).called) is stays
