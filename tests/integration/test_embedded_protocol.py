"""The embedded broker on a socket, spoken to in bytes: limits, time-outs, and nonsense."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Self

import mqtt5
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brokers.adapter import Account, Action, BrokerError, Denial, Endpoint, Right
from brokers.embedded import EmbeddedBroker, Limits, server

ACCOUNTS = [Account("all", "secret", (Right(Action.PUBLISH, "#"), Right(Action.READ, "#")))]
IN_TIME_S = 10


@asynccontextmanager
async def serving(limits: Limits | None = None) -> AsyncIterator[tuple[EmbeddedBroker, Endpoint]]:
    broker = EmbeddedBroker(limits=limits)
    endpoint = await broker.start(ACCOUNTS)
    try:
        yield broker, endpoint
    finally:
        await broker.stop()


class Raw:
    """A socket to the broker."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(self._endpoint.host, self._endpoint.port)
        self._received = b""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def packet(self) -> mqtt5.Packet | None:
        """Return the next packet, None when the broker closed the connection."""
        while True:
            try:
                packet, size = mqtt5.read(memoryview(self._received))
            except IndexError:
                try:
                    data = await asyncio.wait_for(self.reader.read(65_536), IN_TIME_S)
                except ConnectionError:
                    return None
                if not data:
                    return None
                self._received += data
                continue
            self._received = self._received[size:]
            return packet

    async def say(self, data: bytes) -> mqtt5.Packet | None:
        self.writer.write(data)
        return await self.packet()

    async def connected(self, client_id: str = "raw", **options: object) -> None:
        answer = await self.say(connect(client_id, **options))
        assert isinstance(answer, mqtt5.ConnAckPacket)
        assert int(answer.reason_code) == 0


def connect(client_id: str = "raw", **options: object) -> bytes:
    wanted: dict[str, object] = {"username": "all", "password": b"secret", "clean_start": True} | options
    return mqtt5.ConnectPacket(client_id, **wanted).write()  # type: ignore[arg-type]


def code(packet: mqtt5.Packet | None) -> int:
    assert isinstance(packet, mqtt5.ConnAckPacket | mqtt5.DisconnectPacket)
    return int(packet.reason_code)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00", 0x84),  # MQTT 3.1.1
        (connect(password=b"wrong"), 0x86),
        (b"\x10\x05\x00\x04MQT", 0x81),
    ],
)
async def test_connect_refused(data: bytes, expected: int) -> None:
    async with serving() as (_broker, endpoint), Raw(endpoint) as raw:
        assert code(await raw.say(data)) == expected
        assert await raw.packet() is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x30\x04\x00\x01\xff\x00", 0x81),
        (b"\x30\xff\xff\xff\x7f", 0x95),
        (b"\x82\x03\x00\x01\x00", 0x82),
        (b"\x30\x04\x00\x01+\x00", 0x90),
        (connect(), 0x82),
    ],
)
async def test_errors_end_one_connection_only(data: bytes, expected: int) -> None:
    async with serving() as (broker, endpoint), Raw(endpoint) as raw, Raw(endpoint) as other:
        await other.connected("other")
        await raw.connected()
        assert code(await raw.say(data)) == expected
        assert await raw.packet() is None
        assert isinstance(await other.say(mqtt5.PingReqPacket().write()), mqtt5.PingRespPacket)
        assert broker.running()


async def test_keep_alive() -> None:
    async with serving() as (_broker, endpoint), Raw(endpoint) as raw:
        await raw.connected(keep_alive=1)
        assert code(await raw.packet()) == 0x8D
        assert await raw.packet() is None


async def test_who_says_nothing_is_closed() -> None:
    async with serving(Limits(connect_timeout_s=0.05)) as (_broker, endpoint), Raw(endpoint) as raw:
        assert await raw.packet() is None


async def test_limit_on_connections() -> None:
    limits = Limits(connections=2, spare_sockets=1)
    async with serving(limits) as (_broker, at), Raw(at) as one, Raw(at) as two, Raw(at) as three:
        await one.connected("one")
        await two.connected("two")
        assert code(await three.say(connect("three"))) == 0x97
        assert await three.packet() is None


async def test_limit_on_sockets() -> None:
    limits = Limits(connections=1, spare_sockets=1)
    async with (
        serving(limits) as (_broker, endpoint),
        Raw(endpoint) as one,
        Raw(endpoint),
        Raw(endpoint) as last,
    ):
        assert await last.packet() is None  # not even heard
        await one.connected()


async def test_who_does_not_read_is_cut_off() -> None:
    limits = Limits(outgoing_bytes=200_000)
    async with serving(limits) as (_broker, endpoint), Raw(endpoint) as watcher, Raw(endpoint) as flooder:
        await watcher.connected("watcher")
        await flooder.connected("flooder")
        await watcher.say(mqtt5.SubscribePacket(1, [mqtt5.TopicFilter("will")]).write())
        slow = socket.create_connection((endpoint.host, endpoint.port))
        slow.sendall(connect("slow", will=mqtt5.Will("will")))
        slow.sendall(mqtt5.SubscribePacket(1, [mqtt5.TopicFilter("flood")]).write())
        flood = mqtt5.PublishPacket("flood", b"x" * 50_000, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=1).write()
        gone = asyncio.ensure_future(watcher.packet())
        while not gone.done():
            assert isinstance(await flooder.say(flood), mqtt5.PubAckPacket)
        packet = await gone
        assert isinstance(packet, mqtt5.PublishPacket)
        assert packet.topic == "will"
        slow.close()


