"""A line of its own for what is said outside the tool, while clients are away from the broker.

Telephone and liaisons do not fail with the tool. In an exercise their words travel over the broker like all others, so
as long as somebody's client is away from it they take this line: the same accounts and rights, in memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from brokers.adapter import Account, Denial, Right
from sim.core.messages.topics import is_outside
from sim.core.model.ids import PartyId
from sim.transport.memory import MemoryTransport
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, Transport


class WithTelephone:
    """A transport, and a line beside it for topics outside the tool.

    While somebody is away everything outside the tool goes over the line, to everybody: nothing comes twice, or waits
    at the broker for who has heard it already.

    Args:
        main: The transport of the session.
        accounts: The accounts that its broker was started with.
        run: The id of the run.

    Attributes:
        name: That of the transport.
    """

    def __init__(self, main: Transport, accounts: Sequence[Account], run: str) -> None:
        self.name = main.name
        self._main = main
        self._line = MemoryTransport(accounts, run)
        self._everybody: tuple[PartyId, ...] = ()
        self._away: dict[PartyId, None] = {}
        self._is_down = False
        self._later: list[Callable[[], Awaitable[object]]] = []

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Open both.

        Raises:
            TransportError: A client could not connect.
        """
        self._everybody = (*parties, CONTROL, RECORDER)
        await self._line.open(parties, on_arrival)
        await self._main.open(parties, on_arrival)

    async def close(self) -> None:
        """Close both; safe to call twice."""
        await self._line.close()
        await self._main.close()

    # -- messages --------------------------------------------------------------------------------------

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe a party; who is away is subscribed at the broker when it is back.

        Raises:
            TransportError: The transport or its broker failed.
        """
        if not is_outside(topic_filter):
            return await self._main.subscribe(party, topic_filter)
        outcome = await self._line.subscribe(party, topic_filter)
        if self._is_away(party):
            self._later.append(lambda: self._main.subscribe(party, topic_filter))
            return outcome
        return await self._main.subscribe(party, topic_filter)

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Give a subscription up; who is away gives it up at the broker when it is back.

        Raises:
            TransportError: The transport or its broker failed.
        """
        await self._line.unsubscribe(party, topic_filter)
        if self._is_away(party):
            self._later.append(lambda: self._main.unsubscribe(party, topic_filter))
        else:
            await self._main.unsubscribe(party, topic_filter)

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish, over the line what is outside the tool while somebody is away.

        Raises:
            TransportError: The transport or its broker failed.
        """
        if not self._away:
            return await self._main.publish(publications)
        spoken = [is_outside(one.topic) for one in publications]
        said = await self._line.publish([one for one, out in zip(publications, spoken, strict=True) if out])
        sent = [one for one, out in zip(publications, spoken, strict=True) if not out]
        written = await self._main.publish(sent) if sent else []
        over = {True: iter(said), False: iter(written)}
        return [next(over[out]) for out in spoken]

    # -- rights ----------------------------------------------------------------------------------------

    async def grant(self, party: PartyId, grant: str, rights: Sequence[Right]) -> None:
        """Add rights; at a broker that is down, when it is back.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._line.grant(party, grant, rights)
        await self._at_broker(lambda: self._main.grant(party, grant, rights))

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take rights away; at a broker that is down, when it is back.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._line.revoke(party, grant)
        await self._at_broker(lambda: self._main.revoke(party, grant))

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Have the broker deny a party what matches; the line is not part of that.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._main.withhold(party, name, patterns)

    async def give_back(self, party: PartyId, name: str) -> None:
        """Have the broker deny a party no longer what was withheld under this name.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._main.give_back(party, name)

    async def _at_broker(self, change: Callable[[], Awaitable[object]]) -> None:
        if self._is_down:
            self._later.append(change)
        else:
            await change()

    # -- outages ---------------------------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill the broker; from now on what is outside the tool goes over the line."""
        self._is_down = True
        self._away = dict.fromkeys(self._everybody)
        await self._main.kill()

    async def restart(self) -> None:
        """Start the broker again; everybody comes back.

        Raises:
            TransportError: The broker does not start, or somebody does not come back.
        """
        await self._main.restart()
        self._is_down = False
        self._away.clear()
        await self._catch_up()

    def is_gone(self) -> bool:
        """Say whether the broker died by itself."""
        return not self._is_down and self._main.is_gone()

    async def part(self, party: PartyId) -> None:
        """Break a party's connection, and keep it away; what is outside the tool goes over the line.

        Raises:
            TransportError: The transport or its broker failed.
        """
        self._away[party] = None
        await self._main.part(party)

    async def rejoin(self, party: PartyId, *, anew: bool) -> None:
        """Let a party come back.

        Raises:
            TransportError: It does not come back.
        """
        await self._main.rejoin(party, anew=anew)
        self._away.pop(party, None)
        await self._catch_up()

    async def answer_late(self, party: PartyId, *, late: bool) -> None:
        """Have a party's client acknowledge a delivery only when it comes again, or as it comes once more.

        Raises:
            TransportError: The transport or its broker failed.
        """
        await self._main.answer_late(party, late=late)

    async def drop(self, party: PartyId) -> None:
        """Break a party's connection; it comes back by itself, to its session.

        Raises:
            TransportError: The transport or its broker failed.
        """
        await self._main.drop(party)

    async def _catch_up(self) -> None:
        """Do at the broker what had to wait, in order; what still has to wait goes to the end of the next row."""
        if self._away:
            return
        later, self._later = self._later, []
        for change in later:
            await change()

    def _is_away(self, party: PartyId) -> bool:
        return party in self._away

    # -- what happened ---------------------------------------------------------------------------------

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call."""
        return self._main.take_denials()

    def take_connection_events(self) -> list[str]:
        """Return what happened to our connections since the last call."""
        return self._main.take_connection_events()
