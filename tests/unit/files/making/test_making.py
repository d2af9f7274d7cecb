"""Scenarios that are made of a story: the same bytes from the same input, sound at each size, and what was meant."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.model.text import Text
from sim.files.agreements.collaborations import load_collaborations
from sim.files.lint import lint
from sim.files.making.filling import filled, filled_text
from sim.files.making.recipe import ALL, Made, made_folder, make_scenario, read_recipe
from sim.files.places import (
    known_scenarios,
    profiles_folder,
    scenarios_folder,
    shipped_scenarios,
    story_scenarios,
)
from sim.files.problems import InputError
from sim.files.scenario.finding import find_scenario

NAME = "landelijk-hoogwater"
ROOT = scenarios_folder() / NAME
REPOSITORY = Path(__file__).parents[4]


def made(seed: int = 7, *regions: str) -> Made:
    return make_scenario(ROOT, profiles_folder(), NAME, seed, regions or ALL)


@pytest.fixture(scope="module")
def whole() -> Made:
    return made()


def test_what_comes_with_the_product_is_what_its_recipe_makes(whole: Made) -> None:
    """After a change of story, catalogue, models or making: put the new sum into the recipe."""
    recipe = read_recipe(ROOT)
    assert (recipe.seed, recipe.regions) == (7, ALL)
    assert whole.digest == recipe.sha256


def test_another_process_with_another_hash_seed_makes_the_same_bytes(whole: Made) -> None:
    code = (
        "from pathlib import Path; from sim.files.making.recipe import make_scenario; "
        "from sim.files.places import profiles_folder, scenarios_folder; "
        f"print(make_scenario(scenarios_folder() / {NAME!r}, profiles_folder(), {NAME!r}, 7).digest)"
    )
    seed = "31337" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert done.stdout.strip() == whole.digest


def test_another_seed_makes_other_figures_of_the_same_story(whole: Made) -> None:
    other = made(8)
    assert other.digest != whole.digest
    assert set(other.files) == set(whole.files)
    assert [fact["title"] for fact in tables(other)["facts"]] == [
        fact["title"] for fact in tables(whole)["facts"]
    ]


def tables(what: Made) -> dict[str, list[dict[str, object]]]:
    """Return the sections of a made scenario."""
    found: dict[str, list[dict[str, object]]] = tomllib.loads(what.files["scenario.toml"].decode())
    return found


def test_the_whole_has_the_country_in_it(whole: Made) -> None:
    sections = tables(whole)
    profiles = Counter(party["profile"] for party in sections["parties"])
    partners = [path for path in whole.files if path.startswith("agreements/")]
    regions = [party["id"] for party in sections["parties"] if str(party["id"]).startswith("vr")]

    assert len(regions) == 25
    assert len(partners) >= 300
    assert {"core", "structural", "link", "standby", "ad-hoc"} <= set(profiles)
    assert {"locc", "ncc"} <= {party["id"] for party in sections["parties"]}
    assert len([one for one in sections["activities"] if "coordinated_by" in one]) >= 10
    assert len({fault["type"] for fault in sections["faults"]}) >= 10
    assert sections["outages"]


def test_it_is_made_when_it_is_named_and_once_only() -> None:
    folder = find_scenario(NAME)
    assert folder == made_folder(ROOT, profiles_folder()) == find_scenario(ROOT)
    assert folder.name == NAME
    assert (folder / "scenario.toml").is_file()
    assert NAME in story_scenarios()
    assert NAME not in shipped_scenarios()
    assert set(known_scenarios()) == {*shipped_scenarios(), *story_scenarios()}


def test_the_whole_is_sound() -> None:
    found = lint(NAME)
    assert found.errors == ()
    assert found.warnings == ()


REGIONS = tuple(f"vr{number:02d}" for number in range(1, 26))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from(REGIONS), min_size=1, max_size=4), st.integers(min_value=0, max_value=10_000))
def test_any_choice_of_regions_with_any_seed_is_sound(
    tmp_path_factory: pytest.TempPathFactory, regions: set[str], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("made") / NAME
    made(seed, *sorted(regions)).write(folder)
    found = lint(folder)
    assert found.errors == ()
    # What a single region leaves unrecognised or unread is no mistake of the making; nothing else may be warned of.
    assert [str(problem) for problem in found.warnings if ".interests" in str(problem)] == []


@pytest.mark.parametrize("regions", [("vr99",), ("vr23", "limburg")])
def test_a_region_without_a_reach_is_reported(regions: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="codes of regions of the story"):
        made(7, *regions)


def test_names_are_filled_in_each_language_and_a_strange_one_is_an_error() -> None:
    names: dict[str, str | Text] = {"town": "Tiel", "region": Text(nl="Zuid", en="South")}
    assert filled({"nl": "{town}, {region}", "en": "{town}, {region}"}, names) == {
        "nl": "Tiel, Zuid",
        "en": "Tiel, South",
    }
    assert filled({"to": ["{town}"], "n": 3}, names) == {"to": ["Tiel"], "n": 3}
    assert filled_text(Text(nl="{region}", en="{region}"), names) == Text(nl="Zuid", en="South")
    with pytest.raises(KeyError):
        filled("{nobody}", names)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("story.toml", 'river = "maas"', 'river = "rijn"', "a river of the story"),
        ("story.toml", 'subject = "evacuation"', 'subject = "evacuatie"', "the key of a fact of the story"),
        ("recipe.toml", "seed = 7", "sede = 7", "the key 'seed'"),
    ],
)  # fmt: skip
def test_a_mistake_in_its_files_is_named(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    for each in ("story.toml", "recipe.toml"):
        text = (ROOT / each).read_text("utf-8")
        (folder / each).write_text(text.replace(old, new, 1) if each == file else text, "utf-8")
    with pytest.raises(InputError, match=expected):
        find_scenario(folder)


def test_an_overview_passes_over_what_is_not_made_yet() -> None:
    both = load_collaborations([scenarios_folder() / "duinbrand", ROOT])
    assert both.listed == load_collaborations([scenarios_folder() / "duinbrand"]).listed
    with pytest.raises(InputError, match="at least one folder of agreements"):
        load_collaborations([ROOT])
