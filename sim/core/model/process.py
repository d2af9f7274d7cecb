"""Processes (Modeluitwerking, 1.1 Proces): which behaviour has which part in them, and who has none, as data."""

from __future__ import annotations

import msgspec

from sim.core.model.agreement import TopicId
from sim.core.model.profile import Profile
from sim.core.model.text import Text


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a behaviour does in a process.

    Attributes:
        behaviour: Its name in the roster.
        topic: The process, as a topic of agreements.
        does: What it does, in one line.
        source: Where the rule stands.
        norms: Fields of an agreement that it acts on or is held against.
        sends: Kinds of message that it writes itself.
    """

    behaviour: str
    topic: TopicId
    does: Text
    source: str
    norms: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()


class Absence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why profiles have no part in a process.

    Attributes:
        topic: The process.
        profiles: Profiles that have none.
        reason: Why.
        source: Where that stands.
    """

    topic: TopicId
    profiles: tuple[str, ...]
    reason: Text
    source: str


class Processes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All parts that behaviours have in processes, and the profiles that have none."""

    parts: tuple[Part, ...]
    absent: tuple[Absence, ...]

    def parts_of(self, profile: Profile, topic: TopicId) -> tuple[Part, ...]:
        """Return what a party of a profile does in a process, in the order of the table."""
        return tuple(
            part for part in self.parts if part.topic == topic and part.behaviour in profile.behaviours
        )

    def absence_of(self, profile: Profile, topic: TopicId) -> Absence | None:
        """Return why a profile has no part in a process, or None where that is not said."""
        return next((one for one in self.absent if one.topic == topic and profile.id in one.profiles), None)
