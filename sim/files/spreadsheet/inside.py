"""Looks into a zipped workbook before it is read: how many cells it would become, and formulas without a value.

A reader of spreadsheets makes a table of all cells up to the last, however few there are; one cell in the last corner
of a sheet would take all memory there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from zipfile import ZipFile

from sim.files.problems import Where
from sim.files.xml_reading import scan_xml

CELLS_MAX: Final = 2_000_000
"""Cells of a sheet from the first to the last, empty ones too."""

_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@dataclass(frozen=True)
class Inside:
    """What was seen: by sheet, the cells (row and column from 1) with a formula that has no saved value."""

    formulas: Mapping[str, frozenset[tuple[int, int]]] = field(default_factory=dict)


def look_inside(parts: ZipFile, suffix: str, where: Where) -> Inside | None:
    """Return what can be seen in a workbook; None after a problem has been reported.

    Raises:
        ValueError: A part is not there that each workbook has.
    """
    names = set(parts.namelist())
    wanted = "content.xml" if suffix == ".ods" else "xl/workbook.xml"
    if wanted not in names:
        raise ValueError(f"expected {wanted}, found none")
    if suffix == ".ods":
        return Inside() if _is_small_ods(parts, where) else None
    formulas: dict[str, frozenset[tuple[int, int]]] = {}
    sheets = _sheets(parts, where)
    if sheets is None:
        return None
    for title, part in sheets.items():
        if part in names:
            seen = _Cells()
            if not scan_xml(parts.read(part), where.at(title), seen.start, seen.end, seen.text):
                return None
            if seen.last_row * seen.last_column > CELLS_MAX:
                _too_large(where.at(title))
                return None
            formulas[title] = frozenset(seen.formulas)
    return Inside(formulas)


def _sheets(parts: ZipFile, where: Where) -> dict[str, str] | None:
    """Return the part of each sheet of an XLSX file, by name; None after a problem has been reported."""
    named: dict[str, str] = {}
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: Mapping[str, str]) -> None:
        if name == f"{_SHEET}sheet":
            named[attributes.get("name", "")] = attributes.get(f"{_RELATED}id", "")

    def relation(_: str, attributes: Mapping[str, str]) -> None:
        if "Id" in attributes:
            targets[attributes["Id"]] = attributes.get("Target", "")

    if not scan_xml(parts.read("xl/workbook.xml"), where, sheet, _nothing, _nothing):
        return None
    relations = "xl/_rels/workbook.xml.rels"
    if relations in parts.namelist() and not scan_xml(
        parts.read(relations), where, relation, _nothing, _nothing
    ):
        return None
    return {title: _part(targets.get(key, "")) for title, key in named.items()}


def _part(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


class _Cells:
    """Follows the cells of a sheet: the last row and column, and formulas without a value."""

    def __init__(self) -> None:
        self.last_row = 0
        self.last_column = 0
        self.formulas: list[tuple[int, int]] = []
        self._at = (0, 0)
        self._has_formula = self._has_value = self._in_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of an element."""
        if name == f"{_SHEET}c":
            match = _CELL.match(attributes.get("r", ""))
            # Without a reference a cell follows the one before it.
            row, column = (int(match[2]), _number(match[1])) if match else (self._at[0], self._at[1] + 1)
            self._at = (row, column)
            self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
            self._has_formula = self._has_value = False
        elif name == f"{_SHEET}row" and attributes.get("r", "").isdecimal():
            self._at = (int(attributes["r"]), 0)
            self.last_row = max(self.last_row, self._at[0])
        elif name == f"{_SHEET}f":
            self._has_formula = True
        self._in_value = name == f"{_SHEET}v"

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name == f"{_SHEET}c" and self._has_formula and not self._has_value:
            self.formulas.append(self._at)
        self._in_value = False

    def text(self, text: str) -> None:
        """Take in text: a value is one when something stands in it."""
        self._has_value = self._has_value or (self._in_value and bool(text))


def _number(letters: str) -> int:
    """Return the number of a column from its letters: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_small_ods(parts: ZipFile, where: Where) -> bool:
    seen = _Repeats()
    if not scan_xml(parts.read("content.xml"), where, seen.start, seen.end, _nothing):
        return False
    if seen.cells > CELLS_MAX:
        _too_large(where)
        return False
    return True


class _Repeats:
    """Counts the cells of an ODS file up to the last that holds something: one may stand for a million."""

    def __init__(self) -> None:
        self.cells = 0
        self._rows = self._width = self._filled = 0
        self._above = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of an element."""
        if name == f"{_TABLE}table":
            self._above = 0
        elif name == f"{_TABLE}table-row":
            self._rows = _times(attributes, f"{_TABLE}number-rows-repeated")
            self._width = self._filled = 0
        elif name in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._width += _times(attributes, f"{_TABLE}number-columns-repeated")
            if f"{_OFFICE}value-type" in attributes or f"{_TABLE}formula" in attributes:
                self._filled = self._width
        elif self._width:
            self._filled = self._width  # something stands in the cell

    def end(self, name: str) -> None:
        """Take in the end of an element."""
        if name == f"{_TABLE}table-row":
            self._above += self._rows
            if self._filled:
                # A table of all rows so far, as wide as this one.
                self.cells = max(self.cells, self._above * self._filled)


def _times(attributes: Mapping[str, str], key: str) -> int:
    text = attributes.get(key, "1")
    return int(text) if text.isdecimal() and len(text) < 10 else CELLS_MAX + 1


def _too_large(where: Where) -> None:
    where.error(f"a sheet of at most {CELLS_MAX:,} cells up to the last that is filled", "a larger one")


def _nothing(*_: object) -> None:
    """Pass over what does not matter."""
