"""Which broker, over which transport: from a name on the command line to an open exchange."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from brokers.adapter import Account, Broker, BrokerError, Endpoint
from brokers.embedded import EmbeddedBroker
from brokers.mosquitto import MosquittoBroker
from sim.core.model.access import AccessTable
from sim.diagnostics import get_logger
from sim.transport.memory import MemoryTransport
from sim.transport.mqtt import MqttTransport
from sim.transport.port import Transport
from sim.transport.root import accounts_for
from sim.transport.telephone import WithTelephone

_diagnostics = get_logger()

MEMORY: Final = "memory"

BROKERS: Final[Mapping[str, Callable[[], Broker]]] = {
    "embedded": EmbeddedBroker,
    "mosquitto": MosquittoBroker,
}
"""Brokers that a run can start, by the name on the command line."""

NAMES: Final = (MEMORY, *BROKERS)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A transport that is ready to be opened, and what an outside client needs to join in.

    ``endpoint`` is None in memory, where nobody can join.
    """

    transport: Transport
    accounts: tuple[Account, ...]
    endpoint: Endpoint | None


@asynccontextmanager
async def exchange(
    name: str, table: AccessTable, run: str, *, with_telephone: bool = False
) -> AsyncIterator[Exchange]:
    """Start a broker with the accounts of an access table, and stop it afterwards.

    Args:
        name: The broker, or memory.
        table: Who may do what.
        run: The id of the run.
        with_telephone: Whether clients may be away from the broker, so that what is said outside the tool needs
            a line of its own.

    Raises:
        BrokerError: There is no broker of this name, or it cannot be started here.
    """
    accounts = tuple(accounts_for(table, run))
    if name == MEMORY:
        memory: Transport = MemoryTransport(accounts, run)
        memory = WithTelephone(memory, accounts, run) if with_telephone else memory
        try:
            yield Exchange(memory, accounts, None)
        finally:
            await memory.close()
        return
    if name not in BROKERS:
        raise BrokerError(f"broker: expected one of {', '.join(NAMES)}, found {name!r}")
    broker = BROKERS[name]()
    try:
        endpoint = await broker.start(accounts)
        _diagnostics.info("broker started", broker=name, host=endpoint.host, port=endpoint.port, run=run)
        transport: Transport = MqttTransport(broker, endpoint, accounts, run)
        transport = WithTelephone(transport, accounts, run) if with_telephone else transport
        try:
            yield Exchange(transport, accounts, endpoint)
        finally:
            await transport.close()
    finally:
        await broker.stop()
        _diagnostics.info("broker stopped", broker=name, run=run)
