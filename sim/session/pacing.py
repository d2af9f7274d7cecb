"""Pacing: how exercise time follows wall time. The only place of a session that waits for a clock.

Deadlines are absolute (start plus exercise time over speed), so that lateness does not add up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
    """Exercise time that runs with wall time, from the moment it is made; it can be paused, and go faster or slower.

    Args:
        speed: Exercise time per wall time.
        lateness: Where it is noted how well the session keeps to it.
        seconds: Wall time that never goes back (s); that of the event loop by default.

    Attributes:
        speed: As it is now.
        is_paused: Whether it stands still.
    """

    def __init__(self, speed: float, lateness: Lateness, seconds: Callable[[], float] | None = None) -> None:
        self.speed = speed
        self.is_paused = False
        self._lateness = lateness
        self._seconds = seconds or asyncio.get_running_loop().time
        self._since_s = self._seconds()
        self._from_ms = 0

    def now_ms(self) -> int:
        """Return the exercise time (ms)."""
        if self.is_paused:
            return self._from_ms
        return self._from_ms + int((self._seconds() - self._since_s) * self.speed * 1000)

    def reached(self, at_ms: int) -> bool:
        """Say whether it is time for the moment ``at_ms``, which begins then; how late it is, is noted."""
        late_ms = self.now_ms() - at_ms
        if late_ms < 0 or self.is_paused:
            return False
        self._lateness.note(late_ms)
        return True

    def pause(self, at_ms: int) -> None:
        """Stand still at ``at_ms``, the moment that the exercise has come to; what it was behind is forgiven."""
        self._from_ms, self.is_paused = at_ms, True

    def resume(self) -> None:
        """Go on from where it stands."""
        self._since_s, self.is_paused = self._seconds(), False
        self._lateness.begin_stretch()

    def change_speed(self, at_ms: int, speed: float) -> None:
        """Go on at another speed from ``at_ms``, the moment that the exercise has come to."""
        self._from_ms, self._since_s, self.speed = at_ms, self._seconds(), speed
        self._lateness.begin_stretch()

    async def look_until(self, at_ms: int, stirred: asyncio.Event) -> None:
        """Wait for ``at_ms``, but no longer than :data:`LOOK_S`, nor than until something stirs."""
        left_s = LOOK_S if self.is_paused else (at_ms - self.now_ms()) / 1000 / self.speed
        if left_s <= 0:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(stirred.wait(), min(left_s, LOOK_S))
        except TimeoutError:
            return
