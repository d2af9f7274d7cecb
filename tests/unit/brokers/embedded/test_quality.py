"""Quality of service, flow control and bounded queues (sections 4.3, 4.4, 4.6, 4.9)."""

from __future__ import annotations

from brokers.embedded import Limits, Subscription
from tests.unit.brokers.embedded.bench import Bench


def test_receive_maximum_holds_messages_back_in_order(bench: Bench) -> None:
    bench.connect("p")
    reader = bench.connect("r", receive_maximum=2)
    bench.subscribe("r", "#")
    for n in range(5):
        bench.publish("p", "a", b"%d" % n)
    bench.publish("p", "a", b"zero", qos=0)  # waits as well, so that the order is kept
    assert reader.payloads == [b"0", b"1"]
    bench.acknowledge("r", reader.got[:1])
    assert reader.payloads == [b"0", b"1", b"2"]
    bench.acknowledge("r", reader.got[1:3])
    bench.acknowledge("r", reader.got[3:4])
    assert reader.payloads == [b"0", b"1", b"2", b"3", b"4", b"zero"]


def test_quality_0_needs_no_quota(bench: Bench) -> None:
    reader = bench.connect("r", receive_maximum=1)
    bench.subscribe("r", "#")
    bench.publish("r", "a", b"1", qos=1)
    bench.publish("r", "a", b"2", qos=0)
    assert reader.payloads == [b"1", b"2"]


def test_exactly_once_to_a_subscriber(bench: Bench) -> None:
    reader = bench.connect("r", receive_maximum=1)
    bench.subscribe("r", "#")
    bench.publish("r", "a", b"1", qos=2)
    bench.publish("r", "a", b"2", qos=2)
    packet_id = reader.got[0].packet_id
    router, now = bench.router, bench.now
    assert router.complete("r", packet_id, now=now) == 0x82  # not before PUBREC
    assert router.acknowledge("r", packet_id, now=now) == 0x82  # not for QoS 2
    assert router.received("r", packet_id, now=now) == 0x00
    assert router.received("r", packet_id, now=now) == 0x00  # a repeated PUBREC gets its PUBREL again
    assert len(reader.got) == 1  # the quota comes back with PUBCOMP only
    assert router.complete("r", packet_id, now=now) == 0x00
    assert reader.payloads == [b"1", b"2"]
    assert router.complete("r", packet_id, now=now) == 0x92
    assert router.received("r", 999, now=now) == 0x92
    assert router.acknowledge("r", 999, now=now) == 0x92


def test_a_refused_pubrec_ends_the_exchange(bench: Bench) -> None:
    reader = bench.connect("r", receive_maximum=1)
    bench.subscribe("r", "#")
    bench.publish("r", "a", b"1", qos=2)
    bench.publish("r", "a", b"2", qos=1)
    assert bench.router.received("r", reader.got[0].packet_id, now=bench.now, reason_code=0x97) == 0
    assert reader.payloads == [b"1", b"2"]
    assert bench.router.received("r", reader.got[1].packet_id, now=bench.now) == 0x82  # PUBREC for QoS 1


def test_exactly_once_from_a_publisher(bench: Bench) -> None:
    reader = bench.connect("r")
    bench.connect("p", expiry=100)
    bench.subscribe("r", "#")
    assert bench.publish("p", "a", qos=2, packet_id=7) == 0
    assert bench.publish("p", "a", qos=2, packet_id=7) == 0
    bench.leave("p")
    bench.connect("p", clean_start=False, expiry=100)
    assert bench.publish("p", "a", qos=2, packet_id=7) == 0
    assert len(reader.got) == 1
    assert bench.publish("p", "a", qos=1, packet_id=7) == 0x91
    assert bench.router.packet_id_in_use("p", 7)
    assert bench.router.release("p", 7) == 0
    assert bench.router.release("p", 7) == 0x92
    assert bench.publish("p", "a", qos=2, packet_id=7) == 0
    assert len(reader.got) == 2


def test_a_duplicate_gets_the_first_answer(bench: Bench) -> None:
    bench.connect("p")
    assert bench.publish("p", "a", qos=2, packet_id=7) == 0x10
    bench.connect("r")
    bench.subscribe("r", "#")
    assert bench.publish("p", "a", qos=2, packet_id=7) == 0x10


def test_a_denied_exactly_once_publication_holds_no_packet_id(bench: Bench) -> None:
    bench.connect("p")
    assert bench.publish("p", "$SYS/a", qos=2, packet_id=7) == 0x87
    assert not bench.router.packet_id_in_use("p", 7)


def test_more_unreleased_messages_than_the_receive_maximum() -> None:
    bench = Bench(Limits(receive_maximum=2))
    bench.connect("p")
    codes = [bench.publish("p", "a", qos=2, packet_id=n) for n in (1, 2, 2, 3)]
    assert codes == [0x10, 0x10, 0x10, 0x93]


