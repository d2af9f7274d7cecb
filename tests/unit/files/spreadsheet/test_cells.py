"""What people and their spreadsheets put into cells, and what becomes of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from sim.core.model.time import HOUR_MS, MINUTE_MS
from sim.files.problems import Problems, Where
from sim.files.spreadsheet.cells import clock_time_in, exercise_time_in, names_in, text_in, whole_in
from sim.files.spreadsheet.grids import Cell


def naive(text: str) -> datetime:
    """Return a moment as a spreadsheet has it, which knows no zones."""
    return datetime.fromisoformat(text)


START = datetime.fromisoformat("2021-07-12T08:00:00+02:00")
DAY = 24 * HOUR_MS
LATER = DAY + 5 * HOUR_MS + 21 * MINUTE_MS
"""13:21 on the day after the start."""


@pytest.fixture
def where() -> Where:
    return Where(Problems(), "script.xlsx", "row 7, column B")


@pytest.mark.parametrize(
    ("cell", "at_ms"),
    [
        ("T+01:30", 90 * MINUTE_MS),
        ("T+26:00:00", 26 * HOUR_MS),
        ("T+1d02:00", 26 * HOUR_MS),
        ("1:30", 90 * MINUTE_MS),
        ("+01:30:30", 90 * MINUTE_MS + 30_000),
        ("90m", 90 * MINUTE_MS),
        ("2021-07-13T13:21", LATER),
        ("2021-07-13 13:21", LATER),
        ("13-7-2021 13:21", LATER),
        ("13-07-2021 9:05", DAY + 65 * MINUTE_MS),
        (time(1, 30), 90 * MINUTE_MS),
        (timedelta(hours=26, seconds=0.001), 26 * HOUR_MS),
        (naive("1900-01-01T02:00"), 2 * DAY + 2 * HOUR_MS),
        (naive("2021-07-13T13:21"), LATER),
        (datetime.fromisoformat("2021-07-13T11:21:00+00:00"), LATER),
    ],
)
def test_exercise_times(cell: Cell, at_ms: int, where: Where) -> None:
    assert exercise_time_in(cell, START, where) == at_ms
    assert not where.problems.found


@pytest.mark.parametrize(
    ("cell", "at_ms"),
    [
        (naive("2021-07-13T13:21"), LATER),
        ("2021-07-13 13:21:00", LATER),
        ("13-07-2021 13:21", LATER),
        ("09:30", 90 * MINUTE_MS),
        (time(9, 30), 90 * MINUTE_MS),
        (naive("2021-07-12T07:00"), -HOUR_MS),
    ],
)
def test_clock_times(cell: Cell, at_ms: int, where: Where) -> None:
    assert clock_time_in(cell, START, where) == at_ms


@pytest.mark.parametrize(
    "cell", [44390.5, 7, True, date(2021, 7, 13), "soon", "14/07/2021 13:21", "T+1:75", ""]
)
def test_what_is_no_time_is_said(cell: Cell, where: Where) -> None:
    assert exercise_time_in(cell, START, where) is None
    (problem,) = where.problems.found
    assert problem.message.startswith(
        "script.xlsx: row 7, column B: expected exercise time such as T+01:30:00"
    )


@pytest.mark.parametrize(
    ("cell", "text"), [("a b ", "a b "), (7.0, "7"), (7, "7"), (1.5, "1.5"), (-0.0, "0"), ("", "")]
)
def test_text(cell: Cell, text: str, where: Where) -> None:
    assert text_in(cell, where) == text


@pytest.mark.parametrize(
    "cell", [True, naive("2021-07-13T00:00"), date(2021, 7, 13), time(1), timedelta(hours=1)]
)
def test_what_a_spreadsheet_made_of_text_is_said(cell: Cell, where: Where) -> None:
    assert text_in(cell, where) is None
    (problem,) = where.problems.found
    assert "which the spreadsheet made of it" in problem.message


@pytest.mark.parametrize(("cell", "number"), [(4.0, 4), (4, 4), (" 4 ", 4), ("0", 0)])
def test_whole_numbers(cell: Cell, number: int, where: Where) -> None:
    assert whole_in(cell, where) == number


@pytest.mark.parametrize(
    "cell", [4.5, "four", True, "4.0", float("nan"), float("inf"), "9" * 5000, naive("2021-01-01T00:00")]
)
def test_what_is_no_whole_number_is_said(cell: Cell, where: Where) -> None:
    assert whole_in(cell, where) is None
    assert len(where.problems.found) == 1


def test_lists_of_names() -> None:
    assert names_in("a, b;c\nd ,, ") == ["a", "b", "c", "d"]
