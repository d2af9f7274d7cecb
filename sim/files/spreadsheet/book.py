"""A workbook as it is to be written: the script, what explains it, and lists to choose from; the same for each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sim.core.model.text import Language
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.files.spreadsheet.columns import COLUMNS, CUES, about, columns_of_cue, heading, sheet_name
from sim.files.spreadsheet.rows import Row, row_of
from sim.words import word

CELL_CHARACTERS_MAX = 32_767
"""Characters that a cell of Excel can hold."""


@dataclass(frozen=True)
class Book:
    """A workbook.

    Attributes:
        language: Language of headings and words.
        rows: Rows of the script, by column.
        explanation: Rows of the explanation; the first cell of some is a heading.
        lists: What can be chosen in a column, by column.
        examples: How many rows at the beginning are examples.
        left_out: Words of what could not be written as it is.
    """

    language: Language
    rows: tuple[Row, ...]
    explanation: tuple[tuple[str, ...], ...]
    lists: Mapping[str, tuple[str, ...]]
    examples: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def headings(self) -> tuple[str, ...]:
        """Return the headings of the script."""
        return tuple(heading(column, self.language) for column in COLUMNS)

    @property
    def title(self) -> str:
        """Return the name of the sheet with the script."""
        return sheet_name("script", self.language)

    def cells(self, row: Row) -> tuple[str | int | datetime | None, ...]:
        """Return a row in the order of the columns."""
        return tuple(row.get(column) for column in COLUMNS)


def book_of(scenario: Scenario, language: Language) -> Book:
    """Return the script of a scenario."""
    injects: Sequence[Inject] = scenario.injects
    lists = {
        **_words(language),
        "to": tuple(scenario.parties),
        "activity": tuple(scenario.activities),
    }
    left_out: Counter[str] = Counter()
    rows = tuple(_writable(row_of(inject, scenario.start, language), left_out) for inject in injects)
    return Book(language, rows, _explanation(language), lists, left_out=left_out)


def template(language: Language) -> Book:
    """Return an empty script with one row as an example."""
    row: Row = {
        "id": example_id(language),
        "at": "T+01:30:00",
        "to": "vr24",
        "do": word("cue-alarm", language),
        "activity": "hoogwater",
        "parties": "wl",
        "title-nl": word("sheet-example-title-nl", language),
        "title-en": word("sheet-example-title-en", language),
        "text-nl": word("sheet-example-text-nl", language),
        "text-en": word("sheet-example-text-en", language),
        "source": "exercise",
    }
    return Book(language, (row,), _explanation(language), _words(language), examples=1)


def example_id(language: Language) -> str:
    """Return the id of the example in a template; a row with it is never taken over."""
    return word("sheet-example-id", language)


def _words(language: Language) -> dict[str, tuple[str, ...]]:
    return {
        "do": tuple(word(f"cue-{tag}", language) for tag in CUES),
        "grip": tuple(map(str, range(6))),
    }


def _explanation(language: Language) -> tuple[tuple[str, ...], ...]:
    lines: list[tuple[str, ...]] = [
        (word("sheet-intro", language, sheet=sheet_name("script", language)),),
        (word("sheet-example", language, id=example_id(language)),),
        (),
        (word("sheet-column", language), word("sheet-stands-there", language)),
    ]
    lines += [(heading(column, language), about(column, language)) for column in COLUMNS]
    lines += [(), (heading("do", language), word("sheet-uses", language))]
    for tag in CUES:
        uses = ", ".join(heading(column, language) for column in columns_of_cue(tag))
        lines.append((word(f"cue-{tag}", language), uses))
    return tuple(lines)


def _writable(row: Row, left_out: Counter[str]) -> Row:
    """Return a row that every kind of spreadsheet can hold, counting what had to be changed."""
    made: Row = {}
    for column, value in row.items():
        if isinstance(value, str):
            text = plain(value)
            left_out["unwritable"] += text != value
            left_out["cut-cell"] += len(text) > CELL_CHARACTERS_MAX
            made[column] = text[:CELL_CHARACTERS_MAX]
        else:
            made[column] = value
    return made


def plain(text: str) -> str:
    """Return text with a replacement character for each that XML, and so a spreadsheet, cannot hold.

    A carriage return is among them: reading XML makes a line feed of it.
    """
    return "".join(
        letter
        if letter in "\t\n" or (letter >= " " and not _is_outside(letter))
        else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def _is_outside(letter: str) -> bool:
    return "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"
