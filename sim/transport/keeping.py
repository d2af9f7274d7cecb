"""Connections kept up, and several things done at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from brokers.adapter import Broker, Denial
from sim.transport.connection import Connection
from sim.transport.outcomes import Health
from sim.transport.port import Arrival, TransportError
from sim.transport.root import remove_root


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


def passed_over(_arrival: Arrival) -> None:
    """Take a delivery that comes to nobody."""


def cuts_off(broker: Broker, *, less: bool) -> bool:
    """Say whether a change by which the rights of an account become less, or more, cuts its connections."""
    return broker.disconnects_on_change if less else broker.disconnects_on_grant


def denials_of_others(denials: Iterable[Denial], ours: AbstractSet[str], root: str) -> list[Denial]:
    """Return the denials of clients that have none of our ids, with topics relative to a root."""
    return [
        replace(denial, topic=remove_root(root, denial.topic))
        for denial in denials
        if denial.client_id not in ours
    ]
