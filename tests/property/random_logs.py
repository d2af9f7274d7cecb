"""Random run logs, for whatever must hold of any log: small, and of everything that a measure can look at.

A log is a list of steps, each at a whole minute. A step names what happens; a number chooses the rest (who, what, how),
so that a log shrinks to the first choices. Which kinds of steps a log has is drawn first: few kinds meet more often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from sim.core.records.record import Record
from tests.property.random_steps import END, STEPS, Step, build

TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "access": ("rights", "ask", "refuse", "invite", "conclude", "subscribed", "card", "denied"),
    "calls": ("alert", "alarm", "ack", "sitrep", "sitrep", "escalated", "own", "proposal", "card"),
    "chain": ("truth", "truth", "own", "shared", "receipt", "snapshot", "alert", "delivery"),
    "corrections": ("fault", "fault", "own", "own", "signal", "request", "answer", "shared"),
    "everything": tuple(sorted(STEPS)),
    "faults": ("fault", "shared", "signal", "own", "request", "answer", "decision", "note", "delivery"),
    "levels": ("scaling", "scaling", "alarm", "alert", "card", "decision", "briefed", "delivery"),
    "moderation": ("proposal", "verdict", "shared"),
    "outages": ("tool", "tool", "fallback", "shared", "receipt", "delivery", "rights", "kept", "kept"),
    "pictures": (
        "truth",
        "truth",
        "observed",
        "shared",
        "shared",
        "own",
        "alert",
        "card",
        "rights",
        "briefing",
    ),
    "reports": ("truth", "observed", "observed", "observed", "sitrep", "sitrep", "own", "alert", "card"),
    "secrets": ("confidence", "layer", "risk", "shared", "alert"),
    "work": ("note", "undelivered", "denied", "own", "request", "answer"),
}
"""What happens together, for a log that is about it."""

_HALF: Final = 2**24 - 1


def _steps(
    choose: Callable[[Sequence[Any]], Any], number: Callable[[int], int], most: int
) -> tuple[Step, ...]:
    topics = [choose(sorted(TOPICS)) for _ in range(choose((1, 2)))]
    kinds = [kind for topic in topics for kind in TOPICS[topic]]
    count = choose([most * part // 8 for part in (0, 1, 2, 4, 6, 8)])
    # Numbers in two halves: of a wider range hypothesis draws the small ones far more often.
    return tuple(
        Step(number(END), choose(kinds), number(_HALF) + (number(_HALF) << 24)) for _ in range(count)
    )


@st.composite
def random_steps(draw: st.DrawFn, most: int = 60) -> tuple[Step, ...]:
    """Return what happens in a log, of one topic or two."""
    return _steps(
        lambda options: draw(st.sampled_from(options)), lambda most: draw(st.integers(0, most)), most
    )


def random_logs(most: int = 60) -> st.SearchStrategy[list[Record]]:
    """Return logs of at most so many steps, nearly all of them whole."""
    whole = st.sampled_from((True, True, True, True, False))
    return st.builds(lambda steps, whole: build(steps, whole=whole).records, random_steps(most), whole)


def sampled_logs(count: int, most: int = 60) -> Iterator[list[Record]]:
    """Yield so many of these logs, always the same."""
    chance = Random(count)
    for _ in range(count):
        yield build(_steps(chance.choice, lambda most: chance.randint(0, most), most)).records
