"""What is held over time: of each subject the newest that a party, or a shared picture, has been told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sim.core.assessment.log_entries import Stamped, Statement
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.picture.observation import Fact
from sim.core.picture.quality import contradicts, mismatches
from sim.core.records.kinds import Truth


class Segment(msgspec.Struct, frozen=True, gc=False):
    """A time in which one item was the newest that was held of its subject.

    Attributes:
        seq: The record that brought it.
        item: What was held.
        from_ms: From when.
        until_ms: Until when.
        until_seq: The record that brought something newer, or took it out; None where nothing did before the run ended.
    """

    seq: int
    item: Item
    from_ms: int
    until_ms: int
    until_seq: int | None


@remembered
def segments(log: LogIndex, party: PartyId) -> tuple[Segment, ...]:
    """Return what a party held, subject by subject as one thing took the place of another."""
    return tuple(_segments(log.held.get(party, ()), log.end_ms))


@remembered
def shared_segments(log: LogIndex, activity: ActivityId) -> tuple[Segment, ...]:
    """Return what stood in the shared picture of an activity."""
    return tuple(_segments(log.shared.get(activity, ()), log.end_ms))


def in_force(changes: tuple[Stamped[Truth], ...], at_ms: int) -> Stamped[Truth] | None:
    """Return the change of the truth that holds at a moment; None before the first."""
    return next((change for change in reversed(changes) if change.at_ms <= at_ms), None)


def is_right(item: Item, fact: Fact) -> bool:
    """Say whether an item tells what is so: no figure or place differs or is left out, nor do its words.

    Figures and places may differ by what :mod:`sim.core.picture.quality` allows. Words are compared only of what has
    no figures; what was refuted tells that something is not so.
    """
    if item.verification.status is VerificationStatus.REFUTED or mismatches(item, fact):
        return False
    return bool(fact.values) or item.title == fact.title


def is_same(one: Item, other: Item) -> bool:
    """Say whether two who hold these of one subject believe the same."""
    if contradicts(one, other):
        return False
    return bool(one.values and other.values) or one.title == other.title


def _segments(told: Iterable[Statement], end_ms: int) -> Iterator[Segment]:
    newest: dict[SubjectId, Statement] = {}
    for statement in told:
        item = statement.item
        former = newest.get(item.subject)
        if item.verification.status is VerificationStatus.LAPSED:
            # Taken out of the picture: from here on nothing is held of it.
            if former is not None:
                yield _segment(newest.pop(item.subject), statement.at_ms, statement.seq)
        elif former is None:
            newest[item.subject] = statement
        elif item.observed_at_ms > former.item.observed_at_ms:
            yield _segment(former, statement.at_ms, statement.seq)
            newest[item.subject] = statement
    for statement in newest.values():
        yield _segment(statement, end_ms, None)


def _segment(statement: Statement, until_ms: int, until_seq: int | None) -> Segment:
    return Segment(statement.seq, statement.item, statement.at_ms, until_ms, until_seq)
