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

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, Sample, cited, of_count, of_samples, worst
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.index import LogIndex, remembered, remembered_last
from sim.core.assessment.log.lookup import FirstTold
from sim.core.assessment.log.told import NO_ROW, Told
from sim.core.assessment.measures.chain import Taken, taken_of
from sim.core.assessment.measures.outages import Outage, outages
from sim.core.messages.items import ItemRef
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
    told, first, after = log.told, outage.down.seq, None if outage.up is None else outage.up.seq
    seen: set[ItemRef] = set()
    for kept in log.withheld:
        if kept.party == party and _within(kept.sent_seq, first, after):
            for row in kept.rows:
                ref = _ref(told, row)
                if ref not in seen:
                    seen.add(ref)
                    yield _Missed(ref, (kept.sent_seq, kept.seq), True, _as_new(log, party, row))
    for row in _waited(log, party, first, after):
        ref = _ref(told, row)
        if ref not in seen:
            seen.add(ref)
            yield _Missed(ref, (int(told.seq[row]),), False, _read(log, party, row))


def _ref(told: Told, row: int) -> ItemRef:
    return ItemRef(told.faces[told.face[row]].id, int(told.version[row]))


def _waited(log: LogIndex, party: PartyId, first: int, after: int | None) -> list[int]:
    """Return the rows by which something came into a shared picture that a party reads, between two records."""
    rows = _from_pictures(log, party)
    seq = log.told.seq[rows]
    begin = np.searchsorted(seq, first, "right")
    end = len(rows) if after is None else np.searchsorted(seq, after, "left")
    waited: list[int] = rows[begin:end].tolist()
    return waited


@remembered_last
def _from_pictures(log: LogIndex, party: PartyId) -> Numbers:
    told = log.told
    return np.flatnonzero(told.where(told.shared & told.read_by(party) & ~told.sent_by(party)))


def _within(seq: int, first: int, after: int | None) -> bool:
    return first < seq and (after is None or seq < after)


def _as_new(log: LogIndex, party: PartyId, row: int) -> tuple[int, int] | None:
    """Return when a party first held something as new as what stands in a row; None where it never did."""
    told = log.told
    first = _first_held(log, party).at_least(told.faces[told.face[row]].subject, int(told.observed_ms[row]))
    if first is None:
        return None
    moment = told.moment(first)
    return moment.at_ms, moment.seq


def _read(log: LogIndex, party: PartyId, row: int) -> tuple[int, int] | None:
    """Return when a party first took in something as new as what stands in a row; None where it never did."""
    told = log.told
    taken_in = _taken_in(log, party).get(told.faces[told.face[row]].subject)
    if taken_in is None:
        return None  # its version was told of another subject first, as a stranger can: nobody can have read this one
    place = int(np.searchsorted(taken_in.observed_ms, told.observed_ms[row], "left"))
    if place == len(taken_in.observed_ms):
        return None
    return int(taken_in.at_ms[place]), int(taken_in.seqs[place, 1])


@remembered_last
def _taken_in(log: LogIndex, party: PartyId) -> Mapping[SubjectId, Taken]:
    told = log.told
    first = np.zeros(len(told), np.bool_)
    first[told.first_rows[told.first_rows != NO_ROW]] = True
    return taken_of(log, party, first)


@remembered_last
def _first_held(log: LogIndex, party: PartyId) -> FirstTold:
    return FirstTold(log.told, log.told.where(log.told.held_by(party)))
