"""Gathering: the region asks those who keep no risk picture, and puts what they answer into its own."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core.agents.acts import Publish, Stimulus, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import SAID
from sim.core.agents.people import staffing
from sim.core.agents.people.staffing import Desk
from sim.core.agents.risks.gathering import AGAIN, ASK, BEHAVIOUR, EVERY_MS
from sim.core.agents.risks.risk_uptake import BEHAVIOUR as UPTAKE
from sim.core.agents.risks.risk_uptake import RETELL
from sim.core.messages.contents import Answer, ItemUpdate, Request
from sim.core.messages.items import Item, ItemRef, Kind, Sensitivity
from sim.core.model.agreement import Agreement
from sim.core.model.staff import Post, Role
from tests.unit.core.agents.helpers import (
    FLOOD,
    GRID,
    LEVEL,
    NEIGHBOUR,
    RAIL,
    REGION,
    RIVER,
    THEME,
    WATER,
    agreement,
    brief,
    content_of,
    delivered,
    item,
    only,
    react,
    woken,
)

AGREED = [agreement(partner, threats=(RIVER,)) for partner in (GRID, RAIL, WATER)]
ME = brief(REGION, agreements=AGREED)


def threat(version: int = 1, **fields: Any) -> Item:
    return item(
        f"{WATER}-{LEVEL}", version=version, **{"kind": Kind.FORECAST, "causation": ("f-1",), **fields}
    )


def take_up(me: Brief, state: AgentState, said: Item, now: int = 1_000) -> tuple[AgentState, list[Wake]]:
    """Let the region take a threat up, as both behaviours do one after the other; return whom it is going to ask."""
    taken_up = Woken(RETELL, (said, "e-3"))
    state, _ = react(me, UPTAKE, state, taken_up, now=now)
    state, acts = react(me, BEHAVIOUR, state, taken_up, now=now)
    return state, [act for act in acts if isinstance(act, Wake)]


def test_who_keeps_no_risk_picture_is_asked_by_its_own_channel() -> None:
    state, wakes = take_up(ME, AgentState(), threat())
    asked = []
    for wake in wakes:
        publish = only(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1])
        asked.append(publish.topic)
        assert (publish.because_of, publish.injects) == ("e-3", ("f-1",))
        request = content_of(publish, Request)
        assert (request.activity, request.purpose, request.subject) == ("", "effects", LEVEL)
        assert request.about == ItemRef(f"risk-{WATER}-{LEVEL}", 1)
    assert asked == [f"post/{GRID}/{REGION}/request", f"outside/{RAIL}/{REGION}/request"]


def test_a_source_is_not_asked_what_its_own_threat_means() -> None:
    _, wakes = take_up(ME, AgentState(), threat(source=GRID))
    assert [wake.about[0] for wake in wakes] == [RAIL]


def elsewhere(partner: str) -> Agreement:
    return Agreement(partner, agreement(partner).core_task, "structural", (NEIGHBOUR,), threats=(RIVER,))


@pytest.mark.parametrize(
    ("agreements", "said"),
    [
        ([agreement(GRID, threats=("gas",))], threat()),
        ([elsewhere(GRID)], threat()),
        (AGREED, threat(kind=Kind.MEASURE)),
    ],
    ids=["another system", "another region", "no threat"],
)
def test_others_are_not_asked(agreements: list[Agreement], said: Item) -> None:
    assert take_up(brief(REGION, agreements=agreements), AgentState(), said)[1] == []


def test_a_threat_is_asked_about_again_only_when_it_says_something_else() -> None:
    me = brief(REGION, agreements=AGREED[:1])
    state, _ = take_up(me, AgentState(), threat(), now=0)
    state, wakes = take_up(me, state, threat(2, observed=5), now=EVERY_MS)
    assert wakes == []
    state, wakes = take_up(me, state, threat(3, amount=900.0), now=EVERY_MS)
    assert [wake.errand for wake in wakes] == [ASK]


def test_a_threat_that_keeps_changing_is_asked_about_at_the_end_of_the_term() -> None:
    me = brief(REGION, agreements=AGREED[:1])
    state, _ = take_up(me, AgentState(), threat(), now=0)
    state, (wake,) = take_up(me, state, threat(2, amount=500.0), now=10)
    assert (wake.at_ms, wake.errand) == (EVERY_MS, AGAIN)
    state, wakes = take_up(me, state, threat(3, amount=900.0), now=20)
    assert wakes == []
    state, acts = react(me, BEHAVIOUR, state, woken(wake), now=EVERY_MS)
    publish = only(Publish, react(me, BEHAVIOUR, state, woken(only(Wake, acts)))[1])
    assert content_of(publish, Request).about == ItemRef(f"risk-{WATER}-{LEVEL}", 3)


def test_an_older_version_that_is_handled_later_is_not_asked_about() -> None:
    state, _ = take_up(ME, AgentState(), threat(2))
    assert take_up(ME, state, threat(1, amount=900.0), now=EVERY_MS)[1] == []


MINE = item(f"{REGION}-{LEVEL}", source=REGION, kind=Kind.EFFECT)


def test_what_the_region_itself_puts_into_its_risk_picture_is_asked_about() -> None:
    state = AgentState(said={MINE.id: MINE})
    _, acts = react(ME, BEHAVIOUR, state, Woken(SAID, LEVEL))
    wake = next(act for act in acts if isinstance(act, Wake))
    request = content_of(only(Publish, react(ME, BEHAVIOUR, state, woken(wake))[1]), Request)
    assert request.about == ItemRef(MINE.id, 1)


@pytest.mark.parametrize(
    "state",
    [
        AgentState(),
        AgentState(said={MINE.id: MINE}, engaged={FLOOD: 0}),
        AgentState(said={MINE.id: item(MINE.id, sensitivity=Sensitivity.RESTRICTED, kind=Kind.EFFECT)}),
    ],
    ids=["not said", "in an activity", "restricted"],
)
def test_what_does_not_stand_in_the_risk_picture_is_not_asked_about(state: AgentState) -> None:
    assert react(ME, BEHAVIOUR, state, Woken(SAID, LEVEL))[1] == []


def answer(**fields: Any) -> Answer:
    effect = item("enexis-cellar", subject="cellar", relates_to=(f"risk-{WATER}-{LEVEL}",))
    secret = item("enexis-vault", subject="vault", sensitivity=Sensitivity.RESTRICTED)
    given = {"activity": "", "of": "e", "outcome": "informed", "items": (effect, secret)}
    return Answer(**{**given, **fields})


def test_an_answer_goes_into_the_regions_risk_picture_and_still_names_the_threat() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(GRID, answer(), event_id="e-8"))
    publish = only(Publish, react(ME, UPTAKE, state, woken(only(Wake, acts)))[1])
    assert publish.topic == f"risk/{REGION}/{REGION}/{THEME}/risk-enexis-cellar"
    assert publish.because_of == "e-8"
    told = content_of(publish, ItemUpdate).item
    assert told.relates_to == ("enexis-cellar", f"risk-{WATER}-{LEVEL}")


@pytest.mark.parametrize(
    ("sender", "given"),
    [
        (GRID, answer(outcome="unknown", items=())),
        (GRID, answer(activity=FLOOD)),
        ("zorghuis", answer()),
    ],
)
def test_other_answers_are_not_for_the_risk_picture(sender: str, given: Answer) -> None:
    assert react(ME, BEHAVIOUR, AgentState(), delivered(sender, given))[1] == []


@pytest.mark.parametrize(
    ("told", "role"),
    [
        (delivered(GRID, answer()), Role.INFORMATION_COORDINATOR),
        (Woken(SAID, LEVEL), Role.INFORMATION_COORDINATOR),
        (Woken(SAID, LEVEL), Role.LIAISON),
    ],
)
def test_what_nobody_got_round_to_is_asked_or_taken_up_later(told: Stimulus, role: Role) -> None:
    me = brief(REGION, agreements=AGREED, staff=(Post(role, on_duty=1, attention_ms=5),))
    busy = AgentState(said={MINE.id: MINE}, desks={role: Desk(busy={0: 9_000})})
    state, acts = react(me, BEHAVIOUR, busy, told, now=10)
    missed = next(act for act in acts if isinstance(act, Wake) and act.errand == staffing.MOMENT)
    _, acts = react(me, BEHAVIOUR, state, woken(missed), now=15)
    assert staffing.AGAIN in [act.errand for act in acts if isinstance(act, Wake)]
