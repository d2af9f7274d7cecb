"""Situation reports (SitRaps): whether they come when agreed, and whether they come at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, Sample, cited, of_samples, of_share, worst
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.entries import Sent
from sim.core.assessment.log.index import LogIndex
from sim.core.assessment.log.lookup import FirstTold, sent_by
from sim.core.assessment.measures.duties import lies_in
from sim.core.messages.contents import Alarm, SitRep
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.records.kinds import ActivityEntry


def sitrep_lateness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how late (ms) a party's latest situation report was; a report before its time is not late."""
    samples = [
        Sample("sitrep", report.activity, max(0, report.at_ms - report.data.due_ms), (report.seq,))
        for report in sent_by(evidence.log, SitRep, party)
    ]
    return of_samples(samples, worst)


def sitreps_missing(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the situation reports that a party agreed to and that never came.

    Reports are due at the agreed interval after the one before, as long as the activity is open: the interval
    is that of the region that directs the activity, with what it added (Beleidskader par. 2.4). A party that
    was alarmed and never reported is held to the interval from its alarm, so that who acknowledges late, or never,
    fares no better. None without an agreed interval.
    """
    log = evidence.log
    reported = _bound(log, party, _reported(log, party))
    rows = [_row(stream, terms) for stream, terms in reported]
    silent = [_row(stream, terms) for stream, terms in _bound(log, party, _silent(log, party))]
    # Silence that did not outlast a deadline shows nothing: neither that reports come nor that they fail to.
    rows += [row for row in silent if row.value]
    if not rows:
        return None
    return Figure(
        value=sum(row.value for row in rows),
        count=sum(len(stream.due_ms) for stream, _ in reported),
        evidence=cited(*(row.evidence for row in rows)),
        details=tuple(rows),
    )


def sitreps_on_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of situation reports that came within the agreed time after they were due.

    Of the reports that came; those that never did are counted by :func:`sitreps_missing`. None where no time was
    agreed.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None or agreement.sitrep is None:
        return None
    limit_ms = agreement.sitrep.limit_ms
    return of_share(
        [
            (report.activity, report.at_ms - report.data.due_ms <= limit_ms, (report.seq,))
            for report in sent_by(evidence.log, SitRep, party)
        ]
    )


def sitrep_content(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party perceived in the time of a report that the report tells, or it told before.

    A report is about the time from ``from_ms`` to ``to_ms``; told before is told to the same reader in that time, by
    anything that the party sent it, so that a report gains nothing by coming later. What lies outside the activity, or
    stands on a sensitive layer, belongs in no report of it.
    """
    return of_share(_contents(evidence.log, party))


def _contents(log: LogIndex, party: PartyId) -> Iterator[tuple[str, bool, tuple[int, ...]]]:
    areas = {activity.id: activity for activity in log.opening.activities}
    seen, told_to = log.seen, _ToldTo(log, party)
    rows = np.flatnonzero(seen.by_sight(lambda sight: sight.party == party and not sight.fact.layer))
    for report in sent_by(log, SitRep, party):
        if report.activity not in areas:
            continue
        for subject, row in _subjects(log, rows, report, areas[report.activity]).items():
            told_seq = _told_in(
                log, told_to.reader(report.recipient), report, subject, int(seen.observed_ms[row])
            )
            seq = int(seen.seq[row])
            seqs = (seq, report.seq) if told_seq is None else (seq, told_seq, report.seq)
            yield f"{report.activity}/{subject}", told_seq is not None, seqs


class _ToldTo:
    """What a party first told each reader."""

    def __init__(self, log: LogIndex, party: PartyId) -> None:
        self._log, self._party = log, party
        self._readers: dict[PartyId, FirstTold] = {}

    def reader(self, reader: PartyId) -> FirstTold:
        if reader not in self._readers:
            told, party = self._log.told, self._party
            rows = told.where(told.sent_by(party) & told.read_by(reader))
            self._readers[reader] = FirstTold(told, rows)
        return self._readers[reader]


def _subjects(
    log: LogIndex, rows: Numbers, report: Sent[SitRep], activity: ActivityEntry
) -> dict[SubjectId, int]:
    # Of each subject the last time (row) that it was perceived in the time that the report is about.
    seen, found = log.seen, {}
    at_ms = seen.at_ms[rows]
    first = np.searchsorted(at_ms, report.data.from_ms, "left")
    after = np.searchsorted(at_ms, min(report.data.to_ms, report.at_ms), "left")
    for row in rows[first:after].tolist():
        fact = seen.sights[seen.sight[row]].fact
        if lies_in(log, fact, activity):
            found[fact.subject] = row
    return found


def _told_in(
    log: LogIndex, told: FirstTold, report: Sent[SitRep], subject: SubjectId, since_ms: int
) -> int | None:
    """Return the record that told a report's reader what was perceived: in the time of the report, or the report."""
    row = told.at_least(subject, since_ms)
    first = None if row is None else log.told.moment(row)
    if first is None or first.seq > report.seq:
        return None
    if first.at_ms <= report.data.to_ms:
        return first.seq
    items = (
        (log.told.faces[log.told.face[row]], int(log.told.observed_ms[row]))
        for row in log.told.rows_of(report.seq)
    )
    is_in_it = any(face.subject == subject and observed_ms >= since_ms for face, observed_ms in items)
    return report.seq if is_in_it else None


@dataclass(frozen=True, slots=True)
class _Stream:
    # The times from which the next report is counted, and until when reports are expected.
    activity: ActivityId
    due_ms: tuple[int, ...]
    until_ms: int
    evidence: tuple[int, ...]


def _bound(log: LogIndex, party: PartyId, streams: Sequence[_Stream]) -> list[tuple[_Stream, Agreement]]:
    # Streams for which reports were agreed, with the terms of the region that directs their activity.
    terms = ((stream, log.agreement_in(party, stream.activity)) for stream in streams)
    return [(stream, one) for stream, one in terms if one is not None and one.sitrep_every_ms > 0]


def _row(stream: _Stream, terms: Agreement) -> Detail:
    every_ms = terms.sitrep_every_ms
    grace_ms = terms.sitrep.limit_ms if terms.sitrep is not None else 0
    gaps = sum(
        _passed(former, latter, every_ms)
        for former, latter in zip(stream.due_ms, stream.due_ms[1:], strict=False)
    )
    # A report whose grace ran beyond the end could still have come, so it is not missing.
    rest = _passed(stream.due_ms[-1], stream.until_ms - grace_ms, every_ms)
    return Detail("missing", stream.activity, gaps + rest, stream.evidence)


def _passed(former_ms: int, latter_ms: int, every_ms: int) -> int:
    return max(0, (latter_ms - former_ms - 1) // every_ms)


def _reported(log: LogIndex, party: PartyId) -> tuple[_Stream, ...]:
    # Each reader has a series of its own: what went to one does not make up for what another missed.
    streams: dict[tuple[ActivityId, PartyId], list[Sent[SitRep]]] = {}
    for report in sent_by(log, SitRep, party):
        streams.setdefault((report.activity, report.recipient), []).append(report)
    return tuple(
        _stream(log, activity, [report.data.due_ms for report in reports], [report.seq for report in reports])
        for (activity, _), reports in sorted(streams.items())
    )


def _silent(log: LogIndex, party: PartyId) -> tuple[_Stream, ...]:
    reported = {report.activity for report in sent_by(log, SitRep, party)}
    streams: dict[ActivityId, _Stream] = {}
    for alarm in log.sent(Alarm):
        if alarm.came_to(party) and alarm.activity not in reported:
            streams.setdefault(alarm.activity, _stream(log, alarm.activity, [alarm.at_ms], [alarm.seq]))
    return tuple(streams.values())


def _stream(log: LogIndex, activity: ActivityId, due_ms: Sequence[int], evidence: Sequence[int]) -> _Stream:
    closing = log.closing(activity)
    if closing is None:
        return _Stream(activity, tuple(sorted(due_ms)), log.end_ms, tuple(evidence))
    return _Stream(activity, tuple(sorted(due_ms)), closing.at_ms, (*evidence, closing.seq))
