"""A broker that does as it is told, to see what a transport makes of brokers unlike ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from brokers.adapter import Account, Denial, Endpoint, Manners, Right

ACK = 0x00
CLOSE = -1
SILENCE = -2
DISCONNECT = 0x100
"""Added to a reason code: say it in a DISCONNECT."""


@dataclass
class StubBroker:
    """Serves MQTT 5 as far as the tests need it, and notes what it was sent.

    Attributes:
        accept: The reason code of each CONNACK; or ``CLOSE``, or ``SILENCE``.
        session_present: What a CONNACK says of the session, for any but the first connection of a client.
        receive_maximum: What a CONNACK asks of publishers; None says nothing.
        on_publish: What a publication to a topic gets: a reason code, a DISCONNECT, ``CLOSE`` or ``SILENCE``.
        on_subscribe: The same for a subscription.
    """

    accept: int = ACK
    session_present: bool = True
    receive_maximum: int | None = None
    on_publish: Callable[[str], int] = lambda _topic: ACK
    on_subscribe: Callable[[str], int] = lambda _topic_filter: 1

    name: str = "stub"
    manners: Manners = field(default_factory=Manners)
    alive: bool = True
    connects: list[str] = field(default_factory=list)
    publishes: list[str] = field(default_factory=list)
    subscribes: list[tuple[str, str]] = field(default_factory=list)
    most_unacknowledged: int = 0
    writers: dict[str, asyncio.StreamWriter] = field(default_factory=dict)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _handlers: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()
        return Endpoint(host, port)

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None: ...

    async def revoke(self, username: str, grant: str) -> None: ...

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None: ...

    async def give_back(self, username: str, name: str) -> None: ...

    async def kill(self) -> None: ...

    async def restart(self) -> None: ...

    def take_denials(self) -> list[Denial]:
        return []

    def running(self) -> bool:
        return self.alive

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    def cut(self, client_id: str, code: int) -> None:
        """Disconnect a client."""
        self._answer(self.writers[client_id], DISCONNECT + code, 0x40, b"")

    def deliver(self, client_id: str, topic: bytes, payload: bytes) -> None:
        body = len(topic).to_bytes(2, "big") + topic + b"\0" + payload
        self.writers[client_id].write(bytes([0x30, len(body)]) + body)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            await self._listen(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._handlers.discard(task)
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            kind = (await reader.readexactly(1))[0] & 0xF0
            length = shift = 0
            while True:
                byte = (await reader.readexactly(1))[0]
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            body = await reader.readexactly(length)
            # All that came at once, to see how much a client sends without waiting.
            self.most_unacknowledged = max(self.most_unacknowledged, self._waiting(reader) + (kind == 0x30))
            self._take(writer, kind, body)

    def _waiting(self, reader: asyncio.StreamReader) -> int:
        return bytes(reader._buffer).count(b"beeld/")  # type: ignore[attr-defined]

    def _take(self, writer: asyncio.StreamWriter, kind: int, body: bytes) -> None:
        if kind == 0x10:
            self._take_connect(writer, body)
        elif kind == 0x30:
            topic, rest = _text(body)
            self.publishes.append(topic)
            self._answer(writer, self.on_publish(topic), 0x40, rest[:2])
        elif kind == 0x80:
            topic_filter, _ = _text(body[3:])
            self.subscribes.append((self._name_of(writer), topic_filter))
            self._answer(writer, self.on_subscribe(topic_filter), 0x90, body[:2])
        elif kind == 0xA0:
            self._answer(writer, ACK, 0xB0, body[:2])
        elif kind == 0xE0:
            writer.close()

    def _take_connect(self, writer: asyncio.StreamWriter, body: bytes) -> None:
        whole_id, _ = _text(body[11 + body[10] :])
        client_id = whole_id.rpartition("-")[0]  # without the key of the session
        present = self.session_present and client_id in self.connects
        self.connects.append(client_id)
        self.writers[client_id] = writer
        self.connected.set()
        properties = (
            b"" if self.receive_maximum is None else b"\x21" + self.receive_maximum.to_bytes(2, "big")
        )
        if self.accept == CLOSE:
            writer.close()
        elif self.accept != SILENCE:
            answer = bytes([present and self.accept == 0, self.accept, len(properties)]) + properties
            writer.write(bytes([0x20, len(answer)]) + answer)

    def _answer(self, writer: asyncio.StreamWriter, code: int, kind: int, packet_id: bytes) -> None:
        if code == SILENCE:
            return
        if code == CLOSE:
            writer.close()
        elif code >= DISCONNECT:
            writer.write(bytes([0xE0, 2, code - DISCONNECT, 0]))
            writer.close()
        elif kind == 0x40:
            writer.write(bytes([kind, 4]) + packet_id + bytes([code, 0]))
        else:
            writer.write(bytes([kind, 4]) + packet_id + bytes([0, code]))

    def _name_of(self, writer: asyncio.StreamWriter) -> str:
        return next(name for name, each in self.writers.items() if each is writer)


def _text(data: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(data[:2], "big")
    return data[2 : 2 + length].decode(), data[2 + length :]
