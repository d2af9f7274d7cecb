"""What parties perceived, in columns of numbers."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np

from sim.core.assessment.log.columns import TIME_MAX, Flags, bounded, numbers
from sim.core.assessment.log.entries import Stamped
from sim.core.model.ids import InjectId, PartyId
from sim.core.picture.observation import Fact, Observation
from sim.core.records.kinds import Observed


class Sight(msgspec.Struct, frozen=True, gc=False):
    """What a party perceives, apart from when, and from the changes behind it."""

    party: PartyId
    fact: Fact
    causation: tuple[InjectId, ...]


class Seeing:
    """Takes down what is perceived, row by row."""

    def __init__(self) -> None:
        self.seq, self.at_ms, self.observed_ms = array("q"), array("q"), array("q")
        self.sight, self.causes = array("i"), array("i")

    def add(self, seq: int, at_ms: int, observed_ms: int, sight: int, causes: int) -> None:
        """Take down a perception: its record, when (ms), since when it is so, what, and the changes behind it."""
        self.seq.append(seq)
        self.at_ms.append(at_ms)
        self.observed_ms.append(bounded(observed_ms, TIME_MAX))
        self.sight.append(sight)
        self.causes.append(causes)


class Seen:
    """Every perception, in the order of the log.

    Attributes:
        sights: What is perceived.
        causes: The changes of the truth that can be behind it.
        sight: By row its number in ``sights``.
        cause: By row its number in ``causes``.
    """

    def __init__(self, sights: Sequence[Sight], causes: Sequence[tuple[str, ...]], seeing: Seeing) -> None:
        """Take over what was taken down."""
        self.sights, self.causes = sights, causes
        self.seq, self.at_ms = numbers(seeing.seq), numbers(seeing.at_ms)
        self.observed_ms = numbers(seeing.observed_ms)
        self.sight, self.cause = numbers(seeing.sight), numbers(seeing.causes)

    def __len__(self) -> int:
        return len(self.seq)

    def by_sight(self, asked: Callable[[Sight], bool]) -> Flags:
        """Return which rows are of something that is asked for."""
        found = np.array([asked(sight) for sight in self.sights], dtype=np.bool_)
        flags: Flags = found[self.sight]
        return flags

    def stamped(self, row: int) -> Stamped[Observed]:
        """Return one perception."""
        sight = self.sights[self.sight[row]]
        observation = Observation(
            fact=sight.fact,
            observed_at_ms=int(self.observed_ms[row]),
            causes=self.causes[self.cause[row]],
            causation=sight.causation,
        )
        return Stamped(int(self.seq[row]), int(self.at_ms[row]), Observed(sight.party, observation))

    def all(self, rows: Iterable[int] | None = None) -> tuple[Stamped[Observed], ...]:
        """Return the perceptions in some rows, or all."""
        return tuple([self.stamped(row) for row in (range(len(self)) if rows is None else rows)])
