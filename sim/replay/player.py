"""Plays a run again, as fast or as slow as is wanted: with deadlines that do not drift, pause, steps and jumps.

The deadline of a moment counts from the last change of tempo (start, pause, speed, jump), never from the moment
before. So what is late once makes nothing after it late. The clock is handed in, and nobody waits here: who drives a
player asks how long to wait, waits, and asks what is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from sim.core.model.lateness import Lateness
from sim.core.records.record import Record
from sim.replay.timeline import Timeline

SLOWEST: Final = 0.1
FASTEST: Final = 1_000.0
"""Speeds (exercise time over clock time) between which a run can be played."""

SPEEDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0)
"""Speeds that :meth:`Player.faster` and :meth:`Player.slower` go through."""


class Player:
    """Plays a timeline.

    Args:
        timeline: What is played; from where it is now.
        clock: Tells the time in seconds, from any beginning; it never goes back.
        speed: Exercise time over clock time.
        until_ms: Where to stop (ms of exercise time); None is the end.

    Attributes:
        timeline: What is played.
        lateness: How late moments began, in ms of exercise time.
    """

    def __init__(
        self,
        timeline: Timeline,
        clock: Callable[[], float],
        speed: float = 1.0,
        until_ms: int | None = None,
    ) -> None:
        """Begin paused.

        Raises:
            ValueError: The speed is none that can be played at.
        """
        self.timeline = timeline
        self.lateness = Lateness()
        self._clock = clock
        self._speed = _checked(speed)
        self._until_ms = timeline.end_ms if until_ms is None else until_ms
        self._playing = False
        self._anchor_s, self._anchor_ms = clock(), float(timeline.scene.at_ms)

    @property
    def speed(self) -> float:
        """Return exercise time over clock time."""
        return self._speed

    @property
    def is_playing(self) -> bool:
        """Say whether time goes on."""
        return self._playing

    @property
    def is_over(self) -> bool:
        """Say whether nothing is left to play."""
        next_ms = self.timeline.next_ms
        return next_ms is None or next_ms > self._until_ms

    @property
    def now_ms(self) -> int:
        """Return the exercise time (ms)."""
        return int(self._now_ms())

    def play(self) -> None:
        """Let time go on."""
        self._anchor()
        self._playing = True

    def pause(self) -> None:
        """Let time stand still."""
        self._anchor()
        self._playing = False

    def set_speed(self, speed: float) -> None:
        """Change the speed from now on.

        Raises:
            ValueError: It is none that can be played at.
        """
        _checked(speed)
        self._anchor()
        self._speed = speed

    def faster(self) -> None:
        """Change to the next speed."""
        self.set_speed(next((speed for speed in SPEEDS if speed > self._speed), FASTEST))

    def slower(self) -> None:
        """Change to the speed before."""
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self._speed), SLOWEST))

    # What is due

    def wait_s(self) -> float | None:
        """Return how long (s) it is until something is due: 0 when it is, None when nothing will be by itself."""
        next_ms = self.timeline.next_ms
        if not self._playing or self.is_over or next_ms is None:
            return None
        due_s = self._anchor_s + (next_ms - self._anchor_ms) / 1000 / self._speed
        return max(0.0, due_s - self._clock())

    def due(self) -> Iterator[tuple[Record, ...]]:
        """Yield what is due by now, moment by moment, having taken it; how late each began is noted."""
        while self.wait_s() == 0.0:
            next_ms = self.timeline.next_ms
            assert next_ms is not None, "something is due"
            self.lateness.note(max(0, int(self._now_ms() - next_ms)))
            yield self.timeline.step_event()

    # By hand

    def step(self) -> Record | None:
        """Take the next record, whatever the time; None at the end."""
        record = self.timeline.step()
        self._jumped()
        return record

    def step_event(self) -> tuple[Record, ...]:
        """Take the records of the next moment, whatever the time."""
        records = self.timeline.step_event()
        self._jumped()
        return records

    def seek_ms(self, at_ms: int) -> None:
        """Go to a moment (ms of exercise time), and go on from there."""
        self.timeline.seek_ms(at_ms)
        self._jumped()

    def seek_seq(self, seq: int) -> None:
        """Go to just after a record, and go on from there."""
        self.timeline.seek_seq(seq)
        self._jumped()

    def next(self, what: str | Sequence[int]) -> Record | None:
        """Go to the next of something (:meth:`Timeline.next`), and go on from there."""
        record = self.timeline.next(what)
        self._jumped()
        return record

    def previous(self, what: str | Sequence[int]) -> Record | None:
        """Go back to the one before of something, and go on from there."""
        record = self.timeline.previous(what)
        self._jumped()
        return record

    def _now_ms(self) -> float:
        if not self._playing:
            return self._anchor_ms
        return self._anchor_ms + (self._clock() - self._anchor_s) * self._speed * 1000

    def _anchor(self) -> None:
        """Count from here on from now."""
        now_ms = self._now_ms()
        self._anchor_s, self._anchor_ms = self._clock(), now_ms

    def _jumped(self) -> None:
        self._anchor_s, self._anchor_ms = self._clock(), float(self.timeline.scene.at_ms)


def _checked(speed: float) -> float:
    if not SLOWEST <= speed <= FASTEST:
        raise ValueError(f"speed: expected a number from {SLOWEST:g} to {FASTEST:g}, found {speed:g}")
    return speed
