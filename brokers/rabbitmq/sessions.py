"""What waits in the sessions of an account, and what comes into them: taken away with the right to read it."""

from __future__ import annotations

from typing import Any, Final

from brokers.rabbitmq.accounts import EXCHANGE, QUEUE, VHOST, Standing
from brokers.rabbitmq.management import Management
from brokers.rabbitmq.rights import topic_of

_ALL: Final = 1_000_000
_RETURN: Final = "beeld.return"


class Sessions:
    """The queues of sessions at the broker.

    Args:
        management: The API of the cluster.
    """

    def __init__(self, management: Management) -> None:
        self._management = management

    async def clear(self) -> None:
        """Take every session away.

        Raises:
            BrokerError: The cluster refuses.
        """
        for queue in await self._queues():
            await self._management.delete("queues", VHOST, queue)

    async def cut(self, standing: Standing) -> None:
        """Take from the sessions of an account what it may not read now: subscriptions, and what waits.

        The account must be shut out, so that nobody reads meanwhile. What it may read stays, in its order; only where
        something had to be taken out from among it, what comes in at that same moment may go before what waited.

        Raises:
            BrokerError: The cluster refuses.
        """
        for queue in await self._queues():
            if standing.owns(queue) and await self._cut_bindings(queue, standing):
                await self._cut_messages(queue, standing)

    async def _queues(self) -> list[str]:
        found = await self._management.get(
            "queues", VHOST, query="?disable_stats=true&enable_queue_totals=false"
        )
        return [each["name"] for each in found or () if each["name"].startswith(QUEUE)]

    async def _cut_bindings(self, queue: str, standing: Standing) -> bool:
        """Take subscriptions away; say whether there were any to take."""
        is_cut = False
        found: Any = await self._management.get("queues", VHOST, queue, "bindings")
        for binding in found or ():
            if binding["source"] == EXCHANGE and not standing.may_keep(topic_of(binding["routing_key"])):
                await self._management.delete(
                    "bindings", VHOST, "e", EXCHANGE, "q", queue, binding["properties_key"]
                )
                is_cut = True
        return is_cut

    async def _cut_messages(self, queue: str, standing: Standing) -> None:
        # Taken out for good and put back: a look that gives messages back (ack_requeue_true) shuffles them.
        taken: list[Any] = []
        while found := await self._take(queue):
            taken += found
        kept = [each for each in taken if standing.may_keep(topic_of(each["routing_key"]))]
        if kept:
            await self._put_back(queue, kept)

    async def _take(self, queue: str) -> list[Any]:
        how = {"count": _ALL, "ackmode": "ack_requeue_false", "encoding": "base64"}
        return list(await self._management.post("queues", VHOST, queue, "get", body=how) or ())

    async def _put_back(self, queue: str, messages: list[Any]) -> None:
        """Put messages into one queue under the routing key they had, by an exchange that leads there alone."""
        path = ("exchanges", VHOST, _RETURN)
        await self._management.put(
            *path, body={"type": "fanout", "durable": False, "auto_delete": False, "internal": False}
        )
        try:
            await self._management.post("bindings", VHOST, "e", _RETURN, "q", queue, body={})
            for each in messages:
                await self._management.post(
                    *path,
                    "publish",
                    body={
                        "properties": each["properties"],
                        "routing_key": each["routing_key"],
                        "payload": each["payload"],
                        "payload_encoding": each["payload_encoding"],
                    },
                )
        finally:
            await self._management.delete(*path)
