"""A standing Mosquitto in a folder of its own, started and stopped as `beeld broker` does."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from brokers.mosquitto import MosquittoBroker
from brokers.mosquitto.config import Ports, Standing
from brokers.mosquitto.folder import ServerFolder
from brokers.mosquitto.keys import ServerKeys, load_keys
from brokers.mosquitto.service import down, up

_REASON = MosquittoBroker.available()
NEEDS_MOSQUITTO = [
    pytest.mark.mosquitto,
    pytest.mark.skipif(_REASON is not None, reason=str(_REASON)),
]


@dataclass(frozen=True)
class StandingServer:
    """A server that runs."""

    folder: ServerFolder
    ports: Ports

    @property
    def url(self) -> str:
        """Return where its clients connect, encrypted."""
        return f"mqtts://localhost:{self.ports.mqtts}"

    @property
    def open_url(self) -> str:
        """Return where they connect without encryption."""
        return f"mqtt://localhost:{self.ports.mqtt}"

    @property
    def keys(self) -> ServerKeys:
        """Return its administrator's keys."""
        return load_keys(self.folder.keys)


def free_ports() -> Ports:
    """Return four ports that are free now."""
    probes = [socket.socket() for _ in range(4)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return Ports(*(probe.getsockname()[1] for probe in probes))
    finally:
        for probe in probes:
            probe.close()


@contextmanager
def own_folder() -> Iterator[ServerFolder]:
    """Make a folder for a server; not below that of the tests, which another user could not enter."""
    folder = Path(tempfile.mkdtemp(prefix="beeld-test-broker-"))
    try:
        yield ServerFolder(folder)
    finally:
        down(ServerFolder(folder))
        shutil.rmtree(folder)


@contextmanager
def standing_server(*, client_certificates: bool = False) -> Iterator[StandingServer]:
    """Start a server, and stop it afterwards."""
    with own_folder() as folder:
        ports = free_ports()
        up(folder, Standing(ports=ports, client_certificates=client_certificates))
        try:
            yield StandingServer(folder, ports)
        finally:
            down(folder)
