"""What a session that is spread over workers asks of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from sim.core.model.ids import PartyId
from sim.session.workers.frames import Arrived
from sim.session.workers.remote import Remote
from sim.session.workers.standin import StandIn


class Team(Protocol):
    """The workers of a run, who come when the session is opened."""

    async def assemble(
        self, parties: Sequence[PartyId], on_arrived: Callable[[Arrived], None], key: str
    ) -> Sequence[Remote]:
        """Return the workers once each of them has its parties connected.

        Raises:
            TransportError: One of them does not come, or cannot play.
        """
        ...

    async def take_over(self, gone: Remote, on_arrived: Callable[[Arrived], None]) -> StandIn:
        """Return what takes the place of a worker that is gone.

        Raises:
            TransportError: Nobody does in this run, or a party cannot connect.
        """
        ...

    async def dismiss(self) -> None:
        """Let everybody go; safe to call twice."""
        ...


Seat: TypeAlias = Remote | StandIn
"""Who plays some parties: a worker, or what took its place."""
