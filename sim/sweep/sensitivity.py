"""What a result hangs on, from runs that were made: norms, conditions of an advice, and values that each seed drew.

Nothing is run for it. Other people and other channels need runs of their own: those are variants of a sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from sim.core.assessment.evidence.figure import Figure, Number, Unit
from sim.core.assessment.judging.advice import AdviceRule, Judged, rule_for
from sim.core.assessment.judging.criteria import AppliedNorm, Better
from sim.core.assessment.judging.findings import judge
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.ids import PartyId
from sim.sweep.draws import JUDGED, About, Drawn, SweepDraws
from sim.sweep.findings import SURE_BELOW, key_of
from sim.sweep.results import Judged as Criterion
from sim.sweep.results import Reading, Sweep
from sim.sweep.statistics import (
    Bounds,
    Estimate,
    chance_of,
    guarded,
    median_of,
    rank_chance,
    rank_correlation,
)

FACTORS: Final = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
"""By how much norms are moved (exercise)."""

STEPS: Final = (0, 1, 2, 3, 5)
"""Norms of what is counted, where none may happen: how many may (exercise)."""

NEAR: Final = 0.25
"""A result hangs on its norm when it turns before the norm has moved by more than this share (exercise)."""


class NormPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a norm would give: how likely the criterion is met, and how often the advice would be another."""

    limit: float
    met: Estimate
    advice_changed: int | None = None


class NormCurve(msgspec.Struct, frozen=True, kw_only=True):
    """How likely a criterion is met, as its norm moves.

    Attributes:
        variant: Name of the variant.
        party: Id of the party; empty for the exercise as a whole.
        criterion: Id of the criterion.
        unit: What it counts in.
        better: Whether a lower or a higher figure is better.
        limit: The norm.
        met: How likely it is met.
        turns_at: The norm at which half of the draws meet it: the median of the figure, with its interval.
        margin: How far that is from the norm, as a share of it; positive where it lies above. None where unknown.
        points: What other norms would give, the lowest first.
    """

    variant: str
    party: PartyId
    criterion: str
    unit: Unit
    better: Better
    limit: Number
    met: Estimate
    turns_at: Estimate
    margin: float | None
    points: tuple[NormPoint, ...]

    @property
    def hangs_on_norm(self) -> bool:
        """Say whether the result turns when the norm moves a little."""
        return self.margin is not None and abs(self.margin) <= NEAR


