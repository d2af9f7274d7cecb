"""Settings change a scenario for one run, and are checked as its file is."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec
import pytest

from sim.core.model.profile import Profile
from sim.core.model.staff import Duties, Post, Role, Spread
from sim.core.model.staffed import posts_of
from sim.core.model.text import Text
from sim.files.lint import lint
from sim.files.problems import InputError, Problem, Problems, Severity, Where
from sim.files.scenario import load_scenario
from sim.files.settings import (
    Setting,
    as_recorded,
    blamed,
    parse_settings,
    settable_keys,
    with_settings,
)
from sim.files.shapes import StaffEntry
from sim.files.staff import as_entry, read_staff
from tests.unit.files.folders import AGREEMENT, Folders

NOBODY = Text("", "")
PROFILE = Profile(
    id="link",
    kind="partner",
    name=NOBODY,
    characterisation=NOBODY,
    source="test",
    core_tasks=(),
    assessable=False,
    directs_own_picture=False,
    channel="outside",
    information_contact=NOBODY,
    coordination_contact=NOBODY,
    reports=NOBODY,
    behaviours=(),
    rights=(),
    duties=Duties((), (), (), (), (), ()),
    staff=(
        Post(
            Role.LIAISON,
            on_duty=1,
            on_call=2,
            arrival=Spread(1_000, 9_000, 2_500),
            available=0.5,
            hours=(25_200_000, 70_260_000),
            handling=Spread(1_000, 2_000),
            skill=0.75,
            slip=0.1,
            loss=0.05,
        ),
    ),
)


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
    assert colour.startswith(
        "command line: --set wl.colour: expected one of the keys profile, people.perception"
    )
    assert colour.endswith("found 'colour'")
    assert shape.startswith("command line: --set: expected PARTY.KEY=VALUE")
    assert twice == "command line: --set wl.profile: expected every key of a party once, found 'core' as well"


def test_a_key_that_is_nearly_right_is_hinted_at() -> None:
    problems = Problems()
    parse_settings(["wl.people.skil=1"], problems)
    assert "(did you mean 'people.skill'?)" in said(problems)[0]


def test_keys_with_one_value_and_those_with_durations_can_be_set() -> None:
    keys = settable_keys()
    assert {"profile", "people.skill", "people.error", "people.slip", "people.source"} <= set(keys)
    assert {"people.perception", "people.reaction", "liaison.handling", "liaison.arrival"} <= set(keys)
    assert "staff" not in keys


def test_durations_are_set_from_shortest_to_longest() -> None:
    after, problems = changed("enexis.people.reaction=8m - 25m")
    assert after["parties"][1]["people"]["reaction"] == ["8m", "25m"]
    assert said(problems) == []


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


# Roles ----------------------------------------------------------------------------------------------


def of_role(folders: Folders, *settings: str) -> Post:
    scenario = load_scenario(folders.scenario, folders.profiles, settings)
    role = Role.INFORMATION_MANAGER
    return posts_of(scenario.parties["wl"], scenario.profiles[scenario.parties["wl"].profile])[role]


def test_a_role_of_the_profile_is_changed_in_that_alone(folders: Folders) -> None:
    before, after = of_role(folders), of_role(folders, "wl.information-manager.skill=0.25")
    assert before.skill is None
    assert after == msgspec.structs.replace(before, skill=0.25, source="exercise")


def test_a_role_goes_by_what_the_field_calls_it_for_short(folders: Folders) -> None:
    scenario = load_scenario(folders.scenario, folders.profiles, ["wl.im.on_call=3"])
    assert scenario.settings == {"wl.information-manager.on_call": "3"}
    assert of_role(folders, "wl.im.on_call=3").on_call == 3


def test_a_role_that_the_party_names_itself_is_changed_where_it_stands() -> None:
    entries = [{"role": "liaison", "on_duty": 1}, {"role": "plotter", "on_duty": 1}]
    party = {**table()["parties"][0], "profile": PROFILE.id, "staff": entries}
    problems = Problems()
    settings = parse_settings(["wl.liaison.loss=0.5", "wl.plotter.source=A"], problems)

    after = with_settings({"parties": [party]}, settings, problems, {PROFILE.id: PROFILE})

    assert after["parties"][0]["staff"] == [{**entries[0], "loss": 0.5}, {**entries[1], "source": "A"}]
    assert entries[0] == {"role": "liaison", "on_duty": 1}
    assert said(problems) == []


def test_which_roles_there_are_hangs_on_the_profile_that_is_set() -> None:
    party = {**table()["parties"][0], "profile": "nobody's"}
    problems = Problems()
    settings = parse_settings(["wl.plotter.skill=1", f"wl.profile={PROFILE.id}"], problems)

    with_settings({"parties": [party]}, settings, problems, {PROFILE.id: PROFILE})

    assert said(problems) == [
        "command line: --set wl.plotter.skill: expected one of the roles of 'wl', liaison, found 'plotter'"
    ]


def test_a_whole_post_can_be_written_out_and_read_again() -> None:
    post = PROFILE.staff[0]
    entry = msgspec.convert(as_entry(post), StaffEntry)
    assert read_staff([entry], Where(Problems(), "x"), lambda _source, _where: None) == (post,)


@pytest.mark.parametrize("staff", ["many", 3])
def test_staff_with_mistakes_stays_as_it_is(staff: Any) -> None:
    broken = {"parties": [{"id": "wl", "profile": PROFILE.id, "staff": staff}]}
    problems = Problems()
    settings = parse_settings(["wl.liaison.skill=1"], problems)
    assert with_settings(broken, settings, problems, {PROFILE.id: PROFILE}) == broken


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
