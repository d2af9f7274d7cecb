"""What takes the place of a worker that is gone: its parties are played by the coordinator from then on.

Steps are pure. So what the parties knew is had again by letting them do once more all that they were asked to; and
their sessions at the broker, with all that waits in them, outlive the worker and are taken up where it left them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from brokers.adapter import Endpoint
from sim.core.model.ids import PartyId
from sim.session.workers.frames import (
    Arrived,
    Down,
    Engage,
    Fail,
    Filter,
    FrameError,
    Healed,
    Order,
    Play,
    Report,
    Steady,
    Up,
)
from sim.session.workers.host import Host, Venue
from sim.transport.port import Resumed, TransportError

_Answer = TypeVar("_Answer", bound=Report)


@dataclass(slots=True)
class History:
    """What a worker was asked, as far as it must be known to take its place.

    Attributes:
        rounds: The rounds that its parties stepped through, in order.
    """

    rounds: list[Play] = field(default_factory=list)
    _filters: dict[PartyId, set[str]] = field(default_factory=dict)
    _away: set[PartyId] = field(default_factory=set)
    _late: set[PartyId] = field(default_factory=set)
    _withheld: dict[PartyId, int] = field(default_factory=dict)
    _is_down: bool = False

    def note(self, order: Order) -> None:
        """Note an order that was carried out."""
        if isinstance(order, Play):
            self.rounds.append(order)
        elif isinstance(order, Filter):
            filters = self._filters.setdefault(order.party, set())
            (filters.add if order.active else filters.discard)(order.topic_filter)
        elif isinstance(order, Steady | Healed):
            change = order.withheld if isinstance(order, Steady) else -order.given_back
            self._withheld[order.party] = self._withheld.get(order.party, 0) + change
        elif isinstance(order, Down | Up):
            self._is_down = isinstance(order, Down)
        elif isinstance(order, Fail):
            self._note_deed(order)

    def _note_deed(self, order: Fail) -> None:
        if order.deed == "part":
            self._away.add(order.party)
        elif order.deed in ("rejoin", "rejoin-anew"):
            self._away.discard(order.party)
        elif order.deed == "answer-late":
            self._late.add(order.party)
        elif order.deed == "answer-at-once":
            self._late.discard(order.party)

    def left_by(self, party: PartyId) -> Resumed:
        """Return how the connection of a party was left."""
        return Resumed(
            filters=tuple(sorted(self._filters.get(party, ()))),
            is_away=self._is_down or party in self._away,
            answers_late=party in self._late,
            withheld=self._withheld.get(party, 0),
        )


class StandIn:
    """Plays the parties of a worker that is gone; it is asked like one.

    Args:
        name: The name of that worker.
        host: Its parties.
        parties: Who they are.

    Attributes:
        name: The name of that worker.
        parties: Whom it plays.
    """

    def __init__(self, name: str, host: Host, parties: Sequence[PartyId]) -> None:
        self.name = name
        self.parties = tuple(parties)
        self._host = host

    @classmethod
    async def of(
        cls,
        name: str,
        engaged: Engage,
        history: History,
        endpoint: Endpoint,
        on_arrived: Callable[[Arrived], None],
    ) -> StandIn:
        """Return what takes the place of a worker: with what its parties knew, and their sessions.

        Raises:
            TransportError: One of them cannot connect.
        """
        host = Host(engaged, Venue(endpoint, on_arrived), gives_way=False)
        for asked in history.rounds:
            await host.do(asked)
        parties = sorted(engaged.passwords)
        await host.open({party: history.left_by(party) for party in parties})
        return cls(name, host, parties)

    async def ask(self, order: Order, expected: type[_Answer]) -> _Answer:
        """Do what is ordered, and return the report on it.

        Raises:
            TransportError: The broker or a connection failed.
        """
        report = await self._do(order)
        assert isinstance(report, expected), f"{type(order).__name__} gives {expected.__name__}"
        return report

    async def _do(self, order: Order) -> Report:
        try:
            return await self._host.do(order)
        except FrameError as error:
            raise TransportError(f"{self.name}: {error}") from error

    async def announce(self, order: Order) -> None:
        """Do what wants no answer."""
        await self._do(order)

    def take_events(self) -> list[str]:
        """Return what happened to its connections since the last call."""
        return list(self._host.take_events())

    async def close(self) -> None:
        """Disconnect its parties; safe to call twice."""
        await self._host.close()
