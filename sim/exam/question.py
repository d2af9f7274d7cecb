"""What the exam asks and how it is answered: one fault at one hop with one profile, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal, TypeAlias

import msgspec

from sim.core.model.ids import PartyId, SubjectId
from sim.core.world.faults import FaultType, Hop, KnownAnswer

Why: TypeAlias = Literal[
    "nobody-there",
    "nothing-to-make-wrong",
    "never-entered",
    "nobody-told",
    "nobody-else-knows",
    "overtaken",
]
"""Why there is no case; the catalogue of words has a sentence for each."""


class Question(msgspec.Struct, frozen=True, order=True):
    """One fault of the catalogue, where it enters, and under which profile."""

    type: FaultType
    hop: Hop
    profile: str


class Grade(StrEnum):
    """What became of a fault, as the log shows."""

    RIGHTED = "righted"
    """Recognised, and put right afterwards."""
    DETECTED = "detected"
    """Recognised, and never put right."""
    UNDETECTED = "undetected"
    COUNTED_ONCE = "counted-once"
    """Nothing was taken for verified because of it."""
    COUNTED_TWICE = "counted-twice"
    TOLD = "told"
    """It was told after all, by its party or by another who knows."""
    UNTOLD = "untold"
    NOT_READ = "not-read"
    """It is one record that says what is wrong, and nobody acted on it."""
    READ = "read"


EXPECTED: Final[dict[KnownAnswer, tuple[Grade, Grade]]] = {
    KnownAnswer.CORRECTED: (Grade.RIGHTED, Grade.UNDETECTED),
    KnownAnswer.COMPLETED: (Grade.RIGHTED, Grade.UNDETECTED),
    KnownAnswer.REFUTED: (Grade.RIGHTED, Grade.UNDETECTED),
    KnownAnswer.WITHDRAWN: (Grade.RIGHTED, Grade.UNDETECTED),
    KnownAnswer.COUNTED_ONCE: (Grade.COUNTED_ONCE, Grade.COUNTED_ONCE),
    KnownAnswer.TOLD_LATE: (Grade.TOLD, Grade.TOLD),
    KnownAnswer.NOT_READ: (Grade.NOT_READ, Grade.NOT_READ),
}
"""What each known answer asks: with perfect skill, and with none.

What is wrong in what can be read takes skill to see. What confirms nothing, what was not told and what nobody can read
takes none: there it is the same with both.
"""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was put, and what became of the fault with each skill.

    Attributes:
        question: What was asked.
        answer: The known answer of the type.
        party: Where it entered.
        subject: What it was about.
        at_ms: When it was set to enter (ms of exercise time).
        competent: Who was told of it, or could know better, and looks after it.
        perfect: What became of it where everybody recognises what can be recognised.
        none: What became of it where nobody does.
    """

    question: Question
    answer: KnownAnswer
    party: PartyId
    subject: SubjectId
    at_ms: int
    competent: tuple[PartyId, ...]
    perfect: Grade
    none: Grade

    @property
    def as_expected(self) -> bool:
        """Say whether both came out as the known answer asks."""
        return (self.perfect, self.none) == EXPECTED[self.answer]


class NoCase(msgspec.Struct, frozen=True):
    """A question that this scenario cannot put, and why; it never counts as passed."""

    question: Question
    why: Why


class Exam(msgspec.Struct, frozen=True):
    """The outcome of an exam, in the order of types, hops and profiles."""

    scenario: str
    seed: int
    cases: tuple[Case, ...]
    no_cases: tuple[NoCase, ...]

    @property
    def differing(self) -> tuple[Case, ...]:
        """Return the cases that did not come out as their known answer asks."""
        return tuple(case for case in self.cases if not case.as_expected)
