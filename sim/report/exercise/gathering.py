"""Gathers what a report on a run is made from: the judgment of its log, the files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sim.core.assessment.judging.criteria import Criterion
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.assessment.judging.observations import HumanObservation, beside
from sim.core.records.kinds import Opening
from sim.files.criteria import load_criteria
from sim.files.observations import Observed, load_observations
from sim.files.register.reading import load_register
from sim.replay.course import course
from sim.replay.evidence import evidence_of
from sim.replay.improvement import progress_up_to, taken
from sim.report.exercise.material import Material
from sim.runlog.reader import RunLog


def gather_material(
    log: RunLog, criteria_file: Path | None, observations_file: Path | None, register_file: Path | None
) -> Material:
    """Return what a report on a run is made from.

    Args:
        log: The log of the run.
        criteria_file: Criteria of an institution's own; None is those that come with the product.
        observations_file: What observers saw; None is nothing.
        register_file: Points to improve; None where there is no register.

    Raises:
        InputError: A file holds mistakes.
        RunLogError: The log is bad.
    """
    framework = load_criteria(criteria_file)
    evidence = evidence_of(log)
    assessment = assess_evidence(evidence, framework)
    seen: tuple[HumanObservation, ...] = ()
    if observations_file is not None:
        about = observed(evidence.log.opening, evidence.log.end_ms, framework.criteria)
        seen = load_observations(observations_file, about)
    progress = None
    if register_file is not None:
        register = load_register(register_file).register
        progress = progress_up_to(taken(log.manifest, assessment, evidence.log, criteria_file), register)
    result = log.manifest.result
    return Material(
        assessment=assessment,
        evidence=evidence,
        course=course(evidence.log),
        criteria=framework.criteria,
        rules=framework.advice,
        observations=tuple(beside(assessment, observation) for observation in seen),
        digest="" if result is None else result.digest,
        run=log.manifest.run,
        versions=log.manifest.versions,
        version=version("beeld"),
        progress=progress,
    )


def observed(opening: Opening, end_ms: int, criteria: Sequence[Criterion]) -> Observed:
    """Return what observations of a run that goes to ``end_ms`` can be about."""
    return Observed(
        start=datetime.fromisoformat(opening.start),
        end_ms=end_ms,
        criteria={criterion.id: criterion.scope for criterion in criteria},
        partners=[entry.id for entry in opening.parties if entry.kind == "partner"],
    )
