"""``beeld new`` and ``beeld import``: what others made comes into a scenario, and what does not is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.cli.main import main
from sim.files.lint import lint
from sim.files.places import scenarios_folder
from sim.files.scenario.loading import load_scenario
from tests.integration.command import BEEKDAL

Command = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    return tmp_path / "beekdal"


@pytest.fixture
def command(scenario: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command, and return its exit code, its JSON (or what it printed) and its errors."""

    def run(*arguments: str | Path) -> tuple[int, Any, str]:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        out = json.loads(printed.out) if "--json" in arguments and printed.out else printed.out
        return code, out, printed.err

    return run


def untouched(scenario: Path) -> bool:
    ours = {file.relative_to(scenario): file.read_bytes() for file in scenario.rglob("*") if file.is_file()}
    theirs = {file.relative_to(BEEKDAL): file.read_bytes() for file in BEEKDAL.rglob("*") if file.is_file()}
    return ours == theirs


# Scripts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_round_trip_changes_nothing(command: Command, scenario: Path, form: str, language: str) -> None:
    assert command("export", scenario, "--format", form, "--lang", language)[0] == 0
    name = f"beekdal.injects.{language}.{form}"
    code, told, _ = command("import", name, "--into", scenario, "--replace", "--json")
    injects = [inject.id for inject in load_scenario(BEEKDAL).injects]
    assert code == 0
    assert told == {
        "files": [],
        "new": [],
        "changed": [],
        "same": injects,
        "removed": [],
        "kept": [],
        "refused": 0,
        "not_taken": [],
        "notes": [],
    }
    assert untouched(scenario)


def test_every_exercise_that_comes_with_it_goes_out_and_comes_back(command: Command, scenario: Path) -> None:
    for name in ("limburg-hoogwater", "vliegbasis"):
        own = scenario.parent / name
        shutil.copytree(scenarios_folder() / name, own)
        assert command("export", name, "--format", "ods")[0] == 0
        before = (own / "scenario.toml").read_bytes()
        code, told, _ = command("import", f"{name}.injects.en.ods", "--into", own, "--json")
        assert (code, told["files"], told["kept"]) == (0, [], [])
        assert (own / "scenario.toml").read_bytes() == before


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_template_is_filled_in_by_nobody_and_changes_nothing(
    command: Command, scenario: Path, form: str, language: str
) -> None:
    code, told, _ = command("new", "--spreadsheet", f"t.{form}", "--lang", language)
    assert code == 0
    assert f"t.{form}" in told
    code, told, _ = command("import", f"t.{form}", "--into", scenario, "--json")
    assert (code, told["new"], told["not_taken"]) == (0, [], [])
    assert "the example of the template" in told["notes"][0]
    assert untouched(scenario)


def fill_in(file: str, *rows: dict[str, Any]) -> None:
    """Fill in rows at the end of a workbook, by heading."""
    book = openpyxl.load_workbook(file)
    sheet = book.active
    assert sheet is not None
    headings = [cell.value for cell in sheet[1]]
    for row in rows:
        sheet.append([row.get(str(heading)) for heading in headings])
    book.save(file)


def test_a_script_is_filled_in_and_taken_over_and_taken_over_again(command: Command, scenario: Path) -> None:
    command("new", "--spreadsheet", "t.xlsx", "--lang", "nl")
    new = {
        "Oefentijd": timedelta(hours=2, minutes=5),
        "Aan": "vr24",
        "Wat": "overleg",
        "Activiteit": "wateroverlast",
        "Team": "rot",
        "Titel (Nederlands)": "Het ROT komt bijeen",
        "Titel (Engels)": "The ROT meets",
    }
    wrong = {**new, "Aan": "vr42", "Titel (Engels)": "Another"}
    spare = {**new, "GRIP": 2, "Titel (Engels)": "A third", "Oefentijd": "T+02:10"}
    fill_in("t.xlsx", new, wrong, spare)
    before = (scenario / "scenario.toml").read_text()
    code, told, err = command("import", "t.xlsx", "--into", scenario)
    assert code == 1
    assert "Taken over: 2 new" in told
    assert err.splitlines() == [
        "beeld: t.xlsx: row 5, column I (GRIP): expected nothing, as 'meet' has no use for it, found 2",
        "beeld: t.xlsx: row 4, column D (Aan): expected a party of the scenario (did you mean 'vr24'?), found 'vr42'",
        (
            "beeld: t.xlsx: row 4, column D (Aan): expected 'vr24', which directs wateroverlast, "
            "found 'vr42', told to meet"
        ),
    ]
    after = (scenario / "scenario.toml").read_text()
    assert all(line in after.splitlines() for line in before.splitlines()), "all that was there is there"
    injects = {inject.id: inject for inject in load_scenario(scenario).injects}
    assert injects["i-the-rot-meets"].at_ms == 125 * 60_000
    assert lint(scenario).errors == ()
    code, told, _ = command("import", "t.xlsx", "--into", scenario, "--json")
    assert (told["new"], told["same"]) == ([], ["i-the-rot-meets", "i-a-third"])
    assert (scenario / "scenario.toml").read_text() == after


