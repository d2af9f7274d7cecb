"""How current the pictures are: how soon a change stands in the shared picture, how old what is held is."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import (
    Detail,
    Figure,
    Sample,
    cited,
    mean,
    of_samples,
    of_share,
    percentile_95,
    rows_of,
)
from sim.core.assessment.holding import Segment, segments
from sim.core.assessment.log_entries import Stamped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.assessment.lookup import FirstTold, change_times, first_true, shared_by_source
from sim.core.assessment.timeliness import first_calls
from sim.core.messages.contents import Card
from sim.core.model.ids import ActivityId, PartyId
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
    mine = shared_by_source(log).get(party, ())
    samples: list[Sample] = []
    for activity, subject in sorted({(statement.activity, statement.item.subject) for statement in mine}):
        # What passes on a fault, or says that something is not so, does not tell what is.
        telling = first_true(log)[activity]
        changes = log.truths.get(subject, ())
        samples += _delays(telling, changes, party, _starts_ms(log, party, activity), log.end_ms)
    figure = of_samples(samples, percentile_95)
    if figure is None:
        return None
    ages = [statement.at_ms - statement.item.observed_at_ms for statement in mine]
    mean = Detail("mean-age-when-shared", party, sum(ages) // len(ages), cited(one.seq for one in mine))
    return Figure(
        value=figure.value,
        pending=figure.pending,
        waiting=figure.waiting,
        count=figure.count,
        evidence=figure.evidence,
        details=(*figure.details, mean),
    )


def held_age(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the mean age (ms) over time of the newest that a party holds of each subject.

    Age runs from when the item was true for its source. The rows give the 95th percentile over time.
    """
    log = evidence.log
    held = segments(log, party)
    total_ms = sum([segment.until_ms - segment.from_ms for segment in held])
    if total_ms == 0:
        return None
    weighted = sum(
        [
            (one.from_ms + one.until_ms - 2 * one.item.observed_at_ms) * (one.until_ms - one.from_ms)
            for one in held
        ]
    )
    seqs = cited(segment.seq for segment in held)
    return Figure(
        value=weighted // (2 * total_ms),
        count=len(held),
        evidence=seqs,
        details=(Detail("percentile-95", party, _age_95(held, total_ms), seqs),),
    )


def held_lag(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) a party goes on holding what a change has overtaken: 95th percentile.

    Of each subject the newest that it holds counts, from the first change that it does not know of until it
    holds something newer. What never changes grows old and stays right, so age alone says little.
    """
    return of_samples(_overtaken(evidence.log, party), percentile_95, _overtaken_rows(evidence.log, party))


def held_lag_mean(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) a party goes on holding what a change has overtaken: the mean."""
    return of_samples(_overtaken(evidence.log, party), mean, _overtaken_rows(evidence.log, party))


def held_in_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what was overtaken in a party's hands that it let go of within the agreed actuality.

    None where no actuality was agreed. What was still held when the run ended, and not too long yet, does not count.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None or agreement.actuality is None:
        return None
    limit_ms = agreement.actuality.limit_ms
    return of_share(
        [
            (sample.about, sample.value <= limit_ms, sample.evidence)
            for sample in _overtaken(evidence.log, party)
            if not sample.open or sample.value > limit_ms
        ]
    )


@remembered
def _overtaken_rows(log: LogIndex, party: PartyId) -> tuple[Detail, ...]:
    return rows_of(_overtaken(log, party))


@remembered
def _overtaken(log: LogIndex, party: PartyId) -> tuple[Sample, ...]:
    samples = []
    times_of = change_times(log)
    for segment in segments(log, party):
        item, until_ms, until_seq = segment.item, segment.until_ms, segment.until_seq
        times = times_of.get(item.subject, ())
        place = bisect_right(times, item.observed_at_ms)
        if place == len(times) or times[place] >= until_ms:
            continue
        change = log.truths[item.subject][place]
        held_ms = until_ms - max(segment.from_ms, change.at_ms)
        seqs = (segment.seq, change.seq) if until_seq is None else (segment.seq, change.seq, until_seq)
        samples.append(Sample("overtaken", item.subject, held_ms, seqs, until_seq is None))
    return tuple(samples)


def _starts_ms(log: LogIndex, party: PartyId, activity: ActivityId) -> int:
    # Before it is called nobody can expect anything of a party; who is never called works from the opening.
    call = first_calls(log, party).get(activity)
    if call is not None:
        return call.at_ms
    return next((card.at_ms for card in log.sent(Card) if card.activity == activity), 0)


def _delays(
    telling: FirstTold,
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
        reflecting = telling.at_least(subject, change.at_ms)
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


def _age_95(held: Sequence[Segment], total_ms: int) -> int:
    # The lowest age that the held items stayed under for 95% of the time. Ages pass one after the other: at each, some
    # items begin or end being that old, and in between as many milliseconds go by as items are.
    needed_ms = -(-_PERCENT * total_ms // 100)
    changes: Counter[int] = Counter()
    under_ms = 0
    for one in held:
        observed_ms = one.item.observed_at_ms
        from_age_ms, to_age_ms = one.from_ms - observed_ms, one.until_ms - observed_ms
        if from_age_ms < 0:
            under_ms += min(0, to_age_ms) - from_age_ms
            from_age_ms, to_age_ms = 0, max(0, to_age_ms)
        changes[from_age_ms] += 1
        changes[to_age_ms] -= 1
    (age_ms, items, before_ms), *_ = _passing(sorted(changes.items()), under_ms, needed_ms)
    return age_ms + (-(-(needed_ms - before_ms) // items) if items else 0)


def _passing(
    steps: Sequence[tuple[int, int]], under_ms: int, needed_ms: int
) -> Iterator[tuple[int, int, int]]:
    """Yield from which age on, with how many items and how much time before it, the needed time is passed."""
    age_ms, items = 0, 0
    for next_age_ms, change in steps:
        span_ms = items * (next_age_ms - age_ms)
        if under_ms + span_ms >= needed_ms:
            yield age_ms, items, under_ms
        under_ms += span_ms
        age_ms, items = next_age_ms, items + change
