"""A sound scenario is loaded whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import shapely

from sim.core.messages.items import LineString, Point, Sensitivity, Value
from sim.core.model.agreement import Norm
from sim.core.model.cue import SendAlarm
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.model.time import DAY_MS, HOUR_MS, MINUTE_MS
from sim.core.world.faults import FaultType
from sim.core.world.scenario import Scenario
from sim.files.lint import lint
from sim.files.problems import InputError
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import Folders


def load(folders: Folders) -> Scenario:
    return load_scenario(folders.scenario, folders.profiles)


def test_the_small_scenario_has_no_errors_and_no_warnings(folders: Folders) -> None:
    result = lint(folders.scenario, folders.profiles)

    assert result.errors == ()
    assert result.warnings == ()


def test_head_and_order(folders: Folders) -> None:
    scenario = load(folders)

    assert scenario.id == "proef"
    assert scenario.start == datetime.fromisoformat("2021-07-12T08:00:00+02:00")
    assert scenario.start.utcoffset() == timedelta(hours=2)
    assert scenario.end_ms == DAY_MS
    assert list(scenario.parties) == ["camping", "rode-kruis", "vr24", "wl"]
    assert [inject.at_ms for inject in scenario.injects] == sorted(i.at_ms for i in scenario.injects)
    assert [fault.id for fault in scenario.faults] == ["f-hole", "f-old"]
    assert list(scenario.themes) == ["a2", "c1"]


def test_parties(folders: Folders) -> None:
    parties = load(folders).parties

    board = parties["wl"]
    assert board.core_task is CoreTask.MANAGER
    assert board.people.perception_ms == (MINUTE_MS, 5 * MINUTE_MS)
    assert board.people.error == 0.01
    assert board.competence.area is not None
    assert shapely.get_type_id(board.competence.area) == shapely.GeometryType.POLYGON
    assert parties["vr24"].regions == ("vr24",)
    assert parties["vr24"].core_task is None
    assert parties["vr24"].competence.area is None
    assert parties["vr24"].seconded_heads == 1
    assert parties["camping"].through == "rode-kruis"


def test_a_region_says_how_many_heads_of_information_it_can_second(folders: Folders) -> None:
    folders.change('profile = "region"', 'profile = "region"\nseconded_heads = 3')
    assert load(folders).parties["vr24"].seconded_heads == 3


def test_truth_keeps_what_is_left_out(folders: Folders) -> None:
    changes = {change.id: change for change in load(folders).truth}

    later = changes["t-dike-later"].fact
    assert later.text == Text("Heel", "Mended")
    assert later.values == (Value("holes", 3.0, "count"),)
    assert later.geometry == LineString(coordinates=((5.7, 50.8), (5.8, 50.9)))
    assert later.sensitivity is Sensitivity.PARTNERS
    assert changes["t-maas"].fact.geometry == Point(coordinates=(5.7, 50.85))
    assert changes["t-maas"].source == "A, B"


def test_series_change_one_value_and_leave_the_others(folders: Folders) -> None:
    truth = load(folders).truth

    series = [change for change in truth if change.id.startswith("s-maas-")]
    assert [change.id for change in series] == ["s-maas-1", "s-maas-2", "s-maas-3"]
    assert [change.at_ms for change in series] == [HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS]
    assert series[1].fact.values == (Value("discharge", 1100.5, "m3/s"), Value("level", 44.1, "m", "NAP"))
    assert series[1].fact.text == Text("Stijgt", "Rises")
    assert [change.at_ms for change in truth] == sorted(change.at_ms for change in truth)


def test_two_series_of_one_subject_have_ids_of_their_own(folders: Folders) -> None:
    folders.write("series/level.csv", "\ufefftime,value,source\r\nT+01:00,45,A\r\n")
    folders.change(
        "[[injects]]",
        '[[series]]\nsubject = "maas"\nfile = "series/level.csv"\n'
        'value = { name = "level", unit = "m", datum = "NAP" }\n\n[[injects]]',
    )

    change = next(change for change in load(folders).truth if change.id == "s-maas-4")

    assert change.at_ms == HOUR_MS
    assert change.fact.values == (Value("discharge", 1000.0, "m3/s"), Value("level", 45.0, "m", "NAP"))


def test_injects_and_faults(folders: Folders) -> None:
    scenario = load(folders)

    alarm = next(inject for inject in scenario.injects if inject.id == "i-alarm")
    assert alarm.at_ms == 90 * MINUTE_MS
    assert alarm.cue == SendAlarm(activity="hoogwater", parties=("wl", "camping"), text=Text("Kom", "Come"))
    assert alarm.source == "exercise"
    old = scenario.faults[1]
    assert old.type is FaultType.STALE
    assert old.as_of_ms == 30 * MINUTE_MS


def test_agreement(folders: Folders) -> None:
    agreement = load(folders).agreements["wl"]

    assert agreement.regions == ("vr24", "vr23")
    assert agreement.initial_picture == Norm(limit_ms=30 * MINUTE_MS, source="exercise")
    assert agreement.sitrep_every_ms == 2 * HOUR_MS
    assert agreement.sitrep is None


def test_inputs_are_the_files_read_with_their_hashes(folders: Folders) -> None:
    inputs = load(folders).inputs

    assert list(inputs) == [
        "agreements/camping.toml",
        "agreements/rode-kruis.toml",
        "agreements/wl.toml",
        "areas.geojson",
        "profiles/bodies/region.toml",
        "profiles/partners/ad-hoc.toml",
        "profiles/partners/core.toml",
        "profiles/partners/standby.toml",
        "profiles/themes.toml",
        "scenario.toml",
        "series/maas.csv",
    ]
    assert inputs["scenario.toml"] == sha256((folders.scenario / "scenario.toml").read_bytes()).hexdigest()
    theme_bytes = (folders.profiles / "themes.toml").read_bytes()
    assert inputs["profiles/themes.toml"] == sha256(theme_bytes).hexdigest()


def test_loading_twice_gives_the_same(folders: Folders) -> None:
    assert load(folders) == load(folders)


def test_an_error_carries_every_problem(folders: Folders) -> None:
    folders.change('core_task = "B"', 'core_task = "E"')
    folders.change("skill = 0.8", "skill = 8")

    with pytest.raises(InputError) as caught:
        load(folders)

    assert str(caught.value).splitlines() == [
        "scenario.toml: parties[vr24].people.skill: expected a number <= 1.0, found 8",
        "scenario.toml: parties[wl].core_task: expected one of A, B, C, D, found 'E'",
    ]


def test_the_scenario_file_itself_names_its_folder(folders: Folders) -> None:
    assert load_scenario(folders.scenario / "scenario.toml", folders.profiles).id == "proef"


def test_no_such_scenario(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected the name of a scenario"):
        load_scenario(tmp_path / "nowhere")
