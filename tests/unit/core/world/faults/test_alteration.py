from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest

from sim.core.messages.items import (
    Basis,
    Geometry,
    Item,
    Point,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.picture.observation import Fact
from sim.core.world.faults import Fault, FaultType, Setting, fact_of, restated, told
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import FAR, HERE, NOWHERE, fact, item, text

HEIGHT, FLOW = Value("height", 300.0, "cm"), Value("flow", 50.0, "m3/s")
THEN = TruthChange(id="t-1", at_ms=10, fact=fact(amount=100.0, words="then"))
NOW = TruthChange(id="t-2", at_ms=50, fact=msgspec.structs.replace(fact(words="now"), values=(HEIGHT, FLOW)))
SETTING = Setting((THEN, NOW), ("a1-nature", "a2-situation"))
AT_MS = 60


def fault(kind: FaultType, **fields: Any) -> Fault:
    return Fault(
        id="f-1",
        at_ms=fields.pop("at_ms", AT_MS),
        type=kind,
        party="prorail",
        subject="level",
        title=NOWHERE,
        recognise=NOWHERE,
        **fields,
    )


def told_fact(wrong: Fault) -> Fact:
    observation = told(wrong, SETTING, AT_MS)
    assert observation is not None
    return observation.fact


@pytest.mark.parametrize("kind", [FaultType.WRONG_VALUE, FaultType.CONTRADICTORY])
def test_told_a_wrong_figure_replaces_that_figure_only(kind: FaultType) -> None:
    wrong = fault(kind, values=(Value("flow", 90.0, "m3/s"),))
    assert told_fact(wrong) == msgspec.structs.replace(NOW.fact, values=(HEIGHT, Value("flow", 90.0, "m3/s")))


def test_told_a_figure_that_the_truth_does_not_have_adds_it() -> None:
    holes = Value("holes", 1.0, "count")
    assert told_fact(fault(FaultType.WRONG_VALUE, values=(holes,))) == msgspec.structs.replace(
        NOW.fact, values=(HEIGHT, FLOW, holes)
    )


def test_told_a_wrong_place_moves_it_only() -> None:
    assert told_fact(fault(FaultType.WRONG_PLACE, geometry=FAR)) == msgspec.structs.replace(
        NOW.fact, geometry=FAR
    )


def test_told_something_stale_gives_the_truth_of_then_as_new() -> None:
    observation = told(fault(FaultType.STALE, as_of_ms=20), SETTING, AT_MS)
    assert observation is not None
    assert (observation.fact, observation.observed_at_ms) == (THEN.fact, 60)
    assert (observation.causes, observation.causation) == (("t-1",), ("f-1",))


@pytest.mark.parametrize(
    ("omit", "values", "geometry"),
    [
        (("values",), (), HERE),
        (("geometry",), (HEIGHT, FLOW), None),
        (("geometry", "values"), (), None),
        ((), (HEIGHT, FLOW), HERE),
    ],
)
def test_told_something_incomplete_leaves_out_what_it_names(
    omit: tuple[Literal["geometry", "values"], ...], values: tuple[Value, ...], geometry: Geometry | None
) -> None:
    assert told_fact(fault(FaultType.INCOMPLETE, omit=omit)) == msgspec.structs.replace(
        NOW.fact, values=values, geometry=geometry
    )


PERCEIVED = [kind for kind in FaultType if kind is not FaultType.ECHO]


@pytest.mark.parametrize("kind", [FaultType.WRONG_VALUE, FaultType.WRONG_PLACE, FaultType.STALE])
def test_told_with_wrong_words_says_them(kind: FaultType) -> None:
    wrong = fault(kind, text=text("hole in the dike"), as_of_ms=55, values=(HEIGHT,), geometry=HERE)
    assert told_fact(wrong) == msgspec.structs.replace(NOW.fact, text=text("hole in the dike"))


@pytest.mark.parametrize("kind", list(FaultType))
def test_told_before_anything_is_so_is_none(kind: FaultType) -> None:
    assert told(fault(kind, as_of_ms=9), SETTING, 9) is None


@pytest.mark.parametrize("kind", PERCEIVED)
def test_told_carries_the_fault_and_the_truth_behind_it(kind: FaultType) -> None:
    observation = told(fault(kind, as_of_ms=55), SETTING, AT_MS)
    assert observation is not None
    assert (observation.observed_at_ms, observation.causes, observation.causation) == (60, ("t-2",), ("f-1",))


# Statements on their way ------------------------------------------------------------------------------


def restate(kind: FaultType, one: Item | None = None, **fields: Any) -> Item:
    return restated(fault(kind, **fields), one or item(amount=300.0), "rws", AT_MS, SETTING)


def test_a_wrong_unit_or_datum_relabels_figures_that_have_one() -> None:
    values = (Value("height", 3.0, "m", "NAP"), Value("people", 4.0))
    one = msgspec.structs.replace(item(), values=values)
    assert restate(FaultType.WRONG_UNIT, one, unit="cm").values == (
        Value("height", 3.0, "cm", "NAP"),
        values[1],
    )
    assert restate(FaultType.WRONG_DATUM, one, datum="local").values == (
        Value("height", 3.0, "m", "local"),
        values[1],
    )


def test_a_swapped_place_is_that_of_the_statement() -> None:
    x, y = HERE.coordinates
    assert restate(FaultType.WRONG_PLACE, how="swapped").geometry == Point((y, x))


def test_a_wrong_time_is_shifted_and_never_before_the_start() -> None:
    one = msgspec.structs.replace(item(), observed_at_ms=50)
    assert restate(FaultType.WRONG_TIME, one, shift_ms=-20).observed_at_ms == 30
    assert restate(FaultType.WRONG_TIME, one, shift_ms=-80).observed_at_ms == 0


def test_something_incomplete_can_lack_theme_and_source() -> None:
    made = restate(FaultType.INCOMPLETE, omit=("theme", "source"))
    assert (made.theme, made.source) == ("a1-nature", Source("rws", Basis.REPORTED, through="rws"))
    kept = restate(FaultType.INCOMPLETE, omit=("values",))
    assert (kept.theme, kept.source) == (item().theme, item().source)


def test_without_themes_nothing_is_filed_elsewhere() -> None:
    bare = fault(FaultType.INCOMPLETE, omit=("theme",))
    assert restated(bare, item(), "rws", AT_MS, Setting()).theme == item().theme


def test_what_is_unclear_has_words_only() -> None:
    made = restate(FaultType.UNCLEAR, text=text("some are missing"))
    assert (made.values, made.text) == ((), text("some are missing"))


def test_source_basis_verification_and_label_can_be_what_they_are_not() -> None:
    heard = msgspec.structs.replace(item(), source=Source("wl", Basis.RUMOUR, through="vr24"))
    assert restate(FaultType.MISATTRIBUTED, attributed_to="politie").source.party == "politie"
    assert restate(FaultType.RUMOUR_AS_OBSERVED, heard).source == Source("wl", Basis.OBSERVED)
    verified = restate(FaultType.UNVERIFIED_AS_VERIFIED).verification
    assert verified == Verification(VerificationStatus.VERIFIED, "rws", AT_MS)
    secret = item(sensitivity=Sensitivity.RESTRICTED)
    assert restate(FaultType.WRONG_AUDIENCE, secret).sensitivity is Sensitivity.GENERAL


def test_what_was_so_before_anything_was_leaves_a_statement_as_it_is() -> None:
    assert restate(FaultType.STALE, as_of_ms=5).values == item(amount=300.0).values


@pytest.mark.parametrize("kind", list(FaultType))
def test_what_becomes_of_a_statement_names_the_fault_once(kind: FaultType) -> None:
    once = restate(kind, values=(HEIGHT,), geometry=HERE, as_of_ms=55)
    assert once.causation == ("f-1",)
    assert restate(kind, once, values=(HEIGHT,), geometry=HERE, as_of_ms=55).causation == ("f-1",)


def test_an_echo_is_what_another_said_as_seen_by_oneself() -> None:
    heard = item(amount=5.0, causation=("f-0",))
    seen = told(fault(FaultType.ECHO, echo_of="wl"), SETTING, AT_MS, heard)
    assert seen is not None
    assert (seen.fact, seen.observed_at_ms, seen.causation) == (fact_of(heard), AT_MS, ("f-0", "f-1"))
    assert told(fault(FaultType.ECHO, echo_of="wl"), SETTING, AT_MS) is None
