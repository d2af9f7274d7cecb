"""Tables of what was measured: for a terminal, and for docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from benchmarks.sample import Spread

HEADINGS: Final = ("what", "beeld", "yardstick", "ratio", "lowest to highest", "aim")


class Shown(Protocol):
    """A row of a table, with the headings of its columns."""

    headings: ClassVar[tuple[str, ...]]

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the row, in the order of the headings."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a ratio should be: at least, or at most, a figure."""

    figure: float
    at_most: bool = False

    def reached(self, ratio: float) -> bool:
        """Say whether a ratio is good enough, as far as two decimals tell."""
        shown = round(ratio, 2)
        return shown <= self.figure if self.at_most else shown >= self.figure

    def __str__(self) -> str:
        return f"{'at most' if self.at_most else 'at least'} {self.figure:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison.

    Attributes:
        what: What was measured.
        beeld: The median of its own figure, with unit.
        yardstick: The median of what it is held against, with unit.
        ratio: The ratios within the pairs.
        aim: What the ratio should be; None where nothing was aimed at.
    """

    headings: ClassVar[tuple[str, ...]] = HEADINGS

    what: str
    beeld: str
    yardstick: str
    ratio: Spread
    aim: Aim | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the row, in the order of the headings."""
        extent = f"{self.ratio.low:.2f} to {self.ratio.high:.2f}"
        return (self.what, self.beeld, self.yardstick, f"{self.ratio.middle:.2f}", extent, self._verdict())

    def _verdict(self) -> str:
        if self.aim is None:
            return ""
        return f"{self.aim}: {'reached' if self.aim.reached(self.ratio.middle) else 'not reached'}"


def for_terminal(rows: Sequence[Shown]) -> str:
    """Return a table with columns as wide as what stands in them."""
    headings = rows[0].headings
    lines = [headings, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def for_markdown(rows: Sequence[Shown]) -> str:
    """Return a table in Markdown."""
    headings = rows[0].headings
    lines = [headings, ("---",) * len(headings), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
