"""Takes areas out of a GeoJSON file into a scenario's ``areas.geojson``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sim.core.model.ids import is_id
from sim.files.areas import AREAS_FILE, read_area, read_features
from sim.files.folder import Folder
from sim.files.problems import InputError, Problems, Where, show
from sim.files.taking_in.change import Change
from sim.files.taking_in.names import made_id

_PLACES: Final = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326"})
"""Coordinate systems that old GeoJSON files name, and that are what GeoJSON has anyway."""


def take_areas(data: bytes, root: Path, where: Where, *, replace: bool = False) -> Change:
    """Return what changes in a scenario by the areas of a file, after reporting what is not taken over.

    Args:
        data: The file.
        root: Folder of the scenario.
        where: Place of the file.
        replace: Whether an area may take the place of another of the same name.

    Raises:
        InputError: The file is no GeoJSON, or that of the scenario is none.
    """
    features = _features(data, where)
    there = _there(root)
    change = Change()
    taken: dict[str, dict[str, Any]] = {}
    for number, feature in enumerate(features):
        place = where.at("features").item(number)
        name = _named(feature, there, taken, place)
        if name is None or read_area(feature, place) is None:
            change.refused += 1
            continue
        made = {**feature, "properties": {**(feature.get("properties") or {}), "id": name}}
        old = taken.get(name) or there.get(name)
        if old is not None and old["geometry"] != made["geometry"] and (name in taken or not replace):
            place.at("properties.id").error(
                "a name of its own (--replace takes the new one)", f"{show(name)} again"
            )
            change.refused += 1
            continue
        change.note(name, is_there=old is not None, is_same=old == made)
        taken[name] = made
    new = {name: feature for name, feature in taken.items() if name not in change.same}
    text = with_areas(root, new) if new else None
    if text is not None:
        change.files[AREAS_FILE] = text
    change.kept = [name for name in there if name not in taken]
    return change


def with_areas(root: Path, features: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return a scenario's areas with these, one a line; None when all are there already.

    Raises:
        InputError: The file of the scenario is no GeoJSON.
    """
    document = _document(root)
    before = json.dumps(document)
    listed: list[Any] = document["features"]
    for name, feature in features.items():
        place = next((number for number, old in enumerate(listed) if _id(old) == name), None)
        if place is None:
            listed.append(feature)
        else:
            listed[place] = feature
    if json.dumps(document) == before:
        return None
    head = {key: value for key, value in document.items() if key != "features"}
    lines = [json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in listed]
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return start + ',"features":[\n' + ",\n".join(lines) + "\n]}\n"


def _features(data: bytes, where: Where) -> list[Any]:
    reading = Problems()
    place = Where(reading, where.file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        place.error("text in UTF-8", "another encoding")
        raise InputError(tuple(reading.found)) from None
    found = read_features(text, place)
    reading.raise_errors()
    assert found is not None, "what could not be read was reported"
    _check_system(json.loads(text), place)
    reading.raise_errors()
    return found


def _check_system(document: Mapping[str, Any], where: Where) -> None:
    """Report a coordinate system that GeoJSON has not: numbers in it would lie elsewhere (RFC 7946, 4)."""
    system = document.get("crs")
    properties = system.get("properties") if isinstance(system, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else system
    if system is not None and name not in _PLACES:
        where.at("crs").error("WGS 84 longitude and latitude, as GeoJSON has them", show(name))


def _named(feature: object, there: Mapping[str, Any], taken: Mapping[str, Any], where: Where) -> str | None:
    """Return the name of a feature: its property ``id``, its own id, or one made of its name."""
    if not isinstance(feature, dict):
        where.error("a feature", show(feature))
        return None
    properties = feature.get("properties")
    about = properties if isinstance(properties, dict) else {}
    for given in (about.get("id"), feature.get("id")):
        if isinstance(given, str) and is_id(given):
            return given
    name = _called(feature)
    if not name:
        where.at("properties.id").error("an id, or a name to make one of", show(about.get("id")))
        return None
    # One of the same name is this one, taken over before.
    others = {known for known, old in there.items() if _called(old) != name}
    made = made_id(name, others | set(taken))
    where.at("properties.id").warning("an id", f"{show(name)}; '{made}' was made of it")
    return made


def _called(feature: Mapping[str, Any]) -> str:
    """Return what a feature is called by people; "" where it is not called anything."""
    about = feature.get("properties")
    properties = about if isinstance(about, dict) else {}
    given = (properties.get("name"), properties.get("naam"), properties.get("id"), feature.get("id"))
    for name in given:
        words = (name.get("en") or name.get("nl")) if isinstance(name, dict) else name
        if isinstance(words, (str, int)) and not isinstance(words, bool) and str(words).strip():
            return str(words)
    return ""


def _document(root: Path) -> dict[str, Any]:
    problems = Problems()
    folder = Folder(root, problems)
    if not (root / AREAS_FILE).exists():
        return {"type": "FeatureCollection", "features": []}
    text = folder.read_text(AREAS_FILE)
    features = None if text is None else read_features(text, folder.where(AREAS_FILE))
    problems.raise_errors()
    assert text is not None, "what could not be read was reported"
    return {**json.loads(text), "features": features}


def _there(root: Path) -> dict[str, Any]:
    named = {_id(feature): feature for feature in _document(root)["features"]}
    return {name: feature for name, feature in named.items() if name is not None}


def _id(feature: object) -> str | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("id") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None
