"""Files that are no spreadsheets, or that would take all there is: one line, and no more than that."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.files.problems import Problems, Where
from sim.files.spreadsheet import grids
from sim.files.spreadsheet.book import template
from sim.files.spreadsheet.grids import Grid, read_csv, read_grids
from sim.files.spreadsheet.inside import CELLS_MAX
from sim.files.spreadsheet.ods import ods
from sim.files.spreadsheet.xlsx import xlsx


def told(path: Path) -> tuple[list[Grid] | None, list[str]]:
    problems = Problems()
    found = read_grids(path, Where(problems, path.name))
    return found, [problem.message for problem in problems.found]


def refused(path: Path) -> str:
    """Return the one line that says why a file is not read."""
    found, lines = told(path)
    assert found is None
    (line,) = lines
    return line


def changed(document: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a zipped document with something else in one part."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for each in before.infolist():
            data = before.read(each)
            if each.filename == part:
                assert old in data
                data = data.replace(old, new, 1)
            after.writestr(each.filename, data)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no more", b"<html>", b"a;b\n1;2\n"])
def test_what_is_no_spreadsheet(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert f"expected a spreadsheet ({name[2:]}), found a file that is none" in refused(path)


def test_a_zip_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("hello.txt", "hello")
    assert "expected a spreadsheet (xlsx)" in refused(path)
    assert "expected a file that can be read" in refused(tmp_path / "nowhere.xlsx")
    assert "expected a file that can be read" in refused(tmp_path / "a\0.xlsx")


def test_a_cell_in_the_last_corner_of_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(xlsx(template("nl")), SHEET, b'r="A2"', b'r="XFD1048576"'))
    assert f"at most {CELLS_MAX:,} cells up to the last that is filled" in refused(path)


def test_cells_of_ods_that_stand_for_millions(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    once = b"<table:table-cell office:value-type"
    many = b'<table:table-cell table:number-columns-repeated="900000000" office:value-type'
    path.write_bytes(changed(ods(template("nl")), "content.xml", once, many))
    assert "cells up to the last that is filled" in refused(path)


def test_empty_cells_of_ods_that_stand_for_millions_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    end = b"</table:table>"
    many = (
        b'<table:table-row table:number-rows-repeated="1048570">'
        b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    path.write_bytes(changed(ods(template("nl")), "content.xml", end, many))
    found, lines = told(path)
    assert found is not None
    assert lines == []


def test_a_zip_that_grows_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(template("nl")))
    monkeypatch.setattr(grids, "UNZIPPED_BYTES_MAX", 1000)
    assert "MiB unzipped, found more" in refused(path)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(grids.FILE_BYTES_MAX + 1)
    assert refused(path) == "a.csv: expected at most 16 MiB, found a larger file"
    monkeypatch.setattr(grids, "ROWS_MAX", 2)
    path.write_bytes(b"a\nb\nc\n")
    assert refused(path) == "a.csv: expected at most 2 rows, found more"


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET])
def test_entities_in_a_part_of_it(tmp_path: Path, part: str) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><'
    path = tmp_path / "a.xlsx"
    document = xlsx(template("nl"))
    with zipfile.ZipFile(io.BytesIO(document)) as parts:
        start = parts.read(part)
    at = start.index(b"<", 1) if start.startswith(b"<?xml") else 0
    path.write_bytes(changed(document, part, start[: at + 1], start[:at] + bomb))
    assert "a DOCTYPE, which can hold entities" in refused(path)


def test_a_formula_without_its_value_is_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["B3"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    found, _ = told(tmp_path / "a.xlsx")
    assert found is not None
    assert found[0].formulas == frozenset({(3, 2)})


@given(data=st.binary(max_size=400), at=st.integers(0, 4000))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_bytes_that_are_damaged_end_in_a_line_or_in_cells(
    tmp_path: Path, form: str, data: bytes, at: int
) -> None:
    document = bytearray(xlsx(template("nl")) if form == "xlsx" else ods(template("nl")))
    document[at : at + len(data)] = data
    path = tmp_path / f"a.{form}"
    path.write_bytes(document)
    found, lines = told(path)
    assert (found is None) == bool(lines)


# CSV -------------------------------------------------------------------------------------------------


def rows(data: bytes) -> tuple[list[list[str]] | None, list[str]]:
    problems = Problems()
    found = read_csv(data, Where(problems, "a.csv"))
    return found, [problem.message for problem in problems.found]


@pytest.mark.parametrize(
    "data",
    [
        "Wat;Aan\r\nopschalen;één\r\n".encode(),
        "\ufeffWat;Aan\r\nopschalen;één\r\n".encode(),
        "Wat;Aan\r\nopschalen;één\r\n".encode("cp1252"),
        "Wat;Aan\r\nopschalen;één\r\n".encode("utf-16"),
        "Wat,Aan\nopschalen,één\n".encode(),
        "Wat\tAan\nopschalen\téén".encode(),
    ],
)
def test_csv_as_spreadsheets_save_it(data: bytes) -> None:
    assert rows(data) == ([["Wat", "Aan"], ["opschalen", "één"]], [])


def test_csv_that_names_its_own_delimiter() -> None:
    assert rows(b"sep=;\nWat;Aan\nx;a,b\n") == ([[], ["Wat", "Aan"], ["x", "a,b"]], [])


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x81\x8d", "expected text in UTF-8 or Windows-1252, found another encoding"),
        (b'a,b\n"open', "a.csv: line 2: expected CSV, found a mistake"),
        (b"a,b\n" + b"x" * 200_000, "found a mistake: field larger than field limit"),
    ],
)
def test_csv_that_is_none(data: bytes, told: str) -> None:
    found, (line,) = rows(data)
    assert found is None
    assert told in line
