"""Of very many rows a figure shows the worst, counts all of them, and says how many it leaves out."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.core.assessment.evidence.figure import (
    Detail,
    Durations,
    Figure,
    Part,
    Sample,
    mean,
    median,
    of_durations,
    of_flags,
    of_parts,
    of_samples,
    of_share,
    percentile_95,
    shown,
    worst,
)
from sim.core.assessment.evidence.rows import RECORDS_MAX, ROWS_MAX, Worst, worst_places
from sim.core.assessment.judging.outcome import Result
from tests.unit.core.assessment.logs import GRID, Log, find, item, without

MANY = 2 * ROWS_MAX + 3


@given(st.lists(st.integers(-3, 3), max_size=40), st.integers(1, 6))
def test_the_worst_are_those_that_sorting_puts_first(bad: Sequence[int], most: int) -> None:
    ranked = sorted(range(len(bad)), key=lambda place: (-bad[place], place))
    expected = sorted(ranked[:most])
    kept: Worst[int] = Worst(most)
    for place, one in enumerate(bad):
        kept.add(one, place)
    assert kept.kept() == expected
    assert kept.left_out == max(0, len(bad) - most)
    assert worst_places(np.array(bad, np.int64), most) == expected


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=50))
def test_a_statistic_is_that_of_the_values_in_order(values: list[int]) -> None:
    ordered = sorted(values)
    middle = len(ordered) // 2
    odd = len(ordered) % 2 == 1
    assert worst(values) == ordered[-1]
    assert mean(values) == sum(values) // len(values)
    assert median(values) == (ordered[middle] if odd else (ordered[middle - 1] + ordered[middle]) // 2)
    assert percentile_95(values) == ordered[-(-95 * len(values) // 100) - 1]


def _sample(place: int) -> Sample:
    return Sample("known", f"s-{place}", place % 700, (place, place + 1), open=place % 7 == 0)


def test_durations_in_columns_make_the_figure_that_samples_make() -> None:
    samples = [_sample(place) for place in range(MANY)]
    value_ms = np.array([one.value for one in samples], np.int64)
    many = Durations(value_ms, np.array([one.open for one in samples]), _sample)
    figure = of_durations(many, median)
    assert figure == of_samples(samples, median)
    assert figure is not None
    assert (figure.count, len(figure.details), figure.left_out) == (MANY, ROWS_MAX, MANY - ROWS_MAX)
    assert min(row.value for row in figure.details) >= sorted(one.value for one in samples)[-ROWS_MAX]
    assert set(figure.evidence) == {seq for row in figure.details for seq in row.evidence}
    assert of_durations(Durations(value_ms[:0], many.open[:0], _sample), median) is None


def test_a_share_shows_what_was_not_done_first() -> None:
    done = [place != 7 for place in range(MANY)]
    figure = of_share((f"s-{place}", one, (place,)) for place, one in enumerate(done))
    assert figure == of_flags(np.array(done), lambda place: (f"s-{place}", (place,)))
    assert figure is not None
    assert (figure.value, figure.count, figure.left_out) == ((MANY - 1) / MANY, MANY, MANY - ROWS_MAX)
    assert [row.evidence for row in figure.details] == [(place,) for place in range(ROWS_MAX)]
    late = of_share((f"s-{place}", place < MANY - 2, (place,)) for place in range(MANY))
    assert late is not None
    assert [row.what for row in late.details[-3:]] == ["yes", "no", "no"]
    assert late.evidence[-2:] == (MANY - 2, MANY - 1)
    assert of_flags(np.array([], np.bool_), lambda place: ("", (place,))) is None


def test_a_row_over_many_stretches_cites_those_that_fell_short() -> None:
    parts = [Part("theme", 0 if place >= RECORDS_MAX else 1, 1, (place,)) for place in range(2 * RECORDS_MAX)]
    figure = of_parts(parts)
    assert figure is not None
    (row,) = figure.details
    assert (figure.value, figure.count, row.left_out) == (0.5, 2 * RECORDS_MAX, RECORDS_MAX)
    assert row.evidence == tuple(range(RECORDS_MAX, 2 * RECORDS_MAX))


def test_a_figure_of_very_many_rows_is_shown_with_the_first() -> None:
    details = tuple(Detail("note", "s", 1, (place,)) for place in range(ROWS_MAX + 1))
    figure = Figure(value=1, count=ROWS_MAX + 1, evidence=tuple(range(ROWS_MAX + 1)), details=details)
    bounded = shown(figure)
    assert (len(bounded.details), len(bounded.evidence), bounded.left_out) == (ROWS_MAX, ROWS_MAX, 1)
    few = Figure(value=1, count=1, evidence=(1,), details=details[:1])
    assert shown(few) is few


def test_without_the_records_that_are_cited_something_else_is_found() -> None:
    """Also where a figure rests on more than it shows."""
    log = Log()
    log.alert(0, GRID)
    slow, many = 3, ROWS_MAX + 20
    for number in range(many):
        told = item(f"s-{number}")
        log.shared(10 + number, told, (GRID,))
        log.receipt(10 + number + (500 if number < many // 10 + slow else 1), GRID, told)
    log.records.sort(key=lambda record: record.at_ms)
    records = [msgspec.structs.replace(one, seq=seq) for seq, one in enumerate(log.end(2 * many).records)]
    whole = find(records, GRID, "duty-to-fetch")
    assert (whole.result, whole.measure.count, whole.measure.not_cited) == (Result.NOT_MET, many, 20)
    rest = find(without(records, whole.evidence), GRID, "duty-to-fetch")
    assert (rest.result, rest.measure.count) == (Result.MET, 20)
