from __future__ import annotations

import pytest

from sim.files.lint import lint
from tests.unit.files.folders import Folders

FILE = "series/maas.csv"


def errors(folders: Folders) -> list[str]:
    return [str(problem) for problem in lint(folders.scenario, folders.profiles).errors]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: expected the columns time,value,source, found ''"),
        ("time;value;source\n", "line 1: expected the columns time,value,source, found 'time;value;source'"),
        (
            "time,value,source\nT+01:00,12,5,A\n",
            "line 2: expected 3 columns, decimals with a point, found 4: ",
        ),
        (
            "time,value,source\n\nT+01:00,x,A\n",
            "line 3.column value: expected a number such as 12.5, found 'x'",
        ),
        ("time,value,source\nT+01:00,nan,A\n", "line 2.column value: expected a number"),
        ("time,value,source\nT+01:00,1e999,A\n", "line 2.column value: expected a number"),
        ("time,value,source\nnoon,1,A\n", "line 2.column time: expected a time such as"),
        ("time,value,source\nT+30:00,1,A\n", "line 2.column time: expected a time up to the end"),
        ("time,value,source\nT+01:00,1,Q\n", "line 2.column source: expected a letter of [sources]"),
        ('time,value,source\n"T+01:00,1,A\n', "expected a CSV file, found a mistake"),
        (b"time,value,source\n\xff,1,A\n", "expected text in UTF-8, found another encoding, on line 2"),
    ],
)
def test_mistake(folders: Folders, text: str | bytes, expected: str) -> None:
    folders.write(FILE, text)

    found = errors(folders)

    assert any(line.startswith(f"{FILE}: {expected}") for line in found), found


def test_all_rows_are_checked(folders: Folders) -> None:
    folders.write(FILE, "time,value,source\nnoon,x,Q\nT+01:00,1,A\nlater,2,A\n")

    assert len(errors(folders)) == 4


def test_series_without_lines(folders: Folders) -> None:
    folders.write(FILE, "time,value,source\n")

    result = lint(folders.scenario, folders.profiles)

    assert result.errors == ()
    expected = f"{FILE}: expected lines with a time and a value, found none"
    assert expected in [str(problem) for problem in result.warnings]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("series/geul.csv", "expected a file, found none of this name"),
        ("../proef/series/maas.csv", "expected a path inside the scenario's folder"),
        ("/etc/passwd", "expected a path inside the scenario's folder"),
        ("series", "expected a file that can be read"),
        ("", "expected a path inside the scenario's folder"),
        ("a\\u0000b", "expected a file that can be read, found a name that is no path"),
    ],
)
def test_file_that_cannot_be_read(folders: Folders, file: str, expected: str) -> None:
    folders.change('file = "series/maas.csv"', f'file = "{file}"')

    assert any(expected in line for line in errors(folders)), errors(folders)


def test_too_large(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.files.scenario.series.ROWS_MAX", 2)

    assert errors(folders) == [f"{FILE}: expected at most 2 lines, found more"]


def test_subject_too_long_for_ids(folders: Folders) -> None:
    long = "m" * 63
    text = (folders.scenario / "scenario.toml").read_text(encoding="utf-8")
    folders.write("scenario.toml", text.replace('subject = "maas"', f'subject = "{long}"'))

    assert any("expected a subject short enough" in line for line in errors(folders))
