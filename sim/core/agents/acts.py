"""What comes in to a simulated organisation, and what goes out of it.

All but :class:`Assign`, which stays within a party, bear their name when they travel to another process.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from sim.core.messages.contents import AnyContent
from sim.core.messages.event import Event
from sim.core.messages.items import Item
from sim.core.messages.topics import is_outside
from sim.core.model.cue import AnyCue
from sim.core.model.ids import EventId, InjectId, PartyId, SubjectId
from sim.core.model.staff import Duty, Role
from sim.core.picture.observation import Observation

# What comes in -----------------------------------------------------------------------------------


class Started(msgspec.Struct, frozen=True, tag=True):
    """The exercise begins."""


class Perceived(msgspec.Struct, frozen=True, tag=True):
    """The party perceived something by itself; ``asked`` when it went to look."""

    observation: Observation
    asked: bool = False


class Unseen(msgspec.Struct, frozen=True, tag=True):
    """The party went to look at a subject, and it is not for it to see."""

    subject: SubjectId


class Wrote(msgspec.Struct, frozen=True, tag=True):
    """Somebody of the party stated this that is none of its simulated people; the party stands for it.

    ``in_person`` when a person sat for the party and said so; otherwise it was another client than its people use.
    """

    item: Item
    in_person: bool = False


class HandedBack(msgspec.Struct, frozen=True, tag=True):
    """The person who sat for the party got up: its own people are at work again."""


class Delivered(msgspec.Struct, frozen=True, tag=True):
    """A message arrived.

    Attributes:
        topic: Where it was written.
        event: What was written.
        held_up: Whether it lay on a desk for a while, so that what its sender wrote after it may have been read before.
        line: The line in which its sender's numbers go up: what it sends in the tool, or outside it. None when it has
            no number that counts. It follows from the others, and is worked out once for all readers.
    """

    topic: str
    event: Event
    held_up: bool = False
    line: str | None = None

    def __post_init__(self) -> None:
        """Find its line: what lay on a desk, and what another client wrote, has no number that counts."""
        event = self.event
        sender = event.sender
        line = None
        if not self.held_up and event.id == f"{sender}-{event.sequence}":
            line = f"outside/{sender}" if is_outside(self.topic) else sender
        msgspec.structs.force_setattr(self, "line", line)


class Cued(msgspec.Struct, frozen=True, tag=True):
    """Exercise control told the party's people to do something."""

    inject: InjectId
    cue: AnyCue


class ToolFails(msgspec.Struct, frozen=True, tag=True):
    """The tool does not work any more, because of an outage; nobody has noticed yet.

    ``refuses`` when it takes what is written and refuses it; otherwise it cannot be reached at all.
    """

    outage: InjectId
    refuses: bool


class ToolWorks(msgspec.Struct, frozen=True, tag=True):
    """The tool works again; ``behind`` when messages for the party are gone in the meantime."""

    outage: InjectId
    behind: bool


class ClockFails(msgspec.Struct, frozen=True, tag=True):
    """The party's clock is wrong from now on, by ``offset_ms`` (ahead; below 0 behind); nobody there knows it."""

    outage: InjectId
    offset_ms: int


class ClockRight(msgspec.Struct, frozen=True, tag=True):
    """The party's clock is right again, and its people know that it was wrong, and by how much (``offset_ms``)."""

    outage: InjectId
    offset_ms: int


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The broker refused a publication or a subscription of the party."""

    attempt: Literal["publish", "subscribe"]
    topic: str


class Woken(msgspec.Struct, frozen=True, tag=True):
    """A moment that the party set for itself has come: ``errand`` says what for."""

    errand: str
    about: Any


Stimulus: TypeAlias = (
    Started
    | Perceived
    | Unseen
    | Wrote
    | HandedBack
    | Delivered
    | Cued
    | ToolFails
    | ToolWorks
    | ClockFails
    | ClockRight
    | Refused
    | Woken
)

# What goes out -----------------------------------------------------------------------------------


Happening: TypeAlias = Literal[
    "slip",
    "overlooked",
    "recognised",
    "missed",
    "unreachable",
    "forgotten",
    "arrived",
    "fallback",
    "escalated",
    "clock-set",
]
"""What can happen inside a party; ``docs/run-log-format.md`` says what each means."""


class Publish(msgspec.Struct, frozen=True, tag=True):
    """Send a message.

    Attributes:
        topic: Where.
        content: What.
        answers: Event that it answers, if any.
        because_of: Event that made it necessary, if any.
        injects: Injects and faults behind it.
        register: Errand, and what it is about, with which the sender learns under which id the message went:
            :class:`Woken` with the errand, about a pair of that and the id; None when it need not know.
    """

    topic: str
    content: AnyContent
    answers: EventId = ""
    because_of: EventId = ""
    injects: tuple[InjectId, ...] = ()
    register: tuple[str, Any] | None = None


class Subscribe(msgspec.Struct, frozen=True, tag=True):
    """Ask the broker for what matches a filter."""

    topic_filter: str
    injects: tuple[InjectId, ...] = ()


class Unsubscribe(msgspec.Struct, frozen=True, tag=True):
    """Give a subscription up."""

    topic_filter: str


class Wake(msgspec.Struct, frozen=True, tag=True):
    """Come back to an errand at a moment (ms of exercise time)."""

    at_ms: int
    errand: str
    about: Any


class Assign(msgspec.Struct, frozen=True):
    """Have one of the party's people do something; :class:`Woken` with the errand follows when it is done.

    Attributes:
        duty: What somebody is needed for.
        key: Names the thing, for the draws of who does it; unique among the things of the party, but for what comes
            twice at one moment.
        errand: What it is.
        about: What it is about.
        because_of: Event or inject that made it necessary, if any.
        role: The role that must do it; None is whoever does the duty.
        persists: Whether somebody comes back to it after a while when nobody got round to it, until it is done;
            for what nothing else would ever ask for again.
        region: Region to which it is carried: a liaison who is with another one does not do it. "" is any.
    """

    duty: Duty
    key: str
    errand: str
    about: Any
    because_of: EventId | InjectId = ""
    role: Role | None = None
    persists: bool = False
    region: PartyId = ""


class Look(msgspec.Struct, frozen=True, tag=True):
    """Go and look at a subject: :class:`Perceived` follows, or :class:`Unseen`."""

    subject: SubjectId


class Appraise(msgspec.Struct, frozen=True, tag=True):
    """Work out what a threat means for the systems that the party looks after (Beleidskader par. 1.3).

    :class:`Perceived` follows for each effect of it that is so now and lies within the party's competence.
    """

    subject: SubjectId


class ReadClock(msgspec.Struct, frozen=True, tag=True):
    """Hold the party's clock against another one: a wrong one is set right, and :class:`ClockRight` follows.

    Attributes:
        because_of: Event that gave reason to.
        otherwise: What is said when the clock is right.
    """

    because_of: EventId
    otherwise: Publish | None = None


class Remark(msgspec.Struct, frozen=True, tag=True):
    """Something that happened inside the party and that no message tells, for the run log.

    Attributes:
        what: What happened.
        item: The item that it is about, if any.
        text: More about it, for who reads the log.
        because_of: Event that led to it, if any.
    """

    what: Happening
    item: Item | None
    text: str
    because_of: EventId = ""


Act: TypeAlias = Publish | Subscribe | Unsubscribe | Wake | Assign | Look | Appraise | ReadClock | Remark
