"""How well moments kept to their times, wherever exercise time follows a clock: in a session, and in a replay."""

from __future__ import annotations

from collections import deque
from typing import Final

SOME_MOMENTS: Final = 200
"""Moments at the beginning and at the end that are held against each other."""


class Lateness:
    """How much later than its time each moment began, in ms of exercise time.

    A pause, or another speed, begins a stretch: it is held to the clock from there on.

    Attributes:
        moments: How many began.
        worst_ms: How late the latest was.
        last_ms: How late the last one was.
    """

    def __init__(self) -> None:
        self.moments = self.worst_ms = self.last_ms = self._sum_ms = 0
        self._first: list[int] = []
        self._last: deque[int] = deque(maxlen=SOME_MOMENTS)
        self._drift_before_ms: int | None = None

    def note(self, late_ms: int) -> None:
        """Note how late a moment begins."""
        self.moments += 1
        self.last_ms = late_ms
        self.worst_ms = max(self.worst_ms, late_ms)
        self._sum_ms += late_ms
        self._last.append(late_ms)
        if len(self._first) < SOME_MOMENTS:
            self._first.append(late_ms)

    def begin_stretch(self) -> None:
        """Hold what comes to the clock from now on."""
        if self._first:
            self._drift_before_ms = self.drift_ms
        self._first.clear()
        self._last.clear()
        self.last_ms = 0

    @property
    def mean_ms(self) -> int:
        """Return how late they were on average."""
        return round(self._sum_ms / self.moments) if self.moments else 0

    @property
    def drift_ms(self) -> int:
        """Return how much later the last moments were than the first: what adds up, in the worst stretch.

        Of each the one that was least late, since a busy moment is late and the next quiet one is not.
        """
        drifts = [] if self._drift_before_ms is None else [self._drift_before_ms]
        if self._first:
            drifts.append(min(self._last) - min(self._first))
        return max(drifts, default=0)
