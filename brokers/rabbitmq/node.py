"""The processes of a cluster: a node, and the daemon by which the nodes find each other."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from brokers.adapter import BrokerError, Denial
from brokers.rabbitmq.denials import NodeDenials

_TAIL_BYTES: Final = 4_096


class Process:
    """One server process that writes what it says to a file.

    Args:
        command: What to run.
        environment: The whole of its environment.
        log: Where it writes; what stands there already is kept.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self._log = log
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - no shell of ours, and every part is ours
                command,
                cwd="/",
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                umask=0o077,
            )
        except OSError as error:
            raise BrokerError(f"rabbitmq could not be started: {error}") from error
        finally:
            os.close(descriptor)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def running(self) -> bool:
        """Say whether the process lives."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process by force, and return when it is gone; safe to call twice."""
        self._process.kill()
        self._process.wait()

    def tail(self) -> str:
        """Return the last of what it said, for a message about a server that failed."""
        with self._log.open("rb") as file:
            file.seek(max(0, self._log.stat().st_size - _TAIL_BYTES))
            return file.read().decode("utf-8", errors="replace")


class NodeLog:
    """Reads what a node says of refusals from the file that it writes to, as far as it has been written.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self._unfinished = b""
        self._denials = NodeDenials()

    def take_denials(self) -> list[tuple[str, Denial]]:
        """Return the denials since the last call, each with the time that the node gave it."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read_to)
                fresh = file.read()
        except FileNotFoundError:
            return []
        self._read_to += len(fresh)
        *lines, self._unfinished = (self._unfinished + fresh).split(b"\n")
        for line in lines:
            self._denials.feed(line)
        return self._denials.take()
