"""Laws of the event queue."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.core.engine.queue import EventQueue, Priority

HAPPENINGS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(Priority)), max_size=30)


@given(HAPPENINGS)
def test_happenings_come_in_order_of_time_priority_and_sequence(
    happenings: list[tuple[int, Priority]],
) -> None:
    queue: EventQueue[tuple[int, Priority, int]] = EventQueue()
    pushed = [(at_ms, priority, place) for place, (at_ms, priority) in enumerate(happenings)]
    for at_ms, priority, place in pushed:
        queue.push(at_ms, priority, (at_ms, priority, place))
    popped: list[tuple[int, Priority, int]] = []
    while (next_ms := queue.next_ms()) is not None:
        assert len(queue) == len(pushed) - len(popped)
        now = queue.pop_at(next_ms)
        assert {found[0] for found in now} == {next_ms}
        popped += now
    assert popped == sorted(pushed)
    assert len(queue) == 0


@given(HAPPENINGS, HAPPENINGS)
def test_what_is_pushed_while_a_moment_lasts_comes_after_what_was(
    first: list[tuple[int, Priority]], later: list[tuple[int, Priority]]
) -> None:
    queue: EventQueue[int] = EventQueue()
    for place, (_, priority) in enumerate(first):
        queue.push(7, priority, place)
    assert len(queue.pop_at(7)) == len(first)
    for place, (_, priority) in enumerate(later):
        queue.push(7, priority, len(first) + place)
    assert sorted(queue.pop_at(7)) == list(range(len(first), len(first) + len(later)))
