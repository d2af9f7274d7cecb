"""For every criterion a log that meets it, one that does not, and one without evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.core.messages.items import ItemRef
from sim.core.model.cue import ToolDown
from tests.unit.core.assessment.logs import (
    FAULT,
    GRID,
    HELP,
    STATUS,
    WATER,
    Log,
    item,
)

END = 190


@dataclass(frozen=True)
class Example:
    """A criterion, the partner it is shown on (empty: the exercise), and what makes it met, not met or partly met."""

    party: str
    meets: Callable[[Log], object]
    fails: Callable[[Log], object]
    partly: Callable[[Log], object] | None = None


def _picture(after: float) -> Callable[[Log], object]:
    return lambda log: (log.alert(10, WATER), log.own(10 + after, WATER, item("water-level")))


def _acknowledged(after: float) -> Callable[[Log], object]:
    return lambda log: log.ack(10 + after, WATER, log.alarm(10, WATER))


def _sitreps(*reports: tuple[float, float]) -> Callable[[Log], object]:
    return lambda log: [log.sitrep(at, GRID, due) for at, due in reports]


def _shared(after: float) -> Callable[[Log], object]:
    return lambda log: (log.truth(10), log.shared(10 + after, item("s", observed=11)))


def _held(*, overtaken: float) -> Callable[[Log], object]:
    return lambda log: (
        log.shared(10, item("s", 1, observed=10)),
        log.truth(30),
        log.shared(30 + overtaken, item("s", 2, observed=30)),
    )


def _brought(after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.alert(10, WATER),
        log.perceive(20, WATER),
        log.own(20 + after, WATER, item("water-level", observed=20)),
    )


def _fetched(after: float) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.shared(20, item("s"), (GRID,))
        log.receipt(20 + after, GRID, item("s"))

    return build


def _went_over(after: float) -> Callable[[Log], object]:
    return lambda log: (log.tool(20, GRID, ToolDown()), log.fallback(20 + after, GRID))


WRONG = item("s", 1, observed=20, faults=(FAULT,))
RIGHTED = item("s", 2, observed=40, faults=(FAULT,), status=STATUS.CORRECTED)
RIGHT = item("s", 1, observed=20)


def _fault(*, signalled: float | None = None, righted: float | None = None) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.fault(20)
        log.shared(22, WRONG, (WATER, GRID))
        if signalled is not None:
            log.signal(signalled, GRID, WRONG)
        if righted is not None:
            log.shared(righted, RIGHTED, (WATER, GRID))

    return build


def _right_signalled(outcome: str) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.shared(22, RIGHT, (GRID,))
        signal = log.signal(25, GRID, RIGHT)
        request = log.verify(26, WATER, causationid=signal)
        log.answer(30, WATER, request, "confirmed" if outcome == "confirmed" else "corrected")

    return build


def _corrected(after: float) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.fault(20)
        told = item("water-level", 1, observed=20, faults=(FAULT,))
        log.own(22, WATER, told)
        log.signal(30, GRID, told)
        log.own(30 + after, WATER, item("water-level", 2, faults=(FAULT,), status=STATUS.CORRECTED))

    return build


def _proposed(*after: float | None) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        for number, wait in enumerate(after):
            told = item(f"g-{number}", source=GRID)
            log.proposal(20, GRID, told)
            if wait is not None:
                log.verdict(20 + wait, GRID, told)

    return build


def _denied(*times: float) -> Callable[[Log], object]:
    return lambda log: (log.subscribed(5, WATER), [log.denied(at, WATER) for at in times])


def _leaked(*times: float) -> Callable[[Log], object]:
    return lambda log: (log.alert(5, WATER), [log.undelivered(at, "leak", WATER) for at in times])


def _lost(*times: float) -> Callable[[Log], object]:
    return lambda log: (log.alert(5, WATER), [log.undelivered(at, "lost", WATER) for at in times])


def _no_role(revoked_after: float) -> Callable[[Log], object]:
    return lambda log: (
        log.rights(20, HELP, "granted"),
        log.conclude(40, HELP, role=False),
        log.rights(40 + revoked_after, HELP, "revoked"),
    )


def _asked(granted_after: float) -> Callable[[Log], object]:
    return lambda log: (log.ask(20, HELP), log.rights(20 + granted_after, HELP, "granted"))


def _decided(told: object) -> Callable[[Log], object]:
    def build(log: Log) -> None:
        log.fault(20)
        log.shared(22, WRONG if told is WRONG else item("other"))
        log.decide(30, ItemRef("s" if told is WRONG else "other", 1))

    return build


EXAMPLES: Mapping[str, Example] = {
    "initial-picture": Example(WATER, _picture(30), _picture(46)),
    "alarm-acknowledgement": Example(WATER, _acknowledged(10), _acknowledged(16)),
    "sitrep-punctuality": Example(GRID, _sitreps((60, 60), (125, 120)), _sitreps((60, 60), (131, 120))),
    "sitreps-complete": Example(
        GRID,
        _sitreps((60, 60), (120, 120), (180, 180)),
        _sitreps(
            (10, 0),
        ),
    ),
    "shared-actuality": Example(WATER, _shared(20), _shared(31)),
    "held-actuality": Example(GRID, _held(overtaken=20), _held(overtaken=31)),
    "duty-to-bring": Example(WATER, _brought(20), _brought(31), _brought(30)),
    "duty-to-fetch": Example(GRID, _fetched(40), _fetched(61), _fetched(60)),
    "fallback-switch": Example(GRID, _went_over(15), _went_over(23), _went_over(22)),
    "fault-detection": Example(GRID, _fault(signalled=30, righted=40), _fault()),
    "false-alarms": Example(
        GRID,
        _right_signalled("corrected"),
        lambda log: [_right_signalled("confirmed")(log) for _ in range(3)],
    ),
    "correction": Example(WATER, _corrected(30), _corrected(46)),
    "exposure": Example(GRID, _fault(righted=82), _fault(righted=143)),
    "moderation-handled": Example(GRID, _proposed(5, 10), _proposed(5, None)),
    "moderation-time": Example(GRID, _proposed(15), _proposed(31)),
    "within-profile": Example(WATER, _denied(), _denied(30, 31)),
    "no-leaks": Example(WATER, _leaked(), _leaked(30)),
    "access-ended": Example(HELP, _no_role(15), _no_role(61)),
    "access-given": Example(HELP, _asked(15), _asked(31)),
    "exercise-detection-rate": Example("", _fault(signalled=30), _fault()),
    "exercise-time-to-detect": Example("", _fault(signalled=50), _fault(signalled=81)),
    "exercise-time-to-correct": Example("", _fault(righted=80), _fault(righted=141)),
    "exercise-exposure": Example(
        "",
        _fault(righted=82),
        lambda log: (
            log.fault(1),
            log.shared(1, WRONG, tuple(f"vr0{number}" for number in range(9))),
        ),
    ),
    "exercise-false-alarms": Example(
        "",
        _right_signalled("corrected"),
        lambda log: [_right_signalled("confirmed")(log) for _ in range(6)],
    ),
    "exercise-decisions": Example("", _decided("other"), _decided(WRONG)),
    "exercise-moderation-handled": Example("", _proposed(5, 10), _proposed(5, None)),
    "exercise-moderation-time": Example("", _proposed(15), _proposed(31)),
    "exercise-within-profiles": Example("", _denied(), _denied(*range(30, 36))),
    "exercise-no-leaks": Example("", _leaked(), _leaked(30)),
    "exercise-nothing-lost": Example("", _lost(), _lost(30)),
}
