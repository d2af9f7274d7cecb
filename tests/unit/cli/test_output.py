"""What strangers wrote is shown as it is, and steers nothing."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sim.cli.output import plain, table


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Peil 3,45 m", "Peil 3,45 m"),
        ("[bold]dik[/bold] [/x]", "[bold]dik[/bold] [/x]"),
        ("\x1b[31mrood\x00", "\N{REPLACEMENT CHARACTER}[31mrood\N{REPLACEMENT CHARACTER}"),
        ("\u202eom", "\N{REPLACEMENT CHARACTER}om"),
        ("niet\u00a0los", "niet\u00a0los"),
    ],
)
def test_words_are_shown_without_what_steers_the_terminal(words: str, shown: str) -> None:
    made = table("", "x")
    made.add_row(plain(words))
    screen = Console(file=io.StringIO(), width=80)
    screen.print(made)
    assert isinstance(screen.file, io.StringIO)
    assert shown in screen.file.getvalue()


def test_lines_stay_lines() -> None:
    assert plain("a\nb").plain == "a\nb"


def test_long_words_are_cut_off_where_that_is_asked_for() -> None:
    assert plain("x" * 10, 10).plain == "x" * 10
    assert plain("x" * 11, 10).plain == "x" * 9 + "…"
