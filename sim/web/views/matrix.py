"""Who knows what: parties against subjects, from unknown to known, behind, wrong, corrected and too late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ItemId, PartyId, SubjectId
from sim.core.model.time import HOUR_MS
from sim.core.picture.observation import Fact
from sim.core.picture.quality import mismatches
from sim.replay.knowledge import State, held_of
from sim.replay.scene import Scene, Telling
from sim.report.exercise.words import ReportWords

LATE_MS: Final = HOUR_MS
"""From when something became so (ms): who has it right only later than this has it too late (exercise)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a party holds about a subject.

    Attributes:
        state: ``nothing``, ``right``, ``behind``, ``wrong``, or of what is right ``corrected`` or ``late``.
        told: What it goes by, in short.
        since: Since when, in words.
        since_ms: The same (ms); -1 for nothing.
    """

    state: str
    told: str
    since: str
    since_ms: int


_NOTHING: Final = Cell("nothing", "", "", -1)


@dataclass(frozen=True, slots=True)
class MatrixView:
    """The matrix: subjects with a name and what is so, and a row for each party that holds anything."""

    subjects: tuple[tuple[SubjectId, str, str], ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def matrix_view(scene: Scene, subjects: Sequence[SubjectId], words: ReportWords) -> MatrixView:
    """Return who knows what of some subjects at a moment, as far as they told it or were told."""
    truth = {fact.subject: fact for fact in scene.truth()}
    became_ms = {record.content.fact.subject: record.at_ms for record in scene.records("truth")}
    shown = [subject for subject in subjects if subject in truth]
    histories: dict[ItemId, tuple[Telling, ...]] = {}
    rows = []
    for entry in scene.opening.parties:
        held: defaultdict[SubjectId, list[Item]] = defaultdict(list)
        for _, item in sorted(scene.picture_of(entry.id).items()):
            if item.subject in truth:
                held[item.subject].append(item)
        cells = []
        for subject in shown:
            state, told, _ = held_of(held[subject], None, truth[subject], scene.at_ms)
            if not isinstance(told, Item):
                cells.append(_NOTHING)
                continue
            if told.id not in histories:
                histories[told.id] = scene.history(told.id)
            since_ms = _since_ms(told, state, histories[told.id], entry.id, truth[subject])
            cells.append(_cell(told, state, since_ms, truth[subject], became_ms[subject], words))
        rows.append((words.text(entry.name), tuple(cells)))
    named = tuple((one, words.text(truth[one].title), words.held(truth[one], None)) for one in shown)
    return MatrixView(named, tuple(rows))


def key_subjects(scene: Scene) -> tuple[SubjectId, ...]:
    """Return the subjects on which faults and decisions turn so far, in order of time, each once."""
    found = [(record.seq, record.content.subject) for record in scene.faults]
    subjects = _subjects_of_items(scene)
    for record in scene.decisions:
        found += [
            (record.seq, subjects[ref.item])
            for ref in record.content.event.data.rests_on
            if ref.item in subjects
        ]
    return tuple(dict.fromkeys(subject for _, subject in sorted(found)))


def _subjects_of_items(scene: Scene) -> Mapping[str, SubjectId]:
    return {item.id: item.subject for item in scene.shared_picture(only_relied_on=False).values()}


def _since_ms(told: Item, state: State, history: Sequence[Telling], party: PartyId, truth: Fact) -> int:
    """Return since when (ms) a party goes by what it goes by: an earlier version may have said the same."""
    mine = [one for one in history if party == one.sender or party in one.readers]
    since_ms = told.reported_at_ms
    for one in reversed(mine):
        if one.item.version > told.version:
            continue
        is_same = not mismatches(one.item, truth) if state is State.RIGHT else one.item.values == told.values
        if not is_same:
            break
        since_ms = one.at_ms
    return since_ms


def _cell(told: Item, state: State, since_ms: int, truth: Fact, became_ms: int, words: ReportWords) -> Cell:
    name = state.value
    if state is State.RIGHT and told.verification.status is VerificationStatus.CORRECTED:
        name = "corrected"
    elif state is State.RIGHT and since_ms - became_ms > LATE_MS:
        name = "late"
    return Cell(
        name, words.held(told, truth if state is State.WRONG else None), words.moment(since_ms), since_ms
    )
