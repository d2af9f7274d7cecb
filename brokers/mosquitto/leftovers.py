"""Accounts of runs on a standing server: whose they are, and which of them a run left that was killed.

The name of an account is that of the run, a dot and that of the party; with it is kept which process on which
machine made it. A run takes its accounts away at its end, also when it fails; one that was killed cannot, and the
next one from the same machine, or `beeld broker clean`, does.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from typing import Any, Final

from brokers.adapter import BrokerError
from brokers.mosquitto.admin import AdminConnection
from brokers.mosquitto.security import Command

_NOTE: Final = "beeld run"
_BATCH: Final = 50


def prefix_of(run: str) -> str:
    """Return what the names of a run's accounts begin with."""
    return f"{run}."


def note() -> str:
    """Return what is kept with an account of a run of this process."""
    return f"{_NOTE} {socket.gethostname()} {os.getpid()}"


async def runs_at(admin: AdminConnection) -> dict[str, str]:
    """Return the runs that have accounts on a server, with the note that their accounts bear.

    Raises:
        BrokerError: The server does not answer.
    """
    (answer,) = await admin.ask([{"command": "listClients", "verbose": True}])
    if "error" in answer:
        raise BrokerError(f"mosquitto does not list its accounts: {answer['error']}")
    clients: Iterable[dict[str, Any]] = answer["data"]["clients"]
    return {
        client["username"].rpartition(".")[0]: client["textdescription"]
        for client in clients
        if str(client.get("textdescription", "")).startswith(f"{_NOTE} ") and "." in client["username"]
    }


def is_left(noted: str) -> bool:
    """Say whether an account was made by a process of this machine that is gone."""
    host, _, number = noted.removeprefix(f"{_NOTE} ").rpartition(" ")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


async def remove_runs(admin: AdminConnection, runs: Iterable[str]) -> None:
    """Take away all accounts and roles of these runs; whoever is connected with one is cut off.

    Raises:
        BrokerError: The server refuses, or does not answer.
    """
    wanted = tuple(prefix_of(run) for run in runs)
    if not wanted:
        return
    clients, roles = await admin.ask([{"command": "listClients"}, {"command": "listRoles"}])
    for answer in (clients, roles):
        if "error" in answer:
            raise BrokerError(f"mosquitto does not list its accounts: {answer['error']}")
    gone: list[Command] = [
        {"command": "deleteClient", "username": name}
        for name in clients["data"]["clients"]
        if name.startswith(wanted)
    ]
    # The name of a role is its kind, a colon, and the name of the account (brokers.mosquitto.security).
    gone += [
        {"command": "deleteRole", "rolename": name}
        for name in roles["data"]["roles"]
        if name.partition(":")[2].startswith(wanted)
    ]
    await send_all(admin, gone)


async def send_all(admin: AdminConnection, commands: Sequence[Command]) -> None:
    """Have commands carried out, so many at a time that each message stays small.

    Raises:
        BrokerError: The server refuses one of them, or does not answer.
    """
    for at in range(0, len(commands), _BATCH):
        await admin.send(commands[at : at + _BATCH])
