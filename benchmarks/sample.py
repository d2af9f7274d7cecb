"""One measurement, and what is said of several: medians, of ratios within pairs that were measured in turn."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """How many deliveries took how many seconds of wall time."""

    deliveries: int
    seconds: float

    @property
    def rate(self) -> float:
        """Return deliveries per second."""
        return self.deliveries / self.seconds

    @property
    def cost_us(self) -> float:
        """Return microseconds per delivery."""
        return self.seconds / self.deliveries * 1_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some figures, and the lowest and the highest."""

    middle: float
    low: float
    high: float


Measure = Callable[[], Sample]


def spread(figures: Sequence[float]) -> Spread:
    """Return the spread of figures."""
    return Spread(median(figures), min(figures), max(figures))


def alternate(measures: Sequence[Measure], repetitions: int) -> list[list[Sample]]:
    """Measure each in turn, again and again, so that all of them meet the same disturbances.

    Every other round goes the other way, so that none is always the one after the heaviest. The result has
    one row for each measure.
    """
    rows: list[list[Sample]] = [[] for _ in measures]
    order = list(enumerate(measures))
    for _ in range(repetitions):
        for place, measure in order:
            gc.collect()
            rows[place].append(measure())
        order.reverse()
    return rows


def ratios(one: Sequence[Sample], other: Sequence[Sample], figure: Callable[[Sample], float]) -> Spread:
    """Return the spread of the ratios of a figure, pair by pair."""
    return spread([figure(a) / figure(b) for a, b in zip(one, other, strict=True)])
