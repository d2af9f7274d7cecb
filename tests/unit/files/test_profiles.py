from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.picture.plausibility import Quantity
from sim.files.lint import lint
from sim.files.problems import Problems
from sim.files.profiles import read_profiles
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import POST_RIGHTS, THEMES, Folders, profile


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('kind = "partner"', 'kind = "body"', "kind: expected 'partner' in this folder, found 'body'"),
        ('channel = "post"', 'channel = "mail"', "channel: expected one of post, outside, found 'mail'"),
        ('["A", "B"]', '["A", "E"]', "core_tasks[1]: expected one of A, B, C, D, found 'E'"),
        ('["A", "B"]', "[]", "core_tasks: expected the core tasks that allow the profile, found none"),
        ("assessable", "assesable", "assesable: expected the key 'assessable'"),
        ('id = "core"', 'id = "Core!"', "id: expected an id"),
        ('id = "core"', 'id = "region"', "id: expected an id other than that of"),
        ("{region}", "{regoin}", "rights[post-write].topics[0]: expected one of {activity}, {directed}"),
        ("{region}", "{theme}", "rights[post-write].topics[0]: expected one of"),
        ("post/{region}", "post#/{region}", "rights[post-write].topics[0]: expected an MQTT topic filter"),
        ('"admitting"', '"admiting"', "behaviours[0]: expected the name of a behaviour"),
        ('action = "publish"', 'action = "write"', "rights[0].action: expected one of publish, read"),
    ],
)
def test_mistake(folders: Folders, old: str, new: str, expected: str) -> None:
    text = profile("core", "partner", '["A", "B"]', "post", POST_RIGHTS)
    assert old in text
    folders.write_profile("partners/core.toml", text.replace(old, new, 1))

    found = errors(folders)

    assert any(f"profiles/partners/core.toml: {expected}" in line for line in found) or (
        "other than" in expected and any(expected in line for line in found)
    ), found


def test_a_cue_that_no_behaviour_handles_is_an_error(folders: Folders) -> None:
    text = profile("core", "partner", '["A", "B"]', "post", POST_RIGHTS).replace('"alerting", ', "")
    folders.write_profile("partners/core.toml", text.replace('"mobilising", ', ""))

    found = errors(folders)

    assert any("injects[i-alert].cue.do: expected something" in line for line in found), found


def test_a_profile_with_errors_is_still_known(folders: Folders) -> None:
    folders.write_profile("partners/core.toml", "=")

    assert [line.split(":")[0] for line in errors(folders)] == ["profiles/partners/core.toml"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1", "x: expected one of the keys themes"),
        ("themes = 3", "themes: expected a list, found 3"),
        (THEMES.replace('"c1"', '"a2"'), "themes[a2].id: expected an id of its own, found 'a2' twice"),
        (THEMES.replace('"c1"', '"C 1"'), "themes[C 1].id: expected an id"),
        (THEMES.replace("part", "prat", 1), "themes[a2].prat: expected the key 'part'"),
    ],
)
def test_themes(folders: Folders, text: str, expected: str) -> None:
    folders.write_profile("themes.toml", text)

    assert any(f"profiles/themes.toml: {expected}" in line for line in errors(folders)), errors(folders)


QUANTITIES = """[[quantities]]
name = "level"
unit = "m"
step = 2
source = "exercise"
"""


def test_how_far_figures_move(folders: Folders) -> None:
    assert load_scenario(folders.scenario, folders.profiles).quantities == {}
    folders.write_profile("plausibility.toml", QUANTITIES)

    scenario = load_scenario(folders.scenario, folders.profiles)

    assert scenario.quantities == {"level": Quantity("level", "m", 2.0, "exercise")}
    assert "profiles/plausibility.toml" in scenario.inputs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (QUANTITIES + QUANTITIES, "quantities[level].name: expected a name of its own, found 'level' twice"),
        (QUANTITIES.replace("2", "0"), "quantities[level].step: expected more than 0, found 0"),
        (
            QUANTITIES.replace('"exercise"', '" "'),
            "quantities[level].source: expected where the figure comes from, or 'exercise', found ' '",
        ),
        (QUANTITIES.replace("step", "stap"), "quantities[level].stap: expected the key 'step'"),
    ],
)
def test_mistakes_in_how_far_figures_move(folders: Folders, text: str, expected: str) -> None:
    folders.write_profile("plausibility.toml", text)

    assert any(f"profiles/plausibility.toml: {expected}" in line for line in errors(folders)), errors(folders)


def test_no_profiles_at_all(tmp_path: Path) -> None:
    problems = Problems()

    profiles = read_profiles(tmp_path / "nowhere", problems)

    assert profiles.by_id == {}
    assert [str(problem) for problem in problems.errors] == [
        "profiles/themes.toml: expected a file, found none of this name"
    ]


def test_hidden_and_other_files_are_passed_over(folders: Folders) -> None:
    folders.write_profile("partners/.core.toml", "=")
    folders.write_profile("partners/notes.md", "=")

    assert errors(folders) == []
