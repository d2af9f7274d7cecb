"""Rights on publish, subscribe and deliver, and what happens when they change."""

from __future__ import annotations

import pytest

from brokers.adapter import Account, Action, Attempt, Denial, Right
from brokers.embedded import ConnectRequest, Limits, RefusedError, Subscription, UnknownAccountError
from tests.unit.brokers.embedded.bench import Bench, Client, publishes, reads


@pytest.fixture
def reader(bench: Bench) -> Client:
    """A reader of a/# by a grant, and a publisher who may do everything."""
    bench.connect("p")
    bench.user("some", *reads("own/#"))
    bench.router.rights.grant("some", "g", reads("a/#"))
    client = bench.connect("r", "some", expiry=100, receive_maximum=1)
    assert bench.subscribe("r", Subscription("a/#", 1)) == [1]
    return client


def deliver_denials(bench: Bench) -> list[str]:
    return [denial.topic for denial in bench.denials if denial.attempt is Attempt.DELIVER]


def test_nothing_is_allowed_by_default(bench: Bench) -> None:
    bench.router.rights.set_account(Account("some", "secret"))
    bench.connect("c", "some")
    assert bench.publish("c", "a") == 0x87
    assert bench.publish("c", "a", qos=0) == 0x87
    assert bench.subscribe("c", "a") == [0x87]
    assert bench.denials == [
        Denial("some", "c", Attempt.PUBLISH, "a", 0x87),
        Denial("some", "c", Attempt.PUBLISH, "a", None),
        Denial("some", "c", Attempt.SUBSCRIBE, "a", 0x87),
    ]


def test_each_action_has_its_own_rights(bench: Bench) -> None:
    bench.user("some", *reads("a/+"), *publishes("b/#"))
    bench.connect("c", "some")
    assert [bench.publish("c", topic) for topic in ("a/x", "b", "b/x")] == [0x87, 0x10, 0x10]
    assert bench.subscribe("c", "a/+", "a/x", "a/#", "b/x", "#") == [2, 2, 0x87, 0x87, 0x87]


def test_narrow_rights_do_not_add_up_to_a_wide_filter(bench: Bench) -> None:
    bench.user("some", *reads("a/b", "a/c"))
    bench.connect("c", "some")
    assert bench.subscribe("c", "a/+") == [0x87]


def test_a_grant_works_at_once(bench: Bench) -> None:
    bench.user("some", *reads("x"))
    bench.connect("c", "some")
    assert bench.publish("c", "a") == 0x87
    bench.router.rights.grant("some", "g", publishes("a"))
    assert bench.publish("c", "a") == 0x10
    bench.router.rights.grant("some", "g", publishes("b"))  # adds to what bears the name
    assert [bench.publish("c", topic) for topic in "ab"] == [0x10, 0x10]
    bench.router.rights.revoke("some", "g")
    assert [bench.publish("c", topic) for topic in "ab"] == [0x87, 0x87]


def test_a_right_that_two_grants_give_stays_with_one(bench: Bench, reader: Client) -> None:
    bench.router.rights.grant("some", "h", reads("a/#"))
    bench.router.rights.revoke("some", "g")
    bench.publish("p", "a/b")
    assert len(reader.got) == 1


def test_revoke_stops_delivery_without_disconnecting(bench: Bench, reader: Client) -> None:
    bench.publish("p", "a/b")
    bench.router.rights.revoke("some", "g")
    assert bench.publish("p", "a/b") == 0x10
    assert len(reader.got) == 1
    assert reader.closed is None
    assert bench.denials == [Denial("some", "r", Attempt.DELIVER, "a/b", None)]
    bench.router.rights.grant("some", "g", reads("a/#"))
    bench.acknowledge("r", reader.got)
    bench.publish("p", "a/b", b"again")
    assert reader.payloads == [b"x", b"again"]


def test_revoke_takes_back_what_is_queued(bench: Bench, reader: Client) -> None:
    for topic in ("a/1", "a/2", "a/3"):
        bench.publish("p", topic)
    bench.router.rights.grant("some", "h", reads("a/3"))
    bench.router.rights.revoke("some", "g")
    assert deliver_denials(bench) == ["a/2"]
    bench.router.rights.grant("some", "g", reads("a/#"))
    bench.acknowledge("r", reader.got)
    assert [delivery.message.topic for delivery in reader.got] == ["a/1", "a/3"]


def test_revoke_takes_back_what_waits_for_an_absent_client(bench: Bench, reader: Client) -> None:
    bench.leave("r")
    bench.publish("p", "a/1")
    bench.router.rights.revoke("some", "g")
    bench.publish("p", "a/2")
    assert deliver_denials(bench) == ["a/1", "a/2"]
    again = bench.connect("r", "some", clean_start=False)
    assert again.got == []


