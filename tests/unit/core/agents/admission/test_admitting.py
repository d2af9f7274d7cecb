from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
import shapely

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.admission.admitting import BEHAVIOUR, NAME, SNAPSHOT_AFTER_MS
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.people.staffing import AGAIN, Desk
from sim.core.messages.contents import (
    Answer,
    Conclusion,
    GrantNotice,
    Invitation,
    Request,
    Snapshot,
    Withdrawal,
)
from sim.core.messages.items import Item
from sim.core.model.cue import Close, Decouple, Invite
from sim.core.model.party import Competence
from sim.core.model.staff import Post, Role
from tests.unit.core.agents.helpers import (
    CAMPING,
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
    WATER,
    agreement,
    brief,
    content_of,
    cued,
    delivered,
    only,
    react,
    shared,
    sole,
    text,
    woken,
)

AGREED = (
    agreement(CROSS, "standby"),
    agreement(VICTIMS, "standby"),
    agreement(CAMPING, "ad-hoc", seconded_themes=("a2-situation",)),
)
ME = brief(REGION, agreements=AGREED)
OPEN = AgentState(engaged={FLOOD: 0})


def ask(purpose: str = "access", on_behalf_of: str = "", activity: str = FLOOD) -> Request:
    return Request(activity=activity, purpose=purpose, on_behalf_of=on_behalf_of)  # type: ignore[arg-type]


def decide(
    sender: str, request: Request, state: AgentState = OPEN, me: Brief = ME
) -> tuple[AgentState, list[Any]]:
    state, acts = react(me, BEHAVIOUR, state, delivered(sender, request, event_id="q-1"), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    state, acts = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, list(acts)


def test_a_standby_partner_that_asks_is_let_in_and_gets_the_picture() -> None:
    state = AgentState(engaged={FLOOD: 0}, said={"flood-level": shared(causation=("f-1",))})
    state, acts = decide(CROSS, ask(), state)
    publish, wake = sole(Publish, acts), sole(Wake, acts)
    assert (publish.topic, publish.answers) == (f"post/{CROSS}/{REGION}/grant", "q-1")
    notice = content_of(publish, GrantNotice)
    assert (notice.activity, notice.bundle, notice.themes) == (FLOOD, "activity-reader", ())
    assert "until you have no role" in notice.text.en
    assert wake.at_ms == 110 + SNAPSHOT_AFTER_MS
    snapshot = only(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1])
    assert (snapshot.topic, snapshot.injects) == (f"post/{CROSS}/{REGION}/snapshot", ("f-1",))
    assert content_of(snapshot, Snapshot).items == (shared(causation=("f-1",)),)


def test_a_snapshot_is_not_brought_to_who_was_let_out_again() -> None:
    state, acts = decide(CROSS, ask())
    bring = woken(sole(Wake, acts))
    state, _ = react(ME, BEHAVIOUR, state, cued(Decouple(activity=FLOOD, party=CROSS, text=text("enough"))))
    assert react(ME, BEHAVIOUR, state, bring) == (state, [])


def test_who_asks_on_behalf_of_another_lets_that_one_in() -> None:
    _, acts = decide(CARE, ask(on_behalf_of=VICTIMS))
    assert sole(Publish, acts).topic == f"post/{VICTIMS}/{REGION}/grant"


def test_an_ad_hoc_partner_gets_a_seconded_head_for_its_themes() -> None:
    other = shared(subject="forecast", theme="c1-development")
    state = AgentState(engaged={FLOOD: 0}, said={"flood-level": shared(), other.id: other})
    state, acts = decide(CAMPING, ask("support"), state)
    publish = sole(Publish, acts)
    assert publish.topic == f"outside/{CAMPING}/{REGION}/grant"
    notice = content_of(publish, GrantNotice)
    assert (notice.activity, notice.bundle, notice.themes) == (FLOOD, "seconded-head", ("a2-situation",))
    assert "You read: a2-situation. This ends when" in notice.text.en
    snapshot = only(Publish, react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))[1])
    # The seconded head works in the tool, whatever the partner's own channel is.
    assert snapshot.topic == f"post/{CAMPING}/{REGION}/snapshot"
    assert content_of(snapshot, Snapshot).items == (shared(),)


@pytest.mark.parametrize(("items", "messages"), [(0, 1), (1, 1), (400, 3)])
def test_a_snapshot_comes_in_as_many_messages_as_it_takes(items: int, messages: int) -> None:
    told_of = [shared(subject=f"s{n:03d}", words="x" * 100) for n in range(items)]
    picture: dict[str, Item] = {one.id: one for one in told_of}
    state, acts = decide(CROSS, ask(), AgentState(engaged={FLOOD: 0}, said=picture))
    _, acts = react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))
    told = [content_of(act, Snapshot).items for act in acts]
    assert len(told) == messages
    assert [item for part in told for item in part] == told_of


LET_IN = OPEN.with_mind(NAME, {(FLOOD, CROSS): "activity-reader", (FIRE, CROSS): "activity-reader"})


