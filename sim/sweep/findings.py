"""What changes between the variants of a sweep, for whom, and at what cost in people and messages.

Profiles are never ranked, and no variant is: what changes is told, with how sure that is, and what it is worth is for
people to say. Everything that can be compared is looked at; what is told as sure counts that so much was looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.criteria import Better
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.ids import PartyId
from sim.sweep.draws import EXERCISE, About, Kind, SweepDraws
from sim.sweep.results import Judged, Sweep
from sim.sweep.statistics import (
    Difference,
    Draws,
    Estimate,
    Outcomes,
    chance_difference,
    chance_of,
    difference_of,
    exactly,
    guarded,
    median_of,
    seeds_enough,
    signs_of,
)

SURE_BELOW: Final = 0.05
"""A change is told as sure when it would be luck in fewer cases than this, having counted all that was looked at."""

MATTERS_OF_NORM: Final = 0.1
"""How much matters: a tenth of the norm, or where there is none of what the reference shows (exercise)."""

MATTERS_OF_CHANCE: Final = 0.1
"""How much matters of a chance: ten in a hundred (exercise)."""

_KINDS: Final[tuple[Kind, ...]] = ("criterion", "figure", "cost")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing under a variant, laid beside the reference.

    Attributes:
        variant: Name of the variant.
        about: What it is.
        measure: Name of the measure behind it; of a cost its name.
        unit: What it counts in; of a criterion it is a share: how likely it is met.
        better: Whether a lower or a higher figure is better; None where no criterion says so.
        limit: The norm under the reference; None without one.
        variant_limit: The norm under the variant, which may have agreed on another.
        difference: The variant less the reference, over the same seeds.
        by_chance: How likely it is luck, having counted all that was looked at; None with too few seeds.
        sure: Whether that is unlikely enough.
        reference: What the reference shows; None where the change is not sure and it was not worked out.
        found: What the variant shows; likewise.
        size: How large it is, as a share of what it is measured by (see :data:`MATTERS_OF_NORM`); None where unknown.
        enough: About how many seeds would make the interval as narrow as what matters; None where more do not help.
    """

    variant: str
    about: About
    measure: str
    unit: Unit
    better: Better | None = None
    limit: Number | None = None
    variant_limit: Number | None = None
    difference: Difference
    by_chance: float | None = None
    sure: bool = False
    reference: Estimate | None = None
    found: Estimate | None = None
    size: float | None = None
    enough: int | None = None


class OnPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion on the agreements whose result differs; no luck plays a part in it."""

    variant: str
    party: PartyId
    criterion: str
    reference: Result | None
    found: Result | None


class OnlyUnder(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is observed under one of two variants only, so that nothing can be laid beside it.

    Attributes:
        variant: The variant that is laid beside the reference.
        about: What it is.
        under: Name of the one under which it is observed.
        count: In how many runs.
    """

    variant: str
    about: About
    under: str
    count: int


class AdviceShare(msgspec.Struct, frozen=True, kw_only=True):
    """How often an advice is given on a partner under a variant."""

    variant: str
    party: PartyId
    advice: Advice
    share: Estimate


