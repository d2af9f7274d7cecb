"""From a run log and criteria to an assessment: figures, findings, faults, an advice per partner."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import get_args

from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.core.assessment.judging.advising import advise
from sim.core.assessment.judging.criteria import Part
from sim.core.assessment.judging.fault_results import fault_results
from sim.core.assessment.judging.findings import exercise_finding, findings_of, measurement
from sim.core.assessment.judging.framework import Framework
from sim.core.assessment.judging.outcome import (
    Assessment,
    BodyFigures,
    PartnerResult,
    Reading,
)
from sim.core.assessment.judging.wording import NOTICE, advice_reason
from sim.core.assessment.measures.registry import (
    EXERCISE_MEASURES,
    PARTY_MEASURES,
    exercise_figure,
    party_figure,
)
from sim.core.records.kinds import PartyEntry
from sim.core.records.record import Record


def assess(records: Iterable[Record], framework: Framework) -> Assessment:
    """Return what a run shows, from its log alone.

    Raises:
        ValueError: The log has no opening record.
    """
    return assess_evidence(gather(records), framework)


def assess_evidence(evidence: Evidence, framework: Framework) -> Assessment:
    """Return what a run shows, from the evidence in its log."""
    log = evidence.log
    return Assessment(
        scenario=log.opening.scenario,
        seed=log.opening.seed,
        end_ms=log.end_ms,
        planned_end_ms=log.opening.end_ms,
        complete=log.completed and log.end_ms >= log.opening.end_ms,
        judged=_parts(framework),
        notice=NOTICE,
        figures=_exercise_figures(evidence),
        criteria=tuple(
            exercise_finding(evidence, criterion) for criterion in framework if criterion.scope == "exercise"
        ),
        faults=fault_results(evidence),
        partners=tuple(
            _partner(evidence, entry, framework) for entry in log.parties if entry.kind == "partner"
        ),
        bodies=tuple(_body(evidence, entry) for entry in log.parties if entry.kind == "body"),
    )


def _parts(framework: Framework) -> tuple[Part, ...]:
    judged = {criterion.part for criterion in framework}
    return tuple(part for part in get_args(Part) if part in judged)


def _exercise_figures(evidence: Evidence) -> tuple[Reading, ...]:
    found = (
        (name, measure.unit, exercise_figure(evidence, name)) for name, measure in EXERCISE_MEASURES.items()
    )
    return tuple(
        Reading(measure=measurement(name, unit, figure), evidence=figure.evidence if figure else ())
        for name, unit, figure in found
    )


def _partner(evidence: Evidence, entry: PartyEntry, framework: Framework) -> PartnerResult:
    findings = findings_of(evidence, entry, framework)
    advice, ground = advise(evidence, entry, findings, framework)
    return PartnerResult(
        id=entry.id,
        name=entry.name,
        profile=entry.profile,
        profile_name=entry.profile_name,
        advice=advice,
        ground=ground,
        reason=advice_reason(advice, ground, findings),
        criteria=findings,
        figures=_party_figures(evidence, entry, {finding.measure.name for finding in findings}),
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
        (name, measure.unit, party_figure(evidence, name, entry.id))
        for name, measure in PARTY_MEASURES.items()
        if name not in judged
    )
    return tuple(
        Reading(measure=measurement(name, unit, figure), evidence=figure.evidence)
        for name, unit, figure in found
        if figure is not None
    )
