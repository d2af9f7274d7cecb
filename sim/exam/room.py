"""The room of the exam: one subject of a scenario, people of one skill, and nothing that disturbs them.

A fault is examined alone. Of what is so, only its subject and what that is an effect of remain; the tool does not
fail, nobody measures or copies wrongly, and whoever gets something to do gets round to it. Nobody looks whether what is
old still holds: that would put things right without anybody's having recognised them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from sim.core.assessment.evidence.evidence import Evidence, gather
from sim.core.model.agreement import Agreement
from sim.core.model.cue import ToolDown, ToolUp, TryRead, TryWrite
from sim.core.model.ids import SubjectId
from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.staff import Post
from sim.core.model.time import DAY_MS
from sim.core.records.record import Record
from sim.core.world.faults import Fault
from sim.core.world.scenario import Scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace

_DISTURBING: Final = (ToolDown, ToolUp, TryRead, TryWrite)

_LOOKING_AGAIN: Final = frozenset({"upkeep", "risk-upkeep"})
"""Behaviours of who looks whether what is old still holds."""


def hall(scenario: Scenario, skill: float, *, asking: bool) -> Scenario:
    """Return a scenario without faults and disturbances, whose people have one skill and no other limits.

    Args:
        scenario: As its files have it.
        skill: Of everybody.
        asking: Whether people ask for what does not come (haalplicht): it is the answer to what was not told, and
            beside the point where something was.
    """
    profiles: Mapping[str, Profile] = {
        name: msgspec.structs.replace(
            profile,
            staff=_of_skill(profile.staff),
            behaviours=tuple(one for one in profile.behaviours if one not in _LOOKING_AGAIN),
        )
        for name, profile in scenario.profiles.items()
    }
    return replace(
        scenario,
        injects=tuple(inject for inject in scenario.injects if not isinstance(inject.cue, _DISTURBING)),
        faults=(),
        parties={name: _party(party, skill) for name, party in scenario.parties.items()},
        profiles=profiles,
        agreements={name: _agreement(one, asking=asking) for name, one in scenario.agreements.items()},
    )


def room(open_hall: Scenario, fault: Fault, last_change_ms: int, end_ms: int) -> Scenario:
    """Return what is left of a hall for one fault: its subject, which does not change after ``last_change_ms``.

    So nothing puts it right but people who recognise it.
    """
    subjects = _with_causes(open_hall, fault.subject)
    truth = tuple(
        change
        for change in open_hall.truth
        if change.fact.subject in subjects and change.at_ms <= last_change_ms
    )
    return replace(open_hall, truth=truth, faults=(fault,), end_ms=min(end_ms, open_hall.end_ms))


@dataclass(frozen=True)
class Sitting:
    """What a run of a room left: its log, record by record, and what that shows."""

    records: tuple[Record, ...]
    evidence: Evidence


def sit(exercise: Scenario, seed: int) -> Sitting:
    """Run an exercise as a closed session in memory, and return what its log shows.

    Raises:
        RuntimeError: The exchange itself failed.
    """
    with tempfile.TemporaryDirectory(prefix="beeld-exam-") as folder:
        run = Path(folder) / "run"
        result = run_exercise(exercise, RunOptions(seed=seed, broker="memory", pace=Pace(None), folder=run))
        if result.outcome != "completed":
            raise RuntimeError(f"{exercise.id}: expected an exchange that holds, found: {result.reason}")
        records = tuple(read(run))
        return Sitting(records, gather(records))


def _with_causes(scenario: Scenario, subject: SubjectId) -> frozenset[SubjectId]:
    """Return a subject and those that it is an effect of."""
    behind = {change.fact.subject: change.fact.effect_of for change in scenario.truth}
    found: list[SubjectId] = []
    while subject and subject not in found:
        found.append(subject)
        subject = behind.get(subject, "")
    return frozenset(found)


def _agreement(agreement: Agreement, *, asking: bool) -> Agreement:
    additions = {region: _agreement(one, asking=asking) for region, one in agreement.additions.items()}
    return msgspec.structs.replace(
        agreement,
        ask_after_ms=agreement.ask_after_ms if asking else 0,
        stale_after_ms=0,
        additions=additions,
    )


def _party(party: Party, skill: float) -> Party:
    people = msgspec.structs.replace(party.people, skill=skill, error=0.0, slip=0.0)
    return msgspec.structs.replace(party, people=people, staff=_of_skill(party.staff))


def _of_skill(staff: tuple[Post, ...]) -> tuple[Post, ...]:
    """Return posts whose people are as all people of the party, lose nothing, and get round to everything."""
    return tuple(
        msgspec.structs.replace(
            post, skill=None, error=None, slip=None, loss=0.0, available=1.0, attention_ms=DAY_MS
        )
        for post in staff
    )
