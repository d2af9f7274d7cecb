"""A worker: joins a run, plays the parties that it is given, and ends with the run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from brokers.adapter import Account, Endpoint
from sim.core.agents.agent import Behaviour
from sim.core.agents.roster import BEHAVIOURS
from sim.diagnostics import get_logger
from sim.runlog.manifest import versions
from sim.session.collector import calm_collector
from sim.session.workers.channel import Channel, down_topic, up_topic
from sim.session.workers.frames import (
    Arrived,
    Beat,
    Done,
    Engage,
    Failed,
    FrameError,
    Hello,
    Leave,
    Order,
    Ordered,
    Report,
    Reported,
    decode_order,
    encode,
)
from sim.session.workers.host import Host, Venue
from sim.session.workers.membership import Membership
from sim.transport.clients import MqttClients
from sim.transport.port import TransportError

_diagnostics = get_logger()

SILENCE_S: Final = 30.0
"""After how long a silence the coordinator counts as gone (s of wall time)."""

_SAME: Final = ("beeld", "msgspec", "shapely", "geos")
"""What must be of the same version on both sides, for both to come to the same."""


class WorkerRefused(Exception):  # noqa: N818 -- what happened
    """The worker cannot take part in this run; the message says why."""


class Worker:
    """One worker of one run.

    Args:
        membership: Which.
        roster: Behaviours by name.
    """

    def __init__(self, membership: Membership, roster: Mapping[str, Behaviour] = BEHAVIOURS) -> None:
        self._membership = membership
        self._roster = roster
        self._loop = asyncio.get_running_loop()
        self._orders: asyncio.Queue[Ordered] = asyncio.Queue()
        self._fault: asyncio.Future[None] = self._loop.create_future()
        self._channel: Channel | None = None
        self._host: Host | None = None
        self._beat_s = 1.0

    async def run(self, coordinator_gone: Callable[[], Awaitable[object]]) -> None:
        """Take part until the run is over.

        Args:
            coordinator_gone: Returns what is done when the coordinator is known to be gone.

        Raises:
            TransportError: The coordinator or the broker cannot be reached, or is gone.
            WorkerRefused: This worker does not fit the run.
        """
        me = self._membership
        account = Account(me.worker, me.password)
        line = MqttClients(me.run, lambda: True, me.endpoint, [account], me.run)
        channel = self._channel = Channel(line, me.worker)
        try:
            await channel.open([down_topic(me.worker)], self._take, self._broken)
            self._report(0, Hello())
            tasks = [
                asyncio.create_task(self._work(), name="work"),
                asyncio.create_task(self._beat(), name="beat"),
                asyncio.create_task(_until(coordinator_gone()), name="coordinator"),
                asyncio.create_task(_until(self._fault), name="line"),
            ]
            await _first(tasks)
        finally:
            if self._host is not None:
                await self._host.close()
            await channel.close()

    def _take(self, _topic: str, frame: bytes) -> None:
        ordered = decode_order(frame)
        if not isinstance(ordered.body, Beat):
            self._orders.put_nowait(ordered)

    def _broken(self, _topic: str, error: Exception) -> None:
        if not self._fault.done():
            self._fault.set_exception(TransportError(f"the line to the coordinator is broken: {error}"))

    async def _beat(self) -> None:
        channel, topic = self._channel, down_topic(self._membership.worker)
        assert channel is not None, "it beats while it works"
        while True:
            began_s, pause_s = self._loop.time(), self._beat_s
            await asyncio.sleep(pause_s)
            deaf_s = self._loop.time() - began_s - pause_s  # while nobody listened here nobody could be heard
            self._report(0, Beat())
            silent_s = self._loop.time() - channel.heard_s.get(topic, self._loop.time()) - deaf_s
            if silent_s > SILENCE_S:
                raise TransportError(f"nothing was heard of the coordinator for {silent_s:.0f} s")

    async def _work(self) -> None:
        while True:
            ordered = await self._orders.get()
            if isinstance(ordered.body, Leave):
                if self._host is not None:
                    await self._host.close()
                await self._say(ordered.number, Done())
                return
            try:
                report = await self._do(ordered.body)
            except (FrameError, WorkerRefused) as error:
                await self._say(ordered.number, Failed(str(error), is_transport=False))
                raise
            except TransportError as error:
                report = Failed(str(error), is_transport=True)
            if ordered.number:
                self._report(ordered.number, report)

    async def _do(self, order: Order) -> Report:
        if isinstance(order, Engage):
            await self._engage(order)
            return Done()
        if self._host is None:
            raise FrameError(f"expected to be engaged first, found {type(order).__name__}")
        return await self._host.do(order)

    async def _engage(self, order: Engage) -> None:
        require_versions(order.versions)
        self._beat_s = order.beat_s
        endpoint = self._membership.endpoint
        if order.server is not None:
            endpoint = Endpoint(*order.server, prefix=order.prefix, nodes=order.nodes, homes=order.homes)
        self._host = Host(order, Venue(endpoint, self._arrived), self._roster)
        await self._host.open()
        _diagnostics.info("engaged", worker=self._membership.worker, parties=len(order.passwords))

    def _arrived(self, arrived: Arrived) -> None:
        self._report(0, arrived)

    def _report(self, number: int, report: Report) -> None:
        channel = self._channel
        assert channel is not None, "it reports while it works"
        events = () if self._host is None else self._host.take_events()
        channel.send(up_topic(self._membership.worker), encode(Reported(number, report, events)))

    async def _say(self, number: int, report: Report) -> None:
        """Report something, and see that it is gone before anything is closed."""
        self._report(number, report)
        if self._channel is not None:
            await self._channel.flush()


def require_versions(theirs: Mapping[str, str]) -> None:
    """Refuse to take part where both sides could come to different things.

    Raises:
        WorkerRefused: Something is of another version here.
    """
    ours = versions()
    for name in _SAME:
        if ours[name] != theirs.get(name):
            raise WorkerRefused(
                f"{name}: expected version {theirs.get(name)} as the coordinator has, found {ours[name]}"
            )


async def work(
    membership: Membership,
    coordinator_gone: Callable[[], Awaitable[object]],
    roster: Mapping[str, Behaviour] = BEHAVIOURS,
) -> None:
    """Take part in a run until it is over.

    Raises:
        TransportError: The coordinator or the broker cannot be reached, or is gone.
        WorkerRefused: This worker does not fit the run.
        FrameError: The coordinator sent what makes no sense.
    """
    with calm_collector():
        await Worker(membership, roster).run(coordinator_gone)


async def _until(done: Awaitable[object]) -> None:
    await done


async def _first(tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the first of some tasks, end the others, and raise what it raised."""
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        if not task.cancelled():
            task.result()
