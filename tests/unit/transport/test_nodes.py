"""A client of a cluster: at the node of its account, and at the next when that one does not answer."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from brokers.adapter import Account, Endpoint
from sim.transport.mqtt import MqttTransport
from sim.transport.port import CONTROL, RECORDER, Arrival, TransportError
from tests.unit.transport.stub import StubBroker
from tests.unit.transport.test_mqtt import PATIENCE, row

ACCOUNTS = [Account(name, "secret") for name in ("alfa", CONTROL, RECORDER)]


def nobody_there() -> tuple[str, int]:
    """Return an address at which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    return host, port


def ignore(_arrival: Arrival) -> None:
    pass


def transport_at(broker: StubBroker, endpoint: Endpoint) -> MqttTransport:
    return MqttTransport(broker, endpoint, ACCOUNTS, "run", patience=PATIENCE)


async def test_who_finds_its_node_dead_goes_to_another_at_the_start_and_later() -> None:
    first, second = StubBroker(), StubBroker()
    places = [await broker.start(ACCOUNTS) for broker in (first, second)]
    nodes = (nobody_there(), *((each.host, each.port) for each in places))
    transport = transport_at(first, Endpoint(*nodes[0], nodes=nodes))
    async with asyncio.timeout(20):
        await transport.open(["alfa"], ignore)
        assert {*first.connects, *second.connects} == {"alfa:run", "control:run", "recorder:run"}
        await first.stop()
        await transport.publish(row("a"))
        await transport.drop("alfa")
        await transport.publish(row("b"))
        assert "alfa:run" in second.connects
        await transport.close()
        await second.stop()


async def test_where_no_node_answers_that_is_said() -> None:
    nodes = (nobody_there(), nobody_there())
    transport = transport_at(StubBroker(), Endpoint(*nodes[0], nodes=nodes))
    async with asyncio.timeout(20):
        with pytest.raises(TransportError, match="cannot connect"):
            await transport.open(["alfa"], ignore)
        await transport.close()


async def test_a_node_that_refuses_is_not_left_for_another() -> None:
    refusing = StubBroker(accept=0x87)
    other = StubBroker()
    places = [await broker.start(ACCOUNTS) for broker in (refusing, other)]
    nodes = tuple((each.host, each.port) for each in places)
    endpoint = Endpoint(*nodes[0], nodes=nodes)
    # Whose node is the one that refuses.
    names = [f"vr{number}" for number in range(20)]
    name = next(each for each in names if endpoint.addresses(each)[0] == nodes[0])
    accounts = [*(replace(each) for each in ACCOUNTS), Account(name, "secret")]
    transport = MqttTransport(other, endpoint, accounts, "run", patience=PATIENCE)
    async with asyncio.timeout(20):
        with pytest.raises(TransportError, match="cannot connect"):
            await transport.open([name], ignore)
        await transport.close()
        for broker in (refusing, other):
            await broker.stop()
    assert f"{name}:run" not in other.connects
