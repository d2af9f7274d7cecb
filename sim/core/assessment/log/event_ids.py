"""The ids of the events of a log, each with a number: little is kept of each, for few are ever asked for."""

from __future__ import annotations

from array import array
from typing import Final

from sim.core.model.ids import EventId

_BLOCK: Final = 4096
"""Ids that stand in one block."""

_END: Final = "\n"


class EventIds:
    """Tells which number an event was given. The last that was given to an id counts."""

    def __init__(self) -> None:
        self._newest: dict[EventId, int] = {}
        self._blocks: list[tuple[bytes, array[int]]] = []

    def add(self, event: EventId, number: int) -> None:
        """Give an event a number."""
        self._newest[event] = number
        if len(self._newest) == _BLOCK:
            # An id that holds an end of its own is nobody's that this exchange made; it is not found again.
            ids = [known.replace(_END, " ") for known in self._newest]
            text = (_END + _END.join(ids) + _END).encode()
            self._blocks.append((text, array("q", self._newest.values())))
            self._newest.clear()

    def number(self, event: EventId) -> int | None:
        """Return the number of an event; None for one that is not known."""
        if event in self._newest:
            return self._newest[event]
        if _END in event:
            return None
        sought = (_END + event + _END).encode()
        for text, numbers in reversed(self._blocks):
            place = text.rfind(sought)
            if place >= 0:
                return numbers[text.count(_END.encode(), 0, place)]
        return None
