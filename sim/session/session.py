"""A session: the engine's turns carried out over a transport, into a run log.

Closed sessions run as fast as they go and repeat exactly. Open sessions follow the clock; clients that are not
simulated may take part, and what they do is taken in at the moment at which it arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer, Publication, Settlement, SubscriptionWish, Turn
from sim.core.engine.foresight import Foreseen
from sim.core.messages.codec import encode
from sim.core.messages.contents import Phase, tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.topics import Shape
from sim.core.model.ids import PartyId
from sim.core.model.lateness import Lateness
from sim.core.model.profile import Action
from sim.core.model.time import clock_time
from sim.core.records.kinds import Failure
from sim.core.records.record import Entry
from sim.diagnostics import get_logger
from sim.runlog.writer import RunLogWriter
from sim.session.collector import calm_collector
from sim.session.lockstep import Barrier, BarrierTimeout
from sim.session.mending import Mending
from sim.session.pacing import Clock, Pace
from sim.session.technology import carry_out
from sim.session.throttle import flooded
from sim.session.translation import answer_of, outgoing_of
from sim.session.workers.rounds import Players, drive
from sim.transport.outcomes import NOT_AUTHORIZED
from sim.transport.port import CONTROL, Outcome, Outgoing, Transport, TransportError
from sim.transport.root import rights_of

_diagnostics = get_logger()

BARRIER_S = 20.0
"""Wall time after which a foreseen delivery counts as lost."""

BARRIER_LOOK_S = 1.0
"""Wall time between two looks at the transport while foreseen deliveries are awaited."""

EXCHANGE_FAILED = "the exchange failed"
"""What all brokers have in common of a failure; the words of one stand in the record's local part."""

STOPPED = "stopped by hand"

FENCE = "control/fence"
"""A filter that nobody subscribes to: giving it up is answered after all that was sent before."""

CLOCK_S = 1.0
"""Wall time between two messages on the topic ``clock`` in an open session."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session is (ms of exercise time), and what went through so far."""

    at_ms: int
    end_ms: int
    messages: int
    deliveries: int
    denied: int


