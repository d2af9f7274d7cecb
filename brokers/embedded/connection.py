"""One client's side of the protocol without a socket: bytes in, bytes out, and the router in between.

`Connection` is told what was received and what time it is, and says what to send, whether it is over and
when it wants to be asked again. Any bytes may come in; the answer is what the standard says (4.13).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, ClassVar

import mqtt5

from brokers.embedded import packets, reasons
from brokers.embedded.framing import FrameReader, PacketError
from brokers.embedded.messages import ConnectRequest, Delivery, Link, RefusedError
from brokers.embedded.router import Router

_KEEP_ALIVE_FACTOR = 1.5  # [MQTT-3.1.2-22]
_NO_LIMIT = 268_435_460  # the largest packet that can exist (2.1.4)
_PINGRESP = mqtt5.PingRespPacket().write()


class Phase(Enum):
    """How far a connection is."""

    NEW = auto()  # waits for CONNECT
    CONNECTED = auto()
    CLOSED = auto()  # what is left to send may be sent
    CUT = auto()  # the client does not read; nothing more can be sent


class Connection:
    """The protocol of one network connection; an outlet of the router once CONNECT was accepted.

    Args:
        router: Where messages go.
        now: The time.
        wake: Called when there is something to take or to settle; it must not call back at once.
        backlog: Returns how many bytes, taken earlier, the client has not read yet.
    """

    auto_acknowledge = False

    def __init__(
        self, router: Router, *, now: float, wake: Callable[[], None], backlog: Callable[[], int]
    ) -> None:
        self._router = router
        self._limits = router.limits
        self._wake = wake
        self._backlog = backlog
        self._reader = FrameReader(self._limits.packet_bytes)
        self._phase = Phase.NEW
        self._over = False  # asked for several times per packet, so not worked out from the phase
        self._client_id: str | None = None
        self._max_packet = _NO_LIMIT
        self._silence_s = self._limits.connect_timeout_s
        self._last_heard = now
        self._asked_session_expiry = 0
        self._output: list[bytes] = []
        self._output_bytes = 0
        self._undeliverable: list[int] = []

    # -- for whoever holds the socket ------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """How far the connection is."""
        return self._phase

    @property
    def deadline(self) -> float:
        """When to call `check_time`; infinite if the client asked for no keep alive."""
        return self._last_heard + self._silence_s

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes of the client."""
        if self._phase in (Phase.CLOSED, Phase.CUT):
            return
        self._reader.feed(data)
        try:
            while not self._over and (frame := self._reader.next_frame()) is not None:
                self._last_heard = now
                self._handle(frame, now)
        except PacketError as error:
            self._fail(error.reason_code, str(error), now)
        if self._phase is Phase.NEW and self._reader.current_type not in (None, packets.CONNECT):
            self._close(now)  # [MQTT-3.1.0-1]; no need to wait for the rest of it

    def take_output(self, now: float) -> bytes:
        """Return what is to be sent, after settling what could not be settled while the router worked."""
        while self._undeliverable and self._client_id is not None:
            self._router.discard(self._client_id, self._undeliverable.pop(), now=now)
        if self._phase is Phase.CUT:
            self.lost(now)
        data = b"".join(self._output)
        self._output.clear()
        self._output_bytes = 0
        return data

    def check_time(self, now: float) -> None:
        """Close the connection if the client was silent for too long ([MQTT-3.1.2-22], 3.1.4)."""
        if now < self.deadline or self._over:
            return
        if self._phase is Phase.NEW:
            self._close(now)
            return
        self._fail(reasons.KEEP_ALIVE_TIMEOUT, "nothing was heard within 1.5 times the keep alive", now)

    def lost(self, now: float) -> None:
        """The network connection is gone; without a DISCONNECT before, that is abnormal ([MQTT-3.1.2-8])."""
        self._finish(Phase.CLOSED)
        self._leave(now, with_will=True)

    def shut_down(self, now: float) -> None:
        """Tell the client that the server stops; its will is not published for that (3.14.4)."""
        if self._phase is Phase.CONNECTED:
            self._put(packets.disconnect(reasons.SERVER_SHUTTING_DOWN, "the broker stops", self._max_packet))
        self._leave(now, with_will=False)
        self._close(now)

    # -- outlet of the router --------------------------------------------------------------------------

    def deliver(self, delivery: Delivery) -> None:
        """Send a message, unless it is larger than the client takes ([MQTT-3.1.2-24])."""
        if self._over:
            return
        data = packets.encode_delivery(delivery)
        if data is not None and len(data) <= self._max_packet:
            self._put(data)
        elif delivery.packet_id:
            self._undeliverable.append(delivery.packet_id)
            self._wake()

    def release(self, packet_id: int) -> None:
        """Send a PUBREL again."""
        self._put(mqtt5.PubRelPacket(packet_id).write())

    def close(self, reason_code: int) -> None:
        """Tell the client why the router disconnected it."""
        if self._over:
            return
        self._client_id = None  # the router knows already
        self._put(packets.disconnect(reason_code, "another connection uses this client id", self._max_packet))
        self._finish(Phase.CLOSED)

    # -- inside ----------------------------------------------------------------------------------------

    def _finish(self, phase: Phase) -> None:
        """Go to CLOSED or CUT, from which nothing leads back."""
        if not self._over:
            self._over, self._phase = True, phase
        self._wake()

    def _put(self, data: bytes, at: int | None = None) -> None:
        """Add to the output, at its end or at an earlier position; cut off a client that does not read."""
        if self._over:
            return
        self._output.insert(len(self._output) if at is None else at, data)
        self._output_bytes += len(data)
        if self._output_bytes > self._limits.outgoing_bytes - self._backlog():
            self._output.clear()
            self._finish(Phase.CUT)
        self._wake()

    def _fail(self, code: int, why: str, now: float) -> None:
        """Answer an error with DISCONNECT, or with CONNACK if it is in CONNECT ([MQTT-3.14.0-1])."""
        if self._phase is Phase.CONNECTED:
            self._put(packets.disconnect(code, why, self._max_packet))
        elif self._reader.current_type == packets.CONNECT:
            self._put(packets.refuse_connect(code, why, self._max_packet))
        self._close(now)

    def _close(self, now: float) -> None:
        self._leave(now, with_will=True)
        self._finish(Phase.CLOSED)

    def _leave(self, now: float, *, with_will: bool, session_expiry_s: int | None = None) -> None:
        client_id, self._client_id = self._client_id, None
        if client_id is not None and self._router.connected(client_id):  # else the router was killed
            self._router.disconnect(
                client_id, now=now, with_will=with_will, session_expiry_s=session_expiry_s
            )

    def _handle(self, frame: bytes, now: float) -> None:
        is_connect = packets.packet_type(frame) == packets.CONNECT
        if self._phase is Phase.NEW:
            if is_connect:
                self._first(frame, now)
            else:
                self._close(now)  # [MQTT-3.1.0-1]
            return
        if is_connect:
            raise PacketError(reasons.PROTOCOL_ERROR, "a second CONNECT")  # [MQTT-3.1.0-2]
        try:
            packet = packets.decode(frame)
            self._HANDLERS[type(packet)](self, packet, now)
        except PacketError as error:
            if packets.packet_type(frame) == packets.PUBLISH:
                self._router.refuse_broken(self._client(), packets.topic_in(frame), error.reason_code)
            raise

    # -- CONNECT ---------------------------------------------------------------------------------------

    def _first(self, frame: bytes, now: float) -> None:
        try:
            packet = packets.decode(frame)
            assert isinstance(packet, mqtt5.ConnectPacket)
            self._max_packet = packet.max_packet_size or _NO_LIMIT
            link = self._connect(packet, now)
        except (PacketError, RefusedError) as error:
            self._fail(error.reason_code, str(error), now)
            return
        self._put(self._accept(packet, link), at=0)  # before what the session had waiting ([MQTT-3.2.0-1])

    def _connect(self, packet: mqtt5.ConnectPacket, now: float) -> Link:
        if packet.authentication_method is not None:
            raise RefusedError(reasons.BAD_AUTHENTICATION_METHOD, "only user name and password are supported")
        username, password = packet.username or "", packet.password or b""
        if not self._router.rights.authenticate(username, password):
            raise RefusedError(reasons.BAD_USER_NAME_OR_PASSWORD, "bad user name or password")
        request = ConnectRequest(
            packet.client_id,
            username,
            packet.clean_start,
            packet.session_expiry_interval,
            packet.receive_max,
            packets.will_of(packet.will) if packet.will else None,
        )
        self._silence_s = packet.keep_alive * _KEEP_ALIVE_FACTOR or math.inf
        self._asked_session_expiry = packet.session_expiry_interval
        self._phase = Phase.CONNECTED  # before deliveries come in
        try:
            link = self._router.connect(request, now=now, outlet=self)
        except RefusedError:
            self._phase = Phase.NEW
            raise
        self._client_id = link.client_id
        return link

    def _accept(self, packet: mqtt5.ConnectPacket, link: Link) -> bytes:
        granted = link.session_expiry_s
        return mqtt5.ConnAckPacket(
            session_present=link.session_present,
            session_expiry_interval=None if granted == packet.session_expiry_interval else granted,
            assigned_client_id=None if packet.client_id else link.client_id,
            receive_max=self._limits.receive_maximum,
            max_packet_size=self._limits.packet_bytes,
            topic_alias_max=0,
            shared_subscription_available=False,
        ).write()

    # -- the other packets -----------------------------------------------------------------------------

    def _client(self) -> str:
        assert self._client_id is not None
        return self._client_id

    def _on_publish(self, packet: mqtt5.PublishPacket, now: float) -> None:
        message = packets.message_of(packet)
        packet_id = 0
        if message.qos:
            packet_id = _checked_id(packet.packet_id)
        code = self._router.publish(self._client(), message, now=now, packet_id=packet_id)
        if code == reasons.TOPIC_NAME_INVALID:
            raise PacketError(code, "the topic is not a topic name")  # [MQTT-3.3.2-2]
        if code == reasons.RECEIVE_MAXIMUM_EXCEEDED:
            raise PacketError(code, "more QoS 2 messages than the receive maximum")  # [MQTT-3.3.4-7]
        if message.qos == 1:
            self._put(mqtt5.PubAckPacket(packet_id, reason_code=mqtt5.PubAckReasonCode(code)).write())
        elif message.qos == 2:
            self._put(mqtt5.PubRecPacket(packet_id, reason_code=mqtt5.PubRecReasonCode(code)).write())

    def _on_puback(self, packet: mqtt5.PubAckPacket, now: float) -> None:
        _check(self._router.acknowledge(self._client(), packet.packet_id, now=now))

    def _on_pubrec(self, packet: mqtt5.PubRecPacket, now: float) -> None:
        answer = int(packet.reason_code)  # the codec's enumerations compare with nothing else
        code = self._router.received(self._client(), packet.packet_id, now=now, reason_code=answer)
        _check(code)
        if answer < reasons.FAILURE:
            self._put(mqtt5.PubRelPacket(packet.packet_id, reason_code=mqtt5.PubRelReasonCode(code)).write())

    def _on_pubrel(self, packet: mqtt5.PubRelPacket, now: float) -> None:  # noqa: ARG002 - as all handlers
        code = self._router.release(self._client(), packet.packet_id)
        self._put(mqtt5.PubCompPacket(packet.packet_id, reason_code=mqtt5.PubCompReasonCode(code)).write())

    def _on_pubcomp(self, packet: mqtt5.PubCompPacket, now: float) -> None:
        _check(self._router.complete(self._client(), packet.packet_id, now=now))

    def _on_subscribe(self, packet: mqtt5.SubscribePacket, now: float) -> None:
        packet_id = _checked_id(packet.packet_id)
        if not packet.topic_filters:
            raise PacketError(reasons.PROTOCOL_ERROR, "a SUBSCRIBE without topic filters")  # [MQTT-3.8.3-2]
        position = len(self._output)
        if self._router.packet_id_in_use(self._client(), packet_id):
            codes = [reasons.PACKET_IDENTIFIER_IN_USE] * len(packet.topic_filters)
        else:
            codes = self._router.subscribe(self._client(), packets.subscriptions_of(packet), now=now)
        answer = mqtt5.SubAckPacket(packet_id, [mqtt5.SubAckReasonCode(code) for code in codes])
        self._put(answer.write(), at=position)  # before the retained messages that came meanwhile

    def _on_unsubscribe(self, packet: mqtt5.UnsubscribePacket, now: float) -> None:
        packet_id = _checked_id(packet.packet_id)
        if not packet.patterns:
            raise PacketError(
                reasons.PROTOCOL_ERROR, "an UNSUBSCRIBE without topic filters"
            )  # [MQTT-3.10.3-2]
        if self._router.packet_id_in_use(self._client(), packet_id):
            codes = [reasons.PACKET_IDENTIFIER_IN_USE] * len(packet.patterns)
        else:
            codes = self._router.unsubscribe(self._client(), packet.patterns, now=now)
        self._put(mqtt5.UnsubAckPacket(packet_id, [mqtt5.UnsubAckReasonCode(code) for code in codes]).write())

    def _on_ping(self, packet: mqtt5.PingReqPacket, now: float) -> None:  # noqa: ARG002 - as all handlers
        self._put(_PINGRESP)

    def _on_disconnect(self, packet: mqtt5.DisconnectPacket, now: float) -> None:
        expiry = packet.session_expiry_interval
        if expiry and not self._asked_session_expiry:
            # 3.14.2.2.2: who asked for no session cannot ask for one on leaving.
            raise PacketError(reasons.PROTOCOL_ERROR, "the session expiry interval was 0")
        self._leave(now, with_will=int(packet.reason_code) != reasons.SUCCESS, session_expiry_s=expiry)
        self._close(now)

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any, float], None]]] = {
        mqtt5.PublishPacket: _on_publish,
        mqtt5.PubAckPacket: _on_puback,
        mqtt5.PubRecPacket: _on_pubrec,
        mqtt5.PubRelPacket: _on_pubrel,
        mqtt5.PubCompPacket: _on_pubcomp,
        mqtt5.SubscribePacket: _on_subscribe,
        mqtt5.UnsubscribePacket: _on_unsubscribe,
        mqtt5.PingReqPacket: _on_ping,
        mqtt5.DisconnectPacket: _on_disconnect,
    }


def _checked_id(packet_id: int | None) -> int:
    if not packet_id:
        raise PacketError(reasons.PROTOCOL_ERROR, "the packet identifier is 0")  # [MQTT-2.2.1-2, -3]
    return packet_id


def _check(code: int) -> None:
    """Refuse an acknowledgement of the wrong kind; one that nothing waits for is harmless (4.3)."""
    if code == reasons.PROTOCOL_ERROR:
        raise PacketError(code, "an acknowledgement does not fit the quality of service")
