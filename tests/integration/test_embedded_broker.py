"""The embedded broker with the clients that people use: aiomqtt and paho."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from brokers.adapter import Account, Action, Attempt, Broker, Denial, Endpoint, Right
from brokers.embedded import EmbeddedBroker

ALL = (Right(Action.PUBLISH, "#"), Right(Action.READ, "#"))
ACCOUNTS = [
    Account("all", "secret", ALL),
    Account("some", "secret", (Right(Action.PUBLISH, "own/#"), Right(Action.READ, "own/#"))),
]
IN_TIME_S = 10
Events = queue.Queue[tuple[str, Any]]


@pytest.fixture
async def broker() -> AsyncIterator[EmbeddedBroker]:
    broker = EmbeddedBroker()
    yield broker
    await broker.stop()


@pytest.fixture
async def endpoint(broker: EmbeddedBroker) -> Endpoint:
    return await broker.start(ACCOUNTS)


def client(endpoint: Endpoint, username: str = "all", **options: Any) -> aiomqtt.Client:
    return aiomqtt.Client(
        endpoint.host,
        endpoint.port,
        username=username,
        protocol=aiomqtt.ProtocolVersion.V5,
        **({"password": "secret"} | options),
    )


def properties_of(packet_type: int) -> Properties:
    return Properties(packet_type)  # type: ignore[no-untyped-call]


def keep_session(seconds: int = 60) -> Properties:
    properties = properties_of(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = seconds
    return properties


async def take(reader: aiomqtt.Client, count: int = 1) -> list[aiomqtt.Message]:
    """Return the next messages; a message too few is a time-out with the name of the test."""
    messages = aiter(reader.messages)
    return [await asyncio.wait_for(anext(messages), IN_TIME_S) for _ in range(count)]


def payloads(messages: list[aiomqtt.Message]) -> list[object]:
    return [message.payload for message in messages]


def test_it_is_a_broker() -> None:
    broker: Broker = EmbeddedBroker()
    assert (broker.name, broker.manners.disconnects_on_change, broker.running()) == ("embedded", False, False)


@pytest.mark.parametrize("wanted", [0, 1, 2])
async def test_every_quality_of_service(endpoint: Endpoint, wanted: int) -> None:
    async with client(endpoint) as writer, client(endpoint) as reader:
        await reader.subscribe("a/+/c", qos=wanted)
        for qos in (0, 1, 2):
            await writer.publish("a/b/c", b"%d" % qos, qos=qos)
        messages = await take(reader, 3)
        assert payloads(messages) == [b"0", b"1", b"2"]
        assert [message.qos for message in messages] == [min(qos, wanted) for qos in (0, 1, 2)]


async def test_many_messages_in_order(endpoint: Endpoint) -> None:
    async with client(endpoint) as writer, client(endpoint) as reader:
        await reader.subscribe("a", qos=1)
        expected = [b"%d" % n for n in range(1_500)]
        for payload in expected:
            await writer.publish("a", payload, qos=0)
        assert payloads(await take(reader, len(expected))) == expected


async def test_retained(endpoint: Endpoint) -> None:
    async with client(endpoint) as writer, client(endpoint) as reader:
        await writer.publish("a/1", b"old", qos=1, retain=True)
        await writer.publish("a/1", b"new", qos=1, retain=True)
        await writer.publish("a/2", b"cleared", qos=1, retain=True)
        await writer.publish("a/2", b"", qos=1, retain=True)
        await reader.subscribe("a/#", qos=1)
        (message,) = await take(reader)
        assert (message.payload, message.retain) == (b"new", True)
        await writer.publish("a/3", b"live", qos=1, retain=True)
        (message,) = await take(reader)
        assert (message.payload, message.retain) == (b"live", False)


async def test_properties_pass_through(endpoint: Endpoint) -> None:
    sent = properties_of(PacketTypes.PUBLISH)
    sent.PayloadFormatIndicator = 1
    sent.MessageExpiryInterval = 60
    sent.ContentType = "application/json"
    sent.ResponseTopic = "antwoord"
    sent.CorrelationData = b"\x01\xff"
    sent.UserProperty = [("bron", "één"), ("bron", "twee")]
    async with client(endpoint) as writer, client(endpoint) as reader:
        wanted = properties_of(PacketTypes.SUBSCRIBE)
        wanted.SubscriptionIdentifier = 300
        await reader.subscribe("a", options=SubscribeOptions(qos=1), properties=wanted)
        await writer.publish("a", b"{}", qos=1, properties=sent)
        (message,) = await take(reader)
    got = message.properties
    assert got is not None
    assert vars(got) | {"packetType": 0} == vars(sent) | {"SubscriptionIdentifier": [300], "packetType": 0}


async def test_a_will(endpoint: Endpoint) -> None:
    async with client(endpoint) as reader:
        await reader.subscribe("will", qos=1)
        will = aiomqtt.Will("will", b"gone", qos=1)
        async with client(endpoint, will=will) as careless:
            careless._client._sock_close()  # no goodbye
            (message,) = await take(reader)
            assert message.payload == b"gone"


async def test_a_session_is_resumed(endpoint: Endpoint) -> None:
    options: dict[str, Any] = {"identifier": "r", "clean_start": False, "properties": keep_session()}
    async with client(endpoint, **options) as reader:
        await reader.subscribe("a", qos=1)
    async with client(endpoint) as writer:
        for n in range(3):
            await writer.publish("a", b"%d" % n, qos=1)
    async with client(endpoint, **options) as reader:
        assert payloads(await take(reader, 3)) == [b"0", b"1", b"2"]


async def test_takeover(endpoint: Endpoint) -> None:
    async with client(endpoint, identifier="r") as first, client(endpoint, identifier="r") as second:
        with pytest.raises(aiomqtt.MqttError):
            await take(first)
        await second.subscribe("a")
        await second.publish("a", b"mine")
        assert payloads(await take(second)) == [b"mine"]


@pytest.mark.parametrize(("username", "password"), [("all", "wrong"), ("nobody", "secret")])
async def test_bad_password(endpoint: Endpoint, username: str, password: str) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"Bad user name or password|134"):
        async with client(endpoint, username, password=password):
            pass


async def test_another_user_cannot_take_over(endpoint: Endpoint) -> None:
    async with client(endpoint, identifier="r"):
        with pytest.raises(aiomqtt.MqttError):
            async with client(endpoint, "some", identifier="r"):
                pass


async def test_denied_subscription(broker: EmbeddedBroker, endpoint: Endpoint) -> None:
    async with client(endpoint, "some", identifier="s") as reader:
        codes = await reader.subscribe([("own/a", 1), ("other", 1), ("#", 1)])
        assert [reason.value for reason in codes if not isinstance(reason, int)] == [1, 0x87, 0x87]
    assert broker.take_denials() == [
        Denial("some", "s", Attempt.SUBSCRIBE, "other", 0x87),
        Denial("some", "s", Attempt.SUBSCRIBE, "#", 0x87),
    ]


async def test_revoke_and_grant_while_connected(broker: EmbeddedBroker, endpoint: Endpoint) -> None:
    await broker.grant("some", "g", [Right(Action.READ, "inc/#")])
    async with client(endpoint) as writer, client(endpoint, "some", identifier="s") as reader:
        await reader.subscribe("inc/#", qos=1)
        await reader.subscribe("own/#", qos=1)
        await writer.publish("inc/7", b"1", qos=1)
        await broker.revoke("some", "g")
        await writer.publish("inc/7", b"secret", qos=1)
        await writer.publish("own/x", b"2", qos=1)
        await broker.grant("some", "g", [Right(Action.READ, "inc/#")])
        await writer.publish("inc/7", b"3", qos=1)
        assert payloads(await take(reader, 3)) == [b"1", b"2", b"3"]
    assert broker.take_denials() == [Denial("some", "s", Attempt.DELIVER, "inc/7", None)]


async def test_revoke_reaches_what_waits_for_an_absent_client(
    broker: EmbeddedBroker, endpoint: Endpoint
) -> None:
    options: dict[str, Any] = {"identifier": "s", "clean_start": False, "properties": keep_session()}
    await broker.grant("some", "g", [Right(Action.READ, "inc/#")])
    async with client(endpoint, "some", **options) as reader:
        await reader.subscribe("inc/#", qos=1)
        await reader.subscribe("own/#", qos=1)
    async with client(endpoint) as writer:
        await writer.publish("inc/7", b"secret", qos=1)
        await writer.publish("own/x", b"mine", qos=1)
        await broker.revoke("some", "g")
    async with client(endpoint, "some", **options) as reader:
        assert payloads(await take(reader)) == [b"mine"]


# -- paho, with its callbacks ------------------------------------------------------------------------------


@contextmanager
def paho_client(endpoint: Endpoint, username: str) -> Iterator[tuple[paho.Client, Events]]:
    """A client in a thread of its own; what happens to it lands in the queue."""
    events: Events = queue.Queue()
    user = paho.Client(CallbackAPIVersion.VERSION2, client_id="p", protocol=paho.MQTTv5)
    user.username_pw_set(username, "secret")
    user.on_connect = lambda _c, _u, _f, code, _p: events.put(("connect", code.value))
    user.on_publish = lambda _c, _u, _mid, code, _p: events.put(("publish", code.value))
    user.on_subscribe = lambda _c, _u, _mid, codes, _p: events.put(("subscribe", [c.value for c in codes]))
    user.on_message = lambda _c, _u, message: events.put(("message", message.payload))
    user.on_disconnect = lambda _c, _u, _f, code, _p: events.put(("disconnect", code.value))
    user.connect(endpoint.host, endpoint.port)
    user.loop_start()
    try:
        yield user, events
    finally:
        user.disconnect()
        user.loop_stop()
        user._reset_sockets(sockpair_only=True)  # which loop_stop leaves to the garbage collector


def use_paho(endpoint: Endpoint) -> list[tuple[str, Any]]:
    with paho_client(endpoint, "some") as (user, events):
        seen = [events.get(timeout=IN_TIME_S)]
        user.publish("other", b"x", qos=1)
        seen.append(events.get(timeout=IN_TIME_S))
        user.publish("other", b"x", qos=2)
        seen.append(events.get(timeout=IN_TIME_S))
        user.subscribe([("other", SubscribeOptions(qos=1)), ("own/#", SubscribeOptions(qos=2))])
        seen.append(events.get(timeout=IN_TIME_S))
        user.publish("own/x", b"mine", qos=2)
        last = [events.get(timeout=IN_TIME_S) for _ in range(2)]
    return seen + sorted(last)


async def test_paho_sees_the_reason_codes(broker: EmbeddedBroker, endpoint: Endpoint) -> None:
    seen = await asyncio.to_thread(use_paho, endpoint)
    assert seen == [
        ("connect", 0),
        ("publish", 0x87),
        ("publish", 0x92),  # paho answers the refusing PUBREC with a PUBREL, and reports what that leads to
        ("subscribe", [0x87, 2]),
        ("message", b"mine"),
        ("publish", 0),
    ]
    assert [denial.attempt for denial in broker.take_denials()] == ["publish", "publish", "subscribe"]
