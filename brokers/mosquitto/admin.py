"""The administrator's connection, over which rights change while the server runs."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiomqtt import Client, MqttError, ProtocolVersion

from brokers.adapter import BrokerError, Endpoint
from brokers.mosquitto.security import ADMIN_USERNAME, CONTROL_TOPIC, RESPONSE_TOPIC, Command

_TIMEOUT = 10.0
_LOGGER = logging.getLogger(__name__)


class AdminConnection:
    """One connection that is kept open: a grant takes a millisecond over it, a new connection several.

    One batch of commands is under way at a time. A connection that was lost (a process that was suspended
    misses its keep-alive) is made anew before the next batch; a batch that was under way is never repeated,
    since the server may have carried it out.
    """

    def __init__(self, endpoint: Endpoint, password: str) -> None:
        self._endpoint = endpoint
        self._password = password
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._client: Client | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answer: asyncio.Future[list[dict[str, str]]] | None = None
        self._batch = 0

    async def connect(self) -> None:
        """Connect and subscribe to the answers.

        Raises:
            BrokerError: The server does not accept the connection.
        """
        client = Client(
            self._endpoint.host,
            self._endpoint.port,
            username=ADMIN_USERNAME,
            password=self._password,
            protocol=ProtocolVersion.V5,
            timeout=_TIMEOUT,
            logger=_LOGGER,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        try:
            await self._stack.enter_async_context(client)
            await client.subscribe(RESPONSE_TOPIC, qos=1)
        except MqttError as error:
            raise BrokerError(f"mosquitto refuses its administrator: {error}") from error
        self._client = client
        self._reader = asyncio.create_task(self._read(client))

    async def send(self, commands: Sequence[Command]) -> None:
        """Have these commands carried out; return when all of them are.

        Raises:
            BrokerError: The server refused one of them, or did not answer.
        """
        async with self._lock:
            if self._reader is None or self._reader.done():
                await self.close()
                await self.connect()
            self._batch += 1
            responses = await self._exchange(
                [{**each, "correlationData": str(self._batch)} for each in commands]
            )
        for response in responses:
            if "error" in response:
                raise BrokerError(f"mosquitto refuses {response.get('command')}: {response['error']}")

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

    async def _exchange(self, commands: Sequence[Command]) -> list[dict[str, str]]:
        assert self._client is not None
        answer: asyncio.Future[list[dict[str, str]]] = asyncio.get_running_loop().create_future()
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

    def _take(self, responses: list[dict[str, str]]) -> None:
        """Hand over an answer; one that comes after its batch was given up belongs to nobody."""
        if self._answer is None or self._answer.done():
            return
        if all(response.get("correlationData") == str(self._batch) for response in responses):
            self._answer.set_result(responses)
