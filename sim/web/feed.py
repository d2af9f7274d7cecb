"""What keeps an open page up to date: the parts that changed, over a WebSocket, a few times a second at the most."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

import msgspec
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from sim.core.model.text import Language
from sim.diagnostics import get_logger
from sim.web.frame import Frame, Sent
from sim.web.stirring import first

SEND_S: Final = 0.4
"""Wall time between two times that a page is sent what changed."""
ASKED_BYTES_MAX: Final = 8 * 1024
SEND_TIMEOUT_S: Final = 10.0
"""Wall time that a browser may take to take in what it is sent; then it is cut off, and comes back by itself."""

_GONE: Final = (WebSocketDisconnect, RuntimeError)
"""What is raised where a browser is no longer there."""

_diagnostics = get_logger()


class Visiting(Protocol):
    """Somebody at an open page.

    Attributes:
        asks: What they ask to see.
    """

    asks: Mapping[str, str]

    @property
    def template(self) -> str:
        """Return what the page looks like."""
        ...

    @property
    def language(self) -> Language:
        """Return which language they read."""
        ...

    async def show(self) -> Mapping[str, Any]:
        """Return what the template needs."""
        ...

    async def stirred(self) -> None:
        """Wait until there may be something new to show."""
        ...


class Feed:
    """Sends open pages what changed.

    Args:
        enter: Returns the visit of who opens a page; None where there is none for them.
        frame: In which pages are shown.
    """

    def __init__(self, enter: Callable[[HTTPConnection], Awaitable[Visiting | None]], frame: Frame) -> None:
        self._enter = enter
        self._frame = frame

    async def serve(self, socket: WebSocket) -> None:
        """Serve one open page until it is closed."""
        visit = await self._enter(socket)
        if visit is None:
            await socket.close(1008)
            return
        await socket.accept()
        asked = asyncio.Event()
        sending = asyncio.create_task(self._send(socket, visit, asked))
        listening = asyncio.create_task(self._listen(socket, visit, asked))
        tasks = (sending, listening)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        await asyncio.wait(tasks)
        sent, _ = await asyncio.gather(*tasks, return_exceptions=True)
        fails = isinstance(sent, Exception) and not isinstance(sent, _GONE)
        if fails:
            _diagnostics.error("a page is sent nothing more", page=visit.template, problem=repr(sent))
        with suppress(*_GONE):  # its browser comes back by itself
            await socket.close(1011 if fails else 1008)

    @staticmethod
    async def _listen(socket: WebSocket, visit: Visiting, asked: asyncio.Event) -> None:
        """Take what a page asks for, until it is closed or asks for what no page of ours does."""
        while True:
            visit.asks = _asks(await socket.receive_text())
            asked.set()

    async def _send(self, socket: WebSocket, visit: Visiting, asked: asyncio.Event) -> None:
        sent = Sent()
        while True:
            asked.clear()
            stirred = asyncio.create_task(visit.stirred())
            try:
                parts = self._frame.parts(visit.template, visit.language, await visit.show())
                if changed := sent.changed(parts):
                    async with asyncio.timeout(SEND_TIMEOUT_S):
                        await socket.send_text(msgspec.json.encode(changed).decode())
                # Not more often than so; but what a person asks for is shown at once.
                await first(asyncio.create_task(asked.wait()), asyncio.create_task(asyncio.sleep(SEND_S)))
                await first(asyncio.create_task(asked.wait()), stirred)
            finally:
                stirred.cancel()


def _asks(text: str) -> Mapping[str, str]:
    """Return what a page asks for.

    Raises:
        ValueError: It is none of what our pages send.
    """
    if len(text) > ASKED_BYTES_MAX:
        raise ValueError("more was asked than a page of ours does")
    return msgspec.json.decode(text, type=dict[str, str])
