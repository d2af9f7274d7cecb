from __future__ import annotations

from sim.core.messages.items import LineString, Point, Polygon
from sim.core.world.faults.places import swapped

RING = ((5.0, 51.0), (6.0, 51.0), (6.0, 52.0), (5.0, 51.0))


def test_swapped_puts_latitude_first_wherever_a_position_stands() -> None:
    other = tuple((y, x) for x, y in RING)
    assert swapped(Point(RING[0])) == Point(other[0])
    assert swapped(LineString(RING)) == LineString(other)
    assert swapped(Polygon((RING, RING))) == Polygon((other, other))
    assert swapped(None) is None


def test_swapped_twice_is_as_it_was() -> None:
    assert swapped(swapped(Polygon((RING,)))) == Polygon((RING,))
