from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest

from sim.core.messages.items import Geometry, Value
from sim.core.picture.observation import Fact
from sim.core.world.faults import Fault, FaultType, Setting, told
from sim.core.world.truth import TruthChange
from tests.unit.core.agents.helpers import FAR, HERE, NOWHERE, fact, text

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
