"""Clients at an MQTT 5 broker: each account has a connection and credentials of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence

from brokers.adapter import Account, Endpoint
from sim.core.model.filters import is_filter, is_topic
from sim.core.model.ids import PartyId
from sim.transport.connection import Connection
from sim.transport.hearing import Ears
from sim.transport.outcomes import (
    TOPIC_FILTER_INVALID,
    TOPIC_NAME_INVALID,
    Answers,
    Health,
    Patience,
    outcome_of,
)
from sim.transport.port import RECORDER, Arrival, Outcome, Outgoing, Resumed, TransportError
from sim.transport.root import add_root, client_id_of, root_of
from sim.transport.tasks import all_of, keep, passed_over

_KEY_BYTES = 8


class MqttClients:
    """The clients of some accounts at a broker that somebody else starts, and changes the rights at.

    A connection that is lost comes back at once, to its session; what was under way is finished. A delivery
    or a publication may then happen twice (QoS 1); whoever receives tells them apart by event id.

    Args:
        name: What the broker is called.
        serves: Says whether the broker still runs.
        endpoint: Where it listens.
        accounts: Those that it knows.
        run: The id of the run, which names the root and the sessions.
        patience: How long to wait for what.
        ours: Accounts of the simulation itself that connect beside the parties; a recorder among them records.
        key: The secret in the client ids of the session; None draws one.
        gives_way: Whether it fails once somebody else goes on with a session of its clients.

    Attributes:
        name: The name of the broker.
        key: That secret.
    """

    def __init__(
        self,
        name: str,
        serves: Callable[[], bool],
        endpoint: Endpoint,
        accounts: Sequence[Account],
        run: str,
        *,
        patience: Patience | None = None,
        ours: Sequence[str] = (),
        key: str | None = None,
        gives_way: bool = False,
    ) -> None:
        self.name = name
        self._serves = serves
        self._endpoint = endpoint
        self._accounts = {account.username: account for account in accounts}
        self._run, self._root = run, root_of(run)
        self._ours = tuple(ours)
        self._gives_way = gives_way
        self.key = key or secrets.token_hex(_KEY_BYTES)
        self._patience = patience or Patience()
        self._connections: dict[PartyId, Connection] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._events: list[str] = []
        self._health: Health | None = None
        self._on_arrival: Callable[[Arrival], None] = passed_over
        self._ears = Ears(endpoint, self._root)
        self._closed = False

    # -- open and close --------------------------------------------------------------------------------

    async def open(
        self,
        parties: Sequence[PartyId],
        on_arrival: Callable[[Arrival], None],
        resumed: Mapping[PartyId, Resumed] | None = None,
    ) -> None:
        """Connect a client for each party and of our own; ``resumed`` are parties whose sessions somebody else began.

        Raises:
            TransportError: A client could not connect, or has no account.
        """
        if self._health is not None or self._closed:
            raise TransportError(f"{self.name}: this transport was opened before; make another")
        self._health = health = Health(self.name, gives_way=self._gives_way)
        self._on_arrival = on_arrival
        ears = self._ears.names if RECORDER in self._ours else ()
        for name in dict.fromkeys((*parties, *self._ours, *ears)):
            self._connections[name] = self._connection_for(name, health)
        for party, left in (resumed or {}).items():
            self._connections[party].take_up(left)
        try:
            await all_of(one.open() for one in self._connections.values() if not one.is_held)
            for connection in self._connections.values():
                self._keepers.append(keep(connection, health))
            if RECORDER in self._ours:
                await self._record()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Disconnect everybody; safe to call twice. The broker goes on."""
        self._closed = True
        if self._health is not None:
            self._health.fail("this transport is closed")
        connections, self._connections = self._connections, {}
        await self._end(connections)

    async def _end(self, connections: Mapping[PartyId, Connection]) -> None:
        """Keep connections up no longer, and end them."""
        keepers, self._keepers = self._keepers, []
        for keeper in keepers:
            keeper.cancel()
        if keepers:
            await asyncio.wait(keepers)
        await asyncio.gather(*(connection.leave() for connection in connections.values()))

    async def _record(self) -> None:
        for ear in self._ears.names:
            outcome = await self.subscribe(ear, "#")
            if not outcome.accepted:
                raise TransportError(f"{self.name}: the recorder may not read everything: {outcome}")

    def client_id(self, party: PartyId) -> str:
        """Return the client id of a party, of control or of the recorder in this session."""
        return client_id_of(self._run, party, self.key)

    def _connection_for(self, name: str, health: Health) -> Connection:
        account = self._accounts.get(self._ears.account(name))
        if account is None:
            raise TransportError(f"{self.name}: {name} has no account")
        return Connection(
            self._ears.endpoint(name),
            account,
            self.client_id(account.username),
            root=self._root,
            patience=self._patience,
            health=health,
            alive=self._serves,
            on_arrival=self._ears.listener(name, self._on_arrival),
            on_event=self._events.append,
        )

    # -- messages --------------------------------------------------------------------------------------

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe a party at QoS 1, without retained messages and without its own.

        Raises:
            TransportError: The transport or its broker failed.
        """
        connection = self._connection(party)
        full = add_root(self._root, topic_filter)
        if not is_filter(full):
            return outcome_of(TOPIC_FILTER_INVALID)
        return await connection.subscribe(full)

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Give a subscription up; an unknown one is passed over.

        Raises:
            TransportError: The transport or its broker failed.
        """
        connection = self._connection(party)
        full = add_root(self._root, topic_filter)
        if is_filter(full):
            await connection.unsubscribe(full)

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish at QoS 1, in the given order for each party, and return what became of each, in order.

        Raises:
            TransportError: The transport or its broker failed, or did not acknowledge in time.
        """
        health = self._open()
        # All of them first, so that an unknown party sends nothing.
        connections = [self._connection(each.party) for each in publications]
        answers = Answers(len(publications))
        for place, (connection, each) in enumerate(zip(connections, publications, strict=True)):
            topic = self._root + each.topic
            if is_topic(topic):
                connection.publish(topic, each.payload, each.retain, answers, place)
            else:
                answers.put(place, outcome_of(TOPIC_NAME_INVALID))
        return await answers.all(health, self._patience.answer)

    async def steady(self, party: PartyId, *, withheld: bool = False, leaves: bool = False) -> int | None:
        """Return how often a party was disconnected, once it is connected; None when it is kept away.

        Before a change of its rights: a party that is just away would come back before or after it, and one could not
        tell. ``withheld`` when that change withholds something from it; ``leaves`` when it is to be away meanwhile.

        Raises:
            TransportError: The party does not come back.
        """
        connection = self._connection(party)
        connection.withheld += withheld
        if connection.is_held:
            return None
        await connection.wait_up()
        if leaves:
            await connection.hold()
        return connection.losses

    async def healed(
        self, party: PartyId, losses: int | None, *, given_back: bool = False, returns: bool = False
    ) -> None:
        """Return when a party is back after a change of its rights, before which it was :meth:`steady`.

        At once, where nobody was cut off (None). ``returns`` when it left for that time; ``given_back`` when one thing
        less is withheld from it: it subscribes again when that was all.

        Raises:
            TransportError: The party does not come back.
        """
        connection = self._connection(party)
        if losses is not None:
            await (connection.release() if returns else connection.wait_healed(losses))
        if not given_back:
            return
        connection.withheld -= 1
        if not connection.withheld and not connection.is_held:
            await connection.subscribe_again()

    # -- outages, and what happened --------------------------------------------------------------------

    async def go_down(self) -> None:
        """Let nobody be connected any more, nor come back before :meth:`come_up`: the broker is killed, or has died."""
        if self.is_gone():
            assert self._health is not None
            self._health.fail("the broker does not run any more")
            return
        self._open()
        for connection in self._connections.values():
            await connection.hold()

    async def come_up(self) -> None:
        """Return when everybody is back with the subscriptions it had, at a broker that was started again.

        Raises:
            TransportError: Somebody does not come back.
        """
        if self._opened().failed:
            await self._begin_anew()
        else:
            # To new sessions: a broker that died has none, and one that is only dead to us may have kept them.
            await all_of(connection.release(anew=True) for connection in self._connections.values())

    def is_gone(self) -> bool:
        """Say whether the broker does not run any more, though nobody killed or stopped it here."""
        return self._health is not None and not self._closed and not self._serves()

    async def _begin_anew(self) -> None:
        """Connect everybody anew, with the subscriptions that each had; what was under way is given up."""
        lost, self._connections = self._connections, {}
        await self._end(lost)
        self._health = health = Health(self.name, gives_way=self._gives_way)
        for name in lost:
            self._connections[name] = self._connection_for(name, health)
        await all_of(connection.open() for connection in self._connections.values())
        for name, connection in self._connections.items():
            self._keepers.append(keep(connection, health))
            for topic_filter in lost[name].filters:
                await connection.subscribe(topic_filter)

    async def part(self, party: PartyId) -> None:
        """Break a party's connection, and keep it away; its session at the broker goes on.

        Raises:
            TransportError: The transport or its broker failed.
        """
        connection = self._connection(party)
        await connection.wait_up()
        await connection.hold()

    async def rejoin(self, party: PartyId, *, anew: bool) -> None:
        """Let a party come back, to its session or ``anew`` to a new one with the subscriptions that it had.

        Raises:
            TransportError: It does not come back.
        """
        await self._connection(party).release(anew=anew)

    async def answer_late(self, party: PartyId, *, late: bool) -> None:
        """Have a party's client acknowledge a delivery only when it comes again, or as it comes once more.

        Raises:
            TransportError: The transport or its broker failed.
        """
        self._connection(party).answer_late(late=late)

    async def drop(self, party: PartyId) -> None:
        """Break a party's connection; it comes back by itself, to its session.

        Raises:
            TransportError: The transport or its broker failed.
        """
        connection = self._connection(party)
        await connection.wait_up()
        await connection.drop()

    def take_connection_events(self) -> list[str]:
        """Return what happened to our connections since the last call."""
        events = self._events[:]
        self._events.clear()
        return events

    def _opened(self) -> Health:
        """Return the state of the transport, which may have failed.

        Raises:
            TransportError: It was not opened, or is closed.
        """
        if self._health is None or self._closed:
            raise TransportError(f"{self.name}: this transport is not open")
        return self._health

    def _open(self) -> Health:
        """Return the state of the open transport.

        Raises:
            TransportError: The transport is not open, or failed.
        """
        if self._health is None:
            raise TransportError(f"{self.name}: this transport is not open")
        self._health.check()
        return self._health

    def _connection(self, party: PartyId) -> Connection:
        self._open()
        connection = self._connections.get(party)
        if connection is None:
            raise TransportError(f"{self.name}: no client for {party!r}; parties are given to open()")
        return connection
