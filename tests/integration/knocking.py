"""Somebody who knocks at a broker: let in or not, and in which words."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from aiomqtt import Client, MqttError, ProtocolVersion

from brokers.adapter import Endpoint, Tls


async def knock(
    endpoint: Endpoint,
    username: str | None,
    password: str | None,
    *,
    context: ssl.SSLContext | None = None,
    websockets: bool = False,
) -> str:
    """Connect and leave; return why that failed, or nothing when it did not.

    A server that asks for a certificate refuses after the client holds the line to be ready: hence the question.
    """
    if context is None and endpoint.tls is not None:
        context = endpoint.tls.context()
    client = Client(
        endpoint.host,
        endpoint.port,
        username=username,
        password=password,
        protocol=ProtocolVersion.V5,
        transport="websockets" if websockets else "tcp",
        tls_context=context,
        timeout=10,
    )
    try:
        async with client:
            await client.unsubscribe("nothing")
    except MqttError as error:
        return str(error)
    return ""


CONNECT = bytes([0x10, 17, 0, 4]) + b"MQTT" + bytes([5, 2, 0, 60, 0, 0, 4]) + b"wire"
"""A CONNECT of MQTT 5 without a name: whoever is heard gets an answer to it."""


REFUSED = bytes([0x20, 3, 0, 0x87, 0])
"""A CONNACK: not authorised."""


def heard(endpoint: Endpoint, context: ssl.SSLContext) -> bytes:
    """Say CONNECT over TLS, and return what the server answers; nothing when it does not let the line stand."""
    with (
        contextlib.suppress(ssl.SSLError, ConnectionError),
        socket.create_connection((endpoint.host, endpoint.port), timeout=10) as bare,
        context.wrap_socket(bare, server_hostname=endpoint.host) as line,
    ):
        line.sendall(CONNECT)
        return line.recv(100)
    return b""


def trusting(tls: Tls) -> ssl.SSLContext:
    """Return a context of its own, and not the shared one: it is read from the files as they are now."""
    context = ssl.create_default_context(cafile=tls.ca)
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key)
    return context


class Impostor:
    """Somebody who serves with a certificate of their own making, and keeps what they are told."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        self.told = b""

    @property
    def port(self) -> int:
        """Return where to connect."""
        return int(self._listening.getsockname()[1])

    def close(self) -> None:
        """Serve no more."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                bare, _ = self._listening.accept()
                with (
                    bare,
                    contextlib.suppress(ssl.SSLError, ConnectionError),
                    self._context.wrap_socket(bare, server_side=True) as line,
                ):
                    self.told += line.recv(1_000)
                    line.sendall(REFUSED)


@contextlib.contextmanager
def impostor(certificate: Path, key: Path) -> Iterator[Impostor]:
    """Serve with a certificate."""
    serving = Impostor(certificate, key)
    try:
        yield serving
    finally:
        serving.close()
