"""The administrator's connection, over which rights change while the server runs."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import secrets
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from aiomqtt import Client, MqttCodeError, MqttError, ProtocolVersion

from brokers.adapter import BrokerError, Endpoint
from brokers.mosquitto.security import ADMIN_USERNAME, CONTROL_TOPIC, RESPONSE_TOPIC, Command

_TIMEOUT = 10.0
_LOGGER = logging.getLogger(__name__)


def _why_not(error: MqttError) -> str:
    """Return why an administrator did not get in: refused by the server, or never there."""
    if isinstance(error, MqttCodeError):
        return f"the administrator cannot log in: {error}"
    is_nobody_there = f"[Errno {errno.ECONNREFUSED}]" in str(error)
    hint = (
        "; no server runs there: start one on this machine with: beeld broker up" if is_nobody_there else ""
    )
    return f"the server cannot be reached: {error}{hint}"


class AdminConnection:
    """One connection that is kept open: a grant takes a millisecond over it, a new connection several.

    One batch of commands is under way at a time. A connection that was lost (a process that was suspended
    misses its keep-alive) is made anew before the next batch; a batch that was under way is never repeated,
    since the server may have carried it out.

    The server tells the answers to every administrator that is connected, so each batch has a name that no other
    connection uses.

    Args:
        endpoint: Where the server listens.
        password: The administrator's.
        username: Who that is.

    Attributes:
        endpoint: Where the server listens.
    """

    def __init__(self, endpoint: Endpoint, password: str, username: str = ADMIN_USERNAME) -> None:
        self.endpoint = endpoint
        self._username = username
        self._password = password
        self._name = secrets.token_hex(8)
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._client: Client | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answer: asyncio.Future[list[dict[str, Any]]] | None = None
        self._batches = 0

    @property
    def connected(self) -> bool:
        """Whether the server has not ended the connection, as far as is known."""
        return self._reader is not None and not self._reader.done()

    async def connect(self) -> None:
        """Connect and subscribe to the answers.

        Raises:
            BrokerError: The server does not accept the connection.
        """
        client = Client(
            self.endpoint.host,
            self.endpoint.port,
            username=self._username,
            password=self._password,
            protocol=ProtocolVersion.V5,
            timeout=_TIMEOUT,
            logger=_LOGGER,
            tls_context=self.endpoint.tls.context() if self.endpoint.tls is not None else None,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        try:
            await self._stack.enter_async_context(client)
            await client.subscribe(RESPONSE_TOPIC, qos=1)
        except MqttError as error:
            raise BrokerError(_why_not(error)) from error
        self._client = client
        self._reader = asyncio.create_task(self._read(client))

    async def send(self, commands: Sequence[Command]) -> None:
        """Have these commands carried out; return when all of them are.

        Raises:
            BrokerError: The server refused one of them, or did not answer.
        """
        for response in await self.ask(commands):
            if "error" in response:
                raise BrokerError(f"mosquitto refuses {response.get('command')}: {response['error']}")

    async def ask(self, commands: Sequence[Command]) -> list[dict[str, Any]]:
        """Have these commands carried out, and return what the server says of each; ``error`` where it refused.

        Raises:
            BrokerError: The server did not answer.
        """
        async with self._lock:
            if not self.connected:
                await self.close()
                await self.connect()
            self._batches += 1
            return await self._exchange([{**each, "correlationData": self._batch} for each in commands])

    async def close(self) -> None:
        """Close the connection; safe to call twice."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        self._client = None
        self._fail(MqttError("the connection was closed"))
        try:
            await self._stack.aclose()
        except MqttError as error:
            # The server is gone already: nothing is left to close.
            _LOGGER.debug("administrator's connection ended: %s", error)

    async def _exchange(self, commands: Sequence[Command]) -> list[dict[str, Any]]:
        assert self._client is not None
        answer: asyncio.Future[list[dict[str, Any]]] = asyncio.get_running_loop().create_future()
        self._answer = answer
        payload = json.dumps({"commands": commands})
        # Side by side: when the connection breaks, the reader fails the answer at once, whereas the
        # acknowledgement of the publication would be waited for until the timeout.
        publishing = asyncio.ensure_future(self._client.publish(CONTROL_TOPIC, payload, qos=1))
        try:
            async with asyncio.timeout(_TIMEOUT):
                await asyncio.gather(publishing, answer)
        except (MqttError, TimeoutError) as error:
            reason = str(error) or f"no answer within {_TIMEOUT:g} s"
            raise BrokerError(f"mosquitto did not carry out a change of rights: {reason}") from error
        finally:
            publishing.cancel()
            self._answer = None
        return answer.result()

    async def _read(self, client: Client) -> None:
        try:
            async for message in client.messages:
                self._take(json.loads(bytes(message.payload))["responses"])
        except MqttError as error:
            self._fail(error)

    def _fail(self, error: MqttError) -> None:
        """Let whoever waits for an answer wait no longer."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _take(self, responses: list[dict[str, Any]]) -> None:
        """Hand over an answer; one that comes after its batch was given up belongs to nobody."""
        if self._answer is None or self._answer.done():
            return
        if all(response.get("correlationData") == self._batch for response in responses):
            self._answer.set_result(responses)

    @property
    def _batch(self) -> str:
        """The name of the batch that is under way, or was the last."""
        return f"{self._name}-{self._batches}"
