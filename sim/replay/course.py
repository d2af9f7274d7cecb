"""The course of an exercise, folded from its log: phases, levels, alarms, meetings, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from sim.core.assessment.log.index import LogIndex
from sim.core.messages.contents import Alarm, Alert, Card, Decision
from sim.core.model.cue import Meet
from sim.core.model.ids import ActivityId, PartyId, SubjectId
from sim.core.model.text import Text

Phase: TypeAlias = Literal["before", "alerted", "scaled-up", "scaled-down", "closed"]
"""Phases of an activity: before anybody was alerted; alerted; at its levels; after the highest; closed."""

CLOSED: Final = -1
"""Level of an activity that was closed."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase of an activity, from when to when (ms)."""

    phase: Phase
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class ActivityCourse:
    """The course of one activity.

    Attributes:
        id: Its id.
        name: What people read.
        directing: Who directs it.
        levels: When which GRIP level began; :data:`CLOSED` from when it was closed.
        stretches: Its phases, one after the other.
    """

    id: ActivityId
    name: Text
    directing: PartyId
    levels: tuple[tuple[int, int], ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class AlarmRound:
    """The alarms that a party sent at one moment."""

    at_ms: int
    seq: int
    sender: PartyId
    activity: ActivityId
    level: str
    alarmed: tuple[PartyId, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A team was about to meet."""

    at_ms: int
    seq: int
    activity: ActivityId
    team: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, with the subjects that it rests on."""

    at_ms: int
    seq: int
    event: str
    by: PartyId
    activity: ActivityId
    team: str
    text: Text
    subjects: tuple[SubjectId, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The course of an exercise; everything in order of time."""

    activities: tuple[ActivityCourse, ...]
    alarms: tuple[AlarmRound, ...]
    meetings: tuple[Meeting, ...]
    decisions: tuple[Decided, ...]


def course(log: LogIndex) -> Course:
    """Return the course of an exercise."""
    return Course(
        activities=tuple(
            _activity(log, entry.id, entry.name, entry.directing) for entry in log.opening.activities
        ),
        alarms=_alarms(log),
        meetings=tuple(
            Meeting(cue.at_ms, cue.seq, cue.content.cue.activity, cue.content.cue.team)
            for cue in log.cues
            if isinstance(cue.content.cue, Meet)
        ),
        decisions=_decisions(log),
    )


def _activity(log: LogIndex, activity: ActivityId, name: Text, directing: PartyId) -> ActivityCourse:
    levels: list[tuple[int, int]] = []
    for card in log.sent(Card):
        level = card.data.grip if card.data.open else CLOSED
        if card.activity == activity and (not levels or levels[-1][1] != level):
            levels.append((card.at_ms, level))
    alerts = [sent.at_ms for sent in log.sent(Alert) if sent.activity == activity]
    return ActivityCourse(
        activity, name, directing, tuple(levels), _stretches(levels, min(alerts, default=None), log.end_ms)
    )


def _stretches(levels: list[tuple[int, int]], alerted_ms: int | None, end_ms: int) -> tuple[Stretch, ...]:
    begun = min(
        (at for at in (alerted_ms, levels[0][0] if levels else None) if at is not None), default=end_ms
    )
    highest = max((level for _, level in levels), default=0)
    up = next((at for at, level in levels if level > 0), end_ms)
    closed = next((at for at, level in levels if level == CLOSED), end_ms)
    reached = next((at for at, level in levels if level == highest), end_ms)
    down = (
        next((at for at, level in levels if at > reached and level < highest), end_ms) if highest else closed
    )
    borders = (0, min(begun, end_ms), min(up, closed), min(max(up, down), closed), closed, end_ms)
    phases: tuple[Phase, ...] = ("before", "alerted", "scaled-up", "scaled-down", "closed")
    return tuple(
        Stretch(phase, from_ms, to_ms)
        for phase, from_ms, to_ms in zip(phases, borders, borders[1:], strict=False)
        if from_ms < to_ms
    )


def _alarms(log: LogIndex) -> tuple[AlarmRound, ...]:
    rounds: dict[tuple[int, PartyId, ActivityId, str], list[tuple[int, PartyId]]] = {}
    for sent in log.sent(Alarm):
        key = (sent.at_ms, sent.sender, sent.data.activity, sent.data.level)
        rounds.setdefault(key, []).append((sent.seq, sent.recipient))
    return tuple(
        AlarmRound(
            at_ms=at_ms,
            seq=alarmed[0][0],
            sender=sender,
            activity=activity,
            level=level,
            alarmed=tuple(sorted({party for _, party in alarmed})),
        )
        for (at_ms, sender, activity, level), alarmed in rounds.items()
    )


def _decisions(log: LogIndex) -> tuple[Decided, ...]:
    return tuple(
        Decided(
            at_ms=sent.at_ms,
            seq=sent.seq,
            event=sent.event.id,
            by=sent.sender,
            activity=sent.activity,
            team=sent.data.team,
            text=sent.data.text,
            subjects=tuple(
                dict.fromkeys(
                    item.subject for ref in sent.data.rests_on for item in log.versions.get(ref, ())[:1]
                )
            ),
        )
        for sent in log.sent(Decision)
    )
