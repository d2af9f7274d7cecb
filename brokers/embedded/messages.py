"""What clients and the router exchange: messages, subscriptions, deliveries, and where deliveries go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True):
    """An application message with the properties that travel from publisher to subscriber (section 3.3).

    ``expiry_s`` is the interval as published; what is left of it on delivery is in `Delivery.expiry_s`.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    payload_format: int = 0
    expiry_s: int | None = None
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    user_properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes for a client that leaves without saying so, ``delay_s`` later (3.1.2.5)."""

    message: Message
    delay_s: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic filter with its options (section 3.8.3.1) and subscription identifier."""

    topic_filter: str
    max_qos: int = 2
    no_local: bool = False
    retain_as_published: bool = False
    retain_handling: int = 0
    identifier: int | None = None


class Delivery(msgspec.Struct):
    """One message on its way to one subscriber. Treat it as read-only: outlets may share one.

    Attributes:
        message: The message as it was published.
        qos: The quality of service of this delivery, never above that of the message.
        retain: The RETAIN flag of this delivery.
        packet_id: What to acknowledge; 0 if nothing is to be acknowledged.
        identifiers: Identifiers of all subscriptions of this client that match.
        dup: Whether this packet was sent before, on an earlier connection.
        expiry_s: What is left of the message expiry interval.
    """

    message: Message
    qos: int
    retain: bool
    packet_id: int
    identifiers: tuple[int, ...]
    dup: bool
    expiry_s: int | None


class Outlet(Protocol):
    """Where the router puts what is for one client.

    The router calls these while it works, so an outlet only puts things away: it neither raises nor calls
    the router back.

    Attributes:
        auto_acknowledge: True where handing over is receiving, as in memory. Each delivery then counts as
            acknowledged at once, has packet id 0 and leaves no state behind.
    """

    auto_acknowledge: bool

    def deliver(self, delivery: Delivery) -> None:
        """Take one message."""
        ...

    def release(self, packet_id: int) -> None:
        """Take a PUBREL that is sent again on a resumed session (4.4)."""
        ...

    def close(self, reason_code: int) -> None:
        """The client was disconnected by the router, which expects nothing more from it."""
        ...


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """What a client asks for when it connects. An empty ``client_id`` asks the router to assign one."""

    client_id: str
    username: str
    clean_start: bool = True
    session_expiry_s: int = 0
    receive_maximum: int = 65_535
    will: Will | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What a client got when it connected: its id, whether a session was resumed, how long it is kept."""

    client_id: str
    session_present: bool
    session_expiry_s: int


@dataclass(frozen=True, slots=True)
class Overflow:
    """Messages for a client were dropped because its queue was full.

    Reported once when dropping begins, not again until something could be queued. ``dropped`` counts all
    that the session lost so far, this one included.
    """

    username: str
    client_id: str
    topic: str
    dropped: int


class RefusedError(Exception):
    """A connection was refused; ``reason_code`` is what CONNACK says."""

    def __init__(self, reason_code: int, message: str) -> None:
        super().__init__(message)
        self.reason_code = reason_code


class NotConnectedError(LookupError):
    """The router was asked something for a client id that is not connected."""
