"""The way of one piece of information, hop by hop: known, told, shared, read (Beleidskader par. 1.1).

Known to told is the duty to bring, shared to read the duty to fetch (:mod:`sim.core.assessment.duties`); here are the
hop between these, which the directing region answers for, and the way as a whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

import numpy as np

from sim.core.assessment.columns import Flags
from sim.core.assessment.duties import closed
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Sample, median, of_placed, of_samples
from sim.core.assessment.holding import places_of
from sim.core.assessment.log_entries import Stamped
from sim.core.assessment.log_index import LogIndex
from sim.core.assessment.lookup import FirstTold, receipts
from sim.core.messages.items import Item, Sensitivity, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId, SubjectId
from sim.core.records.kinds import ActivityEntry, Observed, Truth


def told_to_shared(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the median time (ms) until what a party told the directing region stands in the shared picture.

    Shared is an item about the same subject that is at least as new. What a newer telling overtakes was waited for no
    longer than until then; what had been shared before, what is restricted, and what was told to be wrong is not
    waited for.
    """
    log = evidence.log
    return of_samples(
        (
            sample
            for activity in log.opening.activities
            if activity.directing != party
            for sample in _shared(log, activity, party)
        ),
        median,
    )


def known_to_read(evidence: Evidence) -> Figure | None:
    """Measure the median time (ms) from anybody's perceiving a change to a reader's having taken it in.

    One sample for each change of what stands in a shared picture and each party that was ever told of it there; a party
    tells by its receipt what it took in. What tells of a later change tells of the earlier one too.
    """
    return of_placed(_ways(evidence.log), median)


def _shared(log: LogIndex, activity: ActivityEntry, party: PartyId) -> Iterator[Sample]:
    told = log.told
    until_ms, ended_by = closed(log, activity.id)
    standing = FirstTold(told, told.where(told.shared & told.inside(activity.id)))
    ways = told.sent_by(party) & told.inside(activity.id) & told.read_by(activity.directing)
    mine = told.where(ways)
    rows = told.by_subject[mine[told.by_subject]]
    for_picture = told.by_face(_is_for_the_picture)[rows].tolist()
    observed = told.observed_ms[rows].tolist()
    subjects = places_of(told, told.subject_of_face[told.face[rows]])
    # In the order in which they were first told of.
    for subject, (first, after) in sorted(subjects.items(), key=lambda one: int(rows[one[1][0]])):
        seen: set[int] = set()
        for place in range(first, after):
            observed_ms, one = observed[place], told.moment(int(rows[place]))
            if observed_ms in seen or not for_picture[place] or one.at_ms >= until_ms:
                continue
            seen.add(observed_ms)
            row = standing.at_least(subject, observed_ms)
            stands = None if row is None else told.moment(row)
            later = next((other for other in range(place + 1, after) if observed[other] > observed_ms), None)
            newer = None if later is None else told.moment(int(rows[later]))
            if stands is None and newer is None:
                yield Sample("told", subject, until_ms - one.at_ms, (one.seq, *ended_by), open=True)
            elif stands is None or (newer is not None and newer.seq < stands.seq):
                assert newer is not None, "without a standing item there is a newer one"
                yield Sample("superseded", subject, newer.at_ms - one.at_ms, (one.seq, newer.seq))
            elif stands.seq > one.seq:
                yield Sample("shared", subject, stands.at_ms - one.at_ms, (one.seq, stands.seq))


def _is_for_the_picture(face: Item) -> bool:
    if face.sensitivity is Sensitivity.RESTRICTED:
        return False
    return face.verification.status not in (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


_Placed: TypeAlias = tuple[tuple[int, PartyId, int], Sample]
"""A sample with its place among all: by subject, by party, by change."""


def _ways(log: LogIndex) -> Iterator[_Placed]:
    told = log.told
    shared = np.array([way.address.shape is Shape.SHARED for way in told.ways], np.bool_)
    known = [
        (place, subject, [(change, seen) for change, seen in _known(log, changes) if seen is not None])
        for place, (subject, changes) in enumerate(log.truths.items())
    ]
    parties = sorted(
        {reader for way in told.ways if way.address.shape is Shape.SHARED for reader in way.readers}
    )
    for party in parties:
        reads = shared & np.array([party in way.readers for way in told.ways], np.bool_)
        takes = _taken(log, party, reads[told.way])
        for place, subject, changes in known:
            if subject in takes:
                for number, sample in enumerate(_reads(log, party, changes, takes[subject])):
                    yield (place, party, number), sample


def _known(
    log: LogIndex, changes: Sequence[Stamped[Truth]]
) -> Iterator[tuple[Stamped[Truth], Stamped[Observed] | None]]:
    for change in changes:
        yield change, log.first_known.get(change.content.id)


def _reads(
    log: LogIndex,
    party: PartyId,
    known: Sequence[tuple[Stamped[Truth], Stamped[Observed]]],
    taken: _Taken,
) -> Iterator[Sample]:
    for change, seen in known:
        about = f"{change.content.fact.subject}/{party}"
        place = bisect_left(taken.observed_ms, change.at_ms)
        if place == len(taken.observed_ms):
            yield Sample("read", about, log.end_ms - seen.at_ms, (seen.seq,), open=True)
            continue
        at_ms, told_seq, read_seq = taken.firsts[place]
        yield Sample("read", about, max(0, at_ms - seen.at_ms), (seen.seq, told_seq, read_seq))


@dataclass(frozen=True, slots=True)
class _Taken:
    """How new (ms) what was taken in of a subject was, in order; and for each the first of those at least so new.

    Of that when (ms) it was taken in, and the records of telling and reading.
    """

    observed_ms: list[int]
    firsts: list[tuple[int, int, int]]


def _taken(log: LogIndex, party: PartyId, chosen: Flags) -> dict[SubjectId, _Taken]:
    """Return by subject what a party took in of what it was told in some rows."""
    told = log.told
    rows = told.by_subject[chosen[told.by_subject]]
    subjects = places_of(told, told.subject_of_face[told.face[rows]])
    is_read, read_seq, read_ms = receipts(log, party).of(told.keys[rows])
    found = {}
    for subject, (first, after) in subjects.items():
        read = np.flatnonzero(is_read[first:after]) + first
        observed_ms = told.observed_ms[rows[read]]
        order = np.argsort(observed_ms, kind="stable")
        ordered = read[order]
        whens = zip(
            read_ms[ordered].tolist(),
            told.seq[rows[ordered]].tolist(),
            read_seq[ordered].tolist(),
            strict=True,
        )
        firsts = list(accumulate(reversed(list(whens)), min))[::-1]
        found[subject] = _Taken(observed_ms[order].tolist(), firsts)
    return found
