"""What every command shares: options, languages, JSON on standard output, errors in one line."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.core.model.text import Language
from sim.core.model.time import clock_time, format_offset
from sim.words import language_of_locale, word


class ExitCode(IntEnum):
    """How a command ended."""

    YES = 0
    NO = 1
    BAD_INPUT = 2
    EXCHANGE_FAILED = 3
    OUR_MISTAKE = 70  # EX_SOFTWARE of sysexits.h


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Common:
    """Options that every command takes."""

    json: Annotated[bool, Parameter(negative="", help="Print one JSON document and nothing else.")] = False
    lang: Annotated[
        Literal["nl", "en"] | None, Parameter(help="Language of what people read; default: the locale's.")
    ] = None
    verbose: Annotated[
        bool, Parameter(name=["--verbose", "-v"], negative="", help="Show diagnostics on standard error.")
    ] = False

    @property
    def language(self) -> Language:
        """Return the language to speak."""
        return self.lang or language_of_locale()


Settings: TypeAlias = Annotated[
    list[str] | None,
    Parameter(name="--set", negative="", help="Change a party for this once: PARTY.KEY=VALUE; repeatable."),
]
"""Option of every command that reads a scenario (``sim/files/scenario/settings.py``)."""

Faults: TypeAlias = Annotated[
    list[Path] | None,
    Parameter(
        name="--fault",
        negative="",
        help="Add the faults and outages of this TOML file for this once; repeatable.",
    ),
]
"""Option of every command in which faults matter (``sim/files/faults/files.py``)."""


def console() -> Console:
    """Return the console for people, on standard output; wide enough for tables when it is no terminal."""
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160
    return Console(width=wide, highlight=False, soft_wrap=False)


def table(title: str, *columns: str, right: tuple[int, ...] = ()) -> Table:
    """Return an empty table in the house's style; ``right`` are the numbers of right-aligned columns."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number in right else "left", overflow="fold")
    return made


def plain(words: str, characters_max: int | None = None) -> Text:
    """Return words that anybody may have written, fit to be shown: no markup, nothing that steers a terminal."""
    if characters_max is not None and len(words) > characters_max:
        words = f"{words[: characters_max - 1]}…"
    return Text("".join(_shown(letter) for letter in words))


def _shown(letter: str) -> str:
    is_control = letter != "\n" and unicodedata.category(letter).startswith("C")
    return "\N{REPLACEMENT CHARACTER}" if is_control else letter


def print_table(made: Table, screen: Console, say: Speaker) -> None:
    """Print a table and an empty line; of an empty one only the title, and that there is nothing."""
    if made.row_count:
        screen.print(made)
    else:
        screen.print(made.title, style="bold")
        screen.print(say("none"))
    screen.print()


def print_json(document: Any) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n")


def print_error(message: str) -> None:
    """Print one clear line on standard error (or one for each mistake in a file)."""
    for line in message.splitlines():
        sys.stderr.write(f"beeld: {line}\n")


class Speaker:
    """Texts of the catalogue in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def moment(self, at_ms: int, start: datetime) -> str:
        """Return a moment as exercise time and clock time, e.g. ``T+41:21:00 · Wed 13:21``."""
        clock = clock_time(start, at_ms)
        return f"{format_offset(at_ms)} · {self(f'weekday-{clock.isoweekday()}')} {clock:%H:%M}"

    def __call__(self, key: str, **values: object) -> str:
        """Return the text ``key``, with its values filled in."""
        return word(key, self.language, **values)
