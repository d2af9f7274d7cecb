"""What a log says again and again, kept once: a long log repeats the same words, places and parties all the time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar

import msgspec

from sim.core.assessment.log.columns import Way, timed
from sim.core.assessment.log.sights import Sight
from sim.core.messages.contents import OF_SEVERAL_ITEMS, AnyContent, ItemUpdate, with_items
from sim.core.messages.items import Item, Verification
from sim.core.messages.topics import parse
from sim.core.model.ids import ItemId, PartyId
from sim.core.model.text import Text
from sim.core.picture.observation import Fact
from sim.core.records.kinds import Message, Observed
from sim.core.records.lean import LeanFact, LeanItem, LeanMessage, LeanObserved, LeanUpdate

T = TypeVar("T", bound=Hashable)

_UNTIMED: Final = 0
"""Stands for version and times in a face, which has none."""


class Numbered(dict[T, int]):
    """Numbers for things, in the order in which they were first asked for."""

    def __missing__(self, thing: T) -> int:
        number = self[thing] = len(self)
        return number


class Condenser:
    """Gives a number, or one object, for everything that is equal.

    How much it keeps grows with what a log tells, not with how often it does.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._faces: dict[Any, int] = {}
        self._facts: dict[Any, Fact] = {}
        self._ways: dict[Any, int] = {}
        self._sights: dict[Any, int] = {}
        self.items: Numbered[ItemId] = Numbered()
        self.causes: Numbered[tuple[str, ...]] = Numbered()
        """Changes of the truth behind what is perceived."""
        self.faces: list[Item] = []
        self.ways: list[Way] = []
        self.counts: list[int] = []
        """How many messages went in each way."""
        self.sights: list[Sight] = []

    def one(self, thing: T) -> T:
        """Return the one object that stands for all that equal a thing."""
        known: T = self._known.setdefault(thing, thing)
        return known

    def way(self, message: Message | LeanMessage) -> int | None:
        """Return the number of the way in which a message went; None where its topic has no known shape."""
        event, readers = message.event, message.readers
        # Outside the tool no topic names the activity; there the content may.
        activity = getattr(event.data, "activity", "")
        key = (message.topic, event.source, readers, event.injectids, type(event.data), activity)
        number = self._ways.get(key)
        if number is None:
            address = parse(message.topic)
            if address is None:
                return None
            levels, sender = address.levels, self.one(event.sender)
            way = Way(
                address=address,
                sender=sender,
                readers=self.one(readers),
                holders=self.one(tuple(sorted({sender, *readers}))),
                recipient=levels.get("to", ""),
                activity=levels.get("activity", "") or self.one(activity),
                injects=self.one(event.injects),
                content=ItemUpdate if isinstance(event.data, LeanUpdate) else type(event.data),
            )
            number = self._ways[key] = self._add_way(way)
        return number

    def late(self, number: int, party: PartyId) -> int:
        """Return the number of the way in which a message came late to a party."""
        key = (number, party)
        if key not in self._ways:
            readers = self.one((party,))
            way = msgspec.structs.replace(self.ways[number], readers=readers, holders=readers, late=True)
            self._ways[key] = self._add_way(way)
        return self._ways[key]

    def _add_way(self, way: Way) -> int:
        self.ways.append(way)
        self.counts.append(0)
        return len(self.ways) - 1

    def face(self, item: Item | LeanItem) -> int:
        """Return the number of what an item says, apart from its version and its times."""
        source, verification = item.source, item.verification
        # An enumeration is slow to hash, and each of its members is one object.
        key = (
            item.id,
            item.subject,
            item.system,
            item.theme,
            id(item.kind),
            _words(item),
            source.party,
            source.through,
            id(source.basis),
            verification.by,
            id(verification.status),
            id(item.sensitivity),
            item.relates_to,
            item.causation,
        )
        number = self._faces.get(key)
        if number is None:
            if isinstance(item, LeanItem):
                number = self.face(item.whole())
            else:
                number = len(self.faces)
                self.faces.append(self._face(item))
            self._faces[key] = number
        return number

    def _face(self, item: Item) -> Item:
        one = self.one
        _ = self.items[item.id]
        return msgspec.structs.replace(
            item,
            id=one(item.id),
            version=_UNTIMED,
            subject=one(item.subject),
            system=one(item.system),
            theme=one(item.theme),
            title=one(item.title),
            text=one(item.text),
            values=one(item.values),
            geometry=one(item.geometry),
            observed_at_ms=_UNTIMED,
            reported_at_ms=_UNTIMED,
            valid_until_ms=None,
            source=one(item.source),
            verification=one(Verification(item.verification.status, item.verification.by)),
            relates_to=one(item.relates_to),
            causation=one(item.causation),
        )

    def item(self, item: Item) -> Item:
        """Return an item whose words, figures and place are those that are known already."""
        face, verification = self.faces[self.face(item)], item.verification
        return timed(
            face,
            item.version,
            item.observed_at_ms,
            item.reported_at_ms,
            item.valid_until_ms,
            verification.at_ms,
        )

    def fact(self, fact: Fact | LeanFact) -> Fact:
        """Return a fact, the same object for each that is equal."""
        key = (
            fact.subject,
            fact.system,
            fact.theme,
            id(fact.kind),
            _words(fact),
            id(fact.sensitivity),
            fact.effect_of,
            fact.layer,
        )
        known = self._facts.get(key)
        if known is None:
            known = self._facts[key] = (
                self.fact(fact.whole()) if isinstance(fact, LeanFact) else self._fact(fact)
            )
        return known

    def _fact(self, fact: Fact) -> Fact:
        one = self.one
        return msgspec.structs.replace(
            fact,
            subject=one(fact.subject),
            theme=one(fact.theme),
            title=one(fact.title),
            text=one(fact.text),
            values=one(fact.values),
            geometry=one(fact.geometry),
        )

    def sight(self, observed: Observed | LeanObserved) -> int:
        """Return the number of what a party perceives, apart from when."""
        seen = observed.observation
        fact = self.fact(seen.fact)
        key = (observed.party, id(fact), seen.causation)
        number = self._sights.get(key)
        if number is None:
            number = self._sights[key] = len(self.sights)
            self.sights.append(Sight(self.one(observed.party), fact, self.one(seen.causation)))
        return number

    def content(self, content: AnyContent) -> AnyContent:
        """Return a content whose words are those that are known already."""
        # Only words: a number, a truth value and nothing can equal one another and still be different things.
        words = {
            name: self.one(part)
            for name in content.__struct_fields__
            for part in (getattr(content, name),)
            if isinstance(part, str | Text)
        }
        return msgspec.structs.replace(content, **words) if words else content


def _words(thing: Item | Fact | LeanItem | LeanFact) -> tuple[Hashable, ...]:
    """Return words, figures and place, as they stand in the line where they were not read yet."""
    if isinstance(thing, LeanItem | LeanFact):
        return bytes(thing.title), bytes(thing.text), bytes(thing.values), bytes(thing.geometry)
    return thing.title, thing.text, thing.values, thing.geometry


def emptied(content: AnyContent, kept: Callable[[Item], Item]) -> AnyContent:
    """Return a content without the items that stand in columns; the one item of another as it is kept."""
    if isinstance(content, OF_SEVERAL_ITEMS):
        return msgspec.structs.replace(content, items=())
    changed = with_items(content, kept)
    assert changed is not None, "no item is left out"
    return changed
