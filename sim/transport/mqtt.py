"""A session over an MQTT 5 broker: each party has a connection and credentials of its own."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from brokers.adapter import Account, Broker, BrokerError, Denial, Endpoint, Right
from sim.core.model.filters import is_filter, is_topic
from sim.core.model.ids import PartyId
from sim.transport.connection import Connection, Patience
from sim.transport.outcomes import (
    TOPIC_FILTER_INVALID,
    TOPIC_NAME_INVALID,
    Answers,
    Health,
    outcome_of,
)
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, TransportError
from sim.transport.root import add_root, client_id_of, remove_root, root_of, rooted

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

    Attributes:
        name: The name of the broker.
    """

    def __init__(
        self,
        broker: Broker,
        endpoint: Endpoint,
        accounts: Sequence[Account],
        run: str,
        *,
        patience: Patience | None = None,
    ) -> None:
        self.name = broker.name
        self._broker = broker
        self._endpoint = endpoint
        self._accounts = {account.username: account for account in accounts}
        self._run = run
        self._root = root_of(run)
        self._key = secrets.token_hex(_KEY_BYTES)
        self._patience = patience or Patience()
        self._connections: dict[PartyId, Connection] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._events: list[str] = []
        self._health: Health | None = None
        self._on_arrival: Callable[[Arrival], None] = _passed_over
        self._closed = False

    # -- open and close --------------------------------------------------------------------------------

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Connect a client for each party and for control, and the recorder, subscribed to everything.

        Raises:
            TransportError: A client could not connect, or has no account.
        """
        if self._health is not None or self._closed:
            raise TransportError(f"{self.name}: this transport was opened before; make another")
        self._health = health = Health(self.name)
        self._on_arrival = on_arrival
        for name in (*parties, CONTROL, RECORDER):
            self._connections[name] = self._connection_for(name, health, on_arrival)
        try:
            await _together(connection.open() for connection in self._connections.values())
            for connection in self._connections.values():
                self._keepers.append(self._keep(connection, health))
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
        outcome = await self.subscribe(RECORDER, "#")
        if not outcome.accepted:
            raise TransportError(f"{self.name}: the recorder may not read everything: {outcome}")

    def client_id(self, party: PartyId) -> str:
        """Return the client id of a party, of control or of the recorder in this session."""
        return client_id_of(self._run, party, self._key)

    def _connection_for(self, name: str, health: Health, on_arrival: Callable[[Arrival], None]) -> Connection:
        account = self._accounts.get(name)
        if account is None:
            raise TransportError(f"{self.name}: {name} has no account")
        return Connection(
            self._endpoint,
            account,
            self.client_id(name),
            root=self._root,
            patience=self._patience,
            health=health,
            alive=self._broker.running,
            on_arrival=on_arrival,
            on_event=self._events.append,
        )

    def _keep(self, connection: Connection, health: Health) -> asyncio.Task[None]:
        def ended(keeper: asyncio.Task[None]) -> None:
            if not keeper.cancelled() and (error := keeper.exception()) is not None:
                health.fail(f"the connection of {connection.name} cannot be kept: {error!r}", error)

        keeper = asyncio.create_task(connection.keep_up(), name=f"keep up {self._run}-{connection.name}")
        keeper.add_done_callback(ended)
        return keeper

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
        await self._change(
            party,
            lambda: self._broker.grant(party, grant, rooted(self._root, rights)),
            cuts=self._broker.disconnects_on_grant,
        )

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take the rights of a grant away at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        cuts = self._broker.disconnects_on_change
        await self._change(party, lambda: self._broker.revoke(party, grant), cuts=cuts)

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Have the broker deny a party all that matches these filters; return when it does and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        rooted_patterns = [add_root(self._root, pattern) for pattern in patterns]
        self._connection(party).withheld += 1
        cuts = self._broker.disconnects_on_change
        await self._change(party, lambda: self._broker.withhold(party, name, rooted_patterns), cuts=cuts)

    async def give_back(self, party: PartyId, name: str) -> None:
        """Have the broker deny a party no longer what was withheld under this name.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        cuts = self._broker.disconnects_on_grant
        await self._change(party, lambda: self._broker.give_back(party, name), cuts=cuts)
        connection = self._connection(party)
        connection.withheld -= 1
        if not connection.withheld and not connection.is_held:
            await connection.subscribe_again()

    async def _change(self, party: PartyId, change: Callable[[], Awaitable[None]], *, cuts: bool) -> None:
        connection = self._connection(party)
        is_here = not connection.is_held
        if is_here:
            # A party that is just away would come back before or after the change: one could not tell.
            await connection.wait_up()
        stays_away = is_here and cuts and self._broker.shuts_out
        if stays_away:
            await connection.hold()
        losses = connection.losses
        try:
            await change()
        except BrokerError as error:
            raise TransportError(f"{self.name}: {error}") from error
        if stays_away:
            await connection.release()
        elif is_here and cuts:
            await connection.wait_healed(losses)

    # -- outages ---------------------------------------------------------------------------------------

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
            await _together(connection.release(anew=True) for connection in self._connections.values())

    def is_gone(self) -> bool:
        """Say whether the broker does not run any more, though nobody killed or stopped it here."""
        return self._health is not None and not self._closed and not self._broker.running()

    async def _begin_anew(self) -> None:
        """Connect everybody anew, with the subscriptions that each had; what was under way is given up."""
        lost, self._connections = self._connections, {}
        await self._end(lost)
        self._health = health = Health(self.name)
        for name in lost:
            self._connections[name] = self._connection_for(name, health, self._on_arrival)
        await _together(connection.open() for connection in self._connections.values())
        for name, connection in self._connections.items():
            self._keepers.append(self._keep(connection, health))
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

    # -- what happened ---------------------------------------------------------------------------------

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call.

        Topics are relative; one outside the root keeps its whole name, behind a slash.
        """
        ours = {self.client_id(name) for name in self._accounts}
        return [
            replace(denial, topic=remove_root(self._root, denial.topic))
            for denial in self._broker.take_denials()
            if denial.client_id not in ours
        ]

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


def _passed_over(_arrival: Arrival) -> None:
    """Take a delivery that comes to nobody."""


async def _together(steps: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of this at once; when one fails, end the rest and raise what it raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except (
        ExceptionGroup
    ) as failures:  # no except*: what is raised inside one comes out in a group on Python 3.11.2
        _, bugs = failures.split(TransportError)
        if bugs is not None:
            raise
        raise failures.exceptions[0] from None
