"""The embedded broker as a session uses it."""

from __future__ import annotations

from collections.abc import Sequence

from brokers.adapter import Account, BrokerError, Denial, Endpoint, Manners, Right
from brokers.embedded.limits import Limits
from brokers.embedded.messages import Overflow
from brokers.embedded.rights import UnknownAccountError
from brokers.embedded.router import Router
from brokers.embedded.server import Server

LOOPBACK = "127.0.0.1"


class EmbeddedBroker:
    """An MQTT 5 broker inside this process, on the loopback interface; any MQTT 5 client can use it.

    A change of rights works at once and leaves connections alone: what a user may no longer read is not
    delivered any more, not even what already waits, and a subscription works again once the right is back.

    Args:
        limits: Bounds; the defaults suit an exercise on one machine.
        port: The port to listen on; 0 takes a free one.

    Attributes:
        name: ``embedded``.
        manners: It cuts nobody off.
    """

    name = "embedded"
    manners = Manners()

    def __init__(self, *, limits: Limits | None = None, port: int = 0) -> None:
        self._limits = limits or Limits()
        self._port = port
        self._denials: list[Denial] = []
        self._overflows: list[Overflow] = []
        self._denials_lost = 0
        self._router = self._new_router()
        self._server: Server | None = None
        self._endpoint: Endpoint | None = None

    @property
    def router(self) -> Router:
        """The router of this run; its time is that of the event loop."""
        return self._router

    @property
    def denials_lost(self) -> int:
        """How many denials were not kept because nobody took the earlier ones."""
        return self._denials_lost

    def _new_router(self) -> Router:
        return Router(limits=self._limits, on_denial=self._keep_denial, on_overflow=self._keep_overflow)

    async def start(self, accounts: Sequence[Account]) -> Endpoint:
        """Start with these accounts and without sessions; return when clients can connect.

        Raises:
            BrokerError: If it runs already, an account is invalid, or the port cannot be had.
        """
        if self.running():
            raise BrokerError("the embedded broker runs already: stop it first")
        self._router = self._new_router()
        for account in accounts:
            try:
                self._router.rights.set_account(account)
            except ValueError as error:
                raise BrokerError(f"account {account.username!r}: {error}") from error
        server = Server(self._router)
        endpoint = await server.start(LOOPBACK, self._port)
        self._server = server
        self._endpoint = endpoint
        return endpoint

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Add rights under the name ``grant``; they work at once.

        Raises:
            BrokerError: If there is no such user, or a right has an invalid pattern.
        """
        try:
            self._router.rights.grant(username, grant, rights)
        except (UnknownAccountError, ValueError) as error:
            raise BrokerError(f"grant {grant!r} to {username!r}: {error}") from error

    async def revoke(self, username: str, grant: str) -> None:
        """Take the rights of ``grant`` away; nothing more is delivered under them, not even what waits.

        Raises:
            BrokerError: If there is no such user.
        """
        try:
            self._router.rights.revoke(username, grant)
        except UnknownAccountError as error:
            raise BrokerError(f"revoke {grant!r} from {username!r}: {error}") from error

    async def withhold(self, username: str, name: str, patterns: Sequence[str]) -> None:
        """Deny under ``name`` all that matches these filters, at once, whatever rights there are or will be.

        Raises:
            BrokerError: If there is no such user, or a pattern is no filter.
        """
        try:
            self._router.rights.withhold(username, name, patterns)
        except (UnknownAccountError, ValueError) as error:
            raise BrokerError(f"withhold {name!r} from {username!r}: {error}") from error

    async def give_back(self, username: str, name: str) -> None:
        """Deny no longer what was withheld under ``name``, at once.

        Raises:
            BrokerError: If there is no such user.
        """
        try:
            self._router.rights.give_back(username, name)
        except UnknownAccountError as error:
            raise BrokerError(f"give {name!r} back to {username!r}: {error}") from error

    async def kill(self) -> None:
        """Break all connections without a word, and forget all but accounts and rights; safe to call twice."""
        server, self._server = self._server, None
        self._router.lose_memory()
        if server:
            await server.kill()

    async def restart(self) -> None:
        """Serve again at the same address, after `kill`.

        Raises:
            BrokerError: If it runs, was never started, or the address cannot be had again.
        """
        if self.running() or self._endpoint is None:
            raise BrokerError("only an embedded broker that was killed can be restarted")
        server = Server(self._router)
        await server.start(self._endpoint.host, self._endpoint.port)
        self._server = server

    def take_denials(self) -> list[Denial]:
        """Return the denials since the last call, in the order in which they happened."""
        denials, self._denials = self._denials, []
        return denials

    def take_overflows(self) -> list[Overflow]:
        """Return which clients began to lose messages since the last call."""
        overflows, self._overflows = self._overflows, []
        return overflows

    def running(self) -> bool:
        """Say whether the broker serves."""
        return self._server is not None and self._server.running

    async def stop(self) -> None:
        """Disconnect all clients with 0x8B and stop; safe to call twice."""
        server, self._server = self._server, None
        if server:
            await server.stop()

    def _keep_denial(self, denial: Denial) -> None:
        if len(self._denials) < self._limits.denials:
            self._denials.append(denial)
        else:
            self._denials_lost += 1

    def _keep_overflow(self, overflow: Overflow) -> None:
        if len(self._overflows) < self._limits.denials:
            self._overflows.append(overflow)
