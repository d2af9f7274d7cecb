"""Workers on this machine: processes that end when the coordinator does, whatever ends it.

What a worker needs to know it reads from its standard input, so that no password stands on a command line or in an
environment; and that input stays open as long as the coordinator lives.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from typing import Final

import msgspec

from brokers.adapter import Endpoint
from sim.transport.port import TransportError

MODULE: Final = "sim.session.workers"
"""The module that is a worker when Python runs it."""

_STOP_S: Final = 5.0


class Calling(msgspec.Struct, frozen=True):
    """What a worker on this machine is told when it starts: one line of JSON."""

    worker: str
    host: str
    port: int
    prefix: str
    tls: Mapping[str, str | None] | None
    run: str
    password: str


class Process:
    """One worker on this machine.

    Args:
        process: Its process.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, worker: str, endpoint: Endpoint, run: str, password: str) -> Process:
        """Start a worker.

        Raises:
            TransportError: It cannot be started.
        """
        tls = endpoint.tls
        paths = None
        if tls is not None:
            found = {"ca": tls.ca, "certificate": tls.certificate, "key": tls.key}
            paths = {name: None if path is None else str(path) for name, path in found.items()}
        calling = Calling(worker, endpoint.host, endpoint.port, endpoint.prefix, paths, run, password)
        try:
            # In a session of its own: an interrupt from the terminal is for the coordinator, which lets it go.
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, stdin=PIPE, start_new_session=True
            )
            assert process.stdin is not None, "it was asked for"
            process.stdin.write(msgspec.json.encode(calling) + b"\n")
            await process.stdin.drain()
        except OSError as error:
            raise TransportError(f"{worker}: cannot be started: {error}") from error
        return cls(process)

    @property
    def pid(self) -> int:
        """Return its number."""
        return self._process.pid

    async def ended(self) -> str:
        """Return how it ended, in words, once it has."""
        code = await self._process.wait()
        if code >= 0:
            return f"ended with exit code {code}"
        return f"was ended by {signal.Signals(-code).name}"

    async def stop(self) -> None:
        """End it, by force if need be; safe to call twice."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it by force; safe to call twice."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
