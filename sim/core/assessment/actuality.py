"""How current the pictures are: how soon a change stands in the shared picture, how old what is held is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sim.core.assessment.cases import contaminated
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Detail, Figure, Sample, cited, of_samples, percentile_95
from sim.core.assessment.log_index import LogIndex, Stamped, Statement
from sim.core.assessment.timeliness import first_calls
from sim.core.messages.contents import Card
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.records.kinds import Truth

_PERCENT: Final = 95


def shared_actuality(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the time (ms) in which changes reach the shared picture from a party: 95th percentile.

    Taken over the subjects that the shared picture has from the party. A change is reflected by the first
    shared item about its subject that was observed since and does not pass on a fault; who brought that item
    is answerable for the time. Time runs from the change, or from the moment that the party was called to the
    activity. A change that a newer one overtakes before it is shared (superseded) was missing for no longer
    than it was so. The rows give the mean age of the party's items on coming into the shared picture.
    """
    log = evidence.log
    shared = [statement for statement in log.statements if statement.shared]
    mine = [statement for statement in shared if statement.item.source.party == party]
    samples: list[Sample] = []
    for activity, subject in sorted({(statement.activity, statement.item.subject) for statement in mine}):
        about = [one for one in shared if (one.activity, one.item.subject) == (activity, subject)]
        # What passes on a fault, or says that something is not so, does not tell what is.
        usable = [one for one in about if _tells_truth(log, one.item)]
        changes = log.truths.get(subject, ())
        samples += _delays(usable, changes, party, _starts_ms(log, party, activity), log.end_ms)
    figure = of_samples(samples, percentile_95)
    if figure is None:
        return None
    ages = [statement.at_ms - statement.item.observed_at_ms for statement in mine]
    mean = Detail("mean-age-when-shared", party, sum(ages) // len(ages), cited(one.seq for one in mine))
    return Figure(
        value=figure.value,
        pending=figure.pending,
        count=figure.count,
        evidence=figure.evidence,
        details=(*figure.details, mean),
    )


def held_age(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the mean age (ms) over time of the newest that a party holds of each subject.

    Age runs from when the item was true for its source. The rows give the 95th percentile over time.
    """
    log = evidence.log
    segments = list(_segments(log, party))
    total_ms = sum(segment.length_ms for segment in segments)
    if total_ms == 0:
        return None
    weighted = sum((segment.from_age_ms + segment.to_age_ms) * segment.length_ms for segment in segments)
    seqs = cited(segment.seq for segment in segments)
    return Figure(
        value=weighted // (2 * total_ms),
        count=len(segments),
        evidence=seqs,
        details=(Detail("percentile-95", party, _age_95(segments, total_ms), seqs),),
    )


def held_lag(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) a party goes on holding what a change has overtaken: 95th percentile.

    Of each subject the newest that it holds counts, from the first change that it does not know of until it
    holds something newer. What never changes grows old and stays right, so age alone says little.
    """
    log = evidence.log
    samples = []
    for segment in _segments(log, party):
        changes = log.truths.get(segment.subject, ())
        change = next((one for one in changes if one.at_ms > segment.observed_ms), None)
        if change is None or change.at_ms >= segment.until_ms:
            continue
        held_ms = segment.until_ms - max(segment.from_ms, change.at_ms)
        evidence_of = tuple(seq for seq in (segment.seq, change.seq, segment.until_seq) if seq is not None)
        samples.append(
            Sample("overtaken", segment.subject, held_ms, evidence_of, open=segment.until_seq is None)
        )
    return of_samples(samples, percentile_95)


def _starts_ms(log: LogIndex, party: PartyId, activity: ActivityId) -> int:
    # Before it is called nobody can expect anything of a party; who is never called works from the opening.
    call = first_calls(log, party).get(activity)
    if call is not None:
        return call.at_ms
    return next((card.at_ms for card in log.sent(Card) if card.activity == activity), 0)


def _delays(
    usable: Sequence[Statement],
    changes: Sequence[Stamped[Truth]],
    party: PartyId,
    start_ms: int,
    end_ms: int,
) -> Iterator[Sample]:
    for change, until_ms, last in _windows(changes, end_ms):
        from_ms = max(change.at_ms, start_ms)
        if until_ms <= from_ms:
            continue
        subject = change.content.fact.subject
        reflecting = next((one for one in usable if one.item.observed_at_ms >= change.at_ms), None)
        if reflecting is None or reflecting.at_ms > until_ms:
            what = "waiting" if last else "superseded"
            yield Sample(what, subject, until_ms - from_ms, (change.seq,), open=last)
        elif reflecting.item.source.party == party:
            waited_ms = max(0, reflecting.at_ms - from_ms)
            yield Sample("shared", subject, waited_ms, (change.seq, reflecting.seq))


def _windows(changes: Sequence[Stamped[Truth]], end_ms: int) -> Iterator[tuple[Stamped[Truth], int, bool]]:
    for change, following in pairwise(changes):
        yield change, following.at_ms, False
    for change in changes[-1:]:
        yield change, end_ms, True


def _tells_truth(log: LogIndex, item: Item) -> bool:
    if item.verification.status in (VerificationStatus.REFUTED, VerificationStatus.LAPSED):
        return False
    return not any(contaminated(item, fault.content.id) for fault in log.faults)


@dataclass(frozen=True, slots=True)
class _Segment:
    # A time in which the newest that is held of a subject grows older.
    seq: int
    subject: SubjectId
    observed_ms: int
    from_ms: int
    until_ms: int
    # The record that brought something newer; None where nothing did before the run ended.
    until_seq: int | None

    @property
    def from_age_ms(self) -> int:
        return self.from_ms - self.observed_ms

    @property
    def to_age_ms(self) -> int:
        return self.until_ms - self.observed_ms

    @property
    def length_ms(self) -> int:
        return self.until_ms - self.from_ms


def _segments(log: LogIndex, party: PartyId) -> Iterator[_Segment]:
    newest: dict[SubjectId, Statement] = {}
    for statement in log.held.get(party, ()):
        former = newest.get(statement.item.subject)
        if statement.item.verification.status is VerificationStatus.LAPSED:
            # Taken out of the picture: from here on nothing is held of it.
            if former is not None:
                yield _segment(newest.pop(statement.item.subject), statement.at_ms, statement.seq)
        elif former is None:
            newest[statement.item.subject] = statement
        elif statement.item.observed_at_ms > former.item.observed_at_ms:
            yield _segment(former, statement.at_ms, statement.seq)
            newest[statement.item.subject] = statement
    for statement in newest.values():
        yield _segment(statement, log.end_ms, None)


def _segment(statement: Statement, until_ms: int, until_seq: int | None) -> _Segment:
    item = statement.item
    return _Segment(statement.seq, item.subject, item.observed_at_ms, statement.at_ms, until_ms, until_seq)


def _age_95(segments: Sequence[_Segment], total_ms: int) -> int:
    # The lowest age that the held items stayed under for 95% of the time, by bisection on whole milliseconds.
    low, high = 0, max(segment.to_age_ms for segment in segments)
    while low < high:
        middle = (low + high) // 2
        under = sum(min(max(middle - segment.from_age_ms, 0), segment.length_ms) for segment in segments)
        if under * 100 >= _PERCENT * total_ms:
            high = middle
        else:
            low = middle + 1
    return low
