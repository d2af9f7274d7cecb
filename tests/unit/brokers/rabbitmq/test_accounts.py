"""What an account may do, as the cluster is told."""

from __future__ import annotations

import re

import pytest

from brokers.adapter import Account, Action, BrokerError, Right
from brokers.rabbitmq.accounts import QUEUE, Standing, definitions, permission
from brokers.rabbitmq.rights import NOTHING

BO = Account("bo", "password-of-bo", (Right(Action.READ, "fence/#"),))


@pytest.mark.parametrize("client_id", ["bo:", "bo:desk", "bo:desk:1", "bo"])
def test_sessions_that_begin_with_its_name_are_its_own(client_id: str) -> None:
    queue = f"{QUEUE}{client_id}qos1"
    assert Standing(BO).owns(queue)
    assert all(re.search(right, queue) for right in permission("bo").values())


@pytest.mark.parametrize("client_id", ["bob:desk", "b", "al:bo:desk", "bo-desk", "xbo:desk", "bo\\:desk"])
def test_other_sessions_are_not(client_id: str) -> None:
    queue = f"{QUEUE}{client_id}qos1"
    assert not Standing(BO).owns(queue)
    assert not any(re.search(right, queue) for right in permission("bo").values())


def test_what_is_granted_adds_and_what_is_withheld_takes() -> None:
    standing = Standing(BO)
    assert standing.may_keep("fence/a")
    assert standing.topic_permission()["write"] == NOTHING
    standing.grants["g"] = (Right(Action.READ, "ex/#"), Right(Action.PUBLISH, "ex/bo"))
    assert standing.may_keep("ex/al/x")
    assert standing.topic_permission()["write"] != NOTHING
    standing.withheld["o"] = ("ex/#",)
    assert not standing.may_keep("ex/al/x")
    assert not standing.may_keep("+/al/x")
    assert standing.may_keep("fence/a")


def test_nobody_is_left_without_rights_on_topics_since_that_would_be_all_rights() -> None:
    found = definitions([Standing(BO), Standing(Account("al", "x"))])
    assert [each["user"] for each in found["topic_permissions"]] == ["bo", "al"]
    assert found["topic_permissions"][1]["read"] == found["topic_permissions"][1]["write"] == NOTHING
    assert all(each["tags"] == "" for each in found["users"])
    assert "password-of-bo" not in str(found)


def test_a_right_that_is_none_is_refused() -> None:
    with pytest.raises(BrokerError, match="no MQTT topic filter"):
        definitions([Standing(Account("al", "x", (Right(Action.READ, "a/#/b"),)))])
