from __future__ import annotations

import pytest

from sim.core.engine import queue as queue_module
from sim.core.engine.queue import EventQueue, Priority


def test_pop_at_a_moment_gives_truth_before_control_before_parties() -> None:
    queue: EventQueue[str] = EventQueue()
    for name, priority in (("b", Priority.PARTY), ("c", Priority.CONTROL), ("t", Priority.TRUTH)):
        queue.push(5, priority, name)
    queue.push(5, Priority.PARTY, "a")
    assert queue.pop_at(5) == ["t", "c", "b", "a"]


def test_pop_at_an_empty_moment_gives_nothing() -> None:
    queue: EventQueue[str] = EventQueue()
    assert (queue.next_ms(), queue.pop_at(5)) == (None, [])
    queue.push(6, Priority.PARTY, "later")
    assert (queue.next_ms(), queue.pop_at(5), len(queue)) == (6, [], 1)


def test_pop_at_past_something_that_waits_raises() -> None:
    queue: EventQueue[str] = EventQueue()
    queue.push(4, Priority.PARTY, "earlier")
    with pytest.raises(ValueError, match="expected nothing before 5 ms, was 4 ms"):
        queue.pop_at(5)


def test_push_onto_a_full_queue_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "PENDING_MAX", 2)
    queue: EventQueue[str] = EventQueue()
    queue.push(1, Priority.PARTY, "one")
    queue.push(1, Priority.PARTY, "two")
    with pytest.raises(OverflowError, match="expected at most 2 waiting events at 9 ms"):
        queue.push(9, Priority.PARTY, "three")
    assert len(queue) == 2
