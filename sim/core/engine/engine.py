"""The engine: truth, exercise control and parties, moved from moment to moment. Pure: no clock, no I/O.

One moment is a turn in three steps. :meth:`Engine.turn` lets the world and the parties act and says what they
want of the exchange. The session carries that out over a broker. :meth:`Engine.settle` takes what the broker
did, hands the deliveries out (they are read one tick later) and says which rights change before the next turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from sim.core.agents.acts import (
    Act,
    Appraise,
    Cued,
    HandedBack,
    Look,
    Perceived,
    Publish,
    ReadClock,
    Remark,
    Started,
    Stimulus,
    Subscribe,
    Unsubscribe,
    Wake,
    Woken,
    Wrote,
)
from sim.core.agents.agent import Behaviour
from sim.core.agents.roster import BEHAVIOURS
from sim.core.engine.agenda import Agenda
from sim.core.engine.cast import cast_of
from sim.core.engine.deliveries import Deliveries
from sim.core.engine.exchange import BrokerAnswer, Due, Publication, Settlement, SubscriptionWish, Turn
from sim.core.engine.faults.desk import FaultDesk, Release
from sim.core.engine.faults.tampering import Sending
from sim.core.engine.foresight import Foreseen
from sim.core.engine.happenings import ByTheScript, Happening, Put, Spoken, ToParty, ToReaders
from sim.core.engine.ledger import Ledger
from sim.core.engine.notes import clock_set, note
from sim.core.engine.opening import opening
from sim.core.engine.outbox import Outbox
from sim.core.engine.outside.screening import Screen
from sim.core.engine.outside.steering import Steering
from sim.core.engine.outside.strangers import Strangers
from sim.core.engine.parties import Parties, Round, Stepped
from sim.core.engine.senses import Senses
from sim.core.engine.settling import Settling
from sim.core.engine.technology import Edge, OnTheWay, Technology, edges
from sim.core.engine.turning import Turning, advance
from sim.core.messages.contents import items_in
from sim.core.model.chance import Chance
from sim.core.model.ids import EventId, PartyId
from sim.core.records.kinds import Injected, Observed, Truth
from sim.core.records.record import Entry
from sim.core.world.injects import Inject
from sim.core.world.scenario import Scenario
from sim.core.world.technology import Outage
from sim.core.world.truth import TruthChange, World

ROUNDS_MAX = 100
"""Times that one party may come back to itself within one moment; more is a behaviour that feeds on itself."""


class Engine:
    """One run of a scenario with a seed.

    Args:
        scenario: What is run.
        seed: Seed of all chance.
        session: Whether people and outside clients can take part.
        roster: Behaviours by name.
        is_steered: Whether people can throw faults into it that nobody foresees.

    Attributes:
        scenario: What is run.
        cast: What of it everybody knows.
        ledger: The exchange so far.
        technology: What fails of it.
        steering: What people do to it, and who sits for whom.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        session: Literal["closed", "open"] = "closed",
        roster: Mapping[str, Behaviour] = BEHAVIOURS,
        *,
        is_steered: bool = False,
    ) -> None:
        self.scenario = scenario
        self.cast = cast_of(scenario)
        table = self.cast.table()
        self.ledger = Ledger(table, scenario.parties, scenario.activities)
        self._opening = Entry(0, "run", opening(scenario, seed, session))
        self._chance = Chance(seed)
        self.technology = Technology(scenario, self.ledger, self._chance)
        self._world = World()
        self._agenda = Agenda()
        screen = Screen(scenario)
        self._faults = FaultDesk(scenario, is_steered=is_steered)
        self.steering = Steering(scenario, self._agenda, self._faults, screen)
        self._outbox = Outbox(scenario, self._faults.tampering)
        seats = self.steering.seats
        self._deliveries = Deliveries(self.ledger, self.technology, self._faults, self._agenda, seats)
        strangers = Strangers(scenario, self.ledger, screen)
        self._settling = Settling(
            self.ledger, self.technology, self._agenda, self._outbox, self._deliveries, strangers, seats
        )
        self._parties = Parties(self.cast, table, seed, roster=roster)
        self._senses = Senses(self._parties.briefs, self._chance)
        for party in scenario.parties:
            self._agenda.hand(0, party, Started())
        self._schedule()

    # Planning ------------------------------------------------------------------------------------

    def _schedule(self) -> None:
        for change in self.scenario.truth:
            self._agenda.change(change)
        for inject in self.scenario.injects:
            self._agenda.plan(inject.at_ms, inject)
        for at_ms, release in self._faults.set_times():
            self._agenda.plan(at_ms, release)
        for edge in edges(self.scenario.outages):
            self._agenda.plan(edge.at_ms, edge)

    # A turn --------------------------------------------------------------------------------------

    def opening(self) -> Entry:
        """Return the first record of the run."""
        return self._opening

    def next_ms(self) -> int | None:
        """Return the next moment at which something happens, or None when the exercise is over."""
        at_ms = self._agenda.next_ms()
        return None if at_ms is None or at_ms > self.scenario.end_ms else at_ms

    def turn(self, at_ms: int) -> Turn:
        """Let everything that happens at ``at_ms`` happen, and return what parties want of the exchange.

        The parties step here; where they step elsewhere it is :meth:`turning` that is driven.
        """
        turning = self.turning(at_ms)
        found = advance(turning, None)
        while isinstance(found, Round):
            found = advance(turning, self._parties.play(found))
        return found

    def turning(self, at_ms: int) -> Turning:
        """Let everything that happens at ``at_ms`` happen; yield each round of steps, and take what the parties did.

        Whoever drives it sends an answer for each party of the round, from wherever that party is played.
        """
        turn = Turn(at_ms)
        for _ in range(ROUNDS_MAX):
            happenings = self._agenda.pop_at(at_ms)
            if not happenings:
                self._agenda.send_on(self.technology.keep_back(turn))
                return turn
            inboxes = self._inboxes(turn, happenings)
            # Sorted, so that the log depends on nobody's speed, and not on where parties step.
            asked = Round(at_ms, {party: self._read(party, inboxes[party]) for party in sorted(inboxes)})
            stepped = ((yield asked) if inboxes else None) or {}
            for party, inbox in asked.inboxes.items():
                self._take(turn, party, inbox, stepped[party])
        raise RuntimeError(f"expected the moment {at_ms} ms to end within {ROUNDS_MAX} rounds")

    def _inboxes(self, turn: Turn, happenings: Sequence[Happening]) -> Mapping[PartyId, list[Stimulus]]:
        """Let all happen that is not for parties to answer, and return what comes in to whom."""
        inboxes: defaultdict[PartyId, list[Stimulus]] = defaultdict(list)
        for happening in happenings:
            if isinstance(happening, ToReaders):
                for reader in happening.readers:
                    inboxes[reader].append(happening.stimulus)
            elif isinstance(happening, ToParty):
                inboxes[happening.party].append(happening.stimulus)
            elif isinstance(happening, Edge):
                # At once, and not in the next round: from this moment on nobody writes as if nothing were wrong.
                for party, stimulus in self.technology.pass_edge(turn, happening):
                    inboxes[party].append(stimulus)
            elif isinstance(happening, Spoken):
                for stimulus in self._speak(turn, happening):
                    inboxes[happening.party].append(stimulus)
            else:
                self._happen(turn, happening)
        return inboxes

    def strike(self, outage: Outage, at_ms: int, *, begins: bool) -> None:
        """Let an outage that no script foresaw begin or end at ``at_ms``, which must not lie before the last turn."""
        self._agenda.plan(at_ms, Edge(outage, begins))

    def put_back(self, turn: Turn) -> None:
        """Take back what a turn wanted of a broker that is gone: nothing of it counts, and it goes out again later."""
        self._agenda.send_on(self.technology.put_back(turn))

    def _speak(self, turn: Turn, spoken: Spoken) -> list[Stimulus]:
        """Let a person in a seat say or ask something; return what the party's organisation hears of it.

        What may be written where it is said the party stands for from now on; the rest the broker refuses.
        """
        party, act, seats = spoken.party, spoken.act, self.steering.seats
        if isinstance(act, HandedBack):
            return [act]
        if isinstance(act, SubscriptionWish):
            seats.note_asked(party, act.topic_filter)
            turn.wishes.append(act)
            return []
        seats.note_said(self._put(turn, party, Sending(act)))
        if not self.ledger.foresee(party, act.topic, turn.at_ms).decision.allowed:
            return []
        return [Wrote(item, in_person=True) for item in items_in(act.content)]

    def _happen(self, turn: Turn, happening: TruthChange | ByTheScript) -> None:
        if isinstance(happening, TruthChange):
            self._change_truth(turn, happening)
        elif isinstance(happening, Inject):
            self._inject(turn, happening)
        elif isinstance(happening, Release):
            self._release(turn, happening)
        elif isinstance(happening, OnTheWay):
            self._arrive(turn, happening.what)
        else:
            self._put(turn, happening.party, happening.sending)

    def _arrive(self, turn: Turn, what: Publication | Due) -> None:
        """Take what was under way over a slow link: it is at the broker now, or with who is to read it."""
        if isinstance(what, Publication):
            turn.publications.append(what)
        else:
            turn.entries.extend(self._deliveries.come_late(turn.at_ms, turn.at_ms, what, self._world))

    def _change_truth(self, turn: Turn, change: TruthChange) -> None:
        self._world = self._world.after(change)
        content = Truth(change.id, change.fact, change.source)
        turn.entries.append(Entry(turn.at_ms, "truth", content))
        for sensed in self._senses.of_change(change, turn.at_ms):
            known, entries = self._faults.tampering.perceiving(change, sensed, turn.at_ms)
            turn.entries.extend(entries)
            if known is not None:
                self._agenda.hand(*known)
        self._agenda.make_due(turn.at_ms, self._faults.triggers.after("truth", change.id))

    def _inject(self, turn: Turn, inject: Inject) -> None:
        content = Injected(inject.id, inject.to, inject.cue, inject.title, inject.source)
        turn.entries.append(Entry(turn.at_ms, "inject", content))
        self._agenda.hand(turn.at_ms, inject.to, Cued(inject.id, inject.cue))
        self._agenda.make_due(turn.at_ms, self._faults.triggers.after("inject", inject.id))

    def _release(self, turn: Turn, release: Release) -> None:
        ahead_ms = self.technology.clocks.ahead_ms(release.fault.party)
        released = self._faults.release(release, self._world, self.ledger.table, turn.at_ms, ahead_ms)
        self._enter(turn, released.entries)
        for sensed in released.sensed:
            self._agenda.hand(*sensed)
        for sending in released.sendings:
            self._put(turn, release.fault.party, sending)

    def _enter(self, turn: Turn, entries: Sequence[Entry]) -> None:
        """Take in records of faults, and let those come that wait for one that entered."""
        turn.entries.extend(entries)
        self._agenda.make_due(turn.at_ms, self._faults.after_entering(entries))

    def unmet(self, now: int) -> list[Entry]:
        """Return a record of each fault of the scenario that has not entered by the end."""
        return self._faults.unmet(now)

    def _read(self, party: PartyId, inbox: Sequence[Stimulus]) -> Sequence[Stimulus]:
        return self.technology.clocks.read(party, inbox)

    def _take(self, turn: Turn, party: PartyId, inbox: Sequence[Stimulus], stepped: Stepped) -> None:
        for stimulus in inbox:
            if type(stimulus) is Perceived:  # isinstance takes long to say no, and mostly would
                self._log_perception(turn, party, stimulus)
        self._agenda.make_due(turn.at_ms, self._faults.triggers.on_step(party, stepped.engaged))
        for act in stepped.acts:
            self._act(turn, party, act)

    def _log_perception(self, turn: Turn, party: PartyId, perceived: Perceived) -> None:
        observation = perceived.observation
        cause = (*observation.causes, *observation.causation)
        turn.entries.append(Entry(turn.at_ms, "observed", Observed(party, observation), cause))

    def _act(self, turn: Turn, party: PartyId, act: Act) -> None:
        if not self.steering.seats.lets(party, act):
            return
        if isinstance(act, Publish):
            self._send(turn, party, act)
        elif isinstance(act, Wake):
            # What was meant for a moment that a clock has passed by, since it was set, is for now.
            self._agenda.hand(max(turn.at_ms, act.at_ms), party, Woken(act.errand, act.about))
        elif isinstance(act, Subscribe):
            turn.wishes.append(SubscriptionWish(party, act.topic_filter, active=True, injects=act.injects))
        elif isinstance(act, Unsubscribe):
            turn.wishes.append(SubscriptionWish(party, act.topic_filter, active=False))
        elif isinstance(act, Look):
            self._agenda.hand(*self._senses.of_looking(self._world, party, act.subject, turn.at_ms))
        elif isinstance(act, Appraise):
            for sensed in self._senses.of_appraising(self._world, party, act.subject, turn.at_ms):
                self._agenda.hand(*sensed)
        elif isinstance(act, ReadClock):
            self._read_clock(turn, party, act)
        else:
            assert isinstance(act, Remark), f"an assignment of {party} that nobody was given"
            turn.entries.append(note(turn.at_ms, party, act))

    def _read_clock(self, turn: Turn, party: PartyId, act: ReadClock) -> None:
        right = self.technology.set_clock(turn, party)
        if right is not None:
            turn.entries.append(clock_set(turn.at_ms, party, right, act.because_of))
            self._agenda.hand(turn.at_ms, party, right)
        elif act.otherwise is not None:
            self._act(turn, party, act.otherwise)

    def _send(self, turn: Turn, party: PartyId, act: Publish) -> None:
        act = self.technology.clocks.dated(party, act, turn.at_ms)
        sendings, entries = self._faults.tampering.sending(party, act, self._world, turn.at_ms)
        if entries:
            self._enter(turn, entries)
        for sending in sendings:
            if sending.delay_ms:
                put = Put(party, msgspec.structs.replace(sending, delay_ms=0))
                self._agenda.plan(turn.at_ms + sending.delay_ms, put)
            else:
                self._put(turn, party, sending)

    def _put(self, turn: Turn, party: PartyId, sending: Sending) -> EventId:
        ahead_ms = 0 if sending.is_strange else self.technology.clocks.ahead_ms(party)
        publication = self._outbox.publication(turn.at_ms, party, sending, ahead_ms)
        turn.publications.append(publication)
        if sending.act.register is not None:
            errand, about = sending.act.register
            self._agenda.hand(turn.at_ms, party, Woken(errand, (about, publication.event.id)))
        return publication.event.id

    # Settling ------------------------------------------------------------------------------------

    def settle_steps(self, turn: Turn) -> list[Entry]:
        """Take that the steps of a turn were done, and all that was due came; return the records of it."""
        return self._settling.steps(turn, self._world)

    def settle_wishes(self, turn: Turn, answers: Sequence[BrokerAnswer]) -> list[Entry]:
        """Take what the broker did with the subscriptions of a turn; return the records of it."""
        return self._settling.wishes(turn, answers)

    def foresee(self, turn: Turn) -> list[Foreseen]:
        """Return what the broker must do with each publication of a turn."""
        return self._settling.foresee(turn)

    def settle(self, turn: Turn, foreseen: Sequence[Foreseen], answers: Sequence[BrokerAnswer]) -> Settlement:
        """Take what the broker did with the publications of a turn; hand out the deliveries."""
        return self._settling.publications(turn, foreseen, answers, self._world)

    def ingest(self, now: int, topic: str, payload: bytes) -> Settlement:
        """Take a message that a client which is not simulated got past the broker (open sessions)."""
        return self._settling.ingest(now, topic, payload, self._world)
