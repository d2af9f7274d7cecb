"""Outages, done to a broker and its clients as the engine foresees them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from sim.core.engine.exchange import Step
from sim.core.messages.topics import TOOL_PATTERNS
from sim.core.world.technology import OutageType
from sim.diagnostics import get_logger
from sim.session.lockstep import Barrier
from sim.transport.port import Transport

_diagnostics = get_logger()


async def carry_out(steps: Sequence[Step], transport: Transport, barrier: Barrier) -> None:
    """Do to the broker and to clients what the steps of a turn say; what is due is expected, and not waited for.

    Raises:
        TransportError: The broker or a client did not follow.
    """
    for step in steps:
        _diagnostics.info("outage", outage=step.outage, type=step.type.value, begins=step.begins)
        for due in step.due:
            barrier.expect_late(due.payload, due.topic, due.event.id, due.party)
        await _DO[step.type](step, transport)


async def _rights(step: Step, transport: Transport) -> None:
    for party in step.parties:
        if step.begins:
            await transport.withhold(party, step.outage, TOOL_PATTERNS)
        else:
            await transport.give_back(party, step.outage)


async def _broker(step: Step, transport: Transport) -> None:
    await (transport.kill() if step.begins else transport.restart())


async def _partition(step: Step, transport: Transport) -> None:
    for party in step.parties:
        await (transport.part(party) if step.begins else transport.rejoin(party, anew=step.anew))


async def _duplicates(step: Step, transport: Transport) -> None:
    for party in step.parties:
        await transport.answer_late(party, late=step.begins)


async def _retained(step: Step, transport: Transport) -> None:
    if step.begins:
        await transport.kill()
        await transport.restart()


async def _nothing(_step: Step, _transport: Transport) -> None:
    """Do nothing now: it happens when something is published, or in exercise time only."""


_DO: Final[Mapping[OutageType, Callable[[Step, Transport], Awaitable[None]]]] = {
    OutageType.RIGHTS: _rights,
    OutageType.BROKER: _broker,
    OutageType.PARTITION: _partition,
    OutageType.RECONNECT: _nothing,
    OutageType.SLOW: _nothing,
    OutageType.DUPLICATES: _duplicates,
    OutageType.RETAINED: _retained,
}
