"""Clients come, go, and take over; sessions end; wills are published (sections 3.1 and 4.1)."""

from __future__ import annotations

import pytest

from brokers.embedded import ConnectRequest, Limits, Message, RefusedError, Will
from tests.unit.brokers.embedded.bench import Bench, publishes, reads

WILL = Will(Message("will/a", b"gone", 1))
LATE_WILL = Will(Message("will/a", b"gone", 1), delay_s=10)


def refused(bench: Bench, request: ConnectRequest) -> int:
    with pytest.raises(RefusedError) as refusal:
        bench.link(request)
    return refusal.value.reason_code


def test_a_session_is_resumed_with_what_waited(bench: Bench) -> None:
    bench.connect("p")
    bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.leave("r")
    for n in range(3):
        bench.publish("p", "a", b"%d" % n)
    bench.wait(99)
    client, link = bench.link(ConnectRequest("r", "all", clean_start=False, session_expiry_s=100))
    assert link.session_present
    assert client.payloads == [b"0", b"1", b"2"]


def test_a_session_ends(bench: Bench) -> None:
    bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.leave("r")
    assert bench.router.next_deadline == bench.now + 100
    bench.now += 100  # even if nobody called tick
    _client, link = bench.link(ConnectRequest("r", "all", clean_start=False))
    assert not link.session_present
    assert bench.publish("r", "a") == 0x10


def test_tick_ends_sessions(bench: Bench) -> None:
    bench.connect("r", expiry=100)
    bench.connect("stays", expiry=200)
    bench.leave("r")
    bench.leave("stays")
    bench.wait(100)
    assert list(bench.router._sessions) == ["stays"]
    assert bench.router.next_deadline == bench.now + 100
    bench.wait(100)
    assert bench.router.next_deadline is None


def test_a_session_without_expiry_ends_with_the_connection(bench: Bench) -> None:
    bench.connect("r")
    bench.subscribe("r", "#")
    bench.leave("r")
    assert bench.router._sessions == {}
    assert not bench.link(ConnectRequest("r", "all", clean_start=False))[1].session_present


def test_clean_start_forgets(bench: Bench) -> None:
    bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    bench.leave("r")
    client, link = bench.link(ConnectRequest("r", "all", session_expiry_s=100))
    bench.publish("r", "a")
    assert not link.session_present
    assert client.got == []


def test_the_session_expiry_is_limited_and_may_change_on_leaving() -> None:
    bench = Bench(Limits(session_expiry_s=50))
    assert bench.link(ConnectRequest("r", "all", session_expiry_s=2**32 - 1))[1].session_expiry_s == 50
    bench.router.disconnect("r", now=bench.now, with_will=False, session_expiry_s=10)
    assert bench.router.next_deadline == bench.now + 10
    bench.connect("r", clean_start=False, expiry=20)
    bench.router.disconnect("r", now=bench.now, with_will=False, session_expiry_s=0)
    assert bench.router._sessions == {}


def test_takeover(bench: Bench) -> None:
    old = bench.connect("r", expiry=100)
    bench.subscribe("r", "#")
    new, link = bench.link(ConnectRequest("r", "all", clean_start=False, session_expiry_s=100))
    bench.publish("r", "a")
    assert old.closed == 0x8E
    assert link.session_present
    assert (len(old.got), len(new.got)) == (0, 1)


def test_another_user_cannot_take_a_session(bench: Bench) -> None:
    old = bench.connect("r", expiry=100)
    bench.user("other")
    assert refused(bench, ConnectRequest("r", "other")) == 0x85
    assert old.closed is None
    bench.leave("r")
    assert refused(bench, ConnectRequest("r", "other")) == 0x85
    bench.wait(100)
    bench.connect("r", "other")


def test_what_cannot_connect(bench: Bench) -> None:
    bench.user("all")
    assert refused(bench, ConnectRequest("a\0b", "all")) == 0x85
    assert refused(bench, ConnectRequest("a", "all", will=Will(Message("a/#", b"")))) == 0x90
    with pytest.raises(RefusedError, match="nobody") as refusal:
        bench.router.connect(ConnectRequest("a", "nobody"), now=0, outlet=bench.connect("x"))
    assert refusal.value.reason_code == 0x86


