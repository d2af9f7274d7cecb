"""From the log of one run to what a sweep keeps of it: readings, the advice, and what the run asked of each party."""

from __future__ import annotations

from collections.abc import Iterator

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.lookup import noted
from sim.core.assessment.outcome import Assessment, Finding, Measurement, Result
from sim.core.assessment.outcome import Reading as Figure
from sim.core.assessment.registry import party_figure
from sim.core.model.ids import PartyId
from sim.sweep.results import Advised, Load, Reading, Scope


def readings_of(assessment: Assessment) -> tuple[Reading, ...]:
    """Return every criterion and figure of an assessment that says something: of the exercise, then by party."""
    found = list(_judged(assessment.criteria, "exercise"))
    found += _figures(assessment.figures, "exercise")
    parties = {partner.id: (partner.criteria, partner.figures) for partner in assessment.partners}
    parties |= {body.id: ((), body.figures) for body in assessment.bodies}
    for party, (criteria, figures) in sorted(parties.items()):
        found += _judged(criteria, "party", party)
        found += _figures(figures, "party", party)
    return tuple(found)


def advice_of(assessment: Assessment) -> tuple[Advised, ...]:
    """Return the advice on each partner, in order of id."""
    return tuple(
        Advised(partner.id, partner.advice, partner.ground.rule)
        for partner in sorted(assessment.partners, key=lambda partner: partner.id)
    )


def loads_of(evidence: Evidence) -> tuple[Load, ...]:
    """Return what the run asked of each party, in order of id."""
    return tuple(
        _load(evidence, entry.id) for entry in sorted(evidence.log.parties, key=lambda entry: entry.id)
    )


def _judged(findings: tuple[Finding, ...], scope: Scope, party: PartyId = "") -> Iterator[Reading]:
    for finding in findings:
        if finding.result is Result.NOT_APPLICABLE and not _says_something(finding.measure):
            continue
        norm = finding.norm
        yield Reading(
            scope=scope,
            party=party,
            criterion=finding.id,
            measure=finding.measure.name,
            unit=finding.measure.unit,
            value=finding.measure.value,
            pending=finding.measure.pending,
            count=finding.measure.count,
            result=finding.result,
            limit=None if norm is None else norm.limit,
            partly_limit=None if norm is None else norm.partly_limit,
        )


def _figures(figures: tuple[Figure, ...], scope: Scope, party: PartyId = "") -> Iterator[Reading]:
    for figure in figures:
        if _says_something(figure.measure):
            yield Reading(
                scope=scope,
                party=party,
                measure=figure.measure.name,
                unit=figure.measure.unit,
                value=figure.measure.value,
                pending=figure.measure.pending,
                count=figure.measure.count,
            )


def _says_something(measure: Measurement) -> bool:
    return measure.value is not None or measure.pending is not None


def _load(evidence: Evidence, party: PartyId) -> Load:
    arrived = sum(note.content.what == "arrived" for note in noted(evidence.log, party))
    received, busiest_hour = _came(evidence, party)
    return Load(
        party=party,
        sent=evidence.log.publications[party],
        received=received,
        busiest_hour=busiest_hour,
        arrived=arrived,
        missed=_counted(evidence, "missed-work", party),
        unreachable=_counted(evidence, "unreachable", party),
    )


def _came(evidence: Evidence, party: PartyId) -> tuple[int, int]:
    """Return how many messages of others came to a party, and how many in its busiest hour."""
    figure = party_figure(evidence, "busiest-hour", party)
    return (0, 0) if figure is None else (figure.count, int(figure.value or 0))


def _counted(evidence: Evidence, measure: str, party: PartyId) -> int:
    figure = party_figure(evidence, measure, party)
    return 0 if figure is None else int(figure.value or 0)
