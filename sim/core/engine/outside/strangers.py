"""Strangers: what a client that is not simulated got past the broker, before anybody acts on it."""

from __future__ import annotations

from sim.core.engine.ledger import Ledger
from sim.core.engine.outside.screening import PAYLOAD_BYTES_MAX, Screen
from sim.core.messages.codec import CodecError, decode
from sim.core.messages.event import Event
from sim.core.messages.topics import fault_in
from sim.core.model.ids import EventId
from sim.core.world.scenario import Scenario


class Strangers:
    """What strangers sent in one run, held against the exercise.

    Args:
        scenario: What is run.
        ledger: The exchange so far.
        screen: What they are held against.
    """

    def __init__(self, scenario: Scenario, ledger: Ledger, screen: Screen) -> None:
        self._scenario = scenario
        self._ledger = ledger
        self._screen = screen
        self._ids: set[EventId] = set()

    def admit(self, now: int, topic: str, payload: bytes) -> Event | str:
        """Return the event in a payload; or, as a text, what in it is not of this exercise."""
        try:
            event = decode(payload, PAYLOAD_BYTES_MAX)
        except CodecError as error:
            return str(error)
        reason = self._against(now, topic, event)
        if reason is not None:
            return reason
        self._ids.add(event.id)
        return event

    def _against(self, now: int, topic: str, event: Event) -> str | None:
        reason = fault_in(topic, event.data, event.sender)
        if reason is not None:
            return reason
        # Only of a party and on a topic of ours is kept what is foreseen.
        is_party = event.sender in self._scenario.parties
        if not is_party or not self._ledger.foresee(event.sender, topic, now).decision.allowed:
            return f"source: expected a party that may write here, was {event.sender!r}"
        if event.id in self._ids:
            return f"id: expected a new one, was {event.id!r} again"
        return self._screen.fault_of_stranger(event, now)
