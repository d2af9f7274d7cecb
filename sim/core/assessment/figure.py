"""Figures: what a measure finds, with the records it rests on and what it was made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import chain
from typing import Final, TypeAlias

import msgspec

Number: TypeAlias = int | float

_PERCENTILE: Final = 95


class Unit(StrEnum):
    """What a figure counts in."""

    MS = "ms"
    SHARE = "share"
    COUNT = "count"
    PER_HOUR = "per-hour"


class Detail(msgspec.Struct, frozen=True, gc=False):
    """One row behind a figure.

    Attributes:
        what: Sort of row, e.g. ``sitrep``, ``open``, ``maximum``.
        about: What the row is about: an activity, an item, a fault.
        value: Its value, in the unit of the figure unless ``what`` says otherwise.
        evidence: Sequence numbers of the records it rests on.
    """

    what: str
    about: str
    value: Number
    evidence: tuple[int, ...] = ()


class Figure(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a measure finds for one party, or for the exercise.

    Attributes:
        value: The figure over what had come to its end; None when nothing had.
        pending: What the figure is at least when what was still open at the end of the run counts too; None
            when that makes it no worse. A deadline that the run outlived is so seen as missed, and one that
            it did not outlive is never seen as kept.
        waiting: The same though it makes the figure no worse, but no more than the longest that was open; None when
            nothing was. So what is overdue by itself is seen beside what took longer still.
        count: Number of events it rests on.
        evidence: Sequence numbers of the records it rests on, in order.
        details: Rows behind it.
    """

    value: Number | None
    pending: Number | None = None
    waiting: Number | None = None
    count: int
    evidence: tuple[int, ...]
    details: tuple[Detail, ...] = ()


class Sample(msgspec.Struct, frozen=True, gc=False):
    """One duration among several.

    Attributes:
        what: Sort of sample, for the rows.
        about: What it is about.
        value: Milliseconds.
        evidence: Sequence numbers behind it.
        open: Whether the run ended before it did, so that ``value`` is the least it can be.
    """

    what: str
    about: str
    value: int
    evidence: tuple[int, ...]
    open: bool = False


class Part(msgspec.Struct, frozen=True, gc=False):
    """One of several stretches of time, of which a part was as it should be.

    Attributes:
        group: What it belongs to, for the rows: a theme, a subject, a moment.
        good_ms: How much of it was as it should be, in milliseconds.
        of_ms: How long it was.
        evidence: Sequence numbers behind it.
    """

    group: str
    good_ms: int
    of_ms: int
    evidence: tuple[int, ...]


def worst(values: Sequence[int]) -> int:
    """Return the longest of some durations (ms)."""
    return max(values)


def median(values: Sequence[int]) -> int:
    """Return the median of some durations (ms); of an even number the mean of the middle two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2


def mean(values: Sequence[int]) -> int:
    """Return the mean of some durations (ms), rounded down."""
    return sum(values) // len(values)


def percentile_95(values: Sequence[int]) -> int:
    """Return the 95th percentile of some durations (ms) by nearest rank; of fewer than 20 the longest."""
    ordered = sorted(values)
    rank = -(-_PERCENTILE * len(ordered) // 100)
    return ordered[rank - 1]


def rows_of(samples: Sequence[Sample]) -> tuple[Detail, ...]:
    """Return a row for each of some durations."""
    return tuple(
        [
            Detail("open" if sample.open else sample.what, sample.about, sample.value, sample.evidence)
            for sample in samples
        ]
    )


def of_samples(
    samples: Sequence[Sample],
    statistic: Callable[[Sequence[int]], int],
    rows: tuple[Detail, ...] | None = None,
) -> Figure | None:
    """Return the figure over some durations; None without any. Their ``rows`` are made unless they are there."""
    if not samples:
        return None
    closed = [sample.value for sample in samples if not sample.open]
    value = statistic(closed) if closed else None
    pending = statistic([sample.value for sample in samples])
    longest_open = max((sample.value for sample in samples if sample.open), default=None)
    return Figure(
        value=value,
        pending=pending if value is None or pending > value else None,
        waiting=min(pending, longest_open) if longest_open is not None else None,
        count=len(samples),
        evidence=cited(*[sample.evidence for sample in samples]),
        details=rows_of(samples) if rows is None else rows,
    )


def of_share(rows: Sequence[tuple[str, bool, tuple[int, ...]]]) -> Figure | None:
    """Return the share of rows (about, done, evidence) that were done; None without any."""
    if not rows:
        return None
    return Figure(
        value=sum(done for _, done, _ in rows) / len(rows),
        count=len(rows),
        evidence=cited(*(evidence for _, _, evidence in rows)),
        details=tuple(
            Detail("yes" if done else "no", about, int(done), evidence) for about, done, evidence in rows
        ),
    )


def of_count(rows: Sequence[Detail], chances: int, end_seq: int | None) -> Figure | None:
    """Return how often something happened that should not, one row each, and each an event of its own.

    That it did not happen shows only where it could have (``chances``, without those where it did), and only in
    a log that is whole; it then rests on the record that ended the log (``end_seq``, None where it breaks off).
    """
    if rows:
        return Figure(
            value=len(rows),
            count=len(rows) + chances,
            evidence=cited(*(row.evidence for row in rows)),
            details=tuple(rows),
        )
    if chances == 0 or end_seq is None:
        return None
    return Figure(value=0, count=chances, evidence=(end_seq,))


def of_parts(parts: Sequence[Part]) -> Figure | None:
    """Return which part of some time was as it should be, with a row for each group; None without any time."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.group, []).append(part)
    total_ms = sum([part.of_ms for part in parts])
    if total_ms == 0:
        return None
    details = tuple(_of_group(group, groups[group]) for group in sorted(groups))
    return Figure(
        value=sum([part.good_ms for part in parts]) / total_ms,
        count=len(parts),
        evidence=cited(*[row.evidence for row in details]),
        details=details,
    )


def _of_group(group: str, mine: Sequence[Part]) -> Detail:
    of_ms = sum([part.of_ms for part in mine])
    share = sum([part.good_ms for part in mine]) / of_ms if of_ms else 0.0
    return Detail("share", group, share, cited(*[part.evidence for part in mine]))


def cited(*groups: Iterable[int]) -> tuple[int, ...]:
    """Return sequence numbers from several groups in order, each once."""
    return tuple(sorted(set(chain.from_iterable(groups))))
