"""A player keeps to its deadlines, whatever is done to its tempo; its clock is one that the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sim.core.model.time import HOUR_MS
from sim.core.records.record import Record
from sim.replay.player import FASTEST, SLOWEST, Player
from sim.replay.timeline import Timeline
from tests.played import Played


class Clock:
    """A clock that somebody moves."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def opened(played: Played) -> Iterator[Timeline]:
    with Timeline(played("limburg-hoogwater").folder, keep=False) as timeline:
        yield timeline


@pytest.fixture
def timeline(opened: Timeline) -> Timeline:
    opened.seek_seq(-1)
    return opened


def drive(player: Player, clock: Clock, late_s: float = 0.0) -> list[Record]:
    """Play until nothing is due by itself any more, waiting each time as long as asked, and somewhat longer."""
    played: list[Record] = []
    while (wait_s := player.wait_s()) is not None:
        clock.now_s += wait_s + late_s
        for moment in player.due():
            played += moment
    return played


def test_every_record_is_played_once_and_at_its_time(timeline: Timeline, clock: Clock) -> None:
    timeline.seek_ms(60 * HOUR_MS)
    first = timeline.scene.seq + 1
    player = Player(timeline, clock, 1_000, until_ms=62 * HOUR_MS)
    player.play()

    played = drive(player, clock)

    assert [record.seq for record in played] == list(range(first, first + len(played)))
    assert played[-1].at_ms <= 62 * HOUR_MS < timeline.when_ms(played[-1].seq + 1)
    assert player.is_over
    assert clock.now_s - 1_000 == pytest.approx((played[-1].at_ms - 60 * HOUR_MS) / 1e6, abs=1e-6)


def test_what_is_late_each_time_does_not_add_up(timeline: Timeline, clock: Clock) -> None:
    timeline.seek_ms(60 * HOUR_MS)
    player = Player(timeline, clock, 100, until_ms=70 * HOUR_MS)
    player.play()
    drive(player, clock, late_s=0.02)

    assert player.lateness.moments > 100
    assert player.lateness.drift_ms <= 1
    assert player.lateness.worst_ms <= 2_001


def test_nothing_is_due_while_it_is_paused_and_no_time_is_lost(timeline: Timeline, clock: Clock) -> None:
    timeline.seek_ms(60 * HOUR_MS)
    player = Player(timeline, clock, 10)
    assert player.wait_s() is None
    player.play()
    wait_s = player.wait_s()
    assert wait_s is not None
    assert wait_s > 0
    clock.now_s += wait_s / 2
    player.pause()
    now_ms = player.now_ms
    clock.now_s += 3_600
    assert (player.wait_s(), list(player.due()), player.now_ms) == (None, [], now_ms)
    player.play()
    assert player.wait_s() == pytest.approx(wait_s / 2)


def test_a_change_of_speed_counts_from_the_moment_that_it_is_made(timeline: Timeline, clock: Clock) -> None:
    timeline.seek_ms(60 * HOUR_MS)
    player = Player(timeline, clock, 1)
    player.play()
    wait_s = player.wait_s()
    assert wait_s is not None
    clock.now_s += wait_s / 2
    player.set_speed(10)
    assert player.wait_s() == pytest.approx(wait_s / 20)
    player.faster()
    assert player.speed == 20
    player.slower()
    player.slower()
    assert player.speed == 5


def test_speeds_go_no_further_than_they_can(timeline: Timeline, clock: Clock) -> None:
    player = Player(timeline, clock, FASTEST)
    player.faster()
    assert player.speed == FASTEST
    player.set_speed(SLOWEST)
    player.slower()
    assert player.speed == SLOWEST
    for speed in (0.0, -1.0, 1_001.0, float("nan")):
        with pytest.raises(ValueError, match=r"speed: expected a number from 0\.1 to 1000"):
            player.set_speed(speed)


def test_after_a_jump_it_goes_on_from_there(timeline: Timeline, clock: Clock) -> None:
    player = Player(timeline, clock, 100)
    player.play()
    fault = player.next("fault")
    assert fault is not None
    assert player.now_ms == fault.at_ms
    clock.now_s += 1
    assert player.now_ms == fault.at_ms + 100_000
    player.seek_ms(60 * HOUR_MS)
    assert player.now_ms == 60 * HOUR_MS
    record = player.step()
    assert record is not None
    assert player.now_ms == record.at_ms
    moment = player.step_event()
    assert player.now_ms == moment[-1].at_ms
    player.seek_seq(3)
    assert timeline.scene.seq == 3
    player.next("inject")
    second = player.next("inject")
    first = player.previous("inject")
    assert first is not None
    assert second is not None
    assert first.seq < second.seq
