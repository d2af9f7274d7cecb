"""The topics that a partner and its regions agree on, with the questions of the Modeluitwerking Stappenplan.

Topics are data (``profiles/agreement-topics.toml``); this says what one is, and which of an agreement are empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

import msgspec

from sim.core.model.agreement import Agreement, TopicId
from sim.core.model.text import Text

Unit: TypeAlias = Literal["plain", "duration", "norm", "grip", "role", "theme", "levels", "channel"]
"""In what a term is written: how people are shown it."""

GENERAL: Final = "general"
"""The part whose topics are no texts: regions, core task and profile stand at the top of an agreement."""


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of a topic can be measured or acted upon.

    Attributes:
        key: Where it stands in an agreement file, e.g. ``process.alarming.level``.
        example: A value as it is written in TOML.
        about: What it means.
        unit: In what it is written.
        hint: For who writes the file: what other values mean.
    """

    key: str
    example: str
    about: Text
    unit: Unit = "plain"
    hint: Text | None = None


class AgreementTopic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One topic of the Modeluitwerking.

    Attributes:
        id: ``<part>.<topic>``.
        number: Its number in that part.
        source: Where it stands.
        name: What it is called.
        explanation: What it is about.
        questions: What both parties ask themselves.
        keys: What of it can be measured or acted upon.
        not_for: Profiles for which nothing needs to be agreed on it.
        why_not: Why nothing needs to be agreed for these.
    """

    id: TopicId
    number: int
    source: str
    name: Text
    explanation: Text
    questions: tuple[Text, ...]
    keys: tuple[Term, ...] = ()
    not_for: tuple[str, ...] = ()
    why_not: Text | None = None

    @property
    def part(self) -> str:
        """Return the part of the Modeluitwerking that it belongs to, e.g. ``process``."""
        return self.id.partition(".")[0]

    def holds_for(self, profile: str) -> bool:
        """Say whether something needs to be agreed on it under a profile."""
        return profile not in self.not_for


def is_agreed(agreement: Agreement, topic: TopicId) -> bool:
    """Say whether an agreement says something on a topic: a text, or for general topics the value itself."""
    part, _, name = topic.partition(".")
    if part == GENERAL:
        return bool(getattr(agreement, name))
    return topic in agreement.texts


def empty_topics(agreement: Agreement, topics: Iterable[AgreementTopic]) -> tuple[AgreementTopic, ...]:
    """Return the topics that hold for the profile of an agreement, and of which it says nothing."""
    return tuple(
        topic for topic in topics if topic.holds_for(agreement.profile) and not is_agreed(agreement, topic.id)
    )
