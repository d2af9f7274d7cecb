"""The way of one piece of information, hop by hop: known, told, shared, read (Beleidskader par. 1.1).

Known to told is the duty to bring, shared to read the duty to fetch (:mod:`sim.core.assessment.measures.duties`);
here are the hop between these, which the directing region answers for, and the way as a whole.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Durations, Figure, Sample, median, of_durations, of_samples
from sim.core.assessment.log.columns import Flags, Numbers
from sim.core.assessment.log.entries import Stamped
from sim.core.assessment.log.holding import places_of
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import FirstTold, receipts
from sim.core.assessment.measures.duties import closed
from sim.core.messages.items import Item, Sensitivity, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId, SubjectId
from sim.core.records.kinds import ActivityEntry, Truth


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
    found = _Found.of(_reads(evidence.log))
    return of_durations(Durations(found.value_ms, found.is_open, found.sample), median)


def _shared(log: LogIndex, activity: ActivityEntry, party: PartyId) -> Iterator[Sample]:
    told = log.told
    until_ms, ended_by = closed(log, activity.id)
    standing = FirstTold(told, told.where(told.shared & told.inside(activity.id)))
    ways = told.sent_by(party) & told.inside(activity.id) & told.read_by(activity.directing)
    mine = told.where(ways)
    rows = told.by_subject[mine[told.by_subject]]
    for_picture = _for_the_picture(log)[rows].tolist()
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


@remembered
def _for_the_picture(log: LogIndex) -> Flags:
    return log.told.by_face(_is_for_the_picture)


def _is_for_the_picture(face: Item) -> bool:
    if face.sensitivity is Sensitivity.RESTRICTED:
        return False
    return face.verification.status not in (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


@dataclass(frozen=True, slots=True)
class _Reads:
    """When a party took in what tells of the changes of a subject: of each how long it took, whether it ever did.

    ``seqs`` are the records of perceiving, telling and reading.
    """

    about: str
    value_ms: Numbers
    is_open: Flags
    seqs: Numbers


@dataclass(frozen=True, slots=True)
class _Found:
    several: Sequence[_Reads]
    after: Sequence[int]
    value_ms: Numbers
    is_open: Flags

    @classmethod
    def of(cls, reads: Iterable[tuple[tuple[int, PartyId], _Reads]]) -> _Found:
        several = [one for _, one in sorted(reads, key=itemgetter(0))]
        after = list(accumulate(len(one.value_ms) for one in several))
        nothing = [np.empty(0, np.int64)]
        value_ms = np.concatenate([one.value_ms for one in several] or nothing)
        return cls(several, after, value_ms, np.concatenate([one.is_open for one in several] or nothing) > 0)

    def sample(self, place: int) -> Sample:
        number = bisect_right(self.after, place)
        one = self.several[number]
        where = place - (self.after[number] - len(one.value_ms))
        is_open = bool(one.is_open[where])
        seqs = tuple(one.seqs[where].tolist())
        return Sample("read", one.about, int(one.value_ms[where]), seqs[:1] if is_open else seqs, is_open)


def _reads(log: LogIndex) -> Iterator[tuple[tuple[int, PartyId], _Reads]]:
    """Yield what each party took in of each subject, with its place among all."""
    told = log.told
    shared = np.array([way.address.shape is Shape.SHARED for way in told.ways], np.bool_)
    known = [(subject, _known(log, changes)) for subject, changes in log.truths.items()]
    for party in sorted({reader for way in told.ways for reader in way.readers}):
        taken = taken_of(log, party, told.where(shared & told.read_by(party)))
        for place, (subject, (change_ms, seen_ms, seen_seq)) in enumerate(known):
            if subject in taken:
                took = taken[subject]
                first = np.searchsorted(took.observed_ms, change_ms, "left")
                is_open = first == len(took.observed_ms)
                at_ms = np.append(took.at_ms, log.end_ms)[first]
                seqs = np.append(took.seqs, [[0, 0]], axis=0)[first]
                waited_ms = np.maximum(0, at_ms - seen_ms)
                reads = _Reads(f"{subject}/{party}", waited_ms, is_open, np.column_stack((seen_seq, seqs)))
                yield (place, party), reads


def _known(log: LogIndex, changes: Sequence[Stamped[Truth]]) -> tuple[Numbers, Numbers, Numbers]:
    """Return of changes that anybody perceived when (ms) they came and were perceived, and the record of that."""
    seen = [
        (change.at_ms, seen.at_ms, seen.seq)
        for change in changes
        for seen in (log.first_known.get(change.content.id),)
        if seen is not None
    ]
    change_ms, seen_ms, seen_seq = np.array(seen, np.int64).reshape(-1, 3).T
    return change_ms, seen_ms, seen_seq


@dataclass(frozen=True, slots=True)
class Taken:
    """How new (ms) what was taken in of a subject was, in order; and for each the first of those at least so new.

    Of that when (ms) it was taken in, and the records of telling and reading.
    """

    observed_ms: Numbers
    at_ms: Numbers
    seqs: Numbers


def taken_of(log: LogIndex, party: PartyId, chosen: Flags) -> dict[SubjectId, Taken]:
    """Return by subject what a party took in of what it was told in some rows."""
    told = log.told
    rows = told.by_subject[chosen[told.by_subject]]
    subjects = places_of(told, told.subject_of_face[told.face[rows]])
    is_read, read_seq, read_ms = receipts(log, party).of(told.versions.of_row[rows])
    # Which was taken in before which; of those taken in at once, which was told before.
    by_turn = np.lexsort((read_seq, told.seq[rows], read_ms))
    turn = np.empty(len(rows), np.int64)
    turn[by_turn] = np.arange(len(rows))
    found = {}
    for subject, (first, after) in subjects.items():
        read = np.flatnonzero(is_read[first:after]) + first
        ordered = read[np.argsort(told.observed_ms[rows[read]], kind="stable")]
        # The first from each on: the lowest turn from behind.
        lowest = np.minimum.accumulate(turn[ordered][::-1])[::-1]
        firsts = by_turn[lowest]
        seqs = np.column_stack((told.seq[rows[firsts]], read_seq[firsts]))
        found[subject] = Taken(told.observed_ms[rows[ordered]], read_ms[firsts], seqs)
    return found
