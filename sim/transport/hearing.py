"""Hearing everything at several servers: what crosses a bridge is heard at both ends, and counts once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from sim.transport.port import Arrival

REMEMBERED_MAX = 10_000
"""Messages whose later hearings elsewhere can still be told from new ones."""


class Hearing:
    """Passes on what is heard at several servers, each message as often as the server that hears it most often.

    Args:
        tell: What takes it.
    """

    def __init__(self, tell: Callable[[Arrival], None]) -> None:
        self._tell = tell
        self._heard: OrderedDict[tuple[str, bytes], dict[int, int]] = OrderedDict()

    def at(self, server: int) -> Callable[[Arrival], None]:
        """Return what takes arrivals at one of the servers, by number."""

        def hear(arrival: Arrival) -> None:
            self._hear(server, arrival)

        return hear

    def _hear(self, server: int, arrival: Arrival) -> None:
        counts = self._heard.setdefault((arrival.topic, arrival.payload), {})
        told = max(counts.values(), default=0)
        counts[server] = counts.get(server, 0) + 1
        if len(self._heard) > REMEMBERED_MAX:
            self._heard.popitem(last=False)
        if counts[server] > told:
            self._tell(arrival)
