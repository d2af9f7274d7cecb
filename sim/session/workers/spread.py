"""A session whose parties are spread over workers: for the session a transport like any other, and who plays them.

Control and recorder stay here, and rights change here: the coordinator alone speaks to the broker about these.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from brokers.adapter import Broker, Denial
from sim.core.agents.acts import Stimulus
from sim.core.engine.parties import Round, Stepped
from sim.core.model.ids import PartyId
from sim.session.workers.channel import WORKERS
from sim.session.workers.frames import (
    Arrived,
    Deed,
    Done,
    Down,
    Fail,
    Filter,
    Healed,
    Losses,
    Order,
    Report,
    Sending,
    Steady,
    Steps,
    Trade,
    Traded,
    Up,
)
from sim.session.workers.remote import Remote, WorkerLost
from sim.session.workers.rounds import play_order, wrong_in
from sim.session.workers.standin import StandIn
from sim.session.workers.teamwork import Seat, Team
from sim.transport.mqtt import MqttTransport
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, TransportError
from sim.transport.rights import RightsAtBroker
from sim.transport.root import root_of
from sim.transport.tasks import passed_over, together

_Answer = TypeVar("_Answer", bound=Report)

_OWN: Final = ""
"""Stands for the coordinator itself among the names of workers."""


class SpreadTransport(RightsAtBroker):
    """Carries a session whose parties have their connections with workers.

    Args:
        own: The transport for control and recorder.
        broker: Gives and takes rights.
        run: The id of the run.
        team: The workers.

    Attributes:
        name: The name of the broker.
    """

    def __init__(self, own: MqttTransport, broker: Broker, run: str, team: Team) -> None:
        super().__init__(broker, root_of(run))
        self._own = own
        self._team = team
        self._seats: dict[str, Seat] = {}
        self._of: dict[PartyId, str] = {}
        self._taking_over = asyncio.Lock()
        self._told: list[str] = []
        self._on_taken_over: Callable[[Sequence[PartyId]], None] = lambda _parties: None
        self._on_arrival: Callable[[Arrival], None] = passed_over

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Connect control and the recorder here, and each party with its worker.

        Raises:
            TransportError: A client could not connect, or a worker did not come.
        """
        self._on_arrival = on_arrival
        await self._own.open([], self._recorded)
        workers = await self._team.assemble(parties, self._arrived, self._own.key)
        self._seats = {worker.name: worker for worker in workers}
        self._of = {party: worker.name for worker in workers for party in worker.parties}

    async def close(self) -> None:
        """Disconnect everybody, and let the workers go; safe to call twice."""
        await self._team.dismiss()
        for seat in self._seats.values():
            if isinstance(seat, StandIn):
                await seat.close()
        await self._own.close()

    # -- who plays -------------------------------------------------------------------------------------

    def watch(self, on_taken_over: Callable[[Sequence[PartyId]], None]) -> None:
        """Have it told when parties were taken over: what was under way to them may never be seen to arrive."""
        self._on_taken_over = on_taken_over

    async def _ask(self, name: str, order: Order, expected: type[_Answer]) -> _Answer:
        """Have a worker do something, or what takes its place."""
        try:
            return await self._seats[name].ask(order, expected)
        except WorkerLost:
            return await (await self._stand_in(name)).ask(order, expected)

    async def _announce(self, name: str, order: Order) -> None:
        try:
            await self._seats[name].announce(order)
        except WorkerLost:
            await (await self._stand_in(name)).announce(order)

    async def _stand_in(self, name: str) -> StandIn:
        async with self._taking_over:
            seat = self._seats[name]
            if isinstance(seat, Remote):
                told = seat.told()
                self._told += seat.take_events()
                seat = self._seats[name] = await self._team.take_over(seat, self._arrived)
                self._told.append(f"{told}; they are played by the coordinator from now on")
                self._on_taken_over(seat.parties)
            return seat

    async def _see_to_workers(self) -> None:
        """Take the place of workers that are gone, whether anybody waits for them or not."""
        for name, seat in list(self._seats.items()):
            if isinstance(seat, Remote) and seat.lost:
                await self._stand_in(name)

    def _name(self, party: PartyId) -> str:
        name = self._of.get(party)
        if name is None:
            raise TransportError(f"{self.name}: no client for {party!r}; parties are given to open()")
        return name

    def _recorded(self, arrival: Arrival) -> None:
        # On a server that stands, frames travel below the root too, and the recorder hears all of it.
        if not arrival.topic.startswith(f"{WORKERS}/"):
            self._on_arrival(arrival)

    def _arrived(self, arrived: Arrived) -> None:
        for topic, payload, parties in arrived.arrivals:
            for party in parties:
                self._on_arrival(Arrival(party, topic, payload))

    # -- steps -----------------------------------------------------------------------------------------

    async def play(self, asked: Round) -> Mapping[PartyId, Stepped]:
        """Return what the parties of a round did, with their workers.

        Raises:
            WorkerLost: A worker is gone, or answers what was not asked.
        """
        shares: dict[str, dict[PartyId, Sequence[Stimulus]]] = {}
        for party, inbox in asked.inboxes.items():
            shares.setdefault(self._name(party), {})[party] = inbox
        found = await together(self._steps(name, asked.at_ms, share) for name, share in shares.items())
        return {party: one for stepped in found for party, one in stepped.items()}

    async def _steps(
        self, name: str, at_ms: int, inboxes: Mapping[PartyId, Sequence[Stimulus]]
    ) -> dict[PartyId, Stepped]:
        order = play_order(at_ms, inboxes)
        steps = await self._ask(name, order, Steps)
        wrong = wrong_in(steps.played, list(inboxes))
        if wrong:
            self._distrust(name, wrong)
        return {one.party: Stepped(one.acts, one.engaged) for one in steps.played}

    def _distrust(self, name: str, found: str) -> None:
        """End the run, whatever the session: nothing of what came of it may stand in the log.

        Raises:
            WorkerLost: Always.
        """
        seat = self._seats[name]
        assert isinstance(seat, Remote), "who stands in does what it is asked"
        seat.distrust(found)
        raise WorkerLost(seat.told())

    # -- messages --------------------------------------------------------------------------------------

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe a party at QoS 1, without retained messages and without its own.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        if party in (CONTROL, RECORDER):
            return await self._own.subscribe(party, topic_filter)
        name = self._name(party)
        traded = await self._ask(name, Filter(party, topic_filter, active=True), Traded)
        return self._outcomes(name, traded, 1)[0]

    def _outcomes(self, name: str, traded: Traded, count: int) -> Sequence[Outcome]:
        if len(traded.outcomes) != count:
            self._distrust(name, f"{len(traded.outcomes)} outcomes, where {count} were asked for")
        return traded.outcomes

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Give a subscription up; an unknown one is passed over.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        if party in (CONTROL, RECORDER):
            await self._see_to_workers()
            await self._own.unsubscribe(party, topic_filter)
            return
        await self._ask(self._name(party), Filter(party, topic_filter, active=False), Done)

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish at QoS 1, in the given order for each party, and return what became of each, in order.

        Raises:
            TransportError: A worker, the transport or its broker failed, or did not acknowledge in time.
        """
        shares: dict[str, list[int]] = {_OWN: []}
        for place, one in enumerate(publications):
            name = _OWN if one.party in (CONTROL, RECORDER) else self._name(one.party)
            shares.setdefault(name, []).append(place)
        expected = Counter(self._of[reader] for one in publications for reader in one.readers)
        busy = dict.fromkeys([*shares, *expected])
        found = await together(
            self._trade(name, [publications[place] for place in shares.get(name, ())], expected[name])
            for name in busy
        )
        outcomes: dict[int, Outcome] = {}
        for name, came in zip(busy, found, strict=True):
            outcomes.update(zip(shares.get(name, ()), came, strict=True))
        return [outcomes[place] for place in range(len(publications))]

    async def _trade(self, name: str, share: Sequence[Outgoing], expected: int) -> Sequence[Outcome]:
        if name == _OWN:
            return await self._own.publish(share) if share else []
        order = Trade(
            tuple(Sending(one.party, one.topic, one.payload, one.retain) for one in share), expected
        )
        if not share:
            await self._announce(name, order)
            return []
        return self._outcomes(name, await self._ask(name, order, Traded), len(share))

    # -- rights ----------------------------------------------------------------------------------------

    async def steady(self, party: PartyId, *, withheld: bool = False, leaves: bool = False) -> int | None:
        """Have a party connected before a change of its rights, with its worker.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        steady = await self._ask(self._name(party), Steady(party, withheld, leaves), Losses)
        return steady.losses

    async def healed(
        self, party: PartyId, losses: int | None, *, given_back: bool = False, returns: bool = False
    ) -> None:
        """Have a party connected after a change of its rights, with its worker.

        Raises:
            TransportError: The party does not come back.
        """
        await self._ask(self._name(party), Healed(party, losses, given_back, returns), Done)

    # -- outages ---------------------------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill the broker, or bury one that died; nobody is connected any more, nor comes back before `restart`."""
        order = Down(self._own.is_gone())
        await together(self._ask(name, order, Done) for name in self._seats)
        await self._own.kill()

    async def restart(self) -> None:
        """Start the broker again, and return when everybody is back with the subscriptions it had.

        Raises:
            TransportError: The broker does not start, or somebody does not come back.
        """
        await self._own.restart()
        await together(self._ask(name, Up(), Done) for name in self._seats)

    def is_gone(self) -> bool:
        """Say whether the broker does not run any more, though nobody killed or stopped it here."""
        return self._own.is_gone()

    async def part(self, party: PartyId) -> None:
        """Break a party's connection, and keep it away; its session at the broker goes on.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        await self._fail(party, "part")

    async def rejoin(self, party: PartyId, *, anew: bool) -> None:
        """Let a party come back, to its session or ``anew`` to a new one with the subscriptions that it had.

        Raises:
            TransportError: It does not come back.
        """
        await self._fail(party, "rejoin-anew" if anew else "rejoin")

    async def answer_late(self, party: PartyId, *, late: bool) -> None:
        """Have a party's client acknowledge a delivery only when it comes again, or as it comes once more.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        await self._fail(party, "answer-late" if late else "answer-at-once")

    async def drop(self, party: PartyId) -> None:
        """Break a party's connection; it comes back by itself, to its session.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        await self._fail(party, "drop")

    async def _fail(self, party: PartyId, deed: Deed) -> None:
        await self._ask(self._name(party), Fail(party, deed), Done)

    # -- what happened ---------------------------------------------------------------------------------

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call."""
        return [one for one in self._own.take_denials() if not one.topic.startswith(f"{WORKERS}/")]

    def take_connection_events(self) -> list[str]:
        """Return what happened to connections since the last call, here and with workers."""
        events = self._own.take_connection_events()
        for seat in self._seats.values():
            events += seat.take_events()
        told, self._told = self._told, []
        return [*events, *told]
