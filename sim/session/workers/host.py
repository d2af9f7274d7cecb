"""The parties of one worker: their minds and their connections, and what is done with them on order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from brokers.adapter import Account, Endpoint
from sim.core.agents.agent import Behaviour
from sim.core.agents.roster import BEHAVIOURS
from sim.core.engine.parties import Parties, Round
from sim.core.model.ids import PartyId
from sim.session.workers.casting import decode_cast
from sim.session.workers.frames import (
    Arrived,
    Done,
    Down,
    Engage,
    Fail,
    Filter,
    FrameError,
    Healed,
    Losses,
    Order,
    Play,
    Played,
    Report,
    Steady,
    Steps,
    Trade,
    Traded,
    Up,
)
from sim.session.workers.keeping import Keeping
from sim.transport.clients import MqttClients
from sim.transport.port import Arrival, Outgoing, Resumed

GATHER_S: Final = 0.02
"""Longest time for which an arrival is kept back, to be told together with others (s of wall time)."""


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a host's parties connect, and whom it tells what came.

    Attributes:
        endpoint: Where the broker listens.
        on_arrived: Called with what came, gathered; must not block.
    """

    endpoint: Endpoint
    on_arrived: Callable[[Arrived], None]


class Host:
    """Plays some parties of a run.

    Args:
        engaged: Which, and all that they need.
        venue: Where they connect.
        roster: Behaviours by name.
        gives_way: Whether it is over once somebody else goes on with the session of one of its parties.

    Raises:
        FrameError: The cast is none, or another than was meant.
    """

    def __init__(
        self,
        engaged: Engage,
        venue: Venue,
        roster: Mapping[str, Behaviour] = BEHAVIOURS,
        *,
        gives_way: bool = True,
    ) -> None:
        cast = decode_cast(engaged.cast, engaged.digest)
        unknown = engaged.passwords.keys() - cast.parties.keys()
        if unknown:
            raise FrameError(f"expected parties of the scenario, found {min(unknown)!r}")
        names = sorted(engaged.passwords)
        self._parties = Parties(cast, cast.table(), engaged.seed, names, roster)
        self._keeping = Keeping()
        self._broker_serves = True  # until the coordinator says otherwise
        accounts = [Account(name, engaged.passwords[name]) for name in names]
        self._clients = MqttClients(
            engaged.broker,
            lambda: self._broker_serves,
            venue.endpoint,
            accounts,
            engaged.run,
            key=engaged.key,
            gives_way=gives_way,
        )
        self._names = names
        self._gathered = Gathered(venue.on_arrived)

    async def open(self, resumed: Mapping[PartyId, Resumed] | None = None) -> None:
        """Connect the parties; ``resumed`` where somebody else left their connections.

        Raises:
            TransportError: One of them cannot connect.
        """
        await self._clients.open(self._names, self._gathered.add, resumed)

    async def close(self) -> None:
        """Disconnect the parties; safe to call twice."""
        self._gathered.flush()
        await self._clients.close()

    def take_events(self) -> tuple[str, ...]:
        """Return what happened to connections since the last call."""
        return tuple(self._clients.take_connection_events())

    async def do(self, order: Order) -> Report:
        """Do what is ordered, and return the report on it.

        Raises:
            FrameError: It is nothing that can be ordered here.
            TransportError: The broker or a connection failed.
        """
        if isinstance(order, Play):
            return self._play(order)
        if isinstance(order, Trade):
            return await self._trade(order)
        if isinstance(order, Filter):
            return await self._filter(order)
        if isinstance(order, Steady):
            return Losses(
                await self._clients.steady(order.party, withheld=order.withheld, leaves=order.leaves)
            )
        await self._suffer(order)
        return Done()

    def _play(self, order: Play) -> Steps:
        try:
            inboxes = {
                party: [self._keeping.fetch(party, order.stimuli[place]) for place in places]
                for party, places in order.inboxes
            }
        except IndexError:
            raise FrameError("inboxes: expected places of stimuli, found others") from None
        unknown = inboxes.keys() - self._parties.briefs.keys()
        if unknown:
            raise FrameError(f"inboxes: expected parties of this worker, found {min(unknown)!r}")
        stepped = self._parties.play(Round(order.at_ms, inboxes))
        return Steps(
            tuple(
                Played(party, self._keeping.put_by(party, one.acts), one.engaged)  # type: ignore[arg-type]
                for party, one in stepped.items()
            )
        )

    async def _trade(self, order: Trade) -> Traded:
        self._gathered.look_out_for(order.expected)
        outgoing = [Outgoing(one.party, one.topic, one.payload, one.retain) for one in order.sendings]
        return Traded(tuple(await self._clients.publish(outgoing)) if outgoing else ())

    async def _filter(self, order: Filter) -> Report:
        if order.active:
            return Traded((await self._clients.subscribe(order.party, order.topic_filter),))
        await self._clients.unsubscribe(order.party, order.topic_filter)
        self._gathered.flush()
        return Done()

    async def _suffer(self, order: Order) -> None:
        if isinstance(order, Healed):
            await self._clients.healed(
                order.party, order.losses, given_back=order.given_back, returns=order.returns
            )
        elif isinstance(order, Down):
            self._broker_serves = not order.gone
            await self._clients.go_down()
        elif isinstance(order, Up):
            self._broker_serves = True
            await self._clients.come_up()
        elif isinstance(order, Fail):
            await self._fail(order)
        else:
            raise FrameError(f"expected an order, found {type(order).__name__}")

    async def _fail(self, order: Fail) -> None:
        if order.deed == "part":
            await self._clients.part(order.party)
        elif order.deed == "drop":
            await self._clients.drop(order.party)
        elif order.deed in ("rejoin", "rejoin-anew"):
            await self._clients.rejoin(order.party, anew=order.deed == "rejoin-anew")
        else:
            await self._clients.answer_late(order.party, late=order.deed == "answer-late")


class Gathered:
    """What came to the parties of a worker, told together: there are many more deliveries than it pays to tell of.

    All is told as soon as everything is there that was to be looked out for, or after :data:`GATHER_S`.

    Args:
        on_arrived: Called with what came.
    """

    def __init__(self, on_arrived: Callable[[Arrived], None]) -> None:
        self._on_arrived = on_arrived
        self._loop = asyncio.get_running_loop()
        self._came: dict[tuple[str, bytes], list[PartyId]] = {}
        self._expected = 0
        self._timer: asyncio.TimerHandle | None = None

    def look_out_for(self, expected: int) -> None:
        """Note how many deliveries are to come, or have come already."""
        self._expected += expected
        if self._expected == 0:
            self.flush()

    def add(self, arrival: Arrival) -> None:
        """Take one delivery. What comes from the broker's store is nothing that anybody waits for."""
        if arrival.retained:
            return
        self._came.setdefault((arrival.topic, arrival.payload), []).append(arrival.party)
        self._expected -= 1
        if self._expected == 0:
            self.flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(GATHER_S, self._give_up)

    def _give_up(self) -> None:
        """Tell what came, and count anew: something came that nobody foresaw, or did not come."""
        self._expected = 0
        self.flush()

    def flush(self) -> None:
        """Tell what came, if anything did."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        came, self._came = self._came, {}
        if came:
            arrivals = tuple((topic, payload, tuple(parties)) for (topic, payload), parties in came.items())
            self._on_arrived(Arrived(arrivals))
