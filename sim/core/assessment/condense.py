"""What a log says again and again, kept once: a long log repeats the same words, places and parties all the time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

from sim.core.assessment.log_entries import Envelope
from sim.core.messages.contents import AnyContent, ItemUpdate, Receipt, items_in, with_items
from sim.core.messages.event import Event
from sim.core.messages.items import Item, ItemRef
from sim.core.model.ids import EventId, PartyId
from sim.core.picture.observation import Fact
from sim.core.records.kinds import Observed

T = TypeVar("T", bound=Hashable)

_UNASKED = (ItemUpdate, Receipt)
"""Contents that nothing answers by the id of their event, and that make up most of a log."""


class Condenser:
    """Gives for everything that is equal the same object, so that it is kept once.

    What comes out equals what went in. How much it keeps grows with what a log tells, not with how often it does.
    """

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._holders: dict[tuple[PartyId, tuple[PartyId, ...]], tuple[PartyId, ...]] = {}
        self.versions: dict[ItemRef, tuple[Item, ...]] = {}
        """What was told as one version of one item, also where a copy differs."""

    def one(self, thing: T) -> T:
        """Return the one object that stands for all that equal a thing."""
        known: T = self._known.setdefault(thing, thing)
        return known

    def holders(self, sender: PartyId, readers: tuple[PartyId, ...]) -> tuple[PartyId, ...]:
        """Return who holds what was told, in order of id: who told it and who read it."""
        key = (sender, readers)
        holders = self._holders.get(key)
        if holders is None:
            holders = self._holders[key] = tuple(sorted({sender, *readers}))
        return holders

    def envelope(self, event: Event) -> Envelope:
        """Return what is kept of the event around a message; of what nobody answers, not its id."""
        name: EventId = "" if type(event.data) in _UNASKED else event.id
        made = Envelope(name, event.injects)
        return made if name else self.one(made)

    def content(self, content: AnyContent) -> AnyContent:
        """Return a content whose items, or references to items, are those that are known already."""
        if type(content) is ItemUpdate:
            return ItemUpdate(item=self.item(content.item))
        if type(content) is Receipt:
            return Receipt(items=tuple([self.one(ref) for ref in content.items]))
        if not items_in(content):
            return content
        changed = with_items(content, self.item)
        assert changed is not None, "no item is left out"
        return changed

    def item(self, item: Item) -> Item:
        """Return a version of an item, the same object for each copy that does not differ."""
        ref = ItemRef(item.id, item.version)
        copies = self.versions.get(ref, ())
        for known in copies:
            if known == item:
                return known
        one = self._known.setdefault
        # An enumeration is slow to hash, and each of its members is one object.
        source, verification = item.source, item.verification
        kept = Item(
            id=one(item.id, item.id),
            version=item.version,
            subject=one(item.subject, item.subject),
            system=one(item.system, item.system),
            theme=one(item.theme, item.theme),
            kind=item.kind,
            title=one(item.title, item.title),
            text=one(item.text, item.text),
            values=one(item.values, item.values),
            geometry=one(item.geometry, item.geometry),
            observed_at_ms=one(item.observed_at_ms, item.observed_at_ms),
            reported_at_ms=one(item.reported_at_ms, item.reported_at_ms),
            valid_until_ms=one(item.valid_until_ms, item.valid_until_ms),
            source=one((source.party, source.through, id(source.basis)), source),
            verification=one((verification.by, verification.at_ms, id(verification.status)), verification),
            sensitivity=item.sensitivity,
            relates_to=one(item.relates_to, item.relates_to),
            causation=one(item.causation, item.causation),
        )
        self.versions[ItemRef(kept.id, kept.version)] = (*copies, kept)
        return kept

    def observed(self, observed: Observed) -> Observed:
        """Return a perception whose parts are those that are known already."""
        one, seen = self._known.setdefault, observed.observation
        fact: Fact = seen.fact
        return Observed(
            one(observed.party, observed.party),
            type(seen)(
                fact=Fact(
                    subject=one(fact.subject, fact.subject),
                    system=one(fact.system, fact.system),
                    theme=one(fact.theme, fact.theme),
                    kind=fact.kind,
                    title=one(fact.title, fact.title),
                    text=one(fact.text, fact.text),
                    values=one(fact.values, fact.values),
                    geometry=one(fact.geometry, fact.geometry),
                    sensitivity=fact.sensitivity,
                    effect_of=one(fact.effect_of, fact.effect_of),
                    layer=one(fact.layer, fact.layer),
                ),
                observed_at_ms=one(seen.observed_at_ms, seen.observed_at_ms),
                causes=one(seen.causes, seen.causes),
                causation=one(seen.causation, seen.causation),
            ),
        )
