"""What a report consists of, before it is a page, a PDF or a Word document: sections of blocks, in one language.

Page, PDF and Word are made from the same blocks, so that what one of them says the others say too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Literal, TypeAlias, TypeVar

from sim.core.model.text import Language

Tone: TypeAlias = Literal["plain", "quiet", "strong", "notice"]

_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below that of the section; ``level`` is 3 or 4."""

    text: str
    level: Literal[3, 4] = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``depth`` of each entry is 0 for the outermost."""

    entries: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: lines of text; ``strong`` where it stands out."""

    lines: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with heads.

    Attributes:
        caption: What it shows.
        heads: Head of each column.
        widths: Widths of the columns, as shares of the table.
        rows: Rows of cells; the first cell of each is its head.
        small: Whether its letters are small, because it holds much.
    """

    caption: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    small: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels, each with its value."""

    caption: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: SVG, what it says to who cannot see it, and its caption."""

    name: str
    svg: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Room:
    """Room to write in by hand, with what is to be written there."""

    label: str
    lines: int


Block: TypeAlias = Heading | Paragraph | Bullets | Grid | Facts | Picture | Room


@dataclass(frozen=True, slots=True)
class Section:
    """A section, which begins on a page of its own.

    Attributes:
        id: Name of its anchor.
        title: Its heading.
        blocks: What is in it.
        wide: Whether its pages lie on their side.
    """

    id: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language: the summary stands on the first page, the contents on the next."""

    language: Language
    title: str
    subtitle: str
    footer: str
    summary: Section
    sections: tuple[Section, ...]


def printable(value: _Shown) -> _Shown:
    """Return what is shown without control characters: a file may hold them, a document may not."""
    if isinstance(value, str):
        return type(value)("".join(letter for letter in value if letter.isprintable() or letter == "\n"))
    if isinstance(value, tuple):
        return type(value)(printable(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: printable(getattr(value, each.name)) for each in fields(value)})
    return value


def cells(*texts: str) -> tuple[Cell, ...]:
    """Return a row of plain cells of one line each."""
    return tuple(Cell((text,)) for text in texts)
