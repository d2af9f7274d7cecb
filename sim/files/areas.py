"""Reads ``areas.geojson``: named areas and places, checked for what geometry cannot be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import geojson
import msgspec
import shapely

from sim.core.messages.items import Geometry, LineString, Point, Polygon
from sim.core.model.ids import is_id
from sim.files.folder import Folder
from sim.files.positions import check_positions
from sim.files.problems import Where, hint, show
from sim.files.tables import ID_EXPECTED

AREAS_FILE: Final = "areas.geojson"

_DIGITS: Final = 15
"""The geojson library rounds to 6 digits unless told otherwise."""

_CLASSES: Final[Mapping[str, Any]] = {
    "Point": geojson.Point,
    "LineString": geojson.LineString,
    "Polygon": geojson.Polygon,
    "MultiPolygon": geojson.MultiPolygon,
}
_NESTING: Final[Mapping[str, Any]] = {
    "Point": list[float],
    "LineString": list[list[float]],
    "Polygon": list[list[list[float]]],
    "MultiPolygon": list[list[list[list[float]]]],
}


@dataclass(frozen=True, slots=True)
class Area:
    """A named area or place.

    Attributes:
        type: GeoJSON type.
        shape: For computing with.
        geometry: For items; None for what items cannot have (MultiPolygon).
    """

    type: str
    shape: shapely.Geometry
    geometry: Geometry | None


@dataclass(frozen=True, slots=True)
class Areas:
    """All areas of a scenario.

    Attributes:
        sound: Areas that can be used, by name.
        names: All names, also of areas with errors; None when the file could not be read.
    """

    sound: Mapping[str, Area] = field(default_factory=dict)
    names: frozenset[str] | None = None

    def shape(self, name: str | tuple[str, ...], where: Where) -> shapely.Geometry | None:
        """Return the area of a competence or an activity, of one name or of several together.

        None after a problem has been reported.
        """
        if isinstance(name, str):
            return self._one_shape(name, where)
        parts = [self._one_shape(each, where.item(index)) for index, each in enumerate(name)]
        if not parts:
            where.error("the names of areas", "none")
        known = [part for part in parts if part is not None]
        if not known or len(known) < len(parts):
            return None
        # A collection and no union: areas that touch stay as they are, so that a log of them is the same everywhere.
        whole = shapely.GeometryCollection([piece for part in known for piece in shapely.get_parts(part)])
        shapely.prepare(whole)
        return whole

    def _one_shape(self, name: str, where: Where) -> shapely.Geometry | None:
        area = self._find(name, where)
        if area is None:
            return None
        if area.type in ("Point", "LineString"):
            where.warning(
                "a Polygon or MultiPolygon", f"{show(name)}, a {area.type}: hardly anything lies on it"
            )
        return area.shape

    def geometry(self, name: str, where: Where) -> Geometry | None:
        """Return the place of a fact or fault; None after a problem has been reported."""
        area = self._find(name, where)
        if area is not None and area.geometry is None:
            where.error("the name of a Point, LineString or Polygon", f"{show(name)}, a {area.type}")
        return None if area is None else area.geometry

    def _find(self, name: str, where: Where) -> Area | None:
        if self.names is not None and name not in self.names:
            where.error(f"an area of {AREAS_FILE}{hint(name, self.names)}", show(name))
        return self.sound.get(name)


def read_areas(folder: Folder) -> Areas:
    """Return the areas of a scenario after reporting every problem with them."""
    where = folder.where(AREAS_FILE)
    text = folder.read_text(AREAS_FILE)
    features = None if text is None else read_features(text, where)
    if features is None:
        return Areas()
    sound: dict[str, Area] = {}
    names: set[str] = set()
    for index, feature in enumerate(features):
        place = where.at("features").item(_name(feature) or index)
        name = _check_name(feature, names, place)
        area = read_area(feature, place)
        if name is not None and area is not None:
            sound[name] = area
    return Areas(sound, frozenset(names))


def read_features(text: str, where: Where) -> list[Any] | None:
    """Return the features of a FeatureCollection; None after a problem has been reported."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where.at(f"line {error.lineno}, column {error.colno}").error(
            "GeoJSON", f"no JSON: {error.msg.lower()}"
        )
        return None
    except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
        where.error("GeoJSON", "lists nested too deeply or a number that is too large")
        return None
    kind = document.get("type") if isinstance(document, dict) else None
    if kind != "FeatureCollection":
        where.at("type").error("a FeatureCollection", show(kind))
        return None
    features = document.get("features")
    if not isinstance(features, list):
        where.at("features").error("a list of features", show(features))
        return None
    return features


