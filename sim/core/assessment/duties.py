"""The duty to bring and the duty to fetch (brengplicht en haalplicht, Modeluitwerking 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import shapely

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Part, Sample, of_parts, of_samples, of_share, percentile_95
from sim.core.assessment.log_entries import Sent, Stamped, grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.assessment.lookup import FirstTold, receipts, rights_of
from sim.core.assessment.outages import outages, up_ms
from sim.core.assessment.timeliness import first_calls
from sim.core.messages.contents import ItemUpdate, Snapshot, items_in
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Fact
from sim.core.records.kinds import ActivityEntry, Observed

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
        [
            (sample.about, sample.value <= limit_ms, sample.evidence)
            for sample in _all_brought(evidence.log, party)
            if not sample.open or sample.value > limit_ms
        ]
    )


def duty_to_fetch(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) it takes until a party has taken in an item of the shared picture: 95th percentile.

    Time runs from the first delivery of each version of an item, in the tool or in a snapshot, to the receipt that
    names it. While the tool fails the party nothing can be taken in, so that time does not count. What was never
    taken in waits until the activity is closed, the party's access ends, or the run does; and so does what was taken
    in after that, for a late receipt is no worse than none.
    """
    log = evidence.log
    taken_in = receipts(log, party)
    failed = outages(log, party)
    samples: list[Sample] = []
    for ref, delivery in _delivered(log, party).items():
        receipt = taken_in.get(ref)
        until_ms, seqs = _until(log, party, delivery)
        if receipt is not None and receipt.at_ms < until_ms:
            # Who read it elsewhere before it came has nothing to wait for.
            until_ms, seqs = max(receipt.at_ms, delivery.at_ms), ()
        seqs = (delivery.seq, *seqs) if receipt is None else (delivery.seq, receipt.seq, *seqs)
        waited_ms = up_ms(failed, delivery.at_ms, until_ms) if failed else until_ms - delivery.at_ms
        samples.append(Sample("taken-in", ref.item, waited_ms, seqs, open=receipt is None))
    return of_samples(samples, percentile_95)


def fetched_relevant(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of what a party needs to know and was given to read that it took in, by theme.

    It counts each version of an item under a theme that it needs (Modeluitwerking 10), in the shared picture or in a
    snapshot; taken in is named in a receipt before the activity was closed, its access ended, or the run did. None for
    a party of which no needs are known.
    """
    log = evidence.log
    needs, taken_in = log.needs(party), receipts(log, party)
    parts = []
    for ref, delivery in _delivered(log, party).items():
        theme = log.versions[ref][0].theme
        if theme in needs:
            receipt = taken_in.get(ref)
            until_ms, _ = _until(log, party, delivery)
            is_read = receipt is not None and receipt.at_ms <= until_ms
            seqs = (delivery.seq,) if receipt is None else (delivery.seq, receipt.seq)
            parts.append(Part(theme, 1 if is_read else 0, 1, seqs))
    return of_parts(parts)


# Bringing ----------------------------------------------------------------------------------------


def _news(log: LogIndex, party: PartyId) -> Iterator[Stamped[Observed]]:
    # Who looks again at what has not changed since perceives nothing new, though it measures a little otherwise.
    known = set()
    for record in log.perceived.get(party, ()):
        observation = record.content.observation
        what = (observation.fact.subject, observation.causes, observation.causation)
        if not observation.fact.layer and what not in known:
            known.add(what)
            yield record


@remembered
def _all_brought(log: LogIndex, party: PartyId) -> tuple[Sample, ...]:
    news = list(_news(log, party))
    return tuple(
        sample
        for activity in log.opening.activities
        if activity.directing != party
        for sample in _brought(log, party, activity, news)
    )


def _brought(
    log: LogIndex, party: PartyId, activity: ActivityEntry, news: Sequence[Stamped[Observed]]
) -> Iterator[Sample]:
    from_ms = works_from(log, party, activity.id)
    if from_ms is None:
        return
    until_ms, ended_by = closed(log, activity.id)
    said = log.said.get((party, activity.id), ())
    told = FirstTold(one for one in said if activity.directing in one.readers)
    for record in news:
        if from_ms <= record.at_ms < until_ms and lies_in(record.content.observation.fact, activity):
            subject = record.content.observation.fact.subject
            # It may be older than a late perception.
            bringing = told.at_least(subject, record.content.observation.observed_at_ms)
            if bringing is None:
                yield Sample("brought", subject, until_ms - record.at_ms, (record.seq, *ended_by), open=True)
            elif bringing.at_ms >= record.at_ms:
                yield Sample("brought", subject, bringing.at_ms - record.at_ms, (record.seq, bringing.seq))


def works_from(log: LogIndex, party: PartyId, activity: ActivityId) -> int | None:
    """Return from when (ms) a party works in an activity: called to it, or first heard in it; None where never."""
    call = first_calls(log, party).get(activity)
    said = log.first_said.get((party, activity))
    return min((one.at_ms for one in (call, said) if one is not None), default=None)


def lies_in(fact: Fact, activity: ActivityEntry) -> bool:
    """Say whether a fact lies within an activity; what has no place lies everywhere."""
    place = to_shapely(fact.geometry)
    if place is None or not activity.area:
        return True
    return any(shapely.intersects(to_shapely(part), place) for part in activity.area)


# Fetching ----------------------------------------------------------------------------------------


def _delivered(log: LogIndex, party: PartyId) -> dict[ItemRef, Sent[ItemUpdate] | Sent[Snapshot]]:
    first: dict[ItemRef, Sent[ItemUpdate] | Sent[Snapshot]] = {}
    for message in _to_fetch(log).get(party, ()):
        for item in items_in(message.data):
            first.setdefault(ItemRef(item.id, item.version), message)
    return first


@remembered
def _to_fetch(log: LogIndex) -> Mapping[PartyId, Sequence[Sent[ItemUpdate] | Sent[Snapshot]]]:
    updates = [update for update in log.came(ItemUpdate) if update.address.shape is Shape.SHARED]
    came: list[Sent[ItemUpdate] | Sent[Snapshot]] = [*updates, *log.came(Snapshot)]
    came.sort(key=lambda message: message.seq)
    return grouped((reader, message) for message in came for reader in message.readers)


def _until(log: LogIndex, party: PartyId, delivery: Sent[ItemUpdate] | Sent[Snapshot]) -> _End:
    revoked = next(
        (
            (record.at_ms, (record.seq,))
            for record in rights_of(log, party, delivery.activity)
            if record.content.change == "revoked" and record.seq > delivery.seq
        ),
        (log.end_ms, ()),
    )
    return max(min(closed(log, delivery.activity), revoked), (delivery.at_ms, ()))


@remembered
def closed(log: LogIndex, activity: ActivityId) -> _End:
    """Return until when (ms) an activity is open, and the record that closed it; none where the run ended first."""
    closing = log.closing(activity)
    return (log.end_ms, ()) if closing is None else (closing.at_ms, (closing.seq,))
