"""Retained messages (3.3.1.3) and message expiry (3.3.2.3.3)."""

from __future__ import annotations

import pytest

from brokers.embedded import Limits, Subscription
from tests.unit.brokers.embedded.bench import Bench, publishes, reads


def test_who_subscribes_later_gets_the_last_one(bench: Bench) -> None:
    bench.connect("p")
    bench.publish("p", "a/b", b"1", retain=True)
    bench.publish("p", "a/b", b"2", qos=2, retain=True)
    bench.publish("p", "a/c", b"not retained")
    reader = bench.connect("r")
    bench.subscribe("r", Subscription("a/#", 1, identifier=7))
    (delivery,) = reader.got
    assert (delivery.message.payload, delivery.qos, delivery.retain) == (b"2", 1, True)
    assert delivery.identifiers == (7,)


def test_an_empty_payload_clears(bench: Bench) -> None:
    bench.connect("p")
    bench.publish("p", "a", b"1", retain=True)
    bench.publish("p", "a", b"", retain=True)
    bench.publish("p", "never/there", b"", retain=True)
    reader = bench.connect("r")
    bench.subscribe("r", "#")
    assert reader.got == []


@pytest.mark.parametrize(("handling", "first", "again"), [(0, 1, 1), (1, 1, 0), (2, 0, 0)])
def test_retain_handling(bench: Bench, handling: int, first: int, again: int) -> None:
    bench.connect("p")
    bench.publish("p", "a", retain=True)
    reader = bench.connect("r")
    for expected in (first, again):
        reader.got.clear()
        bench.subscribe("r", Subscription("a", retain_handling=handling))
        assert len(reader.got) == expected


@pytest.mark.parametrize(
    ("topic_filter", "expected"),
    [
        ("#", [b"a", b"a/b", b"a/b/c", b"b"]),
        ("a/#", [b"a", b"a/b", b"a/b/c"]),
        ("+", [b"a", b"b"]),
        ("+/b", [b"a/b"]),
        ("a/+/c", [b"a/b/c"]),
        ("a/b", [b"a/b"]),
        ("c", []),
        ("+/+/+/+", []),
    ],
)
def test_filters_find_retained_topics(bench: Bench, topic_filter: str, expected: list[bytes]) -> None:
    bench.connect("p")
    for topic in ("a", "a/b", "a/b/c", "b"):
        bench.publish("p", topic, topic.encode(), retain=True)
    reader = bench.connect("r")
    bench.subscribe("r", topic_filter)
    assert reader.payloads == expected


def test_a_retained_message_expires_and_counts_down(bench: Bench) -> None:
    bench.connect("p")
    bench.publish("p", "short", retain=True, expiry=10)
    bench.publish("p", "long", retain=True, expiry=100)
    bench.publish("p", "ever", retain=True)
    assert bench.router.next_deadline == bench.now + 10
    bench.now += 10  # not even without a tick
    reader = bench.connect("r")
    bench.subscribe("r", "#")
    assert [(d.message.topic, d.expiry_s) for d in reader.got] == [("long", 90), ("ever", None)]
    bench.wait(0)
    assert len(bench.router._retained) == 2
    assert bench.router.next_deadline == bench.now + 90
    bench.wait(90)
    assert len(bench.router._retained) == 1
    assert bench.router.next_deadline is None


def test_no_local_holds_for_retained_messages(bench: Bench) -> None:
    own = bench.connect("own")
    bench.publish("own", "a", retain=True)
    bench.subscribe("own", Subscription("a", no_local=True))
    assert own.got == []


def test_what_may_not_be_published_is_not_retained(bench: Bench) -> None:
    bench.user("mute", *reads("#"))
    bench.connect("p", "mute")
    assert bench.publish("p", "a", retain=True) == 0x87
    bench.subscribe("p", "a")
    assert len(bench.router._retained) == 0


def test_a_retained_message_reaches_only_who_may_read_it(bench: Bench) -> None:
    bench.connect("p")
    bench.publish("p", "a/secret", retain=True)
    bench.publish("p", "a/open", retain=True)
    bench.user("some", *reads("a/open"), *publishes("#"))
    reader = bench.connect("r", "some")
    assert bench.subscribe("r", "a/#", "a/secret", "a/open") == [0x87, 0x87, 2]
    assert [d.message.topic for d in reader.got] == ["a/open"]


def test_the_number_of_retained_topics_is_limited() -> None:
    bench = Bench(Limits(retained_messages=2, topic_levels=2))
    bench.connect("p")
    codes = [bench.publish("p", topic, retain=True) for topic in ("a/b/c", "a", "b", "c", "a")]
    assert codes == [0x97, 0x10, 0x10, 0x97, 0x10]
    bench.publish("p", "a", b"", retain=True)
    assert bench.publish("p", "c", retain=True) == 0x10


def test_a_waiting_message_expires(bench: Bench) -> None:
    bench.connect("p")
    bench.connect("r", expiry=1_000)
    bench.subscribe("r", "#")
    bench.leave("r")
    bench.publish("p", "a", b"gone", expiry=5)
    bench.publish("p", "a", b"left", expiry=50)
    bench.wait(5.5)
    reader = bench.connect("r", clean_start=False, expiry=1_000)
    assert [(d.message.payload, d.expiry_s) for d in reader.got] == [(b"left", 45)]


def test_a_replaced_message_does_not_take_the_new_one_along(bench: Bench) -> None:
    bench.connect("p")
    bench.publish("p", "a", b"old", retain=True, expiry=10)
    bench.publish("p", "a", b"new", retain=True, expiry=20)
    bench.publish("p", "b", b"ever", retain=True, expiry=5)
    bench.publish("p", "b", b"ever", retain=True)
    bench.publish("p", "c", b"cleared", retain=True, expiry=5)
    bench.publish("p", "c", b"", retain=True)
    bench.wait(10)
    reader = bench.connect("r")
    bench.subscribe("r", "#")
    assert reader.payloads == [b"new", b"ever"]


def test_deadlines_of_replaced_messages_do_not_pile_up(bench: Bench) -> None:
    bench.connect("p")
    for _ in range(1_000):
        bench.publish("p", "a", retain=True, expiry=10)
    assert len(bench.router._retained._deadlines) < 100
    bench.wait(10)
    assert len(bench.router._retained) == 0