async def test_delayed_will_and_retained_expiry_need_no_traffic() -> None:
    async with serving() as (broker, endpoint), Raw(endpoint) as watcher:
        await watcher.connected("watcher")
        await watcher.say(mqtt5.SubscribePacket(1, [mqtt5.TopicFilter("will")]).write())
        async with Raw(endpoint) as raw:
            will = mqtt5.Will("will", will_delay_interval=1)
            await raw.connected("raw", will=will, session_expiry_interval=60)
        packet = await watcher.packet()
        assert isinstance(packet, mqtt5.PublishPacket)
        assert packet.topic == "will"
        assert broker.running()


async def test_stop_tells_clients() -> None:
    async with serving() as (broker, endpoint), Raw(endpoint) as raw, Raw(endpoint) as silent:
        await raw.connected()
        stopping = asyncio.ensure_future(broker.stop())
        assert code(await raw.packet()) == 0x8B
        assert await raw.packet() is None
        assert await silent.packet() is None
        await stopping
        assert not broker.running()
        await broker.stop()


async def test_stop_does_not_wait_for_who_does_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_LINGER_S", 0.01)
    async with serving(Limits(outgoing_bytes=10**9)) as (broker, at), Raw(at) as raw:
        with socket.create_connection((at.host, at.port)) as slow:
            slow.sendall(connect("slow") + mqtt5.SubscribePacket(1, [mqtt5.TopicFilter("flood")]).write())
            await raw.connected()
            flood = mqtt5.PublishPacket("flood", b"x" * 900_000, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=1)
            for _ in range(20):  # more than the buffers of the system hold
                assert isinstance(await raw.say(flood.write()), mqtt5.PubAckPacket)
            await broker.stop()
            assert not broker.running()


async def test_small_packets_are_sent_at_once() -> None:
    async with serving() as (broker, endpoint), Raw(endpoint) as raw:
        await raw.connected()
        assert broker._server is not None
        (client,) = broker._server._sockets
        assert client._transport is not None
        accepted = client._transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_the_port_is_taken() -> None:
    async with serving() as (_broker, endpoint):
        second = EmbeddedBroker(port=endpoint.port)
        with pytest.raises(BrokerError, match="choose another port"):
            await second.start(ACCOUNTS)
        await second.stop()


async def test_start_twice_and_again() -> None:
    broker = EmbeddedBroker()
    await broker.start(ACCOUNTS)
    with pytest.raises(BrokerError, match="runs already"):
        await broker.start(ACCOUNTS)
    await broker.stop()
    await broker.start(ACCOUNTS)
    assert broker.running()
    await broker.stop()


async def test_errors_name_the_user() -> None:
    async with serving() as (broker, _endpoint):
        with pytest.raises(BrokerError, match="'ghost'"):
            await broker.grant("ghost", "g", [])
        with pytest.raises(BrokerError, match="'ghost'"):
            await broker.revoke("ghost", "g")
        with pytest.raises(BrokerError, match="a#"):
            await broker.grant("all", "g", [Right(Action.READ, "a#")])
    with pytest.raises(BrokerError, match="'bad'"):
        await EmbeddedBroker().start([Account("bad", "x", (Right(Action.READ, ""),))])


async def test_denials_are_bounded() -> None:
    async with serving(Limits(denials=2)) as (broker, endpoint), Raw(endpoint) as raw:
        await raw.connected()
        for packet_id in (1, 2, 3):
            packet = mqtt5.PublishPacket("$x", b"", qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=packet_id)
            await raw.say(packet.write())
        denials: list[Denial] = broker.take_denials()
        assert len(denials) == 2
        assert broker.denials_lost == 1
        assert broker.take_denials() == []
        assert broker.take_overflows() == []


# -- nonsense ----------------------------------------------------------------------------------------------

SEEDS = st.sampled_from(
    [
        mqtt5.PublishPacket("a/b", b"xy", qos=mqtt5.QoS.EXACTLY_ONCE, packet_id=4, content_type="é").write(),
        mqtt5.SubscribePacket(3, [mqtt5.TopicFilter("#")], subscription_id=300).write(),
        mqtt5.UnsubscribePacket(3, ["a/+"]).write(),
        mqtt5.PubAckPacket(1, reason_str="é").write(),
        mqtt5.PubRelPacket(4, reason_str="é").write(),
        connect(will=mqtt5.Will("w", payload=b"x", user_properties=[("é", "b")])),
        mqtt5.DisconnectPacket(session_expiry_interval=4).write(),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A packet with a few bytes changed, so that much of it is still understood."""
    data = bytearray(draw(SEEDS))
    for _ in range(draw(st.integers(0, 3))):
        position = draw(st.integers(0, len(data) - 1))
        data[position] = draw(st.sampled_from((0, 1, 0x26, 0x7F, 0x80, 0xC3, 0xFF)))
    return bytes(data)


NONSENSE = st.lists(st.one_of(st.binary(max_size=60), damaged(), damaged()), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), NONSENSE), min_size=1, max_size=5))
def test_nonsense_never_stops_the_broker(attempts: list[tuple[bool, list[bytes]]]) -> None:
    asyncio.run(_withstand(attempts))


async def _withstand(attempts: list[tuple[bool, list[bytes]]]) -> None:
    complaints: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    async with serving() as (_broker, endpoint):
        for after_connect, chunks in attempts:
            async with Raw(endpoint) as raw:
                if after_connect:
                    await raw.connected(session_expiry_interval=60)
                raw.writer.write(b"".join(chunks))
                raw.writer.write_eof()
                with suppress(ConnectionError):
                    await raw.reader.read()
        async with Raw(endpoint) as good:
            await good.connected("good")
            await good.say(mqtt5.SubscribePacket(1, [mqtt5.TopicFilter("still/here")]).write())
            packet = await good.say(mqtt5.PublishPacket("still/here", b"yes").write())
            assert isinstance(packet, mqtt5.PublishPacket)
            assert packet.payload == b"yes"
    assert complaints == []
