"""What a sound scenario can never show is a warning."""

from __future__ import annotations

import pytest

from sim.files.lint import lint
from tests.unit.files.folders import Folders

GEUL = """
[[facts]]
subject = "geul"
system = "river"
theme = "a2"
kind = "fact"
title = { nl = "Geul", en = "Geul" }
"""
ALONE = 'systems = ["evacuation", "river"]'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'system = "river"\ntheme = "a2"\nkind = "effect"',
            'system = "gas"\ntheme = "a2"\nkind = "effect"',
            "facts[dike]: expected a party that is competent to perceive it, found none for system 'gas'",
        ),
        (ALONE, 'systems = ["evacuation"]', "faults[f-hole]: expected another party that could recognise it"),
        (
            "skill = 0.8",
            "skill = 0",
            "faults[f-hole]: expected another party that could recognise it, found no skill",
        ),
        (
            "amount = 1,",
            "amount = 3,",
            "faults[f-hole]: expected something that is not so, found what is so at",
        ),
        (
            'at = "4h"',
            'at = "10m"',
            "injects[i-decide].at: expected a time after hoogwater was opened, found T+00:10:00",
        ),
        (
            'at = "T+1d00:00"',
            'at = "200m"',
            "injects[i-decide].at: expected a time before hoogwater was closed (T+03:20:00), found T+04",
        ),
        (
            'do = "open"',
            'do = "close"',
            "activities[hoogwater]: expected an inject that opens it",
        ),
        (
            'interests = ["a2"]',
            'interests = ["c1"]',
            "parties[wl].interests[0]: expected a theme with",
        ),
        (
            'systems = ["river"]\narea = "basin"\nplace',
            'systems = ["rivers"]\narea = "basin"\nplace',
            "activities[hoogwater].systems[0]: expected a system of some party (did you mean 'river'?)",
        ),
        (
            'at = "5h"\ntype = "wrong-value"',
            'at = "5h"\ntype = "wrong-value"\nomit = ["values"]',
            "faults[f-hole].omit: expected only keys that a fault of type wrong-value uses, found omit",
        ),
        (
            'core_task = "C"\nregions = ["vr24"]\n',
            'core_task = "C"\n',
            "parties[rode-kruis].regions: expected the regions that the partner works with, found none",
        ),
        (
            "[[series]]",
            GEUL + "\n[[series]]",
            "facts[geul]: expected a [[truth]] entry or a series",
        ),
        (
            'sensitivity = "partners"',
            'sensitivity = "partners"\neffect_of = "maas"',
            "facts[dike].effect_of: expected a competent party whose agreement has 'river' in threats, found none",
        ),
        (
            'sensitivity = "partners"',
            'sensitivity = "partners"\neffect_of = "maas"',
            "facts[dike].effect_of: expected a forecast or an effect, which can be a threat, found a fact",
        ),
        (
            'system = "river"\ntheme = "a2"\nkind = "effect"',
            'system = "gas"\ntheme = "a2"\nkind = "effect"\nlayer = "dikes"',
            "facts[dike].layer: expected a region that perceives it and publishes it, found none for system 'gas'",
        ),
    ],
)
def test_warning(folders: Folders, old: str, new: str, expected: str) -> None:
    folders.change(old, new)

    result = lint(folders.scenario, folders.profiles)

    assert result.errors == ()
    found = [str(problem) for problem in result.warnings]
    assert any(f"scenario.toml: {expected}" in line for line in found), found


def test_an_activity_may_open_again(folders: Folders) -> None:
    folders.change('at = "T+1d00:00"', 'at = "200m"')
    folders.change(
        "[[faults]]",
        '[[injects]]\nid = "i-again"\nat = "210m"\nto = "vr24"\ntitle = { nl = "Weer", en = "Again" }\n'
        'cue = { do = "open", activity = "hoogwater" }\n\n[[faults]]',
    )

    assert lint(folders.scenario, folders.profiles).warnings == ()


def test_alerting_may_come_before_opening(folders: Folders) -> None:
    folders.change('at = "45m"', 'at = "5m"')

    assert lint(folders.scenario, folders.profiles).warnings == ()


def test_a_fault_may_be_told_by_who_is_not_competent_when_somebody_else_is(folders: Folders) -> None:
    folders.change('party = "wl"\nsubject = "dike"', 'party = "camping"\nsubject = "dike"')

    assert lint(folders.scenario, folders.profiles).warnings == ()


def test_an_effect_that_somebody_works_out_is_no_warning(folders: Folders) -> None:
    folders.change('sensitivity = "partners"', 'sensitivity = "partners"\neffect_of = "maas"')
    folders.change('theme = "a2"\nkind = "fact"', 'theme = "a2"\nkind = "forecast"')
    agreement = folders.scenario / "agreements" / "wl.toml"
    agreement.write_text(agreement.read_text() + '\n[process.continuous_exchange]\nthreats = ["river"]\n')

    assert lint(folders.scenario, folders.profiles).warnings == ()


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (["a2"], []),
        (
            ["c1", "a2"],
            ["expected none, or those that its agreement names and that decide (c1, a2), found ['a2']"],
        ),
    ],
)
def test_interests_beside_other_needs_in_the_agreement(
    folders: Folders, needs: list[str], said: list[str]
) -> None:
    agreed = f"[process.information_needs]\npartner = {needs}\n[process.alerting]"
    folders.change("[process.alerting]", agreed, "agreements/wl.toml")

    found = [str(one) for one in lint(folders.scenario, folders.profiles).warnings if "interests" in one.key]

    assert found == [f"scenario.toml: parties[wl].interests: {line}" for line in said]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "agreements/rode-kruis.toml",
            'regions = ["vr24"]',
            'regions = ["vr23"]',
            (
                "injects[i-invite].cue.party: expected a party that has an agreement with 'vr24', or it is refused, "
                "found 'rode-kruis'"
            ),
        ),
        (
            "agreements/camping.toml",
            'regions = ["vr24"]',
            'regions = ["vr23"]',
            (
                "injects[i-seek].to: expected a party that has an agreement with 'vr24', or it is refused, "
                "found 'camping'"
            ),
        ),
        (
            "agreements/camping.toml",
            'seconded_themes = ["a2"]',
            "",
            (
                "injects[i-seek].to: expected a party with whom it was agreed for which themes it is helped, or it "
                "is refused, found 'camping'"
            ),
        ),
    ],
)
def test_what_comes_to_nothing_for_want_of_an_agreement(
    folders: Folders, file: str, old: str, new: str, expected: str
) -> None:
    folders.change(old, new, file)

    assert f"scenario.toml: {expected}" in [
        str(one) for one in lint(folders.scenario, folders.profiles).warnings
    ]


def test_an_invitation_to_who_has_no_behaviour_for_it(folders: Folders) -> None:
    profile = "partners/standby.toml"
    text = (folders.profiles / profile).read_text()
    folders.write_profile(profile, text.replace('"monitoring", ', ""))

    expected = (
        "scenario.toml: injects[i-invite].cue.party: expected a party whose profile reacts to an invitation, "
        "found 'rode-kruis' with profile standby"
    )
    assert expected in [str(one) for one in lint(folders.scenario, folders.profiles).warnings]
