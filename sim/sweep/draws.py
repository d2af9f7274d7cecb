"""Figures of a sweep by what they are of, variant and seed, as the statistics ask for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import msgspec

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.ids import PartyId
from sim.sweep.results import Load, Reading, Run, Sweep
from sim.sweep.statistics import Bounds, at_least, exactly

EXERCISE: Final = ""
"""Stands where the id of a party stands, for the exercise as a whole."""

COSTS_OF_EXERCISE: Final = ("messages", "deliveries", "denied")
"""What a run costs as a whole, in the order in which it is shown."""

COSTS_OF_PARTIES: Final = ("sent", "received", "busiest_hour", "arrived", "missed", "unreachable")
"""What a run costs a party in messages and people, in the order in which it is shown."""

TOLD_AS_COSTS: Final = frozenset(
    {"messages-per-hour", "busiest-hour", "missed-work", "unreachable", "denied-attempts"}
)
"""Measures that say what the costs say, and are told there only."""

JUDGED: Final = (Result.MET, Result.PARTLY_MET, Result.NOT_MET)
"""Results that rest on something that was observed."""

Kind: TypeAlias = Literal["criterion", "figure", "cost"]


class About(msgspec.Struct, frozen=True, order=True):
    """What is compared: a criterion, a figure or a cost, of a party or of the exercise as a whole.

    Attributes:
        kind: What sort of thing it is.
        party: Id of the party; :data:`EXERCISE` for the whole.
        name: Id of the criterion, name of the measure, or name of the cost.
    """

    kind: Kind
    party: PartyId
    name: str


@dataclass
class Drawn:
    """One thing under one variant: what each seed shows.

    Attributes:
        unit: What its figures count in.
        figures: By seed, between what the figure lies.
        results: By seed, what the evidence says; of a criterion only.
        readings: By seed, what was read; of a criterion only.
        limit: Its norm under this variant; None without one.
    """

    unit: Unit
    figures: dict[int, Bounds] = field(default_factory=dict)
    results: dict[int, Result] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    limit: Number | None = None


class SweepDraws:
    """Every figure of a sweep, by what it is of and the variant.

    Runs that were not made show nothing; what they would have shown is missing, and counted so.

    Args:
        sweep: The sweep.

    Attributes:
        seeds: The seeds of the plan, in order.
        reference: Name of the variant that others are laid beside.
        others: Names of the other variants, in the order of the plan.
        absent: Runs that were not made.
    """

    def __init__(self, sweep: Sweep) -> None:
        names = [variant.name for variant in sweep.plan.variants]
        self.seeds = sweep.plan.seeds
        self.reference, self.others = names[0], tuple(names[1:])
        self.absent = sweep.plan.size - len(sweep.runs)
        self._performance = {judged.id for judged in sweep.plan.criteria if judged.part == "performance"}
        self._found: dict[tuple[str, About], Drawn] = {}
        self._order: dict[About, None] = {}
        self._advice: dict[tuple[str, PartyId], dict[int, Advice]] = defaultdict(dict)
        for run in sweep.runs:
            self._take(run)

    def abouts(self, kind: Kind) -> tuple[About, ...]:
        """Return everything of a kind that any run shows, of the exercise first, then by party."""
        return tuple(
            sorted((about for about in self._order if about.kind == kind), key=lambda each: each.party)
        )

    def drawn(self, about: About, variant: str) -> Drawn | None:
        """Return one thing under a variant; None where no run shows it."""
        return self._found.get((variant, about))

    def figures(self, about: About, variant: str) -> dict[int, Bounds | None]:
        """Return the figures of one thing under a variant, for every seed."""
        drawn = self.drawn(about, variant)
        return {seed: None if drawn is None else drawn.figures.get(seed) for seed in self.seeds}

    def met(self, about: About, variant: str) -> dict[int, bool | None]:
        """Return whether a criterion is met under a variant, for every seed; None where that was not observed."""
        drawn = self.drawn(about, variant)
        results = {} if drawn is None else drawn.results
        return {
            seed: result is Result.MET if (result := results.get(seed)) in JUDGED else None
            for seed in self.seeds
        }

    def results(self, about: About, variant: str) -> Mapping[int, Result]:
        """Return what the evidence says of a criterion under a variant, by seed."""
        drawn = self.drawn(about, variant)
        return {} if drawn is None else drawn.results

    def advised(self, party: PartyId, variant: str) -> Mapping[int, Advice]:
        """Return the advice on a partner under a variant, by seed."""
        return self._advice.get((variant, party), {})

    def _take(self, run: Run) -> None:
        self._cost(run, EXERCISE, {name: getattr(run, name) for name in COSTS_OF_EXERCISE})
        for load in run.loads:
            self._cost(run, load.party, _costs(load))
        for reading in run.readings:
            if reading.criterion:
                drawn = self._at(run, About("criterion", reading.party, reading.criterion), reading.unit)
                drawn.limit = reading.limit if drawn.limit is None else drawn.limit
                if reading.result is not None:
                    drawn.results[run.seed] = reading.result
                drawn.readings[run.seed] = reading
                self._figure(drawn, run.seed, reading)
            if self._is_figure(reading):
                drawn = self._at(run, About("figure", reading.party, reading.measure), reading.unit)
                drawn.limit = reading.limit if drawn.limit is None else drawn.limit
                self._figure(drawn, run.seed, reading)
        for advised in run.advice:
            self._advice[run.variant, advised.party][run.seed] = advised.advice

    def _is_figure(self, reading: Reading) -> bool:
        on_paper = bool(reading.criterion) and reading.criterion not in self._performance
        return not on_paper and reading.measure not in TOLD_AS_COSTS

    @staticmethod
    def _figure(drawn: Drawn, seed: int, reading: Reading) -> None:
        bounds = bounds_of(reading)
        if bounds is not None:
            drawn.figures.setdefault(seed, bounds)

    def _cost(self, run: Run, party: PartyId, costs: Mapping[str, int]) -> None:
        for name, value in costs.items():
            self._at(run, About("cost", party, name), Unit.COUNT).figures[run.seed] = exactly(value)

    def _at(self, run: Run, about: About, unit: Unit) -> Drawn:
        self._order[about] = None
        return self._found.setdefault((run.variant, about), Drawn(unit))


def bounds_of(reading: Reading) -> Bounds | None:
    """Return between what a reading lies: exact, or at least what was still open; None where nothing was observed."""
    if reading.pending is not None:
        return at_least(reading.pending)
    return None if reading.value is None else exactly(reading.value)


def _costs(load: Load) -> dict[str, int]:
    return {name: getattr(load, name) for name in COSTS_OF_PARTIES}
