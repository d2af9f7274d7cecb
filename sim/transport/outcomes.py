"""Outcomes that every transport gives in the same words, and the answers to one batch of publications."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sim.transport.port import Outcome, TransportError

REFUSAL: Final = 0x80
"""This reason code of MQTT 5 and everything above it is a refusal."""

NOT_AUTHORIZED: Final = 0x87
TOPIC_FILTER_INVALID: Final = 0x8F
TOPIC_NAME_INVALID: Final = 0x90

# Reasons of a DISCONNECT that have nothing to do with what the client sent (MQTT 5, 3.14.2.1).
SHUTTING_DOWN: Final = 0x8B
TAKEN_OVER: Final = 0x8E
ADMINISTRATIVE: Final = 0x98
NOT_OUR_DOING: Final = frozenset({SHUTTING_DOWN, TAKEN_OVER, ADMINISTRATIVE})

# Reasons that blame the packet: malformed, protocol error, not authorised, topic name, too large, quota,
# payload format, retain, QoS.
BLAMES_PACKET: Final = frozenset({0x81, 0x82, 0x87, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B})

# Brokers differ in which code says "accepted" (0x00, or 0x10 when nobody listens), so none is told.
ACCEPTED: Final = Outcome(accepted=True)


def outcome_of(reason_code: int) -> Outcome:
    """Return what an acknowledgement with this reason code means."""
    if reason_code < REFUSAL:
        return ACCEPTED
    return Outcome(accepted=False, reason_code=reason_code, how="code")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a transport waits, in seconds, before it gives up.

    Attributes:
        answer: For the broker's answer to one request, or to the next of a row of publications.
        reconnect: For a lost connection to come back.
        kick: For a broker to cut a connection after a change of rights, if it said that it would.
    """

    answer: float = 10.0
    reconnect: float = 5.0
    kick: float = 1.0


class Health:
    """Whether a transport still works. The first failure is the one that everybody is told.

    Args:
        name: The broker, which every message names.
        gives_way: Whether it fails once somebody else goes on with the session of one of its clients.
    """

    def __init__(self, name: str, *, gives_way: bool = False) -> None:
        self.name = name
        self.gives_way = gives_way
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._message = ""
        self._cause: BaseException | None = None

    def fail(self, message: str, cause: BaseException | None = None) -> None:
        """Wake everybody who waits with an error; a later failure changes nothing."""
        if self._failed.done():
            return
        self._message, self._cause = message, cause
        self._failed.set_result(None)

    def check(self) -> None:
        """Raise the failure, if there was one.

        Raises:
            TransportError: The transport failed.
        """
        if self._failed.done():
            # A new one for each call, since an exception collects the tracebacks of everyone it passes.
            raise TransportError(f"{self.name}: {self._message}") from self._cause

    @property
    def failed(self) -> bool:
        """Whether the transport failed."""
        return self._failed.done()

    async def wait(self, future: asyncio.Future[Any], timeout_s: float) -> bool:
        """Wait until a future is done; return False when that took too long.

        Raises:
            TransportError: The transport failed before that.
        """
        self.check()
        if not future.done():
            await asyncio.wait((future, self._failed), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            self.check()
        return future.done()


class Answers:
    """What became of the publications of one call, filled in as the broker answers.

    Args:
        size: How many publications there are.
    """

    __slots__ = ("_done", "_outcomes", "waiting")

    def __init__(self, size: int) -> None:
        self._outcomes = [ACCEPTED] * size
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting = size
        if not size:
            self._done.set_result(None)

    def put(self, place: int, outcome: Outcome) -> None:
        """Note the outcome of the publication at ``place``."""
        self._outcomes[place] = outcome
        self.waiting -= 1
        # The caller may have given up, which cancels the future.
        if not self.waiting and not self._done.done():
            self._done.set_result(None)

    async def all(self, health: Health, timeout_s: float) -> list[Outcome]:
        """Return every outcome, in order, as soon as the last is known.

        Raises:
            TransportError: The transport failed, or the broker answered nothing for ``timeout_s``.
        """
        waiting = self.waiting
        while not await health.wait(self._done, timeout_s):
            if self.waiting == waiting:
                raise TransportError(
                    f"{health.name}: no acknowledgement in {timeout_s:g} s for {waiting} publications"
                )
            waiting = self.waiting
        return self._outcomes


class Pending(NamedTuple):
    """One publication of a batch of which the answer is awaited, and its place in the batch."""

    topic: str
    payload: bytes
    retain: bool
    answers: Answers
    place: int
