"""Every measure against a second, slow and obvious implementation, on random logs."""

from __future__ import annotations

import ast
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.figure import Figure, Unit
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PAPER_MEASURES, PARTY_MEASURES
from sim.core.records.record import Record
from tests.property.random_logs import random_logs, sampled_logs
from tests.property.random_steps import PARTIES
from tests.property.second.measures import OF_EXERCISES, OF_PAPERS, OF_PARTIES
from tests.property.second.reading import Found, Reading

NEVER_OPEN = {
    "held-age": "time that has gone by",
    "sitrep-lateness": "a report that did not come has no lateness; those are counted by sitreps-missing",
    "exposure-total": "what was held to the end of the run was held until then",
    "exposure-mean": "what was held to the end of the run was held until then",
}
"""Durations of which nothing is ever still to come, and why."""


def _agree(figure: Figure | None, expected: Found, what: str) -> None:
    assert (figure is None) == (expected is None), f"{what}: {figure}, expected {expected}"
    if figure is not None and expected is not None:
        value, pending, count = expected
        found = (figure.value, figure.pending, figure.count if count is not None else None)
        assert found == pytest.approx((value, pending, count)), what


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(random_logs())
def test_every_measure_finds_what_its_second_implementation_finds(records: list[Record]) -> None:
    evidence, log = gather(records), Reading(records)
    for name, measure in PARTY_MEASURES.items():
        for party in PARTIES:
            _agree(measure.find(evidence, party), OF_PARTIES[name](log, party), f"{name} of {party}")
    for name, exercise_measure in EXERCISE_MEASURES.items():
        _agree(exercise_measure.find(evidence), OF_EXERCISES[name](log), name)


def test_every_measure_has_a_second_implementation() -> None:
    assert OF_PARTIES.keys() == PARTY_MEASURES.keys()
    assert OF_EXERCISES.keys() == EXERCISE_MEASURES.keys()
    assert OF_PAPERS.keys() == PAPER_MEASURES.keys()


def test_the_second_implementations_know_nothing_of_the_first() -> None:
    """Nor of what the pictures of the product are made with: only what a log holds."""
    known = ("sim.core.messages.items", "sim.core.model", "sim.core.records", "sim.core.picture.observation")
    files = list((Path(__file__).parent / "second").glob("*.py"))
    imported = {
        node.module or ""
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    named = {module for module in imported if module.startswith("sim")}
    assert files
    assert {module for module in named if not module.startswith(known)} == set()


def test_random_logs_show_every_measure_something() -> None:
    """So that none agrees with its second implementation because neither ever finds anything."""
    values: dict[str, Counter[object]] = {}
    pending: Counter[str] = Counter()

    for records in sampled_logs(300):
        evidence = gather(records)
        figures = chain(
            (
                (name, measure.find(evidence, party))
                for name, measure in PARTY_MEASURES.items()
                for party in PARTIES
            ),
            ((f"exercise {name}", measure.find(evidence)) for name, measure in EXERCISE_MEASURES.items()),
        )
        for name, figure in figures:
            if figure is not None:
                values.setdefault(name, Counter())[figure.value] += 1
                pending[name] += figure.pending is not None
    every = [*PARTY_MEASURES, *(f"exercise {name}" for name in EXERCISE_MEASURES)]
    assert {name: len(values.get(name, ())) for name in every if len(values.get(name, ())) < 2} == {}
    durations = {name for name, measure in PARTY_MEASURES.items() if measure.unit is Unit.MS}
    durations |= {f"exercise {name}" for name, one in EXERCISE_MEASURES.items() if one.unit is Unit.MS}
    never = {name for name in durations if not pending[name]}
    assert {name.removeprefix("exercise ") for name in never} == set(NEVER_OPEN)
