"""People by role, in scenario and profile files."""

from __future__ import annotations

import pytest

from sim.core.model.staff import ATTENTION_MS, Post, Role, Spread
from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.files.lint import lint
from sim.files.scenario.loading import load_scenario
from tests.unit.files.folders import STAFF, Folders

BOARD = 'id = "wl"'
PROFILE = "partners/core.toml"


def staff(folders: Folders, *posts: str) -> None:
    """Give the water board these people."""
    folders.change(BOARD, f"{BOARD}\nstaff = [{', '.join(posts)}]")


def found(folders: Folders) -> tuple[list[str], list[str]]:
    result = lint(folders.scenario, folders.profiles)
    return [str(one) for one in result.errors], [str(one) for one in result.warnings]


def test_people_of_a_scenario_are_read_with_their_units(folders: Folders) -> None:
    staff(
        folders,
        '{ role = "head-of-information", on_duty = 1, on_call = 2, arrival = ["15m", "30m", "1h"], '
        'available = 0.9, hours = ["19:00", "07:30"], handling = ["90s", "5m"], attention = "45m", '
        'skill = 0.7, error = 0.1, slip = 0.2, loss = 0.3, source = "A, exercise" }',
        '{ role = "liaison", on_duty = 3 }',
    )
    assert load_scenario(folders.scenario, folders.profiles).parties["wl"].staff == (
        Post(
            Role.HEAD_OF_INFORMATION,
            on_duty=1,
            on_call=2,
            arrival=Spread(15 * MINUTE_MS, HOUR_MS, 30 * MINUTE_MS),
            available=0.9,
            hours=(19 * HOUR_MS, 7 * HOUR_MS + 30 * MINUTE_MS),
            handling=Spread(90_000, 5 * MINUTE_MS),
            attention_ms=45 * MINUTE_MS,
            skill=0.7,
            error=0.1,
            slip=0.2,
            loss=0.3,
            source="A, exercise",
        ),
        Post(Role.LIAISON, on_duty=3, attention_ms=ATTENTION_MS),
    )


def test_people_of_a_profile_are_read_with_their_units(folders: Folders) -> None:
    profile = load_scenario(folders.scenario, folders.profiles).profiles["core"]
    (post,) = profile.staff
    assert (post.role, post.on_duty, post.on_call) == (Role.INFORMATION_MANAGER, 2, 1)
    assert post.arrival == Spread(15 * MINUTE_MS, HOUR_MS, 30 * MINUTE_MS)
    assert (post.attention_ms, post.source) == (45 * MINUTE_MS, "test")
    assert profile.duties.alarm == (Role.ON_CALL_OFFICER, Role.INFORMATION_MANAGER)


