"""The outbox: messages of parties as events, with id, exercise time and cause, and as the bytes that are sent."""

from __future__ import annotations

from sim.core.agents.acts import Publish
from sim.core.engine.exchange import Publication
from sim.core.engine.faults.tampering import Sending, Tampering
from sim.core.messages.codec import encode
from sim.core.messages.contents import items_in, tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.topics import RETAINED, parse
from sim.core.model.ids import EventId, InjectId, PartyId
from sim.core.model.time import clock_time
from sim.core.world.faults.garbling import garbled
from sim.core.world.scenario import Scenario


class Outbox:
    """What the parties of one run send.

    Args:
        scenario: What is run.
        tampering: The faults that are in what parties took in.
    """

    def __init__(self, scenario: Scenario, tampering: Tampering) -> None:
        self._start = scenario.start
        self._tampering = tampering
        self._clock = (-1, "")
        self._injects_of: dict[EventId, tuple[InjectId, ...]] = {}
        self._sequence: dict[PartyId, int] = dict.fromkeys(scenario.parties, 0)
        self._sequence_outside: dict[PartyId, int] = dict.fromkeys(scenario.parties, 0)

    def note(self, event: Event) -> None:
        """Remember the injects and faults behind an event: what is sent because of it has them too."""
        if event.injectids:
            self._injects_of[event.id] = event.injects

    def publication(self, now: int, party: PartyId, sending: Sending, ahead_ms: int = 0) -> Publication:
        """Return a message of a party as it is published at ``now`` (ms), by a clock that is ``ahead_ms`` ahead.

        Exercise time it has from exercise control, and the clock time that it gives from its own clock.
        """
        act = sending.act
        name, sequence = self._next_id(party, is_strange=sending.is_strange)
        event = Event(
            specversion="1.0",
            id=name,
            source=SOURCE_PREFIX + party,
            type=TYPE_PREFIX + tag_of(act.content),
            time=self._clock_text(now + ahead_ms),
            exercisems=now,
            sequence=sequence,
            correlationid=act.answers,
            causationid=act.because_of,
            injectids=",".join(self._behind(party, act)),
            data=act.content,
        )
        self.note(event)
        address = parse(act.topic)
        assert address is not None, f"{party} publishes to {act.topic}, which has no known shape"
        payload = encode(event)
        if sending.garble is not None:
            # Nothing that nobody can read is kept for who comes late.
            return Publication(party, act.topic, event, garbled(payload, sending.garble), False, True)
        return Publication(
            party, act.topic, event, payload, address.shape in RETAINED, is_screened=sending.is_strange
        )

    def _next_id(self, party: PartyId, *, is_strange: bool) -> tuple[EventId, int]:
        """Return id and number of a party's next event; another client than its people's does not count with them."""
        sequence = self._sequence_outside if is_strange else self._sequence
        sequence[party] += 1
        return f"{party}-{'x' if is_strange else ''}{sequence[party]}", sequence[party]

    def _behind(self, party: PartyId, act: Publish) -> tuple[InjectId, ...]:
        """Return the injects and faults behind a message.

        One that states items names what is behind these; one that only answers, asks or says that it was
        received also what is behind the message that made its sender send it.
        """
        if items_in(act.content):
            return act.injects
        event = act.because_of
        taken_in = self._tampering.behind(party, event)
        return tuple(dict.fromkeys((*act.injects, *self._injects_of.get(event, ()), *taken_in)))

    def _clock_text(self, now: int) -> str:
        """Return the clock time of a moment as events have it; worked out once for all events of the moment."""
        if self._clock[0] != now:
            text = clock_time(self._start, now).isoformat(timespec="milliseconds")
            self._clock = (now, text)
        return self._clock[1]
