"""``observations.jsonl``: what is read, and one line with file and line number for what is wrong."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sim.core.assessment.judging.observations import Attachment
from sim.files.observations import Observed, load_observations
from sim.files.problems import InputError

ABOUT = Observed(
    start=datetime.fromisoformat("2021-07-14T12:00:00+02:00"),
    end_ms=7_200_000,
    criteria={"fetch": "partner", "leaks": "exercise"},
    partners=("wl", "enexis"),
)
GOOD: dict[str, Any] = {
    "role": "observer CoPI",
    "at": "T+01:00:00",
    "criterion": "fetch",
    "party": "wl",
    "text": "Saw it.",
}


def write(folder: Path, *lines: str | dict[str, Any]) -> Path:
    file = folder / "observations.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return file


def mistakes(file: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_observations(file, ABOUT)
    return [problem.message for problem in caught.value.errors]


def test_all_fields(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"photo")
    line = {**GOOD, "rating": "partly met", "name": "A. Jansen", "named": True, "attachment": "photo.jpg"}

    (found,) = load_observations(write(tmp_path, line), ABOUT)

    assert (found.role, found.name, found.at_ms) == ("observer CoPI", "A. Jansen", 3_600_000)
    assert (found.criterion, found.party, found.rating, found.text) == (
        "fetch",
        "wl",
        "partly met",
        "Saw it.",
    )
    assert found.attachment == Attachment("photo.jpg", sha256(b"photo").hexdigest())


def test_who_did_not_choose_to_be_named_is_known_by_role_only(tmp_path: Path) -> None:
    (found,) = load_observations(write(tmp_path, {**GOOD, "name": "A. Jansen"}), ABOUT)

    assert "Jansen" not in repr(found)


def test_they_come_in_order_of_time_and_empty_lines_do_not_count(tmp_path: Path) -> None:
    later, clock = {**GOOD, "at": "90m"}, {**GOOD, "at": "12:30"}
    whole = {key: value for key, value in GOOD.items() if key != "party"} | {
        "criterion": "leaks",
        "at": "T+00:00:00",
    }

    found = load_observations(write(tmp_path, "\ufeff", later, "", "  ", clock, whole), ABOUT)

    assert [each.at_ms for each in found] == [0, 1_800_000, 5_400_000]
    assert found[0].party == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "line 2: expected one JSON object, found a line that is none"),
        ("[1]", "line 2: expected object, found array"),
        ({**GOOD, "at": "soon"}, "line 2.at: expected a time such as T+01:30:00"),
        ({**GOOD, "at": "T+02:00:01"}, "line 2.at: expected a time in the exercise, T+00:00:00 to T+02:00:00"),
        ({**GOOD, "at": "11:00"}, "line 2.at: expected a time in the exercise"),
        ({**GOOD, "at": 5}, "line 2.at: expected str, found int"),
        ({**GOOD, "criterion": "fetsh"}, "line 2.criterion: expected the id of a criterion (did you mean 'fetch'?)"),
        ({**GOOD, "party": "gasunie"}, "line 2.party: expected a partner of this exercise: enexis, wl, found"),
        ({**GOOD, "criterion": "leaks"}, "line 2.party: expected none, as this criterion is about the exercise"),
        ({**GOOD, "rating": "good"}, "line 2.rating: expected one of met, partly met, not met, or no rating"),
        ({**GOOD, "text": " "}, "line 2.text: expected some words, found none"),
        ({**GOOD, "role": ""}, "line 2.role: expected some words, found none"),
        ({**GOOD, "named": True}, "line 2.name: expected a name, as named is true, found none"),
        ({**GOOD, "ratting": "met"}, "line 2.ratting: expected one of role, at, criterion"),
        ({key: value for key, value in GOOD.items() if key != "at"}, "line 2.at: expected a value, found none"),
        ({**GOOD, "attachment": "../secret"}, "line 2.attachment: expected a file beside the observations"),
        ({**GOOD, "attachment": "none.jpg"}, "line 2.attachment: expected a file beside the observations"),
        ({**GOOD, "attachment": "a\0b"}, "line 2.attachment: expected a file beside the observations"),
        ({**GOOD, "text": "x" * 70_000}, "line 2: expected at most 65536 bytes, found more"),
    ],
)  # fmt: skip
def test_a_bad_line_is_one_clear_line(tmp_path: Path, line: str | dict[str, Any], said: str) -> None:
    (tmp_path.parent / "secret").write_bytes(b"x")

    (told,) = mistakes(write(tmp_path, GOOD, line))

    assert told.startswith(f"observations.jsonl: {said}")
    assert "\n" not in told


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    told = mistakes(
        write(tmp_path, "x", GOOD, {**GOOD, "rating": "x", "text": ""}, {**GOOD, "text": "", "at": ""})
    )

    assert [each.partition(":")[2].split(":")[0].strip() for each in told] == [
        "line 1", "line 3.rating", "line 4.at", "line 4.text",
    ]  # fmt: skip


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "observations.jsonl"
    file.write_bytes(b'{"role": "\xff"}')

    (told,) = mistakes(file)

    assert told.startswith("observations.jsonl: line 1")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path / "observations.jsonl")

    assert told == "observations.jsonl: expected a file that can be read, found No such file or directory"


def test_control_characters_do_not_come_through(tmp_path: Path) -> None:
    (found,) = load_observations(write(tmp_path, {**GOOD, "text": "a\u0007b\nc"}), ABOUT)

    assert found.text == "a b c"
