"""The MQTT client of one account, over aiomqtt: the only module here that knows aiomqtt and paho.

aiomqtt 2.5.1 joins paho to the event loop, and that we use. Four things it does otherwise than we need:

* A publication that the broker refuses (PUBACK 0x87) counts as published.
* Each publication is waited for before the next, and each arrival costs a task.
* ``clean_start`` given for the first connection holds for each one, so a session is never resumed; and a
  client that was disconnected counts as connected before the broker has accepted it again.
* A socket is registered for writing by its number, later: when it was closed meanwhile and the number given
  out anew, the socket of another client is disturbed.

Hence this subclass, which rests on private parts: of aiomqtt ``_client`` (paho's client),
``_client_connect``, ``_hostname``, ``_port``, ``_clean_start``, ``_connected``, ``_disconnected``, ``_misc_task``,
``_misc_loop``, ``_loop`` and the callbacks ``_on_...``; of paho ``_out_messages`` and ``_sock_close``. That is
why aiomqtt is pinned.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, Final

import aiomqtt
from aiomqtt.exceptions import MqttConnectError
from aiomqtt.types import PahoSocket
from paho.mqtt import client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from brokers.adapter import Account, Endpoint

SESSION_EXPIRY_S: Final = 86_400
"""How long a broker keeps the session of a client that is away: far longer than we try to come back, and longer than
any exercise. When a session ends before that is for the exercise to say, in its own time."""

PIPELINE: Final = 64
"""How many publications of one client may be under way, if the broker does not ask for fewer."""


class ConnectError(Exception):
    """The broker did not accept a connection."""


class StrictClient(aiomqtt.Client):
    """One account's client, which tells what became of each publication and resumes its session.

    The callbacks are called from the event loop, outside of any of our coroutines, and must not block.

    Args:
        endpoint: Where the broker listens.
        account: Who connects.
        client_id: The name of the session at the broker.
        timeout_s: How long to wait for the broker to accept a connection, or to take leave.
        on_arrival: Called with topic, payload and retain flag of each delivery.
        on_acknowledged: Called with the packet id of a publication and the reason code it got.
        on_lost: Called once for each connection that ends, other than by `leave`, with the reason code that
            the broker gave; None when it gave none.
        on_fault: Called with an error that reconnecting cannot heal, such as one raised by ``on_arrival``.

    Attributes:
        window: How many publications may be under way at once on this connection.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        account: Account,
        client_id: str,
        *,
        timeout_s: float,
        on_arrival: Callable[[str, bytes, bool], None],
        on_acknowledged: Callable[[int, int], None],
        on_lost: Callable[[int | None], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        session.SessionExpiryInterval = SESSION_EXPIRY_S
        super().__init__(
            endpoint.host,
            endpoint.port,
            username=endpoint.prefix + account.username,
            password=account.password,
            tls_context=endpoint.tls.context() if endpoint.tls is not None else None,
            identifier=client_id,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=True,
            properties=session,
            timeout=timeout_s,
            # Unlimited: the window is kept by who publishes, in the order in which it publishes.
            max_inflight_messages=0,
        )
        # paho writes several debug lines for each packet, which costs more than the packet.
        self._client.disable_logger()
        self.window = PIPELINE
        self._addresses = endpoint.addresses(account.username)
        self._on_arrival = on_arrival
        self._on_acknowledged = on_acknowledged
        self._on_lost = on_lost
        self._on_fault = on_fault
        self._thread = threading.get_ident()
        self._session_present = False
        self._leaving = self._answers_late = False
        self._answers: dict[int, asyncio.Future[int | None]] = {}

    @property
    def connected(self) -> bool:
        """Whether the broker has accepted a connection that has not ended."""
        accepted = self._connected.done() and self._connected.exception() is None
        return accepted and not self._disconnected.done()

    # -- connections -----------------------------------------------------------------------------------

    async def connect(self) -> bool:
        """Connect, the first time to a new session, later to the same one; say whether it was still there.

        What was published and not acknowledged is sent again, in order, before this returns. In a cluster a node that
        does not answer makes way for the next, which has the session too; one that refuses is there, and stays.

        Raises:
            ConnectError: The broker cannot be reached, or refuses.
        """
        attempts_left = len(self._addresses)
        while True:
            attempts_left -= 1
            try:
                return await self._connect()
            except ConnectError as error:
                if isinstance(error.__cause__, MqttConnectError):
                    raise
                self._addresses = (*self._addresses[1:], self._addresses[0])
                if not attempts_left:
                    raise

    async def _connect(self) -> bool:
        self.drop()
        self._connected = self._loop.create_future()
        self._disconnected = self._loop.create_future()
        # In a thread, since paho's call blocks until the socket is connected.
        attempt = self._loop.run_in_executor(None, self._client_connect)
        try:
            await asyncio.shield(attempt)
            self._send_at_once()
            async with asyncio.timeout(self.timeout):
                await asyncio.shield(self._connected)
        except asyncio.CancelledError:
            # A thread cannot be stopped: what it opens would stay open.
            await asyncio.wait((attempt,))
            if not attempt.cancelled():
                attempt.exception()  # nobody waits for it any more, and asyncio would complain of that
            self.drop()
            raise
        except (OSError, aiomqtt.MqttError) as error:
            self.drop()
            raise ConnectError(str(error) or "no answer") from error
        self._clean_start = False
        return self._session_present

    def _client_connect(self) -> None:
        self._hostname, self._port = self._addresses[0]
        super()._client_connect()

    def go_on(self) -> None:
        """Let the next `connect` ask for the session that there is."""
        self._clean_start = False

    def begin_anew(self) -> None:
        """Let the next `connect` ask for a new session."""
        self._clean_start = True

    def answer_late(self, *, late: bool) -> None:
        """Acknowledge a delivery only when it comes again, or as it comes once more."""
        self._answers_late = late
        self._client.manual_ack_set(late)

    async def leave(self) -> None:
        """End the connection and the session; return when nothing of it is left."""
        self._leaving = True
        if self.connected:
            forget = Properties(PacketTypes.DISCONNECT)  # type: ignore[no-untyped-call]
            forget.SessionExpiryInterval = 0
            self._client.disconnect(properties=forget)
            await asyncio.wait((self._disconnected,), timeout=self.timeout)
        self.drop()
        if self._misc_task is not None:
            await asyncio.wait((self._misc_task,))

    def drop(self) -> None:
        """Close the socket, if there is one, without a word to the broker."""
        self._client._sock_close()  # noqa: SLF001 - paho closes only after it has written all that waits
        self._lose(None)

    def _send_at_once(self) -> None:
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            # Else the kernel keeps small packets back for some 40 ms, to send them together.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _lose(self, code: int | None) -> None:
        """Note that the connection is gone; only the first call for each connection counts."""
        if not self._connected.done():
            self._connected.set_exception(aiomqtt.MqttError("the broker closed the connection"))
            self._connected.exception()  # seen: it is of no interest once nobody waits for it
            return
        if not self.connected:
            return
        self._disconnected.set_result(None)
        answers, self._answers = self._answers, {}
        if not self._leaving:
            # Not at once: this may be called while paho holds its locks.
            self._loop.call_soon(self._on_lost, code)
        for answer in answers.values():
            self._loop.call_soon(_settle, answer, None)

    # -- requests --------------------------------------------------------------------------------------

    def send(self, topic: str, payload: bytes, *, retain: bool) -> int:
        """Publish with QoS 1; return the packet id that the acknowledgement will bear.

        Must not be called while `connect` runs. A publication over a connection that has just been lost is
        kept, and sent by `connect`.
        """
        info = self._client.publish(topic, payload, 1, retain)
        if info.rc not in (paho.MQTT_ERR_SUCCESS, paho.MQTT_ERR_NO_CONN):
            raise RuntimeError(f"paho cannot publish: {paho.error_string(info.rc)}")
        return info.mid

    def forget(self, packet_id: int) -> None:
        """Do not send a publication again."""
        self._client._out_messages.pop(packet_id, None)  # noqa: SLF001 - paho can only forget all of them

    def ask_subscribe(self, topic_filter: str) -> asyncio.Future[int | None]:
        """Subscribe with QoS 1, without our own messages and without retained ones.

        The answer is the broker's reason code; None when the connection ended before there was one.
        """
        options = SubscribeOptions(qos=1, noLocal=True, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        _, packet_id = self._client.subscribe(topic_filter, options=options)
        return self._expect(packet_id)

    def ask_unsubscribe(self, topic_filter: str) -> asyncio.Future[int | None]:
        """Unsubscribe. The answer is the broker's reason code; None when there was none."""
        _, packet_id = self._client.unsubscribe(topic_filter)
        return self._expect(packet_id)

    def _expect(self, packet_id: int | None) -> asyncio.Future[int | None]:
        answer: asyncio.Future[int | None] = self._loop.create_future()
        if packet_id is None:
            # Later, as with every lost connection: whoever waits then finds it noticed everywhere.
            self._loop.call_soon(_settle, answer, None)
        else:
            self._answers[packet_id] = answer
        return answer

    # -- callbacks of paho -----------------------------------------------------------------------------

    def _on_connect(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        flags: paho.ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if self._connected.done():
            return
        if reason_code.is_failure:
            self._connected.set_exception(MqttConnectError(reason_code))
            return
        self.window = min(PIPELINE, getattr(properties, "ReceiveMaximum", PIPELINE))
        self._session_present = flags.session_present
        self._connected.set_result(None)

    def _on_disconnect(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        flags: paho.DisconnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,  # noqa: ARG002
    ) -> None:
        self._lose(reason_code.value if flags.is_disconnect_packet_from_server else None)

    def _on_message(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        message: paho.MQTTMessage,
    ) -> None:
        if self._answers_late and message.dup:
            self._client.ack(message.mid, message.qos)
        self._on_arrival(message.topic, bytes(message.payload), message.retain)

    def _on_publish(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        mid: int,
        reason_code: ReasonCode,
        properties: Properties,  # noqa: ARG002
    ) -> None:
        # Not at once: what follows may publish the next one, and paho still holds its locks.
        self._loop.call_soon(self._on_acknowledged, mid, reason_code.value)

    def _on_subscribe(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        mid: int,
        reason_codes: list[ReasonCode],
        properties: Properties | None = None,  # noqa: ARG002
    ) -> None:
        self._answer(mid, reason_codes[0].value)

    def _on_unsubscribe(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        mid: int,
        reason_codes: list[ReasonCode],
        properties: Properties | None = None,  # noqa: ARG002
    ) -> None:
        self._answer(mid, reason_codes[0].value if reason_codes else 0)

    def _answer(self, packet_id: int, code: int) -> None:
        answer = self._answers.pop(packet_id, None)
        if answer is not None:
            _settle(answer, code)

    # -- the socket and the event loop -----------------------------------------------------------------

    def _on_socket_open(self, client: paho.Client, userdata: Any, sock: PahoSocket) -> None:  # noqa: ARG002
        # Called in the thread that connects.
        self._loop.call_soon_threadsafe(self._start, sock)

    def _on_socket_register_write(
        self,
        client: paho.Client,  # noqa: ARG002
        userdata: Any,  # noqa: ARG002
        sock: PahoSocket,  # noqa: ARG002
    ) -> None:
        if threading.get_ident() == self._thread:
            self._loop.call_soon(self._write)
        else:
            self._loop.call_soon_threadsafe(self._write)

    def _start(self, sock: PahoSocket) -> None:
        self._loop.add_reader(sock.fileno(), self._read)
        self._misc_task = self._loop.create_task(self._misc_loop(), name=f"keepalive {self.identifier}")

    def _read(self) -> None:
        try:
            self._client.loop_read()
            # What is decrypted already the event loop does not see: it waits for the socket alone.
            while isinstance(sock := self._client.socket(), ssl.SSLSocket) and sock.pending():
                self._client.loop_read()
        except Exception as error:  # noqa: BLE001 - whatever it is, it would end in the event loop, unseen
            self._break(error)

    def _write(self) -> None:
        """Write what waits: mostly all of it fits into the socket at once, and need not be waited for."""
        sock = self._client.socket()
        if sock is None:
            return
        try:
            self._client.loop_write()
        except Exception as error:  # noqa: BLE001 - as above
            self._break(error)
        if self._client.socket() is sock and self._client.want_write():
            self._loop.add_writer(sock.fileno(), self._write)

    def _break(self, error: Exception) -> None:
        """Give up after an error that is not one of the connection, which would only come again."""
        self._on_fault(error)
        self.drop()


def _settle(answer: asyncio.Future[int | None], code: int | None) -> None:
    if not answer.done():
        answer.set_result(code)
