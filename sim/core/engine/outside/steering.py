"""Steering: what exercise staff and people in seats do to an exercise while it goes on (decision 0043).

Everything is done at a moment that does not lie before the last turn, and before which nothing is due any more: what
follows from it happens in the next turn. What is thrown in was checked before it comes here
(sim.files.scenario.thrown).
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import HandedBack, Publish
from sim.core.agents.information.statements import faults_behind
from sim.core.engine.agenda import Agenda
from sim.core.engine.exchange import SubscriptionWish
from sim.core.engine.faults.desk import FaultDesk, Release
from sim.core.engine.happenings import Spoken
from sim.core.engine.outside.screening import PAYLOAD_BYTES_MAX, Screen
from sim.core.engine.outside.seats import Seats
from sim.core.messages.contents import AnyContent, items_in
from sim.core.messages.topics import fault_in
from sim.core.model.filters import is_filter
from sim.core.model.ids import EventId, InjectId, PartyId
from sim.core.records.kinds import Steered, What
from sim.core.records.record import Entry
from sim.core.world.faults import Fault
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario


class Steering:
    """What is done to one run from outside its script.

    Args:
        scenario: What is run.
        agenda: What is to happen.
        faults: The faults of the run.
        screen: What content is held against.

    Attributes:
        seats: Who sits for whom.
    """

    def __init__(self, scenario: Scenario, agenda: Agenda, faults: FaultDesk, screen: Screen) -> None:
        self._scenario = scenario
        self._agenda = agenda
        self._faults = faults
        self._screen = screen
        self._taken_ids = {
            one.id
            for part in (scenario.truth, scenario.injects, scenario.faults, scenario.outages)
            for one in part
        }
        self._made = 0
        self.seats = Seats()

    @staticmethod
    def record(now: int, what: What, by: str, party: PartyId = "", value: float = 0.0) -> Entry:
        """Return the record of something that was done to the course of the exercise."""
        return Entry(now, "steering", Steered(what, by, party, value))

    # What is thrown in -----------------------------------------------------------------------------

    def new_id(self) -> InjectId:
        """Return an id for something that no script foresaw: one that nothing else has."""
        while True:
            self._made += 1
            name = f"live-{self._made}"
            if name not in self._taken_ids:
                return name

    def throw_in(self, inject: Inject) -> None:
        """Let exercise control tell a party something, at the inject's moment (ms)."""
        self._screen.foresee(inject.id)
        self._agenda.plan(inject.at_ms, inject)

    def throw_fault(self, fault: Fault) -> None:
        """Let a fault enter at its set time (ms), or with the next thing that passes its hop from then on."""
        assert fault.at_ms is not None, "what is thrown in enters now"
        self._screen.foresee(fault.id)
        self._faults.add(fault)
        self._agenda.plan(fault.at_ms, Release(fault))

    # Seats -----------------------------------------------------------------------------------------

    def fault_in_sitting(self, party: PartyId) -> str | None:
        """Return why nobody can take a party's seat; None when somebody can."""
        if party not in self._scenario.parties:
            return f"party: expected a party of the exercise, was {party!r}"
        if party in self.seats.taken:
            return (
                f"party: expected one for whom nobody sits, was {party!r}, taken by {self.seats.taken[party]}"
            )
        return None

    def fault_in_seat(self, party: PartyId) -> str | None:
        """Return why nothing can be done from a party's seat; None when somebody sits there."""
        if party in self.seats.taken:
            return None
        return f"party: expected one for whom somebody sits, was {party!r}"

    def sit(self, now: int, party: PartyId, by: str) -> Entry:
        """Let a person sit for a party from ``now`` (ms) on, and return the record of it."""
        self.seats.take(party, by)
        return self.record(now, "seat-taken", by, party)

    def rise(self, now: int, party: PartyId, by: str) -> Entry:
        """Hand a party back to the simulation at ``now`` (ms), and return the record of it.

        The organisation hears so before anything else: what it had ready to say while the person sat is not said.
        """
        self.seats.give_back(party)
        self._agenda.plan(now, Spoken(party, HandedBack()))
        return self.record(now, "seat-returned", by, party)

    def fault_in_saying(self, now: int, party: PartyId, topic: str, content: AnyContent) -> str | None:
        """Return what is wrong with what a person wants to say, but for who may say it: that is for the broker.

        Its content must be of this exercise, as what an outside client sends must be: others act on it.
        """
        return (
            self.fault_in_seat(party)
            or fault_in(topic, content, party)
            or self._screen.fault_in_content(content, party, now)
            or _fault_in_size(content)
        )

    def say(
        self,
        now: int,
        party: PartyId,
        topic: str,
        content: AnyContent,
        answers: EventId = "",
        because_of: EventId = "",
    ) -> None:
        """Let a person say something as a party, at ``now`` (ms), over that party's own client.

        ``answers`` and ``because_of`` are the events that it answers and that made it necessary, "" for none.
        """
        act = Publish(topic, content, answers, because_of, injects=faults_behind(items_in(content)))
        self._agenda.plan(now, Spoken(party, act))

    def fault_in_asking(self, party: PartyId, topic_filter: str) -> str | None:
        """Return why a person cannot even ask for a subscription."""
        if not is_filter(topic_filter):
            return f"filter: expected an MQTT topic filter, was {topic_filter[:80]!r}"
        return self.fault_in_seat(party)

    def ask(self, now: int, party: PartyId, topic_filter: str, *, active: bool) -> None:
        """Let a person ask for a subscription of a party at ``now`` (ms), or give one up."""
        self._agenda.plan(now, Spoken(party, SubscriptionWish(party, topic_filter, active)))


def _fault_in_size(content: AnyContent) -> str | None:
    size = len(msgspec.json.encode(content))
    if size <= PAYLOAD_BYTES_MAX:
        return None
    return f"content: expected at most {PAYLOAD_BYTES_MAX} bytes, was {size}"
