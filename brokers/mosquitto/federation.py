"""A federation: a Mosquitto for each region, bridged in a star to a national one."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aiomqtt import Client, MqttError, ProtocolVersion

from brokers.adapter import Account, Action, BrokerError, Denial, Endpoint, Outpost, Right
from brokers.mosquitto.bridge import READY_PREFIX, Bridge, RegionServer
from brokers.mosquitto.broker import MosquittoBroker
from brokers.mosquitto.security import MANNERS

_READY_TIMEOUT: Final = 20.0
_WATCH: Final = "watch:bridges"
"""Who sees whether bridges stand; no party has such a name."""

_LOGGER = logging.getLogger(__name__)


class FederatedMosquitto:
    """A star of Mosquittos: an account is known at one of them, and what crosses between them is laid down beforehand.

    The server of a region reaches out to the national one with an account of its own, which may send and take only
    what may cross. So what nobody elsewhere may read stays at home, whatever is written there.

    Rights of an account change at its own server. A bridge carries all that anybody on its other side may read or
    may be let in to; who may read it there, that server decides.

    Args:
        sites: The servers of the regions.
        homes: By username at which of them an account is known; who is not named is known at the national server.
        everywhere: Usernames of accounts that are known at all of them.

    Attributes:
        name: What the command line calls it.
        manners: Those of every Mosquitto; but what crosses while a client comes back to its session may be given to it
            twice. Retained messages cross as well.
    """

    manners = replace(MANNERS, delivers_twice=True)

    def __init__(
        self, sites: Sequence[RegionServer], homes: Mapping[str, str], everywhere: frozenset[str]
    ) -> None:
        self.name: str = "federation"
        self._sites = tuple(sites)
        names = {site.name for site in self._sites}
        self._homes = {username: home for username, home in homes.items() if home in names}
        self._everywhere = everywhere
        self._watcher = Account(_WATCH, secrets.token_urlsafe(32))
        self._national = MosquittoBroker()
        self._regional: dict[str, MosquittoBroker] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._endpoint: Endpoint | None = None

    @staticmethod
    def available() -> str | None:
        """Say in one line why Mosquitto cannot be used here, or return None when it can."""
        return MosquittoBroker.available()

    @property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Return where the server of each region listens."""
        return dict(self._endpoints)

    @property
    def pids(self) -> tuple[int, ...]:
        """Return the process ids of the servers, the national one first."""
        return tuple(server.pid for server in self._servers() if server.pid is not None)

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        """Start every server on a free loopback port; return when clients can connect and every bridge stands.

        Raises:
            BrokerError: Mosquitto is not usable here, an account is not, or a server or a bridge does not come up.
        """
        if self._endpoint is not None:
            raise BrokerError("this federation was started already; stop it first, or make another")
        try:
            self._endpoint = await self._start(accounts)
            await self._wait_for_bridges()
        except BaseException:
            await self.stop()
            raise
        return self._endpoint

    async def _start(self, accounts: Sequence[Account]) -> Endpoint:
        passwords = {site.name: secrets.token_urlsafe(32) for site in self._sites}
        bridges = [site.account(passwords[site.name]) for site in self._sites]
        tells = Right(Action.PUBLISH, f"{READY_PREFIX}+")
        watcher = replace(self._watcher, rights=(tells,))
        middle = await self._national.start([*self._known_at(None, accounts), *bridges, watcher])
        for site in self._sites:
            server = self._regional[site.name] = MosquittoBroker(Bridge(site, middle, passwords[site.name]))
            watcher = replace(self._watcher, rights=(Right(Action.READ, site.ready_topic),))
            self._endpoints[site.name] = await server.start([*self._known_at(site.name, accounts), watcher])
        places = {name: (endpoint.host, endpoint.port) for name, endpoint in self._endpoints.items()}
        return replace(
            middle,
            homes={username: places[home] for username, home in self._homes.items()},
            outposts=tuple(Outpost(*places[site.name], site.outward, site.inward) for site in self._sites),
        )

    def _known_at(self, site: str | None, accounts: Sequence[Account]) -> list[Account]:
        """Return the accounts that are known at a site; None is the national server."""
        everywhere = self._everywhere
        return [
            one for one in accounts if one.username in everywhere or self._homes.get(one.username) == site
        ]

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``; return when the account's server enforces them.

        Raises:
            BrokerError: The account is unknown, already holds a grant of this name, or the server refuses.
        """
        await self._server_of(username).grant(username, grant, rights)

    async def revoke(self, username: str, grant: str) -> None:
        """Take the rights of ``grant`` away; return when nothing more is delivered under them.

        Raises:
            BrokerError: The account holds no grant of this name, or the server refuses.
        """
        await self._server_of(username).revoke(username, grant)

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters; return when the account's server enforces it.

        Raises:
            BrokerError: The account is unknown, something is withheld under this name already, or the server refuses.
        """
        await self._server_of(username).withhold(username, name, patterns)

    async def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``; return when the account's server does so.

        Raises:
            BrokerError: Nothing is withheld under this name, or the server refuses.
        """
        await self._server_of(username).give_back(username, name)

    async def kill(self) -> None:
        """Kill every server; their folders, with the rights in them, stay. Safe to call twice."""
        await asyncio.gather(*(server.kill() for server in self._servers()))

    async def restart(self) -> None:
        """Start every server again at its address; return when clients can connect and every bridge stands.

        Raises:
            BrokerError: They were never started, or one does not come up.
        """
        if self._endpoint is None:
            raise BrokerError("only a federation that was started and killed can be restarted")
        # One of them may have died alone: they all begin anew, so that none knows more than another.
        await self.kill()
        for server in self._servers():
            await server.restart()
        await self._wait_for_bridges()

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, server by server; see :meth:`MosquittoBroker.take_denials`."""
        return [denial for server in self._servers() for denial in server.take_denials()]

    def running(self) -> bool:
        """Say whether every server still serves."""
        return self._endpoint is not None and all(server.running() for server in self._servers())

    async def stop(self) -> None:
        """Stop every server and remove their folders; safe to call twice."""
        self._endpoint = None
        servers, self._regional = self._servers(), {}
        self._endpoints.clear()
        # First those of the regions, that none looks for a national one that is gone.
        for server in reversed(servers):
            await server.stop()

    def _servers(self) -> tuple[MosquittoBroker, ...]:
        return (self._national, *self._regional.values())

    def _server_of(self, username: str) -> MosquittoBroker:
        return self._regional.get(self._homes.get(username, ""), self._national)

    async def _wait_for_bridges(self) -> None:
        """Wait until a message that the national server keeps has crossed every bridge: it is the last to cross."""
        assert self._endpoint is not None
        try:
            async with asyncio.timeout(_READY_TIMEOUT):
                async with self._client(self._endpoint) as national:
                    for site in self._sites:
                        await national.publish(site.ready_topic, b"ready", qos=1, retain=True)
                async with asyncio.TaskGroup() as group:
                    for site in self._sites:
                        group.create_task(self._ready(site))
        except (MqttError, TimeoutError, ExceptionGroup) as error:
            raise BrokerError(
                f"the bridges of a federation did not stand within {_READY_TIMEOUT:g} s: {error!r}"
            ) from error

    async def _ready(self, site: RegionServer) -> None:
        async with self._client(self._endpoints[site.name]) as client:
            await client.subscribe(site.ready_topic, qos=1)
            async for _ in client.messages:
                return

    def _client(self, endpoint: Endpoint) -> Client:
        return Client(
            endpoint.host,
            endpoint.port,
            username=self._watcher.username,
            password=self._watcher.password,
            protocol=ProtocolVersion.V5,
            timeout=_READY_TIMEOUT,
            logger=_LOGGER,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
