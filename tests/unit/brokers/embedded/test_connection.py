"""The protocol of one connection, as bytes: what the standard says to every kind of nonsense."""

from __future__ import annotations

from typing import Any

import mqtt5
import pytest

from brokers.adapter import Attempt, Denial
from brokers.embedded import Limits, Message, Router
from brokers.embedded.connection import Phase
from tests.unit.brokers.embedded.bench import Bench
from tests.unit.brokers.embedded.wire import Wire, code_of, connect, publish, subscribe


@pytest.fixture
def wire(bench: Bench) -> Wire:
    return Wire(bench)


@pytest.fixture
def online(wire: Wire) -> Wire:
    wire.send(connect())
    return wire


def test_connack_says_what_the_broker_offers(wire: Wire) -> None:
    (answer,) = wire.send(connect("", session_expiry_interval=2**32 - 1))
    assert isinstance(answer, mqtt5.ConnAckPacket)
    limits = wire.bench.router.limits
    assert int(answer.reason_code) == 0
    assert answer.assigned_client_id == "assigned-1"
    assert answer.session_expiry_interval == limits.session_expiry_s
    assert (answer.receive_max, answer.max_packet_size) == (limits.receive_maximum, limits.packet_bytes)
    assert (answer.topic_alias_max, answer.shared_subscription_available) == (0, False)


def test_one_byte_at_a_time(wire: Wire) -> None:
    stream = connect() + subscribe("a") + publish(qos=0, packet_id=None)
    answers = wire.send(*(bytes([byte]) for byte in stream))
    assert [type(answer).__name__ for answer in answers] == ["ConnAckPacket", "SubAckPacket", "PublishPacket"]


def test_all_at_once(wire: Wire) -> None:
    answers = wire.send(connect() + subscribe("a") + publish() + mqtt5.PingReqPacket().write())
    names = [type(answer).__name__ for answer in answers]
    assert names == ["ConnAckPacket", "SubAckPacket", "PublishPacket", "PubAckPacket", "PingRespPacket"]


MQTT_3_1_1 = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"
MQTT_3_1 = b"\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x00"


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (MQTT_3_1_1, 0x84),
        (MQTT_3_1, 0x84),
        (b"\x10\x0d\x00\x04MQTT\x06\x02\x00\x3c\x00\x00\x00", 0x84),
        (b"\x10\x0d\x00\x04MQTT\x05\x03\x00\x3c\x00\x00\x00", 0x81),  # reserved connect flag
        (b"\x10\x0d\x00\x04MQTT\x05\x0a\x00\x3c\x00\x00\x00", 0x81),  # will QoS without a will
        (b"\x10\x05\x00\x04MQT", 0x81),
        (b"\x10\x10\x00\x04MQTT\x05\x02\x00\x3c\x03\x21\x00\x00\x00\x00", 0x82),  # receive maximum 0
        (b"\x10\xff\xff\xff\xff\x01", 0x81),
        (b"\x10\xff\xff\xff\x7f", 0x95),
        (connect(username="all", password=b"wrong"), 0x86),
        (connect(username="nobody"), 0x86),
        (connect(username=None, password=None), 0x86),
        (connect("a_b").replace(b"a_b", b"a\0b"), 0x81),
        (connect(authentication_method="SCRAM"), 0x8C),
        (connect(will=mqtt5.Will("a/b")).replace(b"a/b", b"a/#"), 0x90),
        (connect(will=mqtt5.Will("a", response_topic="b/c")).replace(b"b/c", b"b/+"), 0x82),
    ],
)
def test_refused_connect(wire: Wire, first: bytes, code: int) -> None:
    assert code_of(wire.send(first)) == code
    assert wire.connection.phase is Phase.CLOSED
    assert wire.send(connect()) == []


