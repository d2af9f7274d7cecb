"""A session without sockets: the router of the embedded broker, called directly.

The rules are those of MQTT, from the same code that serves connections; what is missing is time: a delivery
has arrived, and an acknowledgement come, when the call returns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from brokers.adapter import Account, Denial, Right
from brokers.embedded import ConnectRequest, Delivery, Message, Router, Subscription, UnknownAccountError
from sim.core.model.ids import PartyId
from sim.transport.outcomes import ACCEPTED, REFUSAL, outcome_of
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, TransportError
from sim.transport.root import add_root, client_id_of, root_of, rooted

# Nothing here expires, so the router may always think that it is the same moment.
_NOW: Final = 0.0
_SESSION_EXPIRY_S: Final = 86_400


class _Outlet:
    """Hands what the router has for one client to the session, at once.

    Args:
        party: Whose client it is.
        root: What comes before every topic; deliveries are told without it.
        on_arrival: Called with each delivery.
        acknowledge: Called with the packet id of a delivery that came again, when these alone are acknowledged.

    Attributes:
        auto_acknowledge: Whether a delivery counts as acknowledged as it comes; a change works at the next connection.
    """

    def __init__(
        self,
        party: PartyId,
        root: str,
        on_arrival: Callable[[Arrival], None],
        acknowledge: Callable[[int], object],
    ) -> None:
        self.auto_acknowledge = True
        self._acknowledge = acknowledge
        self._party = party
        self._root_length = len(root)
        self._on_arrival = on_arrival

    def deliver(self, delivery: Delivery) -> None:
        """Take one message. Its topic begins with the root, since every right does."""
        message = delivery.message
        topic = message.topic[self._root_length :]
        self._on_arrival(Arrival(self._party, topic, message.payload, delivery.retain))
        if delivery.dup and delivery.packet_id:
            self._acknowledge(delivery.packet_id)

    def release(self, packet_id: int) -> None:
        """Do nothing: only QoS 2 is released, which nobody here uses."""

    def close(self, reason_code: int) -> None:
        """Do nothing: there is no connection that could end."""


class MemoryTransport:
    """Carries a session inside this process.

    Nothing ever waits: ``on_arrival`` is called while `publish` runs.

    Args:
        accounts: The parties, control and the recorder (`sim.transport.root.accounts_for`).
        run: The id of the run, which names the root.
        router: Where to connect; None makes one. One that is there has the accounts already.
        ours: Accounts of the simulation itself that connect beside the parties; the recorder then records.

    Attributes:
        name: ``memory``.
    """

    def __init__(
        self,
        accounts: Sequence[Account],
        run: str,
        *,
        router: Router | None = None,
        ours: Sequence[str] = (CONTROL, RECORDER),
    ) -> None:
        self.name = "memory"
        self._ours = tuple(ours)
        self._has_accounts = router is not None
        self._accounts = tuple(accounts)
        self._root = root_of(run)
        self._run = run
        self._router = router or Router()
        self._clients: dict[PartyId, str] = {}
        self._outlets: dict[PartyId, _Outlet] = {}
        self._filters: dict[PartyId, dict[str, Subscription]] = {}
        self._closed = False

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Connect a client for each party and for control, and the recorder, subscribed to everything.

        Raises:
            TransportError: A party has no account, or an account has a right that is none.
        """
        if self._clients or self._closed:
            raise TransportError("memory: this transport was opened before; make another")
        try:
            for account in () if self._has_accounts else self._accounts:
                self._router.rights.set_account(account)
        except ValueError as error:
            raise TransportError(f"memory: {error}") from error
        for name in (*parties, *self._ours):
            self._connect(name, on_arrival)
        if RECORDER not in self._ours:
            return
        outcome = await self.subscribe(RECORDER, "#")
        if not outcome.accepted:
            raise TransportError(f"memory: the recorder may not read everything: {outcome}")

    async def close(self) -> None:
        """Disconnect everybody; safe to call twice."""
        self._closed = True
        for client_id in self._clients.values():
            if self._router.connected(client_id):
                self._router.disconnect(client_id, now=_NOW, with_will=False, session_expiry_s=0)
        self._clients.clear()

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe a party at QoS 1, without retained messages and without its own.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        full = add_root(self._root, topic_filter)
        subscription = Subscription(full, max_qos=1, no_local=True, retain_handling=2)
        (code,) = self._router.subscribe(self._client(party), [subscription], now=_NOW)
        outcome = outcome_of(code)
        if outcome.accepted:
            self._filters[party][full] = subscription
        return outcome

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Give a subscription up; an unknown one is passed over.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        full = add_root(self._root, topic_filter)
        self._router.unsubscribe(self._client(party), [full], now=_NOW)
        self._filters[party].pop(full, None)

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish in the given order, and return what became of each, in order.

        Raises:
            TransportError: The transport is not open, or a party unknown.
        """
        # All of them first, so that an unknown party sends nothing.
        clients = [self._client(each.party) for each in publications]
        root, router = self._root, self._router
        outcomes = []
        for client_id, each in zip(clients, publications, strict=True):
            message = Message(root + each.topic, each.payload, 1, each.retain)
            code = router.publish(client_id, message, now=_NOW)
            outcomes.append(ACCEPTED if code < REFUSAL else outcome_of(code))
        return outcomes

    async def grant(self, party: PartyId, grant: str, rights: Sequence[Right]) -> None:
        """Add rights (on relative patterns); they are enforced at once.

        Raises:
            TransportError: The transport is not open, the party unknown, or a pattern is no filter.
        """
        self._client(party)
        try:
            self._router.rights.grant(party, grant, rooted(self._root, rights))
        except (UnknownAccountError, ValueError) as error:
            raise TransportError(f"memory: grant {grant!r} to {party!r}: {error}") from error

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take the rights of a grant away, at once.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        self._client(party)
        self._router.rights.revoke(party, grant)

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Deny a party all that matches these filters, at once.

        Raises:
            TransportError: The transport is not open, the party unknown, or a pattern is no filter.
        """
        self._client(party)
        try:
            self._router.rights.withhold(party, name, [add_root(self._root, pattern) for pattern in patterns])
        except (UnknownAccountError, ValueError) as error:
            raise TransportError(f"memory: withhold {name!r} from {party!r}: {error}") from error

    async def give_back(self, party: PartyId, name: str) -> None:
        """Deny a party no longer what was withheld under this name, at once.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        client_id = self._client(party)
        self._router.rights.give_back(party, name)
        if self._router.connected(client_id):  # a subscription may have been refused meanwhile
            self._router.subscribe(client_id, list(self._filters[party].values()), now=_NOW)

    async def kill(self) -> None:
        """Forget all but accounts and rights; nobody is connected before `restart`."""
        self._router.lose_memory()

    async def restart(self) -> None:
        """Connect everybody again, with the subscriptions it had."""
        for party in self._clients:
            self._come(party, anew=True)

    def is_gone(self) -> bool:
        """Return False: there is nothing that could die."""
        return False

    async def part(self, party: PartyId) -> None:
        """Disconnect a party; its session goes on, and messages wait in it.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        self._router.disconnect(self._client(party), now=_NOW, with_will=False)

    async def rejoin(self, party: PartyId, *, anew: bool) -> None:
        """Connect a party again; what waits in its session arrives before this returns, unless it comes ``anew``.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        self._client(party)
        self._come(party, anew=anew)

    async def answer_late(self, party: PartyId, *, late: bool) -> None:
        """Have a party's client acknowledge a delivery only when it comes again, or as it comes once more.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        self._client(party)
        self._outlets[party].auto_acknowledge = not late
        await self.drop(party)

    async def drop(self, party: PartyId) -> None:
        """Disconnect a party and connect it again, to its session.

        Raises:
            TransportError: The transport is not open, or the party unknown.
        """
        await self.part(party)
        await self.rejoin(party, anew=False)

    def _come(self, party: PartyId, *, anew: bool) -> None:
        client_id = self._clients[party]
        request = ConnectRequest(client_id, party, clean_start=anew, session_expiry_s=_SESSION_EXPIRY_S)
        self._router.connect(request, now=_NOW, outlet=self._outlets[party])
        if anew:
            self._router.subscribe(client_id, list(self._filters[party].values()), now=_NOW)

    def take_denials(self) -> list[Denial]:
        """Return nothing: here are no clients but ours."""
        return []

    def take_connection_events(self) -> list[str]:
        """Return nothing: here are no connections."""
        return []

    def _connect(self, name: str, on_arrival: Callable[[Arrival], None]) -> None:
        if not self._router.rights.known(name):
            raise TransportError(f"memory: {name} has no account")
        client_id = client_id_of(self._run, name, "memory")
        self._clients[name] = client_id

        def acknowledge(packet_id: int) -> None:
            self._router.acknowledge(client_id, packet_id, now=_NOW)

        self._outlets[name] = _Outlet(name, self._root, on_arrival, acknowledge)
        self._filters[name] = {}
        self._come(name, anew=True)

    def _client(self, party: PartyId) -> str:
        client_id = self._clients.get(party)
        if client_id is None:
            state = "is closed" if self._closed else "is not open" if not self._clients else "is open"
            raise TransportError(f"memory: no client for {party!r}; this transport {state}")
        return client_id
