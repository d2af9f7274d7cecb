"""What was said of the subjects of faults: that which comes back, is echoed, or is written anew in somebody's name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sim.core.messages.contents import items_in
from sim.core.messages.event import Event
from sim.core.messages.items import Item
from sim.core.messages.topics import RETAINED, parse
from sim.core.model.ids import ItemId, PartyId, SubjectId
from sim.core.world.faults import Fault, FaultType, Hop

_FROM_WHAT_WAS_SAID = (Hop.RETAINED, Hop.OUTSIDER, Hop.COMPROMISED)


class Saying(NamedTuple):
    """One item as a party sent it: when (ms), on which topic, and whether the server keeps that."""

    at_ms: int
    topic: str
    item: Item
    is_retained: bool


EARLIER_MAX: Final = 100
"""What one party said of one subject and is kept for faults that nobody foresees; earlier sayings are forgotten."""


class Said:
    """What went through about the subjects of those faults that need it; about nothing else is anything kept.

    Args:
        faults: The faults that are foreseen.
        of_all: Whether any fault can come, about any subject.
    """

    def __init__(self, faults: Iterable[Fault], *, of_all: bool = False) -> None:
        self._of_all = of_all
        self._subjects: frozenset[SubjectId] = frozenset(
            fault.subject
            for fault in faults
            if fault.hop in _FROM_WHAT_WAS_SAID or fault.type is FaultType.ECHO
        )
        self._by: dict[tuple[PartyId, SubjectId], list[Saying]] = {}
        self._versions: dict[ItemId, int] = {}

    def note(self, now: int, topic: str, event: Event) -> None:
        """Remember what a message that went through says."""
        if not self._subjects and not self._of_all:
            return
        address = parse(topic)
        is_retained = address is not None and address.shape in RETAINED
        for item in items_in(event.data):
            if self._of_all or item.subject in self._subjects:
                saying = Saying(now, topic, item, is_retained)
                sayings = self._by.setdefault((event.sender, item.subject), [])
                sayings.append(saying)
                if len(sayings) > EARLIER_MAX and item.subject not in self._subjects:
                    del sayings[0]
                self._versions[item.id] = max(item.version, self._versions.get(item.id, 0))

    def last(self, party: PartyId, subject: SubjectId) -> Saying | None:
        """Return what a party last said of a subject; None when it said nothing."""
        sayings = self._by.get((party, subject))
        return sayings[-1] if sayings else None

    def kept(self, party: PartyId, subject: SubjectId, until_ms: int) -> Saying | None:
        """Return what the server had kept, at a moment, of what a party said of a subject; None when nothing."""
        sayings = self._by.get((party, subject), ())
        return next((one for one in reversed(sayings) if one.is_retained and one.at_ms <= until_ms), None)

    def version(self, item: ItemId) -> int:
        """Return the highest version in which an item went through; 0 when it never did."""
        return self._versions.get(item, 0)
