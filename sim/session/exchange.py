"""Which broker, over which transport: from a name on the command line to an open exchange."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from brokers.adapter import Account, Broker, Endpoint
from brokers.mosquitto import FederatedMosquitto, RegionServer, StandingMosquitto, is_address
from sim.core.model.access import AccessTable
from sim.core.model.federation import Star
from sim.diagnostics import get_logger
from sim.session.workers.rounds import Players
from sim.session.workers.spread import SpreadTransport
from sim.session.workers.team import Site, Spreading, WorkerTeam, with_workers
from sim.transport.choice import BROKERS, broker_of
from sim.transport.memory import MemoryTransport
from sim.transport.mqtt import MqttTransport
from sim.transport.port import RECORDER, Transport
from sim.transport.root import accounts_for, add_root, root_of
from sim.transport.telephone import WithTelephone

_diagnostics = get_logger()

MEMORY: Final = "memory"

FEDERATION: Final = "federation"

NAMES: Final = (MEMORY, *BROKERS, FEDERATION)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A transport that is ready to be opened, and what an outside client needs to join in.

    ``endpoint`` is None in memory, where nobody can join. ``tells_refusals`` says whether it is known what the broker
    refuses to outside clients. ``players`` are those who let parties step; None where they step with the engine.
    """

    transport: Transport
    accounts: tuple[Account, ...]
    endpoint: Endpoint | None
    tells_refusals: bool = True
    players: Players | None = None


@asynccontextmanager
async def exchange(
    name: str,
    table: AccessTable,
    run: str,
    *,
    with_telephone: bool = False,
    keys: Path | None = None,
    star: Star | None = None,
    spreading: Spreading | None = None,
) -> AsyncIterator[Exchange]:
    """Start a broker with the accounts of an access table, and stop it afterwards.

    Args:
        name: The broker, or memory; or the address of a server that runs already, which is given these accounts and
            rid of them afterwards.
        table: Who may do what.
        run: The id of the run.
        with_telephone: Whether clients may be away from the broker, so that what is said outside the tool needs
            a line of its own.
        star: Which servers there are in a federation, and what crosses between them; needed for that alone.
        keys: The file with the keys of such a server's administrator; None looks where they mostly are.
        spreading: How the parties are spread over workers; None keeps them here. Not in memory.

    Raises:
        BrokerError: There is no broker of this name, or it cannot be started or used here.
    """
    accounts, shared = _accounts(name, table, run, spreading)
    if name == MEMORY:
        async with _in_memory(accounts, run, with_telephone=with_telephone) as exchange_in_memory:
            yield exchange_in_memory
        return
    broker = _broker(name, run, keys, star)
    try:
        endpoint = await broker.start((*accounts, *(shared or ())))
        _diagnostics.info("broker started", broker=name, host=endpoint.host, port=endpoint.port, run=run)
        site = Site(broker, endpoint, accounts, run, shared)
        spread = None if spreading is None else _spread(site, spreading)
        transport: Transport = spread or MqttTransport(broker, endpoint, accounts, run)
        transport = WithTelephone(transport, accounts, run) if with_telephone else transport
        try:
            tells = not isinstance(broker, StandingMosquitto) or broker.tells_refusals
            yield Exchange(transport, accounts, endpoint, tells, spread)
        finally:
            await transport.close()
    finally:
        await broker.stop()
        _diagnostics.info("broker stopped", broker=name, run=run)


@asynccontextmanager
async def _in_memory(
    accounts: tuple[Account, ...], run: str, *, with_telephone: bool
) -> AsyncIterator[Exchange]:
    memory: Transport = MemoryTransport(accounts, run)
    memory = WithTelephone(memory, accounts, run) if with_telephone else memory
    try:
        yield Exchange(memory, accounts, None)
    finally:
        await memory.close()


def federation(star: Star, run: str) -> FederatedMosquitto:
    """Return the servers of a star, for the topics of a run."""
    root = root_of(run)

    def rooted(patterns: Sequence[str]) -> tuple[str, ...]:
        return tuple(add_root(root, pattern) for pattern in patterns)

    sites = [
        RegionServer(name, rooted(crossing.outward), rooted(crossing.inward), rooted(crossing.written))
        for name, crossing in star.crossings.items()
    ]
    return FederatedMosquitto(sites, star.homes, frozenset({RECORDER}))


def _broker(name: str, run: str, keys: Path | None, star: Star | None) -> Broker:
    if name == FEDERATION:
        assert star is not None, "who asks for a federation says which servers there are"
        return federation(star, run)
    return broker_of(name, run, keys, NAMES)


def _accounts(
    name: str, table: AccessTable, run: str, spreading: Spreading | None
) -> tuple[tuple[Account, ...], tuple[Account, ...] | None]:
    """Return the accounts of a run, and those of workers where what passes to them goes over its broker too.

    That is so on a server that stands, as they may be on other machines.
    """
    accounts = tuple(accounts_for(table, run))
    if spreading is None or not is_address(name):
        return accounts, None
    return with_workers(accounts, run), tuple(spreading.accounts(run))


def _spread(site: Site, spreading: Spreading) -> SpreadTransport:
    own = MqttTransport(site.broker, site.endpoint, site.accounts, site.run)
    return SpreadTransport(own, site.broker, site.run, WorkerTeam(spreading, site))
