"""Between the packets of the codec and what the router knows."""

from __future__ import annotations

from typing import Final

import mqtt5

from brokers.embedded import reasons, topics
from brokers.embedded.framing import PacketError
from brokers.embedded.messages import Delivery, Message, Subscription, Will
from brokers.embedded.screening import screen

CONNECT: Final = 1
PUBLISH: Final = 3
# A client may send these only; AUTH is among the rest because no authentication method is offered (4.12).
_FROM_CLIENT: Final = frozenset({1, 3, 4, 5, 6, 7, 8, 10, 12, 14})
# The codec calls these malformed; the standard calls them protocol errors.
_PROTOCOL_ERRORS: Final = (
    "Duplicate value",
    "Maximum packet size must be",
    "Receive maximum must be",
    "Subscription ID must be",
    "Topic alias must be set",
)
_TOPIC_ALIAS_ZERO: Final = "Topic alias must be != 0"


def packet_type(frame: bytes) -> int:
    """Return the type of a packet, from its first byte (2.1.2)."""
    return frame[0] >> 4


def topic_in(frame: bytes) -> str:
    """Return what a PUBLISH says of its topic (3.3.2.1), however broken it is; what is no UTF-8 is replaced."""
    start = next(index for index, byte in enumerate(frame[1:], start=2) if byte < 0x80)
    length = int.from_bytes(frame[start : start + 2])
    return frame[start + 2 : start + 2 + length].decode("utf-8", "replace")


def decode(frame: bytes) -> mqtt5.Packet:
    """Read one whole packet of a client.

    Raises:
        PacketError: If it is malformed, or of a type that a client does not send.
    """
    kind = packet_type(frame)
    if kind not in _FROM_CLIENT:
        # Type 0 does not exist; the others are for servers to send, or for an authentication not agreed on.
        code = reasons.PROTOCOL_ERROR if kind else reasons.MALFORMED_PACKET
        raise PacketError(code, f"a client does not send packets of type {kind} here")
    screen(frame)
    try:
        packet, size = mqtt5.read(memoryview(frame))
    except (ValueError, IndexError, OverflowError) as error:
        raise PacketError(_code_of(str(error)), str(error)) from None
    except BaseException as error:
        # The codec is compiled code: where it panics it raises what no "except Exception" catches.
        if type(error).__name__ != "PanicException":
            raise
        raise PacketError(reasons.MALFORMED_PACKET, "the packet cannot be read") from None
    if size != len(frame):
        raise PacketError(reasons.MALFORMED_PACKET, "the packet is longer than what it holds")
    return packet


def _code_of(complaint: str) -> int:
    if complaint.startswith(_TOPIC_ALIAS_ZERO):
        return reasons.TOPIC_ALIAS_INVALID
    return reasons.PROTOCOL_ERROR if complaint.startswith(_PROTOCOL_ERRORS) else reasons.MALFORMED_PACKET


def message_of(packet: mqtt5.PublishPacket) -> Message:
    """Return the message that a client publishes.

    Raises:
        PacketError: If the packet says what a client may not say (3.3).
    """
    if packet.topic_alias is not None:
        raise PacketError(reasons.TOPIC_ALIAS_INVALID, "no topic alias was offered")  # [MQTT-3.3.2-9]
    if packet.subscription_ids:
        raise PacketError(
            reasons.PROTOCOL_ERROR, "a client sends no subscription identifier"
        )  # [MQTT-3.3.4-6]
    return _message(packet, packet.payload, packet.topic)


def will_of(will: mqtt5.Will) -> Will:
    """Return the will of a CONNECT packet.

    Raises:
        PacketError: If its properties are invalid.
    """
    return Will(_message(will, will.payload or b"", will.topic), will.will_delay_interval)


def _message(packet: mqtt5.PublishPacket | mqtt5.Will, payload: bytes, topic: str) -> Message:
    if packet.payload_format_indicator not in (0, 1):
        raise PacketError(reasons.PROTOCOL_ERROR, "the payload format indicator is 0 or 1")
    response_topic = packet.response_topic
    if response_topic is not None and not topics.valid_name(response_topic):
        raise PacketError(reasons.PROTOCOL_ERROR, "the response topic is not a topic name")  # [MQTT-3.3.2-14]
    return Message(
        topic,
        payload,
        int(packet.qos),
        packet.retain,
        packet.payload_format_indicator,
        packet.message_expiry_interval,
        packet.content_type,
        response_topic,
        packet.correlation_data,
        tuple(packet.user_properties),
    )


def subscriptions_of(packet: mqtt5.SubscribePacket) -> list[Subscription]:
    """Return the subscriptions that a client asks for."""
    return [
        Subscription(
            topic_filter.pattern,
            int(topic_filter.max_qos),
            topic_filter.no_local,
            topic_filter.retain_as_published,
            int(topic_filter.retain_handling),
            packet.subscription_id,
        )
        for topic_filter in packet.topic_filters
    ]


def encode_delivery(delivery: Delivery) -> bytes | None:
    """Return the PUBLISH packet of a delivery; None if the message does not fit in one.

    Only a message from a client inside the process can be such, for example with a content type of 100 KB.
    """
    message = delivery.message
    try:
        return mqtt5.PublishPacket(
            message.topic,
            message.payload,
            qos=_QOS[delivery.qos],
            retain=delivery.retain,
            packet_id=delivery.packet_id or None,
            duplicate=delivery.dup,
            payload_format_indicator=message.payload_format,
            message_expiry_interval=delivery.expiry_s,
            content_type=message.content_type,
            response_topic=message.response_topic,
            correlation_data=message.correlation_data,
            subscription_ids=list(delivery.identifiers),
            user_properties=list(message.user_properties),
        ).write()
    except (ValueError, OverflowError):
        return None


_QOS: Final = (mqtt5.QoS.AT_MOST_ONCE, mqtt5.QoS.AT_LEAST_ONCE, mqtt5.QoS.EXACTLY_ONCE)


def disconnect(code: int, why: str, max_bytes: int) -> bytes:
    """Return a DISCONNECT packet, with the reason in words if the client takes packets of that size."""
    reason_code = mqtt5.DisconnectReasonCode(code)
    told = mqtt5.DisconnectPacket(reason_code=reason_code, reason_str=why).write()
    if len(told) <= max_bytes:
        return told
    return mqtt5.DisconnectPacket(reason_code=reason_code).write()


def refuse_connect(code: int, why: str, max_bytes: int) -> bytes:
    """Return a CONNACK packet that refuses, with the reason in words if the client takes that size."""
    reason_code = mqtt5.ConnAckReasonCode(code)
    told = mqtt5.ConnAckPacket(reason_code=reason_code, reason_str=why).write()
    if len(told) <= max_bytes:
        return told
    return mqtt5.ConnAckPacket(reason_code=reason_code).write()
