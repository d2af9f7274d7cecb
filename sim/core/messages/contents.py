"""The contents of messages: one frozen struct for each kind, told apart by their field ``message``.

Adding a kind: write the struct here, add it to :data:`Content`, and give it a place in
``sim.core.messages.topics``. Fields may be added with a default; none may change meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from sim.core.messages.items import Item, ItemRef
from sim.core.model.ids import ActivityId, EventId, PartyId, SubjectId, ThemeId
from sim.core.model.text import Text


class Content(msgspec.Struct, frozen=True, gc=False, tag_field="message", kw_only=True):
    """Base of all contents; the tag stands in the field ``message``."""


class ItemUpdate(Content, frozen=True, tag="item"):
    """A new version of an item of a picture."""

    item: Item


class Card(Content, frozen=True, tag="card"):
    """What a monitoring party may scan of an activity (activiteitenkaart)."""

    activity: ActivityId
    name: Text
    place: Text
    directing: PartyId
    grip: int
    systems: tuple[str, ...]
    parties: tuple[PartyId, ...]
    open: bool


class SitRep(Content, frozen=True, tag="sitrep"):
    """A situation report (situatierapport) over a period; ``due_ms`` is the time agreed for it."""

    activity: ActivityId
    from_ms: int
    to_ms: int
    due_ms: int
    items: tuple[Item, ...] = ()


class Proposal(Content, frozen=True, tag="proposal"):
    """An item offered for the shared picture, moderated by the directing information manager."""

    item: Item


class Signal(Content, frozen=True, tag="signal"):
    """A party says that an item looks wrong or incomplete, and what it knows itself."""

    about: ItemRef
    subject: SubjectId
    owner: PartyId
    reason: str
    text: Text
    known: Item | None = None


class Scaling(Content, frozen=True, tag="scaling"):
    """The level at which a party works: GRIP for a region, its own scale for a partner.

    Outside the tool no topic names the activity; there ``activity`` does.
    """

    level: str
    grip: int | None = None
    activity: ActivityId = ""


class Decision(Content, frozen=True, tag="decision"):
    """A decision of a team's leadership, with the items it rests on."""

    team: str
    text: Text
    rests_on: tuple[ItemRef, ...] = ()


class Receipt(Content, frozen=True, tag="receipt"):
    """What a reader took in since its last receipt (haalplicht)."""

    items: tuple[ItemRef, ...]


class Phase(Content, frozen=True, tag="phase"):
    """The clock of the exercise: time granted so far (ms) and the phase it is in."""

    granted_ms: int
    phase: Literal["started", "running", "paused", "ended"]


class Alert(Content, frozen=True, tag="alert"):
    """Alerteren: there may be something. Comes before monitoring."""

    activity: ActivityId
    text: Text
    systems: tuple[str, ...] = ()
    pass_on: tuple[PartyId, ...] = ()
    """Parties that the receiver, a national body, is asked to alert in turn (Modeluitwerking 5)."""


class Alarm(Content, frozen=True, tag="alarm"):
    """Alarmeren: come. Asks for an acknowledgement; ``contact`` is the role that is called, "" is anybody."""

    activity: ActivityId
    text: Text
    level: str
    contact: str = ""


class Ack(Content, frozen=True, tag="ack"):
    """Somebody has it: acknowledges the event with id ``of``; ``arrived`` when the liaison called for is there."""

    activity: ActivityId
    of: EventId
    arrived: bool = False


class Request(Content, frozen=True, tag="request"):
    """A question: access, the verification of an item, help, what a threat means, what is needed, or to spar.

    ``activity`` is "" in the cold phase, where there is none yet.
    """

    activity: ActivityId
    purpose: Literal["access", "verify", "support", "effects", "inform", "spar", "update"]
    about: ItemRef | None = None
    subject: SubjectId = ""
    theme: ThemeId = ""
    team: str = ""
    on_behalf_of: PartyId = ""
    text: Text = Text("", "")


class Answer(Content, frozen=True, tag="answer"):
    """The answer to a request (``of`` is its event id)."""

    activity: ActivityId
    of: EventId
    outcome: Literal["confirmed", "corrected", "unknown", "refused", "informed", "consulted"]
    item: Item | None = None
    items: tuple[Item, ...] = ()
    text: Text = Text("", "")


