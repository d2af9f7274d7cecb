"""The cards of activities as they stood at a moment."""

from __future__ import annotations

from collections.abc import Iterable

from sim.core.messages.contents import Card
from sim.core.model.ids import ActivityId
from sim.core.records.kinds import Message
from sim.core.records.record import Record


def cards_at(records: Iterable[Record], at_ms: int) -> dict[ActivityId, Card]:
    """Return the last card of each activity up to ``at_ms``; none of what was not open by then."""
    cards: dict[ActivityId, Card] = {}
    for record in records:
        if record.at_ms > at_ms:
            break
        content = record.content
        # A card is also told outside the tool, to who cannot read it there; that is a copy.
        if isinstance(content, Message) and content.topic.startswith("activity/"):
            card = content.event.data
            if isinstance(card, Card):
                cards[card.activity] = card
    return cards
