from __future__ import annotations

from sim.core.model.lateness import SOME_MOMENTS, Lateness


def test_nothing_that_began_is_not_late() -> None:
    lateness = Lateness()
    assert (lateness.moments, lateness.mean_ms, lateness.worst_ms, lateness.drift_ms) == (0, 0, 0, 0)


def test_how_late_moments_were_is_told_on_average_and_at_the_worst() -> None:
    lateness = Lateness()
    for late_ms in (10, 20, 90):
        lateness.note(late_ms)
    assert (lateness.moments, lateness.mean_ms, lateness.worst_ms) == (3, 40, 90)


def test_what_adds_up_is_drift_and_what_comes_and_goes_is_not() -> None:
    steady, growing = Lateness(), Lateness()
    for number in range(10 * SOME_MOMENTS):
        steady.note(500 * (number % 3 == 0))
        growing.note(number)
    assert steady.drift_ms == 0
    assert growing.drift_ms == 9 * SOME_MOMENTS


def test_the_drift_of_a_stretch_before_is_not_forgotten() -> None:
    lateness = Lateness()
    for number in range(10 * SOME_MOMENTS):
        lateness.note(number)
    lateness.begin_stretch()
    lateness.begin_stretch()
    assert lateness.drift_ms == 9 * SOME_MOMENTS
    lateness.note(5)
    assert lateness.drift_ms == 9 * SOME_MOMENTS
