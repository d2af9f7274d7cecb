"""A picture as GeoJSON (RFC 7946): what has a place, each statement a feature with all that is known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from sim.report.export.shown import Made


def collection(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return plain rows of statements as a FeatureCollection; those without a geometry are left out."""
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows if row["geometry"]]}


def geojson(rows: Sequence[Mapping[str, Any]]) -> Made:
    """Return the file, and how many statements have no place."""
    text = msgspec.json.format(msgspec.json.encode(collection(rows)), indent=2) + b"\n"
    placeless = sum(not row["geometry"] for row in rows)
    return Made(text, Counter({"no-place": placeless} if placeless else {}))


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in row.items() if key != "geometry"}
    return {
        "type": "Feature",
        "id": row.get("id", row["subject"]),
        "geometry": wound(row["geometry"]),
        "properties": properties,
    }


def wound(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plain geometry whose outer rings go counterclockwise, and holes clockwise (RFC 7946, 3.1.6)."""
    if geometry["type"] != "Polygon":
        return dict(geometry)
    rings = [
        ring if _is_counterclockwise(ring) == (number == 0) else list(reversed(ring))
        for number, ring in enumerate(geometry["coordinates"])
    ]
    return {**geometry, "coordinates": rings}


def _is_counterclockwise(ring: Sequence[Sequence[float]]) -> bool:
    """Say which way a closed ring goes, by the area that it encloses (shoelace)."""
    # From the first corner, so that a small ring far from 0,0 loses no digits.
    lon, lat = ring[0]
    return (
        sum(
            (here[0] - lon) * (there[1] - lat) - (there[0] - lon) * (here[1] - lat)
            for here, there in pairwise(ring)
        )
        >= 0
    )
