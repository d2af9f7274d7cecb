"""The script that somebody else filled in: what is taken from it, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sim.files.problems import Problems, Where
from sim.files.spreadsheet.grids import Cell, Grid
from sim.files.spreadsheet.script import Line, read_script

START = datetime.fromisoformat("2021-07-12T08:00:00+02:00")
UNSAVED = "a formula whose value was not saved"
HEAD: Sequence[Cell] = ("Oefentijd", "Aan", "Wat", "Activiteit", "Titel (Nederlands)", "Title (English)")


def read(
    *rows: Sequence[Cell],
    head: Sequence[Cell] = HEAD,
    formulas: frozenset[tuple[int, int]] = frozenset(),
    others: Sequence[Grid] = (),
) -> tuple[list[Line], list[str], list[str]]:
    """Return the lines of a script, and what was said of it: errors and notes."""
    problems = Problems()
    grid = Grid("Draaiboek", [head, *rows], formulas)
    lines = read_script([grid, *others], START, Where(problems, "s.xlsx"))
    told = [[problem.message for problem in each] for each in (problems.errors, problems.warnings)]
    return lines, told[0], told[1]


def test_headings_may_be_of_either_language_in_any_order_and_case() -> None:
    head = ("  TITLE (English)", "to", "Wat", "exercise  time", "Titel (nederlands)", "activiteit", "GRIP")
    ((line,), errors, notes) = read(
        ("Up", "vr24", "Opschalen of afschalen", "T+01:00", "Op", "a", 2.0), head=head
    )
    assert (errors, notes) == ([], [])
    assert line.entry["at"] == "T+01:00:00"
    assert line.entry["cue"] == {"do": "scale", "activity": "a", "grip": 2}
    assert line.entry["title"] == {"nl": "Op", "en": "Up"}
    assert line.entry["source"] == "exercise"


def test_what_to_do_may_be_said_in_the_words_of_files_or_of_either_language() -> None:
    rows = [("T+1:00", "vr24", word, "a", "x", "x") for word in ("meet", "overleg", "Meet", "tool valt uit")]
    lines, _, _ = read(*rows)
    assert [line.entry["cue"]["do"] for line in lines] == ["meet", "meet", "meet", "tool-down"]


def test_a_title_in_one_language_stands_for_both_and_that_is_said() -> None:
    ((line,), errors, notes) = read(("T+1:00", "vr24", "open", "a", "Alleen Nederlands", ""))
    assert line.entry["title"] == {"nl": "Alleen Nederlands", "en": "Alleen Nederlands"}
    assert errors == []
    assert notes == [
        (
            "s.xlsx: row 2, column F (Title (English)): expected the text in both languages, "
            "found nothing; 'Alleen Nederlands' stands for it"
        )
    ]


def test_what_has_no_column_is_said_cell_by_cell() -> None:
    head = (*HEAD, "Opmerking", "")
    rows = (
        ("T+1:00", "vr24", "open", "a", "x", "x", "bel Jan", ""),
        ("T+2:00", "vr24", "close", "a", "x", "x", "", 7.0),
    )
    lines, errors, _ = read(*rows, head=head)
    assert len(lines) == 2
    assert errors == [
        "s.xlsx: row 2, column G (Opmerking): expected a column of a script, found 'bel Jan'",
        "s.xlsx: row 3, column H: expected a heading that a script has above it, found 7",
    ]


def test_what_a_cue_has_no_use_for_is_said() -> None:
    head = (*HEAD, "GRIP", "Team")
    ((line,), errors, _) = read(("T+1:00", "vr24", "open", "a", "x", "x", 3.0, "rot"), head=head)
    assert line.entry["cue"] == {"do": "open", "activity": "a"}
    assert errors == [
        "s.xlsx: row 2, column H (Team): expected nothing, as 'open' has no use for it, found 'rot'",
        "s.xlsx: row 2, column G (GRIP): expected nothing, as 'open' has no use for it, found 3",
    ]


def test_titles_above_the_headings_and_other_sheets_are_said() -> None:
    problems = Problems()
    grid = Grid("Blad1", [("Draaiboek versie 3", ""), (), HEAD, ("T+1:00", "vr24", "open", "a", "x", "x")])
    ours = Grid("Uitleg", [("whatever",)])
    empty = Grid("Blad3", [("", " ")])
    other = Grid("Deelnemers", [("Jan", "Piet"), ("Klaas",)])
    lines = read_script([ours, other, empty, grid], START, Where(problems, "s.xlsx"))
    assert [line.number for line in lines] == [4]
    assert [problem.message for problem in problems.found] == [
        "s.xlsx: Deelnemers: expected one sheet with a script, found another sheet with 3 filled cells, not taken over",
        "s.xlsx: sheet Blad1, row 1, column A: expected nothing above the headings, found 'Draaiboek versie 3'",
    ]


def test_a_file_without_a_script_is_said() -> None:
    problems = Problems()
    assert read_script([Grid("x", [("a", "b"), ("Aan", "")])], START, Where(problems, "s.ods")) == []
    (problem,) = problems.found
    assert "expected a row with headings such as Oefentijd, Aan and Wat" in problem.message


def test_a_heading_that_stands_twice_counts_once() -> None:
    head = (*HEAD, "To")
    ((line,), errors, _) = read(("T+1:00", "vr24", "open", "a", "x", "x", "wl"), head=head)
    assert line.entry["to"] == "vr24"
    assert errors == [
        "s.xlsx: row 1, column G: expected each heading once, found 'To' again",
        "s.xlsx: row 2, column G (To): expected a column of a script, found 'wl'",
    ]


def test_times_that_differ_are_no_time() -> None:
    head = (*HEAD, "Clock time")
    same = ("T+1:00", "vr24", "open", "a", "x", "x", datetime.fromisoformat("2021-07-12T09:00"))
    other = ("T+1:00", "vr24", "open", "a", "x", "x", "2021-07-12 10:00")
    clock = ("", "vr24", "open", "a", "x", "x", "2021-07-12 10:00")
    neither = ("", "vr24", "open", "a", "x", "x", "")
    lines, errors, _ = read(same, other, clock, neither, head=head)
    assert [line.sound for line in lines] == [True, False, True, False]
    assert lines[2].entry["at"] == "T+02:00:00"
    assert errors == [
        (
            "s.xlsx: row 3, column G (Clock time): expected the same moment as in the other column "
            "(T+01:00:00), found '2021-07-12 10:00'"
        ),
        "s.xlsx: row 5, column A (Oefentijd): expected the time of the inject, found nothing",
    ]


def test_a_formula_whose_value_was_not_saved_is_said_and_not_taken_for_nothing() -> None:
    rows = (("T+1:00", "", "open", "a", "x", "x"),)
    ((line,), errors, _) = read(*rows, formulas=frozenset({(2, 2), (2, 9)}))
    assert not line.sound
    assert errors == [
        f"s.xlsx: row 2, column I: expected a heading that a script has above it, found {UNSAVED}",
        f"s.xlsx: row 2, column B (Aan): expected a value; open and save the file in a spreadsheet, found {UNSAVED}",
    ]


def test_the_example_of_a_template_is_passed_over() -> None:
    head = ("Id", *HEAD)
    rows = [(name, "T+1:00", "vr24", "open", "a", "x", "x") for name in ("voorbeeld", "Example ", "i-1")]
    lines, errors, notes = read(*rows, head=head)
    assert [line.entry["id"] for line in lines] == ["i-1"]
    assert errors == []
    assert [note.partition(": expected")[0] for note in notes] == ["s.xlsx: row 2", "s.xlsx: row 3"]


def test_names_in_a_cell_that_became_something_else_are_said() -> None:
    lines, errors, _ = read(
        ("T+1:00", timedelta(hours=1), "open", "a", "x", "x"), ("T+1:00", 24.0, "open", "a", "x", "x")
    )
    assert [line.sound for line in lines] == [False, True]
    assert lines[1].entry["to"] == "24"
    assert errors == [
        "s.xlsx: row 2, column B (Aan): expected text, found the duration 1:00:00, which the spreadsheet made of it"
    ]


def test_filters_stand_on_lines_and_names_between_commas() -> None:
    head = (*HEAD, "Waar", "Onderwerpen", "Partijen", "Team")
    looks = ("T+1:00", "vr24", "try-read", "", "x", "x", "a/#\n b,c/+ \n", "", "", "")
    decides = ("T+1:00", "vr24", "decide", "a", "x", "x", "", "p, q;r", "", "rot")
    lines, _, _ = read(looks, decides, head=head)
    assert lines[0].entry["cue"] == {"do": "try-read", "filters": ["a/#", "b,c/+"]}
    assert lines[1].entry["cue"]["subjects"] == ["p", "q", "r"]


def test_an_empty_row_is_nothing_and_a_time_before_the_start_is_no_row() -> None:
    lines, _, _ = read(("", " ", "", "", "", ""), (), ("2021-07-12T07:00", "vr24", "open", "a", "x", "x"))
    (line,) = lines
    assert (line.number, line.entry["at"]) == (4, "-T+01:00:00")
