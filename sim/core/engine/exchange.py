"""What the engine asks of the exchange at one moment, and what it is told in return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sim.core.engine.admission import RightsChange
from sim.core.messages.event import Event
from sim.core.model.ids import InjectId, PartyId
from sim.core.records.record import Entry
from sim.core.world.technology import OutageType


class SubscriptionWish(msgspec.Struct, frozen=True):
    """A party wants a subscription, or (``active`` False) no longer wants it."""

    party: PartyId
    topic_filter: str
    active: bool
    injects: tuple[InjectId, ...] = ()


class Publication(msgspec.Struct, frozen=True):
    """A party sends an event; ``payload`` is its encoding.

    ``is_screened`` when exercise control has its client send it, so that it is looked at before anybody acts on it, as
    what a stranger sends: the payload may be one that nobody can read.
    """

    party: PartyId
    topic: str
    event: Event
    payload: bytes
    retain: bool
    is_screened: bool = False


class BrokerAnswer(msgspec.Struct, frozen=True):
    """What the broker did: accepted or not; ``local`` is what the log keeps outside the digest."""

    accepted: bool
    local: Mapping[str, Any] | None = None


class Due(msgspec.Struct, frozen=True):
    """A message that waits for a party which is away from the broker, because of outage ``by``.

    ``is_readable`` unless nobody can make sense of the payload: that comes too, and is then nothing.
    """

    party: PartyId
    topic: str
    event: Event
    payload: bytes
    by: InjectId
    is_readable: bool = True


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to the broker and to clients when an outage begins or ends, before all else of the moment.

    Attributes:
        type: What fails, or works again.
        outage: Which outage.
        parties: Whom it strikes, in order of id.
        begins: Whether it begins.
        anew: Whether the clients come back to new sessions.
        due: What the broker must deliver to those who come back.
    """

    type: OutageType
    outage: InjectId
    parties: tuple[PartyId, ...]
    begins: bool
    anew: bool = False
    due: tuple[Due, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything that parties want of the exchange at one moment, in order, and the records made so far.

    What is done to the technology comes first; then wishes, then publications.
    """

    at_ms: int
    entries: list[Entry] = field(default_factory=list)
    wishes: list[SubscriptionWish] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a turn: records, and the changes of rights that the broker must enforce before the next."""

    entries: list[Entry]
    changes: list[RightsChange]
