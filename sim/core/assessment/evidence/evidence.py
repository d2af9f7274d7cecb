"""All that measures work on: the index of the log, and what became of each fault."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from sim.core.assessment.evidence.cases import FaultCase, cases
from sim.core.assessment.evidence.figure import Figure
from sim.core.assessment.log.fold import index
from sim.core.assessment.log.index import LogIndex
from sim.core.model.ids import ActivityId
from sim.core.records.record import Record


@dataclass(frozen=True)
class Evidence:
    """What a run log shows.

    Attributes:
        log: Its records in order, by what they are.
    """

    log: LogIndex
    _parts: dict[frozenset[ActivityId], Evidence] = field(default_factory=dict, compare=False, repr=False)
    _figures: dict[Hashable, Figure | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def cases(self) -> tuple[FaultCase, ...]:
        """Return what became of each fault."""
        return cases(self.log)

    def within(self, activities: AbstractSet[ActivityId]) -> Evidence:
        """Return the evidence of some activities only."""
        key = frozenset(activities)
        if key not in self._parts:
            self._parts[key] = Evidence(self.log.within(activities))
        return self._parts[key]

    def once(self, key: Hashable, find: Callable[[], Figure | None]) -> Figure | None:
        """Return the figure that was found under a key, having found it if nobody had."""
        if key not in self._figures:
            self._figures[key] = find()
        return self._figures[key]


def gather(records: Iterable[Record]) -> Evidence:
    """Return the evidence in a run log, read in one pass.

    Raises:
        ValueError: It has no opening record.
    """
    return Evidence(index(records))
