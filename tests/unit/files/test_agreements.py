from __future__ import annotations

import pytest

from sim.core.model.agreement import Norm
from sim.core.model.time import MINUTE_MS
from sim.files.lint import lint
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import Folders

FILE = "agreements/wl.toml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'profile = "core"',
            'profile = "cor"',
            "profile: expected a file of profiles/ (did you mean 'core'?)",
        ),
        (
            'core_task = "B"',
            'core_task = "D"',
            "core_task: expected a core task that profile core is for (A, B",
        ),
        ('partner = "wl"', 'partner = "wx"', "partner: expected a party of the scenario"),
        ('partner = "wl"', 'partner = "vr24"', "partner: expected a partner, found 'vr24', a region"),
        (
            '["vr24", "vr23"]',
            '["vr24", "vr26"]',
            "regions[1]: expected a party of the scenario or a safety region",
        ),
        ('["vr24", "vr23"]', "[]", "adoption_region: expected 1 to 25 regions in the agreement, found 0"),
        ("level = 2", "level = 6", "process.alarming.level: expected a whole number <= 5, found 6"),
        (
            'profile = "core"',
            'profile = "core"\nadoption_region = "vr24"',
            "adoption_region: expected no adoption region for a regional partner (2 regions; Beleidskader",
        ),
        (
            '["vr24", "vr23"]',
            '["vr24", "vr23", "vr22"]\nadoption_region = "vr21"',
            "adoption_region: expected one of the regions of the agreement",
        ),
        ('limit = "30m"', 'limit = "soon"', "process.pictures.initial_picture.limit: expected a duration"),
        ('limit = "30m"', 'limt = "30m"', "process.pictures.initial_picture.limt: expected the key 'limit'"),
        ('sitrep_every = "2h"', 'sitrep_every = "-2h"', "process.pictures.sitrep_every: expected a duration"),
        (
            'limit = "30m"',
            'limit = "3ms"',
            "process.pictures.initial_picture.limit: expected a duration of at least 1m, found '3ms'",
        ),
        (
            'limit = "30m"',
            'limit = "0m"',
            "process.pictures.initial_picture.limit: expected a duration of at least 1m, found '0m'",
        ),
        (
            'sitrep_every = "2h"',
            'sitrep_every = "1ms"',
            "process.pictures.sitrep_every: expected a duration of at least 1m, or 0 for none, found '1ms'",
        ),
        (
            "[process.alerting]",
            '[process.monitoring]\nlook_along = "0h"\n[process.alerting]',
            "process.monitoring.look_along: expected a duration of at least 1m, found '0h'",
        ),
        (
            "[process.alerting]",
            '[process.information_use]\nseconded_themes = ["x1"]\n[process.alerting]',
            "process.information_use.seconded_themes[0]: expected a theme of",
        ),
        (
            "[process.alerting]",
            '[process.alerting]\nthrough = "locc"',
            "process.alerting.through: expected a party of the scenario",
        ),
    ],
)
def test_mistake(folders: Folders, old: str, new: str, expected: str) -> None:
    folders.change(old, new, FILE)

    found = [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]

    assert any(f"{FILE}: {expected}" in line for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '["vr24", "vr23"]',
            '["vr24", "vr23", "vr22"]',
            "expected an adoption region for a supraregional partner (3 regions; Beleidskader",
        ),
        (
            '["vr24", "vr23"]',
            str([f"vr{number:02d}" for number in range(1, 26)]),
            "expected an adoption region for a national partner (25 regions; Beleidskader",
        ),
        ('["vr24", "vr23"]', '["vr23"]', "expected also 'vr24', as in scenario.toml"),
        ('["river"]', '["rivr"]', "expected a system of some party (did you mean 'river'?), found 'rivr'"),
    ],
)
def test_what_looks_wrong(folders: Folders, old: str, new: str, expected: str) -> None:
    folders.change(old, new, FILE)

    result = lint(folders.scenario, folders.profiles)

    assert result.errors == ()
    assert any(expected in str(problem) for problem in result.warnings), result.warnings


def test_no_interval_is_written_as_0(folders: Folders) -> None:
    folders.change('sitrep_every = "2h"', 'sitrep_every = "0h"', FILE)

    assert lint(folders.scenario, folders.profiles).errors == ()
    assert load_scenario(folders.scenario, folders.profiles).agreements["wl"].sitrep_every_ms == 0


