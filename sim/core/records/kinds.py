"""What the records of a run log hold, one struct a kind. The format is described in docs/run-log-format.md.

Whatever differs between machines and brokers (wall time, reason codes, connections) is no part of these:
it stands in the record's ``local`` part, outside the digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias

import msgspec

from sim.core.messages.event import Event
from sim.core.messages.items import Geometry
from sim.core.model.activity import GRIP_MAX
from sim.core.model.agreement import Agreement
from sim.core.model.cue import AnyCue
from sim.core.model.ids import ActivityId, EventId, InjectId, ItemId, PartyId, SubjectId, ThemeId
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from sim.core.picture.observation import Fact, Observation

FORMAT_VERSION: Final = 3
READABLE_VERSIONS: Final = (1, 2, FORMAT_VERSION)
"""Version 2 has two kinds more than version 1, ``outage`` and ``delivery``; version 3 has ``steering`` as well.

Nothing that an earlier version had has changed.
"""

assert GRIP_MAX == 5, "the format documents GRIP 0 to 5"


class PartyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A party, as far as an assessor needs to know it."""

    id: PartyId
    name: Text
    profile: str
    profile_name: Text
    kind: Literal["partner", "body"]
    assessable: bool
    directs_own_picture: bool
    channel: Literal["post", "outside"]
    core_task: CoreTask | None
    regions: tuple[PartyId, ...]
    systems: tuple[str, ...]
    interests: tuple[ThemeId, ...]
    through: PartyId | None = None
    partner: PartyId = ""


class ActivityEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An activity, as far as an assessor needs to know it; ``area`` in parts, none where the log does not tell."""

    id: ActivityId
    name: Text
    directing: PartyId
    parties: tuple[PartyId, ...]
    systems: tuple[str, ...]
    area: tuple[Geometry, ...] = ()


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """First record: what was run."""

    format: int
    scenario: str
    name: Text
    notice: Text
    seed: int
    session: Literal["closed", "open"]
    start: str
    end_ms: int
    tick_ms: int
    parties: tuple[PartyEntry, ...]
    activities: tuple[ActivityEntry, ...]
    agreements: tuple[Agreement, ...]
    themes: tuple[ThemeId, ...]
    inputs: Mapping[str, str]
    settings: Mapping[str, str] = {}


class Truth(msgspec.Struct, frozen=True, gc=False):
    """The truth changed (change ``id``): from now on, this is so."""

    id: str
    fact: Fact
    source: str


class Injected(msgspec.Struct, frozen=True, gc=False):
    """Exercise control told a party to do something."""

    id: InjectId
    to: PartyId
    cue: AnyCue
    title: Text
    source: str


class FaultEntered(msgspec.Struct, frozen=True, gc=False):
    """Something was made wrong; ``truth`` is what was so at that moment, ``answer`` what it should come to.

    ``told`` is None where the fault is that nothing was told. ``item`` is the item in which it entered, where it did so
    in one that was on its way; ``trigger`` what made it enter, in words, empty for its set time.
    """

    id: InjectId
    type: str
    party: PartyId
    subject: SubjectId
    title: Text
    recognise: Text
    told: Fact | None
    truth: Fact
    source: str
    hop: str = "observation"
    blind: bool = False
    trigger: str = ""
    answer: str = ""
    item: ItemId = ""


class FaultUnmet(msgspec.Struct, frozen=True, gc=False):
    """A fault of the script that never entered, and why.

    ``untriggered``: what it waited for never came. ``nothing-passed``: nothing came by where it would have entered.
    ``nothing-so``, ``nothing-said``: there was nothing yet to make wrong. ``no-place``: its party may write nowhere.
    """

    id: InjectId
    type: str
    hop: str
    party: PartyId
    subject: SubjectId
    reason: Literal["untriggered", "nothing-passed", "nothing-so", "nothing-said", "no-place"]
    trigger: str = ""


class OutageEdge(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Technology failed (``change`` is ``begins``), or works again (``ends``); ``parties`` are those it struck.

    ``fails_tool`` when they cannot work in the tool as long as it lasts. ``offset_ms`` is how far (ms) a wrong clock is
    ahead; who sets it right before the outage is over has an end of its own.
    """

    id: InjectId
    type: str
    change: Literal["begins", "ends"]
    parties: tuple[PartyId, ...]
    fails_tool: bool
    title: Text
    source: str
    offset_ms: int = 0


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One delivery of a message that an outage had its way with, apart from the record of the message.

    ``late``: it came now, to a reader that the record of the message does not name. ``missed``: it never came, and
    will not. ``again``: it came once more, to a reader that had it.
    """

    party: PartyId
    topic: str
    event: EventId
    how: Literal["late", "missed", "again"]
    by: InjectId


class Observed(msgspec.Struct, frozen=True, gc=False):
    """A party perceived something."""

    party: PartyId
    observation: Observation


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message went through the broker; ``readers`` received it, in order of id."""

    topic: str
    event: Event
    readers: tuple[PartyId, ...]
    outside: bool = False


