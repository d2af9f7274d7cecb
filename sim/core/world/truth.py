"""The truth of an exercise: facts that change by a timeline. Agents never see it, only what they perceive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from sim.core.model.ids import SubjectId
from sim.core.picture.observation import Fact


class TruthChange(msgspec.Struct, frozen=True, kw_only=True):
    """From ``at_ms`` on, this is so.

    Attributes:
        id: Unique in the scenario.
        at_ms: When (ms of exercise time).
        fact: What is so from then on; it replaces what was so of the same subject.
        source: Letter of a sourced fact, or ``exercise``.
    """

    id: str
    at_ms: int
    fact: Fact
    source: str = "exercise"


@dataclass(frozen=True, slots=True)
class World:
    """What is so at a moment, and since when: the last change of each subject."""

    changes: Mapping[SubjectId, TruthChange] = field(default_factory=dict)

    def after(self, change: TruthChange) -> World:
        """Return the world after a change."""
        return World({**self.changes, change.fact.subject: change})

    def effects_of(self, threat: SubjectId) -> tuple[TruthChange, ...]:
        """Return the last changes of everything that is an effect of a threat, in order of subject."""
        found = (change for _, change in sorted(self.changes.items()))
        return tuple(change for change in found if change.fact.effect_of == threat)

    def of(self, subject: SubjectId) -> TruthChange | None:
        """Return the last change of a subject, or None when nothing is so of it yet."""
        return self.changes.get(subject)


def truth_at(changes: Iterable[TruthChange], subject: SubjectId, at_ms: int) -> TruthChange | None:
    """Return what was last so of a subject at a moment, from a timeline in order of time."""
    latest = None
    for change in changes:
        if change.at_ms > at_ms:
            break
        if change.fact.subject == subject:
            latest = change
    return latest
