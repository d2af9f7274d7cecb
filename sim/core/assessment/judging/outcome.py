"""What an assessment says: findings with their figures, norms and evidence, and an advice per partner.

An advice is never a certificate: the steering group (regiegroep) takes the position (Beleidskader par. 4.2).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sim.core.assessment.evidence.figure import Detail, Number, Unit
from sim.core.assessment.judging.criteria import AppliedNorm, Dimension, Part, Quality
from sim.core.model.ids import InjectId, PartyId, SubjectId
from sim.core.model.text import Text


class Result(StrEnum):
    """What the evidence says of one criterion; without evidence it was not observed, and never passed."""

    MET = "met"
    PARTLY_MET = "partly met"
    NOT_MET = "not met"
    NOT_OBSERVED = "not observed"
    NOT_APPLICABLE = "not applicable"


class Advice(StrEnum):
    """What an assessing party can advise on a collaboration (Beleidskader par. 4.1), or that it cannot."""

    CERTIFIED = "certified"
    CONDITIONAL = "conditional"
    NOT_UNDER_THIS_PROFILE = "not under this profile"
    NOT_ASSESSABLE = "not assessable"


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with the name of its measure.

    Attributes:
        name: Name of the measure.
        unit: What it counts in.
        value: The figure; None where nothing was found, or nothing had come to its end.
        pending: What it is at least, counting what was still open when the run ended; None when no worse.
        count: Number of events it rests on.
        details: Rows behind it; of very many the worst, which are those that the finding stands or falls by.
        left_out: How many events are counted in the figure, but neither shown in a row nor cited.
    """

    name: str
    unit: Unit
    value: Number | None = None
    pending: Number | None = None
    count: int = 0
    details: tuple[Detail, ...] = ()
    left_out: int = 0

    @property
    def not_cited(self) -> int:
        """Return how many of its events have no record among those that are cited."""
        return self.left_out + sum(row.left_out for row in self.details)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that is shown and not judged, with the records it rests on."""

    measure: Measurement
    evidence: tuple[int, ...]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one criterion.

    Attributes:
        id: Id of the criterion.
        part: Part of the assessment.
        quality: Quality of the exchange that it is about.
        dimension: Where it belongs among the preconditions.
        minimum: Whether it is a minimum condition.
        text: The criterion.
        citation: Where it stands.
        result: What the evidence says.
        measure: The figure.
        norm: What it was held against; None where there is no norm.
        reason: Why the result is what it is.
        evidence: Sequence numbers of the records it rests on, in order: those of the rows that are shown.
    """

    id: str
    part: Part
    quality: Quality
    dimension: Dimension
    minimum: bool = False
    text: Text
    citation: str
    result: Result
    measure: Measurement
    norm: AppliedNorm | None
    reason: Text
    evidence: tuple[int, ...]


class OtherProfile(msgspec.Struct, frozen=True):
    """Another profile that suits the core task, and whose preconditions the agreements meet."""

    id: str
    name: Text


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Why an advice is given, and what goes with it.

    Attributes:
        rule: Id of the rule that was applied.
        text: What the rule says.
        citation: Where that stands.
        because: Ids of the criteria whose results made it apply.
        put_right: Ids of the minimum conditions that are not wholly met, or not observed.
        improve: Ids of the other criteria that are not wholly met.
        again_within_days: Within how many days it is tested again; None where the rule does not say.
        again_by: Until which date that is (ISO 8601); None where the log does not tell when the run was held.
        other_profiles: Where the advice is against this profile: those whose preconditions are met, in order of id.
    """

    rule: str
    text: Text
    citation: str
    because: tuple[str, ...] = ()
    put_right: tuple[str, ...] = ()
    improve: tuple[str, ...] = ()
    again_within_days: int | None = None
    again_by: str | None = None
    other_profiles: tuple[OtherProfile, ...] = ()


class PartnerResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the log shows of one partner under its profile.

    Attributes:
        id: Its id.
        name: What people read.
        profile: Its profile.
        profile_name: What people read.
        advice: The advice; the steering group takes the position.
        ground: The rule that gives it, and what goes with it.
        reason: Why, for who was not there.
        criteria: What was found of each criterion.
        figures: Figures that no criterion judges.
    """

    id: PartyId
    name: Text
    profile: str
    profile_name: Text
    advice: Advice
    ground: Ground
    reason: Text
    criteria: tuple[Finding, ...]
    figures: tuple[Reading, ...]


class BodyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a region or national body; bodies are not assessed."""

    id: PartyId
    name: Text
    profile: str
    figures: tuple[Reading, ...]


class PartyExposure(msgspec.Struct, frozen=True, kw_only=True):
    """How long (ms) a party held what a fault told; ``own`` for the party where it entered."""

    party: PartyId
    exposure_ms: int
    own: bool
    open: bool
    evidence: tuple[int, ...]


class FaultResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one fault.

    Attributes:
        id: Its id.
        type: What was wrong.
        party: Where it entered.
        subject: What it was about.
        title: What exercise staff read.
        at_ms: When it entered.
        detected_by: Who recognised it, in order of time.
        time_to_detect_ms: From its entry to the first recognition; None when nobody did.
        signalled_by: Who told others that it looks wrong, in order of time.
        time_to_signal_ms: From its entry to the first signal; None when nobody sent one.
        time_to_correct_ms: From its entry to its correction; None when it was not put right.
        time_to_everywhere_ms: From its entry until nobody held it any more; None when nobody ever did, and while
            somebody does.
        still_held_by: Who held it when the run ended, in order of id.
        size: Size of the contamination tree: how many parties had it, the one where it entered included.
        exposure_ms: Time in all that others held it.
        exposures: By party.
        decisions: Ids of the events that decided on it.
        false_alarms: Ids of signals that called something true wrong, because who sent them believed it.
        evidence: Sequence numbers of the records it rests on.
        hop: On which part of the way it entered.
        blind: Whether exercise staff did not know of it beforehand.
        answer: What it should have come to.
    """

    id: InjectId
    type: str
    party: PartyId
    subject: SubjectId
    title: Text
    at_ms: int
    detected_by: tuple[PartyId, ...]
    time_to_detect_ms: int | None
    signalled_by: tuple[PartyId, ...]
    time_to_signal_ms: int | None
    time_to_correct_ms: int | None
    time_to_everywhere_ms: int | None
    still_held_by: tuple[PartyId, ...]
    size: int
    exposure_ms: int
    exposures: tuple[PartyExposure, ...]
    decisions: tuple[str, ...]
    false_alarms: tuple[str, ...]
    evidence: tuple[int, ...]
    hop: str = "observation"
    blind: bool = False
    answer: str = ""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What one run shows.

    Attributes:
        scenario: What was run.
        seed: With which seed.
        end_ms: Up to when the log goes.
        planned_end_ms: Up to when the exercise was to go.
        complete: Whether the run went on to the planned end and the exchange held; what was to come after a run
            was cut short is not judged.
        judged: Parts of the assessment that were judged: direction and set-up from the agreements in the log.
        notice: What the reader must know before reading on.
        figures: Figures of the exercise as a whole.
        criteria: Criteria for the exercise as a whole.
        faults: What became of each fault, in the order in which they entered.
        partners: Partners, in order of id; never ranked.
        bodies: Regions and national bodies, in order of id.
    """

    scenario: str
    seed: int
    end_ms: int
    planned_end_ms: int
    complete: bool
    judged: tuple[Part, ...]
    notice: Text
    figures: tuple[Reading, ...]
    criteria: tuple[Finding, ...]
    faults: tuple[FaultResult, ...]
    partners: tuple[PartnerResult, ...]
    bodies: tuple[BodyFigures, ...]
