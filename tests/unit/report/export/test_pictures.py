"""Pictures in the formats of others, held to what those formats demand."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import geojson as geojson_library
import pytest
from cap_tools.models import Alert
from hypothesis import given
from hypothesis import strategies as st
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig

from sim.cli.main import main
from sim.core.messages.items import (
    Basis,
    Geometry,
    Kind,
    LineString,
    Point,
    Polygon,
    Sensitivity,
    Source,
    Value,
    Verification,
    VerificationStatus,
)
from sim.core.model.text import Text
from sim.core.records.kinds import Opening
from sim.report.export.cap import cap
from sim.report.export.edxl import edxl
from sim.report.export.geojson import wound
from sim.report.export.shown import Shown, Statement
from sim.runlog.reader import read
from tests.integration.command import BEEKDAL
from tests.unit.report.export.conftest import Export
from tests.unit.report.export.shapes_of_lcms import GRIP, REQUIRED, STATUS, TYPE, VIEW_CATEGORY
from tests.unit.report.export.standards import CAP, CAP_ALERT, DE, DE_DISTRIBUTION, SITREP, XSI_TYPE, mistakes

WHOSE = {
    "shared": (),
    "region": ("--party", "vr24"),
    "partner": ("--party", "wl"),
    "outside": ("--party", "camping"),
    "activity": ("--activity", "wateroverlast"),
    "truth": ("--truth",),
}
PICTURES = [pytest.param(WHOSE[name], id=name) for name in WHOSE]
AT = ("--at", "T+01:30")
LANGUAGES = ("nl", "en")


def the(files: dict[str, bytes]) -> bytes:
    """Return the one file that was made."""
    (data,) = files.values()
    return data


@pytest.mark.parametrize("whose", PICTURES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_cap_holds_element_by_element(export: Export, whose: tuple[str, ...], language: str) -> None:
    alert = fromstring(the(export("cap", *AT, *whose, "--lang", language)))
    assert alert.tag == f"{CAP}alert"
    assert mistakes(alert, CAP_ALERT) == []
    assert alert.findall(f"{CAP}info")


@pytest.mark.parametrize("whose", PICTURES)
def test_cap_is_read_by_bindings_made_from_its_schema(export: Export, whose: tuple[str, ...]) -> None:
    strict = ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True)
    alert = XmlParser(config=strict).from_bytes(the(export("cap", *AT, *whose)), Alert)
    assert (alert.status.value, alert.scope.value) == ("Exercise", "Restricted")
    assert alert.restriction
    assert len(alert.infos) > 0


@pytest.mark.parametrize("whose", PICTURES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_edxl_holds_element_by_element(export: Export, whose: tuple[str, ...], language: str) -> None:
    distribution = fromstring(the(export("edxl", *AT, *whose, "--lang", language)))
    assert distribution.tag == f"{DE}EDXLDistribution"
    assert mistakes(distribution, DE_DISTRIBUTION) == []
    reports = list(distribution.iter(f"{SITREP}report"))
    assert reports
    assert {report.get(XSI_TYPE) for report in reports} == {"sitrep:FieldObservationType"}
    numbers = [each.text for each in distribution.iter(f"{SITREP}messageID")]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("whose", PICTURES)
def test_geojson_is_valid_and_the_one_of_beeld_picture(
    export: Export, whose: tuple[str, ...], beekdal_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = the(export("geojson", *AT, *whose))
    capsys.readouterr()
    assert main(["picture", str(beekdal_run), *AT, *whose, "--format", "geojson"]) == 0
    assert data.decode() == capsys.readouterr().out
    collection = geojson_library.loads(data.decode())
    assert collection.is_valid, collection.errors()
    assert len(collection["features"]) >= 1
    for feature in collection["features"]:
        if feature["geometry"]["type"] == "Polygon":
            assert doubled_area(feature["geometry"]["coordinates"][0]) > 0


def doubled_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_rings_are_wound_as_rfc_7946_asks() -> None:
    square = [[5.0, 50.0], [6.0, 50.0], [6.0, 51.0], [5.0, 51.0], [5.0, 50.0]]
    hole = [[5.2, 50.2], [5.4, 50.2], [5.4, 50.4], [5.2, 50.4], [5.2, 50.2]]
    right = {"type": "Polygon", "coordinates": [square, hole[::-1]]}
    assert wound({"type": "Polygon", "coordinates": [square[::-1], hole]}) == right
    assert wound(right) == right
    point = {"type": "Point", "coordinates": [5.0, 50.0]}
    assert wound(point) == point


@pytest.mark.parametrize("whose", [whose for name, whose in WHOSE.items() if name != "truth"])
def test_lcms_has_the_fields_that_its_schema_demands(export: Export, whose: tuple[str, ...]) -> None:
    document = json.loads(the(export("lcms", *AT, *whose, "--lang", "nl")))
    assert document["exercise"] is True
    assert document["activities"]
    for activity in document["activities"]:
        assert set(activity) - {"views", "drawing"} == REQUIRED["Activity"]
        assert activity["status"] in STATUS
        assert activity["type"] in TYPE
        assert activity["gripLevel"] in GRIP
        assert geojson_library.loads(json.dumps(activity["drawing"])).is_valid
        for view in activity["views"]:
            assert set(view) - {"fields"} == REQUIRED["View"]
            assert set(view["organisation"]) == REQUIRED["Organisation"]
            assert view["category"] in VIEW_CATEGORY
            assert view["fields"]
            for each in view["fields"]:
                assert set(each) == REQUIRED["Field"]
                assert set(each["lock"]) == REQUIRED["FieldLock"]


def test_lcms_has_the_level_of_the_activity_and_its_themes(export: Export) -> None:
    (activity,) = json.loads(the(export("lcms", *AT, "--activity", "wateroverlast", "--lang", "nl")))[
        "activities"
    ]
    (view,) = activity["views"]
    assert (activity["name"], activity["location"]) == ("Wateroverlast", "Beekdal")
    assert view["category"] == "SITUATIEBEELD"
    assert "Actuele situatie" in {each["screenTitle"] for each in view["fields"]}
    assert any("Waterstand van de beek" in each["contents"] for each in view["fields"])


@pytest.mark.parametrize("form", ["geojson", "cap", "edxl", "lcms"])
def test_the_same_picture_gives_the_same_bytes(export: Export, form: str) -> None:
    assert export(form, *AT, "--party", "vr24") == export(form, *AT, "--party", "vr24")


# What anybody may have written -----------------------------------------------------------------------

PLACES: tuple[Geometry | None, ...] = (
    None,
    Point(coordinates=(5.9, 50.8)),
    Point(coordinates=(-0.00000012, -1e-07)),
    LineString(coordinates=((5.9, 50.8), (6.0, 50.9))),
    Polygon(
        coordinates=(
            ((5.0, 50.0), (6.0, 50.0), (6.0, 51.0), (5.0, 50.0)),
            ((5.5, 50.2), (5.6, 50.2), (5.6, 50.3), (5.5, 50.2)),
        )
    ),
)
WORDS = st.text(max_size=40)
TEXTS = st.builds(Text, nl=WORDS, en=WORDS)
MOMENTS = st.integers(0, 10**9)
IDS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
STATEMENTS = st.builds(
    Statement,
    id=IDS,
    version=st.integers(1, 99),
    subject=IDS,
    system=st.sampled_from(("river", "weather", "something-else")),
    theme=IDS,
    kind=st.sampled_from(Kind),
    title=TEXTS,
    text=TEXTS,
    values=st.lists(st.builds(Value, st.just("level"), st.floats(-1e9, 1e9), WORDS, WORDS), max_size=2).map(
        tuple
    ),
    geometry=st.sampled_from(PLACES),
    sensitivity=st.sampled_from(Sensitivity),
    observed_at_ms=st.none() | MOMENTS,
    reported_at_ms=st.none() | MOMENTS,
    valid_until_ms=st.none() | MOMENTS,
    source=st.none() | st.builds(Source, IDS, st.sampled_from(Basis)),
    verification=st.none() | st.builds(Verification, st.sampled_from(VerificationStatus)),
)


@pytest.fixture(scope="session")
def opening(beekdal_run: Path) -> Opening:
    content: Opening = next(read(beekdal_run)).content
    return content


@given(statements=st.lists(STATEMENTS, max_size=3), language=st.sampled_from(LANGUAGES))
def test_any_text_and_place_makes_documents_that_hold(
    opening: Opening, statements: list[Statement], language: Any
) -> None:
    shown = Shown(
        run="run-1",
        opening=opening,
        at_ms=10**9,
        whose="wl",
        activity="",
        statements=tuple(statements),
        language=language,
    )
    assert mistakes(fromstring(cap(shown).data), CAP_ALERT) == []
    made = edxl(shown)
    assert mistakes(fromstring(made.data), DE_DISTRIBUTION) == []


def test_what_has_no_place_in_a_format_is_counted(opening: Opening) -> None:
    def statement(place: Geometry | None, text: str = "") -> Statement:
        words = Text(text, text)
        return Statement(
            id="a",
            version=1,
            subject="a",
            system="river",
            theme="a2-situation",
            kind=Kind.NEED,
            title=Text("Beek", "Stream"),
            text=words,
            values=(),
            geometry=place,
            sensitivity=Sensitivity.GENERAL,
        )

    told = (*map(statement, PLACES), statement(None, "x" * 1100))
    shown = Shown(
        run="run-1", opening=opening, at_ms=0, whose="", activity="", statements=told, language="en"
    )
    assert cap(shown).left_out == Counter({"line-as-circle": 1, "hole": 1})
    assert edxl(shown).left_out == Counter({"shape-as-point": 2, "cut": 1})


# Mistakes on the command line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--format", "cap"), "--at: expected the moment of the picture, which cap shows"),
        (("--format", "cap", "--at", "T+99:00"), "--at: expected a moment from T+00:00:00 to T+03:00:00"),
        (("--format", "kap", *AT), "did you mean 'cap'?"),
        (("--format", ",", *AT), "--format: expected of a run one or several of geojson"),
        (("--format", "lcms", "--truth", *AT), "--truth: expected a picture for lcms"),
        (("--format", "cap", "--party", "nobody", *AT), "--party: expected one of"),
        (("--format", "cap", "--truth", "--party", "wl", *AT), "--truth: expected to stand alone"),
        (("--format", "xlsx"), "--format: expected of a run one or several of"),
        (("--format", "csv", *AT), "--at: expected none, as none of geojson, cap, edxl, lcms is asked for"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    beekdal_run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    told: str,
) -> None:
    assert main(["export", str(beekdal_run), *options, "--out", str(tmp_path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert told in printed.err
    assert printed.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_has_no_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["export", str(BEEKDAL), "--format", "csv", "--truth", "--at", "T+1:00", "--out", str(tmp_path)]
    assert main(command) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["--at", "--truth"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over_unasked(
    beekdal_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "injects.en.ics"
    there.write_text("mine")
    command = ["export", str(beekdal_run), "--format", "mcap,ics", "--lang", "en", "--out", str(tmp_path)]
    assert main(command) == 2
    assert "expected a file that is not there yet (--overwrite writes over it)" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == [there.name], "the other was not written either"
    assert main([*command, "--overwrite"]) == 0
    assert there.read_text().startswith("BEGIN:VCALENDAR")


def test_a_folder_that_cannot_be_is_one_line(
    beekdal_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["export", str(beekdal_run), "--format", "ics", "--out", str(tmp_path / "file" / "x")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["export", "nowhere", "--format", "ics", "--out", str(tmp_path)]) == 2
    assert (
        "TARGET: expected the folder of a run, or the name or folder of a scenario" in capsys.readouterr().err
    )
