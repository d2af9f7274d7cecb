"""Pictures at a moment, worked out from the log each time anew: slow and obvious, to hold :class:`Scene` against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from sim.core.messages.contents import items_in
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, Shape, parse
from sim.core.model.ids import ActivityId, EventId, PartyId, SubjectId
from sim.core.picture.merge import Picture, newest
from sim.core.picture.observation import Fact
from sim.core.picture.quality import is_relied_on
from sim.core.records.kinds import Delivery, Message, Truth
from sim.core.records.record import Record


def truth_at(records: Iterable[Record], at_ms: int) -> tuple[Fact, ...]:
    """Return what was so at ``at_ms``, in order of subject."""
    facts: dict[SubjectId, Fact] = {}
    for record in _until(records, at_ms):
        if isinstance(record.content, Truth):
            facts[record.content.fact.subject] = record.content.fact
    return tuple(fact for _, fact in sorted(facts.items()))


def party_picture_at(
    records: Iterable[Record], party: PartyId, at_ms: int, activity: ActivityId | None = None
) -> Picture:
    """Return what a party had written or been sent by ``at_ms``: the newest version of each item.

    What was no longer valid by then is left out: nobody relies on it.
    """
    mine = (
        message
        for message, _ in _messages(_with_late(records, party), at_ms, activity)
        if party == message.event.sender or party in message.readers
    )
    return _fold(mine, at_ms)


def _with_late(records: Iterable[Record], party: PartyId) -> Iterator[Record]:
    """Yield the records, and for what came late to a party the message once more, as it came to that party."""
    unread: dict[EventId, Message] = {}
    for record in records:
        content = record.content
        if isinstance(content, Message) and party not in content.readers:
            unread[content.event.id] = content
        if isinstance(content, Delivery) and (content.party, content.how) == (party, "late"):
            message = unread.pop(content.event)
            late = msgspec.structs.replace(message, readers=(party,))
            yield msgspec.structs.replace(record, kind="message", content=late)
        else:
            yield record


def shared_picture_at(records: Iterable[Record], at_ms: int, activity: ActivityId | None = None) -> Picture:
    """Return the shared pictures of all activities, or of one, at ``at_ms``, without what was taken out by then."""
    shared = (
        message for message, address in _messages(records, at_ms, activity) if address.shape is Shape.SHARED
    )
    return _fold(shared, at_ms)


def _until(records: Iterable[Record], at_ms: int) -> Iterator[Record]:
    for record in records:
        if record.at_ms > at_ms:
            return
        yield record


def _messages(
    records: Iterable[Record], at_ms: int, activity: ActivityId | None
) -> Iterator[tuple[Message, Address]]:
    for record in _until(records, at_ms):
        message = record.content
        if not isinstance(message, Message):
            continue
        address = parse(message.topic)
        if address is not None and activity in (None, _activity_of(message, address)):
            yield message, address


def _activity_of(message: Message, address: Address) -> ActivityId | None:
    in_topic = address.levels.get("activity")
    in_content: ActivityId | None = getattr(message.event.data, "activity", None)
    return in_topic or in_content


def _fold(messages: Iterable[Message], at_ms: int) -> Picture:
    picture: dict[str, Item] = {}
    for message in messages:
        for item in items_in(message.event.data):
            known = picture.get(item.id)
            picture[item.id] = item if known is None else newest(known, item)
    return {item_id: item for item_id, item in picture.items() if is_relied_on(item, at_ms)}