@pytest.mark.parametrize(
    "first", [b"\xc0\x00", publish(), b"\x00\x00", b"GET / HTTP/1.1\r\n\r\n", b"\xe0\x00"]
)
def test_anything_before_connect_closes_without_a_word(wire: Wire, first: bytes) -> None:
    assert wire.send(first) == []
    assert wire.connection.phase is Phase.CLOSED


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (connect(), 0x82),
        (b"\xf0\x00", 0x82),  # AUTH without a method agreed on
        (b"\x20\x03\x00\x00\x00", 0x82),  # CONNACK from a client
        (b"\x00\x00", 0x81),
        (b"\x30\xff\xff\xff\xff\x01", 0x81),
        (b"\x30\xff\xff\xff\x7f", 0x95),
        (b"\x30\x00", 0x81),
        (b"\x36\x06\x00\x01a\x00\x01\x00", 0x81),  # QoS 3
        (b"\x38\x04\x00\x01a\x00", 0x81),  # DUP with QoS 0
        (b"\x32\x06\x00\x01a\x00\x00\x00", 0x82),  # packet id 0
        (b"\x30\x03\x00\x00\x00", 0x82),  # no topic, no alias
        (b"\x30\x04\x00\x01\x00\x00", 0x81),  # null in the topic
        (b"\x30\x04\x00\x01\xff\x00", 0x81),  # not UTF-8: the codec would panic
        (b"\x30\x06\x00\x03\xed\xa0\x80\x00", 0x81),  # a surrogate
        (b"\x30\x09\x00\x01a\x05\x26\x00\x01\xff\x00", 0x81),  # in a user property
        (b"\x30\x06\x00\x01a\x02\x7f\x01", 0x81),  # unknown property
        (b"\x30\x06\x00\x01a\x01\x01\x01", 0x81),  # properties end too early
        (b"\x30\x06\x00\x01a\x02\x01\x02", 0x82),  # payload format 2
        (b"\x30\x06\x00\x01a\x02\x0b\x01", 0x82),  # subscription identifier from a client
        (b"\x30\x07\x00\x01a\x03\x23\x00\x01", 0x94),
        (b"\x30\x07\x00\x01a\x03\x23\x00\x00", 0x94),
        (publish("a/b").replace(b"a/b", b"a/+"), 0x90),
        (publish(response_topic="b/c").replace(b"b/c", b"b/#"), 0x82),
        (b"\x82\x03\x00\x01\x00", 0x82),  # SUBSCRIBE without filters
        (subscribe("a", packet_id=0), 0x82),
        (b"\x82\x07\x00\x01\x00\x00\x01a\x40", 0x81),  # reserved option bits
        (b"\x82\x07\x00\x01\x00\x00\x01a\x03", 0x81),  # maximum QoS 3
        (b"\x82\x09\x00\x01\x02\x0b\x00\x00\x01a\x00", 0x82),  # subscription identifier 0
        (b"\x80\x07\x00\x01\x00\x00\x01a\x00", 0x81),  # wrong flags
        (b"\xa2\x03\x00\x01\x00", 0x82),  # UNSUBSCRIBE without filters
        (b"\x60\x02\x00\x01", 0x81),  # PUBREL with wrong flags
        (b"\xc0\x01\x00", 0x81),
        (mqtt5.DisconnectPacket(session_expiry_interval=5).write(), 0x82),
    ],
)
def test_what_ends_a_connection(online: Wire, data: bytes, code: int) -> None:
    watcher = online.bench.connect("watcher")
    online.bench.subscribe("watcher", "#")
    assert code_of(online.send(data)) == code
    assert online.connection.phase is Phase.CLOSED
    assert online.bench.router._sessions.keys() == {"watcher"}
    assert watcher.got == []


def test_refusals_that_keep_the_connection(online: Wire) -> None:
    answers = online.send(
        publish("$SYS/a", 1, 1),
        publish("$SYS/a", 2, 2),
        publish("$SYS/a", 0, None),
        subscribe("a_", "$share/g/a", "a").replace(b"a_", b"a#"),
        mqtt5.UnsubscribePacket(4, ["a", "b"]).write(),
    )
    assert [type(a).__name__ for a in answers] == [
        "PubAckPacket",
        "PubRecPacket",
        "SubAckPacket",
        "UnsubAckPacket",
    ]
    puback, pubrec, suback, unsuback = answers
    assert isinstance(puback, mqtt5.PubAckPacket)
    assert isinstance(pubrec, mqtt5.PubRecPacket)
    assert isinstance(suback, mqtt5.SubAckPacket)
    assert isinstance(unsuback, mqtt5.UnsubAckPacket)
    assert (int(puback.reason_code), int(pubrec.reason_code)) == (0x87, 0x87)
    assert [int(code) for code in suback.reason_codes] == [0x8F, 0x9E, 2]
    assert [int(code) for code in unsuback.reason_codes] == [0, 0x11]
    assert online.open


def test_a_packet_id_in_use(online: Wire) -> None:
    online.send(publish(qos=2, packet_id=5))
    puback, suback, unsuback = online.send(
        publish(packet_id=5), subscribe("a", packet_id=5), mqtt5.UnsubscribePacket(5, ["a"]).write()
    )
    assert isinstance(puback, mqtt5.PubAckPacket)
    assert isinstance(suback, mqtt5.SubAckPacket)
    assert isinstance(unsuback, mqtt5.UnsubAckPacket)
    codes = [puback.reason_code, suback.reason_codes[0], unsuback.reason_codes[0]]
    assert [int(code) for code in codes] == [0x91, 0x91, 0x91]


