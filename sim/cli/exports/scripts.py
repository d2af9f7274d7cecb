"""The injects of a scenario as files: a spreadsheet, or a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sim.cli.exports.task import Task, whole
from sim.core.model.text import Language
from sim.core.world.scenario import Scenario
from sim.files.scenario.loading import load_scenario
from sim.files.spreadsheet.book import Book, book_of
from sim.report.export.shown import Made

SCRIPTS: Final = ("xlsx", "ods", "csv", "ics")
"""Formats of the injects of a scenario."""


def script_files(name_or_path: str, formats: Sequence[str], language: Language) -> Iterator[Task]:
    """Yield the files of a scenario's injects.

    Raises:
        InputError: The scenario has mistakes.
    """
    scenario = load_scenario(name_or_path)
    for form in formats:
        name = f"{scenario.id}.injects.{language}.{form}"
        if form == "ics":
            yield _calendar(scenario, name, language)
        else:
            yield book_file(name, form, lambda: book_of(scenario, language))


def book_file(name: str, form: str, make: Callable[[], Book]) -> Task:
    """Return the task to write a workbook as ``xlsx``, ``ods`` or ``csv``."""

    def made() -> Made:
        book = make()
        return Made(_written(book, form), book.left_out)

    return whole(name, made)


def _written(book: Book, form: str) -> bytes:
    # What makes workbooks is loaded when one is made: other commands do not wait for it.
    if form == "xlsx":
        from sim.files.spreadsheet.xlsx import xlsx  # noqa: PLC0415

        return xlsx(book)
    if form == "ods":
        from sim.files.spreadsheet.ods import ods  # noqa: PLC0415

        return ods(book)
    from sim.files.spreadsheet.csv_file import csv_file  # noqa: PLC0415

    return csv_file(book)


def _calendar(scenario: Scenario, name: str, language: Language) -> Task:
    from sim.report.export.injects_calendar import calendar  # noqa: PLC0415

    parties = {party.id: party.name for party in scenario.parties.values()}
    return whole(
        name,
        lambda: Made(
            calendar(scenario.name, scenario.id, scenario.start, scenario.injects, parties, language)
        ),
    )
