"""Triggers: what makes faults enter that have no set time. Each does so once, so that what waits only gets less."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

from sim.core.messages.contents import Card, ItemUpdate, Scaling
from sim.core.messages.event import Event
from sim.core.messages.items import VerificationStatus
from sim.core.messages.topics import Address, Shape, parse
from sim.core.model.ids import ActivityId, InjectId, PartyId
from sim.core.world.faults import Fault, When

Due: TypeAlias = tuple[int, Fault, str]
"""How long from now (ms) a fault enters, which, and the id of what made it enter ("" where nothing with an id did)."""

_GONE = (VerificationStatus.REFUTED, VerificationStatus.LAPSED)


class Triggers:
    """Faults that wait for something to happen.

    Attributes:
        waiting: Those that still wait, by id, in the order of the scenario.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.waiting: dict[InjectId, Fault] = {fault.id: fault for fault in faults if fault.at_ms is None}

    def after(self, kind: Literal["inject", "truth", "fault", "decision", "event"], name: str) -> list[Due]:
        """Return the faults that enter because something with a name happened."""

        def is_due(fault: Fault) -> bool:
            return fault.after is not None and (fault.after.kind, fault.after.id) == (kind, name)

        return self._take(is_due, name) if self.waiting else []

    def on_message(self, topic: str, event: Event) -> list[Due]:
        """Return the faults that enter because a message went through."""
        if not self.waiting:
            return []
        due = self.after("event", event.id)
        address = parse(topic)
        if address is None:
            return due
        if address.shape is Shape.DECISION:
            due += self.after("decision", address["item"])
        return due + self._take(lambda fault: _is_met_by(fault.when, address, event), event.id)

    def on_step(self, party: PartyId, engaged: Mapping[ActivityId, int]) -> list[Due]:
        """Return the faults that enter because of the activities in which a party works now."""
        if not self.waiting:
            return []

        def is_due(fault: Fault) -> bool:
            when = fault.when
            return (
                when is not None
                and when.kind == "engaged"
                and when.party == party
                and when.activity in engaged
            )

        return self._take(is_due, "")

    def _take(self, is_due: Callable[[Fault], bool], cause: str) -> list[Due]:
        due = [fault for fault in self.waiting.values() if is_due(fault)]
        for fault in due:
            del self.waiting[fault.id]
        return [(_delay_ms(fault), fault, cause) for fault in due]


def _delay_ms(fault: Fault) -> int:
    moment = fault.after or fault.when
    return 0 if moment is None else moment.delay_ms


def _is_met_by(when: When | None, address: Address, event: Event) -> bool:
    """Say whether a message shows that a condition about its activity holds."""
    if when is None or address.levels.get("activity") != when.activity:
        return False
    content = event.data
    if when.kind == "grip":
        return isinstance(content, Card | Scaling) and (content.grip or 0) >= when.grip
    return (
        when.kind == "shared"
        and address.shape is Shape.SHARED
        and isinstance(content, ItemUpdate)
        and content.item.subject == when.subject
        and content.item.verification.status not in _GONE
    )
