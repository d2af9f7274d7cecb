from __future__ import annotations

import pytest
import shapely

from tests.unit.core.agents.helpers import FLOOD, activities


@pytest.mark.parametrize(
    ("place", "expected"),
    [(shapely.Point(5, 51), True), (shapely.Point(9, 51), False), (None, True)],
)
def test_concerns_of_a_place_holds_inside_the_area_or_without_a_place(
    place: shapely.Geometry | None, expected: bool
) -> None:
    assert activities()[FLOOD].concerns(place) is expected