def test_assigned_client_ids(bench: Bench) -> None:
    bench.connect("assigned-1")
    ids = [bench.link(ConnectRequest("", "all"))[1].client_id for _ in range(2)]
    assert ids == ["assigned-2", "assigned-3"]


def test_limit_on_connections_spares_takeover() -> None:
    bench = Bench(Limits(connections=1))
    bench.connect("a")
    assert refused(bench, ConnectRequest("b", "all")) == 0x97
    bench.connect("a")
    bench.leave("a")
    bench.connect("b")


def test_limit_on_sessions() -> None:
    bench = Bench(Limits(sessions=1))
    bench.connect("a", expiry=10)
    bench.leave("a")
    assert refused(bench, ConnectRequest("b", "all")) == 0x97
    bench.connect("a", clean_start=False, expiry=10)
    bench.connect("a", expiry=10)


def test_the_will_of_who_leaves_without_goodbye(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    bench.connect("a", will=WILL)
    bench.leave("a", with_will=True)
    bench.connect("a", will=WILL)
    bench.leave("a", with_will=False)
    assert watcher.payloads == [b"gone"]


def test_a_will_may_wait(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    bench.connect("a", expiry=100, will=LATE_WILL)
    bench.leave("a", with_will=True)
    assert bench.router.next_deadline == bench.now + 10
    bench.wait(9)
    assert watcher.got == []
    bench.wait(1)
    assert watcher.payloads == [b"gone"]
    bench.wait(100)
    assert len(watcher.got) == 1


def test_who_comes_back_in_time_has_no_will_published(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    bench.connect("a", expiry=100, will=LATE_WILL)
    bench.leave("a", with_will=True)
    bench.wait(5)
    bench.connect("a", clean_start=False, expiry=100)
    bench.wait(50)
    bench.leave("a", with_will=True)
    bench.wait(200)
    assert watcher.got == []


def test_a_will_does_not_outlive_its_session(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    bench.connect("short", expiry=5, will=LATE_WILL)
    bench.leave("short", with_will=True)
    bench.wait(5)
    assert len(watcher.got) == 1
    bench.connect("none", will=LATE_WILL)
    bench.leave("none", with_will=True)
    assert len(watcher.got) == 2
    bench.connect("clean", expiry=100, will=LATE_WILL)
    bench.leave("clean", with_will=True)
    bench.connect("clean", clean_start=True)
    assert len(watcher.got) == 3


@pytest.mark.parametrize(
    ("will", "expiry", "clean_start", "published"),
    [
        (WILL, 100, False, 1),
        (LATE_WILL, 100, False, 0),
        (LATE_WILL, 100, True, 1),
        (LATE_WILL, 0, False, 1),
    ],
)
def test_the_will_on_takeover(
    bench: Bench, will: Will, expiry: int, *, clean_start: bool, published: int
) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    bench.connect("a", expiry=expiry, will=will)
    bench.connect("a", clean_start=clean_start, expiry=100)
    bench.wait(50)
    assert len(watcher.got) == published


def test_wills_are_published_in_the_order_in_which_they_are_due(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    for name, delay in (("late", 30), ("early", 10)):
        bench.connect(name, expiry=100, will=Will(Message("will/x", name.encode()), delay))
        bench.leave(name, with_will=True)
    bench.wait(60)
    assert watcher.payloads == [b"early", b"late"]


def test_a_will_needs_the_right_at_the_time_it_is_published(bench: Bench) -> None:
    watcher = bench.connect("w")
    bench.subscribe("w", "will/#")
    bench.user("some", *reads("#"))
    bench.router.rights.grant("some", "g", publishes("will/#"))
    bench.connect("a", "some", will=WILL)
    bench.router.rights.revoke("some", "g")
    bench.leave("a", with_will=True)
    assert watcher.got == []
    assert [(d.client_id, d.topic, d.reason_code) for d in bench.denials] == [("a", "will/a", 0x87)]