@pytest.mark.parametrize(("phase", "holds"), [("exploration", False), ("elaboration", True)])
def test_nothing_is_in_force_while_a_collaboration_is_explored(
    folders: Folders, phase: str, *, holds: bool
) -> None:
    folders.change('profile = "core"', f'profile = "core"\nphase = "{phase}"', FILE)

    warned = [str(one) for one in lint(folders.scenario, folders.profiles).warnings if one.key == "phase"]
    bound = load_scenario(folders.scenario, folders.profiles).agreements

    assert ("wl" in bound) is holds
    says = f"{FILE}: phase: expected elaboration or execution, for its terms to hold in the exercise"
    assert [line.startswith(says) for line in warned] == ([] if holds else [True])


@pytest.mark.parametrize(("phase", "level"), [("exploration", 2), ("elaboration", 3)])
def test_what_a_region_has_not_agreed_yet_adds_nothing(folders: Folders, phase: str, level: int) -> None:
    addition = f"""
partner = "wl"
core_task = "B"
profile = "core"
addition_of = "vr24"
phase = "{phase}"

[process.alarming]
level = 3
"""
    folders.write("agreements/wl.vr24.toml", addition)

    warned = [one.file for one in lint(folders.scenario, folders.profiles).warnings if one.key == "phase"]
    agreement = load_scenario(folders.scenario, folders.profiles).agreements["wl"]

    assert agreement.additions.get("vr24", agreement).alarm_level == level
    assert warned == (["agreements/wl.vr24.toml"] if phase == "exploration" else [])


def test_partner_without_agreement(folders: Folders) -> None:
    (folders.scenario / FILE).unlink()

    result = lint(folders.scenario, folders.profiles)

    assert [str(problem) for problem in result.warnings] == [
        "scenario.toml: parties[wl]: expected an agreement in agreements/wl.toml for profile core, found none"
    ]


def test_file_named_after_another(folders: Folders) -> None:
    (folders.scenario / FILE).rename(folders.scenario / "agreements/waterschap.toml")

    result = lint(folders.scenario, folders.profiles)

    assert [problem.key for problem in result.warnings] == ["partner"]


def test_a_second_agreement_for_the_same_core_task_and_profile(folders: Folders) -> None:
    text = (folders.scenario / FILE).read_text(encoding="utf-8")
    folders.write("agreements/wl.second.toml", text)

    found = [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]

    assert found == [
        (
            "agreements/wl.toml: partner: expected one agreement a partner, core task and profile;"
            " a region's own has addition_of, found a second one for 'wl'"
        )
    ]


ADDITION = """
partner = "wl"
core_task = "B"
profile = "core"
addition_of = "vr24"

[process.pictures]
initial_picture = { limit = "20m", source = "exercise" }
"""


def test_a_region_adds_something_of_its_own(folders: Folders) -> None:
    folders.write("agreements/wl.vr24.toml", ADDITION)

    agreement = load_scenario(folders.scenario, folders.profiles).agreements["wl"]

    here, there = agreement.in_region("vr23"), agreement.in_region("vr24")
    assert here is not None
    assert there is not None
    assert here.initial_picture == Norm(30 * MINUTE_MS, "exercise")
    assert there.initial_picture == Norm(20 * MINUTE_MS, "exercise")
    assert there.sitrep_every_ms == agreement.sitrep_every_ms


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('profile = "core"', 'profile = "link"', "addition_of: expected a general agreement that it adds to"),
        ('"vr24"', '"vr25"', "addition_of: expected one of the regions of the general agreement"),
        (
            'addition_of = "vr24"',
            'addition_of = "vr24"\nregions = ["vr24"]',
            "regions: expected nothing, as the general agreement says it",
        ),
    ],
)
def test_an_addition_that_cannot_be(folders: Folders, old: str, new: str, expected: str) -> None:
    folders.write("agreements/wl.vr24.toml", ADDITION.replace(old, new))

    found = [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]

    assert any(f"agreements/wl.vr24.toml: {expected}" in line for line in found), found


def test_two_additions_of_one_region(folders: Folders) -> None:
    folders.write("agreements/wl.vr24.toml", ADDITION)
    folders.write("agreements/wl.vr24b.toml", ADDITION)

    found = [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]

    assert found == [
        "agreements/wl.vr24b.toml: addition_of: expected one addition a region, found a second one of 'vr24'"
    ]


def test_adoption_regions_are_held_against_all_agreements_of_a_partner(folders: Folders) -> None:
    folders.change('["vr24", "vr23"]', '["vr24"]\nadoption_region = "vr24"', FILE)
    text = (folders.scenario / FILE).read_text(encoding="utf-8").replace('"core"', '"link"')
    folders.write(
        "agreements/wl.link.toml", text.replace('["vr24"]\nadoption_region = "vr24"', '["vr22", "vr23"]')
    )

    result = lint(folders.scenario, folders.profiles)

    assert (result.errors, result.warnings) == ((), ())
