"""How current the pictures are: how soon a change stands in the shared picture, how old what is held is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import mul
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import (
    Detail,
    Durations,
    Figure,
    Sample,
    cited,
    mean,
    of_durations,
    of_flags,
    of_samples,
    percentile_95,
)
from sim.core.assessment.evidence.rows import ROWS_MAX, worst_places
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.entries import Stamped
from sim.core.assessment.log.holding import TO_THE_END, Held, held_by, subjects_of
from sim.core.assessment.log.index import LogIndex, remembered_last
from sim.core.assessment.log.lookup import change_times, first_true
from sim.core.assessment.measures.timeliness import first_calls
from sim.core.messages.contents import Card
from sim.core.model.ids import ActivityId, PartyId
from sim.core.records.kinds import Truth

NEVER_MS: Final = 2**62
"""When what never changes changes."""

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
    told = log.told
    mine = np.flatnonzero(told.where(told.shared) & told.by_source(party))
    figure = of_samples(_all_delays(log, party, mine), percentile_95)
    if figure is None:
        return None
    age_ms = int((told.at_ms[mine] - told.observed_ms[mine]).sum()) // len(mine)
    seqs = told.seq[mine[:ROWS_MAX]].tolist()
    mean_row = Detail("mean-age-when-shared", party, age_ms, cited(seqs), len(mine) - len(seqs))
    return msgspec.structs.replace(figure, details=(*figure.details, mean_row))


def _all_delays(log: LogIndex, party: PartyId, mine: Numbers) -> Iterator[Sample]:
    told = log.told
    brought = {
        (told.ways[way].activity, told.faces[face].subject)
        for way, face in _pairs(told.way[mine], told.face[mine])
    }
    for activity, subject in sorted(brought):
        # What passes on a fault, or says that something is not so, does not tell what is.
        starts_ms = _starts_ms(log, party, activity)
        yield from _delays(log, activity, log.truths.get(subject, ()), party, starts_ms)


def _pairs(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> list[list[int]]:
    pairs: list[list[int]] = np.unique(np.column_stack((one, other)), axis=0).tolist()
    return pairs


def held_age(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the mean age (ms) over time of the newest that a party holds of each subject.

    Age runs from when the item was true for its source. The rows give the 95th percentile over time.
    """
    held = held_by(evidence.log, party)
    lengths_ms = held.until_ms - held.from_ms
    total_ms = int(lengths_ms.sum())
    if total_ms == 0:
        return None
    # Twice the mean age of each; what they come to together can be more than a number of fixed length holds.
    ages_ms = held.from_ms + held.until_ms - 2 * held.observed_ms
    weighted = sum(map(mul, ages_ms.tolist(), lengths_ms.tolist()))
    oldest = worst_places(held.until_ms - held.observed_ms, ROWS_MAX)
    seqs = cited(held.seq[oldest].tolist())
    left_out = len(held) - len(oldest)
    return Figure(
        value=weighted // (2 * total_ms),
        count=len(held),
        evidence=seqs,
        details=(Detail("percentile-95", party, _age_95(held, total_ms), seqs, left_out),),
    )


def held_lag(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) a party goes on holding what a change has overtaken: 95th percentile.

    Of each subject the newest that it holds counts, from the first change that it does not know of until it
    holds something newer. What never changes grows old and stays right, so age alone says little.
    """
    return of_durations(_overtaken(evidence.log, party), percentile_95)


def held_lag_mean(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) a party goes on holding what a change has overtaken: the mean."""
    return of_durations(_overtaken(evidence.log, party), mean)


def held_in_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what was overtaken in a party's hands that it let go of within the agreed actuality.

    None where no actuality was agreed. What was still held when the run ended, and not too long yet, does not count.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None or agreement.actuality is None:
        return None
    limit_ms = agreement.actuality.limit_ms
    overtaken = _overtaken(evidence.log, party)
    counts = np.flatnonzero(~overtaken.open | (overtaken.value_ms > limit_ms))

    def row(place: int) -> tuple[str, tuple[int, ...]]:
        sample = overtaken.sample(int(counts[place]))
        return sample.about, sample.evidence

    return of_flags(overtaken.value_ms[counts] <= limit_ms, row)


