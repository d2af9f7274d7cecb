"""The event queue: what happens at which moment, in a fixed order.

Order is (time, priority, sequence): within one moment the truth changes before exercise control acts, and
that before anybody perceives or reads; the rest goes by who was first to ask for it.
"""

from __future__ import annotations

import heapq
from enum import IntEnum
from typing import Generic, TypeVar

Happening = TypeVar("Happening")

PENDING_MAX = 1_000_000


class Priority(IntEnum):
    """What comes first within one moment."""

    TRUTH = 0
    CONTROL = 1
    PARTY = 2


class EventQueue(Generic[Happening]):
    """Happenings in order of (time, priority, sequence); bounded."""

    __slots__ = ("_heap", "_sequence")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Happening]] = []
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, at_ms: int, priority: Priority, happening: Happening) -> None:
        """Let something happen at ``at_ms``.

        Raises:
            OverflowError: More than :data:`PENDING_MAX` happenings wait; some behaviour feeds on itself.
        """
        if len(self._heap) >= PENDING_MAX:
            raise OverflowError(f"expected at most {PENDING_MAX} waiting events at {at_ms} ms")
        heapq.heappush(self._heap, (at_ms, priority, self._sequence, happening))
        self._sequence += 1

    def next_ms(self) -> int | None:
        """Return the moment of the next happening, or None when nothing waits."""
        return self._heap[0][0] if self._heap else None

    def pop_at(self, at_ms: int) -> list[Happening]:
        """Return and remove everything that happens at ``at_ms``, in order.

        Raises:
            ValueError: Something earlier still waits; time would run backwards.
        """
        if self._heap and self._heap[0][0] < at_ms:
            raise ValueError(f"expected nothing before {at_ms} ms, was {self._heap[0][0]} ms")
        happenings = []
        while self._heap and self._heap[0][0] == at_ms:
            happenings.append(heapq.heappop(self._heap)[3])
        return happenings
