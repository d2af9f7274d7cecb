"""What the README shows of the demo: some rows of each table, and how many were left out."""

from __future__ import annotations

import pytest

from benchmarks.demo_page import PAGE, TABLES, drawing_of, excerpt

HEADS = {
    "Who wrote and read what": "id  Party",
    "Denied by the broker": "When  Party",
    "Faulty information": "When  Fault",
    "Advice on each partner": "Party  Profile",
}


def printed(*, without: str = "") -> str:
    """Return what a run could print: of each table the rows that are kept, one more, and a line that goes on."""
    lines = ["An exercise", ""]
    for table in TABLES:
        end = "  certified" if table.of == "partners" else "  x"
        rows = [f"{name}{end}" for name in table.kept if name != without]
        rest = {"parties": "zzz", "partners": "Zzz  certified"}.get(table.of, "T+99:99 zzz")
        lines += [table.title, HEADS[table.title], rows[0], "     goes on", *rows[1:], rest]
        lines += ["Of each part: some", ""] if table.below else [""]
    return "\n".join([*lines, "Run: runs/x   Digest: 0123456789abcdef"])


def test_the_rows_that_are_named_are_kept_with_all_their_lines() -> None:
    shown = excerpt(printed()).splitlines()

    assert shown.count("     goes on") == len(TABLES)
    assert [line for line in shown if "zzz" in line or "Zzz" in line] == []
    assert [line for line in shown if line.startswith("[...")] == [f"[... 1 more {one.of}]" for one in TABLES]
    assert "Of each part: some" in shown
    assert shown[-1] == "Run: runs/x   Digest: 0123456789ab..."


def test_a_row_that_is_gone_is_no_quiet_loss() -> None:
    with pytest.raises(ValueError, match="expected rows that begin with"):
        excerpt(printed(without="T+49:50"))


def test_the_page_shows_what_is_kept() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for table in TABLES for name in table.kept if f"\n{name}" not in page] == []


def test_the_drawing_is_of_the_text() -> None:
    assert "seed&#160;7" in drawing_of("seed 7")
