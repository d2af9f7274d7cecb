"""From the records of a run log, read once and in order, to their index."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from sim.core.assessment.log.columns import Telling, letter
from sim.core.assessment.log.condense import Condenser, emptied
from sim.core.assessment.log.entries import Envelope, Moment, Sent, Stamped, Traffic, Withheld, grouped
from sim.core.assessment.log.event_ids import EventIds
from sim.core.assessment.log.index import LogIndex
from sim.core.assessment.log.refs import Read, Readings
from sim.core.assessment.log.sights import Seeing, Seen
from sim.core.assessment.log.told import Told
from sim.core.messages.contents import ItemUpdate, OtherContent, Receipt, items_in
from sim.core.model.access import OUTAGE
from sim.core.model.ids import ActivityId, EventId, PartyId, SubjectId
from sim.core.records.kinds import Delivery, Message, Observed, Opening, Truth
from sim.core.records.lean import LeanMessage, LeanObserved, LeanUpdate
from sim.core.records.record import Record

_AnyMessage: TypeAlias = Message | LeanMessage
_UPDATES: Final = (ItemUpdate, LeanUpdate)
_DATE: Final = len("2021-07-14")


@dataclass
class _Fold:
    opening: Opening | None = None
    opening_seq: int = 0
    held_on: str | None = None
    last_ms: int = 0
    end_seq: int | None = None
    completed: bool = False
    mail: list[Sent[Any]] = field(default_factory=list)
    stamped: dict[str, list[Stamped[Any]]] = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)
    once: Condenser = field(default_factory=Condenser)
    telling: Telling = field(default_factory=Telling)
    readings: Readings = field(default_factory=Readings)
    seeing: Seeing = field(default_factory=Seeing)
    firsts: dict[int, Moment] = field(default_factory=dict)
    late: Counter[Traffic] = field(default_factory=Counter)
    updates: EventIds = field(default_factory=EventIds)
    receipts: EventIds = field(default_factory=EventIds)
    letters: dict[str, int] = field(default_factory=dict)
    came_late: set[int] = field(default_factory=set)

    def add(self, record: Record) -> None:
        self.last_ms = max(self.last_ms, record.at_ms)
        kind, content = record.kind, record.content
        if kind == "message":
            self._add_message(record, content)
        elif kind == "observed":
            self._add_observed(record, content)
        elif kind in _KEPT:
            if kind == "truth":
                content = replace(content, fact=self.once.fact(content.fact))
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

    def _add_observed(self, record: Record, observed: Observed | LeanObserved) -> None:
        # What led to it says no more than its content does.
        seen, once = observed.observation, self.once
        sight, causes = once.sight(observed), once.causes[seen.causes]
        self.seeing.add(record.seq, record.at_ms, seen.observed_at_ms, sight, causes)

    def _add_message(self, record: Record, message: _AnyMessage) -> None:
        once, data, event = self.once, message.event.data, message.event.id
        number = once.way(message)
        if number is None:
            # A log of a newer version may know shapes that this one does not; they prove nothing here.
            return
        if isinstance(data, _UPDATES):
            self.updates.add(event, len(self.telling.seq))
            self.telling.add(record.seq, record.at_ms, number, once.face(data.item), data.item)
        elif isinstance(data, Receipt):
            self.receipts.add(event, number)
            items = [once.items[ref.item] for ref in data.items]
            self.readings.add(record.seq, record.at_ms, number, items, [ref.version for ref in data.items])
        else:
            self._add_letter(record, event, data, number)
        if not once.counts[number]:
            self.firsts[number] = Moment(record.seq, record.at_ms)
        once.counts[number] += 1

    def _add_letter(self, record: Record, event: EventId, data: OtherContent, number: int) -> None:
        once = self.once
        way = once.ways[number]
        for item in items_in(data):
            self.telling.add(record.seq, record.at_ms, number, once.face(item), item)
        self.letters[event] = len(self.mail)
        name = Envelope(event, way.injects)
        self.mail.append(letter(record.seq, record.at_ms, way, name, once.content(emptied(data, once.item))))

    def _add_withheld(self, seq: int, party: PartyId, event: EventId) -> None:
        """Take that a delivery of items did not come to a party when it was sent."""
        rows = self._rows_of(event)
        if rows:
            told = self.telling
            self.withheld.append(Withheld(seq, party, told.seq[rows[0]], told.at_ms[rows[0]], tuple(rows)))

    def _rows_of(self, event: EventId) -> Sequence[int]:
        """Return the rows of the items that a message told."""
        place = self.letters.get(event)
        if place is not None:
            seq = self.mail[place].seq
            return range(bisect_left(self.telling.seq, seq), bisect_right(self.telling.seq, seq))
        row = self.updates.number(event)
        return () if row is None else (row,)

    def _add_delivery(self, record: Record, delivery: Delivery) -> None:
        """Take that a message came late to one party: that holds from now on what it told.

        What is addressed to one party is still one message. State of the tool is told to that party now.
        """
        if delivery.how != "late":
            return
        event, party, seq, at_ms = delivery.event, delivery.party, record.seq, record.at_ms
        for row in self._rows_of(event):
            self.telling.again(row, seq, at_ms, self.once.late(self.telling.way[row], party))
        place = self.letters.get(event)
        if place is not None:
            self._came_late(record, place, party)
        elif self.updates.number(event) is not None:
            self.once.counts[self.telling.way[-1]] += 1
        else:
            receipt = self.receipts.number(event)
            if receipt is not None:
                number = self.once.late(receipt, party)
                self.readings.add(seq, at_ms, number, (), ())
                self.once.counts[number] += 1

    def _came_late(self, record: Record, place: int, party: PartyId) -> None:
        sent = self.mail[place]
        if sent.recipient:
            readers = tuple(sorted({*sent.readers, party}))
            self.mail[place] = replace(sent, readers=readers)
            self.came_late.add(sent.seq)
            self.late[sent.sender, sent.activity, sent.readers, False] -= 1
            self.late[sent.sender, sent.activity, readers, False] += 1
        else:
            late = replace(sent, seq=record.seq, at_ms=record.at_ms, readers=(party,), late=True)
            self.mail.append(late)
            self.late[sent.sender, sent.activity, late.readers, True] += 1

    def _traffic(self) -> Counter[Traffic]:
        found = Counter(self.late)
        for way, count in zip(self.once.ways, self.once.counts, strict=True):
            found[way.sender, way.activity, way.readers, way.late] += count
        return found

    def _first_said(self) -> dict[tuple[PartyId, ActivityId], Moment]:
        found: dict[tuple[PartyId, ActivityId], Moment] = {}
        for number, moment in self.firsts.items():
            way = self.once.ways[number]
            found.setdefault((way.sender, way.activity), moment)
        return found

    def index(self) -> LogIndex:
        if self.opening is None:
            raise ValueError("run log: expected a record of kind run, found none")
        once = self.once
        return LogIndex(
            opening=self.opening,
            opening_seq=self.opening_seq,
            held_on=self.held_on,
            end_ms=self.last_ms,
            end_seq=self.end_seq,
            completed=self.completed,
            mail=tuple(self.mail),
            told=Told(once.ways, once.faces, once.items, self.telling),
            read=Read(once.ways, tuple(once.items), self.readings),
            seen=Seen(once.sights, tuple(once.causes), self.seeing),
            came_late=frozenset(self.came_late),
            traffic=self._traffic(),
            first_said=self._first_said(),
            truths=self._truths(),
            faults=self._of("fault"),
            injects={stamped.content.id: stamped.content for stamped in self._of("inject")},
            cues=self._of("inject"),
            denied=self._of("denied"),
            leaks=self._of("leak"),
            lost=self._of("lost"),
            rights=self._of("rights"),
            notes=self._of("note"),
            withheld=tuple(self.withheld),
            subscribed=self._of("subscribed"),
            outages=self._of("outage"),
            steered=self._of("steering"),
        )

    def _of(self, kind: str) -> tuple[Stamped[Any], ...]:
        return tuple(self.stamped.get(kind, ()))

    def _truths(self) -> dict[SubjectId, tuple[Stamped[Truth], ...]]:
        return grouped((change.content.fact.subject, change) for change in self._of("truth"))


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
        "steering",
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
