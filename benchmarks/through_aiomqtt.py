"""Measures a bare loop of the client library: plain aiomqtt clients that publish, and count what arrives.

The accounts, the topics, the bytes and the fan-out are those of the session it is compared with, and so is the
broker. What the loop does not have: an engine, foresight, a recorder that hears everything, and a log.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from time import perf_counter
from typing import Final

import aiomqtt
from paho.mqtt.subscribeoptions import SubscribeOptions

from benchmarks.sample import Sample
from benchmarks.workload import Load, Tally, engine_of, publication_of
from brokers.adapter import Account, Broker, Endpoint
from sim.transport.port import CONTROL, RECORDER
from sim.transport.root import accounts_for, root_of

_RUN: Final = "bench"
_WARM_UP_TICKS: Final = 2
_PATIENCE_S: Final = 120.0

# Without it the kernel keeps small packets back for some 40 ms, and the loop would be no yardstick.
_AT_ONCE: Final = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),)


class _Arrivals:
    """Counts arrivals at all clients, and tells when there are enough."""

    def __init__(self) -> None:
        self._count = 0
        self._wanted = 0
        self._enough = asyncio.Event()

    async def listen(self, client: aiomqtt.Client) -> None:
        async for _ in client.messages:
            self._count += 1
            if self._count == self._wanted:
                self._enough.set()

    async def wait_for(self, wanted: int) -> None:
        self._wanted = wanted
        self._enough.clear()
        if self._count < wanted:
            await asyncio.wait_for(self._enough.wait(), _PATIENCE_S)
        assert self._count == wanted, f"expected {wanted} arrivals, was {self._count}"


class _Loop:
    """The clients of one measurement, connected and subscribed.

    Args:
        load: What they exchange.
        clients: One for each party.
    """

    def __init__(self, load: Load, clients: list[aiomqtt.Client]) -> None:
        self._load = load
        self._clients = clients
        self._payload = publication_of(load).payload
        self._arrivals = _Arrivals()
        self._arrived = 0

    async def run(self, *, in_step: bool) -> Sample:
        """Publish for all ticks; ``in_step`` waits for all arrivals of a tick before the next."""
        listeners = [asyncio.create_task(self._arrivals.listen(client)) for client in self._clients]
        try:
            await self._publish(_WARM_UP_TICKS, in_step=in_step)
            before, start = self._arrived, perf_counter()
            await self._publish(self._load.ticks, in_step=in_step)
            return Sample(self._arrived - before, perf_counter() - start)
        finally:
            for listener in listeners:
                listener.cancel()
            await asyncio.gather(*listeners, return_exceptions=True)

    async def _publish(self, ticks: int, *, in_step: bool) -> None:
        rounds, length = (ticks, 1) if in_step else (1, ticks)
        for _ in range(rounds):
            self._arrived += length * self._load.per_tick
            waiting = asyncio.create_task(self._arrivals.wait_for(self._arrived))
            await asyncio.gather(*(self._send(place, length) for place in range(len(self._clients))))
            await waiting

    async def _send(self, place: int, times: int) -> None:
        name = self._load.names[place]
        topic = f"{root_of(_RUN)}activity/{self._load.activity_of(place)}/own/{name}/c1-development/{name}"
        for _ in range(times):
            await self._clients[place].publish(topic, self._payload, qos=1, retain=True)


def measure_aiomqtt(load: Load, make_broker: Callable[[], Broker], *, in_step: bool) -> Sample:
    """Run the bare loop of this load over a broker of this sort."""
    return asyncio.run(_run(load, make_broker(), in_step=in_step))


async def _run(load: Load, broker: Broker, *, in_step: bool) -> Sample:
    accounts = accounts_for(engine_of(load, Tally()).ledger.table, _RUN)
    try:
        endpoint = await broker.start(accounts)
        async with AsyncExitStack() as stack:
            parties = [account for account in accounts if account.username not in (CONTROL, RECORDER)]
            clients = [await stack.enter_async_context(_client(endpoint, account)) for account in parties]
            for place, client in enumerate(clients):
                await _subscribe(client, load.activity_of(place))
            return await _Loop(load, clients).run(in_step=in_step)
    finally:
        await broker.stop()


def _client(endpoint: Endpoint, account: Account) -> aiomqtt.Client:
    return aiomqtt.Client(
        endpoint.host,
        endpoint.port,
        username=account.username,
        password=account.password,
        identifier=f"{_RUN}-{account.username}",
        protocol=aiomqtt.ProtocolVersion.V5,
        socket_options=_AT_ONCE,
        timeout=_PATIENCE_S,  # hundreds of clients on a busy machine take longer than its ten seconds
    )


async def _subscribe(client: aiomqtt.Client, activity: str) -> None:
    options = SubscribeOptions(qos=1, noLocal=True, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
    await client.subscribe(f"{root_of(_RUN)}activity/{activity}/own/#", options=options)
