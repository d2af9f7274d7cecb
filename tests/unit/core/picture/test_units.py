from __future__ import annotations

import pytest

from sim.core.messages.items import Value
from sim.core.picture.units import has_other_unit, in_base, is_comparable, is_unit_slip

LEVEL = Value("level", 300.0, "cm", "NAP")


def test_a_figure_is_turned_into_its_base_unit() -> None:
    assert in_base(LEVEL) == ("length", 3.0)
    assert in_base(Value("cows", 3.0, "count")) == ("count", 3.0)


@pytest.mark.parametrize(
    ("other", "comparable", "differs"),
    [
        (Value("level", 3.0, "m", "NAP"), True, False),
        (Value("level", 300.0, "cm"), False, True),
        (Value("level", 300.0, "m3/s", "NAP"), False, True),
        (Value("depth", 300.0, "cm", "NAP"), False, False),
    ],
)
def test_figures_of_one_name_go_together_in_one_kind_of_unit_from_one_datum(
    other: Value, comparable: bool, differs: bool
) -> None:
    assert is_comparable(LEVEL, other) is comparable
    assert has_other_unit(LEVEL, other) is differs


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        (Value("level", 300.0, "m"), Value("level", 300.0, "cm"), True),
        (Value("level", 30_300.0, "cm"), Value("level", 300.0, "cm"), True),
        (Value("level", 900.0, "cm"), Value("level", 300.0, "cm"), False),
        (Value("level", 0.0, "cm"), Value("level", 300.0, "cm"), False),
        (Value("homes", 30_000.0, "count"), Value("homes", 300.0, "count"), False),
        (Value("discharge", 2_000.0, "m3/s"), Value("discharge", 2_000.0, "l/s"), True),
    ],
)
def test_a_length_or_a_flow_that_is_a_whole_unit_off_is_a_slip(one: Value, other: Value, slip: bool) -> None:
    assert is_unit_slip(one, other, 0.05) is slip
    assert is_unit_slip(other, one, 0.05) is slip
