"""Known answers of random fault histories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Assessment
from sim.core.messages.items import Item, ItemRef
from tests.unit.core.assessment.logs import (
    CRITERIA,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    STATUS,
    Log,
    item,
    minutes,
)

END = 600
TOLD = (GAS, GRID, HELP, NEIGHBOUR)
"""Who may be told of a fault; it enters at the water board, and the region writes the shared picture."""


@dataclass(frozen=True)
class History:
    """What happened to one fault, in minutes after it entered; None where it did not happen."""

    entered: int
    told_after: int
    readers: tuple[str, ...]
    signals: tuple[tuple[str, int], ...]
    corrected_after: int | None
    decided_after: tuple[int, ...]


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Return a fault that is told, perhaps signalled, perhaps put right, perhaps decided on."""
    told = draw(st.integers(1, 20))
    readers = tuple(sorted(draw(st.sets(st.sampled_from(TOLD), min_size=1))))
    later = st.integers(told + 1, 200)
    return History(
        entered=draw(st.integers(0, 200)),
        told_after=told,
        readers=readers,
        signals=tuple(draw(st.lists(st.tuples(st.sampled_from(readers), later), max_size=3))),
        corrected_after=draw(st.none() | later),
        decided_after=tuple(draw(st.lists(later, max_size=2))),
    )


def _play(told: list[History]) -> Assessment:
    log = Log()
    steps: list[tuple[int, int, Callable[[], object]]] = []

    def at(minute: int, act: Callable[[], object]) -> None:
        steps.append((minute, len(steps), act))

    for number, one in enumerate(told):
        _plan(log, number, one, at)
    for _, _, act in sorted(steps, key=lambda step: step[:2]):
        act()
    return assess(log.end(END).records, CRITERIA)


def _plan(log: Log, number: int, one: History, at: Callable[[int, Callable[[], object]], None]) -> None:
    name, subject = f"f-{number}", f"level-{number}"

    def state(version: int, status: STATUS) -> Item:
        return item(f"s-{number}", version, subject=subject, faults=(name,), status=status)

    wrong, ref = state(1, STATUS.UNVERIFIED), ItemRef(f"s-{number}", 1)
    at(one.entered, lambda: log.fault(one.entered, name=name, subject=subject))
    told = one.entered + one.told_after
    at(told, lambda: log.shared(told, wrong, one.readers))
    for party, after in one.signals:
        minute = one.entered + after
        at(minute, lambda party=party, minute=minute: log.signal(minute, party, wrong))  # type: ignore[misc]
    for after in one.decided_after:
        minute = one.entered + after
        at(minute, lambda minute=minute: log.decide(minute, ref))  # type: ignore[misc]
    if one.corrected_after is not None:
        righted = one.entered + one.corrected_after
        at(righted, lambda: log.shared(righted, state(2, STATUS.CORRECTED), one.readers))


@settings(deadline=None)
@given(st.lists(histories(), min_size=1, max_size=4))
def test_known_answers(told: list[History]) -> None:
    """Detection, correction, exposure and decisions are what the history made them, to the millisecond."""
    assessment = _play(told)
    by_id = {fault.id: fault for fault in assessment.faults}
    for number, one in enumerate(told):
        fault = by_id[f"f-{number}"]
        detected = min((after for _, after in one.signals), default=None)
        until = one.entered + one.corrected_after if one.corrected_after is not None else END
        held = minutes(until - one.entered - one.told_after)
        assert fault.time_to_detect_ms == (None if detected is None else minutes(detected))
        assert set(fault.detected_by) == {party for party, _ in one.signals}
        assert fault.time_to_correct_ms == (
            None if one.corrected_after is None else minutes(one.corrected_after)
        )
        assert {exposure.party for exposure in fault.exposures} == {"vr24", *one.readers}
        assert {exposure.exposure_ms for exposure in fault.exposures} == {held}
        assert fault.exposure_ms == held * (1 + len(one.readers))
        assert len(fault.decisions) == len(one.decided_after)


@settings(deadline=None)
@given(st.lists(histories(), min_size=1, max_size=4))
def test_figures_of_the_exercise_add_up(told: list[History]) -> None:
    """The figures of the exercise are those of the faults together."""
    assessment = _play(told)
    figures = {reading.measure.name: reading.measure for reading in assessment.figures}
    recognised = [
        fault.time_to_detect_ms for fault in assessment.faults if fault.time_to_detect_ms is not None
    ]
    assert figures["detection-rate"].value == len(recognised) / len(told)
    assert figures["time-to-detect"].value == (int(median(recognised)) if recognised else None)
    assert figures["exposure-total"].value == sum(fault.exposure_ms for fault in assessment.faults)
    decisions = sum(len(one.decided_after) for one in told)
    assert figures["decisions-on-faults"].value == (decisions or None)
