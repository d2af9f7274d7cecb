from __future__ import annotations

import pytest

from sim.files.lint import lint
from tests.unit.files.folders import Folders

FILE = "agreements/wl.toml"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'profile = "core"',
            'profile = "link"',
            "profile: expected 'core', as in scenario.toml, found 'link'",
        ),
        (
            'profile = "core"',
            'profile = "cor"',
            "profile: expected a file of profiles/ (did you mean 'core'?)",
        ),
        ('core_task = "B"', 'core_task = "A"', "core_task: expected 'B', as in scenario.toml, found 'A'"),
        (
            'core_task = "B"',
            'core_task = "D"',
            "core_task: expected a core task that profile core is for (A, B",
        ),
        ('partner = "wl"', 'partner = "wx"', "partner: expected a party of the scenario"),
        ('partner = "wl"', 'partner = "vr24"', "partner: expected a partner, found 'vr24', a region"),
        (
            'partner = "wl"',
            'partner = "camping"',
            "partner: expected one agreement a partner, found a second",
        ),
        (
            '["vr24", "vr23"]',
            '["vr24", "vr26"]',
            "regions[1]: expected a party of the scenario or a safety region",
        ),
        ('["vr24", "vr23"]', "[]", "adoption_region: expected 1 to 25 regions in the agreement, found 0"),
        ("alarm_level = 2", "alarm_level = 6", "alarm_level: expected a whole number <= 5, found 6"),
        (
            "alarm_level = 2",
            'adoption_region = "vr24"',
            "adoption_region: expected no adoption region for a regional partner (2 regions; Beleidskader",
        ),
        (
            '["vr24", "vr23"]',
            '["vr24", "vr23", "vr22"]\nadoption_region = "vr21"',
            "adoption_region: expected one of the regions of the agreement",
        ),
        ('limit = "30m"', 'limit = "soon"', "initial_picture.limit: expected a duration"),
        ('limit = "30m"', 'limt = "30m"', "initial_picture.limt: expected the key 'limit'"),
        ('sitrep_every = "2h"', 'sitrep_every = "-2h"', "sitrep_every: expected a duration"),
        ("alarm_level = 2", 'seconded_themes = ["x1"]', "seconded_themes[0]: expected a theme of"),
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


def test_partner_without_agreement(folders: Folders) -> None:
    (folders.scenario / FILE).unlink()

    result = lint(folders.scenario, folders.profiles)

    assert [str(problem) for problem in result.warnings] == [
        "scenario.toml: parties[wl]: expected an agreement in agreements/wl.toml, found none"
    ]


def test_file_named_after_another(folders: Folders) -> None:
    (folders.scenario / FILE).rename(folders.scenario / "agreements/waterschap.toml")

    result = lint(folders.scenario, folders.profiles)

    assert [problem.key for problem in result.warnings] == ["partner"]
