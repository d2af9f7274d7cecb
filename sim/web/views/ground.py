"""The ground of the map: regions and rivers as paths, and the schematic map of tiles; made once."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import shapely
from shapely.geometry.base import BaseGeometry

from sim.core.messages.items import Geometry, LineString, Point, Polygon
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problem

WIDTH, HEIGHT = 1000.0, 1120.0
_WEST, _NORTH = 3.2, 53.72
_SCALE_Y: Final = 372.0
_SCALE_X: Final = _SCALE_Y * math.cos(math.radians(52.2))
"""An equirectangular map, true to shape at the middle of the country: nowhere in it more than 2 % off."""

_TILE_W, _TILE_H, _TILE_LEFT, _TILE_TOP = 150.0, 130.0, 50.0, 40.0
_FIT_MIN: Final = 0.12
"""Smallest part of the country that a map begins with."""

GROUND_BYTES_MAX: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shape:
    """A region on the map: its id, its name, its path, and where its name stands."""

    id: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tile:
    """A region on the schematic map, and where it stands."""

    id: str
    x: float
    y: float
    width: float = _TILE_W
    height: float = _TILE_H


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under all items.

    Attributes:
        regions: The regions.
        rivers: Paths of the large rivers.
        tiles: The regions as tiles.
        credit: Who made the data, as it must be shown beside the map.
        boxes: Of each region what it spans: from left, top to right, bottom.
        outlines: Of each region its outline on the map.
    """

    regions: tuple[Shape, ...]
    rivers: tuple[str, ...]
    tiles: tuple[Tile, ...]
    credit: str
    boxes: dict[str, tuple[float, float, float, float]]
    outlines: Mapping[str, BaseGeometry]

    def fit(self, regions: Iterable[str]) -> str:
        """Return the view box that shows these regions, or the whole country where none of them is on the map."""
        found = [self.boxes[name] for name in regions if name in self.boxes]
        if not found:
            return f"0 0 {WIDTH:g} {HEIGHT:g}"
        left, top = min(box[0] for box in found), min(box[1] for box in found)
        right, bottom = max(box[2] for box in found), max(box[3] for box in found)
        width = max((right - left) * 1.15, (bottom - top) * 1.15 * WIDTH / HEIGHT, WIDTH * _FIT_MIN)
        height = width * HEIGHT / WIDTH
        x, y = (left + right - width) / 2, (top + bottom - height) / 2
        return f"{x:.1f} {y:.1f} {width:.1f} {height:.1f}"


def position(lon: float, lat: float) -> tuple[float, float]:
    """Return where a place (WGS 84 lon/lat) stands on the map."""
    return (lon - _WEST) * _SCALE_X, (_NORTH - lat) * _SCALE_Y


def path_of(geometry: Geometry) -> str:
    """Return a line or an area as the path of an SVG; a point gives none."""
    if isinstance(geometry, Point):
        return ""
    if isinstance(geometry, LineString):
        return _path(geometry.coordinates, closed=False)
    return "".join(_path(ring, closed=True) for ring in geometry.coordinates)


def anchor_of(geometry: Geometry) -> tuple[float, float]:
    """Return where the sign of something stands on the map: its place, or the middle of what it spans."""
    if isinstance(geometry, Point):
        return position(*geometry.coordinates)
    outline = geometry.coordinates[0] if isinstance(geometry, Polygon) else geometry.coordinates
    places = [position(*place) for place in outline]
    if isinstance(geometry, LineString):
        return places[len(places) // 2]
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


@cache
def ground(areas: Path | None = None) -> Ground:
    """Return the ground.

    Args:
        areas: GeoJSON of an institution's own boundaries, whose features have ``id`` or ``code`` (vr01 to vr25) and
            ``name``; None is what comes with the product.

    Raises:
        InputError: The file of boundaries cannot be read.
    """
    root = profiles_folder()
    document = _document(areas or root / "regions.geojson")
    regions, boxes, outlines = [], {}, {}
    for feature in document["features"]:
        told = feature["properties"]
        name = str(told.get("id", told.get("code", ""))).lower()
        rings = _rings(feature["geometry"])
        if not name or not rings:
            continue
        placed = [[position(lon, lat) for lon, lat, *_ in ring] for ring in rings]
        largest = max(placed, key=len)
        xs, ys = [x for x, _ in largest], [y for _, y in largest]
        boxes[name] = (min(xs), min(ys), max(xs), max(ys))
        outlines[name] = shapely.union_all([shapely.Polygon(ring).buffer(0) for ring in placed])
        path = "".join(_drawn(ring, closed=True) for ring in placed)
        regions.append(
            Shape(name, str(told.get("name", told.get("naam", name))), path, *_middle(boxes[name]))
        )
    rivers = tuple(
        _path(feature["geometry"]["coordinates"], closed=False)
        for feature in _document(root / "rivers.geojson")["features"]
    )
    return Ground(tuple(regions), rivers, _tiles(root), str(document.get("attribution", "")), boxes, outlines)


def _document(file: Path) -> Any:
    try:
        with file.open("rb") as opened:
            data = opened.read(GROUND_BYTES_MAX + 1)
        document = msgspec.json.decode(data)
        for feature in document["features"]:
            feature["properties"], feature["geometry"]["coordinates"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = Problem(
            str(file), "", "GeoJSON with the boundaries of regions", str(error) or "another file"
        )
        raise InputError([problem]) from error
    return document


def _rings(geometry: Any) -> list[Any]:
    if geometry["type"] == "Polygon":
        return list(geometry["coordinates"])
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    return []


def _tiles(root: Path) -> tuple[Tile, ...]:
    with (root / "tile-grid.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Tile(
                row["code"].lower(),
                _TILE_LEFT + int(row["column"]) * _TILE_W,
                _TILE_TOP + int(row["row"]) * _TILE_H,
            )
            for row in csv.DictReader(file)
        )


def _middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _path(places: Sequence[Any], *, closed: bool) -> str:
    return _drawn([position(place[0], place[1]) for place in places], closed=closed)


def _drawn(places: Sequence[tuple[float, float]], *, closed: bool) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) + ("Z" if closed else "")