class EncodedMessage(Message, frozen=True):
    """A :class:`Message` on its way into the log, whose event is there as the bytes that were sent."""

    event: msgspec.Raw  # type: ignore[assignment]


class Denied(msgspec.Struct, frozen=True, gc=False):
    """The broker refused; ``outside`` when a client that is not simulated tried.

    ``deliver`` is the silent refusal: a subscription stands, the right to read is gone.
    """

    party: PartyId
    attempt: Literal["publish", "subscribe", "deliver"]
    topic: str
    rule: str
    source: str
    event: EventId = ""
    outside: bool = False


class Subscribed(msgspec.Struct, frozen=True, gc=False):
    """A party subscribed to a filter, or gave it up."""

    party: PartyId
    filter: str
    active: bool


class Rights(msgspec.Struct, frozen=True, gc=False):
    """Rights changed at the broker, because of event ``by``."""

    party: PartyId
    activity: ActivityId
    bundle: str
    change: Literal["granted", "revoked"]
    themes: tuple[ThemeId, ...]
    by: EventId


class Note(msgspec.Struct, frozen=True, gc=False):
    """Something that happened inside a party and that no message tells, e.g. a slip in copying, an oversight."""

    party: PartyId
    what: Literal[
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
    item: ItemId = ""
    version: int = 0
    text: str = ""


class Undelivered(msgspec.Struct, frozen=True, gc=False):
    """A delivery that went wrong: ``lost`` was foreseen and never came, ``leak`` came and was forbidden."""

    party: PartyId
    topic: str
    event: EventId


class Garbled(msgspec.Struct, frozen=True, gc=False):
    """A client sent something that is no event of ours, or lies about its sender; nobody acts on it.

    ``accounts`` are the parties whose account may write on the topic, in order of id: one of these sent it
    (docs/decisions/0023-who-sent-it-and-what-an-exam-shows.md). Empty when the right had ended by the time
    it was taken in, and the topic names nobody. The cause is the fault behind it, if one is.
    """

    topic: str
    reason: str
    accounts: tuple[PartyId, ...] = ()


What: TypeAlias = Literal["paused", "resumed", "speed", "seat-taken", "seat-returned", "ended"]
"""What people can do to the course of an exercise."""


class Steered(msgspec.Struct, frozen=True, gc=False):
    """Somebody did something to the course of an open session, or sat for a party.

    ``by`` is the role of who did it (``staff``, ``seat:enexis``), no name of a person. ``party`` is that of a seat, and
    ``value`` the new speed (exercise time per wall time).
    """

    what: What
    by: str
    party: PartyId = ""
    value: float = 0.0


class Failure(msgspec.Struct, frozen=True):
    """The exchange itself failed; the run ends here."""

    reason: str


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """Last record of a run that came to its end, with its totals."""

    outcome: Literal["completed", "failed"]
    messages: int
    deliveries: int
    denied: int
    lost: int
    leaked: int


AnyRecordContent: TypeAlias = (
    Opening | Truth | Injected | FaultEntered | FaultUnmet | OutageEdge | Observed | Message | Delivery | Denied
    | Subscribed | Rights | Note | Undelivered | Garbled | Steered | Failure | Ending
)  # fmt: skip

KINDS: Final[Mapping[str, type[Any]]] = {
    "run": Opening,
    "truth": Truth,
    "inject": Injected,
    "fault": FaultEntered,
    "unmet": FaultUnmet,
    "outage": OutageEdge,
    "observed": Observed,
    "message": Message,
    "delivery": Delivery,
    "denied": Denied,
    "subscribed": Subscribed,
    "rights": Rights,
    "note": Note,
    "lost": Undelivered,
    "leak": Undelivered,
    "garbled": Garbled,
    "steering": Steered,
    "failure": Failure,
    "end": Ending,
}
"""The struct of each kind of record."""
