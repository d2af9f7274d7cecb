"""Settling: what the broker did with what a turn wanted of it, and what comes of that."""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.agents.acts import Refused
from sim.core.engine.agenda import Agenda
from sim.core.engine.deliveries import Deliveries
from sim.core.engine.exchange import BrokerAnswer, Publication, Settlement, SubscriptionWish, Turn
from sim.core.engine.foresight import Foreseen
from sim.core.engine.ledger import Ledger
from sim.core.engine.outbox import Outbox
from sim.core.engine.outside.garbled import garbled
from sim.core.engine.outside.seats import Seats
from sim.core.engine.outside.strangers import Strangers
from sim.core.engine.technology import Technology
from sim.core.messages.event import Event
from sim.core.records.record import Entry
from sim.core.world.scenario import TICK_MS
from sim.core.world.truth import World


class Settling:
    """What came of the turns of one run.

    Args:
        ledger: The exchange, which writes the records.
        technology: What fails, and what waits because of it.
        agenda: When parties hear of a refusal.
        outbox: What parties sent.
        deliveries: What goes through, to who reads it.
        strangers: What other clients sent.
        seats: Who sits for whom: who tried something in person knows that it was refused.
    """

    def __init__(
        self,
        ledger: Ledger,
        technology: Technology,
        agenda: Agenda,
        outbox: Outbox,
        deliveries: Deliveries,
        strangers: Strangers,
        seats: Seats,
    ) -> None:
        self._ledger = ledger
        self._technology = technology
        self._agenda = agenda
        self._outbox = outbox
        self._deliveries = deliveries
        self._strangers = strangers
        self._seats = seats

    def steps(self, turn: Turn, world: World) -> list[Entry]:
        """Take that the steps of a turn were done, and all that was due came; return the records of it."""
        now, entries = turn.at_ms, []
        for due in self._technology.arrived(turn):
            entries += self._deliveries.come_late(now, now + TICK_MS, due, world)
        return entries

    def wishes(self, turn: Turn, answers: Sequence[BrokerAnswer]) -> list[Entry]:
        """Take what the broker did with the subscriptions of a turn; return the records of it."""
        return [
            self._settle_wish(turn.at_ms, wish, answer)
            for wish, answer in zip(turn.wishes, answers, strict=True)
        ]

    def _settle_wish(self, now: int, wish: SubscriptionWish, answer: BrokerAnswer) -> Entry:
        in_person = self._seats.take_asked(wish.party, wish.topic_filter)
        if not wish.active:
            return self._ledger.unsubscribe(now, wish)
        entry = self._ledger.subscribe(now, wish, answer)
        if entry.kind == "denied" and not in_person and not self._technology.ask_again(wish):
            self._agenda.hand(now + TICK_MS, wish.party, Refused("subscribe", wish.topic_filter))
        return entry

    def foresee(self, turn: Turn) -> list[Foreseen]:
        """Return what the broker must do with each publication of a turn."""
        publications, technology = turn.publications, self._technology
        foreseen = [self._ledger.foresee(one.party, one.topic, turn.at_ms) for one in publications]
        if technology.works:
            return foreseen
        divided = [
            technology.divided(one.topic, expected)
            for one, expected in zip(publications, foreseen, strict=True)
        ]
        return [
            technology.doubled(one.topic, expected)
            for one, expected in zip(publications, divided, strict=True)
        ]

    def publications(
        self, turn: Turn, foreseen: Sequence[Foreseen], answers: Sequence[BrokerAnswer], world: World
    ) -> Settlement:
        """Take what the broker did with the publications of a turn; hand out the deliveries."""
        entries: list[Entry] = []
        accepted: list[tuple[str, Event]] = []
        for publication, expected, answer in zip(turn.publications, foreseen, answers, strict=True):
            if not (answer.accepted and expected.decision.allowed):
                entries.append(self._refused(turn.at_ms, publication, expected, answer))
            elif publication.is_screened:
                more, event = self._screen(turn.at_ms, publication, expected, world)
                entries += more
                accepted += [] if event is None else [(publication.topic, event)]
            else:
                accepted.append((publication.topic, publication.event))
                entries += self._deliver(turn.at_ms, publication, expected, world)
        changes, changed = self._ledger.change_rights(turn.at_ms, accepted)
        return Settlement([*entries, *changed], changes)

    def _refused(self, now: int, publication: Publication, expected: Foreseen, answer: BrokerAnswer) -> Entry:
        entry = self._ledger.refuse(now, publication, expected, answer)
        if entry.kind == "denied" and not self._seats.said(publication.event.id):
            self._agenda.hand(now + TICK_MS, publication.party, Refused("publish", publication.topic))
        return entry

    def _deliver(self, now: int, publication: Publication, expected: Foreseen, world: World) -> list[Entry]:
        topic, event, payload = publication.topic, publication.event, publication.payload
        return self._deliveries.go_through(now, topic, event, expected, payload, world, outside=False)

    def ingest(self, now: int, topic: str, payload: bytes, world: World) -> Settlement:
        """Take a message that a client which is not simulated got past the broker (open sessions)."""
        event = self._strangers.admit(now, topic, payload)
        if isinstance(event, str):
            return Settlement([garbled(self._ledger, now, topic, event)], [])
        expected = self._technology.divided(topic, self._ledger.foresee(event.sender, topic, now))
        entries = self._take_in(now, topic, event, expected, payload, world)
        changes, changed = self._ledger.change_rights(now, [(topic, event)])
        return Settlement([*entries, *changed], changes)

    def _screen(
        self, now: int, publication: Publication, expected: Foreseen, world: World
    ) -> tuple[list[Entry], Event | None]:
        """Take a message that a party's client was made to send, and that need not be one that can be read."""
        topic, payload = publication.topic, publication.payload
        event = self._strangers.admit(now, topic, payload)
        if isinstance(event, str):
            self._technology.keep_unreadable(publication, expected)
            return [garbled(self._ledger, now, topic, event, publication.event.injects)], None
        return self._take_in(now, topic, event, expected, payload, world), event

    def _take_in(
        self, now: int, topic: str, event: Event, expected: Foreseen, payload: bytes, world: World
    ) -> list[Entry]:
        self._outbox.note(event)
        return self._deliveries.go_through(now, topic, event, expected, payload, world, outside=True)