def test_what_changes_changes_alone_and_comments_stay(command: Command, scenario: Path) -> None:
    toml = scenario / "scenario.toml"
    first = load_scenario(scenario).injects[0]
    toml.write_text(toml.read_text().replace("[[injects]]", "# a note of mine\n[[injects]]", 1))
    command("export", scenario, "--format", "csv", "--lang", "en")
    text = Path("beekdal.injects.en.csv").read_text("utf-8-sig")
    moved = "\n".join(
        line.replace(line.split(",")[1], "T+00:07:00").replace(line.split(",")[2], "")
        if line.startswith(f"{first.id},")
        else line
        for line in text.splitlines()
    )
    Path("edited.csv").write_text(moved, encoding="cp1252")
    code, told, _ = command("import", "edited.csv", "--into", scenario, "--json", "--dry-run")
    assert (code, told["changed"]) == (0, [first.id])
    assert toml.read_text().count("T+00:07:00") == 0
    command("import", "edited.csv", "--into", scenario)
    assert "# a note of mine\n[[injects]]" in toml.read_text()
    changed = {inject.id: inject for inject in load_scenario(scenario).injects}
    assert changed[first.id].at_ms == 7 * 60_000
    assert changed[first.id].cue == first.cue


def test_what_is_not_in_the_script_goes_when_that_is_asked(command: Command, scenario: Path) -> None:
    command("export", scenario, "--format", "csv", "--lang", "en")
    lines = Path("beekdal.injects.en.csv").read_text("utf-8-sig").splitlines()
    Path("less.csv").write_text("\n".join(lines[:-1]))
    last = lines[-1].split(",")[0]
    code, told, _ = command("import", "less.csv", "--into", scenario, "--json")
    assert (code, told["kept"], told["removed"]) == (0, [last], [])
    assert untouched(scenario)
    code, told, _ = command("import", "less.csv", "--into", scenario, "--json", "--replace")
    assert (code, told["kept"], told["removed"]) == (0, [], [last])
    assert last not in {inject.id for inject in load_scenario(scenario).injects}


def test_what_stands_in_the_script_with_a_mistake_does_not_go(command: Command, scenario: Path) -> None:
    command("export", scenario, "--format", "csv", "--lang", "en")
    text = Path("beekdal.injects.en.csv").read_text("utf-8-sig")
    Path("wrong.csv").write_text(text.replace(",gasunie,try to read,", ",gasuni,try to read,"))
    code, told, _ = command("import", "wrong.csv", "--into", scenario, "--json", "--replace")
    assert (code, told["refused"], told["removed"], told["kept"]) == (1, 1, [], ["i-link-looks"])
    assert untouched(scenario)


# Alerts ----------------------------------------------------------------------------------------------

