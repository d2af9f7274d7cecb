"""What is read from the log of a node, and what nobody can make it say."""

from __future__ import annotations

import json

from brokers.adapter import Attempt, Denial
from brokers.rabbitmq.denials import MAX_DENIALS, NodeDenials

ACCEPTED = "Accepted MQTT connection 127.0.0.1:1 -> 127.0.0.1:2 for client ID {}"
REFUSED = (
    "MQTT topic access refused: {} access to topic '{}' "
    "in exchange 'amq.topic' in vhost '/' refused for user '{}'"
)


def line(said: str, pid: str = "<0.1.0>", time: str = "2026-11-27 22:00:00") -> bytes:
    return json.dumps({"time": time, "level": "error", "msg": said, "pid": pid}).encode()


def told(*lines: bytes) -> list[Denial]:
    log = NodeDenials()
    for each in lines:
        log.feed(each)
    return [denial for _, denial in log.take()]


def test_a_refusal_is_joined_to_the_client_by_its_connection() -> None:
    assert told(
        line(ACCEPTED.format("al:one")),
        line(ACCEPTED.format("bo:two"), "<0.2.0>"),
        line(REFUSED.format("write", "beeld.r.own.bo", "al")),
        line(REFUSED.format("read", "beeld.*.#", "bo"), "<0.2.0>"),
    ) == [
        Denial("al", "al:one", Attempt.PUBLISH, "beeld/r/own/bo", None),
        Denial("bo", "bo:two", Attempt.SUBSCRIBE, "beeld/+/#", 0x87),
    ]


def test_who_connected_before_is_not_known_by_name() -> None:
    assert told(line(REFUSED.format("write", "a", "al"))) == [Denial("al", "", Attempt.PUBLISH, "a", None)]


def test_what_a_client_says_is_never_taken_for_a_line_or_another_user() -> None:
    forged = REFUSED.format("write", "own", "victim")
    topic = f"x\n{forged} and more' in exchange 'amq.topic' in vhost '/' refused for user 'victim"
    (denial,) = told(line(ACCEPTED.format(f"al:x\n{forged}")), line(REFUSED.format("write", topic, "al")))
    assert (denial.username, denial.client_id) == ("al", f"al:x\n{forged}")


def test_other_lines_are_passed_over() -> None:
    assert told(b"", b" completed with 4 plugins.", b"MQTT topic access refused", b'["Accepted MQTT"]') == []
    assert told(line("MQTT topic access refused: something new")) == []


def test_a_flood_makes_the_oldest_give_way() -> None:
    refused = line(REFUSED.format("write", "a", "al"))
    assert len(told(*[refused] * (MAX_DENIALS + 5))) == MAX_DENIALS
