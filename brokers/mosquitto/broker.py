"""Mosquitto as a broker that a session starts."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from brokers.adapter import Account, BrokerError, Denial, Endpoint, Right
from brokers.mosquitto.admin import AdminConnection
from brokers.mosquitto.bridge import Bridge
from brokers.mosquitto.config import conf_text
from brokers.mosquitto.launch import (
    Server,
    find_executable,
    find_plugin,
    free_endpoint,
    private_folder,
    unavailable_reason,
    write_private,
)
from brokers.mosquitto.security import (
    MANNERS,
    give_back_commands,
    grant_commands,
    revoke_commands,
    security_text,
    withhold_commands,
)

_START_TIMEOUT = 10.0
_START_PAUSE = 0.02
# A port that was free may be taken before the server listens on it.
_START_ATTEMPTS = 3


class _PortTakenError(BrokerError):
    """Another process took the port first."""


class MosquittoBroker:
    """A Mosquitto 2 of its own for one run, with the dynamic-security plugin.

    Every change of an account's rights cuts its connections, with reason 0x98 (administrative action). A
    session that the client keeps on the server survives that, with its subscriptions; what comes in under a
    subscription without the right to read is then not delivered.

    The plugin writes its whole document at each command, so a change costs more the more rights
    there are: with six rights per account, a grant took 5 ms for 30 accounts, 8 ms for 100, 17 ms for 300 and
    44 ms for 1,000.

    Attributes:
        name: What the command line calls it.
        manners: See above; a refusal is an answer.
    """

    manners = MANNERS

    def __init__(self, bridge: Bridge | None = None) -> None:
        """Make one that is not started yet; with a ``bridge`` it is one of a federation."""
        self._bridge = bridge
        self.name: str = "mosquitto"
        self._server: Server | None = None
        self._admin: AdminConnection | None = None
        self._usernames: frozenset[str] = frozenset()
        self._grants: set[tuple[str, str]] = set()
        self._withheld: set[tuple[str, str]] = set()
        self._endpoint: Endpoint | None = None
        self._password = ""
        self._denials: list[Denial] = []

    @staticmethod
    def available() -> str | None:
        """Say in one line why Mosquitto cannot be used here, or return None when it can."""
        return unavailable_reason()

    @property
    def pid(self) -> int | None:
        """The process id of the server, or None when there is none."""
        return self._server.pid if self._server is not None else None

    @property
    def folder(self) -> Path | None:
        """The private folder of the server, or None when there is none."""
        return self._server.folder if self._server is not None else None

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        """Start on a free loopback port with these accounts; return when clients can connect.

        Raises:
            BrokerError: Mosquitto is not usable here, an account is not, or the server does not come up.
        """
        if self._server is not None:
            raise BrokerError("this broker was started already; stop it first, or make another")
        password = secrets.token_urlsafe(32)
        document = security_text(accounts, password)
        endpoint = await self._start_on_free_port(document, password)
        self._usernames = frozenset(account.username for account in accounts)
        self._grants.clear()
        self._withheld.clear()
        self._endpoint, self._password = endpoint, password
        return endpoint

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``; return when the server enforces them.

        Raises:
            BrokerError: The account is unknown, already holds a grant of this name, or the server refuses.
        """
        admin = self._require_admin()
        if username not in self._usernames:
            raise BrokerError(f"nobody is called {username!r}; accounts are given at the start")
        if (username, grant) in self._grants:
            raise BrokerError(f"{username!r} already holds the grant {grant!r}; revoke it first")
        commands = grant_commands(username, grant, rights)
        # Noted before it is carried out: of two calls at the same time one must fail here, and a grant of
        # which the outcome is not known must stay one that can be revoked.
        self._grants.add((username, grant))
        await admin.send(commands)

    async def revoke(self, username: str, grant: str) -> None:
        """Take the rights of ``grant`` away; return when nothing more is delivered under them.

        Raises:
            BrokerError: The account holds no grant of this name, or the server refuses.
        """
        admin = self._require_admin()
        if (username, grant) not in self._grants:
            raise BrokerError(f"{username!r} holds no grant {grant!r} that could be revoked")
        await admin.send(revoke_commands(username, grant))
        self._grants.discard((username, grant))

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters; return when the server enforces it.

        Raises:
            BrokerError: The account is unknown, something is withheld under this name already, or the server refuses.
        """
        admin = self._require_admin()
        if username not in self._usernames or (username, name) in self._withheld:
            raise BrokerError(f"nothing can be withheld from {username!r} under the name {name!r}")
        commands = withhold_commands(username, name, patterns)
        self._withheld.add((username, name))
        await admin.send(commands)

    async def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``; return when the server does so.

        Raises:
            BrokerError: Nothing is withheld under this name, or the server refuses.
        """
        admin = self._require_admin()
        if (username, name) not in self._withheld:
            raise BrokerError(f"nothing is withheld from {username!r} under the name {name!r}")
        await admin.send(give_back_commands(username, name))
        self._withheld.discard((username, name))

    async def kill(self) -> None:
        """Kill the server with SIGKILL; its folder, with the rights in it, stays. Safe to call twice."""
        if self._server is not None:
            await self._server.kill()
            self._denials += self._server.log.take_denials()
        admin, self._admin = self._admin, None
        if admin is not None:
            await admin.close()

    async def restart(self) -> None:
        """Start the server again in its folder and at its address, after it was killed, by whomever.

        Raises:
            BrokerError: It was never started, runs still, or does not come up.
        """
        if self._server is None or self._endpoint is None or self._server.running():
            raise BrokerError("only a mosquitto that was started and killed can be restarted")
        await self.kill()
        self._server = self._server.again()
        self._admin = await _admitted(self._server, self._endpoint, self._password)

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, in the order in which they happened.

        Refused publications and subscriptions are told; a delivery that is held back is not, since Mosquitto
        says nothing of it. At most 10,000 wait; the oldest make way. After ``stop`` there are none.
        """
        if self._server is None:
            return []
        earlier, self._denials = self._denials, []
        return [*earlier, *self._server.log.take_denials()]

    def running(self) -> bool:
        """Say whether the server still serves."""
        return self._server is not None and self._server.running()

    async def stop(self) -> None:
        """Stop the server and remove its folder; safe to call twice."""
        admin, self._admin = self._admin, None
        server, self._server = self._server, None
        try:
            if admin is not None:
                await admin.close()
        finally:
            if server is not None:
                await server.stop()

    async def _start_on_free_port(self, document: str, password: str) -> Endpoint:
        attempt = 0
        while True:
            attempt += 1
            endpoint = free_endpoint()
            try:
                self._server = _launch(endpoint, document, self._bridge)
                self._admin = await _admitted(self._server, endpoint, password)
            except _PortTakenError:
                await self.stop()
                if attempt == _START_ATTEMPTS:
                    raise
            except BaseException:
                # Also when the start is cancelled: no process without anybody to stop it.
                await self.stop()
                raise
            else:
                return endpoint

    def _require_admin(self) -> AdminConnection:
        if self._admin is None:
            raise BrokerError("this broker is not running; start it first")
        return self._admin


def _launch(endpoint: Endpoint, document: str, bridge: Bridge | None) -> Server:
    reason = unavailable_reason()
    executable, plugin = find_executable(), find_plugin()
    if reason is not None or executable is None or plugin is None:
        raise BrokerError(reason or "mosquitto is not installed")
    lines = bridge.lines() if bridge is not None else []
    folder = private_folder()
    try:
        security_file, conf = folder / "dynamic-security.json", folder / "mosquitto.conf"
        write_private(security_file, document)
        write_private(conf, conf_text(endpoint, plugin, security_file, lines))
        return Server(executable, conf, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


async def _admitted(server: Server, endpoint: Endpoint, password: str) -> AdminConnection:
    """Wait until the server lets its administrator in."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _START_TIMEOUT
    while True:
        admin = AdminConnection(endpoint, password)
        try:
            await admin.connect()
        except BrokerError as error:
            await admin.close()
            if not server.running():
                tail = server.log.tail()
                kind = _PortTakenError if "Address already in use" in tail else BrokerError
                raise kind(f"mosquitto ended at its start: {tail}") from error
            if loop.time() >= deadline:
                raise BrokerError(f"mosquitto did not serve within {_START_TIMEOUT:g} s: {error}") from error
            await asyncio.sleep(_START_PAUSE)
        else:
            return admin
