"""Known answers of random fault histories, and results that never get better when something gets worse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.assessment.judgment import assess
from sim.core.assessment.outcome import Assessment, Finding, Result
from sim.core.messages.items import Item, ItemRef
from sim.core.model.cue import ToolDown
from tests.unit.core.assessment import examples
from tests.unit.core.assessment.logs import (
    CRITERIA,
    FAULT,
    GAS,
    GRID,
    HELP,
    NEIGHBOUR,
    STATUS,
    WATER,
    Log,
    finding,
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


@dataclass(frozen=True)
class Lever:
    """Something that can get worse: a log in which it took so many minutes, or happened so many times."""

    party: str
    criterion: str
    build: Callable[[Log, int], object]


def _until(log: Log, minute: int, act: Callable[[int], object]) -> None:
    # What would come after the end of the run does not come.
    if minute <= END:
        act(minute)


def _wait_for_ack(log: Log, wait: int) -> None:
    alarm = log.alarm(10, WATER)
    _until(log, 10 + wait, lambda at: log.ack(at, WATER, alarm))


def _wait_for_picture(log: Log, wait: int) -> None:
    log.alert(10, WATER)
    _until(log, 10 + wait, lambda at: log.own(at, WATER, item("w")))


def _late_sitrep(log: Log, late: int) -> None:
    log.sitrep(10 + late, GRID, 10)


def _fewer_sitreps(log: Log, missed: int) -> None:
    for due in range(60, END - 60 * min(missed, 9) + 1, 60):
        log.sitrep(due, GRID, due)


def _late_sharing(log: Log, wait: int) -> None:
    log.truth(10)
    log.shared(10, item("s", 1, observed=0))
    _until(log, 10 + wait, lambda at: log.shared(at, item("s", 2, observed=10)))


def _late_before_the_next_change(log: Log, wait: int) -> None:
    log.truth(10)
    log.shared(10, item("s", 1, observed=0))
    _until(log, 10 + wait, lambda at: log.shared(at, item("s", 2, observed=10)))
    log.truth(200)
    log.shared(END, item("s", 3, observed=END))


def _long_overtaken(log: Log, wait: int) -> None:
    # What is shared as soon as it is so was never overtaken, which shows nothing.
    _late_sharing(log, wait + 1)


def _long_overtaken_before_the_next_change(log: Log, wait: int) -> None:
    _late_before_the_next_change(log, wait + 1)


def _long_exposure(log: Log, wait: int) -> None:
    log.fault(10)
    log.shared(10, item("s", 1, faults=(FAULT,)), (GRID,))
    righted = item("s", 2, faults=(FAULT,), status=STATUS.CORRECTED)
    _until(log, 10 + wait, lambda at: log.shared(at, righted, (GRID,)))


def _slow_correction(log: Log, wait: int) -> None:
    log.fault(10)
    log.own(10, WATER, item("w", 1, faults=(FAULT,)))
    log.verify(20, WATER, ItemRef("w", 1))
    _until(log, 20 + wait, lambda at: log.own(at, WATER, item("w", 2)))


def _slow_verdict(log: Log, wait: int) -> None:
    told = item("g", source=GRID)
    log.proposal(10, GRID, told)
    _until(log, 10 + wait, lambda at: log.verdict(at, GRID, told))


def _fewer_verdicts(log: Log, unhandled: int) -> None:
    for number in range(10):
        log.proposal(10, GRID, item(f"g-{number}", source=GRID))
        if number >= unhandled:
            log.verdict(11, GRID, item(f"g-{number}"))


def _fewer_signals(log: Log, missed: int) -> None:
    for number in range(10):
        told = item(f"s-{number}", subject=f"level-{number}", faults=(f"f-{number}",))
        log.fault(10, name=f"f-{number}", subject=told.subject)
        log.shared(10, told, (GRID,))
        if number >= missed:
            log.signal(12, GRID, told)


def _long_stay(log: Log, wait: int) -> None:
    log.rights(10, HELP, "granted")
    log.conclude(20, HELP, role=False)
    _until(log, 20 + wait, lambda at: log.rights(at, HELP, "revoked"))


def _long_wait(log: Log, wait: int) -> None:
    log.ask(10, HELP)
    _until(log, 10 + wait, lambda at: log.rights(at, HELP, "granted"))


def _attempts(log: Log, count: int) -> None:
    log.subscribed(1, WATER)
    for _ in range(count):
        log.denied(5, WATER)


def _leaks(log: Log, count: int) -> None:
    log.alert(1, WATER)
    for _ in range(count):
        log.undelivered(5, "leak", WATER)


def _losses(log: Log, count: int) -> None:
    log.alert(1, WATER)
    for _ in range(count):
        log.undelivered(5, "lost", WATER)


def _decisions(log: Log, count: int) -> None:
    log.fault(1)
    log.shared(2, item("s", faults=(FAULT,)), (GRID,))
    log.decide(3, ItemRef("fine", 1))
    for _ in range(count):
        log.decide(4, ItemRef("s", 1))


def _false_alarms(log: Log, count: int) -> None:
    log.shared(2, item("s"), (GRID,))
    log.signal(3, GRID, item("s"))
    for at in range(4, 4 + count):
        log.shared(at, item("s", at), (GRID,))
        log.answer(at, WATER, log.signal(at, GRID, item("s", at)), "confirmed")


def _late_bringing(log: Log, wait: int) -> None:
    log.alert(5, WATER)
    log.perceive(10, WATER)
    _until(log, 10 + wait, lambda at: log.own(at, WATER, item("water-level", observed=10)))


def _late_fetching(log: Log, wait: int) -> None:
    log.shared(10, item("s"), (GRID,))
    _until(log, 10 + wait, lambda at: log.receipt(at, GRID, item("s")))


def _late_switch(log: Log, wait: int) -> None:
    log.tool(10, GRID, ToolDown())
    _until(log, 10 + wait, lambda at: log.fallback(at, GRID))


def _by_example(criterion: str, party: str, build: Callable[[int], Callable[[Log], object]]) -> Lever:
    # The examples of the criteria take how bad it is; what would come after the end of the run does not come.
    def bounded(log: Log, amount: int) -> None:
        build(amount)(log)
        log.records = [record for record in log.records if record.at_ms <= minutes(END)]

    return Lever(party, criterion, bounded)


def _fewer(build: Callable[[int], Callable[[Log], object]]) -> Callable[[int], Callable[[Log], object]]:
    return lambda lacking: build(max(0, 10 - lacking))


LEVERS = (
    _by_example("told-to-shared", WATER, examples.told),
    _by_example("held-actuality-mean", GRID, lambda wait: examples.held(overtaken=wait + 1)),
    _by_example("completeness", GRID, lambda wait: examples.needed(shared_at=10 + wait)),
    _by_example("correctness", GRID, lambda wait: examples.righted(11 + wait)),
    _by_example("situation-awareness", GRID, lambda wait: examples.needed(shared_at=10 + wait)),
    _by_example("verification-answered", WATER, lambda wait: examples.answered("verify", wait)),
    _by_example("information-answered", WATER, lambda wait: examples.answered("inform", wait)),
    _by_example("effects-answered", WATER, lambda wait: examples.answered("effects", wait)),
    _by_example("sparring-answered", WATER, lambda wait: examples.answered("spar", wait)),
    _by_example("first-contact", WATER, lambda count: examples.alarmed(min(count, 10))),
    _by_example("level-awareness", GRID, examples.level_told),
    _by_example("briefed", GRID, _fewer(examples.decided_after_briefings)),
    _by_example("sitrep-content", GRID, _fewer(examples.reported)),
    _by_example("verified-before-use", WATER, _fewer(examples.relied_on)),
    _by_example("reasoned-rejections", GRID, _fewer(examples.rejected)),
    _by_example("relevance", GRID, _fewer(examples.relevant)),
    _by_example("missed-work", WATER, lambda count: examples.notes("missed", count)),
    _by_example("reachability", WATER, lambda count: examples.notes("unreachable", count)),
    _by_example("passing-on", WATER, lambda count: examples.notes("slip", count)),
    _by_example("conclusion", HELP, examples.let_in),
    _by_example("exercise-known-to-read", "", lambda wait: examples.read(10 + wait)),
    _by_example("exercise-completeness", "", lambda wait: examples.in_the_picture(10 + wait)),
    _by_example("exercise-correctness", "", lambda wait: examples.righted(11 + wait)),
    _by_example("exercise-verified-decisions", "", _fewer(examples.relied_on)),
    _by_example("exercise-stale-decisions", "", examples.stale),
    Lever(WATER, "alarm-acknowledgement", _wait_for_ack),
    Lever(WATER, "initial-picture", _wait_for_picture),
    Lever(GRID, "sitrep-punctuality", _late_sitrep),
    Lever(GRID, "sitreps-complete", _fewer_sitreps),
    Lever(WATER, "shared-actuality", _late_sharing),
    Lever(WATER, "shared-actuality", _late_before_the_next_change),
    Lever(GRID, "held-actuality", _long_overtaken),
    Lever(GRID, "held-actuality", _long_overtaken_before_the_next_change),
    Lever(WATER, "duty-to-bring", _late_bringing),
    Lever(GRID, "duty-to-fetch", _late_fetching),
    Lever(GRID, "fallback-switch", _late_switch),
    Lever(GRID, "exposure", _long_exposure),
    Lever("", "exercise-exposure", _long_exposure),
    Lever("", "exercise-time-to-correct", _long_exposure),
    Lever(WATER, "correction", _slow_correction),
    Lever(GRID, "moderation-time", _slow_verdict),
    Lever(GRID, "moderation-handled", _fewer_verdicts),
    Lever(GRID, "fault-detection", _fewer_signals),
    Lever("", "exercise-detection-rate", _fewer_signals),
    Lever("", "exercise-time-to-detect", _fewer_signals),
    Lever(HELP, "access-ended", _long_stay),
    Lever(HELP, "access-given", _long_wait),
    Lever(WATER, "within-profile", _attempts),
    Lever(WATER, "no-leaks", _leaks),
    Lever("", "exercise-nothing-lost", _losses),
    Lever("", "exercise-decisions", _decisions),
    Lever(GRID, "false-alarms", _false_alarms),
)

_RANK = {Result.MET: 3, Result.PARTLY_MET: 2, Result.NOT_MET: 1}


def _found(lever: Lever, amount: int) -> Finding:
    log = Log()
    lever.build(log, amount)
    # A report that comes after the planned end makes the run longer, never shorter.
    return finding(log.end(max(END, log.records[-1].at_ms // minutes(1))), lever.party, lever.criterion)


def _is_better(worse: Result, base: Result) -> bool:
    if worse is Result.NOT_OBSERVED:
        return base is Result.NOT_MET
    if base is Result.NOT_OBSERVED:
        return worse is not Result.NOT_MET
    return _RANK[worse] > _RANK[base]


# Many-fold amounts make long logs, so no single example is held to a time.
@settings(deadline=None)
@given(
    st.sampled_from(LEVERS), st.integers(0, 700) | st.integers(0, 12), st.integers(0, 700) | st.integers(0, 3)
)
def test_worse_is_never_better(lever: Lever, amount: int, more: int) -> None:
    """A later report, a longer exposure, one more leak: the result stays or falls."""
    base, worse = _found(lever, amount), _found(lever, amount + more)
    assert not _is_better(worse.result, base.result), f"{base.reason.en} -> {worse.reason.en}"
