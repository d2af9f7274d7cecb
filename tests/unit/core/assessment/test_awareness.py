"""What is held against what is so: completeness, correctness, the freeze probe, and pictures beside each other."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.assessment.evidence.evidence import gather
from sim.core.assessment.evidence.figure import Figure
from sim.core.assessment.log.holding import is_right, is_same
from sim.core.assessment.measures import awareness, consistency
from sim.core.messages.contents import Alert
from sim.core.messages.items import Sensitivity, Value
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.records.kinds import ActivityEntry
from tests.unit.core.assessment.logs import (
    AGREEMENTS,
    ELSEWHERE,
    GRID,
    HELP,
    NEIGHBOUR,
    NOTHING,
    REGION,
    STATUS,
    WATER,
    Log,
    agreement,
    fact,
    item,
)

OTHER = Text("anders", "otherwise")
HIGH, LOW = (Value("level", 3.0, "m"),), (Value("level", 2.0, "m"),)


def _complete(log: Log, party: str = GRID, end: float = 100) -> Figure | None:
    return awareness.completeness(gather(log.end(end).records), party)


def test_what_was_held_of_what_was_needed() -> None:
    """From when somebody perceived it to the end, by theme."""
    log = Log()
    log.alert(0, GRID)
    log.so(20, WATER)
    log.shared(60, item("s", observed=20), (GRID,))
    found = _complete(log)
    assert found is not None
    assert (found.value, found.count, found.evidence) == (0.5, 1, (2, 3, 4))
    assert [(row.what, row.about, row.value) for row in found.details] == [("share", "a2-situation", 0.5)]


@pytest.mark.parametrize(
    "hidden",
    [
        {"layer": "hydrants"},
        {"theme": "c1-prognosis"},
        {"system": "gas", "sensitivity": Sensitivity.RESTRICTED},
    ],
)
def test_nobody_needs_what_is_on_a_layer_elsewhere_or_secret(hidden: dict[str, Any]) -> None:
    log = Log()
    log.alert(0, GRID)
    change = f"t-{log.truth(20, **hidden)}"
    log.perceive(20, WATER, cause=change)
    assert _complete(log) is None


def test_what_is_restricted_is_needed_by_whom_it_was_agreed_with() -> None:
    """And by who looks after it."""
    agreed = agreement(GRID, "structural", CoreTask.MANAGER, restricted_systems=("gas",))
    for terms, system in (((agreed,), "gas"), ((agreement(GRID, "structural", CoreTask.MANAGER),), "river")):
        log = Log(terms)
        log.alert(0, GRID)
        change = f"t-{log.truth(20, system=system, sensitivity=Sensitivity.RESTRICTED)}"
        log.perceive(20, WATER, cause=change)
        found = _complete(log)
        assert found is not None
        assert found.value == 0


def test_what_nobody_perceived_is_not_asked_for() -> None:
    log = Log()
    log.alert(0, GRID)
    log.truth(20)
    assert _complete(log) is None


def test_a_standby_partner_is_asked_only_while_it_is_let_in() -> None:
    """Twice, from 20 to 40 and from 60 on; the second grant of a time in between changes nothing."""
    log = Log()
    log.alert(0, HELP)
    log.so(10, WATER)
    log.rights(15, GRID, "granted")
    for at, change in ((20, "granted"), (30, "granted"), (40, "revoked"), (50, "revoked"), (60, "granted")):
        log.rights(at, HELP, change)  # type: ignore[arg-type]
    log.shared(80, item("s", observed=10), (HELP,))
    found = _complete(log, HELP)
    assert found is not None
    assert found.value == pytest.approx(20 / 60)
    assert found.count == 2


def test_what_is_perceived_after_the_closing_is_nobodys_need() -> None:
    log = Log()
    log.alert(0, GRID)
    log.card(20, is_open=False)
    log.so(30, WATER)
    assert _complete(log) is None


def test_an_activity_that_was_never_heard_of_has_no_picture_to_complete() -> None:
    log = Log()
    log.so(10, WATER)
    assert awareness.shared_completeness(gather(log.end(100).records)) is None


def test_right_until_it_changes() -> None:
    """From the change on what is held is wrong; what is never so is neither."""
    log = Log()
    log.truth(0)
    log.shared(10, item("s", observed=5), (GRID,))
    log.shared(10, item("x", observed=5, subject="unheard-of"), (GRID,))
    log.truth(40)
    log.truth(40, title=OTHER)
    log.truth(100)
    found = awareness.correctness(gather(log.end(100).records), GRID)
    assert found is not None
    assert found.value == pytest.approx(30 / 90)
    assert found.evidence == (1, 2, 5)


@pytest.mark.parametrize(
    ("told", "right"),
    [
        (item("s", values=HIGH), True),
        (item("s", values=HIGH, title=OTHER), True),
        (item("s", values=LOW), False),
        (item("s"), False),
        (item("s", values=HIGH, status=STATUS.REFUTED), False),
    ],
)
def test_figures_decide_where_there_are_any(told: object, right: bool) -> None:
    """Words only where there are none."""
    so = fact()
    assert is_right(told, type(so)(**{**_fields(so), "values": HIGH})) is right  # type: ignore[arg-type]


def _fields(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}  # type: ignore[attr-defined]


def test_the_same_belief() -> None:
    """Figures decide where both have them, else words."""
    high, low, words = item("s", values=HIGH), item("s", values=LOW), item("s")
    assert is_same(high, item("t", values=HIGH, title=OTHER))
    assert not is_same(high, low)
    assert is_same(words, high)
    assert not is_same(words, item("t", title=OTHER))


def test_the_probe_asks_at_set_moments() -> None:
    """Eight over the run; a wrong answer, and none, are no right ones."""
    log = Log()
    log.alert(0, GRID)
    log.so(5, WATER)
    log.shared(25, item("s", 1, observed=5, title=OTHER), (GRID,))
    log.shared(55, item("s", 2, observed=6), (GRID,))
    found = awareness.probe_awareness(gather(log.end(90).records), GRID)
    assert found is not None
    assert (found.count, found.value) == (8, 3 / 8)
    assert [row.about for row in found.details][:2] == ["T+00:10:00", "T+00:20:00"]


def test_two_partners_agree_when_both_hold_the_same() -> None:
    """Where neither holds anything, nothing is asked; where one does, they do not agree."""
    log = Log()
    log.alert(0, GRID)
    log.alert(0, WATER)
    log.so(5, REGION)
    log.shared(35, item("s", 1, observed=5, source=REGION), (GRID,))
    log.shared(65, item("s", 1, observed=5, source=REGION), (WATER,))
    found = awareness.shared_awareness(gather(log.end(90).records))
    assert found is not None
    assert (found.count, found.value) == (5, 2 / 5)


def test_two_partners_are_compared_in_each_activity_that_both_work_in() -> None:
    """They need it in the flood, which is closed before the fire begins, and again in the fire."""
    fire = ActivityEntry(id=ELSEWHERE, name=NOTHING, directing=NEIGHBOUR, parties=(), systems=())
    log = Log(tuple(msgspec.structs.replace(one, regions=(REGION, NEIGHBOUR)) for one in AGREEMENTS), (fire,))
    for party in (GRID, WATER):
        log.alert(0, party)
    log.so(5, REGION)
    log.shared(5, item("s", 1, observed=5, source=REGION), (GRID, WATER))
    log.card(35, is_open=False)
    for party in (GRID, WATER):
        log.mail(65, NEIGHBOUR, party, Alert(activity=ELSEWHERE, text=NOTHING))
    found = awareness.shared_awareness(gather(log.end(90).records))
    assert found is not None
    assert [row.about for row in found.details] == [
        f"T+{at}" for at in ("00:10:00", "00:20:00", "00:30:00", "01:10:00", "01:20:00")
    ]
    assert (found.count, found.value) == (5, 1)


def test_two_pictures_are_compared_while_both_tell_of_it() -> None:
    """The contradiction is as long as it was open when the run ended, whichever of the two changed meanwhile."""
    log = Log()
    log.shared(10, item("s", 1, observed=10))
    log.shared(12, item("o", 1, subject="other"))
    log.elsewhere(20, item("e", 1, observed=10))
    log.shared(30, item("s", 2, observed=30, title=OTHER))
    log.elsewhere(50, item("e", 2, observed=49))
    evidence = gather(log.end(110).records)
    same, longest = consistency.consistency(evidence), consistency.contradiction(evidence)
    assert same is not None
    assert longest is not None
    assert same.value == pytest.approx(10 / 90)
    assert (longest.value, longest.pending, longest.count) == (0, 80 * 60_000, 2)


def test_a_contradiction_goes_on_when_a_picture_tells_something_else_that_differs_too() -> None:
    """Telling another thing that is not what the other region tells puts nothing right."""
    log = Log()
    log.shared(10, item("s", 1, observed=10))
    log.elsewhere(20, item("e", 1, observed=10, title=OTHER))
    log.shared(50, item("s", 2, observed=50, title=Text("weer anders", "otherwise again")))
    log.elsewhere(90, item("e", 2, observed=90, title=Text("weer anders", "otherwise again")))
    longest = consistency.contradiction(gather(log.end(110).records))
    assert longest is not None
    assert (longest.value, longest.pending, longest.count) == (70 * 60_000, None, 2)
    assert longest.evidence == (1, 2, 3, 4)


def test_pictures_that_never_stood_at_the_same_time_show_nothing() -> None:
    log = Log()
    log.shared(10, item("s", 1, observed=10))
    log.shared(20, item("s", 2, observed=20, status=STATUS.LAPSED))
    log.elsewhere(30, item("e", 1, observed=10))
    assert consistency.consistency(gather(log.end(60).records)) is None
