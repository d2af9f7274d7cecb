"""Every measure a second time, by name: slow, and too obvious to be wrong in the same way.

Nothing here knows how the measures work. A log is read into plain lists, and each figure is made by looking through all
of it again: no index, no segments, no windows, and time minute by minute. Whatever happens in a random log happens at a
whole minute, so that what is so when a minute begins is so all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from tests.property.second import duties, faults, information, paper, pictures, rights
from tests.property.second.reading import Found, Reading

OF_PARTIES: Final[Mapping[str, Callable[[Reading, str], Found]]] = {
    "initial-picture": duties.initial_picture,
    "alarm-acknowledgement": duties.alarm_acknowledgement,
    "sitrep-lateness": duties.sitrep_lateness,
    "sitreps-missing": duties.sitreps_missing,
    "shared-actuality": pictures.shared_actuality,
    "held-age": pictures.held_age,
    "held-lag": pictures.held_lag,
    "duty-to-bring": duties.duty_to_bring,
    "duty-to-fetch": duties.duty_to_fetch,
    "fallback-switch": duties.fallback_switch,
    "detection-share": faults.detection_share,
    "false-alarms": faults.false_alarms,
    "correction-time": faults.correction_time,
    "exposure": faults.exposure,
    "moderation-handled": lambda log, party: rights.handled(log, rights.proposals_of(log, party)),
    "moderation-time": lambda log, party: rights.handling_time(log, rights.proposals_of(log, party)),
    "denied-attempts": rights.denied_attempts,
    "leaks": rights.leaks,
    "wrong-state": rights.wrong_state,
    "access-waiting": rights.access_waiting,
    "conclusion-time": duties.conclusion_time,
    "told-to-shared": duties.told_to_shared,
    "held-lag-mean": pictures.held_lag_mean,
    "held-in-time": pictures.held_in_time,
    "completeness": pictures.completeness,
    "correctness": pictures.correctness,
    "probe-awareness": pictures.probe_awareness,
    "verification-answer": duties.answers("verify"),
    "information-answer": duties.answers("inform"),
    "effects-answer": duties.answers("effects"),
    "sparring-answer": duties.answers("spar"),
    "first-contact": duties.first_contact,
    "level-awareness": duties.level_awareness,
    "briefed": duties.briefed,
    "sitrep-content": duties.sitrep_content,
    "verified-before-use": faults.verified,
    "reasoned-rejections": rights.reasoned_rejections,
    "restricted-exposure": rights.restricted_exposure,
    "relevance": rights.relevance,
    "missed-work": duties.missing_work("missed"),
    "unreachable": duties.missing_work("unreachable"),
    "passing-errors": duties.passing_errors,
    "awareness-elements": information.elements,
    "awareness-meaning": information.meaning,
    "awareness-projection": information.projection,
    "stale-time": information.stale_time,
    "over-age-time": information.over_age_time,
    "brought-in-time": duties.brought_in_time,
    "fetched-relevant": duties.fetched_relevant,
    "sitreps-on-time": duties.sitreps_on_time,
    "sourced": information.sourced,
    "rated": information.rated,
    "messages-per-hour": information.messages_per_hour,
    "busiest-hour": information.busiest_hour,
    "outage-items-lost": information.outage_items_lost,
    "reconciliation": information.reconciliation,
}

OF_EXERCISES: Final[Mapping[str, Callable[[Reading], Found]]] = {
    "detection-rate": faults.detection_rate,
    "time-to-detect": faults.time_to_detect,
    "time-to-correct": faults.time_to_correct,
    "exposure-total": faults.exposure_total,
    "exposure-mean": faults.exposure_mean,
    "false-alarms": faults.false_alarms,
    "decisions-on-faults": faults.decisions_on_faults,
    "moderation-handled": lambda log: rights.handled(log, log.of("proposal")),
    "moderation-time": lambda log: rights.handling_time(log, log.of("proposal")),
    "denied-attempts": rights.all_denied_attempts,
    "leaks": partial(rights.everywhere, "leak"),
    "lost": partial(rights.everywhere, "lost"),
    "known-to-read": pictures.known_to_read,
    "shared-completeness": pictures.shared_completeness,
    "shared-correctness": pictures.shared_correctness,
    "shared-awareness": pictures.shared_awareness,
    "consistency": pictures.consistency,
    "contradiction": pictures.contradiction,
    "verified-in-decisions": faults.verified,
    "decisions-on-stale": faults.decisions_on_stale,
    "awareness-elements": information.elements,
    "awareness-meaning": information.meaning,
    "awareness-projection": information.projection,
    "shared-stale-time": information.shared_stale_time,
    "time-to-everywhere": faults.time_to_everywhere,
    "onward-spread": faults.onward_spread,
    "false-alarm-rate": faults.false_alarm_rate,
    "sourced": information.sourced,
    "rated": information.rated,
    "messages-per-hour": information.messages_per_hour,
    "outage-items-lost": information.outage_items_lost,
    "reconciliation": information.reconciliation,
}

OF_PAPERS: Final[Mapping[str, Callable[[Reading, str, Any], Found]]] = {
    "profile-fits": paper.profile_fits,
    "one-core-task": paper.one_core_task,
    "regions-covered": paper.regions_covered,
    "adoption-region": paper.adoption_region,
    "in-execution": paper.in_execution,
    "agreed": paper.agreed,
    "topics-agreed": paper.topics_agreed,
}
