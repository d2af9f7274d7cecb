from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from sim.core.agents.acts import Remark
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import (
    PUT_RIGHT,
    activities_of,
    carried,
    carried_one,
    faults_behind,
    is_said,
    may_be_shared,
    own_view,
    retract_own,
    says_the_same,
    state_own,
)
from sim.core.messages.items import (
    Basis,
    Item,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.model.staff import Duty, Post, Role
from sim.core.picture.observation import Fact, Observation
from tests.unit.core.agents.helpers import (
    FAR,
    FIRE,
    FLOOD,
    LEVEL,
    RAIL,
    REGION,
    WATER,
    brief,
    fact,
    item,
    knows,
    people,
    seen,
)

ME = brief(WATER)
MINE = f"{WATER}-{LEVEL}"
STATUS = VerificationStatus


def test_state_own_counts_versions_and_remembers() -> None:
    state, first = state_own(ME, AgentState(), seen(at_ms=5), 10)
    state, second = state_own(ME, state, seen(fact(amount=310.0), at_ms=15), 20)
    assert (first.id, first.version, first.observed_at_ms, first.reported_at_ms) == (MINE, 1, 5, 10)
    assert (second.version, second.verification) == (2, Verification())
    assert state.said == {MINE: second}


def put_right(state: AgentState, observation: Observation) -> AgentState:
    """The state of a party whose people went to look and saw this, and that had taken it to be otherwise."""
    return state.with_mind(PUT_RIGHT, {observation.fact.subject: observation.observed_at_ms})


CAUSATIONS: tuple[tuple[str, ...], ...] = ((), ("f-1",))
OTHERWISE = [
    fact(amount=300.0),
    fact(amount=900.0, place=FAR),
    fact(amount=900.0, words="the dike holds"),
]


@pytest.mark.parametrize("causation", CAUSATIONS)
@pytest.mark.parametrize("right", OTHERWISE)
@pytest.mark.parametrize("is_doubted", [True, False], ids=["doubted", "looked"])
def test_state_own_of_what_turned_out_to_be_otherwise_is_a_correction(
    right: Fact, causation: tuple[str, ...], is_doubted: bool
) -> None:
    """Whether control tainted it or its people erred in good faith: they cannot tell."""
    state, _ = state_own(ME, AgentState(), seen(fact(amount=900.0), causation=causation), 10)
    now_seen = seen(right, at_ms=15)
    state = state if is_doubted else put_right(state, now_seen)
    _, corrected = state_own(ME, state, now_seen, 20, is_doubted=is_doubted)
    assert corrected.verification == Verification(STATUS.CORRECTED, WATER, 20)
    assert corrected.causation == causation


@pytest.mark.parametrize("causation", CAUSATIONS)
@pytest.mark.parametrize("right", OTHERWISE)
def test_state_own_of_news_is_no_correction(right: Fact, causation: tuple[str, ...]) -> None:
    state, _ = state_own(ME, AgentState(), seen(fact(amount=900.0), causation=causation), 10)
    _, said = state_own(ME, state, seen(right, at_ms=15), 20)
    assert (said.verification.status, said.causation) == (STATUS.UNVERIFIED, ())


@pytest.mark.parametrize("causation", CAUSATIONS)
def test_state_own_of_what_still_holds_is_no_correction(causation: tuple[str, ...]) -> None:
    state, _ = state_own(ME, AgentState(), seen(fact(amount=900.0), causation=causation), 10)
    again = seen(fact(amount=901.0), at_ms=15)
    _, said = state_own(ME, put_right(state, again), again, 20)
    assert (said.verification.status, said.causation) == (STATUS.UNVERIFIED, ())


@pytest.mark.parametrize(
    ("item_", "expected"),
    [
        (item(observed=9), True),
        (item(amount=301.0), True),
        (item(amount=900.0), False),
        (item(amount=None), False),
        (item(place=None), False),
        (item(words="more"), False),
        (item(status=STATUS.REFUTED), False),
    ],
)
def test_what_leaves_something_out_does_not_say_the_same(item_: Item, expected: bool) -> None:
    assert says_the_same(item(), item_) is expected
    assert says_the_same(item_, item()) is expected


def test_retract_own_refutes_what_was_said_and_forgets_it() -> None:
    state, _ = state_own(ME, knows(seen(), seen(fact("bridge"))), seen(causation=("f-1",)), 10)
    after, retracted = retract_own(ME, state, LEVEL, 20)
    assert retracted is not None
    assert (retracted.version, retracted.reported_at_ms, retracted.causation) == (2, 20, ("f-1",))
    assert retracted.verification == Verification(STATUS.REFUTED, WATER, 20)
    assert (sorted(after.knowledge), after.said) == (["bridge"], {MINE: retracted})


def test_retract_own_of_what_was_never_said_only_forgets_it() -> None:
    after, retracted = retract_own(ME, knows(seen()), LEVEL, 20)
    assert (retracted, after) == (None, AgentState())


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (seen(at_ms=5), True),
        (seen(at_ms=6), False),
        (seen(fact(amount=301.0), at_ms=5), False),
        (seen(fact(words="more"), at_ms=5), False),
        (seen(fact("bridge"), at_ms=5), False),
    ],
)
def test_is_said_of_an_observation_asks_moment_figures_and_words(
    observation: Observation, expected: bool
) -> None:
    state, _ = state_own(ME, AgentState(), seen(at_ms=5), 10)
    assert is_said(state, ME, observation) is expected


