"""Pacing: how exercise time follows wall time. The only place of a session that waits for a clock.

Deadlines are absolute (start plus exercise time over speed), so that lateness does not add up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sim.core.model.lateness import Lateness

LOOK_S = 0.1
"""Longest wait without a look at what strangers did."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a session.

    Attributes:
        speed: Exercise time per wall time; None is as fast as it goes.
    """

    speed: float | None

    @property
    def is_open(self) -> bool:
        """Say whether people and outside clients can take part: at a pace that follows the clock."""
        return self.speed is not None

    @property
    def name(self) -> str:
        """Return the pace as the command line writes it."""
        if self.speed is None:
            return "fast"
        return "real" if self.speed == 1.0 else f"x{self.speed:g}"


def parse_pace(text: str) -> Pace:
    """Return the pace for ``fast``, ``real`` or ``xN``.

    Raises:
        ValueError: It is none of these.
    """
    if text == "fast":
        return Pace(None)
    if text == "real":
        return Pace(1.0)
    try:
        speed = float(text.removeprefix("x")) if text.startswith("x") else 0.0
    except ValueError:
        speed = 0.0
    if not 0.0 < speed <= 100_000.0:
        raise ValueError(f"pace: expected fast, real or xN with N from above 0 to 100000, found {text!r}")
    return Pace(speed)


class Clock:
    """Exercise time that runs with wall time, from the moment it is made."""

    def __init__(self, speed: float, lateness: Lateness) -> None:
        self._speed = speed
        self._lateness = lateness
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()

    def now_ms(self) -> int:
        """Return the exercise time (ms)."""
        return int((self._loop.time() - self._start) * self._speed * 1000)

    def reached(self, at_ms: int) -> bool:
        """Say whether it is time for the moment ``at_ms``, which begins then; how late it is, is noted."""
        late_ms = self.now_ms() - at_ms
        if late_ms < 0:
            return False
        self._lateness.note(late_ms)
        return True

    async def look_until(self, at_ms: int, stirred: asyncio.Event) -> None:
        """Wait for ``at_ms``, but no longer than :data:`LOOK_S`, nor than until something stirs."""
        left_s = (at_ms - self.now_ms()) / 1000 / self._speed
        if left_s <= 0:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(stirred.wait(), min(left_s, LOOK_S))
        except TimeoutError:
            return
