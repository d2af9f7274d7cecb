from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.session.throttle import SOURCES_MAX, Throttle

SIGNAL, OTHER, CARD = "activity/flood/signal/wl", "activity/flood/signal/grid", "activity/flood/card"


class Clock:
    """A clock that is set by hand (s)."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def admitted(throttle: Throttle, topic: str, count: int) -> int:
    return sum(throttle.admits(topic) for _ in range(count))


def test_a_burst_goes_through_and_then_so_many_in_a_second() -> None:
    clock = Clock()
    throttle = Throttle(burst=10, per_s=2.0, clock=clock)
    assert admitted(throttle, SIGNAL, 100) == 10
    clock.now = 3.0
    assert admitted(throttle, SIGNAL, 100) == 6
    clock.now = 1_000.0
    assert admitted(throttle, SIGNAL, 100) == 10, "what was not used is not saved up beyond a burst"


def test_who_floods_takes_nothing_from_others() -> None:
    throttle = Throttle(burst=10, per_s=2.0, clock=Clock())
    admitted(throttle, SIGNAL, 1_000)
    assert admitted(throttle, OTHER, 10) == 10
    assert admitted(throttle, CARD, 10) == 10


def test_a_sender_is_one_whatever_topics_it_uses() -> None:
    throttle = Throttle(burst=10, per_s=2.0, clock=Clock())
    topics = [f"activity/flood/own/wl/theme/item-{number}" for number in range(20)]
    assert sum(throttle.admits(topic) for topic in topics) == 10


def test_what_was_passed_over_is_told_once_with_its_number() -> None:
    throttle = Throttle(burst=1, per_s=0.0, clock=Clock())
    admitted(throttle, SIGNAL, 5)
    admitted(throttle, "no topic of ours", 3)
    assert throttle.take_refused() == [(SIGNAL, 4), ("no topic of ours", 2)]
    assert throttle.take_refused() == []


@given(st.lists(st.text(alphabet="ab/+#", max_size=8), max_size=50))
def test_it_takes_any_topic_and_stays_small(topics: list[str]) -> None:
    throttle = Throttle(burst=1, per_s=0.0, clock=Clock())
    for topic in topics:
        throttle.admits(topic)
    for number in range(SOURCES_MAX + 50):
        throttle.admits(f"receipt/party-{number}")
    assert len(throttle._left) <= SOURCES_MAX + 1