def test_what_was_sent_is_not_sent_again_without_the_right(bench: Bench, reader: Client) -> None:
    bench.publish("p", "a/1", qos=1)
    bench.leave("r")
    bench.router.rights.revoke("some", "g")
    again = bench.connect("r", "some", clean_start=False)
    assert again.got == []
    assert deliver_denials(bench) == ["a/1"]
    assert bench.router._sessions["r"].inflight == 0


def test_the_packet_id_of_a_withdrawn_message_is_released_properly(bench: Bench, reader: Client) -> None:
    bench.subscribe("r", Subscription("a/#", 2))
    bench.publish("p", "a/1", qos=2)
    bench.leave("r")
    bench.router.rights.revoke("some", "g")
    again = bench.connect("r", "some", clean_start=False)
    assert again.got == []
    assert again.released == [reader.got[0].packet_id]
    assert bench.router.complete("r", again.released[0], now=bench.now) == 0


def test_a_new_account_replaces_the_standing_rights_only(bench: Bench, reader: Client) -> None:
    bench.router.rights.set_account(Account("some", "new", reads("other")))
    bench.publish("p", "a/b")
    assert len(reader.got) == 1
    assert bench.subscribe("r", "own/x", "other") == [0x87, 2]
    assert bench.router.rights.authenticate("some", b"new")


def test_a_refused_subscription_leaves_the_old_one(bench: Bench, reader: Client) -> None:
    bench.router.rights.revoke("some", "g")
    assert bench.subscribe("r", "a/#") == [0x87]
    bench.router.rights.grant("some", "g", reads("a/#"))
    bench.publish("p", "a/b")
    assert len(reader.got) == 1


def test_rights_to_server_topics_allow_reading_only(bench: Bench) -> None:
    bench.user("some", *reads("$SYS/#"), *publishes("$SYS/#", "#"))
    bench.connect("c", "some")
    assert bench.subscribe("c", "$SYS/load", "$SYS/#", "#") == [2, 2, 0x87]
    assert bench.publish("c", "$SYS/load") == 0x87


def test_authentication(bench: Bench) -> None:
    bench.router.rights.set_account(Account("é", "wachtwoord é"))
    rights = bench.router.rights
    assert rights.authenticate("é", "wachtwoord é".encode())
    assert not rights.authenticate("é", b"wachtwoord")
    assert not rights.authenticate("nobody", b"")
    assert not rights.authenticate("", b"")


def test_clear_errors(bench: Bench) -> None:
    rights = bench.router.rights
    with pytest.raises(UnknownAccountError, match="'ghost'"):
        rights.grant("ghost", "g", [])
    with pytest.raises(UnknownAccountError):
        rights.revoke("ghost", "g")
    with pytest.raises(ValueError, match="'a#' is not a valid topic filter"):
        rights.set_account(Account("bad", "x", (Right(Action.READ, "a#"),)))
    assert not rights.known("bad")
    bench.user("some")
    rights.revoke("some", "never granted")
    assert not rights.may_read("ghost", "a")
    assert not rights.may_subscribe("ghost", "a")
    assert rights.publish_code("ghost", "a") == 0x87
    with pytest.raises(RefusedError):
        bench.router._check_connect(_request_of("ghost"))


def _request_of(username: str) -> ConnectRequest:
    return ConnectRequest("c", username)


def test_forgotten_decisions_are_made_again() -> None:
    bench = Bench(Limits(cached_topics=1, cached_decisions=1))
    reader = bench.connect("r")
    bench.subscribe("r", "#")
    for topic in "abab":
        bench.publish("r", topic)
    assert [delivery.message.topic for delivery in reader.got] == ["a", "b", "a", "b"]


@pytest.mark.parametrize(("qos", "released"), [(1, []), (2, [2])])
def test_revoke_takes_back_what_would_be_sent_again(bench: Bench, qos: int, released: list[int]) -> None:
    bench.connect("p")
    bench.user("some", *reads("own"))
    bench.router.rights.grant("some", "g", reads("a"))
    bench.connect("r", "some", expiry=100)
    bench.subscribe("r", "a")
    for payload in (b"1", b"2"):
        bench.publish("p", "a", payload, qos=qos)
    bench.leave("r")
    again = bench.connect("r", "some", clean_start=False, receive_maximum=1)
    bench.router.rights.revoke("some", "g")
    assert deliver_denials(bench) == ["a"]
    assert again.released == released
    bench.router.discard("r", again.got[0].packet_id, now=bench.now)
    assert again.payloads == [b"1"]
