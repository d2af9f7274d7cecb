"""How much of the time pictures are stale: overtaken by what is so, or older than was agreed (Modeluitwerking 9).

How long something stays stale, once it is, tells :mod:`sim.core.assessment.actuality`; here is how much of all that is
shown, under each theme, is stale at any moment. Age runs from when an item was true for its source.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Part, of_parts
from sim.core.assessment.holding import Segment, segments, shared_segments
from sim.core.assessment.log_index import LogIndex
from sim.core.assessment.lookup import change_times
from sim.core.model.ids import PartyId


def stale_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of time that what a party holds had been overtaken by a change, over subjects and by theme.

    Of each subject the newest that it holds counts, for as long as it holds it. What the truth of the exercise says
    nothing about can neither be current nor stale, and is left out.
    """
    return of_parts(list(_overtaken(evidence.log, segments(evidence.log, party))))


def shared_stale_time(evidence: Evidence) -> Figure | None:
    """Measure the share of time that what stands in shared pictures had been overtaken by a change, by theme."""
    log = evidence.log
    return of_parts(
        [
            part
            for activity in log.opening.activities
            for part in _overtaken(log, shared_segments(log, activity.id))
        ]
    )


def over_age_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of time that what a party holds was older than the actuality that was agreed, by theme.

    What never changes grows old and stays right, so this says how often things are looked at anew rather than whether
    they are right. None where no actuality was agreed.
    """
    agreement = evidence.log.agreement(party)
    if agreement is None or agreement.actuality is None:
        return None
    limit_ms = agreement.actuality.limit_ms
    held = segments(evidence.log, party)
    return of_parts([_stale(one, one.item.observed_at_ms + limit_ms, (one.seq,)) for one in held])


def _overtaken(log: LogIndex, held: Iterable[Segment]) -> Iterator[Part]:
    times_of = change_times(log)
    for segment in held:
        item = segment.item
        times = times_of.get(item.subject)
        if times is None:
            continue
        place = bisect_right(times, item.observed_at_ms)
        if place == len(times):
            # Nothing has changed since.
            yield _stale(segment, segment.until_ms, (segment.seq, log.truths[item.subject][-1].seq))
        else:
            change = log.truths[item.subject][place]
            yield _stale(segment, change.at_ms, (segment.seq, change.seq))


def _stale(segment: Segment, since_ms: int, seqs: tuple[int, ...]) -> Part:
    # The part of the time that is counted is the stale one.
    stale_ms = max(0, segment.until_ms - max(segment.from_ms, since_ms))
    return Part(segment.item.theme, stale_ms, segment.until_ms - segment.from_ms, seqs)
