"""A fault for the exam: of a type, at a candidate, with figures and places that are plainly wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from sim.core.messages.items import Geometry, LineString, Point, Polygon, Position, Sensitivity
from sim.core.model.activity import Activity
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.geometry import is_elsewhere, to_shapely
from sim.core.picture.quality import PLACE_TOLERANCE_M
from sim.core.world.faults import Fault, FaultType, Hop
from sim.core.world.scenario import Scenario
from sim.exam.candidates import Candidate

FAULT_ID: Final = "f-exam"
_TITLE: Final = Text("Examenopgave", "A question of the exam")
_SHIFTS: Final = (
    (0.1, 0.0),
    (-0.1, 0.0),
    (0.0, 0.07),
    (0.0, -0.07),
    (0.03, 0.0),
    (-0.03, 0.0),
    (0.0, 0.02),
    (0.0, -0.02),
    (0.018, 0.0),
    (-0.018, 0.0),
    (0.0, 0.012),
    (0.0, -0.012),
)
"""Degrees east and north, larger ones first: all are more than a kilometre."""

_OTHER_UNIT: Final = {
    "m": "cm",
    "cm": "m",
    "m3/s": "m3/h",
    "m3/h": "m3/s",
    "km/h": "m/s",
    "m/s": "km/h",
    "mm": "cm",
}
_UNCLEAR: Final = Text("Tussen de 3 en de 5, of de helft daarvan.", "Some 4, or half of that, or twice.")

_Made: TypeAlias = dict[str, Any] | None


def made(scenario: Scenario, candidate: Candidate, fault_type: FaultType, hop: Hop) -> Fault | None:
    """Return a fault of a type for a candidate; None where there is nothing that it could make wrong."""
    details = _DETAILS[fault_type](scenario, candidate)
    if details is None:
        return None
    if hop is Hop.RETAINED and fault_type is FaultType.STALE:
        if candidate.said_before_ms is None:
            return None
        details["as_of_ms"] = candidate.said_before_ms
    return Fault(
        id=FAULT_ID,
        type=fault_type,
        party=candidate.party,
        subject=candidate.subject,
        title=_TITLE,
        recognise=_TITLE,
        hop=hop,
        at_ms=candidate.at_ms,
        **details,
    )


def _wrong_values(_scenario: Scenario, candidate: Candidate) -> _Made:
    values = tuple(
        msgspec.structs.replace(value, amount=value.amount * 3 + 7) for value in candidate.truth.fact.values
    )
    return {"values": values} if values else None


def _wrong_unit(_scenario: Scenario, candidate: Candidate) -> _Made:
    units = [_OTHER_UNIT[value.unit] for value in candidate.truth.fact.values if value.unit in _OTHER_UNIT]
    return {"unit": units[0]} if units else None


def _wrong_datum(_scenario: Scenario, candidate: Candidate) -> _Made:
    return {"datum": "local"} if any(value.datum for value in candidate.truth.fact.values) else None


def _wrong_place(scenario: Scenario, candidate: Candidate) -> _Made:
    """Put it some kilometres off, plainly elsewhere, within the area of the activity that it is about."""
    place = candidate.truth.fact.geometry
    if place is None:
        return None
    areas = [one for one in scenario.activities.values() if one.concerns(to_shapely(place))]
    moved = [_moved(place, east, north) for east, north in _SHIFTS]
    shifted = [one for one in moved if is_elsewhere(place, one, PLACE_TOLERANCE_M)]
    inside = [one for one in shifted if any(area.concerns(to_shapely(one)) for area in areas)]
    return {"geometry": inside[0]} if inside else None


def _wrong_time(_scenario: Scenario, _candidate: Candidate) -> _Made:
    return {"shift_ms": 3 * HOUR_MS}


def _stale(_scenario: Scenario, candidate: Candidate) -> _Made:
    return None if candidate.before is None else {"as_of_ms": candidate.before.at_ms}


def _incomplete(_scenario: Scenario, candidate: Candidate) -> _Made:
    fact = candidate.truth.fact
    if fact.values:
        return {"omit": ("values",)}
    return {"omit": ("geometry",)} if fact.geometry is not None else None


def _contradictory(scenario: Scenario, candidate: Candidate) -> _Made:
    return _wrong_values(scenario, candidate) if candidate.others else None


def _unclear(_scenario: Scenario, candidate: Candidate) -> _Made:
    return {"text": _UNCLEAR} if candidate.truth.fact.values else None


def _nothing_more(_scenario: Scenario, _candidate: Candidate) -> _Made:
    return {}


def _duplicate(_scenario: Scenario, candidate: Candidate) -> _Made:
    """Repeat what nobody else speaks of: a second source would rightly confirm it."""
    return None if candidate.others else {}


def _echo(scenario: Scenario, candidate: Candidate) -> _Made:
    """Echo the only one who speaks of it: a third would rightly confirm it."""
    if len(candidate.others) != 1:
        return None
    (only,) = candidate.others
    return {"echo_of": only} if scenario.profiles[scenario.parties[only].profile].kind == "partner" else None


def _misattributed(scenario: Scenario, candidate: Candidate) -> _Made:
    partners = [
        name
        for name, party in sorted(scenario.parties.items())
        if name != candidate.party and scenario.profiles[party.profile].kind == "partner"
    ]
    return {"attributed_to": partners[0]} if partners else None


def _wrong_audience(_scenario: Scenario, candidate: Candidate) -> _Made:
    return {} if candidate.truth.fact.sensitivity is Sensitivity.RESTRICTED else None


def _late(scenario: Scenario, candidate: Candidate) -> _Made:
    in_time = candidate.at_ms + 2 * HOUR_MS <= scenario.end_ms
    return {"delay_ms": HOUR_MS} if in_time else None


def _withheld(scenario: Scenario, candidate: Candidate) -> _Made:
    return {} if candidate.at_ms + 2 * HOUR_MS <= scenario.end_ms else None


def _other_activity(scenario: Scenario, candidate: Candidate) -> _Made:
    place = candidate.truth.fact.geometry
    elsewhere = [
        name
        for name, activity in sorted(scenario.activities.items())
        if candidate.party in (activity.directing, *activity.parties)
        and not _is_about(scenario, activity, place)
    ]
    return {"activity": elsewhere[0]} if elsewhere else None


def _is_about(scenario: Scenario, activity: Activity, place: Geometry | None) -> bool:
    """Say whether something there belongs in an activity, or in one that is coordinated from it."""
    within = [one for one in scenario.activities.values() if activity.id in (one.id, one.coordinated_by)]
    return any(one.concerns(to_shapely(place)) for one in within)


_DETAILS: Final[Mapping[FaultType, Callable[[Scenario, Candidate], _Made]]] = {
    FaultType.WRONG_VALUE: _wrong_values,
    FaultType.WRONG_UNIT: _wrong_unit,
    FaultType.WRONG_DATUM: _wrong_datum,
    FaultType.WRONG_PLACE: _wrong_place,
    FaultType.WRONG_TIME: _wrong_time,
    FaultType.STALE: _stale,
    FaultType.INCOMPLETE: _incomplete,
    FaultType.CONTRADICTORY: _contradictory,
    FaultType.UNCLEAR: _unclear,
    FaultType.DUPLICATE: _duplicate,
    FaultType.ECHO: _echo,
    FaultType.MISATTRIBUTED: _misattributed,
    FaultType.RUMOUR_AS_OBSERVED: _wrong_values,
    FaultType.UNVERIFIED_AS_VERIFIED: _nothing_more,
    FaultType.WRONG_AUDIENCE: _wrong_audience,
    FaultType.WITHHELD: _withheld,
    FaultType.LATE: _late,
    FaultType.GARBLED: _nothing_more,
    FaultType.OTHER_ACTIVITY: _other_activity,
}


def _moved(geometry: Geometry, east: float, north: float) -> Geometry:
    def move(position: Position) -> Position:
        return (position[0] + east, position[1] + north)

    if isinstance(geometry, Point):
        return Point(move(geometry.coordinates))
    if isinstance(geometry, LineString):
        return LineString(tuple(move(position) for position in geometry.coordinates))
    return Polygon(tuple(tuple(move(position) for position in ring) for ring in geometry.coordinates))
