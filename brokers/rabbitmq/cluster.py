"""Three RabbitMQ nodes as plain processes on loopback, in a folder of their own."""

from __future__ import annotations

import asyncio
import atexit
import os
import secrets
import shutil
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from brokers.adapter import BrokerError, Denial
from brokers.rabbitmq.config import (
    ADMINISTRATOR,
    COMMON,
    CONF,
    PLUGINS,
    Ports,
    node_conf,
    node_environment,
    node_name,
)
from brokers.rabbitmq.installation import Installation
from brokers.rabbitmq.management import Management
from brokers.rabbitmq.node import NodeLog, Process
from brokers.rabbitmq.scratch import Scratch

NODES: Final = 3

_LOOPBACK: Final = "127.0.0.1"
_START_TIMEOUT_S: Final = 120.0
_LOOK_S: Final = 0.1
# Below 32768, where outgoing connections begin on Linux.
_LOWEST_PORT: Final = 20_000
_PORTS: Final = 10_000
_PORT_TAKEN: Final = "eaddrinuse"


class PortTakenError(BrokerError):
    """Another process took a port first."""


class Cluster:
    """A cluster of three nodes, from its first start until it is removed.

    Args:
        installation: The RabbitMQ that is started.

    Attributes:
        management: The API by which it is told what to do.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._ports, self._epmd_port = _free_ports()
        self._password = secrets.token_urlsafe(32)
        self._scratch = Scratch(installation.folder())
        self._folder = self._scratch.path
        self._nodes: list[Process | None] = [None] * NODES
        self._logs = [NodeLog(self._log_of(number)) for number in range(NODES)]
        self._epmd: Process | None = None
        self.management = Management(
            [(_LOOPBACK, ports.management) for ports in self._ports],
            ADMINISTRATOR,
            self._password,
            self.node_running,
        )
        atexit.register(self.remove)

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where clients connect: host and port of each node."""
        return tuple((_LOOPBACK, ports.mqtt) for ports in self._ports)

    @property
    def folder(self) -> Path:
        """The private folder of the cluster."""
        return self._folder

    @property
    def pids(self) -> list[int]:
        """The process ids of the nodes that run, and of their daemon."""
        processes = (*self._nodes, self._epmd)
        return [process.pid for process in processes if process is not None and process.running()]

    def node_running(self, number: int) -> bool:
        """Say whether a node lives, by its number from 0."""
        node = self._nodes[number]
        return node is not None and node.running()

    def serves(self) -> bool:
        """Say whether so many nodes live that the cluster goes on: more than half of them."""
        return sum(map(self.node_running, range(NODES))) * 2 > NODES

    async def start(self) -> None:
        """Start every node with nothing in it; return when they know each other and answer.

        Raises:
            BrokerError: The cluster does not come up.
            PortTakenError: A port was taken meanwhile.
        """
        self._write_files()
        if self._epmd is None or not self._epmd.running():
            command = [
                *self._installation.command(self._installation.epmd),
                "-address",
                _LOOPBACK,
                "-port",
                str(self._epmd_port),
            ]
            # Without a folder of its own, and as a child: started by a node it would outlive everybody.
            self._epmd = Process(command, {"LANG": "C.UTF-8"}, self._folder / "epmd.log")
        try:
            for number in range(NODES):
                self._start_node(number)
            await self.wait_whole()
        except BaseException:
            await self.kill()  # no half of a cluster
            raise

    async def start_node(self, number: int) -> None:
        """Start a node that died, with what it has; return when it belongs to the cluster again.

        Raises:
            BrokerError: It runs, or does not come up.
        """
        if self.node_running(number):
            raise BrokerError(f"node {number + 1} of rabbitmq runs already")
        self._start_node(number)
        await self.wait_whole()

    async def wait_whole(self) -> None:
        """Return when every node knows all others, and answers.

        Raises:
            BrokerError: A node does not run, or it takes too long.
        """
        await self._until(self._is_whole)

    async def kill_node(self, number: int) -> None:
        """Kill a node with SIGKILL; the others go on. Safe to call twice."""
        node = self._nodes[number]
        if node is not None:
            await asyncio.to_thread(node.kill)

    async def kill(self) -> None:
        """Kill every node with SIGKILL, and take away what was in them; safe to call twice."""
        for number in range(NODES):
            await self.kill_node(number)
        for number in range(NODES):
            await asyncio.to_thread(shutil.rmtree, self._of(number) / "data", ignore_errors=True)

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, of all nodes, by their time."""
        told = [each for log in self._logs for each in log.take_denials()]
        return [denial for _, denial in sorted(told, key=itemgetter(0))]

    async def stop(self) -> None:
        """End every process and remove the folder; safe to call twice."""
        await asyncio.to_thread(self.remove)

    def remove(self) -> None:
        """End every process by force and remove the folder: nothing in it is kept, so nothing is lost."""
        for process in (*self._nodes, self._epmd):
            if process is not None:
                process.kill()
        self._scratch.remove()
        atexit.unregister(self.remove)

    # -- files and processes ---------------------------------------------------------------------------

    def _of(self, number: int) -> Path:
        return self._folder / str(number + 1)

    def _log_of(self, number: int) -> Path:
        return self._folder / f"{number + 1}.log"

    def _write_files(self) -> None:
        common = self._folder / "conf.d"
        common.mkdir(exist_ok=True, mode=0o700)
        _write(common / COMMON, (CONF / COMMON).read_text("utf-8"))
        _write(self._folder / PLUGINS, (CONF / PLUGINS).read_text("utf-8"))
        cookie = self._folder / ".erlang.cookie"
        if not cookie.exists():
            _write(cookie, secrets.token_hex(20), 0o400)
        for number in range(NODES):
            here = self._of(number)
            here.mkdir(exist_ok=True, mode=0o700)
            _write(here / "node.conf", node_conf(number, self._ports, self._password))
        owner = self._installation.owner()
        if owner is not None:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, owner, owner)

    def _start_node(self, number: int) -> None:
        environment = node_environment(
            number, self._ports, self._epmd_port, self._installation.inside(self._folder)
        )
        command = self._installation.command(self._installation.script)
        self._nodes[number] = Process(command, environment, self._log_of(number))

    # -- waiting ---------------------------------------------------------------------------------------

    async def _until(self, ready: Callable[[int], Awaitable[bool]]) -> None:
        """Wait until every node that was started says that it is ready.

        Raises:
            BrokerError: One of them died, or it takes too long.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _START_TIMEOUT_S
        for number in range(NODES):
            while not await ready(number):  # a server cannot tell that it is up
                self._check_lives(number)
                if loop.time() >= deadline:
                    raise BrokerError(f"rabbitmq was not a cluster within {_START_TIMEOUT_S:g} s")
                await asyncio.sleep(_LOOK_S)

    def _check_lives(self, number: int) -> None:
        for process in (self._nodes[number], self._epmd):
            if process is not None and not process.running():
                tail = process.tail()
                kind = PortTakenError if _PORT_TAKEN in tail or "Address already" in tail else BrokerError
                raise kind(f"rabbitmq ended at its start: {tail[-600:]}")

    async def _is_whole(self, number: int) -> bool:
        try:
            answer: Any = await self.management.get("nodes", node=number)
        except BrokerError:
            return False
        running = {each["name"] for each in answer or () if each.get("running")}
        return running == {node_name(each) for each in range(NODES)}


def _free_ports() -> tuple[list[Ports], int]:
    """Return loopback ports that are free now; another process may still take one.

    None of those that the system gives to outgoing connections: while a node is dead a client could get its port.
    """
    with ExitStack() as stack:
        found: list[int] = []
        while len(found) < 3 * NODES + 1:
            probe = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            port = _LOWEST_PORT + secrets.randbelow(_PORTS)
            with suppress(OSError):
                probe.bind((_LOOPBACK, port))
                found.append(port)
    return [Ports(*found[3 * number : 3 * number + 3]) for number in range(NODES)], found[-1]


def _write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that nobody else may read, at no moment."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
