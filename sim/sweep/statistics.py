"""What many runs show: medians, differences over the same seeds, chances, each with how sure it is; all by scipy.

A figure of a run is known between two bounds (:class:`Bounds`). Most are exact. What was still open when the run
ended took *at least* so long: it is neither left out nor taken as exact, but has no upper bound. What follows from such
figures is worked out twice, with the least and with the most that they can be, and told as the stretch between.
In which way each figure is found and why is told in ``docs/sweep-statistics.md``.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Final, Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt
from scipy import stats

SURENESS: Final = 0.95
"""How often an interval holds what is true, in the long run."""

SEEDS_MIN: Final = 20
"""Draws below which no interval is given: with fewer, intervals of medians cover less often than they say."""

RESAMPLES: Final = 2_001
"""How often a bootstrap draws again: so many that the ends hardly waver, and that both fall on one of them exactly."""

_BATCH: Final = 200
_SENTINEL_SPANS: Final = 4

Numbers: TypeAlias = npt.NDArray[np.float64]
Centre: TypeAlias = Literal["median", "mean"]


class Bounds(msgspec.Struct, frozen=True):
    """Between what a figure lies, both included; None where nothing is known on that side."""

    low: float | None
    high: float | None

    @property
    def exact(self) -> float | None:
        """Return the figure itself, where both bounds are the same."""
        return self.low if self.low == self.high else None

    @property
    def width(self) -> float | None:
        """Return how wide it is; None where a bound is missing."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def holds_zero(self) -> bool:
        """Say whether it may be zero."""
        return (self.low is None or self.low <= 0) and (self.high is None or self.high >= 0)


def exactly(value: float) -> Bounds:
    """Return a figure that is known."""
    return Bounds(value, value)


def at_least(value: float) -> Bounds:
    """Return a figure of what was still open when the run ended."""
    return Bounds(value, None)


Draws: TypeAlias = Mapping[int, Bounds | None]
"""A figure by the seed of its run; None where nothing was observed."""

Outcomes: TypeAlias = Mapping[int, bool | None]
"""Whether something was so, by the seed of its run; None where that was not observed."""


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A median over draws, or a chance.

    Attributes:
        value: The figure; a stretch where figures that were still open decide it; None without any draw.
        interval: The interval around it; None with fewer than :data:`SEEDS_MIN` draws.
        count: Draws it rests on.
        open: How many of these were still open when their run ended.
        missing: Draws it does not rest on, because nothing was observed.
    """

    value: Bounds | None
    interval: Bounds | None
    count: int
    open: int = 0
    missing: int = 0


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between a variant and the reference over the same seeds: the variant less the reference.

    Attributes:
        value: The median of the differences; of chances the difference itself. None without any pair.
        interval: The interval around it; None with fewer than :data:`SEEDS_MIN` pairs.
        count: Pairs it rests on.
        up: Pairs in which the variant has certainly more.
        down: Pairs in which it has certainly less.
        open: Pairs in which a figure was still open when its run ended.
        missing: Pairs it does not rest on, because in one of the two runs nothing was observed.
        by_chance: How likely ups and downs would be at least as uneven if both were as likely; None where there is
            no interval either.
    """

    value: Bounds | None
    interval: Bounds | None
    count: int
    up: int = 0
    down: int = 0
    open: int = 0
    missing: int = 0
    by_chance: float | None = None

    @property
    def changed(self) -> int:
        """Return in how many pairs it certainly differs."""
        return self.up + self.down


def median_of(draws: Draws, name: str) -> Estimate:
    """Return the median of a figure over draws; ``name`` is that of the figure, by which resamples are drawn."""
    seen = _seen(draws)
    missing = len(draws) - len(seen)
    if not seen:
        return Estimate(value=None, interval=None, count=0, missing=missing)
    value, interval = _between(seen, "median", name)
    still_open = sum(bounds.exact is None for bounds in seen)
    return Estimate(value=value, interval=interval, count=len(seen), open=still_open, missing=missing)


def signs_of(variant: Draws, reference: Draws) -> Difference:
    """Return in how many pairs the variant has more and less, and how likely that is by chance; no interval.

    It takes no resamples, so that of hundreds of figures those can be found that deserve them.

    Raises:
        ValueError: They do not have the same seeds.
    """
    pairs = _pairs(variant, reference)
    up = sum(pair.low is not None and pair.low > 0 for pair in pairs)
    down = sum(pair.high is not None and pair.high < 0 for pair in pairs)
    return Difference(
        value=None,
        interval=None,
        count=len(pairs),
        up=up,
        down=down,
        open=sum(pair.exact is None for pair in pairs),
        missing=len(variant) - len(pairs),
        by_chance=_sign_test(up, down) if len(pairs) >= SEEDS_MIN else None,
    )


