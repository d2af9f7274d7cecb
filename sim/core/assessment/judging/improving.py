"""Takes what an assessment found over into the register of points to improve, and marks what became of earlier points.

What is in the register is never changed: what is new comes after it. A point is found once for each agreement and
criterion. It is mended only by a run of that agreement, to its planned end, in which its criterion was met; what was
not observed is never mended (Beleidskader par. 4.1: an advice follows from what was shown).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from sim.core.assessment.judging.findings import GRAVITY
from sim.core.assessment.judging.outcome import Advice, Finding, PartnerResult, Result
from sim.core.model.ids import PartyId
from sim.core.model.party import CoreTask
from sim.core.model.register import (
    Bound,
    Found,
    Held,
    Outcome,
    PointToImprove,
    Register,
    Shown,
    Unseen,
    Verdict,
)
from sim.core.model.text import Text

EVIDENCE_KEPT: Final = 12
"""How many sequence numbers a register keeps of what a result rests on; the log has all of them."""

_ADVICE_GRAVITY: Final = (
    Advice.NOT_ASSESSABLE,
    Advice.CERTIFIED,
    Advice.CONDITIONAL,
    Advice.NOT_UNDER_THIS_PROFILE,
)
_NOT_JUDGED: Final = Text(
    "Dit criterium werd in deze uitvoering niet beoordeeld.", "This criterion was not judged in this run."
)


class Exercised(msgspec.Struct, frozen=True, kw_only=True):
    """What a run showed of one partner under one agreement.

    Attributes:
        partner: The organisation.
        core_task: For which core task it took part.
        played: Regions with which it took part.
        regions: Regions of the agreement, as the log tells it.
        result: What was found.
    """

    partner: PartyId
    core_task: CoreTask
    played: tuple[PartyId, ...]
    regions: tuple[PartyId, ...]
    result: PartnerResult


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Where a register says something else of a run than its log shows.

    Attributes:
        table: Table of the register.
        point: Id of the point.
        registered: What the register says.
        logged: What the log shows.
    """

    table: str
    point: str
    registered: str
    logged: str


def take_over(register: Register, held: Held, exercised: Sequence[Exercised]) -> Register:
    """Return what a run adds to a register; nothing when the register has the run already.

    Args:
        register: The register as it is.
        held: The run.
        exercised: What it showed, by partner.

    Raises:
        ValueError: An agreement has an exercise in the register that started later: what that one showed would be
            overtaken by what came before.
    """
    if is_taken(register, held):
        return Register()
    added = Register(exercises=(held,))
    for each in exercised:
        if agreement_of(register.plus(added), each) is None:
            added = added.plus(Register(agreements=(_new_agreement(register.plus(added), each),)))
    for bound, result in _by_agreement(register.plus(added), exercised):
        _check_order(register, bound, held)
        added = added.plus(_of_agreement(register.plus(added), bound, held, result))
    return added


def is_taken(register: Register, held: Held) -> bool:
    """Say whether a register has a run: the same log again is no new evidence, whenever it was played."""
    return any(each.digest == held.digest for each in register.exercises)


def agreement_of(register: Register, exercised: Exercised) -> Bound | None:
    """Return the agreement of a register that a partner exercised; None where it has none."""
    regions = exercised.played or exercised.regions
    return next(
        (
            each
            for each in register.agreements
            if each.holds_for(exercised.partner, exercised.core_task, exercised.result.profile, regions)
        ),
        None,
    )


def differences(register: Register, held: Held, exercised: Sequence[Exercised]) -> tuple[Difference, ...]:
    """Return where the register says something else of a run that it has than the log of that run shows."""
    runs = {each.run for each in register.exercises if each.digest == held.digest}
    findings = {
        (bound.id, finding.id): finding
        for bound, result in _by_agreement(register, exercised)
        for finding in result.criteria
    }
    points = {point.id: point for point in register.points}
    told = [
        *(
            ("points", point, point.found.result, point.found.evidence)
            for point in register.points
            if point.found is not None and point.found.run in runs
        ),
        *(
            ("shown", points[shown.point], shown.result, shown.evidence)
            for shown in register.shown
            if shown.run in runs
        ),
    ]
    found = (
        (
            table,
            point,
            _told(result, evidence),
            _logged(findings.get((point.agreement, point.criterion or ""))),
        )
        for table, point, result, evidence in told
    )
    return tuple(
        Difference(table=table, point=point.id, registered=registered, logged=logged)
        for table, point, registered, logged in found
        if registered != logged
    )


def _by_agreement(
    register: Register, exercised: Sequence[Exercised]
) -> tuple[tuple[Bound, PartnerResult], ...]:
    """Return what was found by agreement: of two parties of one organisation that share it, the worst."""
    found: dict[str, tuple[Bound, PartnerResult]] = {}
    for each in exercised:
        bound = agreement_of(register, each)
        if bound is not None:
            one = found.get(bound.id)
            found[bound.id] = (bound, each.result if one is None else _worst(one[1], each.result))
    return tuple(found.values())


