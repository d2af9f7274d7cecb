"""What a session asks of any broker, and what it may expect back.

Brokers differ in how they refuse and in what a change of rights does to a live connection. Each adapter
says which, so that the session can heal it; the exchange itself never depends on it.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Protocol


class Action(StrEnum):
    """What a right allows: to publish to topics, or to read them (subscribe and receive)."""

    PUBLISH = "publish"
    READ = "read"


class Attempt(StrEnum):
    """What was refused: a publication, a subscription, or (silently) a delivery."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Right:
    """One allowed action on every topic that matches ``pattern`` (an MQTT topic filter)."""

    action: Action
    pattern: str


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the broker with standing rights. The password never shows in a repr.

    ``lasting`` when an outage that a run makes on a server that stands leaves it alone.
    """

    username: str
    password: str = field(repr=False)
    rights: tuple[Right, ...] = ()
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Denial:
    """One refusal as the broker reports it; ``reason_code`` is None where the broker gives none."""

    username: str
    client_id: str
    attempt: Attempt
    topic: str
    reason_code: int | None = None


class BrokerError(Exception):
    """A broker could not be started, configured or reached; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Tls:
    """How a client makes sure that it speaks to the right server, and shows who it is.

    Attributes:
        ca: Certificates that are trusted, and no others; None trusts those that this machine trusts.
        certificate: The client's own, where the server asks for one.
        key: The key that belongs to it.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return what a connection is made with: TLS 1.2 or later, the server's name and certificate checked.

        Raises:
            BrokerError: A file cannot be used.
        """
        return _context(self)


# Every party has a connection of its own, and they all trust the same.
@lru_cache(maxsize=16)
def _context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=tls.ca)
        if tls.certificate is not None:
            context.load_cert_chain(tls.certificate, tls.key)
    except OSError as error:  # of which ssl.SSLError is one
        named = ", ".join(str(path) for path in (tls.ca, tls.certificate, tls.key) if path is not None)
        raise BrokerError(f"{named}: expected certificates that can be used, found {error}") from error
    return context


@dataclass(frozen=True, slots=True)
class Outpost:
    """A server in a star: where clients connect, and what crosses between it and the one in the middle.

    Attributes:
        host: Name or address.
        port: TCP port.
        outward: Topic filters of what goes to the middle, and from there to whom it concerns.
        inward: Topic filters of what comes from there.
    """

    host: str
    port: int
    outward: tuple[str, ...] = ()
    inward: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where clients connect, and how.

    Attributes:
        host: Name or address.
        port: TCP port.
        tls: None where the line is not encrypted: on loopback only.
        prefix: What stands before the username of an account at this broker, which may serve more runs than one.
        nodes: Host and port of every node, where the broker is a cluster, this one among them; else empty.
        homes: Host and port by username, where an account is known at one server of several and no other.
        outposts: The servers around this one, where it is the middle of a star: who is to hear everything listens at
            each of them.
    """

    host: str
    port: int
    tls: Tls | None = None
    prefix: str = ""
    nodes: tuple[tuple[str, int], ...] = ()
    homes: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    outposts: tuple[Outpost, ...] = ()

    def addresses(self, username: str) -> tuple[tuple[str, int], ...]:
        """Return where an account connects, host and port: first its own node, then where to go when that is gone.

        The name alone decides which node is its own, so that everybody who knows the nodes spreads accounts alike.
        """
        if username in self.homes:
            return (self.homes[username],)
        nodes = self.nodes or ((self.host, self.port),)
        own = zlib.crc32(username.encode()) % len(nodes)
        return (*nodes[own:], *nodes[:own])


@dataclass(frozen=True, slots=True)
class Manners:
    """How a broker differs from others, where the protocol lets it.

    Attributes:
        disconnects_on_change: Whether a change by which rights become less (`revoke`, `withhold`) cuts the connection
            of the account it touches. The account's clients then reconnect to their session.
        disconnects_on_grant: Whether one by which they become more (`grant`, `give_back`) does so too.
        shuts_out: Whether the account is let in nowhere while its rights become less: its clients had better stay away
            until that is done, since who is refused may have to wait for the answer.
        disconnects_on_refusal: Whether a refused publication closes the connection instead of being answered, and a
            refused subscription closes it after the answer.
        delivers_twice: Whether a delivery that was acknowledged just before its connection broke may come again.
        retains: Whether retained messages are kept for who subscribes later. No exercise rests on them.
    """

    disconnects_on_change: bool = False
    disconnects_on_grant: bool = False
    shuts_out: bool = False
    disconnects_on_refusal: bool = False
    delivers_twice: bool = False
    retains: bool = True

    def cuts_off(self, *, less: bool) -> bool:
        """Say whether a change by which the rights of an account become less, or more, cuts its connections."""
        return self.disconnects_on_change if less else self.disconnects_on_grant


class Broker(Protocol):
    """A broker that a session starts, gives rights to, and stops.

    Attributes:
        name: What the command line calls it.
        manners: How it differs from others.
    """

    name: str
    manners: Manners

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        """Start on a free loopback port with these accounts; return when clients can connect."""
        ...

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``; return when the broker enforces them."""
        ...

    async def revoke(self, username: str, grant: str) -> None:
        """Take the rights of ``grant`` away; return when nothing more is delivered under them."""
        ...

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters, whatever rights there are or will be.

        A subscription stands, and nothing that matches is delivered under it. Return when the broker enforces it.
        """
        ...

    async def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``."""
        ...

    async def kill(self) -> None:
        """End at once and without a word to anybody: sessions, queues and retained messages are lost.

        Accounts, rights, grants and what is withheld are kept.
        """
        ...

    async def restart(self) -> None:
        """Serve again after `kill`, at the same address; return when clients can connect."""
        ...

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, in the order in which they happened."""
        ...

    def running(self) -> bool:
        """Say whether the broker still serves."""
        ...

    async def stop(self) -> None:
        """Stop, and remove what was started; safe to call twice."""
        ...
