"""Places that are wrong in a way that can be worked out: longitude and latitude the other way round."""

from __future__ import annotations

from sim.core.messages.items import Geometry, LineString, Point, Polygon, Position


def swapped(geometry: Geometry | None) -> Geometry | None:
    """Return a geometry with longitude and latitude swapped, as happens in copying; None stays None."""
    if isinstance(geometry, Point):
        return Point(_swap(geometry.coordinates))
    if isinstance(geometry, LineString):
        return LineString(_all(geometry.coordinates))
    if isinstance(geometry, Polygon):
        return Polygon(tuple(_all(ring) for ring in geometry.coordinates))
    return None


def _all(positions: tuple[Position, ...]) -> tuple[Position, ...]:
    return tuple(_swap(position) for position in positions)


def _swap(position: Position) -> Position:
    return (position[1], position[0])
