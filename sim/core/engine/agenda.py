"""The agenda: what is to happen at which moment of one run."""

from __future__ import annotations

from collections.abc import Iterable

from sim.core.agents.acts import Stimulus
from sim.core.engine.faults.desk import Release
from sim.core.engine.faults.triggers import Due
from sim.core.engine.happenings import ByControl, Happening, ToParty, ToReaders
from sim.core.engine.queue import EventQueue, Priority
from sim.core.engine.technology import Edge, OnTheWay
from sim.core.model.ids import PartyId
from sim.core.world.truth import TruthChange


class Agenda:
    """Happenings to come, in the order in which they happen."""

    def __init__(self) -> None:
        self._queue: EventQueue[Happening] = EventQueue()

    def next_ms(self) -> int | None:
        """Return the moment (ms) of the next happening, or None when nothing waits."""
        return self._queue.next_ms()

    def pop_at(self, at_ms: int) -> list[Happening]:
        """Return and remove everything that happens at ``at_ms``, in order."""
        return self._queue.pop_at(at_ms)

    def change(self, change: TruthChange) -> None:
        """Let the truth change when its time comes."""
        self._queue.push(change.at_ms, Priority.TRUTH, change)

    def plan(self, at_ms: int, happening: Edge | ByControl) -> None:
        """Let exercise control, or technology, do something at ``at_ms``."""
        self._queue.push(at_ms, Priority.CONTROL, happening)

    def send_on(self, on_the_way: Iterable[OnTheWay]) -> None:
        """Let what is under way arrive when it has come."""
        for one in on_the_way:
            self.plan(one.at_ms, one)

    def make_due(self, now: int, due: Iterable[Due]) -> None:
        """Let faults enter, each so long after ``now`` (ms) as it says."""
        for delay_ms, fault, cause in due:
            self.plan(now + delay_ms, Release(fault, cause))

    def hand(self, at_ms: int, party: PartyId, stimulus: Stimulus) -> None:
        """Hand something to one party at ``at_ms``."""
        self._queue.push(at_ms, Priority.PARTY, ToParty(party, stimulus))

    def hand_out(self, at_ms: int, readers: tuple[PartyId, ...], stimulus: Stimulus) -> None:
        """Hand the same to several parties at ``at_ms``; nothing happens where there are none."""
        if readers:
            self._queue.push(at_ms, Priority.PARTY, ToReaders(readers, stimulus))
