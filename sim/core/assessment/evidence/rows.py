"""Which rows of a figure are shown, and which records they cite, where there are more than anybody reads.

A figure counts everything. It shows at most :data:`ROWS_MAX` of the events that it rests on, the worst first, because a
finding stands or falls by these; and cites the records of the rows that it shows.
"""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")

ROWS_MAX: Final = 500
"""Events of a figure that are shown in rows, each with its records (a choice: more than an assessor reads)."""

RECORDS_MAX: Final = 100
"""Stretches of time, or items, whose records one row cites."""


class Worst(Generic[T]):
    """Keeps of many things some that are worst; of those that are as bad the first."""

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._kept: list[tuple[int, int, T]] = []
        self._count = 0

    def add(self, bad: int, thing: T) -> None:
        """Take something, and how bad it is."""
        self._kept.append((-bad, self._count, thing))
        self._count += 1
        if len(self._kept) >= 2 * self._most:
            self._prune()

    def _prune(self) -> None:
        self._kept.sort(key=_by_badness)
        del self._kept[self._most :]

    def kept(self) -> list[T]:
        """Return what was kept, in the order in which they came."""
        if len(self._kept) > self._most:
            self._prune()
        return [thing for _, _, thing in sorted(self._kept, key=_by_place)]

    @property
    def left_out(self) -> int:
        """Return how many were not kept."""
        return max(0, self._count - self._most)


def _by_badness(kept: tuple[int, int, Any]) -> tuple[int, int]:
    return kept[:2]


def _by_place(kept: tuple[int, int, Any]) -> int:
    return kept[1]


def worst_places(bad: npt.NDArray[Any], most: int) -> list[int]:
    """Return the places of the highest of some numbers, in order; of those that are as high the first."""
    if len(bad) <= most:
        return list(range(len(bad)))
    threshold = np.partition(bad, len(bad) - most)[len(bad) - most]
    above = np.flatnonzero(bad > threshold)
    level = np.flatnonzero(bad == threshold)[: most - len(above)]
    return sorted([*above.tolist(), *level.tolist()])
