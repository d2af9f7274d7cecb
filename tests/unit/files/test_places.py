from __future__ import annotations

from pathlib import Path

import pytest

from sim.files import places
from sim.files.places import profiles_folder, shipped_scenarios
from sim.files.problems import InputError
from sim.files.scenario.finding import find_scenario
from tests.unit.files.folders import Folders

ROOT = Path(__file__).resolve().parents[3]


def test_a_checkout_has_its_data_at_the_root() -> None:
    assert profiles_folder() == ROOT / "profiles"
    assert places.scenarios_folder() == ROOT / "scenarios"


def test_a_wheel_has_its_data_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_shipped/scenarios/flood").mkdir(parents=True)
    (tmp_path / "_shipped/scenarios/flood/scenario.toml").touch()
    (tmp_path / "_shipped/scenarios/notes").mkdir()
    monkeypatch.setattr(places, "_PACKAGE", tmp_path)

    assert profiles_folder() == tmp_path / "_shipped/profiles"
    assert shipped_scenarios() == ("flood",)
    assert find_scenario("flood") == tmp_path / "_shipped/scenarios/flood"
    with pytest.raises(InputError, match=r"\(did you mean 'flood'\?\), found 'flod'"):
        find_scenario("flod")


def test_a_path(folders: Folders) -> None:
    assert find_scenario(folders.scenario) == folders.scenario
    assert find_scenario(str(folders.scenario / "scenario.toml")) == folders.scenario


@pytest.mark.parametrize("name", ["\x00", "x" * 5000, "nowhere/at/all"])
def test_no_path(name: str) -> None:
    with pytest.raises(InputError):
        find_scenario(name)
