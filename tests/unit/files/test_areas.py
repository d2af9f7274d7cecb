from __future__ import annotations

from typing import Any

import pytest
import shapely

from sim.files.areas import read_areas
from sim.files.folder import Folder
from sim.files.lint import lint
from sim.files.problems import Problems, Where
from tests.unit.files.folders import SQUARE, Folders, areas, feature

BOW = [[5.0, 50.8], [5.1, 50.9], [5.1, 50.8], [5.0, 50.9], [5.0, 50.8]]


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


@pytest.mark.parametrize(
    ("kind", "coordinates", "expected"),
    [
        ("Polygon", [BOW], "expected a Polygon that does not cross or touch itself, found Self-inters"),
        ("MultiPolygon", [[SQUARE], [SQUARE]], "expected a MultiPolygon that does not cross or touch itself"),
        ("Polygon", [SQUARE[:-1]], "found a mistake: each linear ring must end where it started"),
        ("Polygon", [SQUARE[:2]], "found a mistake: each linear ring must contain at least 4 positions"),
        ("Polygon", [], "expected the coordinates of a Polygon, found none"),
        ("Polygon", SQUARE, "expected positions [lon, lat] nested as in a Polygon"),
        ("MultiPolygon", [], "expected the coordinates of a MultiPolygon, found none"),
        ("MultiPolygon", [[]], "expected the coordinates of a MultiPolygon, found none"),
        ("LineString", [[5.0, 50.0]], "expected the coordinates of a LineString, found a mistake"),
        ("LineString", [], "expected the coordinates of a LineString, found a mistake"),
        ("Point", [], "expected the coordinates of a Point, found a mistake"),
        ("Point", [5.0], "found a mistake: a position must have exactly 2 or 3 values"),
        ("Point", ["5.0", "50.0"], "expected positions [lon, lat] nested as in a Point"),
        ("Point", None, "expected positions [lon, lat] nested as in a Point, found nothing"),
        ("Point", [181.0, 50.0], "expected lon from -180 to 180 and lat from -90 to 90"),
        ("Point", [float("nan"), 50.0], "expected lon from -180 to 180"),
        ("Point", [10**400, 50.0], "expected positions [lon, lat]"),
        ("Circle", [5.0, 50.0], "expected one of Point, LineString, Polygon, MultiPolygon, found 'Circle'"),
        ("MultiLineString", [[[5.0, 50.0], [5.1, 50.0]]], "found 'MultiLineString'"),
    ],
)
def test_geometry_that_cannot_be(folders: Folders, kind: str, coordinates: Any, expected: str) -> None:
    folders.write("areas.geojson", areas(feature("odd", kind, coordinates)))

    found = errors(folders)

    assert len(found) == 1, found
    assert found[0].startswith("areas.geojson: features[odd].geometry")
    assert expected in found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "line 1, column 2: expected GeoJSON, found no JSON"),
        ("[" * 100_000, "expected GeoJSON, found lists nested too deeply"),
        ("[" + "9" * 5000 + "]", "expected GeoJSON"),
        ("[]", "type: expected a FeatureCollection, found nothing"),
        ('{"type": "Feature"}', "type: expected a FeatureCollection, found 'Feature'"),
        ('{"type": "FeatureCollection"}', "features: expected a list of features, found nothing"),
        ('{"type": "FeatureCollection", "features": [3]}', "features[0].properties.id: expected an id"),
    ],
)
def test_no_geojson(folders: Folders, text: str, expected: str) -> None:
    folders.write("areas.geojson", text)

    assert any(f"areas.geojson: {expected}" in line for line in errors(folders)), errors(folders)


def test_no_areas_at_all_is_said_once(folders: Folders) -> None:
    (folders.scenario / "areas.geojson").unlink()

    assert errors(folders) == ["areas.geojson: expected a file, found none of this name"]


def test_ids(folders: Folders) -> None:
    twice = feature("basin", "Point", [5.7, 50.8])
    upper = feature("Maas Oost", "Point", [5.7, 50.8])
    folders.write("areas.geojson", areas(twice, upper))

    first, second = errors(folders)
    assert (
        first
        == "areas.geojson: features[basin].properties.id: expected an id of its own, found 'basin' twice"
    )
    assert second.startswith("areas.geojson: features[Maas Oost].properties.id: expected an id ([a-z0-9-]")
    assert second.endswith("found 'Maas Oost'")


def test_an_area_with_errors_is_still_known(folders: Folders) -> None:
    folders.write("areas.geojson", areas(feature("bow", "Polygon", [BOW])))
    folders.change('area = "dike"', 'area = "bow"')

    assert len(errors(folders)) == 1


def test_swapped_positions_and_thin_competence_are_warnings(folders: Folders) -> None:
    swapped = [[lat, lon] for lon, lat in SQUARE]
    folders.write("areas.geojson", areas(feature("swapped", "Polygon", [swapped])))
    folders.change('area = "basin"\ninterests', 'area = "dike"\ninterests')

    result = lint(folders.scenario, folders.profiles)

    assert result.errors == ()
    assert [problem.key for problem in result.warnings][:2] == [
        "features[swapped].geometry.coordinates",
        "parties[wl].area",
    ]


def test_coordinates_keep_all_their_digits(folders: Folders) -> None:
    folders.write("areas.geojson", areas(feature("exact", "Point", [5.123456789, 50.987654321])))
    folders.change('area = "dike"', 'area = "exact"')

    assert errors(folders) == []


def test_several_areas_are_taken_together(folders: Folders) -> None:
    elsewhere = [[lon + 1.0, lat] for lon, lat in SQUARE]
    features = areas(feature("hills", "Polygon", [SQUARE]), feature("delta", "MultiPolygon", [[elsewhere]]))
    folders.write("areas.geojson", features)
    problems = Problems()
    read = read_areas(Folder(folders.scenario, problems))
    where = Where(problems, "scenario.toml", "parties[wl].area")
    both = read.shape(("hills", "delta"), where)

    assert both is not None
    assert [part.geom_type for part in shapely.get_parts(both)] == ["Polygon", "Polygon"]
    for ring in (SQUARE, elsewhere):
        assert shapely.intersects(both, shapely.Polygon(ring).representative_point())
    assert not shapely.intersects(both, shapely.Point(0.0, 0.0))
    assert problems.errors == ()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), "expected the names of areas, found none"),
        (("basin", "bazin"), "area[1]: expected an area of areas.geojson"),
    ],
)
def test_of_several_areas_each_must_be_there(folders: Folders, names: tuple[str, ...], expected: str) -> None:
    problems = Problems()
    read = read_areas(Folder(folders.scenario, problems))
    assert read.shape(names, Where(problems, "scenario.toml", "parties[wl].area")) is None
    assert expected in str(problems.errors[0])
