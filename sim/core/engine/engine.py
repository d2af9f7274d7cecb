"""The engine: truth, exercise control and parties, moved from moment to moment. Pure: no clock, no I/O.

One moment is a turn in three steps. :meth:`Engine.turn` lets the world and the parties act and says what they
want of the exchange. The session carries that out over a broker. :meth:`Engine.settle` takes what the broker
did, hands the deliveries out (they are read one tick later) and says which rights change before the next turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from sim.core.agents.agent import (
    Act,
    AgentState,
    Behaviour,
    Brief,
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
    Unseen,
    Unsubscribe,
    Wake,
    Woken,
    step,
)
from sim.core.agents.roster import behaviours_of
from sim.core.engine.admission import RightsChange, apply_change, rights_change
from sim.core.engine.exchange import BrokerAnswer, Publication, Settlement, SubscriptionWish, Turn
from sim.core.engine.foresight import Foreseen, Subscriptions, foresee
from sim.core.engine.opening import opening
from sim.core.engine.queue import EventQueue, Priority
from sim.core.messages.codec import CodecError, decode, encode
from sim.core.messages.contents import tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.topics import RETAINED, fault_in, parse
from sim.core.model.access import AccessTable, compile_access
from sim.core.model.chance import Chance
from sim.core.model.filters import covers
from sim.core.model.ids import EventId, PartyId
from sim.core.model.profile import Action
from sim.core.model.time import clock_time
from sim.core.records.kinds import (
    Denied,
    Ending,
    FaultEntered,
    Garbled,
    Injected,
    Message,
    Note,
    Observed,
    Rights,
    Subscribed,
    Truth,
    Undelivered,
)
from sim.core.records.record import Entry
from sim.core.world.faults import Fault, told
from sim.core.world.injects import Inject
from sim.core.world.perception import delay_ms, perceive, perceives
from sim.core.world.scenario import TICK_MS, Scenario
from sim.core.world.truth import TruthChange, World

ROUNDS_MAX = 100
"""Times that one party may come back to itself within one moment; more is a behaviour that feeds on itself."""


@dataclass(frozen=True, slots=True)
class _ToParty:
    party: PartyId
    stimulus: Stimulus


_Happening: TypeAlias = TruthChange | Inject | Fault | _ToParty


class Engine:
    """One run of a scenario with a seed."""

    def __init__(self, scenario: Scenario, seed: int, session: Literal["closed", "open"] = "closed") -> None:
        self.scenario = scenario
        self.table: AccessTable = compile_access(
            scenario.parties.values(), scenario.profiles, scenario.activities.values()
        )
        self.messages = self.deliveries = self.denied = self.lost = self.leaked = 0
        self._opening = Entry(0, "run", opening(scenario, seed, session))
        self._chance = Chance(seed)
        self._world = World()
        self._queue: EventQueue[_Happening] = EventQueue()
        self._subscriptions = Subscriptions()
        self._sequence: dict[PartyId, int] = dict.fromkeys(scenario.parties, 0)
        self._behaviours: dict[PartyId, tuple[Behaviour, ...]] = {}
        self._briefs: dict[PartyId, Brief] = {}
        self._states: dict[PartyId, AgentState] = {}
        for party in scenario.parties:
            self._enlist(party)
        self._schedule()

    # Planning ------------------------------------------------------------------------------------

    def _enlist(self, party_id: PartyId) -> None:
        party = self.scenario.parties[party_id]
        profile = self.scenario.profiles[party.profile]
        self._behaviours[party_id] = behaviours_of(profile)
        self._states[party_id] = AgentState()
        self._briefs[party_id] = Brief(
            party=party,
            profile=profile,
            directory=self.scenario.parties,
            profiles=self.scenario.profiles,
            activities=self.scenario.activities,
            agreements=self.scenario.agreements,
            chance=self._chance,
            reads=_widest(
                [rule.pattern for rule in self.table.rules[party_id] if rule.action is Action.READ]
            ),
        )
        self._queue.push(0, Priority.PARTY, _ToParty(party_id, Started()))

    def _schedule(self) -> None:
        for change in self.scenario.truth:
            self._queue.push(change.at_ms, Priority.TRUTH, change)
        for inject in self.scenario.injects:
            self._queue.push(inject.at_ms, Priority.CONTROL, inject)
        for fault in self.scenario.faults:
            self._queue.push(fault.at_ms, Priority.CONTROL, fault)

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
                return turn
            inboxes: dict[PartyId, list[Stimulus]] = {}
            for happening in happenings:
                if isinstance(happening, _ToParty):
                    inboxes.setdefault(happening.party, []).append(happening.stimulus)
                else:
                    self._happen(turn, happening)
            for party in sorted(inboxes):
                self._step(turn, party, inboxes[party])
        raise RuntimeError(f"expected the moment {at_ms} ms to end within {ROUNDS_MAX} rounds")

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
        for party in self.scenario.parties.values():
            if not perceives(party, change.fact):
                continue
            at_ms = turn.at_ms + delay_ms(party, change.id, self._chance, "change")
            observation = perceive(party, change, self._chance, "change")
            self._queue.push(at_ms, Priority.PARTY, _ToParty(party.id, Perceived(observation)))

    def _inject(self, turn: Turn, inject: Inject) -> None:
        content = Injected(inject.id, inject.to, inject.cue, inject.title, inject.source)
        turn.entries.append(Entry(turn.at_ms, "inject", content))
        self._queue.push(turn.at_ms, Priority.PARTY, _ToParty(inject.to, Cued(inject.id, inject.cue)))

    def _enter_fault(self, turn: Turn, fault: Fault) -> None:
        observation, truth = told(fault, self.scenario.truth), self._world.of(fault.subject)
        assert observation is not None and truth is not None, (
            f"{fault.id}: nothing is so of {fault.subject} yet"
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
        self._queue.push(turn.at_ms, Priority.PARTY, _ToParty(fault.party, Perceived(observation)))

    def _step(self, turn: Turn, party: PartyId, inbox: Sequence[Stimulus]) -> None:
        for stimulus in inbox:
            if isinstance(stimulus, Perceived):
                self._log_perception(turn, party, stimulus)
        state, acts = step(
            self._briefs[party], self._behaviours[party], self._states[party], inbox, turn.at_ms
        )
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
            self._queue.push(act.at_ms, Priority.PARTY, _ToParty(party, Woken(act.errand, act.about)))
        elif isinstance(act, Subscribe):
            turn.wishes.append(SubscriptionWish(party, act.topic_filter, active=True))
        elif isinstance(act, Unsubscribe):
            turn.wishes.append(SubscriptionWish(party, act.topic_filter, active=False))
        elif isinstance(act, Look):
            self._look(turn, party, act)
        else:
            turn.entries.append(_note(turn.at_ms, party, act))

    def _look(self, turn: Turn, party_id: PartyId, look: Look) -> None:
        """Let a party look at what is so now; it sees nothing outside its competence."""
        change, party = self._world.of(look.subject), self.scenario.parties[party_id]
        occasion = f"look/{turn.at_ms}"
        at_ms = turn.at_ms + delay_ms(party, look.subject, self._chance, occasion)
        stimulus: Stimulus = Unseen(look.subject)
        if change is not None and perceives(party, change.fact):
            seen = perceive(party, change, self._chance, occasion)
            observation = msgspec.structs.replace(seen, observed_at_ms=turn.at_ms)
            stimulus = Perceived(observation, asked=True)
        self._queue.push(at_ms, Priority.PARTY, _ToParty(party_id, stimulus))

    def _publication(self, now: int, party: PartyId, act: Publish) -> Publication:
        self._sequence[party] += 1
        event = Event(
            specversion="1.0",
            id=f"{party}-{self._sequence[party]}",
            source=SOURCE_PREFIX + party,
            type=TYPE_PREFIX + tag_of(act.content),
            time=clock_time(self.scenario.start, now).isoformat(timespec="milliseconds"),
            exercisems=now,
            sequence=self._sequence[party],
            correlationid=act.answers,
            causationid=act.because_of,
            injectids=",".join(act.injects),
            data=act.content,
        )
        address = parse(act.topic)
        assert address is not None, f"{party} publishes to {act.topic}, which has no known shape"
        return Publication(party, act.topic, event, encode(event), retain=address.shape in RETAINED)

    # Settling ------------------------------------------------------------------------------------

    def settle_wishes(self, turn: Turn, answers: Sequence[BrokerAnswer]) -> list[Entry]:
        """Take what the broker did with the subscriptions of a turn; return the records of it."""
        entries = []
        for wish, answer in zip(turn.wishes, answers, strict=True):
            entries += self._settle_wish(turn.at_ms, wish, answer)
        return entries

    def _settle_wish(self, now: int, wish: SubscriptionWish, answer: BrokerAnswer) -> list[Entry]:
        content = Subscribed(wish.party, wish.topic_filter, wish.active)
        if not wish.active:
            self._subscriptions.discard(wish.party, wish.topic_filter)
            return [Entry(now, "subscribed", content)]
        decision = self.table.decide_subscription(wish.party, now, wish.topic_filter)
        if answer.accepted and decision.allowed:
            self._subscriptions.add(wish.party, wish.topic_filter)
            return [Entry(now, "subscribed", content)]
        if answer.accepted:
            self.leaked += 1
            return [Entry(now, "leak", Undelivered(wish.party, wish.topic_filter, ""), local=answer.local)]
        if decision.allowed:
            self.lost += 1
            return [Entry(now, "lost", Undelivered(wish.party, wish.topic_filter, ""), local=answer.local)]
        self.denied += 1
        refused = Refused("subscribe", wish.topic_filter)
        self._queue.push(now + TICK_MS, Priority.PARTY, _ToParty(wish.party, refused))
        denied = Denied(wish.party, "subscribe", wish.topic_filter, decision.rule, decision.source)
        return [Entry(now, "denied", denied, local=answer.local)]

    def foresee(self, turn: Turn) -> list[Foreseen]:
        """Return what the broker must do with each publication of a turn."""
        return [
            foresee(self.table, self._subscriptions, publication.party, publication.topic, turn.at_ms)
            for publication in turn.publications
        ]

    def readers_of(self, topic: str, now: int) -> tuple[PartyId, ...]:
        """Return who will receive something that exercise control itself publishes."""
        return tuple(
            party
            for party in self._subscriptions.matching(topic)
            if self.table.decide(party, now, Action.READ, topic).allowed
        )

    def settle(self, turn: Turn, foreseen: Sequence[Foreseen], answers: Sequence[BrokerAnswer]) -> Settlement:
        """Take what the broker did with the publications of a turn; hand out the deliveries."""
        settlement = Settlement([], [])
        for publication, expected, answer in zip(turn.publications, foreseen, answers, strict=True):
            if answer.accepted and expected.decision.allowed:
                self._deliver(settlement, turn.at_ms, publication.topic, publication.event, expected)
            else:
                settlement.entries.extend(self._refuse(turn.at_ms, publication, expected, answer))
        self._change_rights(settlement, turn.at_ms)
        return settlement

    def _deliver(
        self,
        settlement: Settlement,
        now: int,
        topic: str,
        event: Event,
        expected: Foreseen,
        *,
        outside: bool = False,
    ) -> None:
        self.messages += 1
        self.deliveries += len(expected.readers)
        cause = (*((event.causationid,) if event.causationid else ()), *event.injects)
        content = Message(topic, event, expected.readers, outside)
        settlement.entries.append(Entry(now, "message", content, cause))
        stimulus = Delivered(topic, event)
        for party in expected.readers:
            self._queue.push(now + TICK_MS, Priority.PARTY, _ToParty(party, stimulus))
        for party in expected.withheld:
            settlement.entries.append(self._withhold(now, party, topic, event.id))
        change = rights_change(
            self.table, self.scenario.parties, self.scenario.activities, topic, event, now + 1
        )
        if change is not None:
            settlement.changes.append(change)

    def _withhold(self, now: int, party: PartyId, topic: str, event: EventId) -> Entry:
        self.denied += 1
        decision = self.table.decide(party, now, Action.READ, topic)
        return Entry(now, "denied", Denied(party, "deliver", topic, decision.rule, decision.source, event))

    def _refuse(
        self, now: int, publication: Publication, expected: Foreseen, answer: BrokerAnswer
    ) -> list[Entry]:
        party, topic, event = publication.party, publication.topic, publication.event.id
        if answer.accepted:
            self.leaked += 1
            return [Entry(now, "leak", Undelivered(party, topic, event), local=answer.local)]
        if expected.decision.allowed:
            self.lost += 1
            return [Entry(now, "lost", Undelivered(party, topic, event), local=answer.local)]
        self.denied += 1
        self._queue.push(now + TICK_MS, Priority.PARTY, _ToParty(party, Refused("publish", topic)))
        decision = expected.decision
        denied = Denied(party, "publish", topic, decision.rule, decision.source, event)
        return [Entry(now, "denied", denied, local=answer.local)]

    def _change_rights(self, settlement: Settlement, now: int) -> None:
        """Put the changes into the table, from the next millisecond on: the broker enforces them before any turn."""
        done: list[RightsChange] = []
        for change in settlement.changes:
            if (self.table.open_grant(change.grant.id) is not None) == change.granted:
                continue  # asked for twice in one turn
            self.table = apply_change(self.table, change, now + 1)
            done.append(change)
            settlement.entries.append(Entry(now, "rights", _rights(change), (change.by,)))
        settlement.changes[:] = done

    # What comes from outside ---------------------------------------------------------------------

    def ingest(self, now: int, topic: str, payload: bytes) -> Settlement:
        """Take a message that a client which is not simulated got past the broker (open sessions)."""
        settlement = Settlement([], [])
        try:
            event = decode(payload)
        except CodecError as error:
            settlement.entries.append(Entry(now, "garbled", Garbled(topic, str(error))))
            return settlement
        reason = fault_in(topic, event.data, event.sender)
        if reason is None and not self.table.decide(event.sender, now, Action.PUBLISH, topic).allowed:
            reason = f"source: expected a party that may write here, was {event.sender}"
        if reason is not None:
            settlement.entries.append(Entry(now, "garbled", Garbled(topic, reason)))
            return settlement
        expected = foresee(self.table, self._subscriptions, event.sender, topic, now)
        self._deliver(settlement, now, topic, event, expected, outside=True)
        self._change_rights(settlement, now)
        return settlement

    def deny_outside(
        self, now: int, party: PartyId, attempt: Literal["publish", "subscribe", "deliver"], topic: str
    ) -> Entry:
        """Return the record of a refusal to a client that is not simulated (open sessions)."""
        self.denied += 1
        if attempt == "subscribe":
            decision = self.table.decide_subscription(party, now, topic)
        else:
            action = Action.PUBLISH if attempt == "publish" else Action.READ
            decision = self.table.decide(party, now, action, topic)
        content = Denied(party, attempt, topic, decision.rule, decision.source, outside=True)
        return Entry(now, "denied", content)

    # The end -------------------------------------------------------------------------------------

    def undelivered(
        self, now: int, kind: Literal["lost", "leak"], party: PartyId, topic: str, event: str
    ) -> Entry:
        """Return the record of a delivery that went wrong."""
        if kind == "lost":
            self.lost += 1
        else:
            self.leaked += 1
        return Entry(now, kind, Undelivered(party, topic, event))

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


def _widest(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the filters that no other one covers: subscribing to these gives everything once."""
    return tuple(
        pattern
        for place, pattern in enumerate(patterns)
        if not any(
            covers(other, pattern) and (other != pattern or at < place)
            for at, other in enumerate(patterns)
            if at != place
        )
    )


def _note(now: int, party: PartyId, remark: Remark) -> Entry:
    item = remark.item
    note = Note(party, remark.what, item.id, item.version, remark.text)
    return Entry(now, "note", note, item.causation)


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
