"""The duty to bring and the duty to fetch (brengplicht en haalplicht, Modeluitwerking 12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import shapely

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import (
    NO_RECORD,
    Durations,
    Figure,
    Sample,
    groups_of,
    of_durations,
    of_groups,
    of_samples,
    of_share,
    percentile_95,
)
from sim.core.assessment.log.columns import Flags, Numbers
from sim.core.assessment.log.index import LogIndex, remembered, remembered_last
from sim.core.assessment.log.lookup import FirstTold, receipts, rights_of
from sim.core.assessment.measures.outages import outages, up_ms
from sim.core.assessment.measures.timeliness import first_calls
from sim.core.messages.contents import ItemUpdate, Snapshot
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Fact
from sim.core.records.kinds import ActivityEntry

_BY_NOTHING: Final = -1
"""Stands for the record that ended something where nothing did before the run ended."""

_End: TypeAlias = tuple[int, tuple[int, ...]]
"""Until when (ms) something could be done, and the records that ended it; none where the run ended."""


def duty_to_bring(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) it takes until a party has told the region what it perceives: 95th percentile.

    Time runs from each thing that it perceives anew within an activity that it works in: one to which it was called,
    or in which it said something, until the activity is closed. Told is told to the region that directs it by an item
    about the same subject that is at least as new, in whichever way: its own tab, a proposal, a situation report, an
    answer, in confidence, by telephone. What it knew before it came belongs to its initial picture; what stands on a
    sensitive map layer belongs in no picture.
    """
    return of_samples(_all_brought(evidence.log, party), percentile_95)


def brought_in_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party perceived that it told the region within the time that was agreed.

    It counts the same things as :func:`duty_to_bring`. None where no time was agreed. What was not told when the run
    ended, and not overdue yet, does not count.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None or agreement.bring is None:
        return None
    limit_ms = agreement.bring.limit_ms
    return of_share(
        (sample.about, sample.value <= limit_ms, sample.evidence)
        for sample in _all_brought(evidence.log, party)
        if not sample.open or sample.value > limit_ms
    )


def duty_to_fetch(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) it takes until a party has taken in an item of the shared picture: 95th percentile.

    Time runs from the first delivery of each version of an item, in the tool or in a snapshot, to the receipt that
    names it. While the tool fails the party nothing can be taken in, so that time does not count. What was never
    taken in waits until the activity is closed, the party's access ends, or the run does; and so does what was taken
    in after that, for a late receipt is no worse than none.
    """
    return of_durations(_fetched(evidence.log, party), percentile_95)


def fetched_relevant(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party needs to know and was given to read that it took in, by theme.

    It counts each version of an item under a theme that it needs (Modeluitwerking 10), in the shared picture or in a
    snapshot; taken in is named in a receipt before the activity was closed, its access ended, or the run did. None for
    a party of which no needs are known.
    """
    log = evidence.log
    told, needs = log.told, log.needs(party)
    delivered = _delivered(log, party)
    # The theme of a version is that under which it was told first.
    face = told.face[told.first_rows[told.versions.of_row[delivered]]]
    relevant = np.array([theme in needs for theme in told.themes], np.bool_)[face]
    rows, face = delivered[relevant], face[relevant]
    is_named, read_seq, read_ms = receipts(log, party).of(told.versions.of_row[rows])
    until_ms, _ = _until(log, party, rows)
    seqs = np.column_stack((told.seq[rows], np.where(is_named, read_seq, NO_RECORD)))
    done = (is_named & (read_ms <= until_ms)).astype(np.int64)
    return of_groups(groups_of(told.themes, face, done, np.ones_like(done), seqs))


# Bringing ----------------------------------------------------------------------------------------


def _news(log: LogIndex, party: PartyId) -> list[int]:
    # Who looks again at what has not changed since perceives nothing new, though it measures a little otherwise.
    seen, known, news = log.seen, set(), []
    rows = np.flatnonzero(seen.by_sight(lambda sight: sight.party == party and not sight.fact.layer))
    for row, number, causes in zip(
        rows.tolist(), seen.sight[rows].tolist(), seen.cause[rows].tolist(), strict=True
    ):
        sight = seen.sights[number]
        what = (sight.fact.subject, causes, sight.causation)
        if what not in known:
            known.add(what)
            news.append(row)
    return news


def _all_brought(log: LogIndex, party: PartyId) -> Iterator[Sample]:
    news = _news(log, party)
    for activity in log.opening.activities:
        if activity.directing != party:
            yield from _brought(log, party, activity, news)


def _brought(log: LogIndex, party: PartyId, activity: ActivityEntry, news: Sequence[int]) -> Iterator[Sample]:
    from_ms = works_from(log, party, activity.id)
    if from_ms is None:
        return
    until_ms, ended_by = closed(log, activity.id)
    told, seen = log.told, log.seen
    ways = told.sent_by(party) & told.inside(activity.id) & told.read_by(activity.directing)
    first = FirstTold(told, told.where(ways))
    for row in news:
        at_ms, fact = int(seen.at_ms[row]), seen.sights[seen.sight[row]].fact
        if from_ms <= at_ms < until_ms and lies_in(log, fact, activity):
            subject, seq = fact.subject, int(seen.seq[row])
            # It may be older than a late perception.
            bringing = first.at_least(subject, int(seen.observed_ms[row]))
            if bringing is None:
                yield Sample("brought", subject, until_ms - at_ms, (seq, *ended_by), open=True)
            elif told.at_ms[bringing] >= at_ms:
                brought = told.moment(bringing)
                yield Sample("brought", subject, brought.at_ms - at_ms, (seq, brought.seq))


