"""The record of what happened inside a party and that no message tells."""

from __future__ import annotations

from sim.core.agents.acts import ClockRight, Remark
from sim.core.model.ids import EventId, PartyId
from sim.core.model.time import format_duration
from sim.core.records.kinds import Note
from sim.core.records.record import Entry


def note(now: int, party: PartyId, remark: Remark) -> Entry:
    """Return a remark as a record; its cause names the event that led to it and the faults behind the item."""
    item = remark.item
    because = (remark.because_of,) if remark.because_of else ()
    if item is None:
        return Entry(now, "note", Note(party, remark.what, text=remark.text), because)
    content = Note(party, remark.what, item.id, item.version, remark.text)
    return Entry(now, "note", content, (*because, *item.causation))


def clock_set(now: int, party: PartyId, right: ClockRight, because_of: EventId) -> Entry:
    """Return the record of a party that set its clock right, and by how much it was wrong."""
    side = "ahead" if right.offset_ms > 0 else "behind"
    text = f"was {format_duration(abs(right.offset_ms))} {side}"
    return note(now, party, Remark("clock-set", None, text, because_of))
