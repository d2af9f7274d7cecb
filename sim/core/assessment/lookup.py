"""What measures look up again and again in a log, worked out once; so that none walks the whole log for each thing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from sim.core.assessment.log_entries import Sent, Stamped, Statement, grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.messages.contents import Receipt
from sim.core.messages.items import Item, ItemRef, VerificationStatus
from sim.core.model.ids import ActivityId, InjectId, ItemId, PartyId, SubjectId
from sim.core.records.kinds import Note, Rights

C = TypeVar("C")


class FirstTold:
    """Tells which statement of several was the first that is at least so new, by subject."""

    def __init__(self, told: Iterable[Statement]) -> None:
        """Look through statements, in the order of the log."""
        # Only what is newer than all before it can be the first; so both lists rise.
        self._newest: dict[SubjectId, tuple[list[int], list[Statement]]] = {}
        for one in told:
            item = one.item
            known = self._newest.get(item.subject)
            if known is None:
                self._newest[item.subject] = ([item.observed_at_ms], [one])
            elif item.observed_at_ms > known[0][-1]:
                known[0].append(item.observed_at_ms)
                known[1].append(one)

    def at_least(self, subject: SubjectId, observed_ms: int) -> Statement | None:
        """Return the first statement about a subject that was observed then or later; None without any."""
        times, told = self._newest.get(subject, ((), ()))
        place = bisect_left(times, observed_ms)
        return told[place] if place < len(told) else None


def sent_by(log: LogIndex, kind: type[C], party: PartyId) -> tuple[Sent[C], ...]:
    """Return the messages of a party whose content is of a type, each once."""
    return cast("tuple[Sent[C], ...]", _by_sender(log, kind).get(party, ()))


@remembered
def _by_sender(log: LogIndex, kind: type[Any]) -> Mapping[PartyId, tuple[Sent[Any], ...]]:
    return grouped((sent.sender, sent) for sent in log.sent(kind))


@remembered
def receipts(log: LogIndex, party: PartyId) -> Mapping[ItemRef, Sent[Receipt]]:
    """Return by version of an item the first receipt of a party that names it."""
    first: dict[ItemRef, Sent[Receipt]] = {}
    for receipt in sent_by(log, Receipt, party):
        for ref in receipt.data.items:
            first.setdefault(ref, receipt)
    return first


def noted(log: LogIndex, party: PartyId) -> tuple[Stamped[Note], ...]:
    """Return what happened inside a party."""
    return _noted(log).get(party, ())


@remembered
def _noted(log: LogIndex) -> Mapping[PartyId, tuple[Stamped[Note], ...]]:
    return grouped((note.content.party, note) for note in log.notes)


def rights_of(log: LogIndex, party: PartyId, activity: ActivityId) -> Sequence[Stamped[Rights]]:
    """Return how the rights of a party in an activity changed."""
    return _rights(log).get((party, activity), ())


@remembered
def _rights(log: LogIndex) -> Mapping[tuple[PartyId, ActivityId], tuple[Stamped[Rights], ...]]:
    return grouped(((one.content.party, one.content.activity), one) for one in log.rights)


@remembered
def change_times(log: LogIndex) -> Mapping[SubjectId, tuple[int, ...]]:
    """Return when (ms) the truth about each subject changed."""
    return {subject: tuple(change.at_ms for change in changes) for subject, changes in log.truths.items()}


@remembered
def fault_ids(log: LogIndex) -> frozenset[InjectId]:
    """Return the ids of the faults that entered."""
    return frozenset(fault.content.id for fault in log.faults)


@remembered
def from_fault(log: LogIndex, fault: InjectId) -> tuple[Statement, ...]:
    """Return every statement of an item that comes from a fault."""
    return _by_cause(log).get(fault, ())


@remembered
def _by_cause(log: LogIndex) -> Mapping[InjectId, tuple[Statement, ...]]:
    return grouped((cause, one) for one in log.statements for cause in dict.fromkeys(one.item.causation))


@remembered
def of_items_from_faults(log: LogIndex) -> Mapping[ItemId, tuple[tuple[int, Statement], ...]]:
    """Return every statement of an item that at any time came from anything, with its place among all."""
    items = {one.item.id for told in _by_cause(log).values() for one in told}
    return grouped(
        (one.item.id, (place, one)) for place, one in enumerate(log.statements) if one.item.id in items
    )


@remembered
def shared_by_source(log: LogIndex) -> Mapping[PartyId, tuple[Statement, ...]]:
    """Return what was told in shared pictures, by the party that it comes from."""
    return grouped((one.item.source.party, one) for one in log.statements if one.shared)


@remembered
def first_true(log: LogIndex) -> Mapping[ActivityId, FirstTold]:
    """Return by activity what first told in its shared picture what is so."""
    return {
        activity: FirstTold(one for one in told if tells_truth(log, one.item))
        for activity, told in log.shared.items()
    }


def tells_truth(log: LogIndex, item: Item) -> bool:
    """Say whether an item tells what is: it passes on no fault, and says of nothing that it is not so."""
    status = item.verification.status
    if status is VerificationStatus.REFUTED or status is VerificationStatus.LAPSED:
        return False
    if status is VerificationStatus.CORRECTED or not item.causation:
        return True
    return fault_ids(log).isdisjoint(item.causation)
