"""The management API of a cluster: a few requests over HTTP, by whichever node answers.

The standard library's client in a thread: requests are few, small, and to loopback.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import quote

from brokers.adapter import BrokerError

_TIMEOUT_S: Final = 15.0
_MISSING: Final = 404
_FAILURE: Final = 300


class NobodyAnswersError(BrokerError):
    """No node that was asked is there: it is dead, or not up yet, and then serves no client either."""


Address = tuple[str, int]
"""Host and port."""


class Management:
    """Requests to the management API, as its administrator.

    Args:
        addresses: Where the nodes listen for them.
        username: The administrator.
        password: The administrator's.
        alive: Says of a node, by its number, whether it runs.
    """

    def __init__(
        self, addresses: Sequence[Address], username: str, password: str, alive: Callable[[int], bool]
    ) -> None:
        self._addresses = tuple(addresses)
        self._alive = alive
        secret = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}

    def nodes(self) -> list[int]:
        """Return the numbers of the nodes that run."""
        return [number for number in range(len(self._addresses)) if self._alive(number)]

    async def get(self, *path: str, query: str = "", node: int | None = None) -> Any:
        """Return what stands at a path; None when there is nothing.

        Raises:
            BrokerError: No node answers, or it refuses.
        """
        return await self._request("GET", path, query=query, node=node)

    async def put(self, *path: str, body: object) -> None:
        """Put something at a path.

        Raises:
            BrokerError: No node answers, or it refuses.
        """
        await self._request("PUT", path, body)

    async def post(self, *path: str, body: object) -> Any:
        """Post something to a path, and return the answer.

        Raises:
            BrokerError: No node answers, or it refuses.
        """
        return await self._request("POST", path, body)

    async def delete(self, *path: str) -> None:
        """Take away what stands at a path; nothing there is as good.

        Raises:
            BrokerError: No node answers, or it refuses.
        """
        await self._request("DELETE", path)

    async def _request(
        self,
        method: str,
        path: Sequence[str],
        body: object = None,
        *,
        query: str = "",
        node: int | None = None,
    ) -> Any:
        target = "/api/" + "/".join(quote(part, safe="") for part in path) + query
        content = None if body is None else json.dumps(body)
        trouble: Exception | None = None
        for number in self.nodes() if node is None else [node]:
            try:
                status, answer = await asyncio.to_thread(self._ask, number, method, target, content)
            except (OSError, http.client.HTTPException) as error:
                trouble = error
                continue
            if status == _MISSING and method in ("GET", "DELETE"):
                return None
            if status >= _FAILURE:
                said = answer.decode("utf-8", errors="replace")[:300]
                raise BrokerError(f"rabbitmq refuses {method} {target}: {status} {said}")
            return json.loads(answer) if answer else None
        raise NobodyAnswersError(f"no node of rabbitmq answers {method} {target}: {trouble}") from trouble

    def _ask(self, number: int, method: str, target: str, content: str | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(*self._addresses[number], timeout=_TIMEOUT_S)
        try:
            connection.request(method, target, content, self._headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
