"""Seats: parties for whom a person has taken over, in an open session that is steered (decision 0043).

While a person sits, the simulated organisation goes on taking in: it reads, looks, perceives, and its state keeps up.
What it would say or note does not count, since its people are not the ones at work. Two things go on that no person
does by hand: subscriptions, which keep the party connected to what it may read, and receipts, since what was delivered
to the seat was taken in there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sim.core.agents.acts import Act, Publish, Remark, Subscribe
from sim.core.messages.contents import Receipt
from sim.core.model.ids import EventId, PartyId


class Seats:
    """Who sits for whom, and what they said and asked for.

    Attributes:
        taken: By whom each seat is taken, by party; a view that follows.
        last_said: What a person said last; "" before anybody said anything.
    """

    def __init__(self) -> None:
        self._by: dict[PartyId, str] = {}
        self.taken: Mapping[PartyId, str] = MappingProxyType(self._by)
        self._said: set[EventId] = set()
        self.last_said: EventId = ""
        self._asked: set[tuple[PartyId, str]] = set()

    def take(self, party: PartyId, by: str) -> None:
        """Let a person sit for a party."""
        self._by[party] = by

    def give_back(self, party: PartyId) -> None:
        """Hand a party back to the simulation."""
        del self._by[party]

    def simulated(self, parties: tuple[PartyId, ...]) -> tuple[PartyId, ...]:
        """Return those of some parties whose own simulated people are at work."""
        if not self._by:
            return parties
        return tuple(party for party in parties if party not in self._by)

    def lets(self, party: PartyId, act: Act) -> bool:
        """Say whether an act of a simulated organisation counts, given who sits for it."""
        if party not in self._by:
            return True
        if isinstance(act, Publish):
            return isinstance(act.content, Receipt)
        if isinstance(act, Subscribe):
            return not act.injects  # what exercise control has its people try is for the person to try now
        return not isinstance(act, Remark)

    # What a person did -----------------------------------------------------------------------------

    def note_said(self, event: EventId) -> None:
        """Remember that a person said something."""
        self._said.add(event)
        self.last_said = event

    def note_asked(self, party: PartyId, topic_filter: str) -> None:
        """Remember that a person asks for a subscription."""
        self._asked.add((party, topic_filter))

    def said(self, event: EventId) -> bool:
        """Say whether a person said an event."""
        return event in self._said

    def take_asked(self, party: PartyId, topic_filter: str) -> bool:
        """Say whether a person asked for a subscription, and forget it: it has been answered."""
        if (party, topic_filter) not in self._asked:
            return False
        self._asked.remove((party, topic_filter))
        return True
