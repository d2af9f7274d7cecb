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
from sim.core.engine.exchange import Settlement
from sim.core.messages.codec import encode
from sim.core.messages.contents import Phase, tag_of
from sim.core.messages.event import SOURCE_PREFIX, TYPE_PREFIX, Event
from sim.core.messages.topics import Shape
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
from sim.session.steering.helm import Helm
from sim.session.steering.steer import Steer
from sim.session.technology import carry_out
from sim.session.throttle import flooded
from sim.session.trading import Trading
from sim.session.workers.rounds import Players, drive
from sim.transport.outcomes import NOT_AUTHORIZED
from sim.transport.port import CONTROL, Outgoing, Transport, TransportError
from sim.transport.root import rights_of

_diagnostics = get_logger()

BARRIER_S = 20.0
"""Wall time after which a foreseen delivery counts as lost."""

EXCHANGE_FAILED = "the exchange failed"
"""What all brokers have in common of a failure; the words of one stand in the record's local part."""

STOPPED = "stopped by hand"

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

    Args:
        engine: The exercise.
        transport: To the broker.
        log: Where it is written.
        pace: How exercise time follows wall time.
        until_ms: Where to stop; None is the scenario's end.
        on_progress: Called after every moment.
        barrier_s: Wall time after which a foreseen delivery counts as lost.
        players: Who lets parties step; None lets the engine do so.
        steer: Who steers it; None is nobody.

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
        steer: Steer | None = None,
    ) -> None:
        self._engine = engine
        self._transport = transport
        self._log = log
        self._pace = pace
        self._end_ms = min(
            engine.scenario.end_ms, until_ms if until_ms is not None else engine.scenario.end_ms
        )
        self._on_progress = on_progress
        self._players = players
        self.at_ms = self._ticks = 0
        self._turned_ms = -1
        self.lateness = Lateness()
        self._helm = None if steer is None else steer.helm(engine, self.lateness, self._end_ms)
        self._barrier = Barrier(self._may_read, strangers=pace.is_open)
        if players is not None:
            players.watch(self._barrier.excuse)
        self._mending = Mending(engine)
        self._trading = Trading(engine, transport, self._barrier, barrier_s, self._helm)

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
            await self._trading.fence()
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

    def _finish(self, reason: str) -> Literal["completed", "failed"]:
        if self._helm is not None:
            self._helm.close()
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
        helm = self._helm
        if helm is not None:
            self._record(helm.begin(clock, self._barrier.stirred.set))
            helm.report(clock, 0, changed=True)
        await self._tell_if_there("paused" if helm is not None and clock.is_paused else "started")
        while True:
            at_ms = self._engine.next_ms()
            is_over = at_ms is None or at_ms > self._end_ms
            target_ms = self._end_ms if at_ms is None or is_over else at_ms
            await clock.look_until(target_ms, self._barrier.stirred)
            now = min(max(clock.now_ms(), self.at_ms), target_ms)
            if self._look_after_broker(now):
                continue
            await self._take_strangers(now)
            if helm is not None and await self._steer(helm, clock, now):
                if helm.is_ended:
                    return
                continue
            if self._earlier(target_ms) or not clock.reached(target_ms):
                continue
            if is_over:
                return
            await self._turn(target_ms)
            if asyncio.get_running_loop().time() - told >= CLOCK_S:
                told = asyncio.get_running_loop().time()
                await self._tell_if_there("running")

    async def _steer(self, helm: Helm, clock: Clock, now: int) -> bool:
        """Carry out what somebody wants who steers, if anybody does; say so."""
        if self._turned_ms >= self._end_ms:
            return False  # it is over, but for saying so
        moment = max(now, self._turned_ms + 1)
        done = helm.carry_out(clock, moment)
        helm.report(clock, now, changed=done is not None)
        if done is None:
            return False
        if done.entries:
            self.at_ms = moment
            self._record(done.entries)
            self._log.commit()
        if helm.is_ended:
            self._end_ms = self.at_ms
        elif done.is_new_course:
            await self._tell_if_there("paused" if clock.is_paused else "running")
        return True

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
        self.at_ms = self._turned_ms = at_ms
        if self._players is None:
            turn = self._engine.turn(at_ms)
        else:
            turn = await drive(self._engine.turning(at_ms), self._players)
        self._record(turn.entries)
        if turn.steps:
            await carry_out(turn.steps, self._transport, self._barrier)
            await self._trading.wait()
            self._record(self._engine.settle_steps(turn))
        try:
            if turn.wishes:
                self._record(await self._trading.wishes(turn))
            if turn.publications:
                await self._settle(await self._trading.publications(turn))
        except TransportError:
            if not self._may_mend():
                raise
            self._barrier.give_up()
            self._engine.put_back(turn)
        if self._helm is not None:
            self._helm.turned()
        self._settle_leaks()
        self._log.commit()
        self._report()

    def _may_mend(self) -> bool:
        """Say whether the broker died and may come back: in an open session only."""
        return self._pace.is_open and self._transport.is_gone()

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

    async def _tell_if_there(self, phase: Literal["started", "running", "paused"]) -> None:
        """Publish the clock, unless the broker is gone."""
        try:
            await self._tell(phase)
        except TransportError:
            if not self._may_mend():
                raise
            self._barrier.give_up()

    async def _tell(self, phase: Literal["started", "running", "paused", "ended"]) -> None:
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
        await self._trading.wait()

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
