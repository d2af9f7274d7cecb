"""The catalogue of faults as people read it: names, what each does, how it is recognised, what it should come to."""

from __future__ import annotations

import msgspec

from sim.core.model.text import Text
from sim.core.world.faults.fault import FaultType, Hop, KnownAnswer


class HopEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A hop, what it is called and what goes wrong there."""

    id: Hop
    name: Text
    does: Text


class AnswerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A known answer, what it is called and what it means."""

    id: KnownAnswer
    name: Text
    does: Text


class TypeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A type of fault.

    Attributes:
        id: Which.
        name: What people call it.
        does: What it does to a statement.
        recognise: How it can be recognised.
        answer: What it should come to.
        hops: Where it can enter, in the order of the way.
        needs: Keys that make it what it is.
        may: Keys that it may have beside these.
        example: A complete example, in TOML.
    """

    id: FaultType
    name: Text
    does: Text
    recognise: Text
    answer: KnownAnswer
    hops: tuple[Hop, ...]
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    example: str


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All hops, known answers and types of faults, in the order of the file."""

    hops: tuple[HopEntry, ...]
    answers: tuple[AnswerEntry, ...]
    types: tuple[TypeEntry, ...]

    def hop(self, hop: Hop) -> HopEntry:
        """Return what is said of a hop."""
        return next(entry for entry in self.hops if entry.id is hop)

    def answer(self, answer: KnownAnswer) -> AnswerEntry:
        """Return what is said of a known answer."""
        return next(entry for entry in self.answers if entry.id is answer)

    def type(self, fault_type: FaultType) -> TypeEntry:
        """Return what is said of a type."""
        return next(entry for entry in self.types if entry.id is fault_type)
