"""A client made of bytes, for the tests of one connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mqtt5

from brokers.embedded.connection import Connection, Phase
from tests.unit.brokers.embedded.bench import Bench

QOS = mqtt5.QoS


class Wire:
    """A client made of bytes, on a connection without a socket."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.unread = 0
        self.wakes = 0
        bench.user("all")
        self.connection = Connection(
            bench.router, now=bench.now, wake=self._wake, backlog=lambda: self.unread
        )

    def _wake(self) -> None:
        self.wakes += 1

    def send(self, *data: bytes) -> list[mqtt5.Packet]:
        for chunk in data:
            self.connection.receive(chunk, self.bench.now)
        return self.read()

    def read(self) -> list[mqtt5.Packet]:
        return list(self._packets(self.connection.take_output(self.bench.now)))

    def _packets(self, data: bytes) -> Iterator[mqtt5.Packet]:
        while data:
            packet, size = mqtt5.read(memoryview(data))
            yield packet
            data = data[size:]

    @property
    def open(self) -> bool:
        return self.connection.phase is Phase.CONNECTED


def connect(client_id: str = "c", **options: object) -> bytes:
    wanted: dict[str, object] = {"username": "all", "password": b"secret", "clean_start": True} | options
    return mqtt5.ConnectPacket(client_id, **wanted).write()  # type: ignore[arg-type]


def publish(topic: str = "a", qos: int = 1, packet_id: int | None = 1, **options: Any) -> bytes:
    return mqtt5.PublishPacket(topic, b"x", qos=QOS(qos), packet_id=packet_id, **options).write()


def subscribe(*patterns: str, packet_id: int = 9) -> bytes:
    return mqtt5.SubscribePacket(packet_id, [mqtt5.TopicFilter(pattern) for pattern in patterns]).write()


def code_of(packets: list[mqtt5.Packet]) -> int:
    (packet,) = packets
    assert isinstance(packet, mqtt5.ConnAckPacket | mqtt5.DisconnectPacket)
    return int(packet.reason_code)
