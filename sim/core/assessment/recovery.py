"""After an outage: what a party never got, and how long until it had caught up (Modeluitwerking, techniek 4).

In the time that the tool fails a party it misses two sorts of items. What was *withheld* was sent in that time and
did not come to it then: refused, late, or never. What *waited* came into a shared picture, but nobody could look: the
tool was down for its people only (docs/decisions/0018-the-tool-fails-a-party.md). A party has caught up with what was
withheld when it holds something about the same subject that is at least as new, in whichever way; with what waited
when its receipts name something that is. What it had to tell itself in that time is its duty
to bring.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Detail, Figure, Sample, cited, of_count, of_samples, worst
from sim.core.assessment.log_entries import grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.assessment.lookup import FirstTold, receipts
from sim.core.assessment.outages import Outage, outages
from sim.core.messages.items import Item, ItemRef
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId, SubjectId


@dataclass(frozen=True, slots=True)
class _Missed:
    """A version of an item that a party missed, and when it had caught up with it: time (ms) and record."""

    ref: ItemRef
    evidence: tuple[int, ...]
    withheld: bool
    caught_up: tuple[int, int] | None


def outage_items_lost(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the items that were withheld from a party by an outage and that it never caught up with.

    Each version of an item counts once for each outage; one that something newer made up for is not lost. None where
    nothing was withheld.
    """
    return _lost(evidence.log, (party,))


def all_outage_items_lost(evidence: Evidence) -> Figure | None:
    """Count the items that were withheld from any party by an outage and that it never caught up with."""
    return _lost(evidence.log, tuple(entry.id for entry in evidence.log.parties))


def reconciliation(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from the end of an outage until a party had caught up with all that it missed.

    It may have caught up during the outage, by its fallback: then it takes no time. An outage in which it missed
    nothing shows nothing, and neither does one that lasted until the run ended.
    """
    return of_samples(_reconciled(evidence.log, party), worst)


def all_reconciliation(evidence: Evidence) -> Figure | None:
    """Measure the longest time (ms) from the end of an outage until a party had caught up, over all parties."""
    log = evidence.log
    samples = [sample for entry in log.parties for sample in _reconciled(log, entry.id)]
    return of_samples(samples, worst)


def _lost(log: LogIndex, parties: tuple[PartyId, ...]) -> Figure | None:
    withheld = [
        (party, one)
        for party in parties
        for _, missed in _missed(log, party)
        for one in missed
        if one.withheld
    ]
    rows = [
        Detail("lost", f"{one.ref.item}/{party}", 1, one.evidence)
        for party, one in withheld
        if one.caught_up is None
    ]
    return of_count(rows, len(withheld) - len(rows), log.end_seq)


@remembered
def _reconciled(log: LogIndex, party: PartyId) -> tuple[Sample, ...]:
    return tuple(
        _sample(log, party, outage, missed)
        for outage, missed in _missed(log, party)
        if missed and outage.up is not None
    )


def _sample(log: LogIndex, party: PartyId, outage: Outage, missed: tuple[_Missed, ...]) -> Sample:
    assert outage.up is not None, "asked of outages that ended"
    up_ms = outage.up.at_ms
    about = f"{outage.down.content.id}/{party}"
    seqs = cited(
        (outage.down.seq, outage.up.seq),
        *(one.evidence for one in missed),
        (one.caught_up[1] for one in missed if one.caught_up is not None),
    )
    last_ms = [log.end_ms if one.caught_up is None else one.caught_up[0] for one in missed]
    is_open = any(one.caught_up is None for one in missed)
    return Sample("caught-up", about, max(0, max(last_ms) - up_ms), seqs, open=is_open)


@remembered
def _missed(log: LogIndex, party: PartyId) -> tuple[tuple[Outage, tuple[_Missed, ...]], ...]:
    return tuple((outage, tuple(_in(log, party, outage))) for outage in outages(log, party))


def _in(log: LogIndex, party: PartyId, outage: Outage) -> Iterator[_Missed]:
    """Yield what a party missed in an outage: what was withheld, and then what waited."""
    first, after = outage.down.seq, None if outage.up is None else outage.up.seq
    seen: set[ItemRef] = set()
    for kept in log.withheld:
        if kept.party == party and _within(kept.sent_seq, first, after):
            for item in kept.items:
                ref = ItemRef(item.id, item.version)
                if ref not in seen:
                    seen.add(ref)
                    yield _Missed(ref, (kept.sent_seq, kept.seq), True, _as_new(log, party, item))
    for told in log.held.get(party, ()):
        ref = ItemRef(told.item.id, told.item.version)
        waited = told.shape is Shape.SHARED and not told.late and told.sender != party
        if waited and ref not in seen and _within(told.seq, first, after):
            seen.add(ref)
            yield _Missed(ref, (told.seq,), False, _read(log, party, told.item))


def _within(seq: int, first: int, after: int | None) -> bool:
    return first < seq and (after is None or seq < after)


def _as_new(log: LogIndex, party: PartyId, item: Item) -> tuple[int, int] | None:
    """Return when a party first held something as new as an item about the same subject; None where it never did."""
    told = _first_held(log, party).at_least(item.subject, item.observed_at_ms)
    return None if told is None else (told.at_ms, told.seq)


def _read(log: LogIndex, party: PartyId, item: Item) -> tuple[int, int] | None:
    """Return when a party first took in something as new as an item about the same subject; None where it never did."""
    taken_in = _taken_in(log, party).get(item.subject, ())
    return min(
        ((at_ms, seq) for new_ms, at_ms, seq in taken_in if new_ms >= item.observed_at_ms), default=None
    )


@remembered
def _taken_in(log: LogIndex, party: PartyId) -> Mapping[SubjectId, tuple[tuple[int, int, int], ...]]:
    """Return by subject how new (ms) what a party took in was, and when it did so: time (ms) and record."""
    return grouped(
        (item.subject, (item.observed_at_ms, receipt.at_ms, receipt.seq))
        for ref, receipt in receipts(log, party).items()
        for item in log.versions.get(ref, ())[:1]
    )


@remembered
def _first_held(log: LogIndex, party: PartyId) -> FirstTold:
    return FirstTold(log.held.get(party, ()))
