"""What a report is made from: a judgment, its evidence, the course of the exercise, and what people saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.judging.advice import AdviceRule
from sim.core.assessment.judging.criteria import Criterion
from sim.core.assessment.judging.observations import Beside, HumanObservation
from sim.core.assessment.judging.outcome import Assessment
from sim.core.model.ids import InjectId, SubjectId
from sim.core.model.progress import PointProgress, Progress
from sim.core.model.register import Moment
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


def without_names(material: Material, left_out: str) -> Material:
    """Return what a report is made from without names of people: observers, who takes a point up, who took part.

    Names that people wrote in their own words are theirs to leave out; nothing can tell them from other words.

    Args:
        material: With names.
        left_out: What is said in the place of a name.
    """
    progress = material.progress
    return replace(
        material,
        observations=tuple(
            msgspec.structs.replace(each, observation=_unnamed_observation(each.observation))
            for each in material.observations
        ),
        progress=None if progress is None else tuple(_unnamed_progress(each, left_out) for each in progress),
    )


def _unnamed_observation(seen: HumanObservation) -> HumanObservation:
    attachment = seen.attachment
    if attachment is not None:  # the name of a file is often that of who made it
        attachment = msgspec.structs.replace(attachment, path=f"SHA-256 {attachment.sha256[:12]}")
    return msgspec.structs.replace(seen, name="", attachment=attachment)


def _unnamed_progress(progress: Progress, left_out: str) -> Progress:
    def unnamed_point(each: PointProgress) -> PointProgress:
        if not each.point.owner.strip():
            return each
        return msgspec.structs.replace(each, point=msgspec.structs.replace(each.point, owner=left_out))

    def unnamed_moment(moment: Moment | None) -> Moment | None:
        if moment is None or not moment.who:
            return moment
        return msgspec.structs.replace(moment, who=(left_out,))

    return msgspec.structs.replace(
        progress,
        points=tuple(unnamed_point(each) for each in progress.points),
        last_review=unnamed_moment(progress.last_review),
        last_evaluation=unnamed_moment(progress.last_evaluation),
    )
