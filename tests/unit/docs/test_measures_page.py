"""The page on measures names every measure, and tells rightly which of them are judged."""

from __future__ import annotations

import re
from pathlib import Path

from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PAPER_MEASURES, PARTY_MEASURES
from sim.files.criteria import load_criteria

PAGE = Path(__file__).parents[3] / "docs" / "measures.md"


def _columns() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def _names(cells: list[str], pattern: str) -> set[str]:
    return {name for cell in cells for name in re.findall(pattern, cell)}


def test_every_measure_is_named_where_it_belongs() -> None:
    rows = _columns()
    assert _names([row[1] for row in rows], r"`([a-z0-9-]+)`") == set(PARTY_MEASURES)
    assert _names([row[2] for row in rows], r"`([a-z0-9-]+)`") == set(EXERCISE_MEASURES)
    assert set(PAPER_MEASURES) <= _names([PAGE.read_text(encoding="utf-8")], r"`([a-z0-9-]+)`")


def test_what_no_criterion_judges_is_in_italics() -> None:
    rows, judged = _columns(), {(one.scope, one.measure) for one in load_criteria()}
    parties = {name for name in PARTY_MEASURES if ("partner", name) not in judged}
    exercises = {name for name in EXERCISE_MEASURES if ("exercise", name) not in judged}
    assert _names([row[1] for row in rows], r"\*`([a-z0-9-]+)`\*") == parties
    assert _names([row[2] for row in rows], r"\*`([a-z0-9-]+)`\*") == exercises