class Session:
    """One run over one transport into one log.

    Attributes:
        at_ms: Exercise time that the session has come to (ms).
        lateness: How well it keeps to the clock.
    """

    def __init__(
        self,
        engine: Engine,
        transport: Transport,
        log: RunLogWriter,
        pace: Pace,
        *,
        until_ms: int | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        barrier_s: float = BARRIER_S,
        players: Players | None = None,
    ) -> None:
        self._engine = engine
        self._transport = transport
        self._log = log
        self._pace = pace
        self._end_ms = min(
            engine.scenario.end_ms, until_ms if until_ms is not None else engine.scenario.end_ms
        )
        self._on_progress = on_progress
        self._barrier_s = barrier_s
        self._players = players
        self.at_ms = self._ticks = 0
        self.lateness = Lateness()
        self._barrier = Barrier(self._may_read, strangers=pace.is_open)
        if players is not None:
            players.watch(self._barrier.excuse)
        self._mending = Mending(engine)

    async def run(self) -> Literal["completed", "failed"]:
        """Run to the end, or to the first failure of the exchange; the log says which."""
        with calm_collector():
            return await self._run()

    async def _run(self) -> Literal["completed", "failed"]:
        self._record([self._engine.opening()])
        reason = ""
        try:
            await self._transport.open(list(self._engine.scenario.parties), self._barrier.arrived)
            await self._go()
            self.at_ms = self._end_ms
            await self._tell("ended")
            await self._fence()
            await self._take_strangers(self.at_ms)
        except BarrierTimeout as timeout:
            reason = str(timeout)
            for lost in timeout.missing:
                self._record(
                    [self._engine.ledger.undelivered(self.at_ms, "lost", lost.party, lost.topic, lost.event)]
                )
        except TransportError as error:
            reason = str(error)
        except asyncio.CancelledError:
            self._finish(STOPPED)
            raise
        if reason:
            _diagnostics.error("the exchange failed", at_ms=self.at_ms, reason=reason)
        return self._finish(reason)

    async def _fence(self) -> None:
        """Wait until every client has answered once more, so that nothing forbidden is still on its way to it."""
        for party in self._engine.scenario.parties:
            if not self._engine.technology.is_away(party):
                await self._transport.unsubscribe(party, FENCE)

    def _finish(self, reason: str) -> Literal["completed", "failed"]:
        self._take_refusals(self.at_ms)
        self._settle_leaks()
        wrong = self._engine.ledger.lost + self._engine.ledger.leaked
        if not reason and wrong:
            reason = f"{self._engine.ledger.lost} lost and {self._engine.ledger.leaked} leaked deliveries"
        outcome: Literal["completed", "failed"] = "failed" if reason else "completed"
        self._record(self._engine.unmet(self.at_ms))
        if reason:
            self._record(
                [Entry(self.at_ms, "failure", Failure(STOPPED if reason == STOPPED else EXCHANGE_FAILED))],
                reason=reason,
            )
        self._record([self._engine.ledger.ending(self.at_ms, outcome)])
        self._log.finish("failed" if reason else "ended", reason)
        return outcome

    # Moments -------------------------------------------------------------------------------------

    async def _go(self) -> None:
        if self._pace.speed is None:
            await self._go_fast()
        else:
            await self._go_by_clock(Clock(self._pace.speed, self.lateness))

    async def _go_fast(self) -> None:
        while (at_ms := self._engine.next_ms()) is not None and at_ms <= self._end_ms:
            await self._turn(at_ms)

    async def _go_by_clock(self, clock: Clock) -> None:
        told = asyncio.get_running_loop().time()
        await self._tell_if_there("started")
        while True:
            at_ms = self._engine.next_ms()
            is_over = at_ms is None or at_ms > self._end_ms
            target_ms = self._end_ms if at_ms is None or is_over else at_ms
            await clock.look_until(target_ms, self._barrier.stirred)
            if self._look_after_broker(min(max(clock.now_ms(), self.at_ms), target_ms)):
                continue
            await self._take_strangers(min(max(clock.now_ms(), self.at_ms), target_ms))
            if self._earlier(target_ms) or not clock.reached(target_ms):
                continue
            if is_over:
                return
            await self._turn(target_ms)
            if asyncio.get_running_loop().time() - told >= CLOCK_S:
                told = asyncio.get_running_loop().time()
                await self._tell_if_there("running")

    def _look_after_broker(self, now: int) -> bool:
        """Say whether the broker has died or is to be started again, which is then the next thing that happens."""
        if self._mending.is_under_way:
            return self._mending.end_when_due(now)
        if not self._may_mend():
            return False
        self._mending.begin(now)
        return True

    def _earlier(self, target_ms: int) -> bool:
        """Say whether a stranger's message has brought something forward since the target was set."""
        at_ms = self._engine.next_ms()
        return at_ms is not None and at_ms < target_ms

    async def _turn(self, at_ms: int) -> None:
        self.at_ms = at_ms
        if self._players is None:
            turn = self._engine.turn(at_ms)
        else:
            turn = await drive(self._engine.turning(at_ms), self._players)
        self._record(turn.entries)
        if turn.steps:
            await carry_out(turn.steps, self._transport, self._barrier)
            await self._wait_for_deliveries()
            self._record(self._engine.settle_steps(turn))
        try:
            await self._trade(turn)
        except TransportError:
            if not self._may_mend():
                raise
            self._barrier.give_up()
            self._engine.put_back(turn)
        self._settle_leaks()
        self._log.commit()
        self._report()

    async def _trade(self, turn: Turn) -> None:
        if turn.wishes:
            answers = [await self._wish(wish) for wish in turn.wishes]
            self._record(self._engine.settle_wishes(turn, answers))
            turn.wishes.clear()
        if turn.publications:
            await self._exchange(turn)

    def _may_mend(self) -> bool:
        """Say whether the broker died and may come back: in an open session only."""
        return self._pace.is_open and self._transport.is_gone()

    async def _wish(self, wish: SubscriptionWish) -> BrokerAnswer:
        if wish.active:
            return answer_of(await self._transport.subscribe(wish.party, wish.topic_filter))
        await self._transport.unsubscribe(wish.party, wish.topic_filter)
        return BrokerAnswer(accepted=True)

    async def _exchange(self, turn: Turn) -> None:
        foreseen = self._engine.foresee(turn)
        outgoing = [outgoing_of(*one) for one in zip(turn.publications, foreseen, strict=True)]
        for publication, expected, out in zip(turn.publications, foreseen, outgoing, strict=True):
            if expected.decision.allowed:
                self._barrier.expect(out.payload, out.topic, publication.event.id, out.readers)
        for party in self._engine.technology.unsteady:
            await self._transport.drop(party)
        outcomes = await self._transport.publish(outgoing)
        self._drop_refused(turn.publications, foreseen, outcomes)
        await self._wait_for_deliveries()
        await self._repeat(turn.publications, foreseen, outcomes)
        settlement = self._engine.settle(turn, foreseen, [answer_of(outcome) for outcome in outcomes])
        turn.publications.clear()
        await self._settle(settlement)

    async def _wait_for_deliveries(self) -> None:
        """Wait until everything foreseen has arrived; a broker that is gone is not waited for.

        Raises:
            BarrierTimeout: It has not arrived in time.
            TransportError: The transport failed.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._barrier_s
        while True:
            left_s = deadline - loop.time()
            try:
                return await self._barrier.wait(min(left_s, BARRIER_LOOK_S))
            except BarrierTimeout:
                if left_s <= BARRIER_LOOK_S:
                    raise
            await self._transport.unsubscribe(CONTROL, FENCE)

    async def _repeat(
        self, publications: Sequence[Publication], foreseen: Sequence[Foreseen], outcomes: Sequence[Outcome]
    ) -> None:
        """Have the broker deliver once more what it must deliver twice: to who did not answer before it broke off."""
        unanswered: dict[PartyId, None] = {}
        for publication, expected, outcome in zip(publications, foreseen, outcomes, strict=True):
            for party in expected.twice if outcome.accepted else ():
                event = publication.event.id
                self._barrier.expect_late(publication.payload, publication.topic, event, party)
                unanswered[party] = None
        for party in unanswered:
            await self._transport.drop(party)
        if unanswered:
            await self._wait_for_deliveries()

    def _drop_refused(
        self, publications: Sequence[Publication], foreseen: Sequence[Foreseen], outcomes: Sequence[Outcome]
    ) -> None:
        for publication, expected, outcome in zip(publications, foreseen, outcomes, strict=True):
            if expected.decision.allowed and not outcome.accepted:
                self._barrier.forget(publication.payload)

    async def _settle(self, settlement: Settlement) -> None:
        self._record(settlement.entries)
        for change in settlement.changes:
            grant = change.grant
            _diagnostics.debug("rights change", party=grant.party, grant=grant.id, granted=change.granted)
            if change.granted:
                await self._transport.grant(grant.party, grant.id, rights_of(grant.rules))
            else:
                await self._transport.revoke(grant.party, grant.id)

    # Strangers -----------------------------------------------------------------------------------

    async def _take_strangers(self, now: int) -> None:
        """Take in what clients that are not simulated sent and tried since the last look."""
        self._take_refusals(now)
        self._log.commit()
        for arrival in self._barrier.take_strange():
            self.at_ms = now
            await self._settle(self._engine.ingest(now, arrival.topic, arrival.payload))
            self._log.commit()
        for topic, count in self._barrier.take_flooded():
            self._record([flooded(self._engine.ledger, now, topic, count)])
        self._settle_leaks()

    def _take_refusals(self, now: int) -> None:
        for denial in self._transport.take_denials():
            self.at_ms = now
            entry = self._engine.ledger.deny_outside(
                now,
                denial.username,
                denial.attempt.value,
                denial.topic,
                broken=denial.reason_code not in (None, NOT_AUTHORIZED),
            )
            self._record([entry], reason_code=denial.reason_code, client=denial.client_id)

    def _may_read(self, party: str, topic: str) -> bool:
        return self._engine.ledger.table.decide(party, self.at_ms, Action.READ, topic).allowed

    # What is said and written --------------------------------------------------------------------

    async def _tell_if_there(self, phase: Literal["started", "running"]) -> None:
        """Publish the clock, unless the broker is gone."""
        try:
            await self._tell(phase)
        except TransportError:
            if not self._may_mend():
                raise
            self._barrier.give_up()

    async def _tell(self, phase: Literal["started", "running", "ended"]) -> None:
        """Publish the clock. It is the session's own and stands in no record: every record has its time."""
        if self._engine.technology.is_down:
            return
        self._ticks += 1
        content = Phase(granted_ms=self.at_ms, phase=phase)
        event = Event(
            specversion="1.0",
            id=f"{CONTROL}-{self._ticks}",
            source=SOURCE_PREFIX + CONTROL,
            type=TYPE_PREFIX + tag_of(content),
            time=clock_time(self._engine.scenario.start, self.at_ms).isoformat(timespec="milliseconds"),
            exercisems=self.at_ms,
            sequence=self._ticks,
            data=content,
        )
        payload, topic = encode(event), Shape.CLOCK.value
        knows, is_away = self._engine.ledger.readers_of(topic, self.at_ms), self._engine.technology.is_away
        readers = tuple(party for party in knows if not is_away(party))
        self._barrier.expect(payload, topic, event.id, readers)
        await self._transport.publish([Outgoing(CONTROL, topic, payload, retain=True, readers=readers)])
        await self._wait_for_deliveries()

    def _settle_leaks(self) -> None:
        for leak in self._barrier.take_leaks():
            self._record(
                [self._engine.ledger.undelivered(self.at_ms, "leak", leak.party, leak.topic, leak.event)]
            )

    def _record(self, entries: Sequence[Entry], **local: object) -> None:
        """Append records; what happened to connections since the last one goes with the first of them."""
        if not entries:
            return
        if connections := self._transport.take_connection_events():
            _diagnostics.debug("connections", events=connections, at_ms=self.at_ms)
            local = {**local, "connections": connections}
        if not local:
            self._log.append(entries)
            return
        self._log.append(entries[:1], local=local)
        self._log.append(entries[1:])

    def _report(self) -> None:
        if self._on_progress is not None:
            kept = self._engine.ledger
            self._on_progress(Progress(self.at_ms, self._end_ms, kept.messages, kept.deliveries, kept.denied))
