"""From the records of a run log, read once and in order, to their index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec.structs import replace

from sim.core.assessment.condense import Condenser
from sim.core.assessment.log_entries import (
    Sent,
    Stamped,
    Statement,
    Withheld,
)
from sim.core.assessment.log_index import LogIndex
from sim.core.messages.contents import items_in
from sim.core.messages.topics import parse
from sim.core.model.access import OUTAGE
from sim.core.model.ids import EventId, PartyId, SubjectId
from sim.core.records.kinds import Delivery, Message, Opening, Truth
from sim.core.records.record import Record

_DATE: Final = len("2021-07-14")


@dataclass
class _Fold:
    opening: Opening | None = None
    opening_seq: int = 0
    held_on: str | None = None
    last_ms: int = 0
    end_seq: int | None = None
    completed: bool = False
    messages: list[Sent[Any]] = field(default_factory=list)
    places: dict[EventId, int] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    stamped: dict[str, list[Stamped[Any]]] = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)
    once: Condenser = field(default_factory=Condenser)

    def add(self, record: Record) -> None:
        self.last_ms = max(self.last_ms, record.at_ms)
        kind, content = record.kind, record.content
        if kind == "message":
            self._add_message(record, content)
        elif kind == "observed":
            # What led to it says no more than its content does.
            seen = Stamped(record.seq, record.at_ms, self.once.observed(content))
            self.stamped.setdefault(kind, []).append(seen)
        elif kind in _KEPT:
            stamped = Stamped(record.seq, record.at_ms, content, record.cause)
            self.stamped.setdefault(kind, []).append(stamped)
            if kind == "denied" and content.rule == OUTAGE:
                self._add_withheld(record.seq, content.party, content.event)
        elif kind == "delivery":
            if content.how != "again":
                self._add_withheld(record.seq, content.party, content.event)
            self._add_delivery(record, content)
        elif kind == "run":
            self.opening, self.opening_seq = content, record.seq
            started = record.local.get("manifest", {}).get("started")
            self.held_on = started[:_DATE] if isinstance(started, str) else None
        elif kind == "end":
            self.end_seq = record.seq
            self.completed = content.outcome == "completed"

    def _add_message(self, record: Record, message: Message) -> None:
        address = parse(message.topic)
        if address is None:
            # A log of a newer version may know shapes that this one does not; they prove nothing here.
            return
        event, once = message.event, self.once
        data, levels = once.content(event.data), address.levels
        sent = Sent(
            record.seq,
            once.one(record.at_ms),
            address,
            once.envelope(event),
            once.one(message.readers),
            data,
            once.one(event.sender),
            once.one(levels.get("to", "")),
            once.one(levels.get("activity", "") or getattr(data, "activity", "")),
        )
        self.places[event.id] = len(self.messages)
        self.messages.append(sent)
        self._add_statements(sent)

    def _add_delivery(self, record: Record, delivery: Delivery) -> None:
        """Take that a message came late to one party: that holds from now on what it told.

        What is addressed to one party is still one message. State of the tool is told to that party now.
        """
        place = self.places.get(delivery.event)
        if delivery.how != "late" or place is None:
            return
        sent = self.messages[place]
        late = replace(sent, seq=record.seq, at_ms=record.at_ms, readers=(delivery.party,), late=True)
        if sent.recipient:
            self.messages[place] = replace(sent, readers=tuple(sorted({*sent.readers, delivery.party})))
        else:
            self.messages.append(late)
        self._add_statements(late)

    def _add_withheld(self, seq: int, party: PartyId, event: EventId) -> None:
        """Take that a delivery of items did not come to a party when it was sent."""
        place = self.places.get(event)
        items = () if place is None else items_in(self.messages[place].data)
        if place is not None and items:
            sent = self.messages[place]
            self.withheld.append(Withheld(seq, party, sent.seq, sent.at_ms, items))

    def _add_statements(self, sent: Sent[Any]) -> None:
        items = items_in(sent.data)
        if not items:
            return
        seq, at_ms, sender, readers = sent.seq, sent.at_ms, sent.sender, sent.readers
        shape, activity, late = sent.address.shape, sent.activity, sent.late
        holders = readers if late else self.once.holders(sender, readers)
        for item in items:
            self.statements.append(
                Statement(seq, at_ms, sender, readers, shape, activity, holders, item, late)
            )

    def index(self) -> LogIndex:
        if self.opening is None:
            raise ValueError("run log: expected a record of kind run, found none")
        return LogIndex(
            opening=self.opening,
            opening_seq=self.opening_seq,
            held_on=self.held_on,
            end_ms=self.last_ms,
            end_seq=self.end_seq,
            completed=self.completed,
            all_messages=tuple(self.messages),
            statements=tuple(self.statements),
            versions=self.once.versions,
            truths=self._truths(),
            faults=self._of("fault"),
            injects={stamped.content.id: stamped.content for stamped in self._of("inject")},
            cues=self._of("inject"),
            observed=self._of("observed"),
            denied=self._of("denied"),
            leaks=self._of("leak"),
            lost=self._of("lost"),
            rights=self._of("rights"),
            notes=self._of("note"),
            subscribed=self._of("subscribed"),
            outages=self._of("outage"),
            withheld=tuple(self.withheld),
        )

    def _of(self, kind: str) -> tuple[Stamped[Any], ...]:
        return tuple(self.stamped.get(kind, ()))

    def _truths(self) -> dict[SubjectId, tuple[Stamped[Truth], ...]]:
        truths: dict[SubjectId, list[Stamped[Truth]]] = {}
        for change in self._of("truth"):
            truths.setdefault(change.content.fact.subject, []).append(change)
        return {subject: tuple(changes) for subject, changes in truths.items()}


_KEPT: Final[frozenset[str]] = frozenset(
    {
        "truth",
        "inject",
        "fault",
        "denied",
        "leak",
        "lost",
        "rights",
        "note",
        "outage",
        "subscribed",
    }
)


def index(records: Iterable[Record]) -> LogIndex:
    """Return the index of a run log, read in one pass.

    Raises:
        ValueError: It has no opening record.
    """
    fold = _Fold()
    for record in records:
        fold.add(record)
    return fold.index()
