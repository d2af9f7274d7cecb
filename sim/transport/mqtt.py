"""A session over an MQTT 5 broker: each party has a connection and credentials of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from brokers.adapter import Account, Broker, BrokerError, Denial, Endpoint, Right
from sim.core.model.filters import is_filter, is_topic
from sim.core.model.ids import PartyId
from sim.transport.connection import Connection
from sim.transport.hearing import Ears
from sim.transport.keeping import all_of, cuts_off, denials_of_others, keep, passed_over
from sim.transport.outcomes import (
    TOPIC_FILTER_INVALID,
    TOPIC_NAME_INVALID,
    Answers,
    Health,
    Patience,
    outcome_of,
)
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, Resumed, TransportError
from sim.transport.root import add_root, client_id_of, root_of, rooted

_KEY_BYTES = 8


class MqttTransport:
    """Carries a session over a broker that runs already, and that somebody else stops.

    A connection that is lost comes back at once, to its session; what was under way is finished. A delivery
    or a publication may then happen twice (QoS 1); whoever receives tells them apart by event id.

    Args:
        broker: Gives and takes rights, and says whether it still runs.
        endpoint: Where it listens.
        accounts: Those it was started with (`sim.transport.root.accounts_for`).
        run: The id of the run, which names the root and the sessions.
        patience: How long to wait for what.
        ours: Accounts of the simulation itself that connect beside the parties; the recorder then records.
        key: The secret in the client ids of the session; None draws one.
        gives_way: Whether it fails once somebody else goes on with a session of its clients.

    Attributes:
        name: The name of the broker.
        key: That secret.
    """

    def __init__(
        self,
        broker: Broker,
        endpoint: Endpoint,
        accounts: Sequence[Account],
        run: str,
        *,
        patience: Patience | None = None,
        ours: Sequence[str] = (CONTROL, RECORDER),
        key: str | None = None,
        gives_way: bool = False,
    ) -> None:
        self.name = broker.name
        self._broker = broker
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
            alive=self._broker.running,
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

    # -- rights ----------------------------------------------------------------------------------------

    async def grant(self, party: PartyId, grant: str, rights: Sequence[Right]) -> None:
        """Add rights (on relative patterns) at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        given = rooted(self._root, rights)
        await self._change(party, partial(self._broker.grant, party, grant, given), less=False)

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take the rights of a grant away at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, partial(self._broker.revoke, party, grant), less=True)

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Have the broker deny a party all that matches these filters; return when it does and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        rooted_patterns = [add_root(self._root, pattern) for pattern in patterns]
        self._connection(party).withheld += 1
        await self._change(party, partial(self._broker.withhold, party, name, rooted_patterns), less=True)

    async def give_back(self, party: PartyId, name: str) -> None:
        """Have the broker deny a party no longer what was withheld under this name.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, partial(self._broker.give_back, party, name), less=False)
        await self.given_back(party)

    async def given_back(self, party: PartyId) -> None:
        """Note that one thing less is withheld from a party; it subscribes again when that was all.

        Raises:
            TransportError: The broker does not answer.
        """
        connection = self._connection(party)
        connection.withheld -= 1
        if not connection.withheld and not connection.is_held:
            await connection.subscribe_again()

    async def _change(self, party: PartyId, change: Callable[[], Awaitable[None]], *, less: bool) -> None:
        leaves = less and self._broker.shuts_out
        losses = await self.steady(party, leaves=leaves)
        try:
            await change()
        except BrokerError as error:
            raise TransportError(f"{self.name}: {error}") from error
        await self.healed(party, losses if cuts_off(self._broker, less=less) else None, returns=leaves)

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

    async def healed(self, party: PartyId, losses: int | None, *, returns: bool = False) -> None:
        """Return when a party is back after a change of its rights, before which it was :meth:`steady`.

        At once, where nobody was cut off (None). ``returns`` when it left for that time.

        Raises:
            TransportError: The party does not come back.
        """
        if losses is not None:
            connection = self._connection(party)
            await (connection.release() if returns else connection.wait_healed(losses))

    # -- outages, and what happened --------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill the broker, or bury one that died; nobody is connected any more, nor comes back before `restart`."""
        if self.is_gone():
            assert self._health is not None
            self._health.fail("the broker does not run any more")
        else:
            self._open()
            for connection in self._connections.values():
                await connection.hold()
        await self._broker.kill()

    async def restart(self) -> None:
        """Start the broker again, and return when everybody is back with the subscriptions it had.

        Raises:
            TransportError: The broker does not start, or somebody does not come back.
        """
        if self._health is None or self._closed:
            raise TransportError(f"{self.name}: this transport is not open")
        try:
            await self._broker.restart()
        except BrokerError as error:
            raise TransportError(f"{self.name}: {error}") from error
        if self._health.failed:
            await self._begin_anew()
        else:
            # To new sessions: a broker that died has none, and one that is only dead to us may have kept them.
            await all_of(connection.release(anew=True) for connection in self._connections.values())

    def is_gone(self) -> bool:
        """Say whether the broker does not run any more, though nobody killed or stopped it here."""
        return self._health is not None and not self._closed and not self._broker.running()

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

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call.

        Topics are relative; one outside the root keeps its whole name, behind a slash.
        """
        ours = set(map(self.client_id, self._accounts))
        return denials_of_others(self._broker.take_denials(), ours, self._root)

    def take_connection_events(self) -> list[str]:
        """Return what happened to our connections since the last call."""
        events = self._events[:]
        self._events.clear()
        return events

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
