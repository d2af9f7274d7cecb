"""Rights as documents and commands of Mosquitto's dynamic-security plugin; nothing here does any I/O.

Every account holds one role with its standing rights, and one further role per grant, so that a grant can be
taken away as it was given without looking at what else the account may do.

How Mosquitto 2.0.11 compares a subscription with a ``subscribePattern`` was measured over the 29,584 pairs of
172 filters (up to four levels of ``a``, ``b``, ``+`` and a closing ``#``, empty levels and ``$SYS`` filters):

* No filter that one pattern covers wholly is refused; in particular ``a/+/c`` and ``a/#`` pass under ``a/#``,
  while ``#`` under ``a/#``, ``a/#`` under ``a/+/c`` and ``a/+`` under ``a/b`` are refused.
* A pattern whose first level is a wildcard also lets through filters that begin with ``$`` (``$SYS/#`` or
  ``$share/...`` under ``#`` or ``+/#``), and ``/#`` and ``+/#`` let through ``#``.
* Shared subscriptions are compared with their ``$share/<group>/`` in front, hence refused under any pattern
  with a literal first level.

What is let through too much is answered with success but never delivered: ``publishClientReceive`` is checked
on the topic of each message and is exact (a right on ``#`` receives nothing from ``$SYS`` or ``$CONTROL``).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import quote

from brokers.adapter import Account, Action, BrokerError, Manners, Right

Json: TypeAlias = str | int | bool | list["Json"] | dict[str, "Json"] | None
Command: TypeAlias = dict[str, Json]

MANNERS = Manners(disconnects_on_change=True, disconnects_on_grant=True)
"""Of every Mosquitto with this plugin: each change of an account's rights cuts its connections."""

CONTROL_TOPIC = "$CONTROL/dynamic-security/v1"
RESPONSE_TOPIC = "$CONTROL/dynamic-security/v1/response"
ADMIN_USERNAME = "dynamic-security-admin"

# The plugin's own figure. Passwords of a run are random tokens, so that stretching them adds nothing, and a
# thousand accounts must not make a session wait.
_HASH_ITERATIONS = 101
_SALT_BYTES = 12

# READ takes two: without publishClientReceive a persistent session, or messages that wait for it, would
# outlive the right to subscribe.
_ACL_TYPES: dict[Action, tuple[str, ...]] = {
    Action.PUBLISH: ("publishClientSend",),
    Action.READ: ("subscribePattern", "publishClientReceive"),
}

# Roles are asked in order of priority, and those of rights and grants have none.
_WITHHELD_PRIORITY = 100

_ADMIN_RIGHTS = (
    Right(Action.PUBLISH, "$CONTROL/dynamic-security/#"),
    Right(Action.READ, "$CONTROL/dynamic-security/#"),
)


def standing_role(username: str) -> str:
    """Return the name of the role that holds an account's standing rights."""
    return f"standing:{quote(username, safe='')}"


def grant_role(username: str, grant: str) -> str:
    """Return the name of the role that holds one grant; quoted, so that no two grants share a name."""
    return f"grant:{quote(username, safe='')}:{quote(grant, safe='')}"


def withheld_role(username: str, name: str) -> str:
    """Return the name of the role that holds what is withheld from an account under one name."""
    return f"withheld:{quote(username, safe='')}:{quote(name, safe='')}"


def security_document(accounts: Sequence[Account], admin_password: str) -> dict[str, Json]:
    """Return the plugin's configuration for these accounts and an administrator.

    Args:
        accounts: The users, with the rights they keep as long as the broker runs.
        admin_password: The password of ``ADMIN_USERNAME``, who alone may change rights.

    Raises:
        BrokerError: A username is empty, taken twice or the administrator's, or a pattern is no MQTT filter.
    """
    seen = {ADMIN_USERNAME}
    for account in accounts:
        if not account.username:
            raise BrokerError("an account has an empty username; give it a name")
        if account.username in seen:
            raise BrokerError(f"the username {account.username!r} is taken; give each account its own")
        seen.add(account.username)
    everyone = [Account(ADMIN_USERNAME, admin_password, _ADMIN_RIGHTS), *accounts]
    return {
        # All denied but unsubscribing. publishClientReceive is true in what `mosquitto_ctrl dynsec init`
        # writes: with that, a session whose right to subscribe was revoked would still be served.
        "defaultACLAccess": {
            "publishClientSend": False,
            "publishClientReceive": False,
            "subscribe": False,
            "unsubscribe": True,
        },
        "clients": [_client(account) for account in everyone],
        "roles": [_role(standing_role(account.username), account.rights) for account in everyone],
    }


