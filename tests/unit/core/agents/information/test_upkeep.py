"""Upkeep: own statements are looked at again before they are too old."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.agents.acts import Look, Remark, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.knowing import BEHAVIOUR as KNOWING
from sim.core.agents.information.statements import LOOKED_AT, SAID, STATED
from sim.core.agents.information.upkeep import (
    BEHAVIOUR,
    COLD,
    DEFAULT_MS,
    DUE,
    INTERVALS,
    LOOK,
    RISK_MS,
    limit_in,
)
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.messages.items import Item, Kind, Sensitivity, VerificationStatus
from sim.core.model.agreement import Norm
from sim.core.model.time import HOUR_MS
from tests.unit.core.agents.helpers import (
    CARE,
    FAR,
    FIRE,
    FLOOD,
    GRID,
    LEVEL,
    REGION,
    WATER,
    agreement,
    brief,
    fact,
    item,
    only,
    perceived,
    react,
    seen,
    sole,
    woken,
)

HOURLY = Norm(HOUR_MS, "exercise")
ME = brief(WATER, agreements=[agreement(WATER, actuality=HOURLY)])
STEP = HOUR_MS // INTERVALS
OLD = HOUR_MS * 3 // 4
"""Age at which a statement approaches an hour."""
ABOUT = (FLOOD, 0)


def says(*items: Item, **fields: Any) -> AgentState:
    """The state of a party that works in FLOOD, knows what it said, and said it."""
    known = {
        one.subject: seen(fact(one.subject, amount=one.values[0].amount, place=one.geometry)) for one in items
    }
    return AgentState(said={one.id: one for one in items}, knowledge=known, engaged={FLOOD: 0}, **fields)


def due(state: AgentState, now: int, me: Brief = ME) -> tuple[AgentState, list[Wake]]:
    """See what is due, and leave out the wake-up for the next time."""
    state, acts = react(me, BEHAVIOUR, state, Woken(DUE, ABOUT), now=now)
    assert acts[0] == Wake(now + STEP, DUE, ABOUT)
    return state, [act for act in acts[1:] if isinstance(act, Wake)]


def test_it_begins_when_work_in_an_activity_begins() -> None:
    state = AgentState(engaged={FLOOD: 7})
    _, acts = react(ME, BEHAVIOUR, state, Woken(ENGAGED, FLOOD), now=7)
    assert only(Wake, acts) == Wake(7 + STEP, DUE, (FLOOD, 7))


@pytest.mark.parametrize(
    ("me", "state"),
    [
        (brief(WATER, agreements=[agreement(WATER)]), AgentState(engaged={FLOOD: 0})),
        (ME, AgentState()),
    ],
    ids=["nothing agreed", "left"],
)
def test_it_does_not_begin(me: Brief, state: AgentState) -> None:
    assert react(me, BEHAVIOUR, state, Woken(ENGAGED, FLOOD))[1] == []


def test_it_ends_when_the_party_leaves_or_came_back_later() -> None:
    for engaged in ({}, {FLOOD: 9}):
        state = AgentState(engaged=engaged)
        assert react(ME, BEHAVIOUR, state, Woken(DUE, ABOUT))[1] == []


def test_a_region_keeps_to_the_strictest_of_its_partners() -> None:
    agreed = [
        agreement(WATER, actuality=HOURLY),
        agreement(GRID, actuality=Norm(5, "exercise")),
        agreement("x"),
    ]
    assert limit_in(brief(REGION, agreements=agreed), FLOOD) == 5
    assert limit_in(brief(REGION, agreements=[agreement(WATER)]), FLOOD) == DEFAULT_MS


def test_a_partner_keeps_to_nothing_that_others_agreed_nor_to_what_it_agreed_elsewhere() -> None:
    agreed = [agreement(WATER, actuality=Norm(9, "exercise"))]
    assert limit_in(brief(WATER, agreements=agreed), FLOOD) == 9
    assert limit_in(brief(WATER, agreements=agreed), FIRE) == 0
    assert limit_in(brief(CARE, agreements=agreed), FLOOD) == 0


def test_one_errand_for_all_that_grows_old_and_none_before() -> None:
    state = says(item(), item(f"{WATER}-bridge", subject="bridge"))
    assert due(state, OLD - 1)[1] == []
    _, (wake,) = due(state, OLD)
    assert (wake.errand, wake.about) == (LOOK, (FLOOD, ("bridge", LEVEL)))


@pytest.mark.parametrize(
    "said",
    [
        item(kind=Kind.DECISION),
        item(status=VerificationStatus.REFUTED),
        item(place=FAR),
        item(f"{FLOOD}-{LEVEL}"),
    ],
    ids=["decided", "taken back", "elsewhere", "not its own"],
)
def test_what_does_not_grow_old_is_left_alone(said: Item) -> None:
    assert due(says(said), 10 * HOUR_MS)[1] == []


def test_what_it_no_longer_believes_or_stands_on_a_layer_is_left_alone() -> None:
    said = {item().id: item()}
    assert due(AgentState(said=said, engaged={FLOOD: 0}), OLD)[1] == []
    hydrants = {LEVEL: seen(fact(layer="hydrants"))}
    assert due(AgentState(said=said, knowledge=hydrants, engaged={FLOOD: 0}), OLD)[1] == []


def test_nobody_is_sent_twice_within_the_agreed_age() -> None:
    state, (wake,) = due(says(item()), OLD)
    assert due(state, OLD + STEP)[1] == []
    assert [again.errand for again in due(state, OLD + HOUR_MS)[1]] == [LOOK]
    state, _ = react(ME, BEHAVIOUR, state, woken(wake), now=OLD + 5)
    assert len(due(state, OLD + STEP)[1]) == 1


def test_its_people_look_at_each_but_at_what_others_look_at_already() -> None:
    state = says(item(), item(f"{WATER}-bridge", subject="bridge"))
    state = state.with_mind(LOOKED_AT, {"bridge": "another"})
    state, acts = react(ME, BEHAVIOUR, state, Woken(LOOK, (FLOOD, ("bridge", LEVEL))))
    assert only(Look, acts).subject == LEVEL
    assert state.mind(LOOKED_AT) == {"bridge": "another", LEVEL: "upkeep"}


def looked(said: Item, amount: float = 300.0, now: int = OLD) -> tuple[AgentState, list[Any]]:
    """Look again at what was said, and see a figure."""
    state, _ = react(ME, BEHAVIOUR, says(said), Woken(LOOK, (FLOOD, (LEVEL,))), now=now)
    saw = perceived(seen(fact(amount=amount, sensitivity=said.sensitivity), at_ms=now), asked=True)
    state, _ = react(ME, KNOWING, state, saw, now=now)
    return react(ME, BEHAVIOUR, state, saw, now=now)


def test_what_still_holds_gets_a_new_time_and_is_looked_at_half_as_often() -> None:
    state, acts = looked(item())
    new = state.said[item().id]
    assert (new.version, new.observed_at_ms, new.verification.status) == (
        2,
        OLD,
        VerificationStatus.UNVERIFIED,
    )
    assert acts == [Wake(OLD, STATED, new), Wake(OLD, SAID, LEVEL)]
    assert LEVEL not in state.mind(LOOKED_AT)
    assert due(state, OLD + 2 * OLD - 1)[1] == []
    assert len(due(state, OLD + 2 * OLD)[1]) == 1


@pytest.mark.parametrize("causation", [(), ("f-1",)], ids=["an honest error", "a fault"])
def test_what_was_wrong_is_put_right_noted_and_looked_at_at_the_full_rate(causation: tuple[str, ...]) -> None:
    wrong = item(amount=900.0, causation=causation)
    state, acts = looked(wrong)
    said = state.said[wrong.id]
    assert (said.values[0].amount, said.verification.status) == (300.0, VerificationStatus.CORRECTED)
    assert [act.errand for act in acts if isinstance(act, Wake)] == [STATED, SAID]
    remark = sole(Remark, acts)
    assert (remark.what, remark.item) == ("recognised", wrong)
    assert len(due(state, 2 * OLD)[1]) == 1


def test_what_a_fault_told_and_is_so_all_the_same_still_holds() -> None:
    state, acts = looked(item(causation=("f-1",)))
    assert state.said[item().id].verification.status is VerificationStatus.UNVERIFIED
    assert not any(isinstance(act, Remark) for act in acts)


def test_what_was_not_looked_at_for_this_is_not_said() -> None:
    for asked in (False, True):
        assert react(ME, BEHAVIOUR, says(item()), perceived(seen(), asked=asked))[1] == []


def test_what_it_cannot_see_for_itself_is_left_to_rest() -> None:
    state, _ = react(ME, BEHAVIOUR, says(item()), Woken(LOOK, (FLOOD, (LEVEL,))))
    state, acts = react(ME, BEHAVIOUR, state, Unseen(LEVEL))
    assert (acts, state.mind(LOOKED_AT)) == ([], {})
    assert due(state, 2 * OLD)[1] == []
    assert react(ME, BEHAVIOUR, says(item()), Unseen(LEVEL)) == (says(item()), [])


def test_what_is_restricted_and_still_holds_is_not_told_again_to_who_heard_it() -> None:
    secret = item(sensitivity=Sensitivity.RESTRICTED)
    state, acts = looked(secret)
    assert (acts, state.said[secret.id].observed_at_ms) == ([], OLD)
    assert due(state, OLD + 2 * OLD - 1)[1] == []


def test_what_is_restricted_and_changed_is_told_again() -> None:
    _, acts = looked(item(sensitivity=Sensitivity.RESTRICTED), amount=900.0)
    assert [act.errand for act in acts if isinstance(act, Wake)] == [STATED, SAID]


# The cold phase ---------------------------------------------------------------------------------

RISK_OLD = RISK_MS * 3 // 4
"""Age at which a statement in a risk picture approaches the bound."""


def cold(*items: Item) -> AgentState:
    """The state of a party that said this while there was no activity."""
    return msgspec.structs.replace(says(*items), engaged={})


def cold_due(state: AgentState, now: int) -> tuple[AgentState, list[Any]]:
    state, acts = react(ME, BEHAVIOUR, state, Woken(COLD, None), now=now)
    assert acts[0] == Wake(now + RISK_MS // INTERVALS, COLD, None)
    return state, acts[1:]


def test_risk_pictures_are_kept_from_the_first_statement_in_one() -> None:
    state, acts = react(ME, BEHAVIOUR, cold(item()), Woken(SAID, LEVEL), now=5)
    assert only(Wake, acts) == Wake(5 + RISK_MS // INTERVALS, COLD, None)
    assert react(ME, BEHAVIOUR, state, Woken(SAID, LEVEL), now=6) == (state, [])


@pytest.mark.parametrize("state", [says(item()), AgentState()], ids=["said in an activity", "not said"])
def test_what_does_not_stand_in_a_risk_picture_begins_nothing(state: AgentState) -> None:
    assert react(ME, BEHAVIOUR, state, Woken(SAID, LEVEL)) == (state, [])


def test_what_grows_old_in_a_risk_picture_is_looked_at_at_one_rate() -> None:
    assert cold_due(cold(item()), RISK_OLD - 1)[1] == []
    state, acts = cold_due(cold(item()), RISK_OLD)
    assert only(Wake, acts).about == ("", (LEVEL,))
    state, _ = react(ME, BEHAVIOUR, state, woken(only(Wake, acts)), now=RISK_OLD)
    saw = perceived(seen(at_ms=RISK_OLD), asked=True)
    state, _ = react(ME, KNOWING, state, saw, now=RISK_OLD)
    state, acts = react(ME, BEHAVIOUR, state, saw, now=RISK_OLD)
    assert [act.errand for act in acts if isinstance(act, Wake)] == [STATED, SAID]
    assert cold_due(state, 2 * RISK_OLD - 1)[1] == []
    assert len(cold_due(state, 2 * RISK_OLD)[1]) == 1


def test_what_belongs_to_an_activity_is_kept_there() -> None:
    assert cold_due(says(item()), 9 * RISK_MS)[1] == []


def test_what_nobody_sees_any_more_is_withdrawn_from_the_risk_picture_and_left_alone() -> None:
    state, _ = react(ME, BEHAVIOUR, cold(item()), Woken(LOOK, ("", (LEVEL,))))
    state, acts = react(ME, BEHAVIOUR, state, Unseen(LEVEL), now=RISK_OLD)
    gone = state.said[item().id]
    assert acts == [Wake(RISK_OLD, STATED, gone)]
    assert (gone.version, gone.verification.status) == (2, VerificationStatus.LAPSED)
    assert gone.valid_until_ms == RISK_OLD
    assert cold_due(state, 9 * RISK_MS)[1] == []
