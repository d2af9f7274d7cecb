"""Geometry of items for computing with: places and distances in metres.

Distances are taken on a plane that is true to scale at the items' latitude, which is good to within a
percent over the size of the country.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry

from sim.core.messages.items import Geometry

_METRES_PER_DEGREE = 111_195.0


def to_shapely(geometry: Geometry | None) -> shapely.Geometry | None:
    """Return an item's geometry (WGS 84 lon/lat) as a shapely geometry; None stays None."""
    if geometry is None:
        return None
    return _shape(geometry)


def from_shapely(shape: shapely.Geometry) -> tuple[Geometry, ...]:
    """Return a shapely geometry (WGS 84 lon/lat) in the parts that it is made of, each as items have theirs.

    Figures are taken over as they are, so that a log of it is the same on every machine.
    """
    parts = shapely.get_parts(shapely.force_2d(shape))
    return tuple(msgspec.convert(shapely.geometry.mapping(part), Geometry) for part in parts)


@lru_cache(maxsize=4096)
def _shape(geometry: Geometry) -> BaseGeometry:
    return shapely.from_geojson(msgspec.json.encode(geometry))


@lru_cache(maxsize=4096)
def distance_m(one: Geometry, other: Geometry) -> float:
    """Return the shortest distance between two geometries in metres; 0 where they touch."""
    first, second = _on_plane(one, other)
    return float(shapely.distance(first, second))


@lru_cache(maxsize=4096)
def is_elsewhere(one: Geometry, other: Geometry, tolerance_m: float) -> bool:
    """Say whether two geometries are of two places: further apart than may be, in metres.

    Areas that touch can be of two places too: where their middles are that far apart, and neither has half of the
    smaller one in common. An area that grew is still where it was.
    """
    if distance_m(one, other) > tolerance_m:
        return True
    first, second = (
        shapely.make_valid(shape) for shape in _on_plane(one, other)
    )  # rings that cross have no inside
    smaller = min(first.area, second.area)
    if not smaller or shapely.distance(first.centroid, second.centroid) <= tolerance_m:
        return False
    return bool(shapely.intersection(first, second).area < smaller / 2)


def _on_plane(one: Geometry, other: Geometry) -> tuple[BaseGeometry, BaseGeometry]:
    """Return two geometries in metres, on a plane that is true to scale where they are."""
    first, second = _shape(one), _shape(other)
    latitude = math.radians((first.centroid.y + second.centroid.y) / 2)
    scale = (math.cos(latitude) * _METRES_PER_DEGREE, _METRES_PER_DEGREE)
    return shapely.transform(first, lambda p: p * scale), shapely.transform(second, lambda p: p * scale)
