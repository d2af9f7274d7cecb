"""From figures to findings: what each criterion says of a partner, or of the exercise as a whole."""

from __future__ import annotations

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, Unit
from sim.core.assessment.judging.criteria import AppliedNorm, Criterion, norm_for, own_norm
from sim.core.assessment.judging.framework import Framework
from sim.core.assessment.judging.outcome import Finding, Measurement, Result
from sim.core.assessment.judging.wording import (
    NO_AGREEMENT,
    NO_ASSESSMENT,
    NO_NORM,
    NOT_FOR_PROFILE,
    NOTHING_SEEN,
    judged_reason,
    lacking_reason,
)
from sim.core.assessment.measures.registry import PAPER_MEASURES, exercise_figure, party_figure
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId
from sim.core.model.text import Text
from sim.core.records.kinds import PartyEntry


def findings_of(evidence: Evidence, entry: PartyEntry, framework: Framework) -> tuple[Finding, ...]:
    """Return what each criterion for partners says of one, in the order of the criteria."""
    return tuple(
        _partner_finding(evidence, entry, criterion)
        if criterion.part == "performance"
        else _paper_finding(evidence, entry, criterion, framework)
        for criterion in framework
        if criterion.scope == "partner"
    )


def exercise_finding(evidence: Evidence, criterion: Criterion) -> Finding:
    """Return what a criterion for the exercise as a whole says."""
    figure = exercise_figure(evidence, criterion.measure)
    return _judged(criterion, figure, own_norm(criterion))


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
    return max(findings, key=lambda finding: GRAVITY.index(finding.result))


GRAVITY = (Result.NOT_APPLICABLE, Result.NOT_OBSERVED, Result.MET, Result.PARTLY_MET, Result.NOT_MET)
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


def _paper_finding(
    evidence: Evidence, entry: PartyEntry, criterion: Criterion, framework: Framework
) -> Finding:
    """Return what a criterion of direction or set-up says, from the agreements in the opening record."""
    norm = own_norm(criterion)
    if not criterion.holds_for(entry.profile):
        return _finding(criterion, None, norm, Result.NOT_APPLICABLE, NOT_FOR_PROFILE)
    figure = PAPER_MEASURES[criterion.measure].find(evidence, entry.id, framework.demand(criterion))
    if not entry.assessable:
        return _finding(criterion, figure, norm, Result.NOT_APPLICABLE, NO_ASSESSMENT)
    result = judge(figure, norm)
    if figure is None:
        return _finding(criterion, None, norm, result, NO_AGREEMENT)
    lacking = [row.about for row in figure.details if not row.value]
    return _finding(criterion, figure, norm, result, lacking_reason(lacking, figure.count, framework.topics))


def _finding_under(
    evidence: Evidence, entry: PartyEntry, criterion: Criterion, norm: AppliedNorm | None
) -> Finding:
    if not criterion.holds_for(entry.profile):
        return _finding(criterion, None, norm, Result.NOT_APPLICABLE, NOT_FOR_PROFILE)
    figure = party_figure(evidence, criterion.measure, entry.id)
    if not entry.assessable:
        return _finding(criterion, figure, norm, Result.NOT_APPLICABLE, NO_ASSESSMENT)
    if norm is None:
        return _finding(criterion, figure, None, Result.NOT_APPLICABLE, NO_NORM)
    return _judged(criterion, figure, norm)


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


def _overdue(figure: Figure, norm: AppliedNorm) -> bool:
    open_ends = (figure.pending, figure.waiting)
    return any(least is not None and not norm.within(least) for least in open_ends)


def _judged(criterion: Criterion, figure: Figure | None, norm: AppliedNorm) -> Finding:
    result = judge(figure, norm)
    if figure is None:
        return _finding(criterion, None, norm, result, NOTHING_SEEN)
    measure = measurement(criterion.measure, criterion.unit, figure)
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
        minimum=criterion.minimum,
        text=criterion.text,
        citation=criterion.citation,
        result=result,
        measure=measurement(criterion.measure, criterion.unit, figure),
        norm=norm,
        reason=reason,
        evidence=figure.evidence if figure is not None else (),
    )


def measurement(name: str, unit: Unit, figure: Figure | None) -> Measurement:
    """Return a figure with the name of its measure."""
    if figure is None:
        return Measurement(name=name, unit=unit)
    return Measurement(
        name=name,
        unit=unit,
        value=figure.value,
        pending=figure.pending,
        count=figure.count,
        details=figure.details,
        left_out=figure.left_out,
    )
