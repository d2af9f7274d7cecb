"""Settings change a scenario for one run, and are checked as its file is."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sim.files.lint import lint
from sim.files.problems import InputError, Problem, Problems, Severity
from sim.files.scenario.loading import load_scenario
from sim.files.scenario.settings import (
    Setting,
    as_recorded,
    blamed,
    parse_settings,
    settable_keys,
    with_settings,
)
from tests.unit.files.folders import AGREEMENT, Folders


def table() -> dict[str, Any]:
    people = {"perception": ["1m", "5m"], "reaction": ["1m", "5m"], "skill": 0.9}
    return {
        "id": "proef",
        "parties": [
            {"id": "wl", "profile": "core", "people": people},
            {"id": "enexis", "profile": "structural", "people": {**people, "skill": 0.8}},
        ],
    }


def said(problems: Problems) -> list[str]:
    return [problem.message for problem in problems.found]


def changed(*texts: str, of: dict[str, Any] | None = None) -> tuple[dict[str, Any], Problems]:
    problems = Problems()
    return with_settings(of or table(), parse_settings(texts, problems), problems), problems


# What is understood ---------------------------------------------------------------------------------


def test_a_text_is_a_party_a_key_and_a_value() -> None:
    problems = Problems()

    settings = parse_settings(["wl.profile=link", " wl.people.skill = 0.5 "], problems)

    assert settings == (Setting("wl", "profile", "link"), Setting("wl", "people.skill", "0.5"))
    assert said(problems) == []


@pytest.mark.parametrize(
    "text", ["", "wl", "wl.profile", "wl=link", "=link", ".profile=link", "wl.=link", "wl.profile= "]
)
def test_what_says_no_setting_is_reported(text: str) -> None:
    problems = Problems()

    assert parse_settings([text], problems) == ()
    assert said(problems) == [f"command line: --set: expected PARTY.KEY=VALUE, found '{text}'"]


def test_every_mistake_is_reported() -> None:
    problems = Problems()

    parse_settings(["wl.colour=red", "wl", "wl.profile=link", "wl.profile=core"], problems)

    colour, shape, twice = said(problems)
    assert colour.startswith("command line: --set wl.colour: expected one of the keys profile, people.skill")
    assert colour.endswith("found 'colour'")
    assert shape.startswith("command line: --set: expected PARTY.KEY=VALUE")
    assert twice == "command line: --set wl.profile: expected every key of a party once, found 'core' as well"


def test_a_key_that_is_nearly_right_is_hinted_at() -> None:
    problems = Problems()
    parse_settings(["wl.people.skil=1"], problems)
    assert "(did you mean 'people.skill'?)" in said(problems)[0]


def test_only_keys_with_one_value_can_be_set() -> None:
    keys = settable_keys()
    assert {"profile", "people.skill", "people.error", "people.slip", "people.source"} <= set(keys)
    assert not {"people.perception", "people.reaction"} & set(keys)


# What is changed ------------------------------------------------------------------------------------


def test_a_profile_is_changed_and_nothing_else() -> None:
    before = table()
    kept = deepcopy(before)

    after, problems = changed("enexis.profile=core", of=before)

    expected = table()
    expected["parties"][1]["profile"] = "core"
    assert after == expected
    assert before == kept
    assert said(problems) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("0.25", 0.25),
        (".5", 0.5),
        ("2e-1", 0.2),
        ("-3", -3),
        ("true", True),
        ("false", False),
        ("good", "good"),
        ("nan", "nan"),
    ],
)
def test_a_value_is_what_the_file_would_hold(text: str, value: object) -> None:
    after, _ = changed(f"wl.people.skill={text}")
    found = after["parties"][0]["people"]["skill"]
    assert (found, type(found)) == (value, type(value))


def test_a_key_that_holds_text_holds_text() -> None:
    after, _ = changed("wl.people.source=7")
    assert after["parties"][0]["people"]["source"] == "7"


def test_a_party_that_is_not_there_is_reported() -> None:
    after, problems = changed("wll.profile=core", "wl.profile=link")
    assert after["parties"][0]["profile"] == "link"
    assert said(problems) == [
        "command line: --set wll.profile: expected a party of the scenario (did you mean 'wl'?), found 'wll'"
    ]


@pytest.mark.parametrize("parties", [None, "none", [3], [{"id": "wl", "people": "many"}]])
def test_a_file_with_mistakes_stays_as_it_is(parties: Any) -> None:
    broken = {"parties": parties}
    after, _ = changed("wl.people.skill=1", of=broken)
    assert after == broken


def test_settings_are_recorded_by_name() -> None:
    settings = (Setting("wl", "profile", "link"), Setting("enexis", "people.skill", "0.5"))
    assert list(as_recorded(settings).items()) == [("enexis.people.skill", "0.5"), ("wl.profile", "link")]


# Whose mistake it is --------------------------------------------------------------------------------

CHOSEN = (Setting("wl", "profile", "link"),)


def test_a_mistake_at_the_key_is_one_of_the_setting() -> None:
    problem = Problem("scenario.toml", "parties[wl].profile", "a profile", "'link'")
    assert blamed(problem, CHOSEN, "scenario.toml").message == (
        "command line: --set wl.profile: expected a profile, found 'link'"
    )


@pytest.mark.parametrize("file", ["scenario.toml", "agreements/wl.toml"])
def test_an_error_elsewhere_says_the_settings(file: str) -> None:
    problem = Problem(file, "parties[wl].core_task", "C", "'B'")
    assert blamed(problem, CHOSEN, "scenario.toml").found == "'B' (with --set wl.profile=link)"


def test_what_has_nothing_to_do_with_settings_stays() -> None:
    of_the_line = Problem("command line", "--set", "x", "y")
    warning = Problem("scenario.toml", "facts[x]", "x", "y", Severity.WARNING)
    error = Problem("scenario.toml", "facts[x]", "x", "y")
    assert blamed(of_the_line, CHOSEN, "scenario.toml") == of_the_line
    assert blamed(warning, CHOSEN, "scenario.toml") == warning
    assert blamed(error, (), "scenario.toml") == error


# A whole scenario -----------------------------------------------------------------------------------


def test_a_scenario_is_read_as_it_was_changed(folders: Folders) -> None:
    folders.write("agreements/wl.koppel.toml", AGREEMENT.replace('"core"', '"link"'))
    folders.change('to = "wl"', 'to = "vr24"')

    scenario = load_scenario(folders.scenario, folders.profiles, ["wl.profile=link", "wl.people.skill=0.25"])

    assert scenario.parties["wl"].profile == "link"
    assert scenario.parties["wl"].people.skill == 0.25
    assert scenario.agreements["wl"].profile == "link"
    assert scenario.settings == {"wl.people.skill": "0.25", "wl.profile": "link"}
    unchanged = load_scenario(folders.scenario, folders.profiles)
    assert (unchanged.settings, unchanged.parties["wl"].profile) == ({}, "core")
    assert unchanged.inputs["scenario.toml"] == scenario.inputs["scenario.toml"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wl.people.skill=2", "--set wl.people.skill: expected a number <= 1.0, found 2"),
        ("wl.people.skill=good", "--set wl.people.skill: expected a number, found 'good'"),
        (
            "wl.profile=cor",
            "--set wl.profile: expected a file of profiles/ (did you mean 'core'?), found 'cor'",
        ),
        (
            "wl.people.source=Z",
            "--set wl.people.source: expected a letter of [sources], or 'exercise', found 'Z'",
        ),
        ("wl", "--set: expected PARTY.KEY=VALUE, found 'wl'"),
    ],
)
def test_a_setting_is_checked_as_the_file_is(folders: Folders, text: str, says: str) -> None:
    with pytest.raises(InputError) as raised:
        load_scenario(folders.scenario, folders.profiles, [text])
    assert str(raised.value) == f"command line: {says}"
    with pytest.raises(InputError) as raised:
        lint(folders.scenario, folders.profiles, [text])
    assert str(raised.value) == f"command line: {says}"


def test_lint_finds_what_a_setting_makes_wrong(folders: Folders) -> None:
    result = lint(folders.scenario, folders.profiles, ["wl.profile=standby"])

    (task,) = [problem for problem in result.errors if problem.key == "parties[wl].core_task"]
    assert task.found == "'B' (with --set wl.profile=standby)"


def test_a_setting_without_a_scenario_that_can_be_read(folders: Folders) -> None:
    folders.write("scenario.toml", "no = toml =")
    result = lint(folders.scenario, folders.profiles, ["wl.profile=link"])
    assert [problem.file for problem in result.errors] == ["scenario.toml"]
