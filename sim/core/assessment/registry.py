"""The measures by name.

Adding one: write a pure function in the module of its family and give it a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from sim.core.assessment import (
    access,
    actuality,
    duties,
    faults,
    moderation,
    outages,
    sitreps,
    standby,
    timeliness,
)
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Unit
from sim.core.model.ids import PartyId

PartyFunction: TypeAlias = Callable[[Evidence, PartyId], Figure | None]
ExerciseFunction: TypeAlias = Callable[[Evidence], Figure | None]


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
}
"""Measures of the exercise as a whole, in the order in which they are shown."""
