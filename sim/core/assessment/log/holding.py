"""What is held over time: of each subject the newest that a party, or a shared picture, has been told."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core.assessment.log.columns import Flags, Numbers
from sim.core.assessment.log.entries import Stamped
from sim.core.assessment.log.index import LogIndex, remembered, remembered_last
from sim.core.assessment.log.told import Told
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.picture.observation import Fact
from sim.core.picture.quality import contradicts, mismatches
from sim.core.records.kinds import Truth

TO_THE_END: Final = -1
"""Stands for the record that ended a stretch where nothing did before the run ended."""


@dataclass(frozen=True, slots=True)
class Held:
    """Stretches of time in which one item was the newest that was held of its subject: as columns, subject by subject.

    Attributes:
        told: What was told.
        row: The row of it that brought what was held.
        seq: The record of that.
        from_ms: From when.
        until_ms: Until when.
        until_seq: The record that brought something newer, or took it out; :data:`TO_THE_END` where nothing did.
        order: Places of the stretches as they came to their end, those that did not last.
        places: First and last place of each subject, the last not included.
    """

    told: Told
    row: Numbers
    seq: Numbers
    from_ms: Numbers
    until_ms: Numbers
    until_seq: Numbers
    order: Numbers
    places: Mapping[SubjectId, tuple[int, int]]

    def __len__(self) -> int:
        return len(self.row)

    @property
    def observed_ms(self) -> Numbers:
        """Return when what was held was true for its source."""
        return self.told.observed_ms[self.row]

    def at(self, subject: SubjectId, at_ms: int) -> int | None:
        """Return the place of what is held of a subject at a moment; None for nothing."""
        first, after = self.places.get(subject, (0, 0))
        place = first + int(np.searchsorted(self.from_ms[first:after], at_ms, "right")) - 1
        return place if place >= first and at_ms < self.until_ms[place] else None

    def during(self, subject: SubjectId, from_ms: int, until_ms: int) -> slice:
        """Return the places of what is held of a subject in a time; the first may have ended before it."""
        # What is held of one subject stands in order of time, each until the next at the latest.
        first, after = self.places.get(subject, (0, 0))
        began = self.from_ms[first:after]
        start = max(0, int(np.searchsorted(began, from_ms, "right")) - 1)
        return slice(first + start, first + max(start, int(np.searchsorted(began, until_ms, "left"))))


@remembered_last
def held_by(log: LogIndex, party: PartyId) -> Held:
    """Return what a party held."""
    return held_of(log.told, log.told.where(log.told.held_by(party)), log.end_ms)


@remembered
def shared_in(log: LogIndex, activity: ActivityId) -> Held:
    """Return what stood in the shared picture of an activity."""
    told = log.told
    return held_of(told, told.where(told.shared & told.inside(activity)), log.end_ms)


def newer_rows(told: Told, chosen: Flags) -> Numbers:
    """Return in order of subject those of some rows that are newer than all before them."""
    rows = told.by_subject[chosen[told.by_subject]]
    newer, _ = _newer(told, rows, np.zeros(len(rows), np.bool_))
    return rows[newer]


def _newer(told: Told, rows: Numbers, taken_out: Flags) -> tuple[Flags, Numbers]:
    """Return which rows, in order of subject, are newer than all before them since the last that took it out.

    And for each row the first of those that it is held against.
    """
    subject = told.subject_of_face[told.face[rows]]
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (subject[1:] != subject[:-1]) | taken_out[:-1]
    # Groups rise, and within one how new a row is; so a running maximum over both never looks back into another group.
    group = np.cumsum(begins)
    key = group * (len(told) + 2) + np.where(taken_out, 0, told.newness[rows] + 1)
    newer = ~taken_out
    newer[1:] &= key[1:] > np.maximum.accumulate(key)[:-1]
    return newer, rows[np.flatnonzero(begins)[group - 1]]


def held_of(told: Told, chosen: Flags, end_ms: int) -> Held:
    """Return what was held by whom some rows were told, up to the end of the run (ms)."""
    every = told.by_subject[chosen[told.by_subject]]
    taken_out = told.lapsed_faces[told.face[every]]
    is_newer, firsts = _newer(told, every, taken_out)
    counts = is_newer | taken_out
    rows, newer, first = every[counts], is_newer[counts], firsts[counts]
    subject = told.subject_of_face[told.face[rows]]
    goes_on = np.zeros(len(rows), np.bool_)
    goes_on[:-1] = subject[1:] == subject[:-1]
    begins = np.flatnonzero(newer)
    ended = goes_on[begins]
    by = rows[np.minimum(begins + 1, len(rows) - 1)]
    # In the order in which they ended; and those that did not, in the order in which their subjects came up.
    order = np.argsort(np.where(ended, by, len(told) + first[begins]), kind="stable")
    row = rows[begins]
    return Held(
        told=told,
        row=row,
        seq=told.seq[row],
        from_ms=told.at_ms[row],
        until_ms=np.where(ended, told.at_ms[by], end_ms),
        until_seq=np.where(ended, told.seq[by], TO_THE_END),
        order=order,
        places=places_of(told, subject[begins]),
    )


def places_of(told: Told, subject: npt.NDArray[Any]) -> Mapping[SubjectId, tuple[int, int]]:
    """Return first and last place, the last not included, of each of some subjects that stand in order."""
    if not len(subject):
        return {}
    edges = [0, *(np.flatnonzero(np.diff(subject)) + 1).tolist(), len(subject)]
    return {told.subjects[subject[first]]: (first, after) for first, after in pairwise(edges)}


def is_right(item: Item, fact: Fact) -> bool:
    """Say whether an item tells what is so: no figure or place differs or is left out, nor do its words.

    Figures and places may differ by what :mod:`sim.core.picture.quality` allows. Words are compared only of what has
    no figures; what was refuted tells that something is not so.
    """
    if item.verification.status is VerificationStatus.REFUTED or mismatches(item, fact):
        return False
    return bool(fact.values) or item.title == fact.title


def is_same(one: Item, other: Item) -> bool:
    """Say whether two who hold these of one subject believe the same."""
    if contradicts(one, other):
        return False
    return bool(one.values and other.values) or one.title == other.title


class Comparing:
    """Compares what items say, each with the same only once: many hold the same, and many items say the same."""

    def __init__(self, told: Told, facts: Mapping[int, int], so: Sequence[Fact]) -> None:
        """Compare what was told with what is ``so``; ``facts`` numbers these by their place in memory."""
        self._told, self._facts, self._so = told, facts, so
        self._right: dict[tuple[int, int], bool] = {}
        self._same: dict[tuple[int, int], bool] = {}

    def is_right(self, row: int, change: Stamped[Truth]) -> bool:
        """Say whether what was told in a row is what a change of the truth made so."""
        claim = int(self._told.claim_of_face[self._told.face[row]])
        return self._is_claim_right(claim, self._facts[id(change.content.fact)])

    def are_right(self, rows: Numbers, fact: Numbers) -> Flags:
        """Say of what was told in each of some rows whether it is what is so: a fact, by number."""
        claims = self._told.claim_of_face
        pairs, places = np.unique(fact * len(claims) + claims[self._told.face[rows]], return_inverse=True)
        right = [self._is_claim_right(pair % len(claims), pair // len(claims)) for pair in pairs.tolist()]
        found: Flags = np.array(right, np.bool_)[places]
        return found

    def _is_claim_right(self, claim: int, fact: int) -> bool:
        right = self._right.get((claim, fact))
        if right is None:
            right = self._right[claim, fact] = is_right(self._told.claims[claim], self._so[fact])
        return right

    def is_same(self, row: int, other: int) -> bool:
        """Say whether two who were told what stands in two rows believe the same."""
        claims = self._told.claim_of_face[self._told.face[[row, other]]].tolist()
        key = (claims[0], claims[1])
        same = self._same.get(key)
        if same is None:
            same = self._same[key] = is_same(self._told.claims[key[0]], self._told.claims[key[1]])
        return same


@remembered
def comparing(log: LogIndex) -> Comparing:
    """Return what compares the items of a log."""
    facts = _facts(log)
    so = {id(one.content.fact): one.content.fact for changes in log.truths.values() for one in changes}
    return Comparing(log.told, facts, tuple(so.values()))


@remembered
def _facts(log: LogIndex) -> Mapping[int, int]:
    """Return the facts that were so, numbered by their place in memory."""
    # Facts that are equal are one object as long as there is the index, so that its place can stand for it.
    so = dict.fromkeys(id(one.content.fact) for changes in log.truths.values() for one in changes)
    return {fact: number for number, fact in enumerate(so)}


class Changes(NamedTuple):
    """The changes of the truth about one subject: when (ms) they came, their records, and the facts by number."""

    at_ms: Numbers
    seq: Numbers
    fact: Numbers


@remembered
def truth_columns(log: LogIndex) -> Mapping[SubjectId, Changes]:
    """Return the changes of the truth about each subject, as columns."""
    facts = _facts(log)
    found = {}
    for subject, changes in log.truths.items():
        rows = [(one.at_ms, one.seq, facts[id(one.content.fact)]) for one in changes]
        found[subject] = Changes(*np.array(rows, np.int64).T)
    return found


def in_force(times_ms: tuple[int, ...], at_ms: int) -> int | None:
    """Return which of some changes, at these times, holds at a moment; None before the first."""
    place = bisect_right(times_ms, at_ms) - 1
    return place if place >= 0 else None


def subjects_of(held: Held) -> Iterator[tuple[SubjectId, slice]]:
    """Yield each subject of which something was held, and its places."""
    for subject, (first, after) in held.places.items():
        yield subject, slice(first, after)
