from __future__ import annotations

import pytest
import shapely

from sim.core.model.party import Competence, Scope, scope_of


@pytest.mark.parametrize(
    ("regions", "scope"),
    [
        (1, Scope.REGIONAL),
        (2, Scope.REGIONAL),
        (3, Scope.SUPRAREGIONAL),
        (24, Scope.SUPRAREGIONAL),
        (25, Scope.NATIONAL),
    ],
)
def test_scope_of_a_number_of_regions_follows_tabel_2(regions: int, scope: Scope) -> None:
    assert scope_of(regions) is scope


@pytest.mark.parametrize("regions", [-1, 0, 26])
def test_scope_of_a_number_that_cannot_be_raises(regions: int) -> None:
    with pytest.raises(ValueError, match=f"expected 1 to 25 regions, was {regions}"):
        scope_of(regions)


BOX = shapely.box(5, 50, 6, 51)
INSIDE, OUTSIDE, EDGE = shapely.Point(5.5, 50.5), shapely.Point(7, 50), shapely.Point(5, 50)


@pytest.mark.parametrize(
    ("area", "system", "place", "expected"),
    [
        (BOX, "river", INSIDE, True),
        (BOX, "river", EDGE, True),
        (BOX, "river", OUTSIDE, False),
        (BOX, "river", None, True),
        (BOX, "power", INSIDE, False),
        (None, "river", OUTSIDE, True),
        (None, "power", None, False),
    ],
)
def test_includes_of_a_fact_asks_both_system_and_area(
    area: shapely.Geometry | None, system: str, place: shapely.Geometry | None, expected: bool
) -> None:
    assert Competence(("river", "dike"), area).includes(system, place) is expected
