"""How faulty information is handled: recognised, put right, held by others meanwhile (Modeluitwerking 12)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

import numpy as np

from sim.core.assessment.evidence.cases import FaultCase, contaminated, rests_on, was_wrong
from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import (
    Detail,
    Figure,
    Sample,
    cited,
    median,
    of_samples,
    of_share,
    worst,
)
from sim.core.assessment.log.entries import Sent, grouped
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import noted, sent_by
from sim.core.messages.contents import Answer, Decision, Request, Signal
from sim.core.messages.items import Item, ItemRef
from sim.core.model.ids import PartyId


def detection_share(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of faults that a party recognised, of those that it could.

    It could when the fact belongs to a system that it watches, the fault entered elsewhere, and it was told.
    A fault that others had put right for it before it spoke shows nothing of this party, unless the log says
    that it overlooked it; such faults stand in the rows as ``overtaken``.
    """
    entry = evidence.log.party(party)
    systems = entry.systems if entry is not None else ()
    rows, overtaken = [], []
    for case in evidence.cases:
        exposure = case.received.get(party)
        if exposure is None or case.fault.content.truth.system not in systems:
            continue
        mark = case.detected_by(party)
        missed = _overlooked(evidence.log, case, party)
        told = (case.fault.seq, exposure.first_seq)
        if mark is None and not missed and case.detections and not exposure.open:
            overtaken.append(Detail("overtaken", case.id, 1, cited(told, exposure.evidence)))
            continue
        seen = (mark.seq,) if mark is not None else missed
        rows.append((case.id, mark is not None, cited(told, seen)))
    return _with_rows(of_share(rows), overtaken)


def detection_rate(evidence: Evidence) -> Figure | None:
    """Measure the share of faults that anybody recognised.

    A fault that reached nobody else and that nobody recognised does not count: nobody could.
    """
    rows = [
        (case.id, bool(case.detections), cited((case.fault.seq,), _told(case), _detected(case)))
        for case in evidence.cases
        if case.received or case.detections
    ]
    return of_share(rows)


def time_to_detect(evidence: Evidence) -> Figure | None:
    """Measure the median time (ms) from a fault's entry to its being recognised."""
    samples = []
    for case in evidence.cases:
        if not case.received and not case.detections:
            continue
        told = cited((case.fault.seq,), _told(case))
        if case.detections:
            detected_ms = case.detections[0].at_ms - case.fault.at_ms
            samples.append(Sample("detected", case.id, detected_ms, cited(told, _detected(case))))
        else:
            undetected_ms = evidence.log.end_ms - case.fault.at_ms
            samples.append(Sample("detected", case.id, undetected_ms, told, open=True))
    return of_samples(samples, median)


def time_to_correct(evidence: Evidence) -> Figure | None:
    """Measure the median time (ms) from a fault's entry to its being put right.

    It is put right by its source, or in the shared picture.
    """
    samples = []
    for case in evidence.cases:
        if not case.received and case.correction is None:
            continue
        told = cited((case.fault.seq,), _told(case))
        if case.correction is not None:
            corrected_ms = case.correction.at_ms - case.fault.at_ms
            samples.append(Sample("corrected", case.id, corrected_ms, cited(told, (case.correction.seq,))))
        else:
            standing_ms = evidence.log.end_ms - case.fault.at_ms
            samples.append(Sample("corrected", case.id, standing_ms, told, open=True))
    return of_samples(samples, median)


def exposure_total(evidence: Evidence) -> Figure | None:
    """Measure the time in all (ms, over all parties) that parties held what a fault told them.

    The party where the fault entered is not counted; its time stands in a row of its own (``own``).
    """
    spread = [case for case in evidence.cases if case.received]
    if not spread:
        return None
    rows = [_exposure_row(case, party) for case in spread for party in sorted(case.exposures)]
    return Figure(
        value=sum(row.value for row in rows if row.what == "held"),
        count=sum(row.what == "held" for row in rows),
        evidence=cited(*(row.evidence for row in rows)),
        details=tuple(rows),
    )


def exposure_mean(evidence: Evidence) -> Figure | None:
    """Measure the mean time (ms) that a party which was told of a fault held it.

    Unlike the total it does not grow with the number of faults and parties, so that a norm can be set for it.
    """
    total = exposure_total(evidence)
    if total is None:
        return None
    held = [row.value for row in total.details if row.what == "held"]
    return Figure(
        value=int(sum(held)) // len(held),
        count=total.count,
        evidence=total.evidence,
        details=total.details,
    )


def exposure(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) that a party held what a fault elsewhere told it."""
    samples = [
        Sample("held", case.id, held.duration_ms, cited((case.fault.seq,), held.evidence), open=held.open)
        for case in evidence.cases
        for held in (case.received.get(party),)
        if held is not None
    ]
    return of_samples(samples, worst)


def correction_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from hearing that its item looks wrong to a party's putting it right.

    It hears by the first signal or request to verify that reaches it; it puts right by an item that corrects
    or replaces the wrong one, or by answering that it was wrong.
    """
    log = evidence.log
    samples = []
    for case in evidence.cases:
        asked = _first_doubt(log, case, party)
        if asked is None:
            continue
        righted = _first_righting(log, case, party, asked)
        if righted is None:
            waiting_ms = log.end_ms - asked.at_ms
            samples.append(Sample("righted", case.id, waiting_ms, (case.fault.seq, asked.seq), open=True))
            continue
        at_ms, seq = righted
        samples.append(Sample("righted", case.id, at_ms - asked.at_ms, (case.fault.seq, asked.seq, seq)))
    return of_samples(samples, worst)


