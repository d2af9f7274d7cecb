"""The transport in memory: what it refuses to open, and that nothing waits."""

from __future__ import annotations

import pytest

from brokers.adapter import Account, Action, Right
from sim.transport.memory import MemoryTransport
from sim.transport.port import CONTROL, RECORDER, Arrival, Outgoing, TransportError

READ_ALL = (Right(Action.READ, "beeld/run/#"),)
OURS = [Account(CONTROL, "secret"), Account(RECORDER, "secret", READ_ALL)]


def ignore(_arrival: Arrival) -> None:
    pass


async def test_deliveries_have_arrived_when_the_call_returns() -> None:
    alfa = Account("alfa", "secret", (Right(Action.PUBLISH, "beeld/run/own/alfa"),))
    arrivals: list[Arrival] = []
    transport = MemoryTransport([alfa, *OURS], "run")
    await transport.open(["alfa"], arrivals.append)
    await transport.publish([Outgoing("alfa", "own/alfa", b"x", retain=True)])
    assert arrivals == [Arrival(RECORDER, "own/alfa", b"x")]
    assert transport.take_connection_events() == []
    await transport.close()


@pytest.mark.parametrize(
    ("accounts", "match"),
    [
        (OURS, "alfa has no account"),
        ([Account("alfa", "secret", (Right(Action.READ, "a/#/b"),)), *OURS], "a/#/b"),
        ([Account("alfa", ""), Account(CONTROL, ""), Account(RECORDER, "")], "recorder may not read"),
    ],
)
async def test_what_cannot_be_opened(accounts: list[Account], match: str) -> None:
    transport = MemoryTransport(accounts, "run")
    with pytest.raises(TransportError, match=match):
        await transport.open(["alfa"], ignore)
    await transport.close()


async def test_not_open() -> None:
    transport = MemoryTransport(OURS, "run")
    with pytest.raises(TransportError, match="not open"):
        await transport.publish([Outgoing("alfa", "own/alfa", b"x")])
