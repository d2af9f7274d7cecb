"""Tasks of a transport: connections kept up, and several things done at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, TypeVar

from sim.transport.connection import Connection
from sim.transport.outcomes import Health
from sim.transport.port import Arrival, TransportError

_Found = TypeVar("_Found")


def keep(connection: Connection, health: Health) -> asyncio.Task[None]:
    """Keep a connection up until the task is cancelled; where that cannot be done, the transport has failed."""

    def ended(keeper: asyncio.Task[None]) -> None:
        if not keeper.cancelled() and (error := keeper.exception()) is not None:
            health.fail(f"the connection of {connection.name} cannot be kept: {error!r}", error)

    keeper = asyncio.create_task(connection.keep_up(), name=f"keep up {connection.name}")
    keeper.add_done_callback(ended)
    return keeper


async def all_of(steps: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all of this at once; when one fails, end the rest and raise what it raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except (
        ExceptionGroup
    ) as failures:  # no except*: what is raised inside one comes out in a group on Python 3.11.2
        _, bugs = failures.split(TransportError)
        if bugs is not None:
            raise
        raise failures.exceptions[0] from None


async def together(steps: Iterable[Awaitable[_Found]]) -> list[_Found]:
    """Do all of this at once, to the end of each; raise what the first raised, if one did."""
    found = await asyncio.gather(*steps, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]


def passed_over(_arrival: Arrival) -> None:
    """Take a delivery that comes to nobody."""