def false_alarms(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count a party's signals about items that were right, as their source confirmed."""
    return _false_alarms(evidence.log, sent_by(evidence.log, Signal, party))


def all_false_alarms(evidence: Evidence) -> Figure | None:
    """Count the signals about items that were right, as their source confirmed."""
    return _false_alarms(evidence.log, evidence.log.sent(Signal))


def decisions_on_faults(evidence: Evidence) -> Figure | None:
    """Count the decisions that rest on what a fault told; None when nothing was decided."""
    decided = evidence.log.sent(Decision)
    if not decided:
        return None
    rows = [
        Detail("decision", case.id, 1, (case.fault.seq, decision.seq))
        for case in evidence.cases
        for decision in case.decisions
    ]
    faulty = {row.evidence[1] for row in rows}
    return Figure(
        value=len(faulty),
        count=len(decided),
        evidence=cited((decision.seq for decision in decided), *(row.evidence for row in rows)),
        details=tuple(rows),
    )


def _with_rows(figure: Figure | None, rows: Sequence[Detail]) -> Figure | None:
    if figure is None:
        return None
    return Figure(
        value=figure.value,
        count=figure.count,
        evidence=figure.evidence,
        details=(*figure.details, *rows),
    )


def _told(case: FaultCase) -> tuple[int, ...]:
    return tuple(exposure.first_seq for exposure in case.received.values())


def _detected(case: FaultCase) -> tuple[int, ...]:
    return tuple(mark.seq for mark in case.detections)


def _exposure_row(case: FaultCase, party: PartyId) -> Detail:
    held = case.exposures[party]
    what = "own" if party == case.source else "held"
    return Detail(what, f"{case.id}/{party}", held.duration_ms, cited((case.fault.seq,), held.evidence))


def _overlooked(log: LogIndex, case: FaultCase, party: PartyId) -> tuple[int, ...]:
    return tuple(
        note.seq
        for note in noted(log, party)
        if note.content.what == "overlooked"
        and rests_on(log, ItemRef(note.content.item, note.content.version), case.id)
    )


def _first_doubt(log: LogIndex, case: FaultCase, party: PartyId) -> Sent[Signal] | Sent[Request] | None:
    if case.source != party:
        return None
    doubts: list[Sent[Signal] | Sent[Request]] = [
        signal
        for signal in log.came(Signal)
        if party in signal.readers and rests_on(log, signal.data.about, case.id)
    ]
    doubts += [
        request
        for request in log.sent(Request)
        if request.came_to(party) and request.data.purpose == "verify" and _asks_about(log, request, case)
    ]
    return min(doubts, key=lambda doubt: doubt.seq, default=None)


def _asks_about(log: LogIndex, request: Sent[Request], case: FaultCase) -> bool:
    # Who asks may name the shared item or only the subject; what led to the asking names the fault.
    if rests_on(log, request.data.about, case.id):
        return True
    return request.data.subject == case.fault.content.subject and case.id in request.event.injects


def _first_righting(
    log: LogIndex, case: FaultCase, party: PartyId, asked: Sent[Signal] | Sent[Request]
) -> tuple[int, int] | None:
    told = log.told
    mine = told.where(told.sent_by(party) & told.held_by(party))
    from_it = np.unique(told.face[mine & told.of_faces(told.from_cause(case.id))])
    wrong = {told.faces[face].id for face in from_it.tolist()}
    rights = mine & told.by_face(lambda face: _puts_right(face, case, wrong)) & (told.seq > asked.seq)
    rightings = [
        (first.at_ms, first.seq)
        for row in np.flatnonzero(rights)[:1].tolist()
        for first in (told.moment(row),)
    ]
    rightings += [
        (answer.at_ms, answer.seq)
        for answer in sent_by(log, Answer, party)
        if answer.data.outcome == "corrected" and answer.data.of == asked.event.id
    ]
    return min(rightings, key=lambda righting: righting[1], default=None)


def _puts_right(item: Item, case: FaultCase, wrong: set[str]) -> bool:
    if item.subject != case.fault.content.subject or contaminated(item, case.id):
        return False
    return case.id in item.causation or item.id in wrong


def _false_alarms(log: LogIndex, signals: Sequence[Sent[Signal]]) -> Figure | None:
    if not signals:
        return None
    rows = [
        Detail("false-alarm", signal.data.subject, 1, (signal.seq, confirmed.seq))
        for signal in signals
        for confirmed in (_confirmation(log, signal),)
        if confirmed is not None and not was_wrong(log, signal.data.about)
    ]
    return Figure(
        value=len(rows),
        count=len(signals),
        evidence=cited((signal.seq for signal in signals), *(row.evidence for row in rows)),
        details=tuple(rows),
    )


def _confirmation(log: LogIndex, signal: Sent[Signal]) -> Sent[Answer] | None:
    # The directing region asks the source on behalf of who signalled; one question may serve several signals.
    answers = _answers(log)
    given = [
        answer
        for told in (answers.get(("", signal.event.id), ()), answers.get((signal.data.subject, ""), ()))
        for answer in told[bisect_right(told, signal.seq, key=_seq) :][:1]
    ]
    answer = min(given, key=_seq, default=None)
    return answer if answer is not None and answer.data.outcome == "confirmed" else None


def _seq(answer: Sent[Answer]) -> int:
    return answer.seq


@remembered
def _answers(log: LogIndex) -> Mapping[tuple[str, str], tuple[Sent[Answer], ...]]:
    """Return the answers by the event that they answer, and those to questions whether something is so by subject."""
    asked = {
        request.event.id: request.data.subject
        for request in log.sent(Request)
        if request.data.purpose == "verify"
    }
    answers = log.sent(Answer)
    return {
        **grouped((("", answer.data.of), answer) for answer in answers),
        **grouped(((asked[answer.data.of], ""), answer) for answer in answers if answer.data.of in asked),
    }
