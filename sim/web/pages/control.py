"""Exercise control: the clock, what is thrown in, who takes part, and refusals as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from sim.core.records.kinds import Denied
from sim.core.world.faults.fault import Omission
from sim.replay.scene import Scene
from sim.report.exercise.words import ReportWords
from sim.web.accounts import Account
from sim.web.desk import Exercise
from sim.web.forms import CUE_FORMS, FAULT_TYPES, HOPS
from sim.web.rooms import Visit
from sim.web.views.happenings import timeline_view

DENIALS_SHOWN: Final = 30
SPEEDS: Final = ("0.5", "1", "2", "5", "10", "20", "60", "120", "300", "1000")


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party as exercise staff see it: by whom it is played, whether it can work in the tool, what it did so far."""

    id: str
    name: str
    profile: str
    seat: str
    away: bool
    let_in: str
    level: str
    sent: int
    received: int
    denied: int


@dataclass(frozen=True, slots=True)
class DenialLine:
    """A refusal."""

    seq: int
    at: str
    at_ms: int
    party: str
    attempt: str
    topic: str
    rule: str
    source: str
    outside: bool


class ControlPage:
    """Exercise control."""

    name = "control"
    template = "control.html.j2"
    looks_back = False

    def admits(self, account: Account) -> bool:
        """Say whether somebody may steer."""
        return account.steers

    async def show(self, visit: Visit) -> Mapping[str, Any]:
        """Return what the template needs."""
        scene, words = visit.scene, visit.words
        exercise = visit.desk.exercise(visit.run.name)
        seats = {} if exercise is None or exercise.run.progress is None else exercise.run.progress.seats
        return {
            "exercise": exercise,
            "progress": None if exercise is None else exercise.run.progress,
            "ready": None if exercise is None else exercise.run.ready,
            "parties": _parties(scene, words, seats),
            "can_be_let_in": _can_be_let_in(exercise),
            "denials": _denials(scene, words),
            "timeline": timeline_view(scene, words, *_coming(exercise)),
            "speeds": SPEEDS,
            "cue_forms": CUE_FORMS,
            "fault_types": FAULT_TYPES,
            "hops": HOPS,
            "omissions": get_args(Omission),
            "subjects": _subjects(exercise, words),
            "counts": scene.counts,
        }


def _coming(exercise: Exercise | None) -> tuple[Any, ...]:
    return () if exercise is None else (exercise.scenario,)


def _parties(scene: Scene, words: ReportWords, seats: Mapping[str, str]) -> Sequence[PartyLine]:
    away, levels = scene.away(), {}
    for level in scene.levels():
        levels[level.party] = level.level
    admitted: dict[str, list[str]] = {}
    for one in scene.let_in():
        admitted.setdefault(one.party, []).append(one.activity)
    lines = []
    for entry in scene.opening.parties:
        traffic = scene.traffic(entry.id)
        lines.append(
            PartyLine(
                id=entry.id,
                name=words.text(entry.name),
                profile=words.text(entry.profile_name),
                seat=seats.get(entry.id, ""),
                away=entry.id in away,
                let_in=", ".join(admitted.get(entry.id, ())),
                level=levels.get(entry.id, ""),
                sent=traffic.sent,
                received=traffic.received,
                denied=traffic.denied,
            )
        )
    return lines


def _denials(scene: Scene, words: ReportWords) -> Sequence[DenialLine]:
    lines = []
    for record in reversed(scene.records("denied", DENIALS_SHOWN)):
        denied: Denied = record.content
        lines.append(
            DenialLine(
                seq=record.seq,
                at=words.moment(record.at_ms),
                at_ms=record.at_ms,
                party=words.party(denied.party),
                attempt=denied.attempt,
                topic=denied.topic,
                rule=denied.rule,
                source=denied.source,
                outside=denied.outside,
            )
        )
    return lines


def _can_be_let_in(exercise: Exercise | None) -> frozenset[str]:
    """Return the parties whose profile lets them in to an activity once they are asked."""
    if exercise is None:
        return frozenset()
    parties, profiles = exercise.scenario.parties, exercise.scenario.profiles
    return frozenset(name for name, party in parties.items() if profiles[party.profile].grants)


def _subjects(exercise: Exercise | None, words: ReportWords) -> Sequence[tuple[str, str]]:
    """Return the subjects of the truth with a name each, in order."""
    if exercise is None:
        return ()
    named: dict[str, str] = {}
    for change in exercise.scenario.truth:
        named.setdefault(change.fact.subject, words.text(change.fact.title))
    return sorted(named.items())
