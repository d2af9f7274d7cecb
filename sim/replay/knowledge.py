"""Who knew what, and when: what each party held about a subject, beside what was so at that moment.

A party holds what it perceived itself, what it wrote, and the newest version of each item that reached it. Of
several items about one subject, one that comes from a fault and is not put right makes what it holds wrong, as in
:mod:`sim.core.assessment.evidence.cases`; else one that agrees with the truth makes it right; else it is behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from sim.core.assessment.evidence.cases import contaminated
from sim.core.assessment.log.index import LogIndex
from sim.core.messages.items import Item, VerificationStatus
from sim.core.model.ids import InjectId, PartyId, SubjectId
from sim.core.picture.observation import Fact, Observation
from sim.core.picture.quality import is_relied_on, mismatches

_GONE: Final = frozenset({VerificationStatus.REFUTED, VerificationStatus.LAPSED})


class State(StrEnum):
    """What a party holds about a subject."""

    NOTHING = "nothing"
    RIGHT = "right"
    BEHIND = "behind"
    """It differs from what is so: that changed since, or it lacks a figure or a place."""
    WRONG = "wrong"
    """It comes from a fault and was not put right."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which a party held something: from when to when (ms), and what; None is nothing."""

    state: State
    from_ms: int
    to_ms: int
    held: Item | Fact | None
    faults: tuple[InjectId, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a party held about a subject during the exercise, in spells one after the other."""

    party: PartyId
    subject: SubjectId
    spells: tuple[Spell, ...]

    @property
    def first_right_ms(self) -> int | None:
        """Return when it first held what was so; None when it never did."""
        return next((spell.from_ms for spell in self.spells if spell.state is State.RIGHT), None)

    def total_ms(self, state: State) -> int:
        """Return how long (ms) it was in a state."""
        return sum(spell.to_ms - spell.from_ms for spell in self.spells if spell.state is state)

    def in_state(self, state: State) -> tuple[Spell, ...]:
        """Return the spells in a state."""
        return tuple(spell for spell in self.spells if spell.state is state)


Held: TypeAlias = tuple[State, Item | Fact | None, tuple[InjectId, ...]]
"""In which state a party is about a subject, what it goes by, and from which faults that comes."""

_Told: TypeAlias = Item | Observation
_Step: TypeAlias = tuple[int, int, Fact | Item | Observation | None]


@dataclass
class _Belief:
    """What one party holds about one subject: versions of items, and what it perceives itself."""

    party: PartyId
    items: dict[str, Item] = field(default_factory=dict)
    seen: Observation | None = None

    def take(self, told: _Told) -> None:
        if isinstance(told, Observation):
            self.seen = told
            return
        known = self.items.get(told.id)
        if known is None or told.version >= known.version:
            self.items[told.id] = told
        if told.source.party == self.party:
            # What it writes about the subject is what it then takes to be so.
            self.seen = None

    def state(self, truth: Fact | None, now_ms: int) -> Held:
        return held_of([item for _, item in sorted(self.items.items())], self.seen, truth, now_ms)


def held_of(items: Sequence[Item], seen: Observation | None, truth: Fact | None, now_ms: int) -> Held:
    """Return what a party holds about a subject at a moment (ms of exercise time).

    Args:
        items: The newest version of each item about it that the party has, in order of id.
        seen: What it perceives of it itself.
        truth: What is so.
        now_ms: The moment.
    """
    held = [item for item in items if item.verification.status not in _GONE and is_relied_on(item, now_ms)]
    for item in held:
        faults = tuple(fault for fault in item.causation if contaminated(item, fault))
        if faults and not _so(item, truth):
            return State.WRONG, item, faults
    if seen is not None and seen.causation and not _so(seen.fact, truth):
        return State.WRONG, seen.fact, seen.causation
    known: list[Item | Fact] = [*held, *([] if seen is None else [seen.fact])]
    for one in known:
        if _so(one, truth):
            return State.RIGHT, one, ()
    return (State.BEHIND, known[-1], ()) if known else (State.NOTHING, None, ())


def knowledge(log: LogIndex, subjects: Sequence[SubjectId]) -> tuple[Knowledge, ...]:
    """Return what each party held about each subject: by subject as given, and then by id of the party."""
    return tuple(
        Knowledge(party.id, subject, tuple(_spells(party.id, _steps(log, party.id, subject), log.end_ms)))
        for subject in subjects
        for party in log.parties
    )


def _so(held: Item | Fact, truth: Fact | None) -> bool:
    return truth is not None and not mismatches(held, truth)


def _steps(log: LogIndex, party: PartyId, subject: SubjectId) -> list[_Step]:
    """Return what changed the truth or what the party holds, in order of the log; None is the end of validity."""
    steps: list[_Step] = [
        (change.at_ms, change.seq, change.content.fact) for change in log.truths.get(subject, ())
    ]
    for statement in log.held.get(party, ()):
        if statement.item.subject != subject:
            continue
        steps.append((statement.at_ms, statement.seq, statement.item))
        until_ms = statement.item.valid_until_ms
        if until_ms is not None and statement.at_ms < until_ms < log.end_ms:
            steps.append((until_ms, -1, None))
    steps += [
        (seen.at_ms, seen.seq, seen.content.observation)
        for seen in log.observed
        if seen.content.party == party and seen.content.observation.fact.subject == subject
    ]
    return sorted(steps, key=lambda step: step[:2])


def _spells(party: PartyId, steps: Sequence[_Step], end_ms: int) -> Iterator[Spell]:
    belief, truth = _Belief(party), None
    since_ms = 0
    last: Held = (State.NOTHING, None, ())
    for place, (at_ms, _, step) in enumerate(steps):
        if isinstance(step, Fact):
            truth = step
        elif step is not None:
            belief.take(step)
        if place + 1 < len(steps) and steps[place + 1][0] == at_ms:
            continue  # what happens at one moment counts as one
        found = belief.state(truth, at_ms)
        if (found[0], found[2]) == (last[0], last[2]):
            continue
        if since_ms < at_ms:
            yield Spell(last[0], since_ms, at_ms, last[1], last[2])
        since_ms, last = at_ms, found
    if since_ms < end_ms:
        yield Spell(last[0], since_ms, end_ms, last[1], last[2])