def _name(feature: object) -> str | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("id") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def _check_name(feature: object, names: set[str], where: Where) -> str | None:
    name = _name(feature)
    if name is None or not is_id(name):
        where.at("properties.id").error(ID_EXPECTED, show(name))
        return None
    if name in names:
        where.at("properties.id").error("an id of its own", f"{show(name)} twice")
        return None
    names.add(name)
    return name


def read_area(feature: object, where: Where) -> Area | None:
    """Return the area of a GeoJSON feature; None after a problem has been reported."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    where = where.at("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(kind, str) or kind not in _CLASSES:
        where.at("type").error(f"one of {', '.join(_CLASSES)}", show(kind))
        return None
    coordinates = _read_coordinates(kind, geometry.get("coordinates"), where.at("coordinates"))
    return None if coordinates is None else _make_area(kind, coordinates, where.at("coordinates"))


def _read_coordinates(kind: str, value: object, where: Where) -> Any:
    """Return coordinates as positions of two finite numbers, nested as the type of geometry asks for."""
    try:
        coordinates = msgspec.convert(value, _NESTING[kind])
    except (msgspec.ValidationError, OverflowError, RecursionError):
        where.error(f"positions [lon, lat] nested as in a {kind}", show(value))
        return None
    geometry = _CLASSES[kind](coordinates, precision=_DIGITS)
    if not geometry.is_valid:
        where.error(f"the coordinates of a {kind}", _first_reason(geometry.errors()))
        return None
    return geometry["coordinates"] if check_positions(geometry["coordinates"], where) else None


def _make_area(kind: str, coordinates: Any, where: Where) -> Area | None:
    filled = [part for part in coordinates if part != []]
    if not filled:
        where.error(f"the coordinates of a {kind}", "none")
        return None
    geometry = _make_geometry(kind, coordinates)
    if geometry is None:
        polygons = [(_ring(rings[0]), [_ring(ring) for ring in rings[1:]]) for rings in filled]
        shape: shapely.Geometry = shapely.MultiPolygon(polygons)
    else:
        shape = shapely.from_geojson(msgspec.json.encode(geometry))
    if not shapely.is_valid(shape):
        where.error(f"a {kind} that does not cross or touch itself", shapely.is_valid_reason(shape))
        return None
    shapely.prepare(shape)  # asked for every place that somebody speaks of
    return Area(kind, shape, geometry)


def _make_geometry(kind: str, coordinates: Any) -> Geometry | None:
    if kind == "Point":
        return Point(coordinates=(coordinates[0], coordinates[1]))
    if kind == "LineString":
        return LineString(coordinates=_ring(coordinates))
    if kind == "Polygon":
        return Polygon(coordinates=tuple(_ring(ring) for ring in coordinates))
    return None


def _ring(positions: Any) -> tuple[tuple[float, float], ...]:
    """Return positions as lon/lat; a height, if any, is left out."""
    return tuple((position[0], position[1]) for position in positions)


def _first_reason(errors: Any) -> str:
    while isinstance(errors, (list, tuple)) and errors:
        errors = errors[0]
    return f"a mistake: {str(errors)[:1].lower()}{str(errors)[1:]}"
