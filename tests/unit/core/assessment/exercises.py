"""Exercises and what they showed, made by hand, for tests of the register of points to improve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.improving import Exercised
from sim.core.assessment.judging.outcome import Advice, Finding, Ground, Measurement, PartnerResult, Result
from sim.core.model.party import CoreTask
from sim.core.model.register import Held
from sim.core.model.text import Text

WORDS = Text("woorden", "words")
SHA = "0123456789abcdef" * 4
MET, PARTLY, NOT, UNSEEN, NONE = (
    Result.MET,
    Result.PARTLY_MET,
    Result.NOT_MET,
    Result.NOT_OBSERVED,
    Result.NOT_APPLICABLE,
)


def held(number: int = 1, *, complete: bool = True, digest: str | None = None) -> Held:
    """Return the exercise of a day, with a digest of its own."""
    return Held(
        run=f"flood-{number}",
        digest=digest or f"{number:064x}",
        started=f"2026-01-{number:02d}T09:00:00.000000Z",
        exercise="flood",
        seed=number,
        complete=complete,
        criteria=SHA,
    )


def finding(name: str, result: Result, evidence: Sequence[int] = (3, 5), *, minimum: bool = False) -> Finding:
    """Return what was found of a criterion."""
    return Finding(
        id=name,
        part="performance",
        quality="efficient",
        dimension="process",
        minimum=minimum,
        text=Text(f"{name} nl", f"{name} en"),
        citation="par. x",
        result=result,
        measure=Measurement(name=name, unit=Unit.COUNT),
        norm=None,
        reason=WORDS,
        evidence=tuple(evidence),
    )


def exercised(
    results: Mapping[str, Result],
    *,
    partner: str = "gridco",
    profile: str = "structural",
    core_task: CoreTask = CoreTask.MANAGER,
    played: Sequence[str] = ("vr24",),
    regions: Sequence[str] = ("vr23", "vr24"),
    advice: Advice = Advice.CONDITIONAL,
    minimum: Sequence[str] = (),
    evidence: Sequence[int] = (3, 5),
) -> Exercised:
    """Return what an exercise showed of a partner, by criterion."""
    found = PartnerResult(
        id=partner,
        name=Text(f"{partner} nl", f"{partner} en"),
        profile=profile,
        profile_name=WORDS,
        advice=advice,
        ground=Ground(rule="r", text=WORDS, citation="par. x"),
        reason=WORDS,
        criteria=tuple(
            finding(name, result, evidence, minimum=name in minimum) for name, result in results.items()
        ),
        figures=(),
    )
    return Exercised(
        partner=partner, core_task=core_task, played=tuple(played), regions=tuple(regions), result=found
    )
