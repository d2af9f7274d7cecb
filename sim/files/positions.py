"""Checks positions: longitude and latitude in range, and not the other way round."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from sim.core.messages.items import Geometry, Point
from sim.files.problems import Where, show

_LON_OF_COUNTRY: Final = (3.0, 7.5)
_LAT_OF_COUNTRY: Final = (50.5, 54.0)


def check_positions(coordinates: Any, where: Where) -> bool:
    """Say whether nested coordinates all lie on earth, after reporting the first that does not.

    When all would lie in the Netherlands the other way round, a warning says so.
    """
    positions = list(_flatten(coordinates))
    for position in positions:
        if not _is_on_earth(position):
            where.error("lon from -180 to 180 and lat from -90 to 90 (WGS 84, lon first)", show(position))
            return False
    if positions and all(_is_swapped(position) for position in positions):
        found = f"{show(positions[0])}, which looks like lat before lon"
        where.warning("lon before lat", found)
    return True


def read_place(place: tuple[float, float], where: Where) -> Geometry | None:
    """Return a ``place`` of a scenario file as a point; None after a problem has been reported."""
    return Point(coordinates=place) if check_positions(list(place), where) else None


def _flatten(coordinates: Any) -> Iterator[list[float]]:
    if coordinates and isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _flatten(part)
    elif coordinates:
        yield coordinates


def _is_on_earth(position: list[float]) -> bool:
    if len(position) < 2 or not all(map(math.isfinite, position)):
        return False
    return abs(position[0]) <= 180 and abs(position[1]) <= 90


def _is_swapped(position: list[float]) -> bool:
    first, second = position[0], position[1]
    in_first = _LAT_OF_COUNTRY[0] <= first <= _LAT_OF_COUNTRY[1]
    return in_first and _LON_OF_COUNTRY[0] <= second <= _LON_OF_COUNTRY[1]
