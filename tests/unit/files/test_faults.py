"""Faults in files: what each needs, where it can enter, when, and from files beside the scenario."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.core.world.faults import After, FaultType, Hop, When
from sim.files.faults.catalogue import load_fault_catalogue, read_fault_catalogue
from sim.files.lint import lint
from sim.files.places import profiles_folder
from sim.files.problems import InputError, Problems
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import Folders

WORDS = 'title = { nl = "Fout", en = "Fault" }\nrecognise = { nl = "Kijk", en = "Look" }\n'


def added(folders: Folders, keys: str, *, name: str = "more.toml", party: str = "wl") -> Path:
    """Return a file with one fault about the dike."""
    path = folders.scenario.parent / name
    path.write_text(
        f'[[faults]]\nid = "f-more"\nsubject = "dike"\nparty = "{party}"\n{WORDS}{keys}\n', "utf-8"
    )
    return path


def errors(folders: Folders, keys: str, *, party: str = "wl") -> list[str]:
    path = added(folders, keys, party=party)
    found = lint(folders.scenario, folders.profiles, faults=[path])
    return [problem.message.replace(f"{path}: faults[f-more]", "F") for problem in found.errors]


VALUE = 'type = "wrong-value"\nvalues = [{ name = "holes", amount = 9, unit = "count" }]\n'
AT = 'at = "5h"\n'


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (VALUE, "F: expected one of the keys at, after and when, found none of them"),
        (
            VALUE + AT + 'after = { inject = "i-open" }',
            "F: expected one of the keys at, after and when, found at and after",
        ),
        (VALUE + "after = {}", "F.after: expected one of the keys inject, truth, fault, decision, event"),
        (VALUE + 'after = { inject = "i-opne" }', "F.after.inject: expected an inject of the scenario"),
        (
            VALUE + 'after = { truth = "t-x" }',
            "F.after.truth: expected a change of the truth of the scenario",
        ),
        (VALUE + 'after = { fault = "f-x" }', "F.after.fault: expected a fault of the scenario"),
        (
            VALUE + 'after = { decision = "i-open" }',
            "F.after.decision: expected an inject that asks a team to decide",
        ),
        (VALUE + 'after = { fault = "f-more" }', "F.after: expected a fault that does not wait for this one"),
        (VALUE + 'after = { inject = "i-open", delay = "x" }', "F.after.delay: expected a duration"),
        (
            VALUE + 'when = { activity = "hoogwater" }',
            "F.when: expected one of the keys engaged, grip, shared",
        ),
        (
            VALUE + 'when = { activity = "x", grip = 2 }',
            "F.when.activity: expected an activity of the scenario",
        ),
        (
            VALUE + 'when = { activity = "hoogwater", engaged = "x" }',
            "F.when.engaged: expected a party of the scenario",
        ),
        (
            VALUE + 'when = { activity = "hoogwater", shared = "x" }',
            "F.when.shared: expected the subject of one of [[facts]]",
        ),
        (
            VALUE + AT + 'hop = "retained"',
            "F.hop: expected one of observation, transcription, moderation, relay, outsider, compromised",
        ),
        (
            'type = "wrong-unit"\n' + AT,
            "F.unit: expected unit, because the fault is wrong-unit, found nothing",
        ),
        (
            'type = "wrong-datum"\ndatum = "local"\n' + AT,
            "F.datum: expected a subject with a figure that has a datum",
        ),
        (
            'type = "wrong-audience"\nsubject-x = 1\n' + AT,
            "F.subject-x: expected the key 'subject'",
        ),
        ('type = "wrong-time"\nshift = "0m"\n' + AT, "F.shift: expected a time that is not the same"),
        ('type = "wrong-time"\nshift = "-x"\n' + AT, "F.shift: expected a duration"),
        ('type = "unclear"\n' + AT, "F.text: expected text, because the fault is unclear, found nothing"),
        ('type = "echo"\necho_of = "wl"\n' + AT, "F.echo_of: expected another party than the fault's own"),
        ('type = "echo"\necho_of = "x"\n' + AT, "F.echo_of: expected a party of the scenario"),
        (
            'type = "misattributed"\nattributed_to = "wl"\n' + AT,
            "F.attributed_to: expected another party than the fault's own",
        ),
        (
            'type = "other-activity"\nactivity = "x"\n' + AT,
            "F.activity: expected an activity of the scenario",
        ),
        ('type = "garbled"\nhow = "swapped"\n' + AT, "F.how: expected one of truncated, encoding, type"),
        ('type = "late"\ndelay = "soon"\n' + AT, "F.delay: expected a duration"),
        ('type = "stale"\nas_of = "T+06:30"\n' + AT, "F.as_of: expected a moment before the fault"),
    ],
)
def test_what_is_wrong_with_a_fault_is_said_of_its_own_file(
    folders: Folders, keys: str, expected: str
) -> None:
    found = errors(folders, keys)
    assert [message for message in found if message.startswith(expected)], found


def test_a_label_can_only_be_lost_by_what_has_one_and_a_place_swapped_where_there_is_one(
    folders: Folders,
) -> None:
    secret = 'type = "wrong-audience"\n' + AT
    assert errors(folders, secret) == []  # the dike is for partners
    folders.change('sensitivity = "partners"\n', "")
    assert [
        message for message in errors(folders, secret) if "a subject that not everybody may have" in message
    ]
    swapped = 'type = "wrong-place"\nhow = "swapped"\n' + AT
    assert errors(folders, swapped) == []


@pytest.mark.parametrize(
    ("old", "new", "keys", "expected"),
    [
        (
            "",
            "",
            VALUE + 'at = "1h"',
            "F.at: expected a moment at which something is so of 'dike', found T+01:00:00, when",
        ),
        (
            "",
            "",
            'type = "stale"\nas_of = "1h"\n' + AT,
            "F.as_of: expected a moment at which something is so of 'dike', found T+01:00:00, when nothing is so",
        ),
        (
            'unit = "count" }',
            'unit = "" }',
            'type = "wrong-unit"\nunit = "cm"\n' + AT,
            "F.unit: expected a subject with a figure that has a unit",
        ),
        (
            'area = "dike"\nsensitivity',
            "sensitivity",
            'type = "wrong-place"\nhow = "swapped"\n' + AT,
            "F.how: expected a subject with a place",
        ),
    ],
    ids=["before-the-truth", "as-of-before-the-truth", "no-unit", "no-place"],
)
def test_a_fault_needs_something_that_it_can_make_wrong(
    folders: Folders, old: str, new: str, keys: str, expected: str
) -> None:
    if old:
        folders.change(old, new)
    found = errors(folders, keys)
    assert [message for message in found if message.startswith(expected)], found


def test_what_is_kept_back_must_come_to_be(folders: Folders) -> None:
    """A fault that waits for its subject finds nothing where the truth never has any of it."""
    for change, at in (("t-dike", "2021-07-12T12:00"), ("t-dike-later", "T+06:00")):
        head = f'id = "{change}"\nat = "{at}"\nsubject = '
        folders.change(f'{head}"dike"', f'{head}"maas"')
    found = errors(folders, 'type = "withheld"\n' + AT)
    expected = "F.subject: expected a subject of which something becomes so, found 'dike'"
    assert expected in found


def test_two_faults_that_wait_for_each_other_are_an_error(folders: Folders) -> None:
    one = added(folders, VALUE + 'after = { fault = "f-two" }')
    two = folders.scenario.parent / "two.toml"
    two.write_text(
        one.read_text("utf-8").replace("f-more", "f-x").replace("f-two", "f-more").replace("f-x", "f-two")
    )
    found = lint(folders.scenario, folders.profiles, faults=[one, two]).errors
    assert [problem.found for problem in found] == ["'f-two'", "'f-more'"]


def test_added_faults_are_part_of_the_scenario_and_their_file_of_its_inputs(folders: Folders) -> None:
    path = added(
        folders, VALUE + 'hop = "compromised"\nblind = true\nafter = { inject = "i-open", delay = "10m" }'
    )
    scenario = load_scenario(folders.scenario, folders.profiles, faults=[path])
    fault = scenario.faults[-1]
    assert (fault.id, fault.hop, fault.blind) == ("f-more", Hop.COMPROMISED, True)
    assert (fault.at_ms, fault.after) == (None, After("inject", "i-open", 600_000))
    without = load_scenario(folders.scenario, folders.profiles)
    assert set(scenario.inputs) - set(without.inputs) == {"faults/more.toml"}


def test_a_condition_is_read_as_it_stands(folders: Folders) -> None:
    path = added(folders, VALUE + 'when = { activity = "hoogwater", shared = "dike", delay = "5m" }')
    fault = load_scenario(folders.scenario, folders.profiles, faults=[path]).faults[-1]
    assert fault.when == When(kind="shared", activity="hoogwater", subject="dike", delay_ms=300_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "faults: expected at least one [[faults]] or [[outages]], found none"),
        ("[[fautls]]\nid = 1\n", "fautls: expected [[faults]] or [[outages]] (did you mean 'faults'?)"),
        ("x", "expected TOML"),
    ],
)
def test_a_file_that_holds_no_faults_is_an_error(folders: Folders, text: str, expected: str) -> None:
    path = folders.scenario.parent / "more.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(folders.scenario, folders.profiles, faults=[path])
    assert any(problem.message.startswith(str(path)) for problem in caught.value.problems)
    assert any(expected in problem.message for problem in caught.value.problems)


def test_a_file_that_is_not_there_and_one_given_twice_are_errors(folders: Folders) -> None:
    path = added(folders, VALUE + AT)
    for paths, expected in (([path, path], "a file with a name of its own"), (["none.toml"], "a file")):
        with pytest.raises(InputError) as caught:
            load_scenario(folders.scenario, folders.profiles, faults=paths)
        assert any(problem.expected == expected for problem in caught.value.problems)


# What can never show ----------------------------------------------------------------------------------


def warnings(folders: Folders, keys: str, *, party: str = "wl") -> list[str]:
    path = added(folders, keys, party=party)
    found = lint(folders.scenario, folders.profiles, faults=[path])
    assert not found.errors
    return [
        one.message.replace(f"{path}: faults[f-more]", "F") for one in found.warnings if str(path) in one.file
    ]


def test_a_fault_that_nobody_reads_is_a_warning(folders: Folders) -> None:
    found = warnings(
        folders, VALUE + AT, party="vr24"
    )  # the tab of the region is nobody's to read in this folder
    assert any("F.party: expected a party that reads" in one for one in found)


def test_a_fault_that_tells_what_is_so_is_a_warning(folders: Folders) -> None:
    same = VALUE.replace("amount = 9", "amount = 3") + AT
    assert any("F: expected something that is not so" in one for one in warnings(folders, same))


# The catalogue ----------------------------------------------------------------------------------------


def test_the_catalogue_and_the_code_know_the_same() -> None:
    catalogue = load_fault_catalogue()
    assert [entry.id for entry in catalogue.types] == list(FaultType)
    assert [entry.id for entry in catalogue.hops] == list(Hop)
    assert all(text.nl and text.en for entry in catalogue.types for text in (entry.name, entry.does))


@pytest.mark.parametrize("kind", list(FaultType))
def test_every_example_of_the_catalogue_can_be_added_to_the_exercise_that_it_is_for(
    kind: FaultType, tmp_path: Path
) -> None:
    path = tmp_path / "example.toml"
    path.write_text(load_fault_catalogue().type(kind).example, "utf-8")
    found = lint("limburg-hoogwater", faults=[path])
    assert found.errors == ()
    assert [one.message for one in found.warnings if str(path) in one.message] == []
    scenario = load_scenario("limburg-hoogwater", faults=[path])
    assert next(fault for fault in scenario.faults if fault.id == f"example-{kind}").type is kind


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('hops = ["observation", "outsider"', 'hops = ["outsider"', "expected what the code knows"),
        ('id = "echo"', 'id = "late"', "expected an entry for each of echo, found none"),
        ('answer = "refuted"', 'answer = "completed"', "rumour-as-observed].answer: expected what the code"),
        ('needs = ["unit"]', "needs = []", "wrong-unit].needs: expected what the code knows"),
        ('may = ["how"]\n', "", "wrong-place].may: expected what the code knows"),
        ('id = "echo"', 'id = "late"', "expected every id once, found one twice"),
    ],
)
def test_a_catalogue_that_says_otherwise_than_the_code_is_an_error(
    old: str, new: str, expected: str, tmp_path: Path
) -> None:
    text = (profiles_folder() / "faults.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "faults.toml").write_text(text.replace(old, new), "utf-8")
    problems = Problems()
    read_fault_catalogue(tmp_path, problems)
    assert any(expected in one.message for one in problems.errors), json.dumps(
        [str(one) for one in problems.errors]
    )


def test_only_who_takes_something_in_at_a_hop_can_take_it_in_wrongly(tmp_path: Path) -> None:
    path = tmp_path / "relay.toml"
    text = load_fault_catalogue().type(FaultType.WRONG_VALUE).example
    for hop, party in (("relay", "enexis"), ("moderation", "enexis")):
        path.write_text(f'{text}hop = "{hop}"\n', "utf-8")
        (problem,) = lint("limburg-hoogwater", faults=[path]).errors
        assert problem.expected == f"a party at whose hands a fault enters at {hop}"
        assert party in problem.found
