from __future__ import annotations

import asyncio

from sim.core.model.lateness import Lateness
from sim.session.pacing import Clock


def test_a_new_stretch_is_held_to_the_clock_from_its_own_beginning() -> None:
    lateness = Lateness()
    for late_ms in (10, 10):
        lateness.note(late_ms)
    lateness.begin_stretch()
    assert (lateness.last_ms, lateness.moments) == (0, 2)
    for late_ms in (1_000, 1_000):
        lateness.note(late_ms)
    assert (lateness.drift_ms, lateness.worst_ms, lateness.last_ms) == (0, 1_000, 1_000)


class Wall:
    """Wall time, as a test moves it."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def clock(speed: float = 10.0) -> tuple[Wall, Lateness, Clock]:
    wall, lateness = Wall(), Lateness()
    return wall, lateness, Clock(speed, lateness, wall)


def test_exercise_time_runs_at_its_speed_from_the_moment_the_clock_is_made() -> None:
    wall, lateness, made = clock()
    assert made.now_ms() == 0
    wall.now_s += 1.5
    assert made.now_ms() == 15_000
    assert (made.reached(15_001), lateness.moments) == (False, 0)
    assert (made.reached(14_000), lateness.last_ms) == (True, 1_000)


def test_while_it_stands_no_moment_is_reached_and_none_is_late() -> None:
    wall, lateness, made = clock()
    wall.now_s += 1
    made.pause(9_000)
    wall.now_s += 3_600
    assert (made.now_ms(), made.reached(8_000), made.is_paused) == (9_000, False, True)
    made.resume()
    wall.now_s += 0.5
    assert (made.now_ms(), made.reached(14_000), made.is_paused) == (14_000, True, False)
    assert (lateness.worst_ms, lateness.drift_ms) == (0, 0)


def test_another_speed_holds_from_the_moment_that_the_exercise_has_come_to() -> None:
    wall, _, made = clock()
    wall.now_s += 1
    made.change_speed(10_000, 2.0)
    wall.now_s += 1
    assert (made.now_ms(), made.speed) == (12_000, 2.0)


def test_deadlines_are_absolute_from_the_last_change_on() -> None:
    wall, lateness, made = clock(1.0)
    made.change_speed(0, 4.0)
    for number in range(1, 1_000):
        wall.now_s += 0.25003  # each wait takes a little longer than was asked, and the next is asked anew
        made.reached(number * 1_000)
    assert made.now_ms() == int(999 * 0.25003 * 4_000)
    assert lateness.worst_ms == made.now_ms() - 999_000


def test_a_speed_that_changes_while_it_stands_holds_when_it_goes_on() -> None:
    wall, _, made = clock()
    made.pause(5_000)
    made.change_speed(5_000, 1.0)
    wall.now_s += 9
    assert made.now_ms() == 5_000
    made.resume()
    wall.now_s += 1
    assert made.now_ms() == 6_000


async def test_who_waits_for_a_moment_is_woken_by_what_stirs() -> None:
    _, _, made = clock(1.0)
    stirred = asyncio.Event()
    stirred.set()
    await made.look_until(10**9, stirred)
    await made.look_until(-1, asyncio.Event())
    made.pause(0)
    await made.look_until(-1, stirred)
    assert stirred.is_set()


async def test_by_default_it_runs_with_the_event_loop() -> None:
    made = Clock(1.0, Lateness())
    assert made.reached(0)
