"""Two runs side by side for the pages: worked out in the process that judges, and told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from sim.core.assessment.judging.outcome import Finding, Reading
from sim.core.model.text import Language
from sim.core.model.time import format_offset, signed_duration
from sim.files.criteria import load_criteria
from sim.replay.comparison import Comparison, Differing, Judged, Learned, compare
from sim.replay.scene import scene_of
from sim.report.exercise.words import ReportWords
from sim.runlog.reader import RunLog

ROWS_MAX: Final = 200
"""Rows of a table on the page; `beeld compare --json` gives all."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table, each as many texts as the table has columns, and how many more there are."""

    rows: tuple[tuple[str, ...], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What differs between two runs, in words; all empty where nothing does.

    Attributes:
        set_up: What, the one, the other.
        totals: The same.
        judgment: Party, what, the one, the other.
        knowledge: Party, subject, the one, the other, how much later the other.
    """

    is_same: bool
    set_up: Rows
    totals: Rows
    judgment: Rows
    knowledge: Rows


@lru_cache(maxsize=4)
def beside(one: Path, other: Path, heads: tuple[str, ...], language: Language) -> Beside:  # noqa: ARG001 -- what it is kept by
    """Return what differs between the runs in two folders, both judged by the criteria that come with beeld.

    Raises:
        RunLogError: A log is bad.
    """
    log = RunLog(one)
    found = compare(log, RunLog(other), load_criteria(None))
    opening = scene_of([next(iter(log.records()))]).opening
    return in_words(found, ReportWords(opening, language))


def in_words(found: Comparison, words: ReportWords) -> Beside:
    """Return a comparison in words."""
    return Beside(
        is_same=found.is_same,
        set_up=_rows([_differing(row, words) for row in found.set_up]),
        totals=_rows([_differing(row, words) for row in found.totals]),
        judgment=_rows([_judged(row, words) for row in found.judgment_first]),
        knowledge=_rows([_learned(row, words) for row in found.knowledge_first]),
    )


def _rows(rows: Sequence[tuple[str, ...]]) -> Rows:
    return Rows(tuple(rows[:ROWS_MAX]), max(0, len(rows) - ROWS_MAX))


def _differing(row: Differing, words: ReportWords) -> tuple[str, ...]:
    said = (
        words.say("page-compare-nothing") if value is None else str(value) for value in (row.one, row.other)
    )
    return (row.what, *said)


def _judged(row: Judged, words: ReportWords) -> tuple[str, ...]:
    who = words.party(row.party) if row.party else words.say("page-compare-exercise")
    what = words.say("page-advice") if row.kind == "advice" else row.id
    return (who, what, _said(row.one, words), _said(row.other, words))


def _said(said: Finding | Reading | str | None, words: ReportWords) -> str:
    if said is None:
        return words.say("page-compare-nothing")
    if isinstance(said, str):
        return words.say(f"advice-{said.replace(' ', '-')}")
    if isinstance(said, Reading):
        return words.figure(said.measure)
    return f"{words.result(said.result)}: {words.figure(said.measure, said.norm)}"


def _learned(row: Learned, words: ReportWords) -> tuple[str, ...]:
    later = "" if row.later_ms is None else signed_duration(row.later_ms)
    when = (
        words.say("page-compare-never") if at_ms is None else format_offset(at_ms)
        for at_ms in (row.one_ms, row.other_ms)
    )
    return (words.party(row.party), row.subject, *when, later)