@pytest.mark.parametrize(
    ("sender", "request_", "state", "reason"),
    [
        (CROSS, ask(), AgentState(), "The activity is not open."),
        (CROSS, ask(on_behalf_of=CROSS), LET_IN, "You already have access."),
        (WATER, ask(), OPEN, "This profile knows no access on request."),
        (VICTIMS, ask(), OPEN, "This is not for the one who asks to ask."),
    ],
    ids=["not-open", "let-in", "profile", "not-through-its-process"],
)
def test_a_request_is_refused_with_the_reason(
    sender: str, request_: Request, state: AgentState, reason: str
) -> None:
    after, acts = decide(sender, request_, state)
    publish = only(Publish, acts)
    assert (publish.topic, publish.answers, after) == (f"post/{sender}/{REGION}/answer", "q-1", state)
    answer = content_of(publish, Answer)
    assert (answer.outcome, answer.of, answer.text.en) == ("refused", "q-1", reason)


def test_a_refusal_is_told_both_to_who_asked_and_on_whose_behalf() -> None:
    state, acts = decide(WATER, ask(on_behalf_of=CROSS))
    assert [act.topic for act in acts] == [f"post/{to}/{REGION}/answer" for to in (CROSS, WATER)]
    assert {content_of(act, Answer).text.en for act in acts} == {"This is not for the one who asks to ask."}
    assert state == OPEN


@pytest.mark.parametrize(("partner", "purpose"), [(CROSS, "access"), (CAMPING, "support")])
@pytest.mark.parametrize("regions", [None, (NEIGHBOUR,)], ids=["none", "with-another-region"])
def test_who_has_no_agreement_with_this_region_is_not_let_in(
    partner: str, purpose: str, regions: tuple[str, ...] | None
) -> None:
    """Beleidskader Tabel 3: access has preconditions, which nobody agreed on."""
    known = {one.partner: one for one in AGREED}
    elsewhere = known.pop(partner)
    agreements = [*known.values()]
    if regions is not None:
        agreements.append(msgspec.structs.replace(elsewhere, regions=regions))
    state, acts = decide(partner, ask(purpose), me=brief(REGION, agreements=agreements))
    answer = content_of(only(Publish, acts), Answer)
    assert (answer.outcome, answer.text.en) == ("refused", "You have no agreement with this region.")
    assert state == OPEN


def test_a_refusal_of_what_was_passed_on_answers_what_the_party_itself_asked() -> None:
    passed_on = delivered(CARE, ask(on_behalf_of=VICTIMS), event_id="q-2")
    event = msgspec.structs.replace(passed_on.event, causationid="q-1")
    state, acts = react(ME, BEHAVIOUR, AgentState(), msgspec.structs.replace(passed_on, event=event))
    _, acts = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))
    told = [(act.topic, act.answers, content_of(act, Answer).of) for act in acts if isinstance(act, Publish)]
    assert told == [
        (f"post/{VICTIMS}/{REGION}/answer", "q-1", "q-1"),
        (f"post/{CARE}/{REGION}/answer", "q-2", "q-2"),
    ]


