"""Foresight: who will receive a publication, as the access table and the subscriptions say.

It is what the broker's deliveries are held against: one that is foreseen and does not come is lost, one that
comes and is not foreseen is a leak.
"""

from __future__ import annotations

import msgspec

from sim.core.model.access import AccessTable, Decision
from sim.core.model.filters import FilterIndex
from sim.core.model.ids import PartyId
from sim.core.model.profile import Action


class Foreseen(msgspec.Struct, frozen=True):
    """Whether a publication will be accepted, who will receive it, and from whom it is silently withheld.

    All are in order of id. Someone has it withheld who subscribed when that was allowed, and has lost the right
    since. For those who are away it waits at the broker. Of the readers, some get it twice.
    To some it is delivered over a slow link: they read it later.
    """

    decision: Decision
    readers: tuple[PartyId, ...]
    withheld: tuple[PartyId, ...]
    away: tuple[PartyId, ...] = ()
    twice: tuple[PartyId, ...] = ()
    slowly: tuple[PartyId, ...] = ()


class Subscriptions:
    """Who subscribed to what, as accepted by the broker."""

    __slots__ = ("_filters", "_index")

    def __init__(self) -> None:
        self._index: FilterIndex[PartyId] = FilterIndex()
        self._filters: dict[tuple[PartyId, str], None] = {}

    def add(self, party: PartyId, topic_filter: str) -> None:
        """Note a subscription."""
        self._filters[party, topic_filter] = None
        self._index.add(topic_filter, party)

    def discard(self, party: PartyId, topic_filter: str) -> None:
        """Note that a subscription was given up."""
        self._filters.pop((party, topic_filter), None)
        self._index.discard(topic_filter, party)

    def matching(self, topic: str) -> list[PartyId]:
        """Return who has a subscription that matches a topic, in order of id."""
        return sorted(self._index.find(topic))


def foresee(
    table: AccessTable, subscriptions: Subscriptions, sender: PartyId, topic: str, now: int
) -> Foreseen:
    """Return what the broker must do with a publication at ``now`` (ms)."""
    decision = table.decide(sender, now, Action.PUBLISH, topic)
    if not decision.allowed:
        return Foreseen(decision, (), ())
    readers: list[PartyId] = []
    withheld: list[PartyId] = []
    for party in subscriptions.matching(topic):
        if party == sender:
            continue
        allowed = table.decide(party, now, Action.READ, topic).allowed
        (readers if allowed else withheld).append(party)
    return Foreseen(decision, tuple(readers), tuple(withheld))
