"""What a workbook has for who fills it in: lists to choose from, an explanation, an example."""

from __future__ import annotations

import io
from typing import Any, get_args

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from sim.core.model.cue import AnyCue
from sim.core.model.text import Language
from sim.files.scenario.loading import load_scenario
from sim.files.spreadsheet.book import book_of, template
from sim.files.spreadsheet.columns import COLUMNS, CUES, column_of, columns_of_cue, cue_of, heading
from sim.files.spreadsheet.ods import ods
from sim.files.spreadsheet.xlsx import xlsx
from sim.words import word
from tests.integration.command import BEEKDAL

LANGUAGES: tuple[Language, ...] = ("nl", "en")


def choices(book: Any, sheet: Any) -> dict[str, list[Any]]:
    """Return what can be chosen in each column of a sheet, by its heading."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        name, _, cells = rule.formula1.partition("!")
        listed = book[name.strip("'")][cells.replace("$", "")]
        column = str(rule.sqref).partition("2")[0]
        found[sheet[f"{column}1"].value] = [cell.value for (cell,) in listed]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_offers_what_the_scenario_has(language: Language) -> None:
    scenario = load_scenario(BEEKDAL)
    book = openpyxl.load_workbook(io.BytesIO(xlsx(book_of(scenario, language))))
    offered = choices(book, book.worksheets[0])
    assert offered[heading("to", language)] == list(scenario.parties)
    assert offered[heading("activity", language)] == list(scenario.activities)
    assert offered[heading("grip", language)] == [0, 1, 2, 3, 4, 5]
    assert [cue_of(each) for each in offered[heading("do", language)]] == list(CUES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explanation_has_every_column_and_everything_that_can_be_done(language: Language) -> None:
    for data in (xlsx(template(language)), ods(template(language))):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        assert book.sheet_names[0] == word("sheet-name-script", language)
        rows = book.get_sheet_by_name(word("sheet-name-explanation", language)).to_python()
        first = [str(row[0]) for row in rows]
        assert {heading(column, language) for column in COLUMNS} <= set(first)
        assert {word(f"cue-{tag}", language) for tag in CUES} <= set(first)


def test_each_heading_and_each_thing_to_do_is_one_thing_in_both_languages() -> None:
    for language in LANGUAGES:
        assert [column_of(heading(column, language)) for column in COLUMNS] == list(COLUMNS)
        assert [cue_of(word(f"cue-{tag}", language)) for tag in CUES] == list(CUES)
    assert [cue_of(tag) for tag in CUES] == list(CUES)


def test_every_cue_has_columns_for_all_its_fields() -> None:
    assert set(CUES.values()) == set(get_args(AnyCue))
    assert {column for tag in CUES for column in columns_of_cue(tag)} <= set(COLUMNS)