class Staffing(msgspec.Struct, frozen=True, kw_only=True):
    """The people of a party under a variant and under the reference, where these differ."""

    variant: str
    party: PartyId
    on_duty: int
    on_call: int
    reference_on_duty: int
    reference_on_call: int


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep shows.

    Attributes:
        reference: Name of the variant that others are laid beside.
        variants: Names of the others, in the order in which they were given.
        seeds: How many seeds the sweep has.
        absent: Runs that were not made.
        looked_at: How many things were laid side by side, over all variants.
        sure: How many of these changed so that it is hardly luck.
        open: In how many of these some figure was still open when its run ended.
        changes: All of them: by variant as given, then what is sure, the largest first.
        criteria: What is met how often, by variant, and in the order of the criteria (the reference too).
        on_paper: Criteria on agreements that differ.
        only: What only one of two shows.
        advice: How often each advice is given.
        staffing: Where the people differ.
        enough: How many seeds make every sure change as narrow as what matters; None where there is none.
    """

    reference: str
    variants: tuple[str, ...]
    seeds: int
    absent: int
    looked_at: int
    sure: int
    open: int
    changes: tuple[Change, ...]
    criteria: Mapping[str, Mapping[str, Estimate]]
    on_paper: tuple[OnPaper, ...]
    only: tuple[OnlyUnder, ...]
    advice: tuple[AdviceShare, ...]
    staffing: tuple[Staffing, ...]
    enough: int | None

    def sure_changes(self, variant: str, *kinds: Kind) -> tuple[Change, ...]:
        """Return the sure changes of some kinds under a variant, the largest first."""
        return tuple(
            change
            for change in self.changes
            if change.sure and change.variant == variant and change.about.kind in kinds
        )


def key_of(about: About) -> str:
    """Return one text for what is compared: the key of :attr:`Findings.criteria`, and the name of its resamples."""
    return f"{about.kind}/{about.party}/{about.name}"


def find(sweep: Sweep, draws: SweepDraws | None = None) -> Findings:
    """Return what a sweep shows; of its draws, where these are at hand."""
    draws = draws or SweepDraws(sweep)
    judged = {criterion.id: criterion for criterion in sweep.plan.criteria}
    first = [change for variant in draws.others for change in _changes(variant, draws, judged)]
    changes = _told(first, draws)
    needed = [change.enough for change in changes if change.sure and change.enough is not None]
    return Findings(
        reference=draws.reference,
        variants=draws.others,
        seeds=len(draws.seeds),
        absent=draws.absent,
        looked_at=len(changes),
        sure=sum(change.sure for change in changes),
        open=sum(change.difference.open > 0 for change in changes),
        changes=tuple(sorted(changes, key=lambda change: _place(change, draws))),
        criteria=_met(draws, judged),
        on_paper=tuple(_on_paper(draws, judged)),
        only=tuple(_only(draws)),
        advice=tuple(_advice(sweep, draws)),
        staffing=tuple(_staffing(sweep, draws)),
        enough=max(needed, default=None),
    )


def performance(about: About, judged: Mapping[str, Judged]) -> bool:
    """Say whether something can differ from seed to seed: all but what stands in agreements."""
    return about.kind != "criterion" or judged[about.name].part == "performance"


def _changes(variant: str, draws: SweepDraws, judged: Mapping[str, Judged]) -> Iterator[Change]:
    """Yield what both variants show, as yet without intervals."""
    betters: dict[tuple[bool, str], Better] = {
        (each.scope == "exercise", each.measure): each.better for each in judged.values()
    }
    for kind in _KINDS:
        for about in draws.abouts(kind):
            one, other = draws.drawn(about, variant), draws.drawn(about, draws.reference)
            if one is None or other is None or not performance(about, judged):
                continue
            measure = judged[about.name].measure if kind == "criterion" else about.name
            yield Change(
                variant=variant,
                about=about,
                measure=measure,
                unit=Unit.SHARE if kind == "criterion" else one.unit,
                better=None if kind == "cost" else betters.get((about.party == EXERCISE, measure)),
                limit=other.limit,
                variant_limit=one.limit,
                difference=_first_look(about, variant, draws),
            )


def _first_look(about: About, variant: str, draws: SweepDraws) -> Difference:
    """Return the ups and downs of what is compared; resamples come later, for what deserves them."""
    if about.kind == "criterion":
        return signs_of(*(_as_draws(draws.met(about, each)) for each in (variant, draws.reference)))
    return signs_of(draws.figures(about, variant), draws.figures(about, draws.reference))


def _as_draws(met: Outcomes) -> Draws:
    return {seed: None if was_met is None else exactly(float(was_met)) for seed, was_met in met.items()}


def _told(first: list[Change], draws: SweepDraws) -> list[Change]:
    """Return changes with how sure they are, having counted them all; of those that are sure also how large."""
    first = [change for change in first if change.difference.count]
    tested = [change for change in first if change.difference.by_chance is not None]
    adjusted = guarded([change.difference.by_chance or 0.0 for change in tested])
    chances = {
        (change.variant, change.about): chance for change, chance in zip(tested, adjusted, strict=True)
    }
    return [_measured(change, chances.get((change.variant, change.about)), draws) for change in first]


def _measured(change: Change, by_chance: float | None, draws: SweepDraws) -> Change:
    """Return a change with how sure it is; figures are worked out of what is sure only, for that takes resamples."""
    if by_chance is None or by_chance >= SURE_BELOW:
        return msgspec.structs.replace(change, by_chance=by_chance)
    about, variant, reference = change.about, change.variant, draws.reference
    name = key_of(about)
    if about.kind == "criterion":
        difference = chance_difference(draws.met(about, variant), draws.met(about, reference), name)
        matters, scale = MATTERS_OF_CHANCE, 1.0
        found, other = (chance_of(draws.met(about, each)) for each in (variant, reference))
    else:
        one, two = draws.figures(about, variant), draws.figures(about, reference)
        difference = difference_of(one, two, name)
        found, other = median_of(one, name), median_of(two, name)
        scale = _scale(change, other)
        matters = MATTERS_OF_NORM * scale
    return msgspec.structs.replace(
        change,
        difference=difference,
        by_chance=by_chance,
        sure=True,
        reference=other,
        found=found,
        size=_size(difference, scale),
        enough=seeds_enough(difference.interval, difference.count, matters),
    )


def _scale(change: Change, reference: Estimate) -> float:
    """Return what a change is measured by: the norm, else what the reference shows, else one of its unit."""
    if change.limit:
        return float(change.limit)
    shown = None if reference.value is None else reference.value.low
    return abs(shown) if shown else 1.0


def _size(difference: Difference, scale: float) -> float | None:
    """Return how large a change is at least, as a share of a scale."""
    if difference.value is None:
        return None
    ends = [abs(end) for end in (difference.value.low, difference.value.high) if end is not None]
    return min(ends) / scale if ends else None


def _place(change: Change, draws: SweepDraws) -> tuple[int, bool, float, str]:
    """Return where a change stands: variants stay in their order, and nothing is added up over one of them."""
    variant = draws.others.index(change.variant)
    return variant, not change.sure, -(change.size or 0.0), key_of(change.about)


def _met(draws: SweepDraws, judged: Mapping[str, Judged]) -> dict[str, dict[str, Estimate]]:
    return {
        key_of(about): {
            variant: chance_of(draws.met(about, variant))
            for variant in (draws.reference, *draws.others)
            if draws.drawn(about, variant) is not None
        }
        for about in draws.abouts("criterion")
        if performance(about, judged)
    }


def _on_paper(draws: SweepDraws, judged: Mapping[str, Judged]) -> Iterator[OnPaper]:
    for variant in draws.others:
        for about in draws.abouts("criterion"):
            if performance(about, judged):
                continue
            found, reference = (
                next(iter(draws.results(about, each).values()), None) for each in (variant, draws.reference)
            )
            if found != reference:
                yield OnPaper(
                    variant=variant, party=about.party, criterion=about.name, reference=reference, found=found
                )


def _only(draws: SweepDraws) -> Iterator[OnlyUnder]:
    for variant in draws.others:
        for about in draws.abouts("figure"):
            counts = {
                each: sum(bounds is not None for bounds in draws.figures(about, each).values())
                for each in (draws.reference, variant)
            }
            seen = [each for each, count in counts.items() if count]
            if len(seen) == 1:
                yield OnlyUnder(variant=variant, about=about, under=seen[0], count=counts[seen[0]])


def _advice(sweep: Sweep, draws: SweepDraws) -> Iterator[AdviceShare]:
    for member in sweep.plan.cast:
        given = draws.advised(member.party, member.variant)
        counts = Counter(given.values())
        for advice in Advice:
            if counts[advice]:
                outcomes = {seed: given[seed] is advice if seed in given else None for seed in draws.seeds}
                yield AdviceShare(
                    variant=member.variant, party=member.party, advice=advice, share=chance_of(outcomes)
                )


def _staffing(sweep: Sweep, draws: SweepDraws) -> Iterator[Staffing]:
    reference = {each.party: each for each in sweep.plan.cast if each.variant == draws.reference}
    for member in sweep.plan.cast:
        other = reference.get(member.party)
        if other is not None and (member.on_duty, member.on_call) != (other.on_duty, other.on_call):
            yield Staffing(
                variant=member.variant,
                party=member.party,
                on_duty=member.on_duty,
                on_call=member.on_call,
                reference_on_duty=other.on_duty,
                reference_on_call=other.on_call,
            )
