from __future__ import annotations

import pytest
import shapely

from sim.core.messages.items import Geometry, LineString, Point, Polygon
from sim.core.picture.geometry import distance_m, from_shapely, is_elsewhere, to_shapely

MAASTRICHT, ROERMOND = Point((5.6910, 50.8514)), Point((5.9870, 51.1942))
SQUARE = Polygon((((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 52.0), (5.0, 51.0)),))
WITH_HOLE = Polygon(
    (
        ((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 52.0), (5.0, 51.0)),
        ((5.4, 51.4), (5.6, 51.4), (5.6, 51.6), (5.4, 51.6), (5.4, 51.4)),
    )
)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Point((5.0, 51.0)), Point((5.0, 52.0)), 111_195),  # one degree of latitude
        (Point((5.0, 60.0)), Point((6.0, 60.0)), 55_598),  # one of longitude, halved at 60 degrees north
        (Point((5.0, 51.0)), Point((5.0, 51.0)), 0),
        (MAASTRICHT, ROERMOND, 43_370),  # haversine on a sphere of 6371 km
        (SQUARE, Point((5.5, 51.5)), 0),  # inside
        (WITH_HOLE, Point((5.5, 51.5)), 6_924),  # in the hole: to its nearer side, east or west
        (LineString(((5.0, 51.0), (6.0, 51.0))), Point((5.5, 51.1)), 11_120),
    ],
)
def test_distance_m_of_known_places_is_known(one: Geometry, other: Geometry, metres: float) -> None:
    assert distance_m(one, other) == pytest.approx(metres, rel=0.002, abs=0.5)


def square(east: float, side: float = 0.1) -> Polygon:
    """Return a square with its west side ``east`` degrees from the meridian of 5 degrees east."""
    west, top = 5.0 + east, 51.0 + side
    ring = ((west, 51.0), (west + side, 51.0), (west + side, top), (west, top), (west, 51.0))
    return Polygon((ring,))


@pytest.mark.parametrize(
    ("other", "elsewhere"),
    [
        (square(0.01), False),  # 700 m, most of it in common
        (square(0.04), False),  # 2.8 km, six tenths in common
        (square(0.06), True),  # 4.2 km, four tenths in common
        (square(0.105), True),  # beside it, 350 m apart
        (square(-0.1, side=0.4), False),  # grown around it
        (square(0.2), True),
        (Point((5.05, 51.05)), False),
        (Point((5.2, 51.05)), True),
        (LineString(((5.05, 51.05), (5.9, 51.05))), False),
    ],
)
def test_areas_with_little_in_common_are_of_two_places(other: Geometry, elsewhere: bool) -> None:
    assert is_elsewhere(square(0.0), other, 1_000) is elsewhere
    assert is_elsewhere(other, square(0.0), 1_000) is elsewhere


BOW_TIE = Polygon((((5.0, 51.0), (5.1, 51.1), (5.1, 51.0), (5.0, 51.1), (5.0, 51.0)),))
"""Strangers can send a ring that crosses itself."""


@pytest.mark.parametrize(
    ("other", "elsewhere"), [(square(0.0), False), (square(0.06), True), (BOW_TIE, False)]
)
def test_a_ring_that_crosses_itself_lies_somewhere_too(other: Geometry, elsewhere: bool) -> None:
    assert is_elsewhere(BOW_TIE, other, 1_000) is elsewhere


def test_to_shapely_of_a_geometry_keeps_lon_and_lat() -> None:
    assert str(to_shapely(Point((5.5, 51.25)))) == "POINT (5.5 51.25)"
    hollow = to_shapely(WITH_HOLE)
    assert shapely.area(hollow) == pytest.approx(0.96)


def test_to_shapely_of_no_geometry_is_none() -> None:
    assert to_shapely(None) is None


@pytest.mark.parametrize("positions", [(), ((5.0, 51.0),)])
def test_line_of_fewer_than_two_positions_is_refused(positions: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match=f"expected 2 positions or more, was {len(positions)}"):
        LineString(positions)


@pytest.mark.parametrize(
    "rings",
    [
        (),
        ((),),
        (((5.0, 51.0), (6.0, 51.0), (5.0, 51.0)),),
        (((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 52.0)),),
        (SQUARE.coordinates[0], ((5.4, 51.4),)),
    ],
)
def test_polygon_with_a_ring_that_is_open_or_short_is_refused(
    rings: tuple[tuple[tuple[float, float], ...], ...],
) -> None:
    with pytest.raises(ValueError, match="expected closed rings of 4 positions or more"):
        Polygon(rings)


@pytest.mark.parametrize("geometry", [MAASTRICHT, SQUARE, WITH_HOLE, LineString(((5.0, 51.0), (6.1, 51.0)))])
def test_from_shapely_takes_over_each_part_as_it_is(geometry: Geometry) -> None:
    shape = to_shapely(geometry)
    assert shape is not None
    assert from_shapely(shape) == (geometry,)


def test_from_shapely_of_several_parts_gives_each() -> None:
    box = shapely.box(7.0, 51.0, 8.0, 52.0)
    several = shapely.MultiPolygon([shapely.Polygon(SQUARE.coordinates[0]), box])
    assert from_shapely(several) == (SQUARE, *from_shapely(box))
