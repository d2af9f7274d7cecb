"""Measures over time against a second implementation: look at every minute of a random run, one after the other.

Slow, and too obvious to be wrong in the same way: no segments, no windows, nothing but what is so and what is held now.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.assessment import actuality, awareness
from sim.core.assessment.evidence import gather
from sim.core.model.text import Text
from tests.unit.core.assessment.logs import ACTIVITY, GRID, STATUS, WATER, Log, item, minutes

END = 60
SUBJECTS = ("level", "dike")
WORDS = tuple(Text(word, word) for word in ("a", "b"))


@dataclass(frozen=True)
class Change:
    """Something becomes so at a minute, and the water board perceives it at once."""

    at: int
    subject: str
    word: int


@dataclass(frozen=True)
class Telling:
    """The shared picture tells something that was observed some minutes before."""

    at: int
    subject: str
    word: int
    age: int
    lapsed: bool


@dataclass(frozen=True)
class Run:
    """What becomes so, what is told to the grid operator, when it is called, and when the activity closes."""

    changes: tuple[Change, ...]
    tellings: tuple[Telling, ...]
    called: int
    closed: int | None


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Return a small run."""
    minute, subject, word = st.integers(1, END - 1), st.sampled_from(SUBJECTS), st.integers(0, 1)
    changes = draw(st.lists(st.builds(Change, minute, subject, word), max_size=6))
    told = st.builds(Telling, minute, subject, word, st.integers(0, 30), st.booleans())
    tellings = draw(st.lists(told, max_size=8))
    called = draw(st.integers(0, END - 1))
    closed = draw(st.none() | st.integers(called, END - 1))
    return Run(tuple(changes), tuple(tellings), called, closed)


def _log(run: Run) -> Log:
    log = Log()
    steps: list[tuple[int, int, object]] = [(one.at, 1, one) for one in run.changes]
    steps += [(one.at, 2, one) for one in run.tellings]
    steps += [(run.called, 0, "call")] + ([(run.closed, 3, "close")] if run.closed is not None else [])
    for number, (at, _, step) in enumerate(sorted(steps, key=lambda step: step[:2])):
        if isinstance(step, Change):
            change = f"t-{log.truth(at, step.subject, title=WORDS[step.word])}"
            log.perceive(at, WATER, step.subject, cause=change)
        elif isinstance(step, Telling):
            status = STATUS.LAPSED if step.lapsed else STATUS.UNVERIFIED
            told = item(
                f"s-{step.subject}",
                number + 1,
                observed=at - step.age,
                subject=step.subject,
                status=status,
                title=WORDS[step.word],
            )
            log.shared(at, told, (GRID,))
        elif step == "call":
            log.alert(at, GRID)
        else:
            log.card(at, is_open=False)
    return log.end(END)


def _so(run: Run, subject: str, minute: int) -> Change | None:
    """Return what is so during the minute that begins now."""
    known = [one for one in sorted(run.changes, key=lambda one: one.at) if one.subject == subject]
    return next((one for one in reversed(known) if one.at <= minute), None)


def _held(run: Run, subject: str, minute: int) -> Telling | None:
    """Return what the grid operator holds during the minute that begins now."""
    held: Telling | None = None
    for one in sorted(run.tellings, key=lambda one: one.at):
        if one.subject != subject or one.at > minute:
            continue
        if one.lapsed:
            held = None
        elif held is None or one.at - one.age > held.at - held.age:
            held = one
    return held


@settings(deadline=None)
@given(runs())
def test_correct_minute_by_minute(run: Run) -> None:
    """Of the minutes in which something is held that is so, those in which it is right."""
    right = total = 0
    for minute in range(END):
        for subject in SUBJECTS:
            so, held = _so(run, subject, minute), _held(run, subject, minute)
            if so is not None and held is not None:
                total += 1
                right += so.word == held.word
    found = awareness.correctness(gather(_log(run).records), GRID)
    assert (found.value if found else None) == (pytest.approx(right / total) if total else None)


@settings(deadline=None)
@given(runs())
def test_complete_minute_by_minute(run: Run) -> None:
    """Of the minutes in which it takes part and something is so, those in which it holds anything of it."""
    known = total = 0
    for minute in range(run.called, END if run.closed is None else run.closed):
        for subject in SUBJECTS:
            if _so(run, subject, minute) is not None:
                total += 1
                known += _held(run, subject, minute) is not None
    found = awareness.completeness(gather(_log(run).records), GRID)
    assert (found.value if found else None) == (pytest.approx(known / total) if total else None)


@settings(deadline=None)
@given(runs())
def test_overtaken_minute_by_minute(run: Run) -> None:
    """Each minute in which what is held is older than the last change counts once, in one spell or another."""
    overtaken = 0
    for minute in range(END):
        for subject in SUBJECTS:
            so, held = _so(run, subject, minute), _held(run, subject, minute)
            overtaken += so is not None and held is not None and so.at > held.at - held.age
    found = actuality.held_lag(gather(_log(run).records), GRID)
    assert sum(row.value for row in (found.details if found else ())) == minutes(overtaken)


def test_the_runs_are_of_one_activity() -> None:
    """So that closing it closes all."""
    assert {one.id for one in gather(_log(Run((), (), 0, None)).records).log.opening.activities} == {ACTIVITY}