def test_unacknowledged_messages_are_sent_again_first(bench: Bench) -> None:
    bench.connect("p")
    first = bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.publish("p", "a", b"1", qos=1)
    bench.publish("p", "a", b"2", qos=2)
    bench.publish("p", "a", b"3", qos=2)
    bench.publish("p", "a", b"lost", qos=0)
    bench.router.received("r", first.got[2].packet_id, now=bench.now)
    bench.leave("r")
    bench.publish("p", "a", b"absent", qos=0)
    bench.publish("p", "a", b"4", qos=1)
    again = bench.connect("r", clean_start=False, receive_maximum=2)
    assert [(d.message.payload, d.dup) for d in again.got] == [(b"1", True), (b"2", True)]
    assert [d.packet_id for d in again.got] == [d.packet_id for d in first.got[:2]]
    assert again.released == [first.got[2].packet_id]
    bench.acknowledge("r", again.got[:1])
    assert [(d.message.payload, d.dup) for d in again.got[2:]] == [(b"4", False)]


def test_an_acknowledgement_before_the_message_is_sent_again(bench: Bench) -> None:
    first = bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    for payload in (b"1", b"2"):
        bench.publish("r", "a", payload)
    bench.leave("r")
    again = bench.connect("r", clean_start=False, receive_maximum=1)
    bench.acknowledge("r", first.got[1:])
    bench.acknowledge("r", first.got[:1])
    assert again.payloads == [b"1"]


def test_packet_ids_are_not_reused_while_they_wait() -> None:
    bench = Bench(Limits(inflight_messages=65_535))
    reader = bench.connect("r")
    bench.subscribe("r", Subscription("#", 1))
    bench.publish("r", "a")
    session = bench.router._sessions["r"]
    session._last_packet_id = 65_535
    bench.publish("r", "a")
    assert [d.packet_id for d in reader.got] == [1, 2]


def test_released_messages_of_earlier_connections_count_as_in_flight() -> None:
    bench = Bench(Limits(inflight_messages=2))
    bench.connect("p")
    first = bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    for _ in range(2):
        bench.publish("p", "a", qos=2)
    for delivery in first.got:
        bench.router.received("r", delivery.packet_id, now=bench.now)
    bench.leave("r")
    again = bench.connect("r", clean_start=False, expiry=100)
    bench.publish("p", "a", b"next", qos=2)
    assert again.got == []
    bench.router.complete("r", again.released[0], now=bench.now)
    assert again.payloads == [b"next"]


def test_a_full_queue_drops_and_reports_once() -> None:
    bench = Bench(Limits(queued_messages=2))
    bench.connect("p")
    bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.leave("r")
    for n in range(5):
        bench.publish("p", f"t{n}", b"%d" % n)
    assert [(o.client_id, o.topic, o.dropped) for o in bench.overflows] == [("r", "t2", 1)]
    reader = bench.connect("r", clean_start=False, expiry=100)
    assert reader.payloads == [b"0", b"1"]
    bench.leave("r")
    for n in range(4):
        bench.publish("p", f"u{n}")
    assert [(o.topic, o.dropped) for o in bench.overflows] == [("t2", 1), ("u2", 4)]


def test_expired_messages_make_room() -> None:
    bench = Bench(Limits(queued_messages=1))
    bench.connect("p")
    bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.leave("r")
    bench.publish("p", "a", b"old", expiry=1)
    bench.publish("p", "a", b"too early")
    assert len(bench.overflows) == 1
    bench.now += 2
    bench.publish("p", "a", b"new")
    assert len(bench.overflows) == 1
    assert bench.connect("r", clean_start=False).payloads == [b"new"]


def test_a_delivery_that_does_not_fit_makes_room_for_the_next(bench: Bench) -> None:
    reader = bench.connect("r", receive_maximum=1)
    bench.subscribe("r", "#")
    bench.publish("r", "a", b"1", qos=2)
    bench.publish("r", "a", b"2")
    bench.router.discard("r", reader.got[0].packet_id, now=bench.now)
    bench.router.discard("r", 999, now=bench.now)
    assert reader.payloads == [b"1", b"2"]


def test_a_session_can_move_into_memory(bench: Bench) -> None:
    first = bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.publish("r", "a", b"1")
    bench.publish("r", "a", b"2", qos=2)
    bench.router.received("r", first.got[1].packet_id, now=bench.now)
    bench.leave("r")
    bench.connect("p")
    bench.publish("p", "a", b"3")
    memory = bench.connect("r", clean_start=False, auto=True)
    bench.publish("p", "a", b"4")
    assert [(d.message.payload, d.packet_id) for d in memory.got] == [(b"1", 0), (b"3", 0), (b"4", 0)]
    assert bench.router._sessions["r"].inflight == 0