class GrantNotice(Content, frozen=True, tag="grant"):
    """The directing region gives a bundle of rights; exercise control has the broker enforce it."""

    activity: ActivityId
    bundle: str
    themes: tuple[ThemeId, ...] = ()
    text: Text = Text("", "")


class Withdrawal(Content, frozen=True, tag="withdrawal"):
    """The directing region takes a bundle of rights back."""

    activity: ActivityId
    bundle: str
    text: Text = Text("", "")


class Invitation(Content, frozen=True, tag="invitation"):
    """The region asks a standby partner to look along in an activity (Beleidskader par. 2.2.2)."""

    activity: ActivityId
    text: Text


class Conclusion(Content, frozen=True, tag="conclusion"):
    """A standby partner's conclusion after looking along: it has a role, or none."""

    activity: ActivityId
    role: bool
    text: Text


class Verdict(Content, frozen=True, tag="verdict"):
    """What the directing information manager did with a proposal, with the reason."""

    activity: ActivityId
    about: ItemRef
    outcome: Literal["accepted", "edited", "merged", "rejected"]
    reason: Text


class Snapshot(Content, frozen=True, tag="snapshot"):
    """The shared picture as it stands, for a party that has just been let in."""

    activity: ActivityId
    items: tuple[Item, ...]


class Briefing(Content, frozen=True, tag="briefing"):
    """What a party hears from the region: items told outside the tool, or before a meeting of ``team``.

    When the tool is down also what the region hears from a party, by telephone.
    """

    activity: ActivityId
    items: tuple[Item, ...]
    team: str = ""


class Confidence(Content, frozen=True, tag="confidence"):
    """Restricted items, told only to who may have them (Modeluitwerking 11: gevoelige informatie)."""

    activity: ActivityId
    items: tuple[Item, ...]


OtherContent: TypeAlias = (
    Card | SitRep | Proposal | Signal | Scaling | Decision | Receipt | Phase | Alert | Alarm | Ack | Request | Answer
    | GrantNotice | Withdrawal | Invitation | Conclusion | Verdict | Snapshot | Briefing | Confidence
)  # fmt: skip
"""Every content but that of which there are most."""

AnyContent: TypeAlias = ItemUpdate | OtherContent


_TAG_OF: Final[Mapping[type, str]] = {kind: str(kind.__struct_config__.tag) for kind in get_args(AnyContent)}

TAGS: Final = frozenset(_TAG_OF.values())
"""Every kind of content, as it stands in ``message``."""


def tag_of(content: AnyContent) -> str:
    """Return the kind of a content as it stands in ``message`` and in post topics."""
    return _TAG_OF[type(content)]


def tag_of_type(content: type[Content]) -> str:
    """Return the kind of contents of a type."""
    return _TAG_OF[content]


# Written once: a union in the call of isinstance is made anew each time, and these are asked of every message.
_OF_ONE_ITEM: Final = (ItemUpdate, Proposal)
OF_SEVERAL_ITEMS: Final = (SitRep, Snapshot, Briefing, Confidence)
"""Contents with a tuple of items."""


def items_in(content: AnyContent) -> tuple[Item, ...]:
    """Return every item that a content carries as a statement of its sender."""
    if isinstance(content, _OF_ONE_ITEM):
        return (content.item,)
    if isinstance(content, OF_SEVERAL_ITEMS):
        return content.items
    if isinstance(content, Answer):
        return content.items if content.item is None else (content.item, *content.items)
    return ()


def with_items(content: AnyContent, change: Callable[[Item], Item | None]) -> AnyContent | None:
    """Return a content whose statements are changed; None where ``change`` leaves nothing of it to send.

    A report without items is still a report, and an answer without an item still an answer.
    """
    if isinstance(content, _OF_ONE_ITEM):
        item = change(content.item)
        return None if item is None else msgspec.structs.replace(content, item=item)
    if isinstance(content, OF_SEVERAL_ITEMS):
        items = _changed(content.items, change)
        is_empty = bool(content.items) and not items and not isinstance(content, SitRep)
        return None if is_empty else msgspec.structs.replace(content, items=items)
    if isinstance(content, Answer):
        one = None if content.item is None else change(content.item)
        return msgspec.structs.replace(content, item=one, items=_changed(content.items, change))
    return content


def _changed(items: tuple[Item, ...], change: Callable[[Item], Item | None]) -> tuple[Item, ...]:
    made = (change(item) for item in items)
    return tuple(item for item in made if item is not None)
