"""A router with clients that keep what they get, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from brokers.adapter import Account, Action, Denial, Right
from brokers.embedded import (
    ConnectRequest,
    Delivery,
    Limits,
    Link,
    Message,
    Overflow,
    Router,
    Subscription,
    Will,
)


def reads(*patterns: str) -> tuple[Right, ...]:
    return tuple(Right(Action.READ, pattern) for pattern in patterns)


def publishes(*patterns: str) -> tuple[Right, ...]:
    return tuple(Right(Action.PUBLISH, pattern) for pattern in patterns)


@dataclass
class Client:
    """An outlet that acknowledges nothing by itself, unless told."""

    auto_acknowledge: bool = False
    got: list[Delivery] = field(default_factory=list)
    released: list[int] = field(default_factory=list)
    closed: int | None = None

    def deliver(self, delivery: Delivery) -> None:
        self.got.append(delivery)

    def release(self, packet_id: int) -> None:
        self.released.append(packet_id)

    def close(self, reason_code: int) -> None:
        self.closed = reason_code

    @property
    def payloads(self) -> list[bytes]:
        return [delivery.message.payload for delivery in self.got]


class Bench:
    """A router, its reports, and a clock that the test moves."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.denials: list[Denial] = []
        self.overflows: list[Overflow] = []
        self.router = Router(limits=limits, on_denial=self.denials.append, on_overflow=self.overflows.append)
        self.now = 1_000.0

    def user(self, username: str, *rights: Right) -> None:
        """Add a user, by default one who may do everything."""
        everything = (*reads("#"), *publishes("#"))
        self.router.rights.set_account(Account(username, "secret", rights or everything))

    def connect(
        self,
        client_id: str,
        username: str = "all",
        *,
        clean_start: bool = True,
        expiry: int = 0,
        receive_maximum: int = 65_535,
        will: Will | None = None,
        auto: bool = False,
    ) -> Client:
        return self.link(
            ConnectRequest(client_id, username, clean_start, expiry, receive_maximum, will), auto=auto
        )[0]

    def link(self, request: ConnectRequest, *, auto: bool = False) -> tuple[Client, Link]:
        if not self.router.rights.known(request.username):
            self.user(request.username)
        client = Client(auto_acknowledge=auto)
        return client, self.router.connect(request, now=self.now, outlet=client)

    def subscribe(self, client_id: str, *subscriptions: Subscription | str) -> list[int]:
        wanted = [Subscription(s) if isinstance(s, str) else s for s in subscriptions]
        return self.router.subscribe(client_id, wanted, now=self.now)

    def publish(
        self,
        client_id: str,
        topic: str,
        payload: bytes = b"x",
        qos: int = 1,
        *,
        retain: bool = False,
        expiry: int | None = None,
        packet_id: int = 0,
    ) -> int:
        message = Message(topic, payload, qos, retain, expiry_s=expiry)
        return self.router.publish(client_id, message, now=self.now, packet_id=packet_id)

    def leave(self, client_id: str, *, with_will: bool = False) -> None:
        self.router.disconnect(client_id, now=self.now, with_will=with_will)

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.router.tick(self.now)

    def acknowledge(self, client_id: str, deliveries: Sequence[Delivery]) -> None:
        for delivery in list(deliveries):
            assert self.router.acknowledge(client_id, delivery.packet_id, now=self.now) == 0
