"""What each account may do now, and how the cluster is told so."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from brokers.adapter import Account, Action, BrokerError, Right
from brokers.rabbitmq.config import ADMINISTRATOR
from brokers.rabbitmq.management import Management, NobodyAnswersError
from brokers.rabbitmq.rights import expression, is_readable, patterns_of
from brokers.rabbitmq.sockets import is_open

VHOST: Final = "/"
EXCHANGE: Final = "amq.topic"
QUEUE: Final = "mqtt-subscription-"
"""What the name of a session's queue begins with; then comes the client id, and the QoS."""

ID_SEPARATOR: Final = ":"
"""Stands between the name of an account and the rest in the id of a client: no account can be called so."""

_SALT_BYTES: Final = 4
_SETTLE_S: Final = 10.0
_LOOK_S: Final = 0.005

# Without a limit (-1) RabbitMQ puts what comes back from a lost connection at the end of the queue, out of its order.
_MANY_DELIVERIES: Final = 1_000_000


@dataclass
class Standing:
    """One account with everything that it was given and that is withheld from it.

    Attributes:
        account: The account with its standing rights.
        grants: Rights that were given at run time, by name.
        withheld: Filters that are withheld, by name.
    """

    account: Account
    grants: dict[str, tuple[Right, ...]] = field(default_factory=dict)
    withheld: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def topic_permission(self) -> dict[str, str]:
        """Return the account's rights as RabbitMQ keeps them.

        Raises:
            BrokerError: A pattern is no MQTT filter.
        """
        rights, withheld = self._rights(), tuple(self._withheld())
        return {
            "exchange": EXCHANGE,
            "write": expression(patterns_of(rights, Action.PUBLISH), withheld),
            "read": expression(patterns_of(rights, Action.READ), withheld),
        }

    def may_keep(self, topic_filter: str) -> bool:
        """Say whether a subscription to a filter may stand, or a message of a topic be delivered."""
        return is_readable(topic_filter, patterns_of(self._rights(), Action.READ), tuple(self._withheld()))

    def owns(self, queue: str) -> bool:
        """Say whether a queue belongs to a session of this account."""
        return re.fullmatch(_own_queues(self.account.username)[1:-1], queue, re.DOTALL) is not None

    def _rights(self) -> list[Right]:
        return [*self.account.rights, *(right for rights in self.grants.values() for right in rights)]

    def _withheld(self) -> Iterable[str]:
        return (pattern for patterns in self.withheld.values() for pattern in patterns)


def permission(username: str) -> dict[str, str]:
    """Return what an account may do with queues and exchanges: with those of its own sessions, and the one exchange.

    RabbitMQ checks no delivery, so whoever takes over a session gets what that session is subscribed to. Hence the name
    of an account is the beginning of the ids of its clients, and it cannot use a queue of another.
    """
    own = _own_queues(username)
    also = rf"^({own[1:-1]}|{re.escape(EXCHANGE)})$"
    return {"configure": own, "write": also, "read": also}


def definitions(standings: Iterable[Standing]) -> dict[str, Any]:
    """Return all accounts with all that they may do now, as the cluster takes them in at once.

    Raises:
        BrokerError: A pattern is no MQTT filter.
    """
    everyone = list(standings)
    names = [each.account.username for each in everyone]
    return {
        "users": [_user(each.account) for each in everyone],
        "permissions": [{"user": name, "vhost": VHOST, **permission(name)} for name in names],
        "topic_permissions": [
            {"user": each.account.username, "vhost": VHOST, **each.topic_permission()} for each in everyone
        ],
        "policies": [
            {
                "vhost": VHOST,
                "name": "beeld-sessions",
                "pattern": f"^{QUEUE}",
                "apply-to": "quorum_queues",
                "priority": 0,
                # Else a message is thrown away when its reader was cut off twenty times before it answered.
                "definition": {"delivery-limit": _MANY_DELIVERIES},
            }
        ],
    }