class AdviceTurn(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion on which an advice turns: had it been met, and nothing else been otherwise, it would be another.

    Attributes:
        variant: Name of the variant.
        party: Id of the partner.
        criterion: Id of the criterion.
        turned: In how many runs.
        of: Of how many.
        advice: What the advice would most often have been.
    """

    variant: str
    party: PartyId
    criterion: str
    turned: int
    of: int
    advice: Advice


class Along(msgspec.Struct, frozen=True, kw_only=True):
    """How a figure goes along with a value that each seed drew (Spearman's rank correlation).

    Attributes:
        variant: Name of the variant.
        spread: Name of what was drawn.
        about: The figure.
        by_chance: How likely it is luck, having counted all that was looked at.
        sure: Whether that is unlikely enough.
        correlation: From -1 to 1, with its interval; None where it is not sure.
    """

    variant: str
    spread: str
    about: About
    by_chance: float
    sure: bool
    correlation: Estimate | None = None


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """What results hang on.

    Attributes:
        norms: Criteria as their norms move: those that turn soonest first.
        advice: Criteria on which an advice turns: by partner, those that turn it most often first.
        drawn: What goes along with what was drawn: what is sure first, the strongest of it first.
        looked_at: How many pairs of a drawn value and a figure were looked at.
    """

    norms: tuple[NormCurve, ...]
    advice: tuple[AdviceTurn, ...] = ()
    drawn: tuple[Along, ...] = ()
    looked_at: int = 0


def sensitivity_of(
    sweep: Sweep, draws: SweepDraws | None = None, rules: Sequence[AdviceRule] = ()
) -> Sensitivity:
    """Return what the results of a sweep hang on.

    Args:
        sweep: The sweep.
        draws: Its figures, where these are at hand.
        rules: The rules of the advice, by which the runs were judged; without them nothing is said of the advice.
    """
    draws = draws or SweepDraws(sweep)
    criteria = {criterion.id: criterion for criterion in sweep.plan.criteria}
    advisor = _Advisor(draws, criteria, rules)
    # What only tries something is told by what it changes; its norms are those of the first variant.
    asked = [variant.name for variant in sweep.plan.variants if variant.tried is None]
    norms = [
        curve
        for variant in asked
        for about in draws.abouts("criterion")
        if criteria[about.name].part == "performance"
        for curve in _curve(about, variant, draws, criteria[about.name].better, advisor)
    ]
    along = _along(sweep, draws)
    return Sensitivity(
        norms=tuple(sorted(norms, key=_turns_soonest)),
        advice=tuple(advisor.turns(asked)),
        drawn=tuple(sorted(along, key=lambda each: (not each.sure, -_strength(each)))),
        looked_at=len(along),
    )


def _turns_soonest(curve: NormCurve) -> tuple[bool, float]:
    return curve.margin is None, abs(curve.margin or 0.0)


def _strength(along: Along) -> float:
    value = None if along.correlation is None else along.correlation.value
    return 0.0 if value is None else abs(value.low or 0.0)


def _curve(
    about: About, variant: str, draws: SweepDraws, better: Better, advisor: _Advisor
) -> Iterator[NormCurve]:
    drawn = draws.drawn(about, variant)
    if drawn is None or drawn.limit is None:
        return
    met = chance_of(draws.met(about, variant))
    if not met.count:
        return
    turns_at = median_of(draws.figures(about, variant), key_of(about))
    yield NormCurve(
        variant=variant,
        party=about.party,
        criterion=about.name,
        unit=drawn.unit,
        better=better,
        limit=drawn.limit,
        met=met,
        turns_at=turns_at,
        margin=_margin(turns_at.value, drawn.limit),
        points=tuple(
            _point(about, variant, drawn, limit, better, advisor)
            for limit in _limits(drawn.limit, drawn.unit)
        ),
    )


def _margin(turns_at: Bounds | None, limit: Number) -> float | None:
    exact = None if turns_at is None else turns_at.exact
    return None if exact is None or not limit else exact / limit - 1


def _limits(limit: Number, unit: Unit) -> list[float]:
    if not limit:
        return [float(step) for step in STEPS]
    moved = (limit * factor for factor in FACTORS)
    return sorted({min(each, 1.0) if unit is Unit.SHARE else each for each in moved})


def _point(
    about: About, variant: str, drawn: Drawn, limit: float, better: Better, advisor: _Advisor
) -> NormPoint:
    results = {seed: _judged_by(reading, limit, better) for seed, reading in drawn.readings.items()}
    met = {seed: result is Result.MET if result in JUDGED else None for seed, result in results.items()}
    return NormPoint(limit=limit, met=chance_of(met), advice_changed=advisor.changed(about, variant, results))


def _judged_by(reading: Reading, limit: float, better: Better) -> Result:
    """Return what a reading would say under another norm; its bound for partly met moves along."""
    if reading.result not in JUDGED or reading.limit is None:
        return Result.NOT_OBSERVED if reading.result is None else reading.result
    partly = reading.limit if reading.partly_limit is None else reading.partly_limit
    by = limit / reading.limit if reading.limit else 0.0
    norm = AppliedNorm(
        limit=limit,
        partly_limit=partly * by if reading.limit else partly + limit,
        unit=reading.unit,
        better=better,
        source="",
    )
    return judge(Figure(value=reading.value, pending=reading.pending, count=reading.count, evidence=()), norm)


class _Advisor:
    """Gives the advice again as results change, by the rules that gave it."""

    def __init__(
        self, draws: SweepDraws, criteria: Mapping[str, Criterion], rules: Sequence[AdviceRule]
    ) -> None:
        self._draws = draws
        self._rules = rules
        self._criteria = criteria
        self._found: dict[tuple[str, PartyId, int], dict[str, Result]] = {}
        for variant in (draws.reference, *draws.others):
            for about in draws.abouts("criterion"):
                for seed, result in draws.results(about, variant).items():
                    self._found.setdefault((variant, about.party, seed), {})[about.name] = result

    def changed(self, about: About, variant: str, results: Mapping[int, Result]) -> int | None:
        """Return in how many runs the advice would be another with these results of a criterion."""
        given = self._draws.advised(about.party, variant)
        if not self._rules or not given:
            return None
        return sum(
            self._advice(variant, about.party, seed, {about.name: results[seed]}) is not given[seed]
            for seed in given
            if seed in results
            and results[seed] is not self._found[variant, about.party, seed].get(about.name)
            and self._is_assessable(variant, about.party, seed, given[seed])
        )

    def turns(self, variants: Iterable[str]) -> Iterator[AdviceTurn]:
        """Yield criteria on which an advice turns, under some variants."""
        for variant in variants:
            for party in dict.fromkeys(about.party for about in self._draws.abouts("criterion")):
                yield from self._turns_of(variant, party)

    def _turns_of(self, variant: str, party: PartyId) -> list[AdviceTurn]:
        given = self._draws.advised(party, variant)
        if not self._rules or not given:
            return []
        turned: dict[str, list[Advice]] = {}
        for seed, advice in given.items():
            if not self._is_assessable(variant, party, seed, advice):
                continue
            for name, result in self._found.get((variant, party, seed), {}).items():
                if result in (Result.PARTLY_MET, Result.NOT_MET, Result.NOT_OBSERVED):
                    other = self._advice(variant, party, seed, {name: Result.MET})
                    if other is not advice:
                        turned.setdefault(name, []).append(other)
        found = [
            AdviceTurn(
                variant=variant,
                party=party,
                criterion=name,
                turned=len(others),
                of=len(given),
                advice=max(Advice, key=others.count),
            )
            for name, others in turned.items()
        ]
        return sorted(found, key=lambda turn: (-turn.turned, turn.criterion))

    def _advice(self, variant: str, party: PartyId, seed: int, otherwise: Mapping[str, Result]) -> Advice:
        results = {**self._found.get((variant, party, seed), {}), **otherwise}
        judged = [
            Judged(name, self._criteria[name].part, self._criteria[name].minimum, result)
            for name, result in results.items()
        ]
        return rule_for(self._rules, judged, assessable=True).give

    def _is_assessable(self, variant: str, party: PartyId, seed: int, given: Advice) -> bool:
        """Say whether the rules, applied again to the results, give the advice that was given."""
        return self._advice(variant, party, seed, {}) is given


def _along(sweep: Sweep, draws: SweepDraws) -> list[Along]:
    """Return how figures go along with what was drawn; of what is sure with an interval."""
    first: list[Along] = []
    values = _values_drawn(sweep)
    for variant in (draws.reference, *draws.others):
        for spread in sweep.plan.spreads:
            drawn = values[variant, spread.name]
            for about in (*draws.abouts("figure"), *draws.abouts("cost")):
                chance = rank_chance(drawn, draws.figures(about, variant))
                if chance is not None:
                    first.append(
                        Along(variant=variant, spread=spread.name, about=about, by_chance=chance, sure=False)
                    )
    return list(_with_intervals(first, guarded([each.by_chance for each in first]), draws, values))


def _with_intervals(
    first: Iterable[Along],
    chances: Iterable[float],
    draws: SweepDraws,
    values: Mapping[tuple[str, str], Mapping[int, float]],
) -> Iterator[Along]:
    for along, chance in zip(first, chances, strict=True):
        sure = chance < SURE_BELOW
        correlation = None
        if sure:
            figures = draws.figures(along.about, along.variant)
            name = f"{along.spread}/{key_of(along.about)}"
            correlation = rank_correlation(values[along.variant, along.spread], figures, name)
        yield msgspec.structs.replace(along, by_chance=chance, sure=sure, correlation=correlation)


def _values_drawn(sweep: Sweep) -> dict[tuple[str, str], dict[int, float]]:
    values: dict[tuple[str, str], dict[int, float]] = {
        (variant.name, spread.name): {} for variant in sweep.plan.variants for spread in sweep.plan.spreads
    }
    for run in sweep.runs:
        for draw in run.draws:
            values[run.variant, draw.name][run.seed] = float(draw.value)
    return values
