"""Levers: for each criterion a log in which one thing can be made worse, little by little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.core.messages.items import ItemRef, Sensitivity
from sim.core.model.cue import ToolDown
from tests.unit.core.assessment import examples
from tests.unit.core.assessment.examples import EXCEPTIONS
from tests.unit.core.assessment.logs import CRITERIA, FAULT, GRID, HELP, STATUS, WATER, Log, item, minutes

END = 600
"""Minutes."""


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
    # What is not shared by then is overtaken by the next change.
    log.truth(10)
    log.shared(10, item("s", 1, observed=0))
    if 10 + wait < 200:
        log.shared(10 + wait, item("s", 2, observed=10))
    log.truth(200)
    log.shared(201, item("s", 3, observed=200))


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


def _secrets(log: Log, count: int) -> None:
    log.shared(1, item("s"), (GRID,))
    for number in range(count):
        told = item(f"s-{number}", system="gas", sensitivity=Sensitivity.RESTRICTED)
        log.shared(2, told, (GRID,))


def _less_agreed(criterion: str) -> Lever:
    example = examples.EXAMPLES[criterion]
    steps = [build for build in (example.meets, example.partly, example.fails) if build is not None]
    return Lever(example.party, criterion, lambda log, lacking: steps[min(lacking, len(steps) - 1)](log))


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
    # A decision after the end of the run is none.
    _by_example("exercise-stale-decisions", "", lambda wait: examples.stale(min(wait, END - 20))),
    _by_example("held-in-time", GRID, _fewer(examples.mostly_in_time)),
    _by_example("exercise-shared-awareness", "", lambda wait: examples.one_later(12 + wait)),
    _by_example("exercise-consistency", "", examples.two_pictures),
    _by_example("exercise-contradiction", "", examples.two_pictures),
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
    Lever("", "exercise-false-alarms", _false_alarms),
    Lever("", "exercise-moderation-time", _slow_verdict),
    Lever("", "exercise-moderation-handled", _fewer_verdicts),
    Lever("", "exercise-within-profiles", _attempts),
    Lever("", "exercise-no-leaks", _leaks),
    Lever(GRID, "restricted-exposure", _secrets),
    *(_less_agreed(one.id) for one in CRITERIA if one.part != "performance" and one.id not in EXCEPTIONS),
)
"""Every criterion has one, but for those that cannot be met and not met."""
