"""The way of one piece of information, hop by hop: known, told, shared, read (Beleidskader par. 1.1).

Known to told is the duty to bring, shared to read the duty to fetch (:mod:`sim.core.assessment.duties`); here are the
hop between these, which the directing region answers for, and the way as a whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter

from sim.core.assessment.duties import closed
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Sample, median, of_samples
from sim.core.assessment.log_entries import Sent, Stamped, Statement
from sim.core.assessment.log_index import LogIndex
from sim.core.assessment.lookup import FirstTold, receipts
from sim.core.messages.contents import Receipt
from sim.core.messages.items import ItemRef, Sensitivity, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.records.kinds import Truth


def told_to_shared(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the median time (ms) until what a party told the directing region stands in the shared picture.

    Shared is an item about the same subject that is at least as new. What a newer telling overtakes was waited for no
    longer than until then; what had been shared before, what is restricted, and what was told to be wrong is not
    waited for.
    """
    log = evidence.log
    samples: list[Sample] = []
    for activity in log.opening.activities:
        if activity.directing == party:
            continue
        shared = log.shared.get(activity.id, ())
        told = [one for one in log.said.get((party, activity.id), ()) if activity.directing in one.readers]
        samples += _shared(log, activity.id, told, shared)
    return of_samples(samples, median)


def known_to_read(evidence: Evidence) -> Figure | None:
    """Measure the median time (ms) from anybody's perceiving a change to a reader's having taken it in.

    One sample for each change of what stands in a shared picture and each party that was ever told of it there; a party
    tells by its receipt what it took in. What tells of a later change tells of the earlier one too.
    """
    log = evidence.log
    shared = _by_subject([one for one in log.statements if one.shape is Shape.SHARED])
    samples = [
        sample
        for subject, changes in log.truths.items()
        for sample in _ways(log, changes, shared.get(subject, ()))
    ]
    return of_samples(samples, median)


def _shared(
    log: LogIndex, activity: ActivityId, told: Sequence[Statement], shared: Sequence[Statement]
) -> Iterator[Sample]:
    until_ms, ended_by = closed(log, activity)
    standing, telling = FirstTold(shared), _by_subject(told)
    for subject, tellings in telling.items():
        seen: set[int] = set()
        for place, one in enumerate(tellings):
            observed_ms = one.item.observed_at_ms
            if observed_ms in seen or not _is_for_the_picture(one) or one.at_ms >= until_ms:
                continue
            seen.add(observed_ms)
            stands = standing.at_least(subject, observed_ms)
            later = (tellings[after] for after in range(place + 1, len(tellings)))
            newer = next((one for one in later if one.item.observed_at_ms > observed_ms), None)
            if stands is None and newer is None:
                yield Sample("told", subject, until_ms - one.at_ms, (one.seq, *ended_by), open=True)
            elif stands is None or (newer is not None and newer.seq < stands.seq):
                assert newer is not None, "without a standing item there is a newer one"
                yield Sample("superseded", subject, newer.at_ms - one.at_ms, (one.seq, newer.seq))
            elif stands.seq > one.seq:
                yield Sample("shared", subject, stands.at_ms - one.at_ms, (one.seq, stands.seq))


def _by_subject(told: Sequence[Statement]) -> Mapping[SubjectId, Sequence[Statement]]:
    found: dict[SubjectId, list[Statement]] = {}
    for one in told:
        found.setdefault(one.item.subject, []).append(one)
    return found


def _is_for_the_picture(told: Statement) -> bool:
    item = told.item
    if item.sensitivity is Sensitivity.RESTRICTED:
        return False
    return item.verification.status not in (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


def _ways(
    log: LogIndex,
    changes: Sequence[Stamped[Truth]],
    shared: Sequence[Statement],
) -> Iterator[Sample]:
    known = [
        (change, seen) for change in changes for seen in (log.first_known.get(change.content.id),) if seen
    ]
    for party in sorted({party for one in shared for party in one.readers}):
        observed, firsts = _firsts(_taken(shared, party, receipts(log, party)))
        for change, seen in known:
            about = f"{change.content.fact.subject}/{party}"
            place = bisect_left(observed, change.at_ms)
            if place == len(observed):
                yield Sample("read", about, log.end_ms - seen.at_ms, (seen.seq,), open=True)
                continue
            at_ms, seqs = firsts[place]
            yield Sample("read", about, max(0, at_ms - seen.at_ms), (seen.seq, *seqs))


def _firsts(
    taken: Sequence[tuple[int, int, tuple[int, int]]],
) -> tuple[list[int], list[tuple[int, tuple[int, int]]]]:
    """Return how new (ms) what was taken in was, in order, and for each the first of those that are at least so new."""
    ordered = sorted(taken, key=itemgetter(1))
    firsts = [(at_ms, seqs) for at_ms, _, seqs in ordered]
    firsts = list(accumulate(reversed(firsts), min))[::-1]
    return [observed_ms for _, observed_ms, _ in ordered], firsts


def _taken(
    shared: Sequence[Statement],
    party: PartyId,
    read: Mapping[ItemRef, Sent[Receipt]],
) -> list[tuple[int, int, tuple[int, int]]]:
    """Return when (ms) a party took in what it was told, how new that was, and the records of telling and reading."""
    return [
        (taken.at_ms, one.item.observed_at_ms, (one.seq, taken.seq))
        for one in shared
        if party in one.readers
        for taken in (read.get(ItemRef(one.item.id, one.item.version)),)
        if taken is not None
    ]
