"""Slow links: how long a message is under way between a party and the broker, drawn by name."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from sim.core.model.chance import Chance
from sim.core.model.ids import EventId, PartyId
from sim.core.world.scenario import TICK_MS
from sim.core.world.technology import Outage

Way: TypeAlias = Literal["out", "in"]
"""From a party to the broker, or from the broker to it."""

ATTEMPTS_MAX: Final = 20
"""Times that one message is lost on the way, at most."""


class Links:
    """The slow links of parties, and when on each the last message arrives.

    A connection delivers in order, so what is lost holds up all that comes after; QoS 1 sends it again, so that it is
    late and not gone. When the outage is over, all that was under way is there.
    """

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._last_ms: dict[tuple[PartyId, Way], int] = {}

    def arrival_ms(self, outage: Outage, party: PartyId, way: Way, event: EventId, now: int) -> int:
        """Return when (ms) a message that is handed over at ``now`` has come over the link of a party."""
        low, high = outage.delay_ms
        stream = f"{party}/link/{way}"
        late_ms = self._chance.between(low, high, stream, event)
        for attempt in range(ATTEMPTS_MAX):
            if self._chance.fraction(f"{stream}/loss", f"{event}/{attempt}") >= outage.loss:
                break
            late_ms += outage.retry_ms
        in_order_ms = max(now + late_ms, self._last_ms.get((party, way), 0))
        at_ms = max(now + TICK_MS, min(in_order_ms, outage.until_ms))
        self._last_ms[party, way] = at_ms
        return at_ms
