"""Figures that no criterion judges move one way too: what makes a run worse never makes one of them look better.

Better or worse is what a reader would take it for: more overtaken, less known, more lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.figure import Number
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PARTY_MEASURES
from sim.core.messages.items import Kind
from sim.core.model.cue import ToolDown, ToolUp
from tests.unit.core.assessment import examples
from tests.unit.core.assessment.logs import CRITERIA, FAULT, GRID, HELP, STATUS, WATER, Log, item, minutes

END = 600
"""Minutes."""

LADDER = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377)


@dataclass(frozen=True)
class Lever:
    """A measure (of a party, or of the exercise when it names none), and a log in which one thing is so much worse."""

    name: str
    party: str
    more_is_worse: bool
    build: Callable[[Log, int], object]


def _by_example(build: Callable[[int], Callable[[Log], object]]) -> Callable[[Log, int], object]:
    def bounded(log: Log, amount: int) -> None:
        build(amount)(log)
        log.records = [record for record in log.records if record.at_ms <= minutes(END)]

    return bounded


def _old_when_told(log: Log, age: int) -> None:
    log.shared(400, item("s", observed=400 - age), (GRID,))


def _brought_late(log: Log, late: int) -> None:
    log.alert(1, WATER)
    for number in range(10):
        log.perceive(5, WATER, f"level-{number}")
    for number in range(10):
        at = 50 if number < late else 6
        log.own(at, WATER, item(f"w-{number}", observed=5, subject=f"level-{number}"))


def _read(log: Log, unread: int) -> None:
    told = [item(f"s-{number}") for number in range(10)]
    for one in told:
        log.shared(10, one, (GRID,))
    log.receipt(11, GRID, *told[min(unread, 10) :])


def _reported_late(log: Log, late: int) -> None:
    for number in range(10):
        due = 50 * (number + 1)
        log.sitrep(due + (20 if number < late else 0), GRID, due)


def _of_strangers(log: Log, strangers: int) -> None:
    for number in range(10):
        log.shared(10, item(f"s-{number}", source="stranger" if number < strangers else WATER))


def _told_by_water_of_strangers(log: Log, strangers: int) -> None:
    for number in range(10):
        log.own(10, WATER, item(f"w-{number}", source="stranger" if number < strangers else WATER))


def _unrated(log: Log, unrated: int) -> None:
    for number in range(10):
        status = STATUS.UNVERIFIED if number < unrated else STATUS.VERIFIED
        log.shared(10, item(f"s-{number}", status=status))
        log.own(10, WATER, item(f"w-{number}", status=status))


def _busy(log: Log, more: int) -> None:
    for number in range(1 + more):
        log.alert(10 + number % 100, WATER)


def _withheld(log: Log, lost: int) -> None:
    log.outage(10, "begins", GRID)
    for number in range(10):
        told = item(f"s-{number}", observed=11, subject=f"level-{number}")
        log.delivery(11, GRID, log.shared(11, told, ()), "missed")
    log.outage(20, "ends", GRID)
    for number in range(lost, 10):
        log.shared(30, item(f"s-{number}", 2, observed=11, subject=f"level-{number}"), (GRID,))


def _caught_up(log: Log, wait: int) -> None:
    log.tool(10, GRID, ToolDown())
    log.shared(11, item("s"), (GRID,))
    log.tool(20, GRID, ToolUp())
    log.receipt(20 + wait, GRID, item("s"))


def _asked(kind: Kind) -> Callable[[Log, int], object]:
    def build(log: Log, wait: int) -> None:
        log.alert(1, GRID)
        change = f"t-{log.truth(5, kind=kind)}"
        log.perceive(5, HELP, cause=change, kind=kind)
        log.shared(6 + wait, item("s", observed=5), (GRID,))

    return build


def _righted(log: Log, wait: int) -> None:
    log.fault(10)
    log.shared(11, item("s", 1, faults=(FAULT,)), (GRID,))
    log.shared(12 + wait, item("s", 2, faults=(FAULT,), status=STATUS.CORRECTED), (GRID,))


def _spread(log: Log, more: int) -> None:
    log.fault(10)
    told = item("s", 1, faults=(FAULT,))
    log.shared(11, told, (GRID,))
    for party in (HELP, "gas", "shop", "vr23")[:more]:
        log.shared(12, told, (party,))


def _false(log: Log, false: int) -> None:
    for number in range(10):
        told = item(f"s-{number}", subject=f"level-{number}")
        log.shared(10, told, (GRID,))
        log.answer(12, WATER, log.signal(11, GRID, told), "confirmed" if number < false else "corrected")


LEVERS = (
    Lever("stale-time", GRID, True, _by_example(lambda wait: examples.held(overtaken=wait))),
    Lever("shared-stale-time", "", True, _by_example(lambda wait: examples.held(overtaken=wait))),
    Lever("over-age-time", GRID, True, _old_when_told),
    Lever("brought-in-time", WATER, False, _brought_late),
    Lever("fetched-relevant", GRID, False, _read),
    Lever("sitreps-on-time", GRID, False, _reported_late),
    Lever("sourced", "", False, _of_strangers),
    Lever("sourced", WATER, False, _told_by_water_of_strangers),
    Lever("rated", "", False, _unrated),
    Lever("rated", WATER, False, _unrated),
    Lever("messages-per-hour", "", True, _busy),
    Lever("messages-per-hour", WATER, True, _busy),
    Lever("busiest-hour", WATER, True, _busy),
    Lever("outage-items-lost", "", True, _withheld),
    Lever("outage-items-lost", GRID, True, _withheld),
    Lever("reconciliation", "", True, _caught_up),
    Lever("reconciliation", GRID, True, _caught_up),
    Lever("awareness-elements", "", False, _asked(Kind.MEASURE)),
    Lever("awareness-elements", GRID, False, _asked(Kind.FACT)),
    Lever("awareness-meaning", "", False, _asked(Kind.NEED)),
    Lever("awareness-meaning", GRID, False, _asked(Kind.EFFECT)),
    Lever("awareness-projection", "", False, _asked(Kind.FORECAST)),
    Lever("awareness-projection", GRID, False, _asked(Kind.FORECAST)),
    Lever("time-to-everywhere", "", True, _righted),
    Lever("exposure-total", "", True, _righted),
    Lever("onward-spread", "", True, _spread),
    Lever("false-alarm-rate", "", True, _false),
)

NO_LEVER = {("partner", "held-age"): "what never changes grows old and stays right"}


def _found(lever: Lever, amount: int) -> Number:
    """Return how bad the figure is, what is still open counted; more is worse."""
    log = Log()
    lever.build(log, amount)
    evidence = gather(log.end(END).records)
    if lever.party:
        figure = PARTY_MEASURES[lever.name].find(evidence, lever.party)
    else:
        figure = EXERCISE_MEASURES[lever.name].find(evidence)
    assert figure is not None, lever
    worst = figure.value if figure.pending is None else figure.pending
    assert worst is not None
    return worst if lever.more_is_worse else -worst


def _name(lever: Lever) -> str:
    return f"{lever.name}-{lever.party or 'exercise'}"


def test_every_measure_without_a_criterion_has_a_lever() -> None:
    every = {("partner", name) for name in PARTY_MEASURES} | {
        ("exercise", name) for name in EXERCISE_MEASURES
    }
    judged = {(one.scope, one.measure) for one in CRITERIA}
    levers = {("partner" if lever.party else "exercise", lever.name) for lever in LEVERS}
    assert levers == every - judged - NO_LEVER.keys()


@pytest.mark.parametrize("lever", LEVERS, ids=_name)
def test_a_lever_makes_its_figure_worse_and_never_better(lever: Lever) -> None:
    figures = [_found(lever, amount) for amount in LADDER]
    assert all(worse >= base for base, worse in pairwise(figures)), figures
    assert figures[-1] > figures[0]


@given(st.sampled_from(LEVERS), st.integers(0, 400) | st.integers(0, 12), st.integers(0, 150))
def test_worse_never_looks_better(lever: Lever, amount: int, more: int) -> None:
    assert _found(lever, amount + more) >= _found(lever, amount)