@pytest.mark.parametrize(
    ("engaged", "what", "expected"),
    [
        ({FLOOD: 0, FIRE: 0}, fact(), (FIRE, FLOOD)),
        ({FLOOD: 0}, fact(place=None), (FLOOD,)),
        ({FLOOD: 0}, fact(place=FAR), ()),
        ({}, fact(), ()),
    ],
)
def test_activities_of_a_fact_are_those_engaged_in_where_it_lies(
    engaged: dict[str, int], what: object, expected: tuple[str, ...]
) -> None:
    assert activities_of(ME, AgentState(engaged=engaged), what) == expected  # type: ignore[arg-type]


def test_may_be_shared_leaves_out_what_is_restricted() -> None:
    kept = [item(sensitivity=Sensitivity.GENERAL), item(sensitivity=Sensitivity.PARTNERS)]
    assert may_be_shared([*kept, item(sensitivity=Sensitivity.RESTRICTED)]) == tuple(kept)


SLIPPING = brief(RAIL, humans=people(slip=1.0))


def passing(me: Brief, items: Iterable[Item], occasion: str) -> tuple[tuple[Item, ...], list[Remark]]:
    """Pass items on within the limits of the usual liaison, because of no event."""
    return carried(me, items, occasion, "", me.limits(Duty.LIAISON))


def passed_on(said: Item) -> Item:
    """An item as RAIL passes it on: the source stays who it was, and RAIL stands between."""
    return msgspec.structs.replace(said, source=Source(said.source.party, Basis.REPORTED, through=RAIL))


@pytest.mark.parametrize(
    ("amount", "copied"),
    [(3260.0, 3206.0), (12.0, 21.0), (310.7, 317.0), (2.58, 2.85), (10.0, 1.0), (0.5, 5.0)],
)
def test_carried_with_a_slip_swaps_the_last_two_digits_and_is_noted(amount: float, copied: float) -> None:
    (told,), (remark,) = passing(SLIPPING, [item(amount=amount)], "sitrep/1")
    assert told == msgspec.structs.replace(passed_on(item()), values=(Value("height", copied, "cm"),))
    assert remark == Remark("slip", told, f"height passed on as {copied:g} cm")


@pytest.mark.parametrize("amount", [None, 7.0, 55.0, -31.0, 1e30])
def test_carried_with_nothing_to_swap_keeps_its_figures(amount: float | None) -> None:
    assert passing(SLIPPING, [item(amount=amount)], "sitrep/1") == ((passed_on(item(amount=amount)),), [])


def test_carried_with_a_slip_swaps_the_first_figure_that_can_be() -> None:
    three = msgspec.structs.replace(
        item(), values=(Value("holes", 1.0), Value("flow", 34.0), Value("height", 56.0))
    )
    (told,), _ = passing(SLIPPING, [three], "sitrep/1")
    assert told.values == (Value("holes", 1.0), Value("flow", 43.0), Value("height", 56.0))


def test_carried_by_people_who_never_slip_keeps_its_figures() -> None:
    items = (item(amount=34.0), item("bridge", amount=56.0))
    assert passing(brief(RAIL), items, "sitrep/1") == (tuple(passed_on(one) for one in items), [])


def test_faults_behind_items_are_each_named_once_in_order() -> None:
    items = [item(causation=("f-2", "i-1")), item("b", causation=("f-1", "f-2")), item("c")]
    assert faults_behind(items) == ("f-1", "f-2", "i-1")


def test_own_view_of_what_is_known_is_a_first_version_in_the_partys_name() -> None:
    view = own_view(ME, seen(fact(amount=7.0), at_ms=3, causation=("f-1",)), 10)
    assert (view.id, view.version, view.source.party, view.causation) == (MINE, 1, WATER, ("f-1",))
    assert (view.observed_at_ms, view.reported_at_ms, view.values[0].amount) == (3, 10, 7.0)


FORGETFUL = brief(RAIL, staff=(Post(Role.LIAISON, on_duty=1, loss=1.0, slip=1.0),))


def test_what_a_liaison_leaves_out_is_noted_and_not_told() -> None:
    left_out = [item(amount=34.0), item("bridge")]
    told, remarks = passing(FORGETFUL, left_out, "sitrep/1")
    assert told == ()
    assert remarks == [Remark("forgotten", one, "not passed on") for one in left_out]


def test_some_are_left_out_at_one_occasion_and_others_at_another() -> None:
    half = brief(RAIL, staff=(Post(Role.LIAISON, on_duty=1, loss=0.5),))
    items = [item(f"item-{number}") for number in range(60)]
    told = [{one.id for one in passing(half, items, occasion)[0]} for occasion in ("sitrep/1", "sitrep/2")]
    assert told[0] != told[1]
    assert all(10 < len(one) < 50 for one in told)


@pytest.mark.parametrize(
    ("teller", "through", "slips"), [(RAIL, RAIL, 1), (WATER, "", 0)], ids=["outside", "in-the-tool"]
)
def test_an_item_is_carried_where_two_parties_reach_each_other_outside_the_tool(
    teller: str, through: str, slips: int
) -> None:
    clumsy = brief(teller, humans=people(slip=1.0))
    by = clumsy.limits(Duty.LIAISON)
    told, remarks = carried_one(clumsy, REGION, item(amount=34.0), "answer/e-1", "e-1", by)
    assert told is not None
    assert (told.source.through, len(remarks)) == (through, slips)
    assert carried_one(clumsy, REGION, None, "answer/e-1", "e-1", by) == (None, [])
