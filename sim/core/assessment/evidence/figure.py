"""Figures: what a measure finds, with the records it rests on and what it was made from."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from sim.core.assessment.evidence.rows import RECORDS_MAX, ROWS_MAX, Worst, worst_places

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
        left_out: How many stretches of time, or items, it rests on whose records are not among these.
    """

    what: str
    about: str
    value: Number
    evidence: tuple[int, ...] = ()
    left_out: int = 0


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
        evidence: Sequence numbers of the records it rests on, in order: those of the rows that are shown.
        details: Rows behind it, of very many the worst (:mod:`sim.core.assessment.evidence.rows`).
        left_out: How many events are counted, but neither shown in a row nor cited.
    """

    value: Number | None
    pending: Number | None = None
    waiting: Number | None = None
    count: int
    evidence: tuple[int, ...]
    details: tuple[Detail, ...] = ()
    left_out: int = 0


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


@dataclass(frozen=True, slots=True)
class Durations:
    """Many durations, as columns.

    Attributes:
        value_ms: How long each was.
        open: Whether the run ended before it did.
        sample: Returns the one at a place.
    """

    value_ms: npt.NDArray[np.int64]
    open: npt.NDArray[np.bool_]
    sample: Callable[[int], Sample]


class Group(msgspec.Struct, frozen=True, gc=False):
    """Stretches of time that belong together, of which a part was as it should be.

    Attributes:
        name: What they belong to, for the row.
        good_ms: How much of them was as it should be.
        of_ms: How long they were.
        parts: How many they were.
        evidence: Sequence numbers behind them, of many those that were least as they should be.
        left_out: How many of them have no records among these.
    """

    name: str
    good_ms: int
    of_ms: int
    parts: int
    evidence: tuple[int, ...]
    left_out: int = 0


Values: TypeAlias = Sequence[int] | npt.NDArray[np.int64]
"""Some durations (ms)."""


def worst(values: Values) -> int:
    """Return the longest of some durations (ms)."""
    return int(np.max(values))


def median(values: Values) -> int:
    """Return the median of some durations (ms); of an even number the mean of the middle two."""
    ordered = np.sort(values)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return int(ordered[middle])
    return (int(ordered[middle - 1]) + int(ordered[middle])) // 2


def mean(values: Values) -> int:
    """Return the mean of some durations (ms), rounded down."""
    return int(np.sum(values, dtype=np.int64)) // len(values)


def percentile_95(values: Values) -> int:
    """Return the 95th percentile of some durations (ms) by nearest rank; of fewer than 20 the longest."""
    rank = -(-_PERCENTILE * len(values) // 100)
    return int(np.partition(values, rank - 1)[rank - 1])


def of_samples(samples: Iterable[Sample], statistic: Callable[[Values], int]) -> Figure | None:
    """Return the figure over some durations; None without any."""
    values, still_open = array("q"), array("b")
    kept: Worst[Sample] = Worst(ROWS_MAX)
    for sample in samples:
        values.append(sample.value)
        still_open.append(sample.open)
        kept.add(sample.value, sample)
    if not values:
        return None
    is_open = np.frombuffer(still_open, np.bool_)
    return _of_values(np.frombuffer(values, np.int64), is_open, statistic, kept.kept(), kept.left_out)


def of_durations(many: Durations, statistic: Callable[[Values], int]) -> Figure | None:
    """Return the figure over many durations; None without any."""
    if not len(many.value_ms):
        return None
    rows = [many.sample(place) for place in worst_places(many.value_ms, ROWS_MAX)]
    return _of_values(many.value_ms, many.open, statistic, rows, len(many.value_ms) - len(rows))


def _of_values(
    values: npt.NDArray[np.int64],
    is_open: npt.NDArray[np.bool_],
    statistic: Callable[[Values], int],
    rows: Sequence[Sample],
    left_out: int,
) -> Figure:
    closed = values[~is_open]
    value = statistic(closed) if len(closed) else None
    pending, longest_open = value, None
    if len(closed) < len(values) or value is None:
        pending, longest_open = statistic(values), int(values[is_open].max())
    assert pending is not None, "there is a duration, closed or open"
    return Figure(
        value=value,
        pending=pending if value is None or pending > value else None,
        waiting=min(pending, longest_open) if longest_open is not None else None,
        count=len(values),
        evidence=cited(*[sample.evidence for sample in rows]),
        details=tuple(
            [
                Detail("open" if sample.open else sample.what, sample.about, sample.value, sample.evidence)
                for sample in rows
            ]
        ),
        left_out=left_out,
    )


def of_share(rows: Iterable[tuple[str, bool, tuple[int, ...]]]) -> Figure | None:
    """Return the share of rows (about, done, evidence) that were done; None without any."""
    done, count = 0, 0
    kept: Worst[Detail] = Worst(ROWS_MAX)
    for about, is_done, evidence in rows:
        done, count = done + is_done, count + 1
        kept.add(not is_done, _of_either(about, is_done, evidence))
    if count == 0:
        return None
    return _shared_out(done, count, kept.kept())


def of_flags(done: npt.NDArray[np.bool_], row: Callable[[int], tuple[str, tuple[int, ...]]]) -> Figure | None:
    """Return the share of many things that were done; ``row`` tells what the one at a place is about, and its records.

    None without any.
    """
    if not len(done):
        return None
    rows = [
        _of_either(about, bool(done[place]), evidence)
        for place in worst_places(~done, ROWS_MAX)
        for about, evidence in (row(place),)
    ]
    return _shared_out(int(np.count_nonzero(done)), len(done), rows)


def _of_either(about: str, is_done: bool, evidence: tuple[int, ...]) -> Detail:
    return Detail("yes" if is_done else "no", about, int(is_done), evidence)


def _shared_out(done: int, count: int, rows: Sequence[Detail]) -> Figure:
    return Figure(
        value=done / count,
        count=count,
        evidence=cited(*[row.evidence for row in rows]),
        details=tuple(rows),
        left_out=count - len(rows),
    )


def of_count(rows: Sequence[Detail], chances: int, end_seq: int | None) -> Figure | None:
    """Return how often something happened that should not, one row each, and each an event of its own.

    That it did not happen shows only where it could have (``chances``, without those where it did), and only in
    a log that is whole; it then rests on the record that ended the log (``end_seq``, None where it breaks off).
    """
    if rows:
        return shown(
            Figure(
                value=len(rows),
                count=len(rows) + chances,
                evidence=cited(*(row.evidence for row in rows)),
                details=tuple(rows),
            )
        )
    if chances == 0 or end_seq is None:
        return None
    return Figure(value=0, count=chances, evidence=(end_seq,))


def of_parts(parts: Iterable[Part]) -> Figure | None:
    """Return which part of some time was as it should be, with a row for each group; None without any time."""
    groups: dict[str, _Gathered] = {}
    for part in parts:
        groups.setdefault(part.group, _Gathered()).add(part)
    return of_groups([gathered.group(name) for name, gathered in groups.items()])


class _Gathered:
    def __init__(self) -> None:
        self._good_ms, self._of_ms, self._parts = 0, 0, 0
        self._kept: Worst[tuple[int, ...]] = Worst(RECORDS_MAX)

    def add(self, part: Part) -> None:
        self._good_ms += part.good_ms
        self._of_ms += part.of_ms
        self._parts += 1
        self._kept.add(part.of_ms - part.good_ms, part.evidence)

    def group(self, name: str) -> Group:
        kept = self._kept
        return Group(name, self._good_ms, self._of_ms, self._parts, cited(*kept.kept()), kept.left_out)


NO_RECORD: Final = -1
"""Stands in columns of sequence numbers where there is no record."""


def groups_of(
    names: Sequence[str],
    which: npt.NDArray[np.integer[Any]],
    good: npt.NDArray[np.int64],
    of: npt.NDArray[np.int64],
    seqs: npt.NDArray[np.int64],
    bad: npt.NDArray[np.int64] | None = None,
) -> Iterator[Group]:
    """Yield many parts by the name of their group.

    Args:
        names: Names.
        which: Of each part the place of its name.
        good: How much of it was as it should be.
        of: How much it is.
        seqs: Records behind it, one row each; :data:`NO_RECORD` for none.
        bad: By what the parts are chosen whose records are cited; what was not as it should be if it is not given.
    """
    shortfall = of - good if bad is None else bad
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    group = np.array([numbers[name] for name in names], np.int64)[which]
    for name, number in numbers.items():
        mine = np.flatnonzero(group == number)
        if len(mine):
            chosen = mine[worst_places(shortfall[mine], RECORDS_MAX)]
            records = cited(seqs[chosen].ravel().tolist(), (NO_RECORD,))[1:]
            yield Group(
                name, int(good[mine].sum()), int(of[mine].sum()), len(mine), records, len(mine) - len(chosen)
            )


def of_groups(groups: Iterable[Group]) -> Figure | None:
    """Return which part of the time of some groups was as it should be, a row for each; None without any time."""
    ordered = sorted(groups, key=lambda group: group.name)
    total_ms = sum(group.of_ms for group in ordered)
    if total_ms == 0:
        return None
    details = tuple(
        Detail(
            "share",
            group.name,
            group.good_ms / group.of_ms if group.of_ms else 0.0,
            group.evidence,
            group.left_out,
        )
        for group in ordered
    )
    return Figure(
        value=sum(group.good_ms for group in ordered) / total_ms,
        count=sum(group.parts for group in ordered),
        evidence=cited(*[row.evidence for row in details]),
        details=details,
    )


def shown(figure: Figure) -> Figure:
    """Return a figure with no more rows than are shown, the first, and the records of these; it counts all."""
    left_out = len(figure.details) - ROWS_MAX
    if left_out <= 0:
        return figure
    rows = figure.details[:ROWS_MAX]
    return msgspec.structs.replace(
        figure,
        details=rows,
        evidence=cited(*[row.evidence for row in rows]),
        left_out=figure.left_out + left_out,
    )


def cited(*groups: Iterable[int]) -> tuple[int, ...]:
    """Return sequence numbers from several groups in order, each once."""
    return tuple(sorted(set(chain.from_iterable(groups))))
