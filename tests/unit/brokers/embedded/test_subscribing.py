"""Subscriptions, their options, and who gets what (sections 3.8 and 4.7)."""

from __future__ import annotations

import pytest

from brokers.embedded import Limits, Message, NotConnectedError, Subscription
from tests.unit.brokers.embedded.bench import Bench


def test_the_lower_quality_of_service_counts(bench: Bench) -> None:
    reader = bench.connect("r")
    bench.connect("p")
    assert bench.subscribe("r", Subscription("a", 0), Subscription("b", 1), Subscription("c", 2)) == [0, 1, 2]
    for topic in "abc":
        bench.publish("p", topic, qos=2)
    assert [delivery.qos for delivery in reader.got] == [0, 1, 2]
    assert [bool(delivery.packet_id) for delivery in reader.got] == [False, True, True]


def test_one_copy_for_overlapping_subscriptions(bench: Bench) -> None:
    reader = bench.connect("r")
    bench.subscribe(
        "r",
        Subscription("a/#", 0, identifier=1),
        Subscription("a/+", 1, identifier=2),
        Subscription("a/b", 0),
    )
    bench.publish("r", "a/b", qos=2)
    (delivery,) = reader.got
    assert delivery.qos == 1
    assert sorted(delivery.identifiers) == [1, 2]


def test_no_local_keeps_own_messages_away(bench: Bench) -> None:
    own = bench.connect("own")
    other = bench.connect("other")
    bench.subscribe("own", Subscription("a/#", no_local=True))
    bench.subscribe("other", Subscription("a/#", no_local=True))
    assert bench.publish("own", "a/b") == 0x00
    assert own.got == []
    assert len(other.got) == 1


def test_an_overlapping_subscription_without_no_local_still_gets_own_messages(bench: Bench) -> None:
    own = bench.connect("own")
    bench.subscribe(
        "own", Subscription("a/#", 2, no_local=True, identifier=1), Subscription("a/b", 1, identifier=2)
    )
    bench.publish("own", "a/b", qos=2)
    assert [(delivery.qos, delivery.identifiers) for delivery in own.got] == [(1, (2,))]


def test_the_retain_flag_travels_only_if_asked(bench: Bench) -> None:
    plain, kept = bench.connect("plain"), bench.connect("kept")
    bench.subscribe("plain", "a")
    bench.subscribe("kept", Subscription("a", retain_as_published=True))
    bench.publish("plain", "a", retain=True)
    assert [plain.got[0].retain, kept.got[0].retain] == [False, True]


def test_a_second_subscription_replaces_the_first(bench: Bench) -> None:
    reader = bench.connect("r")
    bench.subscribe("r", Subscription("a", 2, identifier=1))
    bench.subscribe("r", Subscription("a", 0, identifier=9))
    bench.publish("r", "a", qos=2)
    assert [(delivery.qos, delivery.identifiers) for delivery in reader.got] == [(0, (9,))]


def test_unsubscribe(bench: Bench) -> None:
    reader = bench.connect("r")
    bench.subscribe("r", "a/+", "a/#")
    assert bench.router.unsubscribe("r", ["a/+", "a/+", "#x"], now=0) == [0x00, 0x11, 0x8F]
    bench.publish("r", "a/b")
    assert len(reader.got) == 1
    bench.router.unsubscribe("r", ["a/#"], now=0)
    assert bench.publish("r", "a/b") == 0x10


def test_wildcards_do_not_match_server_topics(bench: Bench) -> None:
    bench.connect("r")
    assert bench.publish("r", "$SYS/load") == 0x87
    assert [(d.topic, d.reason_code) for d in bench.denials] == [("$SYS/load", 0x87)]


def test_bad_and_shared_filters_are_refused(bench: Bench) -> None:
    bench.connect("r")
    assert bench.subscribe("r", "a#", "$share/g/a", "a") == [0x8F, 0x9E, 2]
    assert bench.denials == []


def test_limits_on_subscriptions() -> None:
    bench = Bench(Limits(subscriptions=2, topic_levels=3))
    bench.connect("r")
    assert bench.subscribe("r", "a/b/c/d", "a", "b", "c", "a") == [0x97, 2, 2, 0x97, 2]


def test_nobody_subscribed(bench: Bench) -> None:
    bench.connect("p")
    assert bench.publish("p", "a") == 0x10


@pytest.mark.parametrize("topic", ["", "a/+", "a/#", "a\0"])
def test_a_publication_to_no_topic_name(bench: Bench, topic: str) -> None:
    bench.connect("p")
    assert bench.publish("p", topic) == 0x90


def test_who_is_not_connected_can_do_nothing(bench: Bench) -> None:
    with pytest.raises(NotConnectedError, match="ghost"):
        bench.router.publish("ghost", Message("a", b""), now=0)
    with pytest.raises(NotConnectedError):
        bench.subscribe("ghost", "a")


def test_in_memory_clients_share_a_delivery_and_leave_no_state(bench: Bench) -> None:
    readers = [bench.connect(f"r{n}", auto=True) for n in range(3)]
    for n in range(3):
        bench.subscribe(f"r{n}", Subscription("a", 1))
    bench.publish("r0", "a", qos=2, expiry=5)
    assert {id(reader.got[0]) for reader in readers} == {id(readers[0].got[0])}
    assert (readers[0].got[0].packet_id, readers[0].got[0].expiry_s) == (0, 5)
    assert all(session.inflight == 0 for session in bench.router._sessions.values())