def works_from(log: LogIndex, party: PartyId, activity: ActivityId) -> int | None:
    """Return from when (ms) a party works in an activity: called to it, or first heard in it; None where never."""
    call = first_calls(log, party).get(activity)
    said = log.first_said.get((party, activity))
    return min((one.at_ms for one in (call, said) if one is not None), default=None)


def lies_in(log: LogIndex, fact: Fact, activity: ActivityEntry) -> bool:
    """Say whether a fact of a log lies within an activity; what has no place lies everywhere."""
    # Facts that are equal are one object as long as there is the index, so that its place can stand for it.
    known, key = _known_places(log), (id(fact), activity.id)
    if key not in known:
        known[key] = _lies_within(fact, activity)
    return known[key]


@remembered
def _known_places(_log: LogIndex) -> dict[tuple[int, ActivityId], bool]:
    return {}


def _lies_within(fact: Fact, activity: ActivityEntry) -> bool:
    place = to_shapely(fact.geometry)
    if place is None or not activity.area:
        return True
    return any(shapely.intersects(to_shapely(part), place) for part in activity.area)


# Fetching ----------------------------------------------------------------------------------------


@remembered_last
def _delivered(log: LogIndex, party: PartyId) -> Numbers:
    """Return the rows by which versions of items were first delivered to a party: shared, or in a snapshot."""
    told = log.told
    came = np.flatnonzero(
        told.by_way(
            lambda way: (
                party in way.readers
                and not (way.late and way.recipient)
                and (
                    way.content is Snapshot
                    or (way.content is ItemUpdate and way.address.shape is Shape.SHARED)
                )
            )
        )
    )
    # What was addressed to it and came late is one message; that stands where it was sent.
    late = [
        row
        for one in log.letters(Snapshot)
        if one.seq in log.came_late and one.came_to(party)
        for row in told.rows_of(one.seq)
    ]
    if late:
        came = np.union1d(came, np.array(late, np.int64))
    return told.first_each(came)


def _fetched(log: LogIndex, party: PartyId) -> Durations:
    rows = _delivered(log, party)
    came_ms, seqs = log.told.at_ms[rows], log.told.seq[rows]
    is_read, read_seq, read_ms = receipts(log, party).of(log.told.versions.of_row[rows])
    until_ms, ended_by = _until(log, party, rows)
    # Who read it elsewhere before it came has nothing to wait for.
    in_time = is_read & (read_ms < until_ms)
    until_ms = np.where(in_time, np.maximum(read_ms, came_ms), until_ms)
    failed = outages(log, party)
    waited_ms = up_ms(failed, came_ms, until_ms)

    def sample(place: int) -> Sample:
        evidence = [int(seqs[place])]
        if is_read[place]:
            evidence.append(int(read_seq[place]))
        if not in_time[place] and ended_by[place] != _BY_NOTHING:
            evidence.append(int(ended_by[place]))
        item = log.told.faces[log.told.face[rows[place]]].id
        return Sample("taken-in", item, int(waited_ms[place]), tuple(evidence), not is_read[place])

    return Durations(waited_ms, ~is_read, sample)


def _until(log: LogIndex, party: PartyId, rows: Numbers) -> tuple[Numbers, Numbers]:
    """Return until when (ms) what was delivered in some rows could be taken in, and the record that ended it."""
    told = log.told
    until_ms, ended_by = np.full(len(rows), log.end_ms), np.full(len(rows), _BY_NOTHING)
    activities = [way.activity for way in told.ways]
    for activity in sorted(set(activities)):
        inside = np.array([one == activity for one in activities], np.bool_)[told.way[rows]]
        ends = [
            (change.at_ms, change.seq)
            for change in rights_of(log, party, activity)
            if change.content.change == "revoked"
        ]
        at_ms = np.array([end for end, _ in ends] + [log.end_ms])
        by = np.array([seq for _, seq in ends] + [_BY_NOTHING])
        place = np.searchsorted(by[:-1], told.seq[rows[inside]], "right")
        until_ms[inside], ended_by[inside] = at_ms[place], by[place]
        closed_ms, closing = closed(log, activity)
        first = inside & _before(closed_ms, closing[0] if closing else _BY_NOTHING, until_ms, ended_by)
        until_ms[first], ended_by[first] = closed_ms, closing[0] if closing else _BY_NOTHING
    gone = until_ms < told.at_ms[rows]
    return np.where(gone, told.at_ms[rows], until_ms), np.where(gone, _BY_NOTHING, ended_by)


def _before(at_ms: int, seq: int, until_ms: Numbers, ended_by: Numbers) -> Flags:
    return (at_ms < until_ms) | ((at_ms == until_ms) & (seq < ended_by))


@remembered
def closed(log: LogIndex, activity: ActivityId) -> _End:
    """Return until when (ms) an activity is open, and the record that closed it; none where the run ended first."""
    closing = log.closing(activity)
    return (log.end_ms, ()) if closing is None else (closing.at_ms, (closing.seq,))
