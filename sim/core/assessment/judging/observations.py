"""What people saw at an exercise, beside what was computed from its log; the two are never mixed.

Where they disagree both are shown, and neither gives way: the assessor weighs them (Beleidskader par. 4.1).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from sim.core.assessment.judging.outcome import Assessment, Finding, Result
from sim.core.model.ids import PartyId

Rating: TypeAlias = Literal["met", "partly met", "not met"]
"""What an observer says of a criterion; the words of :class:`sim.core.assessment.judging.outcome.Result`."""


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with an observation: its path beside the observations, and its SHA-256."""

    path: str
    sha256: str


class HumanObservation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an observer saw.

    Attributes:
        role: Role of the observer, which is what a report shows.
        name: Name of the observer; empty unless the observer chose to be named.
        at_ms: When it was seen, exercise time.
        criterion: Id of the criterion that it is about.
        party: Partner that it is about; empty for the exercise as a whole.
        rating: What the observer says of the criterion; None where it is a remark only.
        text: What was seen, in the observer's own words.
        attachment: A file that shows it; None where there is none.
    """

    role: str
    name: str
    at_ms: int
    criterion: str
    party: PartyId
    rating: Rating | None
    text: str
    attachment: Attachment | None = None


class Standing(StrEnum):
    """How an observation stands to what was computed from the log."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ONLY_SEEN = "only-seen"
    """The log shows nothing of it, or its figure was not judged."""
    REMARK = "remark"
    """It rates nothing."""


class Beside(msgspec.Struct, frozen=True):
    """An observation beside the finding on the same criterion; None where there is no such finding."""

    observation: HumanObservation
    finding: Finding | None
    standing: Standing


def beside(assessment: Assessment, observation: HumanObservation) -> Beside:
    """Return an observation with what was computed of the same criterion for the same partner."""
    finding = next(
        (each for each in _findings(assessment, observation.party) if each.id == observation.criterion), None
    )
    return Beside(observation, finding, _standing(observation, finding))


def _findings(assessment: Assessment, party: PartyId) -> tuple[Finding, ...]:
    if not party:
        return assessment.criteria
    return next((each.criteria for each in assessment.partners if each.id == party), ())


def _standing(observation: HumanObservation, finding: Finding | None) -> Standing:
    if observation.rating is None:
        return Standing.REMARK
    if finding is None or finding.result in (Result.NOT_OBSERVED, Result.NOT_APPLICABLE):
        return Standing.ONLY_SEEN
    return Standing.AGREES if finding.result.value == observation.rating else Standing.DIFFERS
