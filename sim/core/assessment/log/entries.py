"""The entries of the index of a run log: what was sent, what was told in it, what else happened; each with its place.

Everything keeps the sequence number of its record, because every finding must name the records it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeAlias, TypeVar

import msgspec

from sim.core.messages.items import Item
from sim.core.messages.topics import Address, Shape
from sim.core.model.ids import ActivityId, EventId, InjectId, PartyId

C = TypeVar("C")
K = TypeVar("K")
V = TypeVar("V")


class Stamped(msgspec.Struct, Generic[C], frozen=True, gc=False):
    """The content of a record, with its place in the log, its time (ms) and its causes."""

    seq: int
    at_ms: int
    content: C
    cause: tuple[str, ...] = ()


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A place in the log, and its time (ms)."""

    seq: int
    at_ms: int


Traffic: TypeAlias = tuple[PartyId, ActivityId, tuple[PartyId, ...], bool]
"""Messages with a sender, an activity and readers, and whether they came late."""


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """What is kept of the event around a message: its id, and the injects and faults behind it."""

    id: EventId
    injects: tuple[InjectId, ...]


class Sent(msgspec.Struct, Generic[C], frozen=True, gc=False):
    """A message with content ``data``, sent and received at ``at_ms``.

    ``recipient`` is empty where the topic names nobody, ``activity`` where neither topic nor content names one.
    ``late`` says that an outage held it back: it was sent before, and came only now, to these readers.
    """

    seq: int
    at_ms: int
    address: Address
    event: Envelope
    readers: tuple[PartyId, ...]
    data: C
    sender: PartyId
    recipient: PartyId
    activity: ActivityId
    late: bool = False

    def came_to(self, party: PartyId) -> bool:
        """Say whether it was addressed to a party and reached it."""
        return self.recipient == party and party in self.readers


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One item in one message: from then on its sender and its readers hold it.

    Where it came ``late``, its sender told it before, and only these readers hold it from then on. ``holders`` is who
    holds it from then on, in order of id.
    """

    seq: int
    at_ms: int
    sender: PartyId
    readers: tuple[PartyId, ...]
    shape: Shape
    activity: ActivityId
    holders: tuple[PartyId, ...]
    item: Item
    late: bool = False

    @property
    def shared(self) -> bool:
        """Say whether from then on it stands in the shared picture of an activity."""
        return self.shape is Shape.SHARED and not self.late


class Withheld(msgspec.Struct, frozen=True, gc=False):
    """A delivery of items that an outage kept from a party: it came late, was refused, or never came.

    ``seq`` is the record that says so; the message itself was sent at ``sent_ms`` and stands at ``sent_seq``. ``rows``
    are the items, in what was told.
    """

    seq: int
    party: PartyId
    sent_seq: int
    sent_ms: int
    rows: tuple[int, ...]


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """Return values by key, each group in the order in which they came."""
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        if key in groups:
            groups[key].append(value)
        else:
            groups[key] = [value]
    return {key: tuple(group) for key, group in groups.items()}


def held_by_party(statements: Iterable[Statement]) -> dict[PartyId, tuple[Statement, ...]]:
    """Return statements by party that holds them."""
    return grouped((party, statement) for statement in statements for party in statement.holders)
