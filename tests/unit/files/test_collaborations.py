from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.model.collaboration import Assessed, Exercised
from sim.core.model.overview import overview_of
from sim.core.model.party import CoreTask, Scope
from sim.core.model.text import Text
from sim.files.agreements.collaborations import Collaborations, load_collaborations
from sim.files.problems import InputError
from tests.unit.files.folders import Folders

GRID = """
partner = "gridco"
name = { nl = "Netbeheerder", en = "Grid operator" }
core_task = "B"
profile = "structural"
regions = ["vr23", "vr24", "vr22"]
adoption_region = "vr23"
phase = "elaboration"
assessed = { on = "2024-05-01", outcome = "conditional" }

[[exercised]]
on = "2025-03-14"
exercise = "Hoogwater"
result = { nl = "Verliep goed", en = "Went well" }
"""

ADDITION = """
partner = "gridco"
core_task = "B"
profile = "structural"
addition_of = "vr24"
phase = "exploration"
"""


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.toml").write_text(text, encoding="utf-8")
    return folder


def partners(found: Collaborations) -> list[str]:
    return [entry.partner for entry in found.listed]


def test_everything_that_an_agreement_says_of_itself(tmp_path: Path) -> None:
    folder = write(tmp_path / "afspraken", gridco=GRID, gridco__vr24=ADDITION)

    addition, general = sorted(load_collaborations([folder]).listed, key=lambda entry: len(entry.regions))

    assert general.name == Text("Netbeheerder", "Grid operator")
    assert (general.core_task, general.profile) == (CoreTask.MANAGER, "structural")
    assert (general.regions, general.adoption_region) == (("vr23", "vr24", "vr22"), "vr23")
    assert (general.phase, general.assessed) == ("elaboration", Assessed("2024-05-01", "conditional"))
    assert general.exercised == (
        Exercised(on="2025-03-14", exercise="Hoogwater", result=Text("Verliep goed", "Went well")),
    )
    assert general.source == f"{folder}/gridco.toml"
    assert (addition.addition_of, addition.phase) == ("vr24", "exploration")


def test_folders_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    direct = write(tmp_path / "direct", gridco=GRID)
    scenario = tmp_path / "all" / "one"
    write(scenario / "agreements", gridco=GRID.replace('"gridco"', '"waterco"'))
    (scenario / "scenario.toml").write_text("not read = [", encoding="utf-8")
    (tmp_path / "all" / "README.md").write_text("not read", encoding="utf-8")

    assert partners(load_collaborations([direct])) == ["gridco"]
    assert partners(load_collaborations([scenario])) == ["waterco"]
    assert partners(load_collaborations([tmp_path / "all"])) == ["waterco"]
    assert partners(load_collaborations([tmp_path / "all" / "README.md", scenario])) == ["waterco"]
    assert partners(load_collaborations([direct, scenario, direct / ".." / "direct"])) == [
        "gridco",
        "waterco",
    ]
    assert "politie-lb" in partners(load_collaborations(["limburg-hoogwater"]))
    monkeypatch.chdir(tmp_path)
    assert load_collaborations(["direct"]).listed[0].source == "direct/gridco.toml"
    monkeypatch.chdir(direct)
    assert partners(load_collaborations(["."])) == ["gridco"]


def test_the_scenario_names_partners_that_their_agreement_does_not(folders: Folders) -> None:
    folders.change(
        'partner = "wl"', 'partner = "wl"\nname = { nl = "Eigen", en = "Own" }', "agreements/wl.toml"
    )
    folders.change('name = { nl = "Camping", en = "Camp site" }', "name = 4")

    found = load_collaborations([folders.scenario])

    assert {entry.partner: entry.name for entry in found.listed} == {
        "camping": None,
        "rode-kruis": Text("Rode Kruis", "Red Cross"),
        "wl": Text("Eigen", "Own"),
    }


def test_a_scenario_without_a_list_of_parties(tmp_path: Path) -> None:
    write(tmp_path / "agreements", gridco=GRID.replace("name =", "# name ="))
    write(tmp_path, scenario="parties = 4")

    assert load_collaborations([tmp_path]).listed[0].name is None


def test_scope_is_that_of_all_agreements_together(tmp_path: Path) -> None:
    service = GRID.replace('"B"', '"C"').replace('"structural"', '"standby"')
    one = write(tmp_path / "a", gridco=GRID.replace(', "vr24", "vr22"', ""), gridco__c=service)

    found = load_collaborations([one])

    (row,) = overview_of(found.listed, found.profiles, found.regions).partners
    assert (row.scope, row.adoption_region) == (Scope.SUPRAREGIONAL, "vr23")
    assert found.warnings == ()


def test_what_looks_wrong(tmp_path: Path) -> None:
    found = load_collaborations([write(tmp_path, other=GRID)])

    assert [problem.message for problem in found.warnings] == [
        f"{tmp_path}/other.toml: partner: expected 'other', as the file is named, found 'gridco'"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"vr24"', '"vr26"', "regions[1]: expected a safety region of profiles/regions.toml"),
        ('"structural"', '"structurl"', "profile: expected a profile of profiles/partners/ (did you mean"),
        ('"structural"', '"safety-region"', "profile: expected a profile of profiles/partners/, found"),
        ('"B"', '"C"', "core_task: expected a core task that profile structural is for (A, B; Tabel 1)"),
        ("2024-05-01", "20240501", "assessed.on: expected a date such as 2027-03-14, found '20240501'"),
        ("2025-03-14", "soon", "exercised[0].on: expected a date such as 2027-03-14, found 'soon'"),
        ('"conditional"', '"passed"', "assessed.outcome: expected one of certified, conditional"),
        ('"elaboration"', '"done"', "phase: expected one of exploration, elaboration, execution"),
        ('= "vr23"', '= "vr21"', "adoption_region: expected one of the regions of the agreement"),
        ('["vr23", "vr24", "vr22"]', "[]", "adoption_region: expected 1 to 25 regions in the agreement"),
    ],
)
def test_mistake(tmp_path: Path, old: str, new: str, expected: str) -> None:
    folder = write(tmp_path / "a", gridco=GRID.replace(old, new, 1))

    with pytest.raises(InputError) as caught:
        load_collaborations([folder])

    assert f"{folder}/gridco.toml: {expected}" in str(caught.value)


def test_mistakes_of_all_folders_are_named_at_once(tmp_path: Path) -> None:
    one = write(
        tmp_path / "one", gridco=GRID.replace('"B"', '"X"'), gridco__vr24=ADDITION.replace("vr24", "x")
    )
    two = write(tmp_path / "two", gridco="partner = [")
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(InputError) as caught:
        load_collaborations([one, two, empty, tmp_path / "none", "limburg-hogwater", "nul\0"])

    lines = str(caught.value).splitlines()
    assert [line.split(": ")[:2] for line in lines[:4]] == [["command line", "FOLDER"]] * 4
    assert "a folder with agreements: agreements/*.toml or *.toml" in lines[0]
    assert "(did you mean 'limburg-hoogwater'?)" in lines[2]
    assert [line.split(": ")[0] for line in lines[4:]] == [
        f"{one}/gridco.toml",
        f"{one}/gridco.vr24.toml",
        f"{two}/gridco.toml",
    ]


@pytest.mark.parametrize("names", [[], ["file.md"]])
def test_no_folder_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.md").write_text("mine")

    with pytest.raises(InputError, match="FOLDER: expected at least one folder of agreements, found none"):
        load_collaborations(names)
