"""What measures look up again and again in a log, worked out once; so that none walks the whole log for each thing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np

from sim.core.assessment.log.columns import Flags, Numbers
from sim.core.assessment.log.entries import Sent, Stamped, Statement, grouped
from sim.core.assessment.log.holding import newer_rows, places_of
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.refs import Receipts
from sim.core.assessment.log.told import Told
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId, InjectId, PartyId, SubjectId
from sim.core.records.kinds import Note, Rights

C = TypeVar("C")


class FirstTold:
    """Tells which of some rows of what was told was the first that is at least so new, by subject."""

    def __init__(self, told: Told, chosen: Flags) -> None:
        """Look through some rows."""
        # Only what is newer than all before it can be the first; so both lists rise.
        rows = newer_rows(told, chosen)
        places = places_of(told, told.subject_of_face[told.face[rows]])
        self._newest = {
            subject: (told.observed_ms[rows[first:after]], rows[first:after])
            for subject, (first, after) in places.items()
        }

    def at_least(self, subject: SubjectId, observed_ms: int) -> int | None:
        """Return the first row about a subject that was observed then or later; None without any."""
        known = self._newest.get(subject)
        if known is None:
            return None
        times, rows = known
        place = bisect_left(times, observed_ms)
        return int(rows[place]) if place < len(rows) else None


def sent_by(log: LogIndex, kind: type[C], party: PartyId) -> tuple[Sent[C], ...]:
    """Return the messages of a party whose content is of a type, each once, without a tuple of items."""
    return cast("tuple[Sent[C], ...]", _by_sender(log, kind).get(party, ()))


@remembered
def _by_sender(log: LogIndex, kind: type[Any]) -> Mapping[PartyId, tuple[Sent[Any], ...]]:
    return grouped((sent.sender, sent) for sent in log.letters(kind))


def receipts(log: LogIndex, party: PartyId) -> Receipts:
    """Return by version of an item the first receipt of a party that names it."""
    return Receipts(log.read, log.read.by(party, log.told.versions.keys))


class Messages(NamedTuple):
    """Records and times (ms) of messages, in order."""

    seq: Numbers
    at_ms: Numbers


def messages_in(log: LogIndex, ways: Flags, mail: Numbers) -> Messages:
    """Return the messages that went in some ways, and some of the mail: by its places, as it came to more later."""
    told, read = log.told, log.read
    updates, letters = told.where(ways & told.updates), _mail(log)
    receipts = ways[read.way]
    seq = np.concatenate((told.seq[updates], read.seq[receipts], letters.seq[mail]))
    at_ms = np.concatenate((told.at_ms[updates], read.at_ms[receipts], letters.at_ms[mail]))
    order = np.argsort(seq, kind="stable")
    return Messages(seq[order], at_ms[order])


@remembered
def _mail(log: LogIndex) -> Messages:
    return Messages(*np.array([(one.seq, one.at_ms) for one in log.mail], np.int64).reshape(-1, 2).T)


@remembered
def mail_to(log: LogIndex) -> Mapping[PartyId, Numbers]:
    """Return by party the places of the mail of others that came to it."""
    places = grouped(
        (reader, place)
        for place, one in enumerate(log.mail)
        for reader in one.readers
        if reader != one.sender
    )
    return {party: np.array(several, np.int64) for party, several in places.items()}


def noted(log: LogIndex, party: PartyId) -> tuple[Stamped[Note], ...]:
    """Return what happened inside a party."""
    return _noted(log).get(party, ())


@remembered
def _noted(log: LogIndex) -> Mapping[PartyId, tuple[Stamped[Note], ...]]:
    return grouped((note.content.party, note) for note in log.notes)


def rights_of(log: LogIndex, party: PartyId, activity: ActivityId) -> Sequence[Stamped[Rights]]:
    """Return how the rights of a party in an activity changed."""
    return _rights(log).get((party, activity), ())


@remembered
def _rights(log: LogIndex) -> Mapping[tuple[PartyId, ActivityId], tuple[Stamped[Rights], ...]]:
    return grouped(((one.content.party, one.content.activity), one) for one in log.rights)


@remembered
def change_times(log: LogIndex) -> Mapping[SubjectId, tuple[int, ...]]:
    """Return when (ms) the truth about each subject changed."""
    return {subject: tuple(change.at_ms for change in changes) for subject, changes in log.truths.items()}


@remembered
def fault_ids(log: LogIndex) -> frozenset[InjectId]:
    """Return the ids of the faults that entered."""
    return frozenset(fault.content.id for fault in log.faults)


@remembered
def from_fault(log: LogIndex, fault: InjectId) -> tuple[Statement, ...]:
    """Return every statement of an item that comes from a fault."""
    return log.told.statements(rows_from_fault(log, fault))


def rows_from_fault(log: LogIndex, fault: InjectId) -> list[int]:
    """Return the rows of what was told that come from a fault."""
    rows: list[int] = np.flatnonzero(log.told.of_faces(log.told.from_cause(fault))).tolist()
    return rows


@remembered
def first_true(log: LogIndex, activity: ActivityId) -> FirstTold:
    """Return what first told in the shared picture of an activity what is so."""
    told = log.told
    shared = told.where(told.shared & told.inside(activity))
    return FirstTold(told, shared & told.by_face(lambda face: tells_truth(log, face)))


def tells_truth(log: LogIndex, item: Item) -> bool:
    """Say whether an item tells what is: it passes on no fault, and says of nothing that it is not so."""
    status = item.verification.status
    if status is VerificationStatus.REFUTED or status is VerificationStatus.LAPSED:
        return False
    if status is VerificationStatus.CORRECTED or not item.causation:
        return True
    return fault_ids(log).isdisjoint(item.causation)