def security_text(accounts: Sequence[Account], admin_password: str) -> str:
    """Return the plugin's configuration as it stands in its file.

    Raises:
        BrokerError: As `security_document` does.
    """
    return json.dumps(security_document(accounts, admin_password))


def account_commands(account: Account, note: str) -> list[Command]:
    """Return the commands that add an account with its standing rights to a server that runs.

    Args:
        account: Whom to add.
        note: What is kept with it, for who looks after the server.

    Raises:
        BrokerError: A pattern is no MQTT filter.
    """
    role = standing_role(account.username)
    return [
        {"command": "createRole", **_role(role, account.rights)},
        {
            "command": "createClient",
            "username": account.username,
            "password": account.password,
            "textdescription": note,
            "roles": [{"rolename": role}],
        },
    ]


def remove_account_commands(username: str) -> list[Command]:
    """Return the commands that take an account away, with its standing rights."""
    return [
        {"command": "deleteClient", "username": username},
        {"command": "deleteRole", "rolename": standing_role(username)},
    ]


def roles_document(accounts: Sequence[Account]) -> dict[str, Json]:
    """Return only the roles of accounts, without users and passwords: what an administrator may look at or copy.

    Raises:
        BrokerError: A pattern is no MQTT filter.
    """
    return {"roles": [_role(standing_role(account.username), account.rights) for account in accounts]}


def grant_commands(username: str, grant: str, rights: Sequence[Right]) -> list[Command]:
    """Return the commands that give ``username`` these rights under the name ``grant``.

    Raises:
        BrokerError: A pattern is no MQTT filter.
    """
    role = grant_role(username, grant)
    return [
        {"command": "createRole", **_role(role, rights)},
        {"command": "addClientRole", "username": username, "rolename": role},
    ]


def revoke_commands(username: str, grant: str) -> list[Command]:
    """Return the commands that take the rights of ``grant`` from ``username``."""
    role = grant_role(username, grant)
    return [
        {"command": "removeClientRole", "username": username, "rolename": role},
        {"command": "deleteRole", "rolename": role},
    ]


def withhold_commands(username: str, name: str, patterns: Sequence[str]) -> list[Command]:
    """Return the commands that deny ``username`` all that matches these filters, before any other role is asked.

    Raises:
        BrokerError: A pattern is no MQTT filter.
    """
    role = withheld_role(username, name)
    rights = [Right(action, pattern) for pattern in patterns for action in Action]
    return [
        {"command": "createRole", **_role(role, rights, allow=False)},
        {"command": "addClientRole", "username": username, "rolename": role, "priority": _WITHHELD_PRIORITY},
    ]


def give_back_commands(username: str, name: str) -> list[Command]:
    """Return the commands that deny ``username`` no longer what was withheld under a name."""
    role = withheld_role(username, name)
    return [
        {"command": "removeClientRole", "username": username, "rolename": role},
        {"command": "deleteRole", "rolename": role},
    ]


def _client(account: Account) -> dict[str, Json]:
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", account.password.encode(), salt, _HASH_ITERATIONS)
    return {
        "username": account.username,
        "password": base64.b64encode(digest).decode("ascii"),
        "salt": base64.b64encode(salt).decode("ascii"),
        "iterations": _HASH_ITERATIONS,
        "roles": [{"rolename": standing_role(account.username)}],
    }


def _role(name: str, rights: Sequence[Right], *, allow: bool = True) -> dict[str, Json]:
    for right in rights:
        _require_filter(right.pattern)
    # Each entry once: the plugin keeps them in a table by topic and does not expect the same one again.
    entries = dict.fromkeys((kind, right.pattern) for right in rights for kind in _ACL_TYPES[right.action])
    acls: list[Json] = [
        {"acltype": kind, "topic": pattern, "priority": 0, "allow": allow} for kind, pattern in entries
    ]
    return {"rolename": name, "acls": acls}


def _require_filter(pattern: str) -> None:
    levels = pattern.split("/")
    wildcards_alone = all(level in {"+", "#"} or not set(level) & {"+", "#"} for level in levels)
    if pattern and "\0" not in pattern and wildcards_alone and "#" not in levels[:-1]:
        return
    raise BrokerError(
        f"the pattern {pattern!r} is no MQTT topic filter; write '+' as a whole level and '#' as the last one"
    )
