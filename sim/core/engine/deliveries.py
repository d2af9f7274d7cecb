"""Deliveries: what went through, from the broker into the hands of those who read it.

First technology decides who gets it, when, and how often; then what tampers with it on the desk of a reader, when it
comes there. What a message sets off in exercise control, it sets off once: when it goes through.
"""

from __future__ import annotations

from sim.core.agents.acts import Delivered
from sim.core.engine.agenda import Agenda
from sim.core.engine.exchange import Due
from sim.core.engine.faults.desk import FaultDesk
from sim.core.engine.foresight import Foreseen
from sim.core.engine.ledger import Ledger
from sim.core.engine.outside.seats import Seats
from sim.core.engine.technology import Technology
from sim.core.messages.event import Event
from sim.core.model.ids import PartyId
from sim.core.records.record import Entry
from sim.core.world.scenario import TICK_MS
from sim.core.world.truth import World


class Deliveries:
    """The deliveries of one run.

    Args:
        ledger: The exchange, which writes the records.
        technology: What fails, and what waits because of it.
        faults: What tampers with what arrives, or waits for a message.
        agenda: When what is read.
        seats: For whom a person sits, who reads what is there.
    """

    def __init__(
        self, ledger: Ledger, technology: Technology, faults: FaultDesk, agenda: Agenda, seats: Seats
    ) -> None:
        self._ledger = ledger
        self._technology = technology
        self._faults = faults
        self._agenda = agenda
        self._seats = seats

    def go_through(
        self,
        now: int,
        topic: str,
        event: Event,
        expected: Foreseen,
        payload: bytes,
        world: World,
        *,
        outside: bool,
    ) -> list[Entry]:
        """Take a message that the broker accepted at ``now`` (ms); return the records of it.

        Args:
            now: Exercise time (ms).
            topic: Where it was written.
            event: What was written.
            expected: Who gets it, and how.
            payload: The bytes that went through.
            world: What is so.
            outside: Whether another client sent it than simulated people use.
        """
        self._agenda.send_on(self._technology.keep_for_later(now, topic, event, payload, expected))
        entries = self._ledger.deliver(now, topic, event, expected, None if outside else payload)
        self._faults.said.note(now, topic, event)
        self._agenda.make_due(now + TICK_MS, self._faults.triggers.on_message(topic, event))
        tampered_with, tampered = self._take_in(now, now + TICK_MS, topic, event, expected.readers, world)
        if not expected.twice:
            return [*entries, *tampered]
        for reader, entry in self._technology.copies(now, topic, event, expected):
            entries.append(entry)
            # What was changed on the desk of a reader is there once: the copy is known as one.
            if reader not in tampered_with:
                self._agenda.hand(now + TICK_MS, reader, Delivered(topic, event))
        return [*entries, *tampered]

    def come_late(self, now: int, read_ms: int, due: Due, world: World) -> list[Entry]:
        """Take what comes to a reader only now (ms), to be read at ``read_ms``; return the records of it."""
        entry = self._ledger.came(now, due, "late")
        _, tampered = self._take_in(now, read_ms, due.topic, due.event, (due.party,), world)
        return [entry, *tampered]

    def _take_in(
        self, now: int, read_ms: int, topic: str, event: Event, readers: tuple[PartyId, ...], world: World
    ) -> tuple[frozenset[PartyId], list[Entry]]:
        """Hand a message to those to whom it comes now; return who takes it in otherwise, and the records of that."""
        at_their_desks = self._seats.simulated(readers)
        others, entries = self._faults.tampering.arriving(topic, event, at_their_desks, world, now)
        if not others:
            # One happening for all of them: there are many more deliveries than messages.
            self._agenda.hand_out(read_ms, readers, Delivered(topic, event))
            return frozenset(), []
        for one in others:
            if one.event is not None:
                delivered = Delivered(topic, one.event, held_up=one.delay_ms > 0)
                self._agenda.hand(read_ms + one.delay_ms, one.reader, delivered)
        tampered_with = frozenset(one.reader for one in others)
        rest = tuple(reader for reader in readers if reader not in tampered_with)
        self._agenda.hand_out(read_ms, rest, Delivered(topic, event))
        self._agenda.make_due(read_ms, self._faults.after_entering(entries))
        return tampered_with, entries