class Enforcer:
    """Carries a change of one account's rights to every node.

    Args:
        management: The API of the cluster.
    """

    def __init__(self, management: Management) -> None:
        self._management = management

    async def load(self, standings: Sequence[Standing]) -> None:
        """Make accounts with their rights; return when every node knows them.

        Raises:
            BrokerError: The cluster refuses, or a node does not take them over.
        """
        wanted = definitions(standings)
        await self._management.post("definitions", body=wanted)
        await self._on_every_node(("permissions",), wanted["permissions"])
        await self._on_every_node(("topic-permissions",), wanted["topic_permissions"])

    async def clear(self) -> None:
        """Take away every account but the administrator's, and end their connections.

        Raises:
            BrokerError: The cluster refuses.
        """
        found: Any = await self._management.get("users")
        names = [each["name"] for each in found or () if each["name"] != ADMINISTRATOR]
        if names:
            await self._management.post("users", "bulk-delete", body={"users": names})
        for name in names:
            await self._management.delete("connections", "username", name)

    async def set_rights(self, standing: Standing) -> None:
        """Give an account the rights that it has now; return when every node holds it to them.

        Connections are not touched, so this does for more rights, and never for less.

        Raises:
            BrokerError: The cluster refuses, or a node does not take them over.
        """
        name = standing.account.username
        await self._management.put("topic-permissions", VHOST, name, body=standing.topic_permission())
        await self._settled(standing)

    async def shut_out(self, username: str) -> None:
        """Let an account in nowhere, and cut its connections: a connection remembers what it may publish.

        Raises:
            BrokerError: The cluster refuses, or its connections do not end.
        """
        await self._management.delete("permissions", VHOST, username)
        await self._on_every_node(("permissions", VHOST, username), [])
        # Twice without any: a connection that was being made is counted a moment after it was let in.
        seen_none = 0
        try:
            async with asyncio.timeout(_SETTLE_S):
                while seen_none < 2:
                    await self._management.delete("connections", "username", username)
                    listed = await self._management.get("connections", "username", username)
                    seen_none = 0 if any(is_open(each["name"]) for each in listed or ()) else seen_none + 1
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError as error:
            raise BrokerError(f"rabbitmq: the connections of {username!r} do not end") from error

    async def let_in(self, username: str) -> None:
        """Let an account in again; return when every node does.

        Raises:
            BrokerError: The cluster refuses, or a node does not take it over.
        """
        wanted = permission(username)
        await self._management.put("permissions", VHOST, username, body=wanted)
        await self._on_every_node(("permissions", VHOST, username), [{"user": username, **wanted}])

    async def _settled(self, standing: Standing) -> None:
        name = standing.account.username
        wanted = {"user": name, **standing.topic_permission()}
        await self._on_every_node(("topic-permissions", VHOST, name), [wanted])

    async def _on_every_node(self, path: tuple[str, ...], wanted: Sequence[dict[str, str]]) -> None:
        """Return when each node tells these entries at a path, or none when there are to be none."""
        try:
            async with asyncio.timeout(_SETTLE_S):
                await asyncio.gather(
                    *(self._on_node(each, path, wanted) for each in self._management.nodes())
                )
        except TimeoutError as error:
            raise BrokerError(f"rabbitmq: not every node took over {'/'.join(path)}") from error

    async def _on_node(self, node: int, path: tuple[str, ...], wanted: Sequence[dict[str, str]]) -> None:
        try:
            while not _is(await self._management.get(*path, node=node), wanted):  # noqa: ASYNC110 - it cannot tell
                await asyncio.sleep(_LOOK_S)
        except NobodyAnswersError:
            # It died, or is not up yet: before it lets anybody in it takes everything over from the others.
            return


def _is(found: Any, wanted: Sequence[dict[str, str]]) -> bool:
    """Say whether what a node tells, one entry or a list, has all that it was told; or is nothing, for nothing."""
    if not wanted:
        return not found
    entries = found if isinstance(found, list) else [found or {}]
    told = {entry.get("user", ""): entry for entry in entries}
    return all(told.get(each["user"], {}).items() >= each.items() for each in wanted)


def _own_queues(username: str) -> str:
    return rf"^{re.escape(QUEUE + username)}({ID_SEPARATOR}.*)?qos[01]$"


def _user(account: Account) -> dict[str, str]:
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.sha256(salt + account.password.encode()).digest()
    return {
        "name": account.username,
        "password_hash": base64.b64encode(salt + digest).decode("ascii"),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "",
    }
