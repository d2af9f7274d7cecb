from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Publish, Remark, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.leadership.sparring import BEHAVIOUR, PATIENCE_MS
from sim.core.messages.contents import Answer, Request
from sim.core.model.agreement import Agreement, Level, Norm
from sim.core.model.cue import Spar
from sim.core.model.staff import Post, Role, Spread
from tests.unit.core.agents.helpers import (
    FLOOD,
    REACTION_MS,
    REGION,
    WATER,
    agreement,
    brief,
    content_of,
    cued,
    delivered,
    only,
    react,
    sole,
    text,
    woken,
)

LEVELS = (Level(2, "rot", "WOT", Role.GENERAL_COMMANDER), Level(4, "rbt", "WBT"))
AGREED = agreement(WATER, levels=LEVELS, spars=True, acknowledge=Norm(600, "exercise"))
ME = brief(REGION, agreements=[AGREED])
REQUEST = f"post/{WATER}/{REGION}/request"


def call(team: str = "rot", agreed: Agreement = AGREED) -> tuple[AgentState, list[Any]]:
    me = brief(REGION, agreements=[agreed])
    cue = cued(Spar(activity=FLOOD, party=WATER, team=team, text=text("what now")), "i-3")
    state, acts = react(me, BEHAVIOUR, AgentState(), cue, now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    state, acts = react(me, BEHAVIOUR, state, woken(wake), now=wake.at_ms)
    return state, list(acts)


@pytest.mark.parametrize("acknowledge", [Norm(600, "exercise"), None])
def test_a_leader_calls_the_counterpart_and_waits(acknowledge: Norm | None) -> None:
    agreed = agreement(WATER, levels=LEVELS, spars=True, acknowledge=acknowledge)
    _, acts = call(agreed=agreed)
    publish = sole(Publish, acts)
    assert (publish.topic, publish.injects) == (REQUEST, ("i-3",))
    request = content_of(publish, Request)
    assert (request.purpose, request.team, request.text) == ("spar", "rot", text("what now"))
    patience_ms = 600 if acknowledge else PATIENCE_MS
    assert sole(Wake, acts).at_ms == 10 + REACTION_MS + patience_ms


@pytest.mark.parametrize("team", ["rbt", "copi"], ids=["no-counterpart", "no-row"])
def test_a_team_without_a_counterpart_reaches_nobody(team: str) -> None:
    remark = only(Remark, call(team)[1])
    assert (remark.what, remark.because_of) == ("unreachable", "i-3")
    assert remark.text == f"{team} has no counterpart at {WATER}: none was agreed"


@pytest.mark.parametrize(
    ("outcome", "reached"),
    [("consulted", True), ("refused", True), ("informed", False)],
)
def test_who_does_not_answer_in_time_was_not_reached(outcome: str, reached: bool) -> None:
    state, acts = call()
    answer = Answer(activity=FLOOD, of="e-1", outcome=outcome)  # type: ignore[arg-type]
    state, nothing = react(ME, BEHAVIOUR, state, delivered(WATER, answer))
    assert nothing == []
    state, acts = react(ME, BEHAVIOUR, state, woken(sole(Wake, acts)))
    if reached:
        assert acts == []
    else:
        text_ = f"the general-commander of {WATER} did not answer in time"
        assert acts == [Remark("unreachable", None, text_, "i-3")]


def test_an_answer_that_nobody_waits_for_changes_nothing() -> None:
    answer = Answer(activity=FLOOD, of="e-1", outcome="consulted")
    assert react(ME, BEHAVIOUR, AgentState(), delivered(WATER, answer)) == (AgentState(), [])


HERE_ = AgentState(engaged={FLOOD: 0})


NOBODY = (Post(Role.GENERAL_COMMANDER), Post(Role.DECISION_MAKER, on_duty=1))


def respond(
    *,
    agreed: Agreement | None = AGREED,
    team: str = "rot",
    state: AgentState = HERE_,
    staff: tuple[Post, ...] | None = None,
) -> Answer:
    me = brief(WATER, agreements=[agreed] if agreed else [], staff=staff)
    request = Request(activity=FLOOD, purpose="spar", team=team)
    state, acts = react(me, BEHAVIOUR, state, delivered(REGION, request, REQUEST), now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    publish = only(Publish, react(me, BEHAVIOUR, state, woken(wake))[1])
    assert (publish.topic, publish.answers) == (f"post/{REGION}/{WATER}/answer", "e-1")
    return content_of(publish, Answer)


def test_the_counterpart_that_is_there_is_consulted() -> None:
    answer = respond()
    assert (answer.outcome, answer.of, answer.activity) == ("consulted", "e-1", FLOOD)


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"agreed": None}, "Sparring was not agreed."),
        ({"agreed": agreement(WATER, levels=LEVELS)}, "Sparring was not agreed."),
        ({"team": "copi"}, "No counterpart was agreed for this team."),
        ({"team": "rbt"}, "No counterpart was agreed for this team."),
        ({"staff": NOBODY}, "The counterpart (general-commander) is not there."),
    ],
    ids=["no-agreement", "not-agreed", "no-row", "no-counterpart", "nobody-there"],
)
def test_nobody_spars_with_the_reason(terms: dict[str, Any], reason: str) -> None:
    answer = respond(**terms)
    assert (answer.outcome, answer.text.en) == ("refused", reason)


@pytest.mark.parametrize(
    "request_",
    [Request(activity=FLOOD, purpose="verify"), Request(activity="elsewhere", purpose="spar")],
)
def test_another_request_is_left_to_others(request_: Request) -> None:
    me = brief(WATER, agreements=[AGREED])
    assert react(me, BEHAVIOUR, HERE_, delivered(REGION, request_, REQUEST)) == (HERE_, [])


def test_it_is_the_leader_of_the_team_who_calls() -> None:
    others = (Role.COPI_LEADER, Role.GBT_LEADER, Role.RBT_LEADER)
    me = brief(
        REGION,
        agreements=[AGREED],
        staff=(Post(Role.ROT_LEADER), *(Post(role, on_duty=1) for role in others)),
    )
    cue = cued(Spar(activity=FLOOD, party=WATER, team="rot", text=text("what now")), "i-3")
    _, acts = react(me, BEHAVIOUR, AgentState(), cue)
    text_ = "nobody is there for coordination (sparring.call)"
    assert acts == [Remark("unreachable", None, text_, "i-3")]


def test_it_is_the_counterpart_who_answers() -> None:
    """However many others of leadership and coordination are there."""
    counterpart = Post(Role.DECISION_MAKER, on_duty=1, handling=Spread(7, 7))
    agreed = agreement(WATER, levels=(Level(2, "rot", "WOT", Role.DECISION_MAKER),), spars=True)
    me = brief(WATER, agreements=[agreed], staff=(Post(Role.GENERAL_COMMANDER, on_duty=1), counterpart))
    request = Request(activity=FLOOD, purpose="spar", team="rot")
    state, acts = react(me, BEHAVIOUR, HERE_, delivered(REGION, request, REQUEST), now=10)
    assert only(Wake, acts).at_ms == 17
    assert state.desk(Role.DECISION_MAKER).busy == {0: 17}
