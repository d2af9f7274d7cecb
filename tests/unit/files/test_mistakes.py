"""Each mistake in ``scenario.toml`` is named with its key, what was expected and what was found."""

from __future__ import annotations

import pytest

from sim.files.lint import lint
from tests.unit.files.folders import Folders
from tests.unit.files.mistakes_in_meaning import MEANING
from tests.unit.files.mistakes_in_wording import WORDING


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


def warnings(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).warnings]


MISTAKES = {**WORDING, **MEANING}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_an_error(folders: Folders, name: str) -> None:
    mistake = MISTAKES[name]
    folders.change(mistake.old, mistake.new)

    found = errors(folders)

    assert mistake.is_in(found), found


def test_a_misspelt_required_key_is_one_mistake(folders: Folders) -> None:
    folders.change('profile = "core"', 'proflie = "core"')

    assert len([line for line in errors(folders) if "parties[wl]" in line]) == 1


def test_a_party_with_errors_is_still_known_to_others(folders: Folders) -> None:
    folders.change("skill = 0.9", "skill = 9")

    assert errors(folders) == ["scenario.toml: parties[wl].people.skill: expected a number <= 1.0, found 9"]


def test_lon_and_lat_swapped_is_a_warning(folders: Folders) -> None:
    folders.change("place = [5.7, 50.85]", "place = [50.85, 5.7]")

    assert errors(folders) == []
    expected = "scenario.toml: facts[maas].place: expected lon before lat, found [50.85, 5.7]"
    assert any(line.startswith(expected) for line in warnings(folders))


def test_twenty_mistakes_at_once(folders: Folders) -> None:
    names = [
        "typo in a key",
        "id of another folder",
        "unknown party in an activity",
        "unknown party alarmed",
        "unknown party attached through",
        "unknown party of a fault",
        "unknown activity",
        "unknown subject of a decision",
        "unknown theme",
        "unknown area",
        "unknown cue",
        "invite without grants",
        "support for who has the tool",
        "time before the start",
        "time after the end",
        "longest before shortest",
        "unknown source",
        "no topic filter",
        "missing key",
        "unknown owner in a place",
        "one language",
        "stale without moment",
    ]
    # The agreements bring mistakes of their own; see test_agreements.
    folders.write("agreements/wl.toml", "partner = = 'wl'")
    for name in names:
        folders.change(MISTAKES[name].old, MISTAKES[name].new)

    found = errors(folders)

    for name in names:
        assert MISTAKES[name].is_in(found), (name, found)
    assert any(line.startswith("agreements/wl.toml: line 1, column 11: expected TOML") for line in found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id = ", "end of document: expected TOML, found a mistake: invalid value"),
        ("id = 'x'\nid = 'y'\n", "line 2, column 9: expected TOML, found a mistake: cannot overwrite"),
        ("[[parties", "expected TOML"),
        (b"\xff\xfe", "expected text in UTF-8, found another encoding, on line 1"),
        ("x = " + "[" * 5000, "expected TOML, found lists or tables nested too deeply"),
        ("x = " + "9" * 5000, "expected TOML, found a mistake: a number that is too large"),
        ("", "id: expected a value, found nothing"),
        ("parties = 3", "parties: expected a list, found 3"),
        ("parties = [3]", "parties[0]: expected a table, found 3"),
    ],
)
def test_a_file_that_is_no_scenario(folders: Folders, text: str | bytes, expected: str) -> None:
    folders.write("scenario.toml", text)

    assert any(expected in line for line in errors(folders)), errors(folders)


def test_agreements_are_read_although_the_scenario_is_no_toml(folders: Folders) -> None:
    folders.write("scenario.toml", "=")
    folders.write("agreements/wl.toml", "=")

    assert [line.split(":")[0] for line in errors(folders)] == ["scenario.toml", "agreements/wl.toml"]


def test_a_folder_without_a_scenario(folders: Folders) -> None:
    (folders.scenario / "scenario.toml").unlink()

    assert errors(folders) == ["scenario.toml: expected a file, found none of this name"]


def test_words_of_the_file_cannot_break_the_line_or_steer_a_terminal(folders: Folders) -> None:
    folders.change('profile = "core"', 'profile = "c\\u001b[31more\\n"')

    assert all(line.isprintable() for line in errors(folders))
    assert any(r"found 'c\x1b[31more\n'" in line for line in errors(folders))


def test_activity_twice(folders: Folders) -> None:
    text = (folders.scenario / "scenario.toml").read_text(encoding="utf-8")
    activity = text[text.index("[[activities]]") : text.index("[[facts]]")]
    folders.change("[[facts]]", f"{activity}[[facts]]")

    assert errors(folders) == [
        "scenario.toml: activities[hoogwater].id: expected an id of its own, found 'hoogwater' twice"
    ]


def test_nobody_takes_part(folders: Folders) -> None:
    folders.write("scenario.toml", "parties = []")

    assert "scenario.toml: parties: expected at least one [[parties]], found none" in errors(folders)


def test_end_beyond_the_calendar(folders: Folders) -> None:
    folders.change("2021-07-12T08:00:00+02:00", "9999-12-31T08:00:00+02:00")

    assert "scenario.toml: end: expected an end before the year 10000, found 'T+1d00:00:00'" in errors(
        folders
    )


def test_file_beyond_the_limit(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.files.folder.FILE_BYTES_MAX", 1024 * 1024)
    folders.write("scenario.toml", b"#" * (1024 * 1024 + 1))

    assert errors(folders) == ["scenario.toml: expected at most 1 MiB, found a larger file"]
