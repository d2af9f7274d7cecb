"""How much of what outside clients send is looked at: one that floods the exchange must not fill log and memory.

No broker here limits how often a client may send. What each message is held against costs more than sending it, so
beyond a rate the rest is counted, told in the log as one record, and passed over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sim.core.engine.ledger import Ledger
from sim.core.engine.outside.garbled import garbled
from sim.core.messages.topics import parse
from sim.core.records.record import Entry

BURST: Final = 2_000
"""Messages of one sender that are looked at though they come at once."""

PER_S: Final = 200.0
"""Messages of one sender that are looked at in a second of wall time, in the long run: more than any people send."""

SOURCES_MAX: Final = 1_000
"""Senders that are told apart; topics that name nobody count as one."""


class Throttle:
    """Lets through so many messages of each sender, and counts the rest.

    The broker has seen to it that a topic which names its sender is that one's (sim.transport.root).

    Args:
        burst: Messages that may come at once.
        per_s: Messages in a second, in the long run.
        clock: Seconds that never go back.
    """

    def __init__(
        self, burst: int = BURST, per_s: float = PER_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_s = per_s
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._refused: dict[str, tuple[str, int]] = {}

    def admits(self, topic: str) -> bool:
        """Say whether a message on a topic is still looked at, and count it."""
        source = _source(topic)
        if source not in self._left and len(self._left) >= SOURCES_MAX:
            source = ""
        now = self._clock()
        left, since = self._left.get(source, (float(self._burst), now))
        left = min(left + (now - since) * self._per_s, float(self._burst))
        if left >= 1:
            self._left[source] = (left - 1, now)
            return True
        self._left[source] = (left, now)
        first, count = self._refused.get(source, (topic, 0))
        self._refused[source] = (first, count + 1)
        return False

    def take_refused(self) -> list[tuple[str, int]]:
        """Return for each sender that sent too much the first topic and the number of messages, since the last call."""
        taken = list(self._refused.values())
        self._refused.clear()
        return taken


def _source(topic: str) -> str:
    """Return the party that a topic says writes it; nothing where it names nobody."""
    address = parse(topic)
    return "" if address is None else address.sender or ""


def flooded(ledger: Ledger, now: int, topic: str, count: int) -> Entry:
    """Return the record of messages that were passed over, taken in at ``now`` (ms)."""
    reason = f"more than {PER_S:g} messages a second: {count} more were passed over, the first of them here"
    return garbled(ledger, now, topic, reason)
