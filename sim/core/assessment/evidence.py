"""All that measures work on: the index of the log, and what became of each fault."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sim.core.assessment.cases import FaultCase, cases
from sim.core.assessment.log_index import LogIndex, index
from sim.core.model.ids import ActivityId
from sim.core.records.record import Record


@dataclass(frozen=True)
class Evidence:
    """What a run log shows.

    Attributes:
        log: Its records in order, by what they are.
        cases: What became of each fault.
    """

    log: LogIndex
    cases: tuple[FaultCase, ...]

    def within(self, activities: AbstractSet[ActivityId]) -> Evidence:
        """Return the evidence of some activities only."""
        log = self.log.within(activities)
        return Evidence(log, cases(log))


def gather(records: Iterable[Record]) -> Evidence:
    """Return the evidence in a run log, read in one pass.

    Raises:
        ValueError: It has no opening record.
    """
    log = index(records)
    return Evidence(log, cases(log))
