"""The engine: truth, exercise control and parties, moved from moment to moment. Pure: no clock, no I/O.

One moment is a turn in three steps. :meth:`Engine.turn` lets the world and the parties act and says what they
want of the exchange. The session carries that out over a broker. :meth:`Engine.settle` takes what the broker
did, hands the deliveries out (they are read one tick later) and says which rights change before the next turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from sim.core.agents.acts import (
    Act,
    Appraise,
    Cued,
    Delivered,
    Look,
    Perceived,
    Publish,
    Refused,
    Remark,
    Started,
    Stimulus,
    Subscribe,
    Unsubscribe,
    Wake,
    Woken,
)
from sim.core.agents.agent import AgentState, Behaviour, Dispatch, dispatch_of
from sim.core.agents.brief import Brief
from sim.core.agents.outage.fallback import step
from sim.core.agents.roster import BEHAVIOURS, behaviours_of
from sim.core.engine.exchange import BrokerAnswer, Publication, Settlement, SubscriptionWish, Turn
from sim.core.engine.foresight import Foreseen
from sim.core.engine.happenings import ToParty, ToReaders
from sim.core.engine.ledger import Ledger
from sim.core.engine.notes import note
from sim.core.engine.opening import opening
from sim.core.engine.queue import EventQueue, Priority
from sim.core.engine.screening import PAYLOAD_BYTES_MAX, fault_of_arrival
from sim.core.engine.senses import Senses
from sim.core.engine.technology import Edge, OnTheWay, Technology, edges, read_after
from sim.core.messages.codec import CodecError, decode, encode
from sim.core.messages.contents import items_in, tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.topics import RETAINED, parse
from sim.core.model.access import compile_access
from sim.core.model.chance import Chance
from sim.core.model.filters import widest
from sim.core.model.ids import EventId, InjectId, PartyId
from sim.core.model.profile import Action
from sim.core.model.theme import status_theme
from sim.core.model.time import clock_time, since_midnight_ms
from sim.core.records.kinds import FaultEntered, Garbled, Injected, Observed, Truth
from sim.core.records.record import Entry
from sim.core.world.faults import Fault, told
from sim.core.world.injects import Inject
from sim.core.world.scenario import TICK_MS, Scenario
from sim.core.world.technology import Outage
from sim.core.world.truth import TruthChange, World

ROUNDS_MAX = 100
"""Times that one party may come back to itself within one moment; more is a behaviour that feeds on itself."""


_Happening: TypeAlias = ToReaders | TruthChange | Inject | Fault | Edge | OnTheWay | ToParty


class Engine:
    """One run of a scenario with a seed.

    Args:
        scenario: What is run.
        seed: Seed of all chance.
        session: Whether people and outside clients can take part.
        roster: Behaviours by name.

    Attributes:
        scenario: What is run.
        ledger: The exchange so far.
        technology: What fails of it.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        session: Literal["closed", "open"] = "closed",
        roster: Mapping[str, Behaviour] = BEHAVIOURS,
    ) -> None:
        self.scenario = scenario
        self._roster = roster
        table = compile_access(
            scenario.parties.values(), scenario.profiles, scenario.activities.values(), scenario.agreements
        )
        self.ledger = Ledger(table, scenario.parties, scenario.activities)
        self._opening = Entry(0, "run", opening(scenario, seed, session))
        self._chance = Chance(seed)
        self.technology = Technology(scenario, self.ledger, self._chance)
        self._world = World()
        self._queue: EventQueue[_Happening] = EventQueue()
        self._clock = (-1, "")
        self._injects_of: dict[EventId, tuple[InjectId, ...]] = {}
        self._strange_ids: set[EventId] = set()
        self._sequence: dict[PartyId, int] = dict.fromkeys(scenario.parties, 0)
        self._dispatch: dict[PartyId, Dispatch] = {}
        self._briefs: dict[PartyId, Brief] = {}
        self._senses = Senses(self._briefs, self._chance)
        self._states: dict[PartyId, AgentState] = {}
        for party in scenario.parties:
            self._enlist(party)
        self._schedule()

    # Planning ------------------------------------------------------------------------------------

    def _enlist(self, party_id: PartyId) -> None:
        party = self.scenario.parties[party_id]
        profile = self.scenario.profiles[party.profile]
        self._dispatch[party_id] = dispatch_of(behaviours_of(profile, self._roster))
        self._states[party_id] = AgentState()
        self._briefs[party_id] = Brief(
            party=party,
            profile=profile,
            directory=self.scenario.parties,
            profiles=self.scenario.profiles,
            activities=self.scenario.activities,
            agreements=self.scenario.agreements,
            chance=self._chance,
            reads=widest(
                [rule.pattern for rule in self.ledger.table.rules[party_id] if rule.action is Action.READ]
            ),
            status_theme=status_theme(self.scenario.themes),
            clock_start_ms=since_midnight_ms(self.scenario.start),
        )
        self._hand(0, party_id, Started())

    def _schedule(self) -> None:
        for change in self.scenario.truth:
            self._queue.push(change.at_ms, Priority.TRUTH, change)
        for inject in self.scenario.injects:
            self._queue.push(inject.at_ms, Priority.CONTROL, inject)
        for fault in self.scenario.faults:
            self._queue.push(fault.at_ms, Priority.CONTROL, fault)
        for edge in edges(self.scenario.outages):
            self._queue.push(edge.at_ms, Priority.CONTROL, edge)

    def _hand(self, at_ms: int, party: PartyId, stimulus: Stimulus) -> None:
        self._queue.push(at_ms, Priority.PARTY, ToParty(party, stimulus))

    # A turn --------------------------------------------------------------------------------------

    def opening(self) -> Entry:
        """Return the first record of the run."""
        return self._opening

    def next_ms(self) -> int | None:
        """Return the next moment at which something happens, or None when the exercise is over."""
        at_ms = self._queue.next_ms()
        return None if at_ms is None or at_ms > self.scenario.end_ms else at_ms

    def turn(self, at_ms: int) -> Turn:
        """Let everything that happens at ``at_ms`` happen, and return what parties want of the exchange."""
        turn = Turn(at_ms)
        for _ in range(ROUNDS_MAX):
            happenings = self._queue.pop_at(at_ms)
            if not happenings:
                self._send_on(self.technology.keep_back(turn))
                return turn
            inboxes: dict[PartyId, list[Stimulus]] = {}
            for happening in happenings:
                if isinstance(happening, ToReaders):
                    for reader in happening.readers:
                        inboxes.setdefault(reader, []).append(happening.stimulus)
                elif isinstance(happening, ToParty):
                    inboxes.setdefault(happening.party, []).append(happening.stimulus)
                elif isinstance(happening, Edge | OnTheWay):
                    # At once, and not in the next round: from this moment on nobody writes as if nothing were wrong.
                    for party, stimulus in self.technology.pass_on(turn, happening):
                        inboxes.setdefault(party, []).append(stimulus)
                else:
                    self._happen(turn, happening)
            for party in sorted(inboxes):
                self._step(turn, party, inboxes[party])
        raise RuntimeError(f"expected the moment {at_ms} ms to end within {ROUNDS_MAX} rounds")

    def strike(self, outage: Outage, at_ms: int, *, begins: bool) -> None:
        """Let an outage that no script foresaw begin or end at ``at_ms``, which must not lie before the last turn."""
        self._queue.push(at_ms, Priority.CONTROL, Edge(outage, begins))

    def put_back(self, turn: Turn) -> None:
        """Take back what a turn wanted of a broker that is gone: nothing of it counts, and it goes out again later."""
        self._send_on(self.technology.put_back(turn))

    def _send_on(self, on_the_way: Iterable[OnTheWay]) -> None:
        for one in on_the_way:
            self._queue.push(one.at_ms, Priority.CONTROL, one)

    def _happen(self, turn: Turn, happening: TruthChange | Inject | Fault) -> None:
        if isinstance(happening, TruthChange):
            self._change_truth(turn, happening)
        elif isinstance(happening, Inject):
            self._inject(turn, happening)
        else:
            self._enter_fault(turn, happening)

    def _change_truth(self, turn: Turn, change: TruthChange) -> None:
        self._world = self._world.after(change)
        content = Truth(change.id, change.fact, change.source)
        turn.entries.append(Entry(turn.at_ms, "truth", content))
        for at_ms, party, stimulus in self._senses.of_change(change, turn.at_ms):
            self._hand(at_ms, party, stimulus)

    def _inject(self, turn: Turn, inject: Inject) -> None:
        content = Injected(inject.id, inject.to, inject.cue, inject.title, inject.source)
        turn.entries.append(Entry(turn.at_ms, "inject", content))
        self._hand(turn.at_ms, inject.to, Cued(inject.id, inject.cue))

    def _enter_fault(self, turn: Turn, fault: Fault) -> None:
        observation, truth = told(fault, self.scenario.truth), self._world.of(fault.subject)
        if observation is None or truth is None:
            raise ValueError(
                f"{fault.id}: expected a truth about {fault.subject} at {fault.at_ms} ms, was none"
            )
        content = FaultEntered(
            id=fault.id,
            type=fault.type,
            party=fault.party,
            subject=fault.subject,
            title=fault.title,
            recognise=fault.recognise,
            told=observation.fact,
            truth=truth.fact,
            source=fault.source,
        )
        turn.entries.append(Entry(turn.at_ms, "fault", content))
        self._hand(turn.at_ms, fault.party, Perceived(observation))

    def _step(self, turn: Turn, party: PartyId, inbox: Sequence[Stimulus]) -> None:
        for stimulus in inbox:
            if isinstance(stimulus, Perceived):
                self._log_perception(turn, party, stimulus)
        state, acts = step(self._briefs[party], self._dispatch[party], self._states[party], inbox, turn.at_ms)
        self._states[party] = state
        for act in acts:
            self._act(turn, party, act)

    def _log_perception(self, turn: Turn, party: PartyId, perceived: Perceived) -> None:
        observation = perceived.observation
        cause = (*observation.causes, *observation.causation)
        turn.entries.append(Entry(turn.at_ms, "observed", Observed(party, observation), cause))

    def _act(self, turn: Turn, party: PartyId, act: Act) -> None:
        if isinstance(act, Publish):
            turn.publications.append(self._publication(turn.at_ms, party, act))
        elif isinstance(act, Wake):
            self._hand(act.at_ms, party, Woken(act.errand, act.about))
        elif isinstance(act, Subscribe):
            turn.wishes.append(SubscriptionWish(party, act.topic_filter, active=True, injects=act.injects))
        elif isinstance(act, Unsubscribe):
            turn.wishes.append(SubscriptionWish(party, act.topic_filter, active=False))
        elif isinstance(act, Look):
            self._hand(*self._senses.of_looking(self._world, party, act.subject, turn.at_ms))
        elif isinstance(act, Appraise):
            for sensed in self._senses.of_appraising(self._world, party, act.subject, turn.at_ms):
                self._hand(*sensed)
        else:
            assert isinstance(act, Remark), f"an assignment of {party} that nobody was given"
            turn.entries.append(note(turn.at_ms, party, act))

    def _publication(self, now: int, party: PartyId, act: Publish) -> Publication:
        self._sequence[party] += 1
        event = Event(
            specversion="1.0",
            id=f"{party}-{self._sequence[party]}",
            source=SOURCE_PREFIX + party,
            type=TYPE_PREFIX + tag_of(act.content),
            time=self._clock_text(now),
            exercisems=now,
            sequence=self._sequence[party],
            correlationid=act.answers,
            causationid=act.because_of,
            injectids=",".join(self._behind(act)),
            data=act.content,
        )
        if event.injectids:
            self._injects_of[event.id] = event.injects
        if act.register is not None:
            errand, about = act.register
            self._hand(now, party, Woken(errand, (about, event.id)))
        address = parse(act.topic)
        assert address is not None, f"{party} publishes to {act.topic}, which has no known shape"
        return Publication(party, act.topic, event, encode(event), retain=address.shape in RETAINED)

    def _behind(self, act: Publish) -> tuple[InjectId, ...]:
        """Return the injects and faults behind a message.

        One that states items names what is behind these; one that only answers, asks or says that it was
        received also what is behind the message that made its sender send it.
        """
        if items_in(act.content):
            return act.injects
        return tuple(dict.fromkeys((*act.injects, *self._injects_of.get(act.because_of, ()))))

    def _clock_text(self, now: int) -> str:
        """Return the clock time of a moment as events have it; worked out once for all events of the moment."""
        if self._clock[0] != now:
            text = clock_time(self.scenario.start, now).isoformat(timespec="milliseconds")
            self._clock = (now, text)
        return self._clock[1]

    # Settling ------------------------------------------------------------------------------------

    def settle_steps(self, turn: Turn) -> list[Entry]:
        """Take that the steps of a turn were done, and all that was due came; return the records of it."""
        entries = []
        for due, entry in self.technology.arrived(turn):
            entries.append(entry)
            after_ms, party, stimulus = read_after(due)
            self._hand(turn.at_ms + after_ms, party, stimulus)
        return entries

    def settle_wishes(self, turn: Turn, answers: Sequence[BrokerAnswer]) -> list[Entry]:
        """Take what the broker did with the subscriptions of a turn; return the records of it."""
        return [
            self._settle_wish(turn.at_ms, wish, answer)
            for wish, answer in zip(turn.wishes, answers, strict=True)
        ]

    def _settle_wish(self, now: int, wish: SubscriptionWish, answer: BrokerAnswer) -> Entry:
        if not wish.active:
            return self.ledger.unsubscribe(now, wish)
        entry = self.ledger.subscribe(now, wish, answer)
        if entry.kind == "denied" and not self.technology.ask_again(wish):
            self._hand(now + TICK_MS, wish.party, Refused("subscribe", wish.topic_filter))
        return entry

    def foresee(self, turn: Turn) -> list[Foreseen]:
        """Return what the broker must do with each publication of a turn."""
        technology, foreseen = self.technology, []
        for one in turn.publications:
            expected = technology.divided(one.topic, self.ledger.foresee(one.party, one.topic, turn.at_ms))
            foreseen.append(technology.doubled(one.topic, expected))
        return foreseen

    def settle(self, turn: Turn, foreseen: Sequence[Foreseen], answers: Sequence[BrokerAnswer]) -> Settlement:
        """Take what the broker did with the publications of a turn; hand out the deliveries."""
        entries: list[Entry] = []
        accepted: list[tuple[str, Event]] = []
        for publication, expected, answer in zip(turn.publications, foreseen, answers, strict=True):
            if answer.accepted and expected.decision.allowed:
                accepted.append((publication.topic, publication.event))
                entries += self._deliver(
                    turn.at_ms, publication.topic, publication.event, expected, publication.payload
                )
                continue
            entry = self.ledger.refuse(turn.at_ms, publication, expected, answer)
            entries.append(entry)
            if entry.kind == "denied":
                refused = Refused("publish", publication.topic)
                self._hand(turn.at_ms + TICK_MS, publication.party, refused)
        changes, changed = self.ledger.change_rights(turn.at_ms, accepted)
        return Settlement([*entries, *changed], changes)

    def _deliver(
        self, now: int, topic: str, event: Event, expected: Foreseen, payload: bytes, *, outside: bool = False
    ) -> list[Entry]:
        self._send_on(self.technology.keep_for_later(now, topic, event, payload, expected))
        if expected.readers:
            arrival = ToReaders(expected.readers, Delivered(topic, event))
            self._queue.push(now + TICK_MS, Priority.PARTY, arrival)
        entries = self.ledger.deliver(now, topic, event, expected, None if outside else payload)
        for reader, entry in self.technology.copies(now, topic, event, expected):
            self._hand(now + TICK_MS, reader, Delivered(topic, event))
            entries.append(entry)
        return entries

    def ingest(self, now: int, topic: str, payload: bytes) -> Settlement:
        """Take a message that a client which is not simulated got past the broker (open sessions)."""
        try:
            event = decode(payload, PAYLOAD_BYTES_MAX)
        except CodecError as error:
            return Settlement([Entry(now, "garbled", Garbled(topic, str(error)))], [])
        expected = self.technology.divided(topic, self.ledger.foresee(event.sender, topic, now))
        reason = fault_of_arrival(self.scenario, topic, event, expected, self._strange_ids, now)
        if reason is not None:
            return Settlement([Entry(now, "garbled", Garbled(topic, reason))], [])
        self._strange_ids.add(event.id)
        if event.injectids:
            self._injects_of[event.id] = event.injects
        entries = self._deliver(now, topic, event, expected, payload, outside=True)
        changes, changed = self.ledger.change_rights(now, [(topic, event)])
        return Settlement([*entries, *changed], changes)