@pytest.mark.parametrize(
    ("post", "key", "says"),
    [
        ('role = "chef"', "[0].role", "expected one of head-of-information, information-manager"),
        ('role = "liaison", on_duty = -1', "[0].on_duty", "expected a whole number >= 0, found -1"),
        ('role = "liaison", on_duty = 1000', "[0].on_duty", "expected a whole number <= 999, found 1000"),
        ('role = "liaison", on_cal = 1', "[0].on_cal", "expected the key 'on_call'"),
        ('role = "liaison", loss = 2', "[0].loss", "expected a number <= 1.0, found 2"),
        (
            'role = "liaison", on_call = 1',
            "[liaison].arrival",
            "expected how long those on call take to come",
        ),
        (
            'role = "liaison", handling = ["1m"]',
            "[liaison].handling",
            "expected the shortest and the longest duration, with the most likely one between them or not",
        ),
        (
            'role = "liaison", arrival = ["1m", "9m", "3m"]',
            "[liaison].arrival",
            "expected durations in order, the shortest first, found ['1m', '9m', '3m']",
        ),
        ('role = "liaison", arrival = ["1m", "soon"]', "[liaison].arrival[1]", "expected a duration such as"),
        ('role = "liaison", attention = "long"', "[liaison].attention", "expected a duration such as"),
        (
            'role = "liaison", hours = ["7:00", "19:00"]',
            "[liaison].hours[0]",
            "expected a clock hour such as",
        ),
        (
            'role = "liaison", hours = ["07:00", "24:00"]',
            "[liaison].hours[1]",
            "expected a clock hour such as",
        ),
        (
            'role = "liaison", hours = ["07:00", "07:00"]',
            "[liaison].hours",
            "expected two different clock hours",
        ),
        (
            'role = "liaison", source = "Z"',
            "[liaison].source",
            "expected a letter of [sources], or 'exercise'",
        ),
        (
            'role = "liaison" }, { role = "liaison"',
            "[liaison].role",
            "expected every role once, found 'liaison' again",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(folders: Folders, post: str, key: str, says: str) -> None:
    staff(folders, f"{{ {post} }}")
    errors, _ = found(folders)
    assert any(line.startswith(f"scenario.toml: parties[wl].staff{key}: {says}") for line in errors), errors


def test_every_mistake_is_named_at_once(folders: Folders) -> None:
    staff(folders, '{ role = "liaison", on_call = 1, hours = ["x", "y"], attention = "z" }')
    assert len(found(folders)[0]) == 4


def test_a_party_in_which_nobody_can_do_something_is_a_warning(folders: Folders) -> None:
    staff(folders, '{ role = "information-manager" }, { role = "decision-maker", on_duty = 1 }')
    errors, warnings = found(folders)
    assert errors == []
    said = "expected somebody for the duty 'direction' (information-manager), found nobody"
    assert f"scenario.toml: parties[wl].staff: {said}" in warnings
    assert not any("coordination" in line for line in warnings)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'alarm = ["on-call-officer", "information-manager"]\n',
            "",
            "duties.alarm: expected a value, found nothing",
        ),
        (
            'direction = ["information-manager"]',
            "direction = []",
            "duties.direction: expected the roles that do it, found none",
        ),
        (
            'direction = ["information-manager"]',
            'direction = ["plotter"]',
            "duties.direction: expected a role with somebody in [[staff]], found nobody in plotter",
        ),
        (
            'direction = ["information-manager"]',
            'direction = ["boss"]',
            "duties.direction[0]: expected one of head-of-information",
        ),
        ("[duties]\n", "[duties]\ncooking = []\n", "duties.cooking: expected one of the keys alarm"),
        (
            'attention = "45m"',
            'attention = "x"',
            "staff[information-manager].attention: expected a duration such as",
        ),
        (
            "on_duty = 2",
            "on_duty = 0.5",
            "staff[information-manager].on_duty: expected a whole number, found 0.5",
        ),
        (
            'source = "test"\n',
            'source = " "\n',
            "staff[information-manager].source: expected where the figures come from",
        ),
    ],
)
def test_a_mistake_in_a_profile_is_named(folders: Folders, old: str, new: str, says: str) -> None:
    text = (folders.profiles / PROFILE).read_text()
    assert old in STAFF
    folders.write_profile(PROFILE, text.replace(STAFF, STAFF.replace(old, new)))
    errors, _ = found(folders)
    assert any(line.startswith(f"profiles/{PROFILE}: {says}") for line in errors), errors


def test_staff_of_a_profile_that_is_no_list_is_named(folders: Folders) -> None:
    text = (folders.profiles / PROFILE).read_text()
    head, _, rest = text.partition(STAFF)
    folders.write_profile(PROFILE, f"staff = 3\n{head}{STAFF.partition('[[staff]]')[0]}{rest}")
    assert f"profiles/{PROFILE}: staff: expected a list of tables [[staff]], found 3" in found(folders)[0]


@pytest.mark.parametrize(
    ("numbers", "warned"), [("on_duty = 1", True), ('on_call = 1, arrival = ["15m", "1h"]', False)]
)
def test_nobody_who_is_seconded_is_on_duty_beforehand(folders: Folders, numbers: str, warned: bool) -> None:
    staff(folders, f'{{ role = "seconded-head", {numbers} }}')
    errors, warnings = found(folders)
    assert errors == []
    expected = (
        "scenario.toml: parties[wl].staff[seconded-head].on_duty: expected none: who is seconded comes once the "
        "region has decided so (Beleidskader par. 2.2.3), found 1"
    )
    assert (expected in warnings) is warned
