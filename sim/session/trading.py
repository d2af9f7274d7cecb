"""Trading: what the engine wants of the exchange, done over a transport and held against what was foreseen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer, Publication, Settlement, SubscriptionWish, Turn
from sim.core.engine.foresight import Foreseen
from sim.core.model.ids import PartyId
from sim.core.records.record import Entry
from sim.session.lockstep import Barrier, BarrierTimeout
from sim.session.steering.helm import Helm
from sim.session.translation import answer_of, outgoing_of
from sim.transport.port import CONTROL, Outcome, Transport

BARRIER_LOOK_S: Final = 1.0
"""Wall time between two looks at the transport while foreseen deliveries are awaited."""

FENCE: Final = "control/fence"
"""A filter that nobody subscribes to: giving it up is answered after all that was sent before."""


class Trading:
    """Brings what parties want to the broker, and back what became of it.

    Args:
        engine: Who wants it, and foresees what the broker must do.
        transport: To the broker.
        barrier: Where deliveries arrive.
        barrier_s: Wall time after which a foreseen delivery counts as lost.
        helm: Who steers, and wants to know what became of what people in seats said.
    """

    def __init__(
        self,
        engine: Engine,
        transport: Transport,
        barrier: Barrier,
        barrier_s: float,
        helm: Helm | None = None,
    ) -> None:
        self._engine = engine
        self._transport = transport
        self._barrier = barrier
        self._barrier_s = barrier_s
        self._helm = helm

    async def fence(self) -> None:
        """Wait until every client has answered once more, so that nothing forbidden is still on its way to it."""
        for party in self._engine.scenario.parties:
            if not self._engine.technology.is_away(party):
                await self._transport.unsubscribe(party, FENCE)

    async def wishes(self, turn: Turn) -> list[Entry]:
        """Ask for the subscriptions of a turn; return the records of it."""
        answers = [await self._wish(wish) for wish in turn.wishes]
        entries = self._engine.settle_wishes(turn, answers)
        if self._helm is not None:
            self._helm.granted(turn.wishes, entries)
        turn.wishes.clear()
        return entries

    async def _wish(self, wish: SubscriptionWish) -> BrokerAnswer:
        if wish.active:
            return answer_of(await self._transport.subscribe(wish.party, wish.topic_filter))
        await self._transport.unsubscribe(wish.party, wish.topic_filter)
        return BrokerAnswer(accepted=True)

    async def publications(self, turn: Turn) -> Settlement:
        """Publish what the turn wants published; return what came of it.

        Raises:
            BarrierTimeout: A foreseen delivery has not arrived in time.
            TransportError: The transport failed.
        """
        foreseen = self._engine.foresee(turn)
        outgoing = [outgoing_of(*one) for one in zip(turn.publications, foreseen, strict=True)]
        for publication, expected, out in zip(turn.publications, foreseen, outgoing, strict=True):
            if expected.decision.allowed:
                self._barrier.expect(out.payload, out.topic, publication.event.id, out.readers)
        for party in self._engine.technology.unsteady:
            await self._transport.drop(party)
        outcomes = await self._transport.publish(outgoing)
        self._drop_refused(turn.publications, foreseen, outcomes)
        await self.wait()
        await self._repeat(turn.publications, foreseen, outcomes)
        answers = [answer_of(outcome) for outcome in outcomes]
        if self._helm is not None:
            self._helm.heard(turn.publications, foreseen, answers)
        settlement = self._engine.settle(turn, foreseen, answers)
        turn.publications.clear()
        return settlement

    async def wait(self) -> None:
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
            await self.wait()

    def _drop_refused(
        self, publications: Sequence[Publication], foreseen: Sequence[Foreseen], outcomes: Sequence[Outcome]
    ) -> None:
        for publication, expected, outcome in zip(publications, foreseen, outcomes, strict=True):
            if expected.decision.allowed and not outcome.accepted:
                self._barrier.forget(publication.payload)
