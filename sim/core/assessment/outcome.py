"""What an assessment says: findings with their figures, norms and evidence, and an advice per partner.

An advice is never a certificate: the steering group (regiegroep) takes the position (Beleidskader par. 4.2).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from sim.core.assessment.criteria import AppliedNorm
from sim.core.assessment.figure import Detail, Number, Unit
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
    """What can be said of a partner's performance in one exercise, direction and set-up not judged."""

    MET = "performance met"
    PARTLY_MET = "performance partly met"
    NOT_MET = "performance not met"
    NOT_OBSERVED = "performance not observed"
    NOT_ASSESSABLE = "not assessable"


class Measurement(msgspec.Struct, frozen=True, kw_only=True):
    """A figure with the name of its measure.

    Attributes:
        name: Name of the measure.
        unit: What it counts in.
        value: The figure; None where nothing was found, or nothing had come to its end.
        pending: What it is at least, counting what was still open when the run ended; None when no worse.
        count: Number of events it rests on.
        details: Rows behind it.
    """

    name: str
    unit: Unit
    value: Number | None = None
    pending: Number | None = None
    count: int = 0
    details: tuple[Detail, ...] = ()


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
        text: The criterion.
        citation: Where it stands.
        result: What the evidence says.
        measure: The figure.
        norm: What it was held against; None where there is no norm.
        reason: Why the result is what it is.
        evidence: Sequence numbers of the records it rests on, in order.
    """

    id: str
    part: str
    quality: str
    dimension: str
    text: Text
    citation: str
    result: Result
    measure: Measurement
    norm: AppliedNorm | None
    reason: Text
    evidence: tuple[int, ...]


class PartnerResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the exercise shows of one partner under its profile.

    Attributes:
        id: Its id.
        name: What people read.
        profile: Its profile.
        profile_name: What people read.
        advice: What can be said of its performance.
        reason: Why, and what was not judged.
        criteria: What was found of each criterion.
        figures: Figures that no criterion judges.
    """

    id: PartyId
    name: Text
    profile: str
    profile_name: Text
    advice: Advice
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


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What one run shows.

    Attributes:
        scenario: What was run.
        seed: With which seed.
        end_ms: Up to when the log goes.
        planned_end_ms: Up to when the exercise was to go.
        complete: Whether the run went on to the planned end and the exchange held; what was to come after a run
            was cut short is not judged.
        judged: Parts of the assessment that an exercise shows.
        not_judged: Parts that it does not.
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
    judged: tuple[Literal["performance"], ...] = ("performance",)
    not_judged: tuple[Literal["direction", "set-up"], ...] = ("direction", "set-up")
    notice: Text
    figures: tuple[Reading, ...]
    criteria: tuple[Finding, ...]
    faults: tuple[FaultResult, ...]
    partners: tuple[PartnerResult, ...]
    bodies: tuple[BodyFigures, ...]
