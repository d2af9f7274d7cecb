"""Who knows what, at a moment, held against what was worked out of the whole log in another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache

import pytest

from sim.core.assessment.log.index import LogIndex
from sim.core.model.ids import PartyId, SubjectId
from sim.replay.evidence import evidence_of
from sim.replay.knowledge import State, knowledge
from sim.replay.scene import Scene, scene_of
from sim.report.exercise.words import ReportWords
from sim.runlog.reader import RunLog
from sim.web.views.matrix import LATE_MS, Cell, key_subjects, matrix_view
from tests.played import Played

SHARES = (3, 5, 6, 7, 8, 9)
"""Tenths of the exercise at which is looked."""
RIGHT = {"right", "late", "corrected"}


@pytest.fixture(scope="module")
def log(played: Played) -> RunLog:
    return RunLog(played("gaslek-keten").folder)


@cache
def index(log: RunLog) -> LogIndex:
    return evidence_of(log).log


def cells(scene: Scene) -> Mapping[tuple[PartyId, SubjectId], Cell]:
    """Return what the matrix of all subjects shows, by party and subject."""
    subjects = [fact.subject for fact in scene.truth()]
    view = matrix_view(scene, subjects, ReportWords(scene.opening, "en"))
    parties = [entry.id for entry in scene.opening.parties]
    return {
        (party, subject): cell
        for party, (_, row) in zip(parties, view.rows, strict=True)
        for (subject, _, _), cell in zip(view.subjects, row, strict=True)
    }


@pytest.mark.parametrize("tenths", SHARES)
def test_states_are_those_of_the_log_as_a_whole(log: RunLog, tenths: int) -> None:
    """Where a party perceives nothing itself, which the matrix leaves out."""
    whole = index(log)
    at_ms = whole.end_ms * tenths // 10
    shown = cells(scene_of(log.records(), at_ms))
    perceived = {(seen.content.party, seen.content.observation.fact.subject) for seen in whole.observed}
    compared = Counter[str]()
    for known in knowledge(whole, sorted({subject for _, subject in shown})):
        cell = shown[known.party, known.subject]
        if (known.party, known.subject) in perceived:
            continue
        state = next(spell.state for spell in known.spells if spell.from_ms <= at_ms < spell.to_ms)
        assert (cell.state in RIGHT) == (state is State.RIGHT), (known.party, known.subject, cell, state)
        assert (cell.state == "wrong") == (state is State.WRONG), (known.party, known.subject, cell, state)
        compared[cell.state] += 1
    assert compared["nothing"]
    assert compared["right"]


def test_wrong_behind_corrected_and_late_are_seen_in_the_course_of_an_exercise(log: RunLog) -> None:
    end_ms = index(log).end_ms
    seen: set[str] = set()
    for step in range(2, 40):
        seen |= {cell.state for cell in cells(scene_of(log.records(), end_ms * step // 40)).values()}
    assert seen >= {"nothing", "right", "behind", "wrong"}
    assert seen <= {"nothing", "right", "late", "behind", "wrong", "corrected"}


def test_late_is_what_was_right_only_long_after_it_became_so(log: RunLog) -> None:
    scene = scene_of(log.records())
    became_ms = {record.content.fact.subject: record.at_ms for record in scene.records("truth")}
    for (_, subject), cell in cells(scene).items():
        if cell.state in ("right", "late"):
            assert (cell.state == "late") == (cell.since_ms - became_ms[subject] > LATE_MS)


def test_key_subjects_are_what_faults_and_decisions_are_about(log: RunLog) -> None:
    scene = scene_of(log.records())
    key = key_subjects(scene)

    assert {record.content.subject for record in scene.faults} <= set(key)
    assert len(key) == len(set(key))
