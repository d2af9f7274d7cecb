"""How far pages are behind the log of a run: by the clock, from a record being written to its being shown."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from pathlib import Path
from statistics import median

from sim.runlog.disk import LOG_NAME
from sim.runlog.manifest import load_manifest


@dataclass(frozen=True, slots=True)
class Written:
    """When the records of a log were written.

    Attributes:
        wall_ms: By the clock (ms since 1970), by number of the record.
        at_ms: Exercise time of each (ms).
    """

    wall_ms: Sequence[int]
    at_ms: Sequence[int]

    def lateness_ms(self, speed: float, from_seq: int) -> list[float]:
        """Return how late (ms of the clock) each record was written, the most punctual being in time."""
        late = [
            wall - at / speed for wall, at in zip(self.wall_ms[from_seq:], self.at_ms[from_seq:], strict=True)
        ]
        return [one - min(late) for one in late] if late else []


def written(run: Path, count: int) -> Written:
    """Read when the first so many records of a run were written."""
    begun_ms = int(datetime.timestamp(load_manifest(run).started) * 1000)
    wall, at = [], []
    with (run / LOG_NAME).open("rb") as lines:
        for line in islice(lines, count):
            record = json.loads(line)
            wall.append(begun_ms + record["local"]["wall_ms"])
            at.append(record["at_ms"])
    return Written(wall, at)


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a page was behind (ms of the clock): the oldest record that it did not show yet, before each change.

    Attributes:
        middle: The median.
        high: What 99 of a hundred were at most.
        worst: The worst of all.
        above: How many were behind by more than a second.
        count: How often what is shown changed.
    """

    middle: float
    high: float
    worst: float
    above: int
    count: int


def lags_ms(shown: Sequence[tuple[int, int]], log: Written) -> list[int]:
    """Return how far a page was behind at each change of it, just before it.

    Args:
        shown: When it changed (ms since 1970), and the last record that it showed from then on; in order. Before
            the first of them nothing is known.
        log: When records were written.
    """
    found = []
    for (_, before), (changed_ms, _) in pairwise(shown):
        if before + 1 < len(log.wall_ms):
            found.append(max(0, changed_ms - log.wall_ms[before + 1]))
    return found


def lag_of(lags: Sequence[int]) -> Lag:
    """Sum up.

    Raises:
        StatisticsError: There are none.
    """
    ordered = sorted(lags)
    above = len(ordered) - bisect_right(ordered, 1000)
    return Lag(median(ordered), ordered[int(0.99 * (len(ordered) - 1))], ordered[-1], above, len(ordered))