def changes_since(log: LogIndex, held: Held) -> tuple[Numbers, Numbers]:
    """Return the first change since what was held was true: its place among those of its subject, and its time (ms).

    Where nothing has changed since, the place is after the last, and the time :data:`NEVER_MS`.
    """
    observed_ms, times_of = held.observed_ms, change_times(log)
    change, change_ms = np.zeros(len(held), np.int64), np.full(len(held), NEVER_MS)
    for subject, places in subjects_of(held):
        times_ms = np.array((*times_of.get(subject, ()), NEVER_MS))
        change[places] = np.searchsorted(times_ms[:-1], observed_ms[places], "right")
        change_ms[places] = times_ms[change[places]]
    return change, change_ms


@remembered_last
def _overtaken(log: LogIndex, party: PartyId) -> Durations:
    """Return how long a party went on holding what had been overtaken."""
    held = held_by(log, party)
    change, change_ms = changes_since(log, held)
    overtaken = held.order[(change_ms < held.until_ms)[held.order]]

    def sample(place: int) -> Sample:
        one = int(overtaken[place])
        subject = held.told.faces[held.told.face[held.row[one]]].subject
        until_seq = int(held.until_seq[one])
        seqs = (int(held.seq[one]), log.truths[subject][change[one]].seq)
        ended_by = () if until_seq == TO_THE_END else (until_seq,)
        return Sample("overtaken", subject, int(lasted_ms[place]), (*seqs, *ended_by), not ended_by)

    lasted_ms = held.until_ms[overtaken] - np.maximum(held.from_ms, change_ms)[overtaken]
    return Durations(lasted_ms, held.until_seq[overtaken] == TO_THE_END, sample)


def _starts_ms(log: LogIndex, party: PartyId, activity: ActivityId) -> int:
    # Before it is called nobody can expect anything of a party; who is never called works from the opening.
    call = first_calls(log, party).get(activity)
    if call is not None:
        return call.at_ms
    return next((card.at_ms for card in log.sent(Card) if card.activity == activity), 0)


def _delays(
    log: LogIndex,
    activity: ActivityId,
    changes: Sequence[Stamped[Truth]],
    party: PartyId,
    start_ms: int,
) -> Iterator[Sample]:
    told, telling = log.told, first_true(log, activity)
    for change, until_ms, last in _windows(changes, log.end_ms):
        from_ms = max(change.at_ms, start_ms)
        if until_ms <= from_ms:
            continue
        subject = change.content.fact.subject
        row = telling.at_least(subject, change.at_ms)
        if row is None or told.at_ms[row] > until_ms:
            what = "waiting" if last else "superseded"
            yield Sample(what, subject, until_ms - from_ms, (change.seq,), open=last)
        elif told.faces[told.face[row]].source.party == party:
            reflecting = told.moment(row)
            waited_ms = max(0, reflecting.at_ms - from_ms)
            yield Sample("shared", subject, waited_ms, (change.seq, reflecting.seq))


def _windows(changes: Sequence[Stamped[Truth]], end_ms: int) -> Iterator[tuple[Stamped[Truth], int, bool]]:
    for change, following in pairwise(changes):
        yield change, following.at_ms, False
    for change in changes[-1:]:
        yield change, end_ms, True


def _age_95(held: Held, total_ms: int) -> int:
    # The lowest age that the held items stayed under for 95% of the time. Ages pass one after the other: at each, some
    # items begin or end being that old, and in between as many milliseconds go by as items are.
    needed_ms = -(-_PERCENT * total_ms // 100)
    from_age_ms, to_age_ms = held.from_ms - held.observed_ms, held.until_ms - held.observed_ms
    under_ms = int((np.minimum(0, to_age_ms) - np.minimum(0, from_age_ms)).sum())
    begin_ms, end_ms = np.maximum(0, from_age_ms), np.maximum(0, to_age_ms)
    ages_ms, which = np.unique(np.concatenate(([0], begin_ms, end_ms)), return_inverse=True)
    changes = np.bincount(which[1 : len(held) + 1], minlength=len(ages_ms))
    changes -= np.bincount(which[len(held) + 1 :], minlength=len(ages_ms))
    # So many items are between this age and the next, and so much time is spent under the next.
    items = np.cumsum(changes)[:-1]
    passed_ms = under_ms + np.cumsum(items * np.diff(ages_ms))
    if needed_ms <= under_ms:
        return 0
    place = int(np.searchsorted(passed_ms, needed_ms, "left"))
    before_ms = int(passed_ms[place - 1]) if place else under_ms
    return int(ages_ms[place]) + -(-(needed_ms - before_ms) // int(items[place]))
