"""From a run log and criteria to an assessment: figures, findings, faults, an advice per partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from sim.core.assessment.criteria import AppliedNorm, Criterion, norm_for
from sim.core.assessment.evidence import Evidence, gather
from sim.core.assessment.fault_results import fault_results
from sim.core.assessment.figure import Figure, Unit
from sim.core.assessment.outcome import (
    Advice,
    Assessment,
    BodyFigures,
    Finding,
    Measurement,
    PartnerResult,
    Reading,
    Result,
)
from sim.core.assessment.registry import EXERCISE_MEASURES, PARTY_MEASURES
from sim.core.assessment.wording import (
    NO_ASSESSMENT,
    NO_NORM,
    NOT_FOR_PROFILE,
    NOTHING_SEEN,
    NOTICE,
    advice_reason,
    judged_reason,
)
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId
from sim.core.model.text import Text
from sim.core.records.kinds import PartyEntry
from sim.core.records.record import Record


def assess(records: Iterable[Record], criteria: Sequence[Criterion]) -> Assessment:
    """Return what a run shows, from its log alone.

    Raises:
        ValueError: The log has no opening record.
    """
    evidence = gather(records)
    log = evidence.log
    return Assessment(
        scenario=log.opening.scenario,
        seed=log.opening.seed,
        end_ms=log.end_ms,
        planned_end_ms=log.opening.end_ms,
        complete=log.completed and log.end_ms >= log.opening.end_ms,
        notice=NOTICE,
        figures=_exercise_figures(evidence),
        criteria=tuple(
            _exercise_finding(evidence, criterion) for criterion in criteria if criterion.scope == "exercise"
        ),
        faults=fault_results(evidence),
        partners=tuple(
            _partner(evidence, entry, criteria) for entry in log.parties if entry.kind == "partner"
        ),
        bodies=tuple(_body(evidence, entry) for entry in log.parties if entry.kind == "body"),
    )


def judge(figure: Figure | None, norm: AppliedNorm) -> Result:
    """Return what a figure says of a criterion with a norm.

    What was still open at the end of the run fails the criterion once the norm has run out, and before that
    shows nothing.
    """
    if figure is None:
        return Result.NOT_OBSERVED
    if _overdue(figure, norm):
        return Result.NOT_MET
    if figure.value is None:
        return Result.NOT_OBSERVED
    if norm.within(figure.value):
        return Result.MET
    return Result.PARTLY_MET if norm.partly_within(figure.value) else Result.NOT_MET


def advise(findings: Sequence[Finding], *, assessable: bool) -> Advice:
    """Return the advice on a partner's performance.

    Performance is met when every criterion that holds is; partly met when most of what was observed is met at
    least in part ("voor het overgrote deel", Beleidskader par. 4.1); else not met.
    """
    if not assessable:
        return Advice.NOT_ASSESSABLE
    counts = Counter(finding.result for finding in findings)
    passed = counts[Result.MET] + counts[Result.PARTLY_MET]
    observed = passed + counts[Result.NOT_MET]
    if observed == 0:
        return Advice.NOT_OBSERVED
    if counts[Result.MET] == observed and counts[Result.NOT_OBSERVED] == 0:
        return Advice.MET
    return Advice.PARTLY_MET if 2 * passed > observed else Advice.NOT_MET


def _overdue(figure: Figure, norm: AppliedNorm) -> bool:
    return figure.pending is not None and not norm.within(figure.pending)


def _exercise_figures(evidence: Evidence) -> tuple[Reading, ...]:
    found = ((name, measure.unit, measure.find(evidence)) for name, measure in EXERCISE_MEASURES.items())
    return tuple(
        Reading(measure=_measurement(name, unit, figure), evidence=figure.evidence if figure else ())
        for name, unit, figure in found
    )


def _exercise_finding(evidence: Evidence, criterion: Criterion) -> Finding:
    figure = EXERCISE_MEASURES[criterion.measure].find(evidence)
    norm = norm_for(criterion, None)
    assert norm is not None, "a criterion for the exercise has a norm of its own"
    return _judged(criterion, figure, norm)


def _partner(evidence: Evidence, entry: PartyEntry, criteria: Sequence[Criterion]) -> PartnerResult:
    findings = tuple(
        _partner_finding(evidence, entry, criterion) for criterion in criteria if criterion.scope == "partner"
    )
    advice = advise(findings, assessable=entry.assessable)
    return PartnerResult(
        id=entry.id,
        name=entry.name,
        profile=entry.profile,
        profile_name=entry.profile_name,
        advice=advice,
        reason=advice_reason(advice, Counter(finding.result for finding in findings)),
        criteria=findings,
        figures=_party_figures(evidence, entry, {finding.measure.name for finding in findings}),
    )


def _partner_finding(evidence: Evidence, entry: PartyEntry, criterion: Criterion) -> Finding:
    """Return what an exercise shows of a partner for a criterion: of regions with other norms, the worst."""
    agreement = evidence.log.agreement(entry.id)
    if agreement is None or criterion.norm.agreed is None:
        return _finding_under(evidence, entry, criterion, norm_for(criterion, agreement))
    groups = _by_norm(evidence, criterion, agreement)
    if len(groups) < 2:
        norm = groups[0][0] if groups else norm_for(criterion, agreement)
        return _finding_under(evidence, entry, criterion, norm)
    findings = [
        _finding_under(evidence.within(activities), entry, criterion, norm) for norm, activities in groups
    ]
    return max(findings, key=lambda finding: _GRAVITY.index(finding.result))


_GRAVITY = (Result.NOT_APPLICABLE, Result.NOT_OBSERVED, Result.MET, Result.PARTLY_MET, Result.NOT_MET)
"""Results, the one that stands for all regions last."""


def _by_norm(
    evidence: Evidence, criterion: Criterion, agreement: Agreement
) -> list[tuple[AppliedNorm | None, set[ActivityId]]]:
    """Return the activities by the norm that the agreement has in their region (Beleidskader par. 2.4).

    Where it does not hold, nothing was agreed, and there is no norm.
    """
    groups: list[tuple[AppliedNorm | None, set[ActivityId]]] = []
    for activity in evidence.log.opening.activities:
        norm = norm_for(criterion, agreement.in_region(activity.directing))
        same = next((activities for known, activities in groups if known == norm), None)
        if same is None:
            groups.append((norm, {activity.id}))
        else:
            same.add(activity.id)
    return groups


def _finding_under(
    evidence: Evidence, entry: PartyEntry, criterion: Criterion, norm: AppliedNorm | None
) -> Finding:
    if not criterion.holds_for(entry.profile):
        return _finding(criterion, None, norm, Result.NOT_APPLICABLE, NOT_FOR_PROFILE)
    figure = PARTY_MEASURES[criterion.measure].find(evidence, entry.id)
    if not entry.assessable:
        return _finding(criterion, figure, norm, Result.NOT_APPLICABLE, NO_ASSESSMENT)
    if norm is None:
        return _finding(criterion, figure, None, Result.NOT_APPLICABLE, NO_NORM)
    return _judged(criterion, figure, norm)


def _judged(criterion: Criterion, figure: Figure | None, norm: AppliedNorm) -> Finding:
    result = judge(figure, norm)
    if figure is None:
        return _finding(criterion, None, norm, result, NOTHING_SEEN)
    measure = _measurement(criterion.measure, criterion.unit, figure)
    return _finding(
        criterion, figure, norm, result, judged_reason(measure, norm, overdue=_overdue(figure, norm))
    )


def _finding(
    criterion: Criterion, figure: Figure | None, norm: AppliedNorm | None, result: Result, reason: Text
) -> Finding:
    return Finding(
        id=criterion.id,
        part=criterion.part,
        quality=criterion.quality,
        dimension=criterion.dimension,
        text=criterion.text,
        citation=criterion.citation,
        result=result,
        measure=_measurement(criterion.measure, criterion.unit, figure),
        norm=norm,
        reason=reason,
        evidence=figure.evidence if figure is not None else (),
    )


def _measurement(name: str, unit: Unit, figure: Figure | None) -> Measurement:
    if figure is None:
        return Measurement(name=name, unit=unit)
    return Measurement(
        name=name,
        unit=unit,
        value=figure.value,
        pending=figure.pending,
        count=figure.count,
        details=figure.details,
    )


def _body(evidence: Evidence, entry: PartyEntry) -> BodyFigures:
    return BodyFigures(
        id=entry.id,
        name=entry.name,
        profile=entry.profile,
        figures=_party_figures(evidence, entry, frozenset()),
    )


def _party_figures(evidence: Evidence, entry: PartyEntry, judged: AbstractSet[str]) -> tuple[Reading, ...]:
    found = (
        (name, measure.unit, measure.find(evidence, entry.id))
        for name, measure in PARTY_MEASURES.items()
        if name not in judged
    )
    return tuple(
        Reading(measure=_measurement(name, unit, figure), evidence=figure.evidence)
        for name, unit, figure in found
        if figure is not None
    )
