"""Rights that change at a broker while parties are connected: whom that cuts off comes back before anything goes on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from brokers.adapter import Broker, BrokerError, Right
from sim.core.model.ids import PartyId
from sim.transport.port import TransportError
from sim.transport.root import add_root, rooted


class RightsAtBroker(ABC):
    """The part of a transport that changes rights; where the clients are, those who inherit know.

    Args:
        broker: Gives and takes rights.
        root: Of the run.

    Attributes:
        name: The name of the broker.
    """

    def __init__(self, broker: Broker, root: str) -> None:
        self.name = broker.name
        self._broker = broker
        self._root = root

    async def grant(self, party: PartyId, grant: str, rights: Sequence[Right]) -> None:
        """Add rights (on relative patterns) at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        given = rooted(self._root, rights)
        await self._change(party, partial(self._broker.grant, party, grant, given), less=False)

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take the rights of a grant away at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, partial(self._broker.revoke, party, grant), less=True)

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Have the broker deny a party all that matches these filters; return when it does and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        whole = [add_root(self._root, pattern) for pattern in patterns]
        withhold = partial(self._broker.withhold, party, name, whole)
        await self._change(party, withhold, less=True, withheld=True)

    async def give_back(self, party: PartyId, name: str) -> None:
        """Have the broker deny a party no longer what was withheld under this name.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, partial(self._broker.give_back, party, name), less=False, given_back=True)

    async def _change(
        self,
        party: PartyId,
        change: Callable[[], Awaitable[None]],
        *,
        less: bool,
        withheld: bool = False,
        given_back: bool = False,
    ) -> None:
        manners = self._broker.manners
        leaves = less and manners.shuts_out
        losses = await self.steady(party, withheld=withheld, leaves=leaves)
        try:
            await change()
        except BrokerError as error:
            raise TransportError(f"{self.name}: {error}") from error
        losses = losses if manners.cuts_off(less=less) else None
        await self.healed(party, losses, given_back=given_back, returns=leaves)

    @abstractmethod
    async def steady(self, party: PartyId, *, withheld: bool = False, leaves: bool = False) -> int | None:
        """Return how often a party was disconnected, once it is connected; None when it is kept away."""

    @abstractmethod
    async def healed(
        self, party: PartyId, losses: int | None, *, given_back: bool = False, returns: bool = False
    ) -> None:
        """Return when a party is back after a change of its rights, before which it was :meth:`steady`."""
