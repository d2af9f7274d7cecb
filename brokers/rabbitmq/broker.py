"""RabbitMQ 4 as a broker that a session starts: a cluster of three nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from brokers.adapter import Account, BrokerError, Denial, Endpoint, Manners, Right
from brokers.rabbitmq.accounts import Enforcer, Standing
from brokers.rabbitmq.cluster import Cluster, PortTakenError
from brokers.rabbitmq.installation import Installation, find
from brokers.rabbitmq.sessions import Sessions

# A port that was free may be taken before a node listens on it.
_START_ATTEMPTS: Final = 3


class RabbitMQBroker:
    """A cluster of three RabbitMQ nodes of its own for one run.

    What differs from other brokers:

    * A refused publication closes the connection without an answer; a refused subscription is answered, and then the
      connection is closed. The client comes back, and what it had sent after it is sent again.
    * RabbitMQ checks no delivery, and a connection remembers what it may publish. So when rights become less, the
      account is shut out and its connections are cut, then its rights are changed, then its sessions lose the
      subscriptions and the waiting messages that it may not read any more, and then it is let in again. A
      subscription that was wider than what is left goes whole. When rights become more, nothing is cut.
    * The ids of an account's clients begin with its name and a colon: nobody takes over the session of another.
    * Retained messages are kept nowhere: a node would keep those that were published by it, and no other.
    * The highest QoS is 1.

    Args:
        cluster: Nodes that somebody else made and removes, and that serve one run after the other; None makes new ones.

    Attributes:
        name: What the command line calls it.
        manners: See above. It takes three seconds to refuse a client; and as a node passes an acknowledgement on to the
            others, and may be told first that its client is gone, a delivery may come twice.
    """

    manners = Manners(
        disconnects_on_change=True,
        shuts_out=True,
        disconnects_on_refusal=True,
        delivers_twice=True,
        retains=False,
    )

    def __init__(self, cluster: Cluster | None = None) -> None:
        self.name: str = "rabbitmq"
        self._lent = cluster
        self._cluster: Cluster | None = None
        self._standings: dict[str, Standing] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @staticmethod
    def available() -> str | None:
        """Say in one line why RabbitMQ cannot be used here, or return None when it can."""
        found = find()
        return found if isinstance(found, str) else None

    @property
    def cluster(self) -> Cluster:
        """The processes, one of which may be killed and started again.

        Raises:
            BrokerError: There are none.
        """
        if self._cluster is None:
            raise BrokerError("this broker is not running; start it first")
        return self._cluster

    @property
    def folder(self) -> Path | None:
        """The private folder of the cluster, or None when there is none."""
        return self._cluster.folder if self._cluster is not None else None

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        """Start three nodes on free loopback ports with these accounts; return when clients can connect.

        Raises:
            BrokerError: RabbitMQ is not usable here, an account is not, or the cluster does not come up.
        """
        if self._cluster is not None:
            raise BrokerError("this broker was started already; stop it first, or make another")
        self._standings = {account.username: Standing(account) for account in accounts}
        self._locks = {account.username: asyncio.Lock() for account in accounts}
        for attempts_left in reversed(range(_START_ATTEMPTS)):
            self._cluster = self._lent or Cluster(_installation())
            try:
                await self._serve()
                break
            except PortTakenError:
                await self.stop()
                if not attempts_left:
                    raise
            except BaseException:
                # Also when the start is cancelled: no process without anybody to stop it.
                await self.stop()
                raise
        addresses = self.cluster.addresses
        return Endpoint(*addresses[0], nodes=addresses)

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``; return when every node enforces them.

        Raises:
            BrokerError: The account is unknown, already holds a grant of this name, or the cluster refuses.
        """
        standing = self._standing(username)
        if grant in standing.grants:
            raise BrokerError(f"{username!r} already holds the grant {grant!r}; revoke it first")
        standing.grants[grant] = tuple(rights)
        try:
            standing.topic_permission()
        except BrokerError:
            del standing.grants[grant]
            raise
        async with self._locks[username]:
            await Enforcer(self.cluster.management).set_rights(standing)

    async def revoke(self, username: str, grant: str) -> None:
        """Take the rights of ``grant`` away; return when nothing more is delivered under them.

        Raises:
            BrokerError: The account holds no grant of this name, or the cluster refuses.
        """
        standing = self._standing(username)
        if grant not in standing.grants:
            raise BrokerError(f"{username!r} holds no grant {grant!r} that could be revoked")
        del standing.grants[grant]
        await self._cut(standing)

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters; return when every node enforces it.

        Raises:
            BrokerError: The account is unknown, something is withheld under this name already, or the cluster refuses.
        """
        standing = self._standing(username)
        if name in standing.withheld:
            raise BrokerError(f"nothing can be withheld from {username!r} under the name {name!r}")
        standing.withheld[name] = tuple(patterns)
        await self._cut(standing)

    async def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``; return when no node does.

        Raises:
            BrokerError: Nothing is withheld under this name, or the cluster refuses.
        """
        standing = self._standing(username)
        if name not in standing.withheld:
            raise BrokerError(f"nothing is withheld from {username!r} under the name {name!r}")
        del standing.withheld[name]
        async with self._locks[username]:
            await Enforcer(self.cluster.management).set_rights(standing)

    async def kill(self) -> None:
        """Kill every node with SIGKILL; what was in them is lost. Safe to call twice."""
        if self._cluster is not None:
            await self._cluster.kill()

    async def restart(self) -> None:
        """Start the nodes again at their addresses, with the rights that everybody has now.

        Raises:
            BrokerError: They were never started, some run still, or they do not come up.
        """
        if self._cluster is None or self._cluster.serves():
            raise BrokerError("only a cluster that was started and killed can be restarted")
        await self._serve()

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, in the order in which they happened, by the clock of the nodes.

        A delivery that does not happen is not told, since nothing of it is left. A node writes its log a moment after
        it refused. After ``stop`` there are none.
        """
        return self._cluster.take_denials() if self._cluster is not None else []

    def running(self) -> bool:
        """Say whether more than half of the nodes live."""
        return self._cluster is not None and self._cluster.serves()

    async def stop(self) -> None:
        """End every process and remove the folder, or leave nodes that were lent; safe to call twice."""
        cluster, self._cluster = self._cluster, None
        if cluster is not None and cluster is not self._lent:
            await cluster.stop()

    async def _serve(self) -> None:
        cluster = self.cluster
        enforcer = Enforcer(cluster.management)
        if cluster.serves():
            await enforcer.clear()
            await Sessions(cluster.management).clear()
            cluster.take_denials()
        else:
            await cluster.kill()
            await cluster.start()
        await enforcer.load(list(self._standings.values()))

    async def _cut(self, standing: Standing) -> None:
        """Have rights that became less enforced; a failure on the way leaves the account shut out."""
        username = standing.account.username
        management = self.cluster.management
        enforcer = Enforcer(management)
        async with self._locks[username]:
            await enforcer.shut_out(username)
            await enforcer.set_rights(standing)
            await Sessions(management).cut(standing)
            await enforcer.let_in(username)

    def _standing(self, username: str) -> Standing:
        if self._cluster is None:
            raise BrokerError("this broker is not running; start it first")
        if username not in self._standings:
            raise BrokerError(f"nobody is called {username!r}; accounts are given at the start")
        return self._standings[username]


def _installation() -> Installation:
    found = find()
    if isinstance(found, str):
        raise BrokerError(found)
    return found
