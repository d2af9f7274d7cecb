"""Appraising: what a threat means for one's own systems is worked out by who agreed to, and told where it belongs."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Appraise, Delivered, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import state_own, told_by
from sim.core.agents.people import staffing
from sim.core.agents.people.staffing import Desk
from sim.core.agents.risks.appraising import AGAIN, BEHAVIOUR, EVERY_MS, WORK_OUT
from sim.core.messages.contents import Answer, AnyContent, Briefing, Confidence, ItemUpdate, Request, Snapshot
from sim.core.messages.items import Item, ItemRef, Kind, Sensitivity, VerificationStatus
from sim.core.model.agreement import Agreement
from sim.core.model.staff import Post, Role
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    LEVEL,
    NEIGHBOUR,
    PERCEPTION_MS,
    RAIL,
    REGION,
    RIVER,
    THEME,
    WATER,
    agreement,
    brief,
    content_of,
    delivered,
    fact,
    item,
    knows,
    only,
    people,
    react,
    seen,
    sole,
    woken,
)

RISK = f"risk/{REGION}/{REGION}/{THEME}/risk-{LEVEL}"
SHARED = f"activity/{FLOOD}/shared/{THEME}/{FLOOD}-{LEVEL}"


def me(party: str = GRID, *threats: str, **fields: Any) -> Brief:
    return brief(party, agreements=[agreement(party, threats=threats or (RIVER,))], **fields)


def threat(**fields: Any) -> Item:
    return item(f"risk-{LEVEL}", **{"kind": Kind.FORECAST, **fields})


def read(said: Item, topic: str = RISK) -> Delivered:
    return delivered(REGION, ItemUpdate(item=said), topic)


def test_a_threat_in_the_regions_risk_picture_is_worked_out() -> None:
    state, acts = react(me(), BEHAVIOUR, AgentState(), read(threat()))
    wake = only(Wake, acts)
    assert wake.errand == WORK_OUT
    state, acts = react(me(), BEHAVIOUR, state, woken(wake))
    assert only(Appraise, acts).subject == LEVEL
    effect = seen(fact("cellar", effect_of=LEVEL))
    assert state_own(me(), state, effect, 5)[1].relates_to == (f"risk-{LEVEL}",)
    assert (told_by(state, effect.fact), told_by(state, fact())) == ("e-1", "")


@pytest.mark.parametrize(
    "content",
    [
        Snapshot(activity=FLOOD, items=(threat(),)),
        Briefing(activity=FLOOD, items=(threat(),)),
        Answer(activity=FLOOD, of="e", outcome="informed", items=(threat(),)),
    ],
)
def test_what_the_region_tells_is_worked_out_too(content: AnyContent) -> None:
    assert only(Wake, react(me(), BEHAVIOUR, AgentState(), delivered(REGION, content))[1]).errand == WORK_OUT


def test_what_the_shared_picture_says_is_worked_out_too() -> None:
    assert only(Wake, react(me(), BEHAVIOUR, AgentState(), read(threat(), SHARED))[1]).errand == WORK_OUT


@pytest.mark.parametrize(
    ("party", "said", "topic"),
    [
        (me(GRID, "gas"), threat(), RISK),
        (brief(GRID), threat(), RISK),
        (me(), threat(kind=Kind.FACT), RISK),
        (me(), threat(), f"risk/{REGION}/{WATER}/{THEME}/{LEVEL}"),
        (me(WATER), threat(), RISK.replace(REGION, NEIGHBOUR)),
        (me(), threat(), "nowhere"),
        (me(), threat(), f"national/{THEME}/x"),
    ],
    ids=[
        "another system",
        "no agreement",
        "a measurement",
        "not taken up",
        "another region",
        "?",
        "national",
    ],
)
def test_what_was_not_agreed_is_not_worked_out(party: Brief, said: Item, topic: str) -> None:
    assert react(party, BEHAVIOUR, AgentState(), read(said, topic))[1] == []


def test_the_same_threat_is_worked_out_once_and_again_when_it_changes_or_ends() -> None:
    state, _ = react(me(), BEHAVIOUR, AgentState(), read(threat()), now=0)
    assert react(me(), BEHAVIOUR, state, read(threat(version=2, observed=5)), now=EVERY_MS)[1] == []
    for changed in (threat(amount=900.0), threat(words="worse"), threat(status=VerificationStatus.REFUTED)):
        assert only(Wake, react(me(), BEHAVIOUR, state, read(changed), now=EVERY_MS)[1]).errand == WORK_OUT


def test_a_threat_that_keeps_changing_is_worked_out_at_the_end_of_the_term() -> None:
    state, _ = react(me(), BEHAVIOUR, AgentState(), read(threat()), now=0)
    state, acts = react(me(), BEHAVIOUR, state, read(threat(amount=500.0)), now=10)
    wake = only(Wake, acts)
    assert (wake.at_ms, wake.errand) == (EVERY_MS, AGAIN)
    state, acts = react(me(), BEHAVIOUR, state, read(threat(amount=900.0)), now=20)
    assert acts == []
    state, acts = react(me(), BEHAVIOUR, state, woken(wake), now=EVERY_MS)
    assert only(Wake, acts).errand == WORK_OUT
    _, acts = react(me(), BEHAVIOUR, state, read(threat(amount=1_500.0)), now=EVERY_MS + 1)
    assert only(Wake, acts).at_ms == 2 * EVERY_MS


# Asked -------------------------------------------------------------------------------------------


def asked(party: Brief, state: AgentState, request: Request, sender: str = REGION) -> list[Any]:
    """Ask what a threat means, let the party work it out, and return the answer."""
    state, acts = react(party, BEHAVIOUR, state, delivered(sender, request, event_id="e-9"))
    if not acts:
        return []
    state, acts = react(party, BEHAVIOUR, state, woken(only(Wake, acts)), now=2_000)
    assert sole(Appraise, acts).subject == request.subject
    wake = sole(Wake, acts)
    assert wake.at_ms == 2_000 + PERCEPTION_MS
    return list(react(party, BEHAVIOUR, state, woken(wake), now=wake.at_ms)[1])


ABOUT = Request(activity="", purpose="effects", subject=LEVEL, about=ItemRef(f"risk-{LEVEL}", 3))
CELLAR = seen(fact("cellar", effect_of=LEVEL, amount=312.0), causation=("f-1",))


def test_who_is_asked_answers_with_the_effects_that_it_knows() -> None:
    state = knows(CELLAR, seen(fact("other", effect_of="storm")), seen(fact("plain")))
    publish = only(Publish, asked(me(), state, ABOUT))
    assert (publish.topic, publish.answers, publish.injects) == (
        f"post/{REGION}/{GRID}/answer",
        "e-9",
        ("f-1",),
    )
    answer = content_of(publish, Answer)
    assert (answer.activity, answer.of, answer.outcome) == ("", "e-9", "informed")
    assert [(one.subject, one.relates_to) for one in answer.items] == [("cellar", (f"risk-{LEVEL}",))]


@pytest.mark.parametrize("request_", [ABOUT, Request(activity="", purpose="effects")])
def test_who_knows_of_no_effects_says_so(request_: Request) -> None:
    answer = content_of(only(Publish, asked(me(), knows(seen(fact("plain"))), request_)), Answer)
    assert (answer.outcome, answer.items) == ("unknown", ())


def test_outside_the_tool_the_liaison_answers_and_may_copy_a_figure_wrongly() -> None:
    acts = asked(me(RAIL, humans=people(slip=1.0)), knows(CELLAR), ABOUT)
    publish = sole(Publish, acts)
    assert publish.topic == f"outside/{REGION}/{RAIL}/answer"
    assert content_of(publish, Answer).items[0].source.through == RAIL
    assert sole(Remark, acts).what == "slip"


def test_a_restricted_effect_is_told_in_confidence_and_not_in_the_answer() -> None:
    secret = seen(fact("vault", effect_of=LEVEL, sensitivity=Sensitivity.RESTRICTED))
    confidence, answer = asked(me(), knows(secret), ABOUT)
    assert [one.subject for one in content_of(confidence, Confidence).items] == ["vault"]
    assert content_of(answer, Answer).outcome == "unknown"


@pytest.mark.parametrize(
    ("party", "sender", "request_"),
    [
        (me(), REGION, Request(activity=FLOOD, purpose="verify", subject=LEVEL)),
        (brief(GRID), REGION, ABOUT),
        (me(), WATER, ABOUT),
    ],
    ids=["another purpose", "no agreement", "no region"],
)
def test_other_questions_are_not_for_it(party: Brief, sender: str, request_: Request) -> None:
    assert asked(party, knows(CELLAR), request_, sender) == []


def test_what_a_region_added_holds_in_that_region_only() -> None:
    general: Agreement = agreement(GRID).with_addition(REGION, {"threats": (RIVER,)}, {})
    party = brief(GRID, agreements=[general])
    assert react(party, BEHAVIOUR, AgentState(), read(threat()))[1] != []


def test_woken_again_it_works_out_what_it_noted() -> None:
    _, acts = react(me(), BEHAVIOUR, AgentState(), Woken(AGAIN, (LEVEL, "x", "e-5")))
    assert only(Wake, acts).about == (LEVEL, "x", "e-5")


@pytest.mark.parametrize(
    "told",
    [
        read(threat()),
        delivered(REGION, Request(activity="", purpose="effects", subject=LEVEL)),
    ],
)
def test_what_nobody_got_round_to_is_worked_out_later(told: Delivered) -> None:
    busy = AgentState(desks={Role.HEAD_OF_INFORMATION: Desk(busy={0: 9_000})})
    known = me(staff=(Post(Role.HEAD_OF_INFORMATION, on_duty=1, attention_ms=5),))
    state, acts = react(known, BEHAVIOUR, busy, told, now=10)
    _, acts = react(known, BEHAVIOUR, state, woken(only(Wake, acts)), now=15)
    assert sole(Wake, acts).errand == staffing.AGAIN
