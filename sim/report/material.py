"""What a report is made from: a judgment, its evidence, the course of the exercise, and what people saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.core.assessment.advice import AdviceRule
from sim.core.assessment.criteria import Criterion
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.observations import Beside
from sim.core.assessment.outcome import Assessment
from sim.core.model.ids import InjectId, SubjectId
from sim.core.model.progress import Progress
from sim.replay.course import Course


@dataclass(frozen=True)
class Material:
    """What a report is made from.

    Attributes:
        assessment: What the exercise shows.
        evidence: The log that it follows from.
        course: The course of the exercise.
        criteria: The criteria that were used.
        rules: The rule of the advice: the first that applies gives it.
        observations: What people saw, beside what was computed; in order of time.
        digest: Digest of the log; empty while the run is going on.
        run: Id of the run.
        versions: Versions of what the run ran on.
        version: Version of what makes the report.
        progress: From one exercise to the next, of the agreements that were used, up to and with this run; None where
            no register was given.
    """

    assessment: Assessment
    evidence: Evidence
    course: Course
    criteria: Sequence[Criterion]
    rules: Sequence[AdviceRule]
    observations: tuple[Beside, ...]
    digest: str
    run: str
    versions: Mapping[str, str]
    version: str
    progress: tuple[Progress, ...] | None = None

    @property
    def fault_numbers(self) -> dict[InjectId, str]:
        """Return how each fault is called in the report: F1, F2, in order of time."""
        return {fault.id: f"F{number}" for number, fault in enumerate(self.assessment.faults, start=1)}

    @property
    def decision_numbers(self) -> dict[str, int]:
        """Return the number of each decision, by id of its event, in order of time."""
        return {each.event: number for number, each in enumerate(self.course.decisions, start=1)}

    @property
    def key_subjects(self) -> tuple[SubjectId, ...]:
        """Return what faults and decisions are about, in order of time, each once."""
        faults = ((case.fault.at_ms, case.fault.content.subject) for case in self.evidence.cases)
        decided = ((each.at_ms, subject) for each in self.course.decisions for subject in each.subjects)
        return tuple(dict.fromkeys(subject for _, subject in sorted([*faults, *decided])))
