from __future__ import annotations

import base64
import hashlib
import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brokers.adapter import Account, Action, BrokerError, Right
from brokers.mosquitto.security import (
    ADMIN_USERNAME,
    grant_commands,
    grant_role,
    revoke_commands,
    security_document,
    standing_role,
)

READ_A = Right(Action.READ, "a/#")
PUBLISH_B = Right(Action.PUBLISH, "b/+")


def document(*accounts: Account) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(json.dumps(security_document(accounts, "secret"))))


def acls(role: dict[str, Any]) -> set[tuple[str, str]]:
    assert all(acl["allow"] is True for acl in role["acls"])
    return {(acl["acltype"], acl["topic"]) for acl in role["acls"]}


def roles(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {role["rolename"]: role for role in found["roles"]}


def test_everything_is_denied_that_no_role_allows() -> None:
    assert document()["defaultACLAccess"] == {
        "publishClientSend": False,
        "publishClientReceive": False,
        "subscribe": False,
        "unsubscribe": True,
    }


def test_each_account_holds_one_role_with_its_standing_rights() -> None:
    found = document(Account("al", "x", (READ_A, PUBLISH_B)), Account("bo", "y"))

    assert [client["username"] for client in found["clients"]] == [ADMIN_USERNAME, "al", "bo"]
    assert found["clients"][1]["roles"] == [{"rolename": standing_role("al")}]
    assert acls(roles(found)[standing_role("al")]) == {
        ("subscribePattern", "a/#"),
        ("publishClientReceive", "a/#"),
        ("publishClientSend", "b/+"),
    }
    assert acls(roles(found)[standing_role("bo")]) == set()


def test_only_the_administrator_reaches_the_control_topics() -> None:
    found = document(Account("al", "x", (READ_A,)))

    holders = [name for name, role in roles(found).items() if "$CONTROL" in json.dumps(role)]
    assert holders == [standing_role(ADMIN_USERNAME)]


def test_passwords_are_hashed_as_the_plugin_checks_them() -> None:
    found = document(Account("al", "päss", ()), Account("bo", "päss", ()))

    client = found["clients"][1]
    salt = base64.b64decode(client["salt"])
    expected = hashlib.pbkdf2_hmac("sha512", "päss".encode(), salt, client["iterations"])
    assert base64.b64decode(client["password"]) == expected
    assert client["salt"] != found["clients"][2]["salt"]
    assert "päss" not in json.dumps(found, ensure_ascii=False)
    assert "secret" not in json.dumps(found)


def test_a_right_that_is_named_twice_is_written_once() -> None:
    [create, _] = grant_commands("al", "g", [READ_A, READ_A])

    entries = cast("list[Any]", create["acls"])
    assert len(entries) == 2


def test_a_grant_is_a_role_of_its_own_and_is_taken_away_whole() -> None:
    create, add = grant_commands("al", "inc7", [READ_A])
    remove, delete = revoke_commands("al", "inc7")

    role = grant_role("al", "inc7")
    assert (create["command"], create["rolename"]) == ("createRole", role)
    assert add == {"command": "addClientRole", "username": "al", "rolename": role}
    assert remove == {"command": "removeClientRole", "username": "al", "rolename": role}
    assert delete == {"command": "deleteRole", "rolename": role}


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_no_two_grants_share_a_role(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (grant_role(*one) == grant_role(*other)) == (one == other)
    assert grant_role(*one) != standing_role(other[0])


@pytest.mark.parametrize("pattern", ["", "a/#/b", "a#", "a/b+", "#/", "a\0b", "++"])
def test_a_pattern_that_is_no_filter_is_refused(pattern: str) -> None:
    with pytest.raises(BrokerError, match="topic filter"):
        document(Account("al", "x", (Right(Action.READ, pattern),)))
    with pytest.raises(BrokerError, match="topic filter"):
        grant_commands("al", "g", [Right(Action.PUBLISH, pattern)])


@pytest.mark.parametrize("pattern", ["#", "+", "a", "/", "a//b", "+/+/#", "$SYS/#"])
def test_a_pattern_that_is_a_filter_is_taken(pattern: str) -> None:
    assert grant_commands("al", "g", [Right(Action.READ, pattern)])


@pytest.mark.parametrize(
    ("usernames", "message"),
    [(["al", "al"], "'al' is taken"), ([ADMIN_USERNAME], "is taken"), ([""], "empty username")],
)
def test_usernames_are_unique_and_not_empty(usernames: list[str], message: str) -> None:
    with pytest.raises(BrokerError, match=message):
        document(*(Account(username, "x") for username in usernames))
