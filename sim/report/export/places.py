"""Places as formats want them that know points and circles, and write latitude first."""

from __future__ import annotations

import math
from typing import Final

import msgspec
import shapely

from sim.core.messages.items import Geometry, LineString, Point

_EARTH_KM: Final = 6371.0088
"""Mean radius (IUGG)."""


def lat_lon(position: tuple[float, float]) -> str:
    """Return a position as ``50.83,5.69``: latitude first."""
    return f"{number(position[1])},{number(position[0])}"


def ring(positions: tuple[tuple[float, float], ...]) -> str:
    """Return a ring or line as pairs with spaces between, latitude first."""
    return " ".join(lat_lon(position) for position in positions)


def point_on(geometry: Geometry) -> tuple[float, float]:
    """Return a position (lon, lat) that lies on a geometry, the same each time."""
    if isinstance(geometry, Point):
        return geometry.coordinates
    found = shapely.from_geojson(msgspec.json.encode(geometry)).representative_point()
    return round(found.x, 6), round(found.y, 6)


def circle_around(line: LineString) -> str:
    """Return the circle around a line as ``lat,lon radius`` (km): centre in the middle of its extent."""
    lons, lats = ([position[axis] for position in line.coordinates] for axis in (0, 1))
    centre = (round((min(lons) + max(lons)) / 2, 6), round((min(lats) + max(lats)) / 2, 6))
    radius = max(_distance_km(centre, position) for position in line.coordinates)
    return f"{lat_lon(centre)} {math.ceil(radius * 1000) / 1000:g}"


def _distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance along a great circle (haversine)."""
    (lon, lat), (to_lon, to_lat) = (tuple(map(math.radians, position)) for position in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def number(value: float) -> str:
    """Return a coordinate without an exponent, to some millimetres."""
    return f"{value:.8f}".rstrip("0").rstrip(".")
