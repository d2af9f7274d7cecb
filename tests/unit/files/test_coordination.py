"""A coordinating region must be able to coordinate (Beleidskader par. 2.3)."""

from __future__ import annotations

import pytest

from sim.files.lint import lint
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import Folders

REGION = """
[[parties]]
id = "vr23"
name = { nl = "Buurregio", en = "Neighbour" }
profile = "region"
systems = ["evacuation"]
people = { perception = ["1m", "5m"], reaction = ["1m", "5m"], skill = 0.8 }

[[parties]]
id = "rode-kruis"
"""


def activity(name: str, directing: str, parties: str, by: str) -> str:
    return f"""
[[activities]]
id = "{name}"
name = {{ nl = "{name}", en = "{name}" }}
directing = "{directing}"
parties = {parties}
systems = ["river"]
area = "basin"
place = {{ nl = "Maas", en = "Meuse" }}
coordinated_by = "{by}"
"""


def errors(folders: Folders, *activities: str) -> list[str]:
    folders.change('\n[[parties]]\nid = "rode-kruis"\n', REGION)
    folders.change("\n[[facts]]\n", "".join(activities) + "\n[[facts]]\n")
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


def test_a_region_that_takes_part_may_coordinate(folders: Folders) -> None:
    assert errors(folders, activity("noord", "vr23", '["wl", "vr24"]', "hoogwater")) == []
    assert load_scenario(folders.scenario, folders.profiles).activities["noord"].coordinated_by == "hoogwater"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            activity("noord", "vr23", '["wl"]', "hoogwater"),
            (
                "activities[noord].parties: expected also 'vr24', which coordinates from hoogwater "
                "and must read this activity, found ['wl']"
            ),
        ),
        (
            activity("noord", "vr24", '["wl"]', "hoogwater"),
            (
                "activities[noord].coordinated_by: expected an activity of another region, "
                "found 'hoogwater', also of 'vr24'"
            ),
        ),
        (
            activity("noord", "vr23", '["wl", "vr24"]', "noord"),
            "activities[noord].coordinated_by: expected another activity, found the activity itself",
        ),
        (
            activity("noord", "vr23", '["wl", "vr24"]', "zuid"),
            "activities[noord].coordinated_by: expected an activity of the scenario, found 'zuid'",
        ),
    ],
)
def test_a_region_that_could_not_coordinate_is_named(folders: Folders, made: str, expected: str) -> None:
    assert errors(folders, made) == [f"scenario.toml: {expected}"]


def test_what_is_coordinated_does_not_coordinate(folders: Folders) -> None:
    found = errors(
        folders,
        activity("noord", "vr23", '["vr24"]', "hoogwater"),
        activity("oost", "vr24", '["vr23"]', "noord"),
    )
    expected = "expected an activity that coordinates, and that none coordinates"
    found_there = "found 'noord', which 'hoogwater' coordinates"
    assert found == [f"scenario.toml: activities[oost].coordinated_by: {expected}, {found_there}"]
