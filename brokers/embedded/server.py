"""The embedded broker on a TCP socket: asyncio around `Connection` and `Router`."""

from __future__ import annotations

import asyncio
import socket

from brokers.adapter import BrokerError, Endpoint
from brokers.embedded.connection import Connection, Phase
from brokers.embedded.router import Router

_LINGER_S = 2.0  # how long a client that was told to go may take to read that


class _Socket(asyncio.Protocol):
    """One socket; everything that the protocol decides is in `Connection`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._connection = Connection(
            server.router, now=self._loop.time(), wake=self._wake, backlog=self._backlog
        )
        self._timer: asyncio.TimerHandle | None = None
        self._woken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not self._server.admit(self):
            transport.abort()
            return
        raw: socket.socket = transport.get_extra_info("socket")
        # Small packets go at once; else each waits up to 40 ms for the acknowledgement of the one before.
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watch()

    def data_received(self, data: bytes) -> None:
        self._connection.receive(data, self._loop.time())
        self._server.watch_router()

    def connection_lost(self, _error: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()
        self._transport = None
        self._connection.lost(self._loop.time())
        self._server.forget(self)
        self._server.watch_router()

    def shut_down(self) -> None:
        self._connection.shut_down(self._loop.time())
        self._flush()

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def _backlog(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport else 0

    def _wake(self) -> None:
        # All that one round of the event loop has for this client goes out in one write.
        if not self._woken:
            self._woken = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._woken = False
        data = self._connection.take_output(self._loop.time())
        self._server.watch_router()
        if self._transport is None or self._transport.is_closing():
            return
        if data:
            self._transport.write(data)
        if self._connection.phase is Phase.CUT:
            self._transport.abort()
        elif self._connection.phase is Phase.CLOSED:
            self._transport.close()
            self._set_timer(self._loop.time() + _LINGER_S)
        elif self._timer is None or self._connection.deadline < self._timer.when():
            self._watch()  # CONNECT was accepted with a keep alive shorter than the connect timeout

    def _watch(self) -> None:
        """Ask again at the deadline, which may have moved by then; a timer per packet would be slow."""
        if self._connection.deadline != float("inf"):
            self._set_timer(self._connection.deadline)

    def _set_timer(self, when: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._connection.phase in (Phase.CLOSED, Phase.CUT):
            self.abort()
            return
        self._connection.check_time(self._loop.time())
        if self._connection.phase in (Phase.NEW, Phase.CONNECTED):
            self._watch()


class Server:
    """Serves a router on a port of the loopback interface, until `stop`.

    The router's time is the time of the event loop.
    """

    def __init__(self, router: Router) -> None:
        self.router = router
        self._listener: asyncio.Server | None = None
        self._sockets: dict[_Socket, None] = {}  # a dict keeps the order in which they came
        self._empty = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Whether the server listens."""
        return self._listener is not None and self._listener.is_serving()

    async def start(self, host: str, port: int) -> Endpoint:
        """Listen; port 0 takes a free one.

        Raises:
            BrokerError: If the address cannot be had.
        """
        loop = asyncio.get_running_loop()
        try:
            # The backlog lets all clients of an exercise connect at once; the system would make them wait.
            self._listener = await loop.create_server(
                lambda: _Socket(self), host, port, backlog=self.router.limits.connections
            )
        except OSError as error:
            raise BrokerError(
                f"cannot listen on {host}:{port}: {error.strerror}; choose another port"
            ) from error
        address = self._listener.sockets[0].getsockname()
        return Endpoint(address[0], address[1])

    async def stop(self) -> None:
        """Stop listening, tell all clients, and wait until their sockets are closed."""
        if self._listener is None:
            return
        listener, self._listener = self._listener, None
        listener.close()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for client in list(self._sockets):
            client.shut_down()
        if self._sockets:
            await self._wait_for_sockets()
        await listener.wait_closed()

    async def kill(self) -> None:
        """Close everything at once, without a word to anybody; return when no socket is left."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._empty.clear()
        for client in list(self._sockets):
            client.abort()
        if self._sockets:
            await self._empty.wait()
        if listener is not None:
            await listener.wait_closed()

    async def _wait_for_sockets(self) -> None:
        self._empty.clear()
        try:
            await asyncio.wait_for(self._empty.wait(), _LINGER_S)
        except TimeoutError:
            for client in list(self._sockets):
                client.abort()
            await self._empty.wait()

    def admit(self, client: _Socket) -> bool:
        """Count a new socket; False if there are too many even to refuse it politely, or the server stops."""
        self._sockets[client] = None
        limits = self.router.limits
        return self._listener is not None and len(self._sockets) <= limits.connections + limits.spare_sockets

    def forget(self, client: _Socket) -> None:
        """Take a closed socket off the list."""
        self._sockets.pop(client, None)
        if not self._sockets:
            self._empty.set()

    def watch_router(self) -> None:
        """Make sure that the router's next deadline is kept."""
        deadline = self.router.next_deadline
        if deadline is None or self._listener is None:
            return
        if self._timer is None or deadline < self._timer.when():
            if self._timer:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_at(deadline, self._tick, deadline)

    def _tick(self, deadline: float) -> None:
        self._timer = None
        # Not before the deadline, even if the timer fired a clock tick early: else it would fire again.
        self.router.tick(max(asyncio.get_running_loop().time(), deadline))
        self.watch_router()
