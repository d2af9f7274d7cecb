from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.adapter import Attempt, Denial
from brokers.mosquitto.denials import MAX_DENIALS, DenialLog


def connected(client_id: str, username: str, protocol: int = 5) -> str:
    return f"New client connected from 127.0.0.1:4711 as {client_id} (p{protocol}, c1, k60, u'{username}')."


def refused(client_id: str, topic: str, qos: int = 1) -> str:
    return f"Denied PUBLISH from {client_id} (d0, q{qos}, r0, m4, '{topic}', ... (2 bytes))"


def read(*lines: str) -> list[Denial]:
    log = DenialLog()
    for line in lines:
        log.feed(line.encode()[:999])
    return log.take()


def test_a_refused_publication() -> None:
    assert read(connected("c1", "al"), refused("c1", "ex/b/x")) == [
        Denial("al", "c1", Attempt.PUBLISH, "ex/b/x", 0x87)
    ]


@pytest.mark.parametrize(("protocol", "qos"), [(5, 0), (2, 1), (2, 0)])
def test_a_refused_publication_that_gets_no_reason(protocol: int, qos: int) -> None:
    [denial] = read(connected("c1", "al", protocol), refused("c1", "x", qos))
    assert denial.reason_code is None


def test_refused_subscriptions_among_granted_ones() -> None:
    denials = read(
        connected("c1", "al"),
        "Received SUBSCRIBE from c1",
        "\tex/+/pub (QoS 1)",
        "Sending PUBLISH to c1 (d0, q1, r1, m1, 'ex/b/pub', ... (3 bytes))",
        "c1 1 ex/+/pub",
        "\t# (QoS 1)",
        "\tex/b/pub (QoS 2)",
        "c1 2 ex/b/pub",
        "\tother (QoS 0)",
        "Sending SUBACK to c1",
        "\tnot a filter",
        "Sending SUBACK to c1",
    )
    assert denials == [
        Denial("al", "c1", Attempt.SUBSCRIBE, "#", 0x87),
        Denial("al", "c1", Attempt.SUBSCRIBE, "other", 0x87),
    ]


def test_a_refused_subscription_of_mqtt_3() -> None:
    denials = read(connected("c", "al", 2), "Received SUBSCRIBE from c", "\t# (QoS 1)", "Sending SUBACK to c")
    assert [denial.reason_code for denial in denials] == [0x80]


def test_a_subscribe_that_was_never_answered_is_no_denial() -> None:
    assert (
        read(
            "Received SUBSCRIBE from c1",
            "\t# (QoS 1)",
            "New connection from 127.0.0.1:1 on port 2.",
            "Sending SUBACK to c1",
        )
        == []
    )


def test_a_client_is_known_by_its_latest_connection() -> None:
    denials = read(connected("c", "al"), refused("c", "x"), connected("c", "bo"), refused("c", "y"))
    assert [(denial.username, denial.topic) for denial in denials] == [("al", "x"), ("bo", "y")]


def test_a_client_that_never_connected_has_no_name() -> None:
    assert [denial.username for denial in read(refused("c", "x"))] == [""]


def test_a_client_cannot_blame_another_by_its_id() -> None:
    disguise = "c1 (d0, q1, r0, m4, 'x', ... (2 bytes))"
    denials = read(connected(disguise, "bo"), refused(disguise, "y"))
    assert denials == [Denial("bo", disguise, Attempt.PUBLISH, "y", 0x87)]


def test_a_client_cannot_blame_another_by_its_topic() -> None:
    topic = "x', ... (2 bytes)) (d0, q1, r0, m4, 'y"
    denials = read(connected("c1", "al"), refused("c1", topic))
    assert denials == [Denial("al", "c1", Attempt.PUBLISH, topic, 0x87)]


def test_a_client_cannot_write_a_line_of_its_own_by_subscribing() -> None:
    disguise = "Denied PUBLISH from c1 (d0, q1, r0, m4, 'x"
    topic = "', ... (2 bytes))"
    assert (
        read(
            connected("c1", "al"),
            connected(disguise, "bo"),
            f"Received SUBSCRIBE from {disguise}",
            f"\t{topic} (QoS 1)",
            f"{disguise} 1 {topic}",
            f"Sending SUBACK to {disguise}",
        )
        == []
    )


def test_long_filters_are_compared_as_far_as_the_log_tells_them() -> None:
    granted, denied = "ex/" + "é" * 800, "ex/" + "z" * 1500
    [denial] = read(
        connected("c1", "al"),
        "Received SUBSCRIBE from c1",
        f"\t{granted} (QoS 1)",
        f"c1 1 {granted}",
        f"\t{denied} (QoS 1)",
        "Sending SUBACK to c1",
    )
    assert denied.startswith(denial.topic)
    assert len(denial.topic) == 998


def test_a_long_topic_is_reported_as_far_as_it_goes() -> None:
    [denial] = read(connected("c1", "al"), refused("c1", "w" * 1500))
    assert set(denial.topic) == {"w"}
    assert denial.username == "al"


def test_an_id_that_fills_the_line_does_no_harm() -> None:
    name = "c" * 1500
    assert read(connected(name, "al"), f"Received SUBSCRIBE from {name}", refused(name, "x")) == []


def test_the_oldest_denials_make_way() -> None:
    denials = read(*(refused("c", str(number)) for number in range(MAX_DENIALS + 1)))
    assert (len(denials), denials[0].topic) == (MAX_DENIALS, "1")


def test_denials_are_taken_once() -> None:
    log = DenialLog()
    log.feed(refused("c", "x").encode())
    assert len(log.take()) == 1
    assert log.take() == []


# What the server lets through: no control characters.
names = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


@given(client_id=names, username=st.text("abc-", min_size=1), topic=names)
def test_any_id_and_topic(client_id: str, username: str, topic: str) -> None:
    denials = read(
        connected(client_id, username),
        refused(client_id, topic),
        f"Received SUBSCRIBE from {client_id}",
        f"\t{topic} (QoS 1)",
        f"{client_id} 1 {topic}",
        f"\t{topic} (QoS 0)",
        f"Sending SUBACK to {client_id}",
    )
    assert denials == [
        Denial(username, client_id, Attempt.PUBLISH, topic, 0x87),
        Denial(username, client_id, Attempt.SUBSCRIBE, topic, 0x87),
    ]


@given(st.lists(st.binary(max_size=50)))
def test_no_line_is_too_odd(lines: list[bytes]) -> None:
    log = DenialLog()
    for line in lines:
        log.feed(b"Received SUBSCRIBE from " + line)
        log.feed(line)
        log.feed(b"Denied PUBLISH from " + line)
    log.take()
