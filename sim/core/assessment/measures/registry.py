"""The measures by name.

Adding one: write a pure function in the module of its family and give it a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, Unit, shown
from sim.core.assessment.measures import (
    access,
    actuality,
    awareness,
    chain,
    confidentiality,
    consistency,
    decisions,
    duties,
    faults,
    levels,
    load,
    moderation,
    outages,
    paper,
    provenance,
    recovery,
    responses,
    sitreps,
    spread,
    staleness,
    standby,
    timeliness,
    workload,
)
from sim.core.model.ids import PartyId

PartyFunction: TypeAlias = Callable[[Evidence, PartyId], Figure | None]
PaperFunction: TypeAlias = Callable[[Evidence, PartyId, paper.Demand], Figure | None]
ExerciseFunction: TypeAlias = Callable[[Evidence], Figure | None]


def party_figure(evidence: Evidence, name: str, party: PartyId) -> Figure | None:
    """Return what a measure finds for a party; whoever asks again gets the same figure."""
    return evidence.once((name, party), lambda: _shown(PARTY_MEASURES[name].find(evidence, party)))


def exercise_figure(evidence: Evidence, name: str) -> Figure | None:
    """Return what a measure finds for the exercise; whoever asks again gets the same figure."""
    return evidence.once(name, lambda: _shown(EXERCISE_MEASURES[name].find(evidence)))


def _shown(figure: Figure | None) -> Figure | None:
    return None if figure is None else shown(figure)


@dataclass(frozen=True, slots=True)
class PartyMeasure:
    """A measure of one party; it finds nothing (None) where the log holds no evidence."""

    unit: Unit
    find: PartyFunction


@dataclass(frozen=True, slots=True)
class ExerciseMeasure:
    """A measure of the exercise as a whole; it finds nothing (None) where the log holds no evidence."""

    unit: Unit
    find: ExerciseFunction


@dataclass(frozen=True, slots=True)
class PaperMeasure:
    """A measure of the agreements of one party; it finds nothing (None) where there is no agreement to look at."""

    unit: Unit
    find: PaperFunction


PAPER_MEASURES: Final[Mapping[str, PaperMeasure]] = {
    "profile-fits": PaperMeasure(Unit.SHARE, paper.profile_fits),
    "one-core-task": PaperMeasure(Unit.SHARE, paper.one_core_task),
    "regions-covered": PaperMeasure(Unit.SHARE, paper.regions_covered),
    "adoption-region": PaperMeasure(Unit.SHARE, paper.adoption_region),
    "in-execution": PaperMeasure(Unit.SHARE, paper.in_execution),
    "agreed": PaperMeasure(Unit.SHARE, paper.agreed),
    "topics-agreed": PaperMeasure(Unit.SHARE, paper.topics_agreed),
}
"""Measures of direction and set-up, in the order in which they are shown."""

PARTY_MEASURES: Final[Mapping[str, PartyMeasure]] = {
    "initial-picture": PartyMeasure(Unit.MS, timeliness.initial_picture),
    "alarm-acknowledgement": PartyMeasure(Unit.MS, timeliness.alarm_acknowledgement),
    "sitrep-lateness": PartyMeasure(Unit.MS, sitreps.sitrep_lateness),
    "sitreps-missing": PartyMeasure(Unit.COUNT, sitreps.sitreps_missing),
    "shared-actuality": PartyMeasure(Unit.MS, actuality.shared_actuality),
    "held-age": PartyMeasure(Unit.MS, actuality.held_age),
    "held-lag": PartyMeasure(Unit.MS, actuality.held_lag),
    "duty-to-bring": PartyMeasure(Unit.MS, duties.duty_to_bring),
    "duty-to-fetch": PartyMeasure(Unit.MS, duties.duty_to_fetch),
    "fallback-switch": PartyMeasure(Unit.MS, outages.fallback_switch),
    "detection-share": PartyMeasure(Unit.SHARE, faults.detection_share),
    "false-alarms": PartyMeasure(Unit.COUNT, faults.false_alarms),
    "correction-time": PartyMeasure(Unit.MS, faults.correction_time),
    "exposure": PartyMeasure(Unit.MS, faults.exposure),
    "moderation-handled": PartyMeasure(Unit.SHARE, moderation.moderation_handled),
    "moderation-time": PartyMeasure(Unit.MS, moderation.moderation_time),
    "denied-attempts": PartyMeasure(Unit.COUNT, access.denied_attempts),
    "leaks": PartyMeasure(Unit.COUNT, access.leaks),
    "wrong-state": PartyMeasure(Unit.MS, standby.wrong_state),
    "access-waiting": PartyMeasure(Unit.MS, standby.access_waiting),
    "conclusion-time": PartyMeasure(Unit.MS, responses.conclusion_time),
    "told-to-shared": PartyMeasure(Unit.MS, chain.told_to_shared),
    "held-lag-mean": PartyMeasure(Unit.MS, actuality.held_lag_mean),
    "held-in-time": PartyMeasure(Unit.SHARE, actuality.held_in_time),
    "completeness": PartyMeasure(Unit.SHARE, awareness.completeness),
    "correctness": PartyMeasure(Unit.SHARE, awareness.correctness),
    "probe-awareness": PartyMeasure(Unit.SHARE, awareness.probe_awareness),
    "verification-answer": PartyMeasure(Unit.MS, responses.answer_time("verify")),
    "information-answer": PartyMeasure(Unit.MS, responses.answer_time("inform")),
    "effects-answer": PartyMeasure(Unit.MS, responses.answer_time("effects")),
    "sparring-answer": PartyMeasure(Unit.MS, responses.answer_time("spar")),
    "first-contact": PartyMeasure(Unit.SHARE, responses.first_contact),
    "level-awareness": PartyMeasure(Unit.MS, responses.level_awareness),
    "briefed": PartyMeasure(Unit.SHARE, responses.briefed),
    "sitrep-content": PartyMeasure(Unit.SHARE, sitreps.sitrep_content),
    "verified-before-use": PartyMeasure(Unit.SHARE, decisions.verified_before_use),
    "reasoned-rejections": PartyMeasure(Unit.SHARE, moderation.reasoned_rejections),
    "restricted-exposure": PartyMeasure(Unit.COUNT, confidentiality.restricted_exposure),
    "relevance": PartyMeasure(Unit.SHARE, confidentiality.relevance),
    "missed-work": PartyMeasure(Unit.COUNT, workload.missed_work),
    "unreachable": PartyMeasure(Unit.COUNT, workload.unreachable),
    "passing-errors": PartyMeasure(Unit.COUNT, workload.passing_errors),
    "awareness-elements": PartyMeasure(Unit.SHARE, levels.level_of(levels.ELEMENTS)),
    "awareness-meaning": PartyMeasure(Unit.SHARE, levels.level_of(levels.MEANING)),
    "awareness-projection": PartyMeasure(Unit.SHARE, levels.level_of(levels.PROJECTION)),
    "stale-time": PartyMeasure(Unit.SHARE, staleness.stale_time),
    "over-age-time": PartyMeasure(Unit.SHARE, staleness.over_age_time),
    "brought-in-time": PartyMeasure(Unit.SHARE, duties.brought_in_time),
    "fetched-relevant": PartyMeasure(Unit.SHARE, duties.fetched_relevant),
    "sitreps-on-time": PartyMeasure(Unit.SHARE, sitreps.sitreps_on_time),
    "sourced": PartyMeasure(Unit.SHARE, provenance.sourced),
    "rated": PartyMeasure(Unit.SHARE, provenance.rated),
    "messages-per-hour": PartyMeasure(Unit.PER_HOUR, load.messages_per_hour),
    "busiest-hour": PartyMeasure(Unit.COUNT, load.busiest_hour),
    "outage-items-lost": PartyMeasure(Unit.COUNT, recovery.outage_items_lost),
    "reconciliation": PartyMeasure(Unit.MS, recovery.reconciliation),
}
"""Measures of one party, in the order in which they are shown."""

EXERCISE_MEASURES: Final[Mapping[str, ExerciseMeasure]] = {
    "detection-rate": ExerciseMeasure(Unit.SHARE, faults.detection_rate),
    "time-to-detect": ExerciseMeasure(Unit.MS, faults.time_to_detect),
    "time-to-correct": ExerciseMeasure(Unit.MS, faults.time_to_correct),
    "exposure-total": ExerciseMeasure(Unit.MS, faults.exposure_total),
    "exposure-mean": ExerciseMeasure(Unit.MS, faults.exposure_mean),
    "false-alarms": ExerciseMeasure(Unit.COUNT, faults.all_false_alarms),
    "decisions-on-faults": ExerciseMeasure(Unit.COUNT, faults.decisions_on_faults),
    "moderation-handled": ExerciseMeasure(Unit.SHARE, moderation.all_moderation_handled),
    "moderation-time": ExerciseMeasure(Unit.MS, moderation.all_moderation_time),
    "denied-attempts": ExerciseMeasure(Unit.COUNT, access.all_denied_attempts),
    "leaks": ExerciseMeasure(Unit.COUNT, access.all_leaks),
    "lost": ExerciseMeasure(Unit.COUNT, access.all_lost),
    "known-to-read": ExerciseMeasure(Unit.MS, chain.known_to_read),
    "shared-completeness": ExerciseMeasure(Unit.SHARE, awareness.shared_completeness),
    "shared-correctness": ExerciseMeasure(Unit.SHARE, awareness.shared_correctness),
    "shared-awareness": ExerciseMeasure(Unit.SHARE, awareness.shared_awareness),
    "consistency": ExerciseMeasure(Unit.SHARE, consistency.consistency),
    "contradiction": ExerciseMeasure(Unit.MS, consistency.contradiction),
    "verified-in-decisions": ExerciseMeasure(Unit.SHARE, decisions.verified_in_decisions),
    "decisions-on-stale": ExerciseMeasure(Unit.COUNT, decisions.decisions_on_stale),
    "awareness-elements": ExerciseMeasure(Unit.SHARE, levels.all_level_of(levels.ELEMENTS)),
    "awareness-meaning": ExerciseMeasure(Unit.SHARE, levels.all_level_of(levels.MEANING)),
    "awareness-projection": ExerciseMeasure(Unit.SHARE, levels.all_level_of(levels.PROJECTION)),
    "shared-stale-time": ExerciseMeasure(Unit.SHARE, staleness.shared_stale_time),
    "time-to-everywhere": ExerciseMeasure(Unit.MS, spread.time_to_everywhere),
    "onward-spread": ExerciseMeasure(Unit.COUNT, spread.onward_spread),
    "false-alarm-rate": ExerciseMeasure(Unit.SHARE, spread.false_alarm_rate),
    "sourced": ExerciseMeasure(Unit.SHARE, provenance.shared_sourced),
    "rated": ExerciseMeasure(Unit.SHARE, provenance.shared_rated),
    "messages-per-hour": ExerciseMeasure(Unit.PER_HOUR, load.all_messages_per_hour),
    "outage-items-lost": ExerciseMeasure(Unit.COUNT, recovery.all_outage_items_lost),
    "reconciliation": ExerciseMeasure(Unit.MS, recovery.all_reconciliation),
}
"""Measures of the exercise as a whole, in the order in which they are shown."""
