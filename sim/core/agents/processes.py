"""What each behaviour is for: the processes of the Modeluitwerking, and who has a part in them.

Profiles name their behaviours; this table says to which process a behaviour belongs, against which agreed terms it is
held, and what it sends. ``docs/processes.md`` is made from it, and tests hold it against the behaviours themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.core.messages.contents import (
    Content,
)
from sim.core.model.agreement import TopicId
from sim.core.model.profile import Profile
from sim.core.model.text import Text


@dataclass(frozen=True, slots=True)
class Process:
    """One process that two organisations agree on.

    Attributes:
        topic: Id of the topic, as in agreement files.
        number: Its place in the Modeluitwerking.
        name: What people read.
    """

    topic: TopicId
    number: str
    name: Text


PROCESSES: Final[tuple[Process, ...]] = (
    Process(
        "process.continuous_exchange",
        "4",
        Text("Continue informatie-uitwisseling", "Continuous exchange of information"),
    ),
    Process("process.alerting", "5", Text("Alerteren", "Alerting")),
    Process("process.monitoring", "6", Text("Monitoren", "Monitoring")),
    Process("process.alarming", "7", Text("Alarmeren", "Alarm")),
    Process("process.scaling", "8", Text("Op- en afschalen", "Scaling up and down")),
    Process("process.pictures", "9", Text("Situatiebeelden", "Situational pictures")),
    Process("process.information_needs", "10", Text("Informatiebehoefte", "Information needs")),
    Process("process.information_use", "11", Text("Informatiegebruik", "Use of information")),
    Process(
        "process.information_management",
        "12",
        Text("Informatiemanagementproces", "Process of information management"),
    ),
    Process("process.leadership", "13", Text("Leiding & coördinatie", "Leadership and coordination")),
    Process("technology.fallback", "techniek 4", Text("Terugvalprocedure", "Fallback procedure")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """What a behaviour does in a process.

    Attributes:
        behaviour: Its name in the roster.
        topic: The process.
        does: What it does, in one line.
        norms: Fields of :class:`~sim.core.model.agreement.Agreement` that it acts on or is held against.
        sends: What it sends.
        source: Where the rule stands.
    """

    behaviour: str
    topic: TopicId
    does: Text
    norms: tuple[str, ...]
    sends: tuple[type[Content], ...]
    source: str


def parts_of(profile: Profile, topic: TopicId) -> tuple[Part, ...]:
    """Return what a party of a profile does in a process, in the order of the table."""
    return tuple(part for part in PARTS if part.topic == topic and part.behaviour in profile.behaviours)
