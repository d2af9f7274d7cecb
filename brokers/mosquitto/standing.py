"""A Mosquitto that runs already, as a broker of one run: its accounts come and go, the server stays."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from brokers.adapter import Account, BrokerError, Denial, Endpoint, Right
from brokers.mosquitto.admin import AdminConnection
from brokers.mosquitto.keys import Address, ServerKeys
from brokers.mosquitto.leftovers import is_left, note, prefix_of, remove_runs, runs_at, send_all
from brokers.mosquitto.logtail import LogTail
from brokers.mosquitto.security import (
    MANNERS,
    Command,
    account_commands,
    give_back_commands,
    grant_commands,
    revoke_commands,
    withhold_commands,
)
from brokers.mosquitto.sweeping import sweep

_LOGGER = logging.getLogger(__name__)

_BACK_S: Final = 60.0
"""How long a server that went away may take to come back, started by whoever looks after it."""

_LOOK_S: Final = 0.5

_DENIED_BY_DEFAULT: Final = ("publishClientSend", "publishClientReceive", "subscribe")


class StandingMosquitto:
    """A run's part of a Mosquitto with the dynamic-security plugin that somebody else started.

    The accounts of the run bear its id before their names, so that runs beside each other do not meet, and their
    rights are below the root of the run. At the end accounts, roles and retained messages are taken away, also
    after a failure. The server itself is never stopped or started: an outage in which it is "killed" is one for the
    accounts of this run only, which are shut out, and whose retained messages are lost.

    Refusals are read from the server's log, where that is a file on this machine; a server elsewhere tells of none.

    Args:
        address: Where the server is.
        keys: Those of its administrator.
        run: The id of the run.
        root_of: Returns what the topics of a run begin with.

    Attributes:
        name: The address, which every message names.
        manners: Those of every Mosquitto.
    """

    manners = MANNERS

    def __init__(self, address: Address, keys: ServerKeys, run: str, root_of: Callable[[str], str]) -> None:
        self.name: str = address.url
        self._keys = keys
        self._run = run
        self._root_of = root_of
        self._endpoint = keys.endpoint(address, prefix_of(run))
        self._admin = AdminConnection(self._endpoint, keys.password, keys.username)
        self._log: LogTail | None = None
        self._usernames: tuple[str, ...] = ()
        self._lasting: frozenset[str] = frozenset()
        self._grants: set[tuple[str, str]] = set()
        self._withheld: set[tuple[str, str]] = set()
        self._shut_out = False

    @property
    def tells_refusals(self) -> bool:
        """Whether refusals to clients that are not simulated are known here."""
        return self._log is not None and self._log.reads

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        """Make the accounts of the run; return where its clients connect.

        Raises:
            BrokerError: The server cannot be reached, refuses, or allows by default what rights must allow.
        """
        if self._usernames:
            raise BrokerError("this broker was started already; stop it first, or make another")
        try:
            await self._admin.connect()
        except BrokerError as error:
            raise BrokerError(f"{self.name}: {error}") from error
        try:
            await self._require_denial_by_default()
            await self._clear_leftovers()
            self._log = LogTail(self._keys.log)
            self._usernames = tuple(account.username for account in accounts)
            self._lasting = frozenset(account.username for account in accounts if account.lasting)
            commands: list[Command] = []
            for account in accounts:
                named = replace(account, username=self._named(account.username))
                commands += account_commands(named, note())
            await send_all(self._admin, commands)
        except BaseException:
            await self.stop()
            raise
        return self._endpoint

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``; return when the server enforces them.

        Raises:
            BrokerError: The account is unknown, already holds a grant of this name, or the server refuses.
        """
        if username not in self._usernames or (username, grant) in self._grants:
            raise BrokerError(f"{username!r} is unknown, or holds the grant {grant!r} already")
        self._grants.add((username, grant))
        await self._admin.send(grant_commands(self._named(username), grant, rights))

    async def revoke(self, username: str, grant: str) -> None:
        """Take the rights of ``grant`` away; return when nothing more is delivered under them.

        Raises:
            BrokerError: The account holds no grant of this name, or the server refuses.
        """
        if (username, grant) not in self._grants:
            raise BrokerError(f"{username!r} holds no grant {grant!r} that could be revoked")
        await self._admin.send(revoke_commands(self._named(username), grant))
        self._grants.discard((username, grant))

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters; return when the server enforces it.

        Raises:
            BrokerError: The account is unknown, something is withheld under this name already, or the server refuses.
        """
        if username not in self._usernames or (username, name) in self._withheld:
            raise BrokerError(f"nothing can be withheld from {username!r} under the name {name!r}")
        self._withheld.add((username, name))
        await self._admin.send(withhold_commands(self._named(username), name, patterns))

    async def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``; return when the server does so.

        Raises:
            BrokerError: Nothing is withheld under this name, or the server refuses.
        """
        if (username, name) not in self._withheld:
            raise BrokerError(f"nothing is withheld from {username!r} under the name {name!r}")
        await self._admin.send(give_back_commands(self._named(username), name))
        self._withheld.discard((username, name))

    async def kill(self) -> None:
        """Shut the accounts of this run out, and lose what was retained: for them it is as if the server died.

        A server that did die is left at that. Safe to call twice.

        Raises:
            BrokerError: The server refuses, or does not answer.
        """
        if self._shut_out or not self._admin.connected:
            self._shut_out = True
            return
        self._shut_out = True
        await send_all(self._admin, self._for_all("disableClient"))
        await sweep(self._admin, self._endpoint, self._root_of(self._run), note())

    async def restart(self) -> None:
        """Let the accounts of this run in again; wait for the server, if it did die, until it is back.

        Raises:
            BrokerError: It does not come back, or refuses.
        """
        loop = asyncio.get_running_loop()
        give_up = loop.time() + _BACK_S
        while not self._admin.connected:
            await self._admin.close()
            try:
                await self._admin.connect()
            except BrokerError as error:
                if loop.time() >= give_up:
                    raise BrokerError(f"{self.name}: {error}") from error
                await asyncio.sleep(_LOOK_S)
        await send_all(self._admin, self._for_all("enableClient"))
        self._shut_out = False

    def take_denials(self) -> list[Denial]:
        """Return the denials of this run's accounts since the last call, in the order in which they happened.

        None, where the log of the server is not on this machine.
        """
        if self._log is None:
            return []
        prefix = self._endpoint.prefix
        return [
            replace(denial, username=denial.username.removeprefix(prefix))
            for denial in self._log.take_denials()
            if denial.username.startswith(prefix)
        ]

    def running(self) -> bool:
        """Say whether the server serves this run, as far as is known."""
        return not self._shut_out and self._admin.connected

    async def stop(self) -> None:
        """Take away what this run has on the server; safe to call twice.

        What cannot be taken away now, since the server is gone, the next run takes away, or `beeld broker clean`.
        """
        if self._log is not None:
            self._log.close()
            self._log = None
        try:
            if self._usernames:
                self._usernames = ()
                await remove_runs(self._admin, [self._run])
                await sweep(self._admin, self._endpoint, self._root_of(self._run), note())
        except BrokerError as error:
            _LOGGER.warning("accounts of run %s may be left at %s: %s", self._run, self.name, error)
        finally:
            await self._admin.close()

    def _named(self, username: str) -> str:
        return self._endpoint.prefix + username

    def _for_all(self, command: str) -> list[Command]:
        return [
            {"command": command, "username": self._named(username)}
            for username in self._usernames
            if username not in self._lasting
        ]

    async def _require_denial_by_default(self) -> None:
        (answer,) = await self._admin.ask([{"command": "getDefaultACLAccess"}])
        if "error" in answer:
            raise BrokerError(f"{self.name}: the server does not tell its defaults: {answer['error']}")
        defaults = {entry["acltype"]: entry["allow"] for entry in answer["data"]["acls"]}
        for kind in _DENIED_BY_DEFAULT:
            if defaults.get(kind, True):
                raise BrokerError(
                    f"{self.name}: expected a server that denies {kind} by default, found one that allows it; "
                    f"change it with: mosquitto_ctrl dynsec setDefaultACLAccess {kind} deny"
                )

    async def _clear_leftovers(self) -> None:
        left = [run for run, noted in (await runs_at(self._admin)).items() if is_left(noted)]
        await clear(self._admin, self._endpoint, left, self._root_of)


async def clear(
    admin: AdminConnection, endpoint: Endpoint, runs: Sequence[str], root_of: Callable[[str], str]
) -> None:
    """Take away accounts, roles and retained messages of runs.

    Args:
        admin: The administrator's connection.
        endpoint: Where clients connect.
        runs: Ids of runs.
        root_of: Returns what the topics of a run begin with.

    Raises:
        BrokerError: The server refuses, or does not answer.
    """
    await remove_runs(admin, runs)
    for run in runs:
        await sweep(admin, replace(endpoint, prefix=prefix_of(run)), root_of(run), note())