def difference_of(variant: Draws, reference: Draws, name: str) -> Difference:
    """Return the median of the differences over the seeds that both have, with a bootstrap interval.

    Raises:
        ValueError: They do not have the same seeds.
    """
    pairs = _pairs(variant, reference)
    signs = signs_of(variant, reference)
    if not pairs:
        return signs
    value, interval = _between(pairs, "median", name)
    return msgspec.structs.replace(signs, value=value, interval=interval)


def chance_of(outcomes: Outcomes) -> Estimate:
    """Return how likely something is, from 0 to 1, with the interval of Wilson."""
    seen = [was_so for was_so in outcomes.values() if was_so is not None]
    missing = len(outcomes) - len(seen)
    if not seen:
        return Estimate(value=None, interval=None, count=0, missing=missing)
    interval = None
    if len(seen) >= SEEDS_MIN:
        interval = wilson(sum(seen), len(seen))
    value = exactly(sum(seen) / len(seen))
    return Estimate(value=value, interval=interval, count=len(seen), missing=missing)


def wilson(times: int, of: int) -> Bounds:
    """Return the interval of Wilson for how likely something is that was so some times ``of`` so many."""
    found = stats.binomtest(times, of).proportion_ci(confidence_level=SURENESS, method="wilson")
    return Bounds(float(found.low), float(found.high))


def chance_difference(variant: Outcomes, reference: Outcomes, name: str) -> Difference:
    """Return by how much a chance differs over the seeds that both have, from -1 to 1, with a bootstrap interval.

    Where all pairs say the same, resampling would say that none ever says otherwise. The interval is then as wide as
    the share of pairs in which it might, by the interval of Wilson.

    Raises:
        ValueError: They do not have the same seeds.
    """
    _check_paired(variant, reference)
    pairs = [
        float(one) - float(other)
        for seed in sorted(variant)
        for one, other in ((variant[seed], reference[seed]),)
        if one is not None and other is not None
    ]
    missing = len(variant) - len(pairs)
    if not pairs:
        return Difference(value=None, interval=None, count=0, missing=missing)
    up, down = sum(pair > 0 for pair in pairs), sum(pair < 0 for pair in pairs)
    value, interval = _between([exactly(pair) for pair in pairs], "mean", name)
    if interval is not None and len(set(pairs)) == 1:
        interval = _around(pairs[0], len(pairs))
    return Difference(
        value=value,
        interval=interval,
        count=len(pairs),
        up=up,
        down=down,
        missing=missing,
        by_chance=None if interval is None else _sign_test(up, down),
    )


def intervals(rows: Numbers, centre: Centre, name: str) -> Numbers:
    """Return the percentile bootstrap interval of each row of figures, as rows of two ends.

    The resamples follow from ``name``, so that the same figures give the same ends on every machine.
    """
    if (rows == rows[:, :1]).all():
        return np.stack([rows[:, 0], rows[:, 0]], axis=1)
    found = stats.bootstrap(
        (rows,),
        np.median if centre == "median" else np.mean,
        axis=-1,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        confidence_level=SURENESS,
        method="percentile",
        rng=_generator(name),
    ).confidence_interval
    ends: Numbers = np.stack([np.asarray(found.low), np.asarray(found.high)], axis=1)
    return ends


def seeds_enough(interval: Bounds | None, count: int, wanted: float) -> int | None:
    """Return about how many seeds make an interval no wider than ``wanted``.

    With four times as many draws an interval becomes half as wide. None where more draws do not help: there is no
    interval yet, or it has an open end because runs end before what they wait for.
    """
    width = None if interval is None else interval.width
    if width is None or wanted <= 0:
        return None
    return max(SEEDS_MIN, math.ceil(count * (width / wanted) ** 2 - 1e-9))


def guarded(by_chance: Sequence[float]) -> tuple[float, ...]:
    """Return chances of being chance, each raised so that it counts that several differences were looked at.

    Of the differences that then stay below 5 in 100, at most 5 in 100 are to be expected to be luck (Benjamini and
    Yekutieli, which holds however the figures hang together).
    """
    if not by_chance:
        return ()
    adjusted = stats.false_discovery_control(np.asarray(by_chance, np.float64), method="by")
    return tuple(float(each) for each in adjusted)


def rank_chance(drawn: Mapping[int, float], draws: Draws) -> float | None:
    """Return how likely a figure would go along so much by luck; None with few draws, or where one never varies."""
    one, other = _ranked(drawn, draws)
    if len(one) < SEEDS_MIN or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(stats.spearmanrho(one, other).pvalue)


