"""Registers of points to improve for tests: an agreement of ``gridco`` as manager, under profile ``full``."""

from __future__ import annotations

from typing import Any

from sim.core.model.party import CoreTask
from sim.core.model.progress import Progress, progress_of
from sim.core.model.register import (
    Bound,
    Found,
    Held,
    Moment,
    MomentKind,
    Outcome,
    PointToImprove,
    Register,
    Shown,
    Verdict,
)
from sim.core.model.text import Text

WORDS = Text("woorden", "words")
BOUND = Bound(
    id="grid",
    partner="gridco",
    core_task=CoreTask.MANAGER,
    profile="full",
    regions=("vr23", "vr24"),
    name=WORDS,
)


def held(number: int) -> Held:
    """Return the exercise of a day."""
    return Held(
        run=f"r{number}",
        digest=f"{number:064x}",
        started=f"2026-01-{number:02d}T09:00:00.000000Z",
        exercise="flood",
        seed=1,
        complete=True,
        criteria="0" * 64,
    )


def outcome(number: int, agreement: str = "grid") -> Outcome:
    """Return what came of the agreement in it."""
    return Outcome(
        agreement=agreement,
        run=f"r{number}",
        advice="conditional",
        met=1,
        partly_met=1,
        not_met=1,
        not_observed=0,
    )


def point(name: str, run: int | None = 1, **more: Any) -> PointToImprove:
    """Return a point that it showed; without it, one of people."""
    found = None if run is None else Found(run=f"r{run}", result="not met", reason=WORDS)
    return PointToImprove(id=name, agreement="grid", text=WORDS, found=found, **more)


def shown(name: str, run: int, verdict: Verdict) -> Shown:
    """Return what a later one showed."""
    return Shown(point=name, run=f"r{run}", verdict=verdict, result="met", reason=WORDS)


def moment(
    kind: MomentKind,
    on: str,
    agreed: str = "",
    agreements: tuple[str, ...] = ("grid",),
    who: tuple[str, ...] = (),
) -> Moment:
    """Return a review or an evaluation."""
    return Moment(kind=kind, on=on, agreements=agreements, agreed=agreed, who=who)


def progress(**lists: Any) -> Progress:
    """Return how far people are with the agreement."""
    return progress_of(Register(agreements=(BOUND,), **lists))[0]
