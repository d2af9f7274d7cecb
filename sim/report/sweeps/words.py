"""The words of the report on a sweep: variants, changes as sentences that can be quoted, intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sim.core.assessment.evidence.figure import Number, Unit
from sim.core.assessment.judging.criteria import Better
from sim.core.model.ids import PartyId
from sim.core.model.text import Language
from sim.core.model.time import SECOND_MS
from sim.report.agreement.terms import duration_in_words
from sim.report.figure_words import FigureWords
from sim.sweep.draws import EXERCISE, About
from sim.sweep.findings import Change
from sim.sweep.results import Plan, Tried, Variant
from sim.sweep.statistics import SEEDS_MIN, SURENESS, Bounds, Difference, Estimate

_PROFILE: Final = "profile"
_MARKS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_POINTS: Final = 100
_MINUS: Final = "\N{MINUS SIGN}"


class SweepWords(FigureWords):
    """The words of a sweep.

    Args:
        plan: What was played.
        language: To speak.
    """

    def __init__(self, plan: Plan, language: Language) -> None:
        super().__init__(language)
        self._plan = plan
        self._names = {member.party: member.name for member in plan.cast}
        self._profiles = {
            (member.variant, member.party): self.text(member.profile_name) for member in plan.cast
        }
        self._variants = {variant.name: variant for variant in plan.variants}
        self._reference = plan.variants[0]
        self._varied = tuple(
            party
            for party in self._names
            if len({self._profiles.get((variant.name, party)) for variant in plan.variants}) > 1
        )

    def party(self, party: PartyId) -> str:
        """Return the name of a party, or that it is the exercise as a whole."""
        if party == EXERCISE:
            return self.say("sweep-whole")
        name = self._names.get(party)
        return party if name is None else self.text(name)

    def mark(self, variant: str) -> str:
        """Return the letter of a variant, by which drawings and tables call it."""
        place = list(self._variants).index(variant)
        return _MARKS[place] if place < len(_MARKS) else str(place + 1)

    def variant(self, name: str) -> str:
        """Return how a variant is called: who takes part under which profile, and what else is set in it."""
        variant = self._variants[name]
        if variant.tried is not None:
            return self._tried(variant.tried)
        told = [
            self.say("sweep-under", party=self.party(party), profile=self._profiles[name, party])
            for party in self._varied
            if (name, party) in self._profiles
        ]
        told += [self._setting(setting) for setting in _others(variant)]
        return ", ".join(told) or self.say("sweep-as-written")

    def marked(self, name: str) -> str:
        """Return a variant with its letter."""
        return f"{self.mark(name)}: {self.variant(name)}"

    def with_(self, name: str) -> str:
        """Return what is otherwise in a variant than in the reference, as it stands after "with"."""
        reference = self._reference.name
        tried = self._variants[name].tried
        if tried is not None:
            return self._tried(tried)
        told = [
            self.say(
                "sweep-instead",
                party=self.party(party),
                profile=self._profiles[name, party],
                other=self._profiles[reference, party],
            )
            for party in self._varied
            if self._profiles.get((name, party)) not in (None, self._profiles.get((reference, party)))
        ]
        told += [self._setting(each) for each in _others(self._variants[name])]
        left_out = [each for each in _others(self._reference) if each not in self._variants[name].settings]
        told += [self.say("sweep-without", setting=self._setting(each)) for each in left_out]
        return self.say("sweep-and").join(told) or self.variant(name)

    def nothing_sure(self) -> str:
        """Return that nothing surely changes, or that there are too few seeds to say so of anything."""
        seeds = len(self._plan.seeds)
        if seeds < SEEDS_MIN:
            return self.say("sweep-too-few-seeds", seeds=seeds, least=SEEDS_MIN)
        return self.say("sweep-nothing-sure")

    def sentence(self, change: Change) -> str:
        """Return one sentence that says a sure change with its uncertainty, and that can be quoted as it stands."""
        if change.about.kind == "criterion":
            return self._criterion(change)
        what = {
            "change": self.with_(change.variant),
            "figure": self.figure_name(change),
            "whose": self._whose(change.about.party),
        }
        difference = change.difference
        if difference.value is None or difference.interval is None or difference.interval.holds_zero:
            return self.say(
                "sweep-sentence-mostly-same",
                **what,
                **self._counts(difference),
                more=self.say(self._direction(change.unit, more=True)),
                less=self.say(self._direction(change.unit, more=False)),
            )
        more = (difference.interval.low or 0) > 0
        return self.say(
            "sweep-sentence",
            **what,
            amount=self._amount(difference.value, change.unit),
            direction=self.say(self._direction(change.unit, more=more)),
            count=difference.count,
            interval=self._amount(difference.interval, change.unit),
            sureness=f"{SURENESS:.0%}".rstrip("%"),
        )

    def figure_name(self, change: Change) -> str:
        """Return how a figure or a cost is called in a sentence."""
        if change.about.kind == "cost":
            return self.say(f"sweep-cost-{change.about.name.replace('_', '-')}")
        return self.say(f"swept-{change.measure}")

    def criterion(self, name: str) -> str:
        """Return the text of a criterion, without its full stop."""
        found = next((each for each in self._plan.criteria if each.id == name), None)
        return name if found is None else self.text(found.text).rstrip(".")

    def estimate(self, estimate: Estimate | None, unit: Unit) -> str:
        """Return a figure with its interval."""
        if estimate is None or estimate.value is None:
            return "·"
        value = self.bounds(estimate.value, unit)
        if estimate.interval is None:
            return value
        return self.say("sweep-estimate", value=value, interval=self.bounds(estimate.interval, unit))

    def difference(self, difference: Difference, unit: Unit) -> str:
        """Return a difference with its interval, each with its sign."""
        if difference.value is None:
            return "·"
        value = self._signed(difference.value, unit)
        if difference.interval is None:
            return value
        return self.say("sweep-estimate", value=value, interval=self._signed(difference.interval, unit))

    def bounds(self, bounds: Bounds, unit: Unit) -> str:
        """Return a figure, or between what it lies."""
        return self._range(bounds, lambda value: self._shown(value, unit), unit)

    def axis(self, value: float, unit: Unit) -> str:
        """Return a figure as it stands at an axis: as short as it can be."""
        if unit is Unit.MS:
            return duration_in_words(round(value / SECOND_MS) * SECOND_MS, self.language)
        return (
            self.decimal(f"{value:.4g}")
            if unit is not Unit.SHARE
            else self.decimal(f"{value * _POINTS:.3g}%")
        )

    def bound(self, better: Better, limit: Number, unit: Unit) -> str:
        """Return a norm: at most, or at least."""
        return f"{'≤' if better == 'lower' else '≥'} {self.number(limit, unit)}"

    def about(self, about: About) -> str:
        """Return what a figure or a cost is, and at whom."""
        key = f"sweep-cost-{about.name.replace('_', '-')}" if about.kind == "cost" else f"swept-{about.name}"
        return f"{self.say(key)} {self._whose(about.party)}"

    def correlation(self, estimate: Estimate | None) -> str:
        """Return a correlation with its interval, each with its sign."""
        if estimate is None or estimate.value is None:
            return "·"

        def shown(value: float) -> str:
            return self.decimal(f"{value:+.2f}").replace("-", _MINUS)

        value = self._range(estimate.value, shown, Unit.COUNT)
        if estimate.interval is None:
            return value
        interval = self._range(estimate.interval, shown, Unit.COUNT)
        return self.say("sweep-estimate", value=value, interval=interval)

    def _criterion(self, change: Change) -> str:
        difference = change.difference
        assert difference.value is not None, "a change that is sure has been worked out"
        assert difference.interval is not None, "a change that is sure has an interval"
        assert change.found is not None, "a change that is sure has been worked out"
        assert change.reference is not None, "a change that is sure has been worked out"
        value = difference.value.low or 0.0
        return self.say(
            "sweep-sentence-criterion",
            change=self.with_(change.variant),
            party=self.party(change.about.party),
            criterion=self.criterion(change.about.name),
            found=self.bounds(change.found.value or Bounds(None, None), Unit.SHARE),
            reference=self.bounds(change.reference.value or Bounds(None, None), Unit.SHARE),
            points=round(abs(value) * _POINTS),
            direction=self.say("sweep-more-often" if value > 0 else "sweep-less-often"),
            count=difference.count,
            interval=self._points(difference.interval, more=value > 0),
            sureness=f"{SURENESS:.0%}".rstrip("%"),
        )

    def _points(self, interval: Bounds, *, more: bool) -> str:
        ends = [round((end or 0.0) * _POINTS) * (1 if more else -1) for end in (interval.low, interval.high)]
        low, high = sorted(ends)
        return self.say("sweep-from-to", low=low, high=high)

    def _amount(self, bounds: Bounds, unit: Unit) -> str:
        """Return how much, without a sign: which way it goes is said beside it."""
        ends = [None if end is None else abs(end) for end in (bounds.low, bounds.high)]
        if bounds.high is not None and bounds.high <= 0:
            ends.reverse()
        return self._range(Bounds(*ends), lambda value: self._size(value, unit), unit)

    def _signed(self, bounds: Bounds, unit: Unit) -> str:
        def shown(value: float) -> str:
            sign = "" if value == 0 else "+" if value > 0 else _MINUS
            return sign + self._size(abs(value), unit)

        return self._range(bounds, shown, unit)

    def _range(self, bounds: Bounds, shown: Callable[[float], str], unit: Unit) -> str:
        low, high = bounds.low, bounds.high
        if low is None or high is None:
            end = high if low is None else low
            if end is None:
                return self.say("sweep-unknown")
            return self.say("sweep-at-most" if low is None else "report-at-least", figure=shown(end))
        first, last = shown(low), shown(high)
        if first == last and low != high and unit is Unit.MS:
            # Rounded to minutes they would be the same, and an interval that looks like no interval.
            first, last = (self._to_the_second(end) for end in (low, high))
        return first if first == last else self.say("sweep-from-to", low=first, high=last)

    def _to_the_second(self, value: float) -> str:
        return duration_in_words(round(abs(value) / SECOND_MS) * SECOND_MS, self.language)

    def _size(self, value: float, unit: Unit) -> str:
        if unit is Unit.SHARE:
            points = self.decimal(
                f"{value * _POINTS:.3g}" if value * _POINTS < 1 else f"{value * _POINTS:.0f}"
            )
            return self.say("sweep-points", points=points)
        return self._shown(value, unit)

    def _shown(self, value: float, unit: Unit) -> str:
        whole = unit is Unit.COUNT and value == round(value)
        return self.number(round(value) if whole else value, unit)

    @staticmethod
    def _direction(unit: Unit, *, more: bool) -> str:
        if unit is Unit.MS:
            return "sweep-longer" if more else "sweep-shorter"
        return "sweep-higher" if more else "sweep-lower"

    def _whose(self, party: PartyId) -> str:
        if party == EXERCISE:
            return self.say("sweep-in-whole")
        return self.say("sweep-at-party", party=self.party(party))

    @staticmethod
    def _counts(difference: Difference) -> dict[str, object]:
        return {"count": difference.count, "up": difference.up, "down": difference.down}

    def _tried(self, tried: Tried) -> str:
        return self.say(f"sweep-tried-{tried.what}", party=self.party(tried.party))

    def _setting(self, setting: str) -> str:
        name, _, value = setting.partition("=")
        party, _, key = name.partition(".")
        return self.say("sweep-setting", party=self.party(party), what=key, value=value)


def _others(variant: Variant) -> list[str]:
    """Return the settings of a variant that are not about a profile."""
    return [each for each in variant.settings if each.partition("=")[0].rpartition(".")[2] != _PROFILE]