def rank_correlation(drawn: Mapping[int, float], draws: Draws, name: str) -> Estimate:
    """Return how a figure goes along with a value that was drawn for each run: Spearman's, from -1 to 1.

    Figures that were still open count by the least that they can be: of a rank that is enough where they are the
    longest. None where one of the two never varies.
    """
    one, other = _ranked(drawn, draws)
    still_open = sum(bounds.exact is None for seed in drawn if (bounds := draws.get(seed)) is not None)
    told = {"count": len(one), "open": still_open, "missing": len(drawn) - len(one)}
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return Estimate(value=None, interval=None, **told)
    value = float(stats.spearmanrho(one, other).statistic)
    if len(one) < SEEDS_MIN:
        return Estimate(value=exactly(value), interval=None, **told)
    return Estimate(value=exactly(value), interval=_of_ranks(one, other, name), **told)


def _ranked(drawn: Mapping[int, float], draws: Draws) -> tuple[Numbers, Numbers]:
    """Return what was drawn and what was found, of the seeds that have both, in order of seed."""
    pairs = [
        (drawn[seed], bounds.low)
        for seed in sorted(drawn)
        if (bounds := draws.get(seed)) is not None and bounds.low is not None
    ]
    return np.array([pair[0] for pair in pairs], np.float64), np.array(
        [pair[1] for pair in pairs], np.float64
    )


def _of_ranks(one: Numbers, other: Numbers, name: str) -> Bounds:
    def statistic(left: Numbers, right: Numbers, axis: int = -1) -> Numbers:
        with warnings.catch_warnings():
            # A resample in which nothing varies has no correlation: it says nothing, so it counts as none.
            warnings.simplefilter("ignore", stats.ConstantInputWarning)
            found = stats.spearmanrho(left, right, axis=axis).statistic
        return np.nan_to_num(found)

    found = stats.bootstrap(
        (one, other),
        statistic,
        paired=True,
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        confidence_level=SURENESS,
        method="percentile",
        rng=_generator(name),
    ).confidence_interval
    return Bounds(float(found.low), float(found.high))


def _generator(name: str) -> np.random.Generator:
    """Return what draws resamples: it follows from a name alone, and is the same on every machine."""
    return np.random.Generator(
        np.random.PCG64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big"))
    )


def _seen(draws: Draws) -> list[Bounds]:
    return [bounds for seed in sorted(draws) if (bounds := draws[seed]) is not None]


def _check_paired(variant: Mapping[int, object], reference: Mapping[int, object]) -> None:
    if variant.keys() != reference.keys():
        raise ValueError("expected the same seeds in both")


def _around(value: float, count: int) -> Bounds:
    """Return the interval around a difference of chances that is the same in every one of so many pairs: -1, 0 or 1."""
    otherwise = wilson(0, count).high or 0.0
    return Bounds(max(-1.0, value - otherwise), min(1.0, value + otherwise))


def _pairs(variant: Draws, reference: Draws) -> list[Bounds]:
    """Return the differences over the seeds that both have, in order of seed."""
    _check_paired(variant, reference)
    return [
        _less(one, other)
        for seed in sorted(variant)
        for one, other in ((variant[seed], reference[seed]),)
        if one is not None and other is not None
    ]


def _less(one: Bounds, other: Bounds) -> Bounds:
    return Bounds(
        None if one.low is None or other.high is None else one.low - other.high,
        None if one.high is None or other.low is None else one.high - other.low,
    )


def _sign_test(up: int, down: int) -> float:
    """Return how likely such an uneven split is where both are as likely: the sign test, which ties take no part in."""
    return 1.0 if up + down == 0 else float(stats.binomtest(up, up + down).pvalue)


def _between(seen: Sequence[Bounds], centre: Centre, name: str) -> tuple[Bounds, Bounds | None]:
    """Return the centre of figures and the interval around it, each from the least to the most that they can be."""
    known = [end for bounds in seen for end in (bounds.low, bounds.high) if end is not None]
    if not known:
        return Bounds(None, None), None if len(seen) < SEEDS_MIN else Bounds(None, None)
    least, most = min(known), max(known)
    # Infinity cannot be interpolated; what lies beyond all that is known stands for it, and is told as unknown.
    beyond = _SENTINEL_SPANS * (most - least + 1)
    lows = [least - beyond if bounds.low is None else bounds.low for bounds in seen]
    highs = [most + beyond if bounds.high is None else bounds.high for bounds in seen]
    rows = np.array([lows, highs], np.float64)
    found = np.median(rows, axis=1) if centre == "median" else rows.mean(axis=1)

    def told(low: float, high: float) -> Bounds:
        # A mean may lie a hair beyond the ends by its rounding alone; what stands for infinity lies far beyond.
        hair = 1e-9 * (1 + abs(least) + abs(most))
        return Bounds(None if low < least - hair else float(low), None if high > most + hair else float(high))

    if len(seen) < SEEDS_MIN:
        return told(*found), None
    # Both rows are the same where every figure is exact; drawing once is enough then.
    ends = intervals(rows[:1] if lows == highs else rows, centre, name)
    return told(*found), told(ends[0, 0], ends[-1, 1])
