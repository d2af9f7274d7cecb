"""One worker as the coordinator knows it: orders out, reports in, and what is to be done when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from sim.core.model.ids import PartyId
from sim.session.workers.frames import (
    Arrived,
    Beat,
    Engage,
    Failed,
    FrameError,
    Hello,
    Order,
    Ordered,
    Report,
    Reported,
    encode,
)
from sim.session.workers.standin import History
from sim.transport.port import TransportError

_SHOWN_MAX = 40
"""Parties of a lost worker that are named; of more, the rest is counted."""

_Answer = TypeVar("_Answer", bound=Report)


class WorkerLost(TransportError):  # noqa: N818 -- what happened, as elsewhere
    """A worker is gone, or can be trusted no longer; the message names it and its parties."""


class Remote:
    """A worker, and the parties that it plays.

    Args:
        name: Its name, which is its account.
        parties: Whom it plays, in order of id.
        send: Sends it the bytes of a frame.
        on_arrived: Called with what came to its parties.
        history: Takes down what it is asked, for who may have to take its place.

    Attributes:
        name: Its name.
        parties: Whom it plays.
        here: Done once it has said that it is there.
        events: What happened to its connections, since somebody took it.
        lost: Why it counts as gone; "" as long as it does not.
        is_trusted: Whether all that it said made sense so far.
        engaged: What it was engaged with, once it was.
        history: What it was asked; None where nobody would take its place.
    """

    def __init__(
        self,
        name: str,
        parties: Sequence[PartyId],
        send: Callable[[bytes], None],
        on_arrived: Callable[[Arrived], None],
        history: History | None = None,
    ) -> None:
        self.name = name
        self.parties = tuple(parties)
        self.here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.events: list[str] = []
        self.lost = ""
        self.is_trusted = True
        self.engaged: Engage | None = None
        self.history = history
        self._send = send
        self._on_arrived = on_arrived
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Report]] = {}

    def tell(self, order: Order) -> None:
        """Give an order that wants no answer; one that is gone is told nothing."""
        if not self.lost:
            self._send(encode(Ordered(0, order)))

    async def announce(self, order: Order) -> None:
        """Give an order that wants no answer.

        Raises:
            WorkerLost: It is gone.
        """
        self.check()
        self.tell(order)

    def take_events(self) -> list[str]:
        """Return what happened to its connections since the last call."""
        events, self.events = self.events, []
        return events

    def check(self) -> None:
        """Raise what became of a worker that is gone.

        Raises:
            WorkerLost: It is.
        """
        if self.lost:
            raise WorkerLost(self.told())

    async def ask(self, order: Order, expected: type[_Answer]) -> _Answer:
        """Give an order, and return the report on it, which must be of this sort.

        Raises:
            WorkerLost: It is gone, or reported something else.
            TransportError: The order could not be carried out: the broker or a connection failed.
        """
        self.check()
        self._number += 1
        number = self._number
        answer: asyncio.Future[Report] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._send(encode(Ordered(number, order)))
        try:
            report = await answer
        finally:
            self._waiting.pop(number, None)
        self.check()
        if isinstance(report, Failed):
            if report.is_transport:
                raise TransportError(report.why)
            self.is_trusted = False
            self.lose(report.why)
        elif not isinstance(report, expected):
            self.distrust(f"a {type(report).__name__}, where a {expected.__name__} was asked for")
        else:
            if self.history is not None:
                self.history.note(order)
            return report
        raise WorkerLost(self.told())

    def take(self, reported: Reported) -> None:
        """Take a report.

        Raises:
            FrameError: Nobody asked for it.
        """
        self.events += reported.events
        body = reported.body
        if isinstance(body, Hello):
            if not self.here.done():
                self.here.set_result(None)
        elif isinstance(body, Arrived):
            self._take_arrived(body)
        elif not isinstance(body, Beat):
            waiting = self._waiting.pop(reported.number, None)
            if waiting is None:
                raise FrameError(f"expected the answer to an order, found one to {reported.number}")
            if not waiting.done():
                waiting.set_result(body)

    def _take_arrived(self, arrived: Arrived) -> None:
        others = {party for _, _, to in arrived.arrivals for party in to} - set(self.parties)
        if others:
            raise FrameError(f"expected what came to its own parties, found {min(others)!r}")
        self._on_arrived(arrived)

    def distrust(self, found: str) -> None:
        """Believe nothing more of what it says: it sent something that makes no sense, and the run ends with it."""
        self.is_trusted = False
        self.lose(f"it sent {found}")

    def lose(self, why: str) -> None:
        """Note that it is gone; whoever waits for it is told. Only the first reason counts."""
        if self.lost:
            return
        self.lost = why
        if not self.here.done():
            self.here.set_result(None)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(Failed(why, is_transport=False))

    def told(self) -> str:
        """Return who is lost, and why, in words."""
        shown = ", ".join(self.parties[:_SHOWN_MAX])
        more = len(self.parties) - _SHOWN_MAX
        return f"{self.name} is lost ({self.lost}), and with it {shown}" + (
            f" and {more} more" if more > 0 else ""
        )
