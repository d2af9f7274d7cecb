"""The ledger of the exchange: rights, subscriptions, and what came of every wish and publication.

It holds what the broker did against what the access table says, and writes a record of each. A refusal that
the table foresees is ``denied``; one that it does not is ``lost``; an acceptance that it forbids is a ``leak``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from sim.core.engine.admission import RightsChange, apply_change, rights_changes
from sim.core.engine.exchange import BrokerAnswer, Due, Publication, SubscriptionWish
from sim.core.engine.foresight import Foreseen, Subscriptions, foresee
from sim.core.messages.event import Event
from sim.core.model.access import AccessTable, Withheld
from sim.core.model.activity import Activity
from sim.core.model.ids import ActivityId, EventId, InjectId, PartyId
from sim.core.model.party import Party
from sim.core.model.profile import Action
from sim.core.records.kinds import (
    Delivery,
    Denied,
    EncodedMessage,
    Ending,
    Message,
    Rights,
    Subscribed,
    Undelivered,
)
from sim.core.records.record import Entry

FORESEEN_MAX = 100_000
"""Senders and topics whose foresight is kept."""

IN_TRANSITION = "in-transition"
"""Rule named for a refusal to a stranger that the table, as it stands by now, would not give."""

BROKEN_PACKET = "broken-packet"
"""Rule named for a publication that is none by the rules of MQTT, such as one to a name with a wildcard."""


class Ledger:
    """The exchange of one run, kept.

    Attributes:
        table: The access table as it stands.
        messages: Messages that went through.
        deliveries: Their deliveries to parties.
        denied: Refusals that the table foresees.
        lost: Deliveries that were foreseen and did not come.
        leaked: Deliveries that came and were forbidden.
    """

    def __init__(
        self,
        table: AccessTable,
        parties: Mapping[PartyId, Party],
        activities: Mapping[ActivityId, Activity],
    ) -> None:
        self.table = table
        self.messages = self.deliveries = self.denied = self.lost = self.leaked = 0
        self._parties = parties
        self._activities = activities
        self._subscriptions = Subscriptions()
        self._foreseen: dict[tuple[PartyId, str], Foreseen] = {}
        self._changed_ms = -1

    # Foresight -----------------------------------------------------------------------------------

    def foresee(self, sender: PartyId, topic: str, now: int) -> Foreseen:
        """Return what the broker must do with a publication.

        The answer holds until a subscription or a right changes; a right that changes at ``now`` holds from the
        next millisecond on, so nothing is kept until then.
        """
        if now <= self._changed_ms:
            return foresee(self.table, self._subscriptions, sender, topic, now)
        found = self._foreseen.get((sender, topic))
        if found is None:
            found = foresee(self.table, self._subscriptions, sender, topic, now)
            if len(self._foreseen) >= FORESEEN_MAX:
                self._foreseen.clear()
            self._foreseen[sender, topic] = found
        return found

    def readers_of(self, topic: str, now: int) -> tuple[PartyId, ...]:
        """Return who will receive something that exercise control itself publishes."""
        return tuple(
            party
            for party in self._subscriptions.matching(topic)
            if self.table.decide(party, now, Action.READ, topic).allowed
        )

    def writers_of(self, topic: str, now: int) -> tuple[PartyId, ...]:
        """Return whose account may publish on a topic, in order of id."""
        return tuple(
            party
            for party in self.table.parties()
            if self.table.decide(party, now, Action.PUBLISH, topic).allowed
        )

    def knows(self, party: PartyId) -> bool:
        """Say whether a party takes part."""
        return party in self._parties

    # Wishes and publications ---------------------------------------------------------------------

    def unsubscribe(self, now: int, wish: SubscriptionWish) -> Entry:
        """Take that a party gave a subscription up."""
        self._subscriptions.discard(wish.party, wish.topic_filter)
        self._foreseen.clear()
        return Entry(now, "subscribed", Subscribed(wish.party, wish.topic_filter, active=False))

    def subscribe(self, now: int, wish: SubscriptionWish, answer: BrokerAnswer) -> Entry:
        """Take what the broker did with a wish to subscribe."""
        decision = self.table.decide_subscription(wish.party, now, wish.topic_filter)
        if answer.accepted and decision.allowed:
            self._subscriptions.add(wish.party, wish.topic_filter)
            self._foreseen.clear()
            return Entry(
                now, "subscribed", Subscribed(wish.party, wish.topic_filter, active=True), wish.injects
            )
        if answer.accepted or decision.allowed:
            kind: Literal["leak", "lost"] = "leak" if answer.accepted else "lost"
            return self.undelivered(now, kind, wish.party, wish.topic_filter, "", answer.local)
        self.denied += 1
        denied = Denied(wish.party, "subscribe", wish.topic_filter, decision.rule, decision.source)
        return Entry(now, "denied", denied, wish.injects, answer.local)

    def refuse(self, now: int, publication: Publication, foreseen: Foreseen, answer: BrokerAnswer) -> Entry:
        """Take a publication that the broker refused, or should have refused."""
        party, topic, event = publication.party, publication.topic, publication.event.id
        if answer.accepted or foreseen.decision.allowed:
            kind: Literal["leak", "lost"] = "leak" if answer.accepted else "lost"
            return self.undelivered(now, kind, party, topic, event, answer.local)
        self.denied += 1
        decision = foreseen.decision
        denied = Denied(party, "publish", topic, decision.rule, decision.source, event)
        return Entry(now, "denied", denied, publication.event.injects, answer.local)

    def deliver(
        self, now: int, topic: str, event: Event, foreseen: Foreseen, payload: bytes | None = None
    ) -> list[Entry]:
        """Take a message that went through; return its record, and one for each party it was withheld from.

        ``payload`` is the event as we encoded it; None for a stranger's, which is encoded anew as we would.
        """
        self.messages += 1
        self.deliveries += len(foreseen.readers)
        cause = (*((event.causationid,) if event.causationid else ()), *event.injects)
        if payload is None:
            content = Message(topic, event, foreseen.readers, outside=True)
        else:
            content = EncodedMessage(topic, msgspec.Raw(payload), foreseen.readers)
        message = Entry(now, "message", content, cause)
        if not foreseen.withheld:
            return [message]
        return [message, *(self._withhold(now, party, topic, event.id) for party in foreseen.withheld)]

    def _withhold(self, now: int, party: PartyId, topic: str, event: EventId) -> Entry:
        decision = self.table.decide(party, now, Action.READ, topic)
        return self.deny(now, Denied(party, "deliver", topic, decision.rule, decision.source, event))

    def deny(self, now: int, denied: Denied) -> Entry:
        """Count a refusal, and return its record."""
        self.denied += 1
        return Entry(now, "denied", denied)

    def came(self, now: int, due: Due, how: Literal["late", "missed", "again"]) -> Entry:
        """Take what became of a message that an outage had its way with; what came late is a delivery."""
        if how == "late":
            self.deliveries += 1
        content = Delivery(due.party, due.topic, due.event.id, how, due.by)
        return Entry(now, "delivery", content, (due.event.id, due.by))

    # Rights --------------------------------------------------------------------------------------

    def change_rights(
        self, now: int, accepted: Iterable[tuple[str, Event]]
    ) -> tuple[list[RightsChange], list[Entry]]:
        """Put what accepted messages (topic and event) grant or withdraw into the table.

        It holds from the next millisecond on: the broker enforces it before there is another turn.
        """
        changes, entries = [], []
        for topic, event in accepted:
            for change in rights_changes(self.table, self._parties, self._activities, topic, event, now + 1):
                self.table = apply_change(self.table, change, now + 1)
                self._foreseen.clear()
                self._changed_ms = now
                changes.append(change)
                entries.append(Entry(now, "rights", _rights(change), (change.by,)))
        return changes, entries

    def withhold(self, withheld: Withheld) -> None:
        """Put into the table what an outage withholds from a party, before anything else happens at that moment."""
        self.table = self.table.with_withheld(withheld)
        self._foreseen.clear()

    def give_back(self, party: PartyId, outage: InjectId, now: int) -> None:
        """Put into the table that an outage withholds nothing from a party any more, from ``now`` (ms) on."""
        self.table = self.table.with_given_back(party, outage, now)
        self._foreseen.clear()

    # Strangers, and what goes wrong --------------------------------------------------------------

    def deny_outside(
        self,
        now: int,
        party: PartyId,
        attempt: Literal["publish", "subscribe", "deliver"],
        topic: str,
        *,
        broken: bool = False,
    ) -> Entry:
        """Count a refusal to a client that is not simulated (open sessions), and return its record.

        ``broken`` when it was no question of rights: what the client sent was no publication at all.
        """
        self.denied += 1
        if attempt == "subscribe":
            decision = self.table.decide_subscription(party, now, topic)
        else:
            action = Action.PUBLISH if attempt == "publish" else Action.READ
            decision = self.table.decide(party, now, action, topic)
        rule, source = decision.rule, decision.source
        if broken:
            rule, source = BROKEN_PACKET, "MQTT 5, 4.13: who sends what is malformed is cut off"
        elif decision.allowed:
            rule, source = IN_TRANSITION, "the right changed while the client tried"
        return Entry(now, "denied", Denied(party, attempt, topic, rule, source, outside=True))

    def undelivered(
        self,
        now: int,
        kind: Literal["lost", "leak"],
        party: PartyId,
        topic: str,
        event: EventId,
        local: Mapping[str, object] | None = None,
    ) -> Entry:
        """Count a delivery that went wrong, and return its record."""
        if kind == "lost":
            self.lost += 1
        else:
            self.leaked += 1
        return Entry(now, kind, Undelivered(party, topic, event), local=local)

    def ending(self, now: int, outcome: Literal["completed", "failed"]) -> Entry:
        """Return the last record of the run, with its totals."""
        content = Ending(
            outcome=outcome,
            messages=self.messages,
            deliveries=self.deliveries,
            denied=self.denied,
            lost=self.lost,
            leaked=self.leaked,
        )
        return Entry(now, "end", content)


def _rights(change: RightsChange) -> Rights:
    grant = change.grant
    return Rights(
        party=grant.party,
        activity=grant.activity,
        bundle=grant.bundle,
        change="granted" if change.granted else "revoked",
        themes=grant.themes,
        by=change.by,
    )
