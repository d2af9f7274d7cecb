"""What a session asks of a transport: a client for each party, a recorder, and rights that can change.

Topics here are relative to the root of the run; a transport adds and removes the root ``beeld/{run}/``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec

from brokers.adapter import Denial, Right
from sim.core.model.ids import PartyId

RECORDER = "recorder"
"""Account that reads everything; no party may have this id."""

CONTROL = "control"
"""Account that writes the clock and control topics; no party may have this id."""


class TransportError(Exception):
    """The transport or its broker failed; the message says how. The session ends with it."""


class Outgoing(msgspec.Struct, frozen=True):
    """One publication on its way out.

    ``readers`` are the parties to whom it is foreseen to come, for a transport that tells of many arrivals at once.
    """

    party: PartyId
    topic: str
    payload: bytes
    retain: bool = False
    readers: tuple[PartyId, ...] = ()


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One delivery to a party's client, or to the recorder.

    ``retained`` when the broker sent it from its store.
    """

    party: PartyId
    topic: str
    payload: bytes
    retained: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """What the broker did with a publication or a subscription.

    ``how`` tells the way of a refusal: a reason code, a closed connection, or silence; empty when accepted.
    """

    accepted: bool
    reason_code: int | None = None
    how: Literal["", "code", "disconnect", "silence"] = ""


class Resumed(msgspec.Struct, frozen=True):
    """How somebody else left the connection of a party, whose session at the broker goes on.

    Attributes:
        filters: What it is subscribed to, relative.
        is_away: Whether it is kept away.
        answers_late: Whether it acknowledges a delivery only when it comes again.
        withheld: Under how many names something is withheld from it.
    """

    filters: tuple[str, ...] = ()
    is_away: bool = False
    answers_late: bool = False
    withheld: int = 0


class Transport(Protocol):
    """Carries the messages of one session."""

    name: str

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Connect a client for each party and for control, and the recorder, subscribed to everything.

        ``on_arrival`` is called for every delivery, in the order of each client's connection; it must not block.

        Raises:
            TransportError: A client could not connect.
        """
        ...

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe a party at QoS 1, without retained messages and without its own."""
        ...

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Give a subscription up; an unknown one is passed over."""
        ...

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish at QoS 1, in the given order for each party, and return what became of each, in order."""
        ...

    async def grant(self, party: PartyId, grant: str, rights: Sequence[Right]) -> None:
        """Add rights (on relative patterns) at the broker; return when enforced and the party is connected."""
        ...

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take the rights of a grant away at the broker; return when enforced and the party is connected."""
        ...

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Have the broker deny a party all that matches these filters, whatever its rights; return when it does."""
        ...

    async def give_back(self, party: PartyId, name: str) -> None:
        """Have the broker deny a party no longer what was withheld under this name."""
        ...

    async def kill(self) -> None:
        """Kill the broker; nobody is connected any more, nor comes back before `restart`."""
        ...

    async def restart(self) -> None:
        """Start the broker again, and return when everybody is back with the subscriptions it had."""
        ...

    def is_gone(self) -> bool:
        """Say whether the broker died by itself: it was not killed here, and does not run any more."""
        ...

    async def part(self, party: PartyId) -> None:
        """Break a party's connection, and keep it away; its session at the broker goes on."""
        ...

    async def rejoin(self, party: PartyId, *, anew: bool) -> None:
        """Let a party come back, to its session or ``anew`` to a new one with the subscriptions that it had."""
        ...

    async def answer_late(self, party: PartyId, *, late: bool) -> None:
        """Have a party's client acknowledge a delivery only when it comes again, or as it comes once more.

        What it has not acknowledged the broker delivers again when the client comes back to its session.
        """
        ...

    async def drop(self, party: PartyId) -> None:
        """Break a party's connection; it comes back by itself, to its session."""
        ...

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call; topics relative."""
        ...

    def take_connection_events(self) -> list[str]:
        """Return what happened to our connections since the last call, for the local part of the run log."""
        ...

    async def close(self) -> None:
        """Disconnect everybody; safe to call twice."""
        ...
