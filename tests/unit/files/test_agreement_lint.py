"""What lint says of the topics and preconditions of agreements."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.files.lint import lint
from sim.files.places import profiles_folder
from tests.unit.files.folders import Folders

MODELS = profiles_folder() / "agreements"

BARE = 'partner = "{partner}"\ncore_task = "{task}"\nprofile = "{profile}"\nregions = ["vr24"]\n'


def bare(tmp_path: Path, profile: str, task: str) -> Path:
    """Return a folder with one agreement of which nothing was agreed."""
    (tmp_path / "wl.toml").write_text(BARE.format(partner="wl", task=task, profile=profile))
    return tmp_path


def warnings(path: Path) -> list[str]:
    result = lint(path)
    assert result.errors == ()
    return [str(problem) for problem in result.warnings]


@pytest.mark.parametrize(
    ("profile", "task", "count"),
    [("core", "B", 15), ("structural", "B", 13), ("link", "A", 4), ("standby", "C", 14)],
)
def test_one_line_for_the_empty_topics_and_one_for_each_precondition(
    tmp_path: Path, profile: str, task: str, count: int
) -> None:
    first, *rest = warnings(bare(tmp_path, profile, task))
    assert f"wl.toml: expected what was agreed on every topic that holds for profile {profile}" in first
    assert "process.alarming, " in first
    assert "general" not in first
    assert len(rest) == count
    assert all("expected precondition '" in line and "Beleidskader Tabel" in line for line in rest)


def test_nothing_is_said_of_preconditions_for_an_ad_hoc_connection(tmp_path: Path) -> None:
    (only,) = warnings(bare(tmp_path, "ad-hoc", "D"))
    assert "process.monitoring" not in only
    assert "technology.fallback" in only


def test_a_text_and_a_term_meet_the_precondition_of_the_alarm(tmp_path: Path) -> None:
    file = bare(tmp_path, "link", "B") / "wl.toml"
    file.write_text(file.read_text() + '[process.alarming]\ntext = { nl = "Bel", en = "Call" }\n')
    assert any(
        "process.alarming.level: expected precondition 'Alarm agreements'" in line for line in warnings(file)
    )
    file.write_text(file.read_text() + "level = 4\n")
    assert not any("Alarm agreements" in line for line in warnings(file))


def test_what_a_region_adds_need_not_be_whole(tmp_path: Path) -> None:
    file = tmp_path / "wl.vr24.toml"
    file.write_text('partner = "wl"\ncore_task = "B"\nprofile = "core"\naddition_of = "vr24"\n')
    assert warnings(file) == []


def test_a_file_and_its_folder_are_held_to_the_profile(tmp_path: Path) -> None:
    file = tmp_path / "wl.toml"
    file.write_text(BARE.format(partner="wl", task="C", profile="core"))
    for path in (file, tmp_path):
        (error,) = lint(path).errors
        assert "wl.toml: core_task: expected a core task that profile core is for" in str(error)


def test_a_scenario_whose_profiles_ask_for_something(folders: Folders) -> None:
    for name in ("agreement-topics.toml", "preconditions.toml"):
        folders.write_profile(name, (profiles_folder() / name).read_bytes())
    result = lint(folders.scenario, folders.profiles)
    assert result.errors == ()
    assert {problem.file for problem in result.warnings} == {
        "agreements/wl.toml",
        "agreements/camping.toml",
        "agreements/rode-kruis.toml",
    }


def test_regions_may_still_be_unknown_while_a_collaboration_is_explored(tmp_path: Path) -> None:
    file = bare(tmp_path, "ad-hoc", "D") / "wl.toml"
    file.write_text(file.read_text().replace('["vr24"]', "[]"))
    assert any("expected 1 to 25 regions" in str(problem) for problem in lint(file).errors)
    file.write_text('phase = "exploration"\n' + file.read_text())
    assert "expected the regions that it is for, once they are known" in warnings(file)[0]


@pytest.mark.parametrize("name", ["readme", "a\0b"])
def test_what_is_no_agreement_is_looked_for_as_a_scenario(tmp_path: Path, name: str) -> None:
    (tmp_path / "readme").write_text("x")
    with pytest.raises(Exception, match="the name of a scenario"):
        lint(tmp_path / name)


@pytest.mark.parametrize("file", sorted(MODELS.glob("*.toml")), ids=lambda file: file.stem)
def test_models_leave_nothing_open(file: Path) -> None:
    assert warnings(file) == []


def test_the_agreements_of_the_exercise_leave_nothing_open() -> None:
    result = lint("limburg-hoogwater")
    assert [str(problem) for problem in result.warnings if problem.file.startswith("agreements/")] == []