def test_a_refusal_answers_the_request_and_not_what_made_the_party_ask() -> None:
    asked = delivered(CROSS, ask(), event_id="q-2")
    event = msgspec.structs.replace(asked.event, causationid="invitation")
    state, acts = react(ME, BEHAVIOUR, AgentState(), msgspec.structs.replace(asked, event=event))
    publish = only(Publish, react(ME, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
    assert (publish.answers, content_of(publish, Answer).of) == ("q-2", "q-2")


@pytest.mark.parametrize("content", [ask(), Conclusion(activity=FLOOD, role=False, text=NOWHERE)])
def test_what_nobody_at_the_region_got_round_to_is_done_later(content: Any) -> None:
    me = brief(REGION, staff=(Post(Role.INFORMATION_MANAGER, on_duty=1, attention_ms=5),))
    busy = msgspec.structs.replace(LET_IN, desks={Role.INFORMATION_MANAGER: Desk(busy={0: 1_000_000})})
    state, acts = react(me, BEHAVIOUR, busy, delivered(CROSS, content), now=10)
    _, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=15)
    assert sole(Wake, acts).errand == AGAIN


def test_support_under_an_agreement_without_themes_is_refused() -> None:
    me = brief(REGION, agreements=[agreement(CAMPING, "ad-hoc")])
    _, acts = decide(CAMPING, ask("support"), me=me)
    assert content_of(only(Publish, acts), Answer).text.en == (
        "No head of information is available: no themes were agreed."
    )


@pytest.mark.parametrize("partner", [CROSS, CAMPING])
@pytest.mark.parametrize(
    "competence",
    [Competence(("care",)), Competence((RIVER,), shapely.box(6.0, 52.0, 6.1, 52.1))],
    ids=["another-system", "elsewhere"],
)
def test_who_has_no_task_here_is_not_let_in(partner: str, competence: Competence) -> None:
    idle = msgspec.structs.replace(ME.directory[partner], competence=competence)
    me = replace(ME, directory={**ME.directory, partner: idle})
    _, acts = decide(partner, ask("support" if partner == CAMPING else "access"), me=me)
    assert content_of(only(Publish, acts), Answer).text.en == "We see no task for you here."


@pytest.mark.parametrize(("heads", "is_helped"), [(0, False), (1, False), (2, True)])
def test_no_more_heads_are_seconded_than_there_are(heads: int, is_helped: bool) -> None:
    other = msgspec.structs.replace(ME.directory[CAMPING], id="hotel")
    host = msgspec.structs.replace(ME.party, seconded_heads=heads)
    me = replace(ME, party=host, directory={**ME.directory, "hotel": other})
    state = OPEN.with_mind(NAME, {(FIRE, "hotel"): "seconded-head", (FLOOD, CROSS): "activity-reader"})
    _, acts = decide(CAMPING, ask("support"), state, me=me)
    notices = [act for act in acts if isinstance(act, Publish) and isinstance(act.content, GrantNotice)]
    assert bool(notices) == is_helped
    if not is_helped:
        reason = f"No head of information is available: all {heads} are helping somebody else."
        assert content_of(only(Publish, acts), Answer).text.en == reason


def test_a_head_that_is_back_can_help_another() -> None:
    state, _ = decide(CAMPING, ask("support"))
    state, _ = react(ME, BEHAVIOUR, state, cued(Decouple(activity=FLOOD, party=CAMPING, text=text("enough"))))
    _, acts = decide(CAMPING, ask("support"), state)
    assert content_of(sole(Publish, acts), GrantNotice).bundle == "seconded-head"


@pytest.mark.parametrize(
    "request_",
    [
        ask("verify"),
        ask("spar"),
        ask("inform"),
        ask("effects"),
        ask(activity=FIRE),
        ask(activity="elsewhere"),
    ],
)
def test_another_request_is_left_to_others(request_: Request) -> None:
    assert react(ME, BEHAVIOUR, OPEN, delivered(CROSS, request_)) == (OPEN, [])


ALL_IN = LET_IN.with_mind(NAME, {(FLOOD, CAMPING): "seconded-head"})


def conclude(*, role: bool) -> Conclusion:
    return Conclusion(activity=FLOOD, role=role, text=NOWHERE)


def test_a_conclusion_of_no_role_takes_the_access_back_once() -> None:
    state, acts = react(ME, BEHAVIOUR, LET_IN, delivered(CROSS, conclude(role=False), event_id="c-1"), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    state, acts = react(ME, BEHAVIOUR, state, woken(wake))
    publish = only(Publish, acts)
    assert (publish.topic, publish.because_of) == (f"post/{CROSS}/{REGION}/withdrawal", "c-1")
    assert content_of(publish, Withdrawal).bundle == "activity-reader"
    assert state.mind(NAME) == {(FIRE, CROSS): "activity-reader"}
    assert react(ME, BEHAVIOUR, state, woken(wake)) == (state, [])


def test_a_conclusion_of_a_role_leaves_the_access() -> None:
    assert react(ME, BEHAVIOUR, LET_IN, delivered(CROSS, conclude(role=True))) == (LET_IN, [])


def test_an_invitation_by_cue_goes_to_the_partner() -> None:
    cue = cued(Invite(activity=FLOOD, party=CROSS, text=text("look along")))
    assert only(Publish, react(ME, BEHAVIOUR, OPEN, cue)[1]) == Publish(
        f"post/{CROSS}/{REGION}/invitation",
        Invitation(activity=FLOOD, text=text("look along")),
        injects=("i-1",),
    )


def test_decoupling_by_cue_withdraws_with_the_words_of_the_cue() -> None:
    cue = cued(Decouple(activity=FLOOD, party=CROSS, text=text("enough")))
    publish = only(Publish, react(ME, BEHAVIOUR, ALL_IN, cue)[1])
    assert (publish.topic, publish.injects) == (f"post/{CROSS}/{REGION}/withdrawal", ("i-1",))
    assert content_of(publish, Withdrawal).text == text("enough")


def test_decoupling_of_who_was_not_let_in_does_nothing() -> None:
    cue = cued(Decouple(activity=FLOOD, party=VICTIMS, text=text("enough")))
    assert react(ME, BEHAVIOUR, ALL_IN, cue) == (ALL_IN, [])


def test_closing_takes_back_all_that_was_granted_in_that_activity() -> None:
    state, acts = react(ME, BEHAVIOUR, ALL_IN, cued(Close(activity=FLOOD)))
    assert [act.topic for act in acts if isinstance(act, Publish)] == [
        f"outside/{CAMPING}/{REGION}/withdrawal",
        f"post/{CROSS}/{REGION}/withdrawal",
    ]
    assert state.mind(NAME) == {(FIRE, CROSS): "activity-reader"}
