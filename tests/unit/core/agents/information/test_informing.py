"""Informing: the answer to a question for a theme, from a partner and from the region."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Look, Publish, Remark, Wake
from sim.core.agents.admission import admitting
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.directing import TAKE_IN
from sim.core.agents.information.informing import BEHAVIOUR, DIRECTION
from sim.core.agents.information.statements import LOOKED_AT, STATED
from sim.core.messages.contents import Answer, Confidence, Request
from sim.core.messages.items import Item, Sensitivity, VerificationStatus
from sim.core.model.agreement import Agreement
from tests.unit.core.agents.helpers import (
    CAMPING,
    CROSS,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    NEIGHBOUR,
    PERCEPTION_MS,
    RAIL,
    REGION,
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
    perceived,
    react,
    seen,
    shared,
    sole,
    woken,
)

ASKED = Request(activity=FLOOD, purpose="inform", theme=THEME)


def ask(
    me: Brief, state: AgentState, request: Request = ASKED, sender: str = REGION
) -> tuple[AgentState, list[Any]]:
    """Ask a partner for a theme, let its people look again, and return what it does then."""
    state, acts = react(me, BEHAVIOUR, state, delivered(sender, request, event_id="e-9"))
    if not acts:
        return state, []
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)), now=2_000)
    assert sole(Wake, acts).at_ms == 2_000 + PERCEPTION_MS
    for act in acts:
        if isinstance(act, Look):
            assert state.mind(LOOKED_AT)[act.subject] == "informing"
    state, acts = react(me, BEHAVIOUR, state, woken(sole(Wake, acts)), now=2_040)
    assert state.mind(LOOKED_AT) == {}
    return state, list(acts)


def test_a_partner_tells_what_it_knows_of_the_theme_here() -> None:
    state = knows(
        seen(causation=("f-1",)),
        seen(fact("far", place=FAR)),
        seen(fact("other", theme="other")),
        seen(fact("hydrants", layer="hydrants")),
    )
    state, acts = ask(brief(GRID), state)
    publish = only(Publish, acts)
    assert (publish.topic, publish.answers, publish.injects) == (
        f"post/{REGION}/{GRID}/answer",
        "e-9",
        ("f-1",),
    )
    answer = content_of(publish, Answer)
    assert (answer.activity, answer.of, answer.outcome) == (FLOOD, "e-9", "informed")
    assert [one.subject for one in answer.items] == [LEVEL]
    assert set(state.said) == {f"{GRID}-{LEVEL}"}


def test_who_keeps_a_picture_of_its_own_puts_what_is_new_into_it() -> None:
    state, acts = ask(brief(WATER), knows(seen()))
    said = state.said[f"{WATER}-{LEVEL}"]
    assert (sole(Wake, acts).errand, sole(Wake, acts).about) == (STATED, said)
    _, acts = ask(brief(WATER), state)
    only(Publish, acts)


def test_what_an_answer_says_first_is_told_in_the_other_activities_too() -> None:
    state, acts = ask(brief(GRID), knows(seen(), engaged={FIRE: 0, FLOOD: 0}))
    said = state.said[f"{GRID}-{LEVEL}"]
    assert (sole(Wake, acts).errand, sole(Wake, acts).about) == (STATED, said)
    _, acts = ask(brief(GRID), state)
    only(Publish, acts)


def test_who_knows_nothing_says_so() -> None:
    answer = content_of(only(Publish, ask(brief(GRID), AgentState())[1]), Answer)
    assert (answer.outcome, answer.items) == ("unknown", ())


def test_a_liaison_tells_it_outside_the_tool_and_may_copy_a_figure_wrongly() -> None:
    _, acts = ask(brief(RAIL, humans=people(slip=1.0)), knows(seen(fact(amount=312.0))))
    assert sole(Publish, acts).topic == f"outside/{REGION}/{RAIL}/answer"
    assert sole(Remark, acts).what == "slip"


def test_what_is_restricted_is_told_in_confidence() -> None:
    _, acts = ask(brief(GRID), knows(seen(fact(sensitivity=Sensitivity.RESTRICTED))))
    confidence, answer = acts
    assert content_of(confidence, Confidence).activity == FLOOD
    assert content_of(answer, Answer).outcome == "unknown"


def test_what_others_look_at_already_is_not_looked_at_twice() -> None:
    state = knows(seen()).with_mind(LOOKED_AT, {LEVEL: "upkeep"})
    state, acts = react(brief(GRID), BEHAVIOUR, state, delivered(REGION, ASKED))
    state, acts = react(brief(GRID), BEHAVIOUR, state, woken(only(Wake, acts)))
    only(Wake, acts)
    assert state.mind(LOOKED_AT) == {LEVEL: "upkeep"}


@pytest.mark.parametrize(
    ("request_", "sender"),
    [(Request(activity=FLOOD, purpose="verify", subject=LEVEL), REGION), (ASKED, NEIGHBOUR)],
)
def test_other_questions_are_not_for_it(request_: Request, sender: str) -> None:
    assert ask(brief(GRID), knows(seen()), request_, sender)[1] == []


# The region --------------------------------------------------------------------------------------


def region(*agreements: Agreement, slip: float = 0.0) -> Brief:
    return brief(REGION, agreements=agreements, humans=people(slip=slip))


def has(*items: Item, let_in: str = "") -> AgentState:
    state = AgentState(said={one.id: one for one in items}, engaged={FLOOD: 0})
    bundles = {CROSS: "activity-reader", CAMPING: "seconded-head"}
    return state.with_mind(admitting.NAME, {(FLOOD, let_in): bundles[let_in]}) if let_in else state


_NO_THEME = "It was not agreed that you are told of this theme."
_NOT_IN = "You are not connected to this activity."


def invited_to_take_part(me: Brief, party: str) -> Brief:
    """Return the brief in which the script lists a party among those of FLOOD, whatever its profile."""
    known = me.activities[FLOOD]
    listed = msgspec.structs.replace(known, parties=(*known.parties, party))
    return replace(me, activities={**me.activities, FLOOD: listed})


def answered(me: Brief, sender: str, state: AgentState, request: Request = ASKED) -> list[Any]:
    state, acts = react(me, DIRECTION, state, delivered(sender, request, event_id="e-9"))
    return list(react(me, DIRECTION, state, woken(only(Wake, acts)))[1]) if acts else []


def test_a_partner_in_the_tool_is_told_what_the_shared_picture_has() -> None:
    state = has(shared(causation=("f-1",)), shared(subject="x", theme="other"), item())
    publish = only(Publish, answered(region(agreement(GRID)), GRID, state))
    assert (publish.topic, publish.injects) == (f"post/{GRID}/{REGION}/answer", ("f-1",))
    assert content_of(publish, Answer).items == (shared(causation=("f-1",)),)


def test_of_a_theme_that_is_empty_the_region_knows_nothing() -> None:
    publish = only(Publish, answered(region(agreement(GRID)), GRID, has()))
    assert content_of(publish, Answer).outcome == "unknown"


@pytest.mark.parametrize(
    ("party", "terms"), [(RAIL, {"needs": (THEME,)}), (CAMPING, {"seconded_themes": (THEME,)})]
)
def test_outside_the_tool_the_liaison_tells_what_was_agreed(party: str, terms: dict[str, Any]) -> None:
    state = has(shared(amount=312.0), let_in=CAMPING)
    acts = answered(region(agreement(party, **terms), slip=1.0), party, state)
    assert sole(Publish, acts).topic == f"outside/{party}/{REGION}/answer"
    assert content_of(sole(Publish, acts), Answer).outcome == "informed"
    assert sole(Remark, acts).what == "slip"


@pytest.mark.parametrize(
    ("party", "agreements", "let_in", "reason"),
    [
        (RAIL, [agreement(RAIL)], "", _NO_THEME),
        (GRID, [], "", _NO_THEME),
        (GRID, [Agreement(GRID, agreement(GRID).core_task, "structural", (NEIGHBOUR,))], "", _NO_THEME),
        (CROSS, [agreement(CROSS, needs=(THEME,))], "", _NOT_IN),
        (CAMPING, [agreement(CAMPING, needs=(THEME,), seconded_themes=(THEME,))], "", _NOT_IN),
        (CAMPING, [agreement(CAMPING, needs=(THEME,), seconded_themes=("other",))], CAMPING, _NO_THEME),
    ],
    ids=[
        "not agreed",
        "no agreement",
        "another region",
        "not let in",
        "no seconded head",
        "seconded for another",
    ],
)
def test_who_may_not_have_it_is_refused(
    party: str, agreements: list[Agreement], let_in: str, reason: str
) -> None:
    me = invited_to_take_part(region(*agreements), CROSS)
    answer = content_of(only(Publish, answered(me, party, has(shared(), let_in=let_in))), Answer)
    assert (answer.outcome, answer.items, answer.text.en) == ("refused", (), reason)


@pytest.mark.parametrize(
    "gone", [{"valid_until": 5}, {"valid_until": 5, "status": VerificationStatus.LAPSED}]
)
def test_what_is_no_longer_relied_on_is_not_told_as_what_is_known(gone: dict[str, Any]) -> None:
    publish = only(Publish, answered(region(agreement(GRID)), GRID, has(shared(**gone))))
    assert (content_of(publish, Answer).outcome, content_of(publish, Answer).items) == ("unknown", ())


def test_who_was_let_in_is_told() -> None:
    publish = only(Publish, answered(region(agreement(CROSS)), CROSS, has(shared(), let_in=CROSS)))
    assert content_of(publish, Answer).outcome == "informed"


@pytest.mark.parametrize(
    "request_",
    [Request(activity=FLOOD, purpose="access"), Request(activity=FIRE, purpose="inform", theme=THEME)],
)
def test_other_requests_are_not_answered_here(request_: Request) -> None:
    assert answered(region(agreement(GRID)), GRID, has(shared()), request_) == []


def told(**fields: Any) -> Answer:
    secret = item("wl-vault", subject="vault", sensitivity=Sensitivity.RESTRICTED)
    given = {"activity": FLOOD, "of": "e", "outcome": "informed", "items": (item(), secret)}
    return Answer(**{**given, **fields})


def test_what_a_partner_tells_is_taken_into_the_shared_picture_but_for_what_is_restricted() -> None:
    _, acts = react(region(), DIRECTION, has(), delivered(WATER, told(), event_id="e-3"))
    wake = only(Wake, acts)
    assert (wake.errand, wake.about) == (TAKE_IN, ((item(),), FLOOD, "e-3"))


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (told(outcome="confirmed"), has()),
        (told(items=()), has()),
        (told(activity=FIRE), has()),
        (told(activity=""), has()),
        (told(), AgentState()),
    ],
)
def test_other_answers_are_not_taken_in(answer: Answer, state: AgentState) -> None:
    assert react(region(), DIRECTION, state, delivered(WATER, answer))[1] == []


def test_what_was_seen_meanwhile_is_told() -> None:
    me, state = brief(GRID), knows(seen())
    state, acts = react(me, BEHAVIOUR, state, delivered(REGION, ASKED))
    state, acts = react(me, BEHAVIOUR, state, woken(only(Wake, acts)))
    newer = perceived(seen(fact(amount=900.0), at_ms=1_500), asked=True).observation
    state = AgentState(knowledge={LEVEL: newer}, minds=state.minds)
    _, acts = react(me, BEHAVIOUR, state, woken(sole(Wake, acts)), now=2_000)
    assert content_of(only(Publish, acts), Answer).items[0].values[0].amount == 900.0
