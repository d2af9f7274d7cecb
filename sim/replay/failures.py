"""What became of technology that failed: who saw it when, what was said outside the tool, what came late or never."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sim.core.messages.topics import is_outside
from sim.core.model.ids import InjectId, PartyId
from sim.core.records.kinds import Delivery, Denied, Message, Note, OutageEdge
from sim.core.records.record import Record

_BACK: Final = "the tool works again"
"""What a note of a party that goes back to the tool begins with; it has others while it works by the fallback."""


@dataclass(slots=True)
class Failure:
    """One outage, and what came of it.

    Attributes:
        begun: Its first record.
        from_ms: When it began (ms of exercise time).
        until_ms: When it was over for the last of those it struck (ms); None while it is not.
        seen_ms: When each party first worked by the fallback, or set its clock right (ms).
        back_ms: When each party went back to the tool after that (ms).
        calls: Messages outside the tool that were sent because of it.
        denied: What the broker refused, or withheld from a reader, because of it.
        late: Deliveries that came late.
        missed: Deliveries that never came.
        again: Deliveries that came twice.
    """

    begun: OutageEdge
    from_ms: int
    until_ms: int | None = None
    seen_ms: dict[PartyId, int] = field(default_factory=dict)
    back_ms: dict[PartyId, int] = field(default_factory=dict)
    calls: int = 0
    denied: int = 0
    late: int = 0
    missed: int = 0
    again: int = 0

    def seen_after_ms(self) -> list[int]:
        """Return how long (ms) after it began it was seen, by each who saw it, the first one first."""
        return sorted(at_ms - self.from_ms for at_ms in self.seen_ms.values())


def failures(records: Iterable[Record]) -> tuple[Failure, ...]:
    """Return what became of each outage of a run, in order of their beginnings."""
    found: dict[InjectId, Failure] = {}
    for record in records:
        content = record.content
        if isinstance(content, OutageEdge):
            _pass_edge(found, record.at_ms, content)
        elif not found:
            continue
        elif isinstance(content, Delivery):
            _count_delivery(found[content.by], content)
        elif isinstance(content, Denied):
            failure = found.get(content.source.removeprefix("outage "))
            if failure is not None and content.rule == "outage":
                failure.denied += 1
        elif isinstance(content, Message):
            _count_call(found, content)
        elif isinstance(content, Note):
            _take_note(found, record, content)
    return tuple(found.values())


def _pass_edge(found: dict[InjectId, Failure], at_ms: int, edge: OutageEdge) -> None:
    if edge.change == "begins":
        found[edge.id] = Failure(edge, at_ms)
    else:
        found[edge.id].until_ms = at_ms


def _count_delivery(failure: Failure, delivery: Delivery) -> None:
    failure.late += delivery.how == "late"
    failure.missed += delivery.how == "missed"
    failure.again += delivery.how == "again"


def _count_call(found: dict[InjectId, Failure], message: Message) -> None:
    if not is_outside(message.topic):
        return
    for name in message.event.injects:
        if name in found and found[name].begun.fails_tool:
            found[name].calls += 1


def _take_note(found: dict[InjectId, Failure], record: Record, note: Note) -> None:
    if note.what == "fallback":
        for failure in (found[name] for name in record.cause if name in found):
            failure.seen_ms.setdefault(note.party, record.at_ms)
            if note.text.startswith(_BACK):
                failure.back_ms[note.party] = record.at_ms
    elif note.what == "clock-set":
        # Of the clocks that were wrong it was the one that was set right with this note.
        for failure in found.values():
            is_its = failure.begun.offset_ms and note.party in failure.begun.parties
            if is_its and failure.until_ms == record.at_ms:
                failure.seen_ms.setdefault(note.party, record.at_ms)