def test_exactly_once_both_ways(online: Wire) -> None:
    online.send(subscribe("a"))
    answers = online.send(publish(qos=2, packet_id=5))
    assert [type(a).__name__ for a in answers] == ["PublishPacket", "PubRecPacket"]
    assert isinstance(answers[0], mqtt5.PublishPacket)
    packet_id = answers[0].packet_id or 0
    release, completion, unknown, lost = online.send(
        mqtt5.PubRecPacket(packet_id).write(),
        mqtt5.PubRelPacket(5).write(),
        mqtt5.PubRelPacket(5).write(),
        mqtt5.PubCompPacket(packet_id).write(),
        mqtt5.PubAckPacket(77).write(),
        mqtt5.PubRecPacket(77).write(),
    )
    assert isinstance(release, mqtt5.PubRelPacket)
    assert isinstance(completion, mqtt5.PubCompPacket)
    assert isinstance(unknown, mqtt5.PubCompPacket)
    assert isinstance(lost, mqtt5.PubRelPacket)
    assert [int(p.reason_code) for p in (release, completion, unknown, lost)] == [0, 0, 0x92, 0x92]
    assert online.open


def test_an_acknowledgement_of_the_wrong_kind(online: Wire) -> None:
    online.send(subscribe("a"))
    answers = online.send(publish(qos=2, packet_id=5))
    assert isinstance(answers[0], mqtt5.PublishPacket)
    assert code_of(online.send(mqtt5.PubAckPacket(answers[0].packet_id or 0).write())) == 0x82


def test_a_refused_pubrec_gets_no_pubrel(online: Wire) -> None:
    online.send(subscribe("a"))
    answers = online.send(publish(qos=2, packet_id=5))
    assert isinstance(answers[0], mqtt5.PublishPacket)
    refusal = mqtt5.PubRecPacket(answers[0].packet_id or 0, reason_code=mqtt5.PubRecReasonCode.QUOTA_EXCEEDED)
    assert online.send(refusal.write()) == []


def test_suback_and_connack_come_before_what_waits(online: Wire) -> None:
    online.send(publish(retain=True))
    second = Wire(online.bench)
    names = [type(a).__name__ for a in second.send(connect("d", session_expiry_interval=60), subscribe("a"))]
    assert names == ["ConnAckPacket", "SubAckPacket", "PublishPacket"]
    second.connection.lost(online.bench.now)
    third = Wire(online.bench)
    answers = third.send(connect("d", clean_start=False, session_expiry_interval=60))
    assert [type(a).__name__ for a in answers] == ["ConnAckPacket", "PublishPacket"]
    assert isinstance(answers[0], mqtt5.ConnAckPacket)
    assert isinstance(answers[1], mqtt5.PublishPacket)
    assert answers[0].session_present
    assert answers[1].duplicate


def test_takeover_over_the_wire(online: Wire) -> None:
    second = Wire(online.bench)
    assert code_of(second.send(connect())) == 0
    assert code_of(online.read()) == 0x8E
    assert online.connection.phase is Phase.CLOSED
    online.connection.lost(online.bench.now)
    assert second.open
    assert [type(a).__name__ for a in second.send(mqtt5.PingReqPacket().write())] == ["PingRespPacket"]


def test_silence(wire: Wire) -> None:
    wire.bench.now += wire.bench.router.limits.connect_timeout_s
    wire.connection.check_time(wire.bench.now)
    assert wire.read() == []
    assert wire.connection.phase is Phase.CLOSED


def test_keep_alive(wire: Wire) -> None:
    wire.send(connect(keep_alive=10))
    wire.bench.now += 14
    wire.send(mqtt5.PingReqPacket().write())
    assert wire.connection.deadline == wire.bench.now + 15
    wire.bench.now += 14
    wire.connection.check_time(wire.bench.now)
    assert wire.open
    wire.bench.now += 1
    wire.connection.check_time(wire.bench.now)
    assert code_of(wire.read()) == 0x8D


def test_no_keep_alive_asked(wire: Wire) -> None:
    wire.send(connect(keep_alive=0))
    wire.connection.check_time(wire.bench.now + 1e9)
    assert wire.open


def test_receive_maximum_exceeded() -> None:
    wire = Wire(Bench(Limits(receive_maximum=1)))
    wire.send(connect())
    wire.send(publish(qos=2, packet_id=1))
    assert code_of(wire.send(publish(qos=2, packet_id=2))) == 0x93


def test_messages_too_large_for_the_client_are_left_out(bench: Bench) -> None:
    wire = Wire(bench)
    wire.send(connect(max_packet_size=40, receive_max=1), subscribe("a"))
    bench.connect("p")
    for payload in (b"x" * 100, b"small", b"x" * 100, b"last"):
        bench.publish("p", "a", payload)
    bench.publish("p", "a", b"x" * 100, qos=0)
    (packet,) = wire.read()
    assert isinstance(packet, mqtt5.PublishPacket)
    assert packet.payload == b"small"
    (packet,) = wire.send(mqtt5.PubAckPacket(packet.packet_id or 0).write()) or wire.read()
    assert isinstance(packet, mqtt5.PublishPacket)
    assert packet.payload == b"last"