def _worst(one: PartnerResult, other: PartnerResult) -> PartnerResult:
    pairs = zip(one.criteria, other.criteria, strict=True)  # both were judged by the same criteria
    criteria = (max(pair, key=lambda each: GRAVITY.index(each.result)) for pair in pairs)
    advice = max(one.advice, other.advice, key=_ADVICE_GRAVITY.index)
    return msgspec.structs.replace(one, criteria=tuple(criteria), advice=advice)


def _told(result: str, evidence: Sequence[int]) -> str:
    return f"{result} {list(evidence)}"


def _logged(finding: Finding | None) -> str:
    if finding is None:
        return _told(Result.NOT_OBSERVED.value, ())
    return _told(finding.result.value, finding.evidence[:EVIDENCE_KEPT])


def _check_order(register: Register, bound: Bound, held: Held) -> None:
    runs = {each.run for each in register.outcomes if each.agreement == bound.id}
    later = max((each.started for each in register.exercises if each.run in runs), default="")
    if held.started < later:
        raise ValueError(
            f"started: expected a run after {later}, the last one of {bound.id}, was {held.started}"
        )


def _new_agreement(register: Register, exercised: Exercised) -> Bound:
    result = exercised.result
    stem = f"{exercised.partner}-{exercised.core_task.value.lower()}-{result.profile}"
    return Bound(
        id=_free(stem, (each.id for each in register.agreements)),
        partner=exercised.partner,
        core_task=exercised.core_task,
        profile=result.profile,
        regions=exercised.regions or exercised.played,
        name=result.name,
    )


def _free(stem: str, taken: Iterable[str]) -> str:
    """Return a name that nothing has yet: the stem, or the stem with the first number that is free."""
    used = set(taken)
    numbered = (f"{stem}-{number}" for number in range(2, len(used) + 3))
    return next(name for name in (stem, *numbered) if name not in used)


def _of_agreement(register: Register, bound: Bound, held: Held, result: PartnerResult) -> Register:
    known = [point for point in register.points if point.agreement == bound.id]
    findings = {finding.id: finding for finding in result.criteria}
    return Register(
        outcomes=(_outcome(bound, held, result),),
        shown=tuple(
            _shown(point, held, findings.get(point.criterion))
            for point in known
            if point.criterion is not None
        ),
        points=tuple(_new_points(register, bound, held, result, {point.criterion for point in known})),
    )


def _outcome(bound: Bound, held: Held, result: PartnerResult) -> Outcome:
    counts = Counter(finding.result for finding in result.criteria)
    return Outcome(
        agreement=bound.id,
        run=held.run,
        advice=result.advice.value,
        met=counts[Result.MET],
        partly_met=counts[Result.PARTLY_MET],
        not_met=counts[Result.NOT_MET],
        not_observed=counts[Result.NOT_OBSERVED],
        unseen=tuple(
            Unseen(criterion=finding.id, text=finding.text)
            for finding in result.criteria
            if finding.minimum and finding.result is Result.NOT_OBSERVED
        ),
    )


def _shown(point: PointToImprove, held: Held, finding: Finding | None) -> Shown:
    if finding is None:
        return Shown(
            point=point.id, run=held.run, verdict="not observed", result="not observed", reason=_NOT_JUDGED
        )
    return Shown(
        point=point.id,
        run=held.run,
        verdict=verdict_on(finding.result, complete=held.complete),
        result=finding.result.value,
        reason=finding.reason,
        evidence=finding.evidence[:EVIDENCE_KEPT],
        records=len(finding.evidence),
    )


def verdict_on(result: Result, *, complete: bool) -> Verdict:
    """Return what the result of its criterion in a later run says of a point.

    A run that was cut short can show that something is not mended, and never that it is.
    """
    if result in (Result.PARTLY_MET, Result.NOT_MET):
        return "not mended"
    return "mended" if result is Result.MET and complete else "not observed"


def _new_points(
    register: Register, bound: Bound, held: Held, result: PartnerResult, known: set[str | None]
) -> Iterator[PointToImprove]:
    used = [point.id for point in register.points]
    for finding in result.criteria:
        if finding.id in known or finding.result not in (Result.PARTLY_MET, Result.NOT_MET):
            continue
        name = _free(f"{bound.partner}-{finding.id}", used)
        used.append(name)
        yield PointToImprove(
            id=name,
            agreement=bound.id,
            text=finding.text,
            criterion=finding.id,
            minimum=finding.minimum,
            found=Found(
                run=held.run,
                result="not met" if finding.result is Result.NOT_MET else "partly met",
                reason=finding.reason,
                evidence=finding.evidence[:EVIDENCE_KEPT],
                records=len(finding.evidence),
            ),
        )
