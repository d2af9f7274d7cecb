"""How things stand at a moment of a run: what changes, as numbers and small tables, apart from what only grows.

What a party holds is for each activity and item the number of a version (:mod:`sim.replay.chronicle`). So a standing is
small, and can be written down whole: from one that was, a scene goes on as if it had seen every record before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec

from sim.core.messages.contents import Card, Scaling
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ActivityId, InjectId, PartyId, SubjectId
from sim.core.picture.merge import newest
from sim.core.records.kinds import Delivery, Denied, Ending, Failure, Message, OutageEdge, Rights, Truth
from sim.core.records.record import Record
from sim.replay.chronicle import Chronicle, activity_of

Holding = dict[int, dict[int, int]]
"""What is held: by number of the activity and of the item, the number of the version."""

Let = tuple[PartyId, ActivityId, str]
"""Who was let in where, by which bundle of rights."""


class Counts(msgspec.Struct, array_like=True):
    """Totals so far, as in the record of an ending."""

    messages: int = 0
    deliveries: int = 0
    denied: int = 0
    lost: int = 0
    leaked: int = 0


class Traffic(msgspec.Struct, array_like=True):
    """What one party sent, received, and was refused."""

    sent: int = 0
    received: int = 0
    denied: int = 0


class Struck(msgspec.Struct, array_like=True):
    """An outage that is not over: the record in which it began, and who it still strikes."""

    began_seq: int
    parties: list[PartyId]
    fails_tool: bool


class Standing(msgspec.Struct, array_like=True):
    """How things stand; records are named by their number.

    Attributes:
        next_seq: Number of the record that comes next.
        at_ms: The moment (ms of exercise time).
        truth: By subject the record in which it last changed.
        held: What each party holds.
        shared: What is in the shared pictures.
        cards: By activity the record of its newest card.
        levels: By party, and activity, the record in which it last told its level.
        let_in: Who was let in, and the record of it.
        outages: Outages that are not over.
        counts: Totals.
        traffic: The same for each party.
        ended_seq: The record that ended the run; None where it goes on.
    """

    next_seq: int = 0
    at_ms: int = 0
    truth: dict[SubjectId, int] = {}
    held: dict[PartyId, Holding] = {}
    shared: Holding = {}
    cards: dict[ActivityId, int] = {}
    levels: dict[PartyId, dict[ActivityId, int]] = {}
    let_in: dict[Let, int] = {}
    outages: dict[InjectId, Struck] = {}
    counts: Counts = msgspec.field(default_factory=Counts)
    traffic: dict[PartyId, Traffic] = {}
    ended_seq: int | None = None

    def traffic_of(self, party: PartyId) -> Traffic:
        """Return the counts of a party, to be added to."""
        known = self.traffic.get(party)
        if known is None:
            known = self.traffic[party] = Traffic()
        return known


class Keeper:
    """Keeps a standing up to date, record by record.

    Args:
        chronicle: Has taken the records that are taken here.
        item_of: Tells what a version says, by its number.
    """

    def __init__(self, chronicle: Chronicle, item_of: Callable[[int], Item]) -> None:
        self._chronicle = chronicle
        self._item_of = item_of

    def take(self, standing: Standing, record: Record, rows: Sequence[int]) -> None:
        """Take the next record, with its rows in the chronicle."""
        standing.next_seq = record.seq + 1
        standing.at_ms = max(standing.at_ms, record.at_ms)
        content = record.content
        if isinstance(content, Message):
            self._take_message(standing, record.seq, content, rows)
        elif isinstance(content, Delivery):
            if content.how == "late":
                standing.counts.deliveries += 1
                standing.traffic_of(content.party).received += 1
                self._hold((standing.held.setdefault(content.party, {}),), rows)
        elif (change := _CHANGES.get(record.kind)) is not None:
            change(standing, record.seq, content)

    def _take_message(self, standing: Standing, seq: int, message: Message, rows: Sequence[int]) -> None:
        sender, readers = message.event.sender, message.readers
        standing.counts.messages += 1
        standing.counts.deliveries += len(readers)
        standing.traffic_of(sender).sent += 1
        for reader in readers:
            standing.traffic_of(reader).received += 1
        address = parse(message.topic)
        if address is None:
            return
        data = message.event.data
        if isinstance(data, Card):
            standing.cards[data.activity] = seq
        elif isinstance(data, Scaling):
            standing.levels.setdefault(sender, {})[activity_of(message, address)] = seq
        if rows:
            holdings = [standing.held.setdefault(party, {}) for party in (sender, *readers)]
            if address.shape is Shape.SHARED:
                holdings.append(standing.shared)
            self._hold(holdings, rows)

    def _hold(self, holdings: Iterable[Holding], rows: Sequence[int]) -> None:
        """Put what rows tell into what is held, by one after the other."""
        chronicle = self._chronicle
        items, counts = chronicle.version_item, chronicle.version_count
        told = [
            (chronicle.row_activity[row], items[version], version, counts[version])
            for row in rows
            for version in (chronicle.row_version[row],)
        ]
        for holding in holdings:
            for activity, item, version, count in told:
                held = holding.get(activity)
                if held is None:
                    held = holding[activity] = {}
                known = held.get(item)
                if known is None:
                    held[item] = version
                elif known != version:
                    # Of most, the count says which is newer.
                    other = counts[known]
                    if count > other or (count == other and self.is_newer(version, known)):
                        held[item] = version

    def is_newer(self, version: int, known: int) -> bool:
        """Say whether of two versions of an item the first counts (:func:`sim.core.picture.merge.newest`)."""
        counted, reported = self._chronicle.version_count, self._chronicle.version_reported
        rank, other = (counted[version], reported[version]), (counted[known], reported[known])
        if rank != other:
            return rank > other
        item = self._item_of(version)
        return newest(self._item_of(known), item) == item


def _take_truth(standing: Standing, seq: int, truth: Truth) -> None:
    standing.truth[truth.fact.subject] = seq


def _take_rights(standing: Standing, seq: int, rights: Rights) -> None:
    key = (rights.party, rights.activity, rights.bundle)
    if rights.change == "granted":
        standing.let_in[key] = seq
    else:
        standing.let_in.pop(key, None)


def _take_outage(standing: Standing, seq: int, edge: OutageEdge) -> None:
    if edge.change == "begins":
        standing.outages[edge.id] = Struck(seq, list(edge.parties), edge.fails_tool)
        return
    struck = standing.outages.get(edge.id)
    if struck is not None:
        struck.parties = [party for party in struck.parties if party not in edge.parties]
        if not struck.parties:
            del standing.outages[edge.id]


def _take_denied(standing: Standing, _seq: int, denied: Denied) -> None:
    standing.counts.denied += 1
    standing.traffic_of(denied.party).denied += 1


def _take_lost(standing: Standing, _seq: int, _content: Any) -> None:
    standing.counts.lost += 1


def _take_leak(standing: Standing, _seq: int, _content: Any) -> None:
    standing.counts.leaked += 1


def _take_end(standing: Standing, seq: int, _content: Ending | Failure) -> None:
    standing.ended_seq = seq


_CHANGES: Final[dict[str, Callable[[Standing, int, Any], None]]] = {
    "truth": _take_truth,
    "rights": _take_rights,
    "outage": _take_outage,
    "denied": _take_denied,
    "lost": _take_lost,
    "leak": _take_leak,
    "failure": _take_end,
    "end": _take_end,
}
"""What each kind of record changes, apart from messages and deliveries."""