def test_a_message_that_fits_in_no_packet_is_left_out(bench: Bench) -> None:
    wire = Wire(bench)
    wire.send(connect(), subscribe("a"))
    bench.connect("p")
    bench.router.publish("p", Message("a", b"", 1, content_type="x" * 70_000), now=bench.now)
    assert wire.read() == []
    assert bench.router._sessions["c"].inflight == 0


def test_small_clients_get_no_words(bench: Bench) -> None:
    wire = Wire(bench)
    wire.send(connect(max_packet_size=20))
    (packet,) = wire.send(connect())
    assert isinstance(packet, mqtt5.DisconnectPacket)
    assert packet.reason_str is None
    assert code_of(Wire(bench).send(connect(max_packet_size=20, password=b"wrong"))) == 0x86


def test_who_does_not_read_is_cut_off() -> None:
    bench = Bench(Limits(outgoing_bytes=1_000))
    watcher = bench.connect("w")
    bench.subscribe("w", "will")
    wire = Wire(bench)
    wire.send(connect(will=mqtt5.Will("will")), subscribe("a"))
    wire.unread = 900
    bench.publish("w", "a", b"x" * 60, qos=0)
    assert wire.open
    bench.publish("w", "a", b"x" * 60, qos=0)
    assert wire.connection.phase is Phase.CUT
    bench.publish("w", "a", b"x" * 60, qos=0)
    assert wire.read() == []
    assert [delivery.message.topic for delivery in watcher.got] == ["will"]
    assert list(bench.router._sessions) == ["w"]


@pytest.mark.parametrize(("code", "published"), [(0x00, 0), (0x04, 1), (0x80, 1)])
def test_goodbye_and_the_will(bench: Bench, code: int, published: int) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will")
    wire = Wire(bench)
    wire.send(connect(will=mqtt5.Will("will", payload=b"gone")))
    goodbye = mqtt5.DisconnectPacket(reason_code=mqtt5.DisconnectReasonCode(code))
    assert wire.send(goodbye.write()) == []
    assert wire.connection.phase is Phase.CLOSED
    assert len(watcher.got) == published


def test_the_session_expiry_may_change_on_leaving(wire: Wire) -> None:
    wire.send(connect(session_expiry_interval=10))
    wire.send(mqtt5.DisconnectPacket(session_expiry_interval=20).write())
    assert wire.bench.router.next_deadline == wire.bench.now + 20


def test_shut_down_tells_clients_and_publishes_no_will(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will")
    wire, new = Wire(bench), Wire(bench)
    wire.send(connect(will=mqtt5.Will("will")))
    wire.connection.shut_down(bench.now)
    new.connection.shut_down(bench.now)
    assert code_of(wire.read()) == 0x8B
    assert new.read() == []
    assert watcher.got == []


def test_properties_travel(bench: Bench) -> None:
    wire = Wire(bench)
    wire.send(connect(), subscribe("a"))
    options: dict[str, Any] = {
        "payload_format_indicator": 1,
        "message_expiry_interval": 60,
        "content_type": "application/json",
        "response_topic": "antwoord/één",
        "correlation_data": b"\x00\xff",
        "user_properties": [("a", "1"), ("a", "2")],
    }
    packet, _ack = wire.send(publish(**options))
    assert {name: getattr(packet, name) for name in options} == options


def test_a_router_reports_to_nobody_by_default() -> None:
    router = Router()
    assert router.limits == Limits()
    assert router.next_deadline is None


NO_NAME = b"\x32\x09\x00\x03a/+\x00\x01\x00x"
NO_UTF_8 = b"\x32\x09\x00\x03a/\xff\x00\x01\x00x"
NO_TOPIC = b"\x32\x00"
RESERVED_QOS = b"\x36\x09\x00\x03a/b\x00\x01\x00x"


@pytest.mark.parametrize(
    ("broken", "topic"),
    [(NO_NAME, "a/+"), (NO_UTF_8, "a/\N{REPLACEMENT CHARACTER}"), (NO_TOPIC, ""), (RESERVED_QOS, "a/b")],
)
def test_a_publication_that_is_none_ends_the_connection_and_is_told_with_its_account(
    online: Wire, broken: bytes, topic: str
) -> None:
    code = code_of(online.send(broken))
    assert code >= 0x80
    assert not online.open
    assert online.bench.denials == [Denial("all", "c", Attempt.PUBLISH, topic, code)]


def test_another_broken_packet_is_no_refused_publication(online: Wire) -> None:
    online.send(b"\x82\x00")
    assert not online.open
    assert online.bench.denials == []