ALERT = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
<identifier>KNMI-2021.07.14/3</identifier><sender>alerts@example.org</sender>
<sent>2021-07-14T08:20:00+02:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>nl-NL</language><category>Met</category><event>Regen</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty><onset>2021-07-14T06:45:00+00:00</onset>
<headline>Zeer zware regen</headline><description>Tot 100 mm.</description>
<parameter><valueName>beeld:figure:rain</valueName><value>100 mm</value></parameter>
<area><areaDesc>Beekdal</areaDesc><polygon>50.8,5.8 50.9,5.8 50.9,5.9 50.8,5.8</polygon></area></info>
<info><language>en-GB</language><category>Met</category><event>Rain</event><urgency>Immediate</urgency>
<severity>Severe</severity><certainty>Likely</certainty><onset>2021-07-14T06:45:00+00:00</onset>
<headline>Very heavy rain</headline><description>Up to 100 mm.</description>
<parameter><valueName>beeld:figure:rain</valueName><value>100 mm</value></parameter>
<area><areaDesc>Valley</areaDesc><polygon>50.8,5.8 50.9,5.8 50.9,5.9 50.8,5.8</polygon></area></info>
</alert>
"""


def test_an_alert_becomes_true(command: Command, scenario: Path) -> None:
    Path("a.xml").write_text(ALERT)
    wish = ("--as", "truth", "--subject", "stream-level")
    code, told, _ = command("import", "a.xml", "--into", scenario, *wish, "--json")
    assert (code, told["new"], told["files"]) == (
        1,
        ["cap-knmi-2021-07-14-3"],
        ["areas.geojson", "scenario.toml"],
    )
    (change,) = [one for one in load_scenario(scenario).truth if one.id.startswith("cap-")]
    assert change.at_ms == 45 * 60_000
    assert change.fact.text.nl == "Zeer zware regen: Tot 100 mm."
    assert change.fact.text.en == "Very heavy rain: Up to 100 mm."
    assert [(value.name, value.amount, value.unit) for value in change.fact.values] == [("rain", 100.0, "mm")]
    assert change.fact.geometry is not None
    assert change.fact.geometry.coordinates[0][0] == (5.8, 50.8)  # type: ignore[index]
    assert lint(scenario).errors == ()
    assert (
        "a.xml: alert.info[1].urgency: expected nothing: a scenario has no place for it, found 'Immediate'"
        in told["not_taken"]
    )
    assert len([line for line in told["not_taken"] if "urgency" in line or "severity" in line]) == 4
    code, told, _ = command("import", "a.xml", "--into", scenario, *wish, "--json")
    assert (told["new"], told["files"]) == ([], [])


def test_an_alert_becomes_an_inject(command: Command, scenario: Path) -> None:
    Path("a.xml").write_text(ALERT)
    wish = ("--as", "inject", "--to", "wl", "--activity", "wateroverlast", "--parties", "vr24")
    code, told, _ = command("import", "a.xml", "--into", scenario, *wish, "--json")
    assert code == 1
    (inject,) = [one for one in load_scenario(scenario).injects if one.id.startswith("cap-")]
    assert told["new"] == [inject.id]
    assert (inject.to, inject.at_ms, inject.title.en) == ("wl", 45 * 60_000, "Very heavy rain")
    assert any("an inject has no place for them" in line for line in told["not_taken"])
    assert lint(scenario).errors == ()


def test_what_beeld_exported_comes_back_with_its_figures_and_places(command: Command, scenario: Path) -> None:
    command("run", scenario, "--seed", "7", "--broker", "memory", "--out", "run")
    command("export", "run", "--format", "cap", "--at", "T+00:10", "--truth", "--out", ".", "--lang", "en")
    wish = ("--as", "truth", "--subject", "stream-level")
    _, told, _ = command("import", "picture.truth.T00-10-00.en.cap.xml", "--into", scenario, *wish, "--json")
    (name,) = told["new"]
    (change,) = [one for one in load_scenario(scenario).truth if one.id == name]
    assert [(value.name, value.amount, value.unit) for value in change.fact.values] == [("depth", 1.2, "m")]
    assert change.fact.geometry is not None
    assert change.fact.geometry.coordinates == (5.85, 50.86)


TRUTH = ("--as", "truth", "--subject", "stream-level")


@pytest.mark.parametrize(
    ("text", "wish", "told"),
    [
        (ALERT, (), "--as: expected truth (with --subject) or inject"),
        (ALERT, ("--as", "truth"), "--subject: expected a value"),
        (
            ALERT,
            ("--as", "truth", "--subject", "stream"),
            "--subject: expected the subject of one of [[facts]] (did",
        ),
        (ALERT, ("--as", "inject", "--to", "wl"), "--parties: expected a value"),
        ("", TRUTH, "a.xml: line 1, column 1: expected XML, found a mistake: no element found"),
        ("<a><b></a>", TRUTH, "expected XML, found a mistake: mismatched tag"),
        ("<alert/>", TRUTH, "expected an alert of CAP 1.2, found 'alert'"),
        (ALERT.replace("cap:1.2", "cap:1.1"), TRUTH, "found an alert of an older version"),
        (
            ALERT.replace("<msgType>Alert", "<msgType>Cancel"),
            TRUTH,
            "msgType: expected one of Alert, Update, found 'Cancel'",
        ),
        (
            '<!DOCTYPE a [<!ENTITY b "cccc">]><alert>&b;</alert>',
            TRUTH,
            "a.xml: expected XML without a document type, found a DOCTYPE, which can hold entities",
        ),
        ("<a>" * 100, TRUTH, "expected elements at most 64 deep, found deeper ones"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', TRUTH, "expected XML"),
    ],
)
def test_an_alert_that_cannot_be_taken_over_is_one_line(
    command: Command, scenario: Path, text: str, wish: tuple[str, ...], told: str
) -> None:
    Path("a.xml").write_text(text)
    code, out, err = command("import", "a.xml", "--into", scenario, *wish)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert untouched(scenario)


def test_a_bomb_in_another_encoding_is_no_way_round(command: Command, scenario: Path) -> None:
    bomb = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "cccc">]><alert>&b;</alert>'
    Path("a.xml").write_bytes(bomb.encode("utf-16"))
    code, _, err = command("import", "a.xml", "--into", scenario, *TRUTH)
    assert (code, "a DOCTYPE" in err) == (2, True)
    Path("a.xml").write_bytes(b"\xff\xfe\x00")
    assert command("import", "a.xml", "--into", scenario, *TRUTH)[0] == 2


# Areas -----------------------------------------------------------------------------------------------


def feature(properties: dict[str, Any] | None, kind: str, coordinates: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def test_areas_come_in_beside_those_that_are_there(command: Command, scenario: Path) -> None:
    before = json.loads((scenario / "areas.geojson").read_text())
    square = [[[5.8, 50.8], [5.9, 50.8], [5.9, 50.9], [5.8, 50.8]]]
    Path("a.geojson").write_text(
        collection(
            feature({"id": "effect-area", "colour": "red"}, "Polygon", square),
            feature({"naam": "Brug over de Beek"}, "Point", [5.85, 50.85]),
            feature({"id": "many"}, "MultiPoint", [[5.8, 50.8]]),
            feature({"id": "far"}, "Point", [185000, 318000]),
            feature(None, "Point", [5.8, 50.8]),
            feature({"id": "village"}, "Point", [5.8, 50.8]),
            "nothing",
        )
    )
    code, told, _ = command("import", "a.geojson", "--into", scenario, "--json")
    assert code == 1
    assert (told["new"], told["refused"]) == (["effect-area", "brug-over-de-beek"], 5)
    assert [line.split(": ")[1] for line in told["not_taken"]] == [
        "features[2].geometry.type",
        "features[3].geometry.coordinates",
        "features[4].properties.id",
        "features[5].properties.id",
        "features[6]",
    ]
    after = json.loads((scenario / "areas.geojson").read_text())
    assert after["features"][: len(before["features"])] == before["features"]
    assert after["features"][-2]["properties"] == {"id": "effect-area", "colour": "red"}
    assert lint(scenario).errors == ()
    code, told, _ = command("import", "a.geojson", "--into", scenario, "--json", "--replace")
    assert told["changed"] == ["village"]
    assert told["same"] == ["effect-area", "brug-over-de-beek"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "expected GeoJSON, found no JSON"),
        ("[]", "type: expected a FeatureCollection"),
        (collection(crs={"type": "name", "properties": {"name": "EPSG:28992"}}), "crs: expected WGS 84"),
        ("[" * 100_000, "expected GeoJSON"),
    ],
)
def test_areas_that_are_none_are_one_line(command: Command, scenario: Path, text: str, told: str) -> None:
    Path("a.geojson").write_text(text)
    code, out, err = command("import", "a.geojson", "--into", scenario)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    Path("a.geojson").write_bytes(b"\xff\xfe{}")
    assert command("import", "a.geojson", "--into", scenario)[0] == 2
    assert untouched(scenario)


# Series ----------------------------------------------------------------------------------------------

LEVEL = ("--subject", "stream-level", "--value", "depth", "--unit", "m")


def test_a_series_comes_in_as_a_dutch_spreadsheet_saves_it(command: Command, scenario: Path) -> None:
    lines = (
        "Tijd;Waarde;Opmerking",
        "14-07-2021 09:00;1,5;",
        "14-07-2021 8:30;1,25;één",
        "14-07-2021 20:00;2;",
        "x;1;",
    )
    text = "\r\n".join(lines)
    Path("Peil Beek.csv").write_bytes(text.encode("cp1252"))
    code, told, _ = command("import", "Peil Beek.csv", "--into", scenario, *LEVEL, "--json")
    assert code == 1
    assert (told["new"], told["refused"]) == (["peil-beek"], 2)
    assert [line.partition(": expected")[0] for line in told["not_taken"]] == [
        "Peil Beek.csv: line 1",
        "Peil Beek.csv: line 4.column time",
        "Peil Beek.csv: line 5.column time",
    ]
    series = (scenario / "series" / "peil-beek.csv").read_text()
    assert series == "time,value,source\nT+00:30:00,1.25,exercise\nT+01:00:00,1.5,exercise\n"
    depths = [
        (one.at_ms // 60_000, one.fact.values[0].amount)
        for one in load_scenario(scenario).truth
        if one.id.startswith("s-")
    ]
    assert depths == [(30, 1.25), (60, 1.5)]
    code, told, _ = command("import", "Peil Beek.csv", "--into", scenario, *LEVEL, "--json")
    assert (told["same"], told["files"]) == (["peil-beek"], [])
    code, _, err = command(
        "import", "Peil Beek.csv", "--into", scenario, "--subject", "guests", "--value", "guests"
    )
    assert (code, "expected a series of a name that the scenario has not" in err) == (2, True)


def test_a_point_where_others_have_a_decimal_comma_is_no_number(command: Command, scenario: Path) -> None:
    Path("s.csv").write_text("tijd;waarde\nT+1:00;1.234\nT+2:00;1,5\nT+2:30;1e999\n")
    code, told, _ = command("import", "s.csv", "--into", scenario, *LEVEL, "--json")
    assert (code, told["refused"]) == (1, 2)
    assert (
        "line 2.column value: expected a number such as 12,5, with one decimal sign in the file, found '1.234'"
        in told["not_taken"][0]
    )


@pytest.mark.parametrize(
    ("file", "text", "options", "told"),
    [
        ("s.csv", "time,value\nT+1:00,1\n", (), "--subject: expected a value"),
        (
            "s.csv",
            "time,value\nT+1:00,1\n",
            ("--subject", "x", "--value", "y"),
            "--subject: expected the subject",
        ),
        (
            "s.csv",
            "time,value\nT+1:00,1\n",
            (*LEVEL, "--source", "Q"),
            "--source: expected a letter of [sources]",
        ),
        ("s.csv", "time,value\nT+9:00,1\n", LEVEL, "expected a time up to the end"),
        ("s.csv", "\n", LEVEL, "expected a row with headings"),
        ("s.doc", "", (), "FILE: expected a file that ends in one of .xlsx, .ods, .csv"),
        ("s.xlsx", "PK", (), "expected a spreadsheet (xlsx)"),
    ],
)
def test_what_cannot_be_taken_over_at_all_is_one_line(
    command: Command, scenario: Path, file: str, text: str, options: tuple[str, ...], told: str
) -> None:
    Path(file).write_text(text)
    code, out, err = command("import", file, "--into", scenario, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert untouched(scenario)


def test_where_it_goes_must_be_a_scenario_of_ones_own(command: Command, scenario: Path) -> None:
    Path("s.csv").write_text("time,value\nT+1:00,1\n")
    for into in ("limburg-hoogwater", "nowhere", "a\0b"):
        code, _, err = command("import", "s.csv", "--into", into, *LEVEL)
        assert (code, err.count("\n")) == (2, 1)
        assert "--into: expected the path of a folder with a scenario.toml" in err
    (scenario / "scenario.toml").write_text("start = ")
    assert command("import", "s.csv", "--into", scenario, *LEVEL)[0] == 2


def test_new_begins_with_something_and_writes_over_nothing(command: Command, scenario: Path) -> None:
    assert command("new")[0] == 2
    assert command("new", "--spreadsheet", "t.doc")[0] == 2
    assert command("new", "--spreadsheet", "t.csv", "--json") == (0, {"files": ["t.csv"]}, "")
    code, _, err = command("new", "--spreadsheet", "t.csv")
    assert (code, "expected a file that is not there yet" in err) == (2, True)
    assert command("new", "--spreadsheet", "t.csv", "--overwrite")[0] == 0
    assert untouched(scenario)
