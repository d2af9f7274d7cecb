"""RabbitMQ as a cluster, seen by plain clients that know nothing of this product: what it does that others do not.

Each of these is a trap: without the adapter's doing a right would outlive its revoke, or a client would be cut off for
ever.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from brokers.adapter import Account, Action, Attempt, BrokerError, Endpoint, Right
from brokers.rabbitmq import RabbitMQBroker
from brokers.rabbitmq.accounts import QUEUE, VHOST
from brokers.rabbitmq.cluster import NODES
from brokers.rabbitmq.config import ADMINISTRATOR
from sim.core.model.access import AccessTable
from sim.session.exchange import exchange
from tests.contract.stage import CONNECTION_ENDED, Stranger
from tests.nodes import CLUSTER_MARKS, broker_on_nodes

pytestmark = [*CLUSTER_MARKS, pytest.mark.timeout(180)]

AL = Account("al", "password-of-al", (Right(Action.PUBLISH, "ex/al/#"), Right(Action.READ, "ex/al/#")))
BO = Account("bo", "password-of-bo", (Right(Action.PUBLISH, "ex/bo/#"), Right(Action.READ, "fence/#")))
HUB = Account("hub", "password-of-hub", (Right(Action.PUBLISH, "#"), Right(Action.READ, "#")))
READ_AL = (Right(Action.READ, "ex/al/#"),)
NOT_AUTHORIZED = 0x87


def listeners_of(folder: Path) -> set[str]:
    """Return what the nodes say of the listeners that they started."""
    said = "".join(path.read_text("utf-8") for path in folder.glob("?.log"))
    return set(re.findall(r"started (?:\w+ )?TCP listener|\w+ (?:\S+ )?listener started", said))


def assert_private(folder: Path, pids: list[int]) -> None:
    """Nobody else can read the secrets of a cluster: not in its files, nor in how its processes were started."""
    assert folder.stat().st_mode & 0o777 == 0o700
    cookie, conf = folder / ".erlang.cookie", folder / "1" / "node.conf"
    assert all(path.stat().st_mode & 0o077 == 0 for path in (cookie, conf))
    password = conf.read_text("utf-8").partition("default_pass = ")[2].partition("\n")[0]
    for pid in pids:
        words = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        assert cookie.read_bytes() not in words
        assert password.encode() not in words


def left_of(folder: Path, pids: list[int]) -> list[Path]:
    """Return what there is still of a cluster."""
    return [path for path in (folder, *(Path(f"/proc/{pid}") for pid in pids)) if path.exists()]


class Ring:
    """A cluster with three accounts, and clients that are ended after the test."""

    def __init__(self, broker: RabbitMQBroker, endpoint: Endpoint) -> None:
        self.broker = broker
        self.endpoint = endpoint
        self.management = broker.cluster.management
        self._clients: list[Stranger] = []

    async def enter(self, account: Account, node: int = 0, client_id: str = "") -> Stranger:
        """Let a client in at one node."""
        host, port = self.endpoint.nodes[node]
        client = Stranger(Endpoint(host, port), account, client_id)
        self._clients.append(client)
        assert await client.connect() == 0
        return client

    async def queues(self) -> dict[str, str]:
        """Return the kind of each session's queue."""
        found = await self.management.get("queues", VHOST)
        return {each["name"].removeprefix(QUEUE): each["type"] for each in found}

    async def leave(self) -> None:
        for client in self._clients:
            await client.leave()


@pytest.fixture
async def ring() -> AsyncIterator[Ring]:
    broker = broker_on_nodes()
    ring = Ring(broker, await broker.start([AL, BO, HUB]))
    yield ring
    await ring.leave()
    await broker.stop()


async def test_a_revoke_ends_a_live_subscription(ring: Ring) -> None:
    """RabbitMQ alone would go on delivering for as long as the connection lives."""
    await ring.broker.grant("bo", "scan", READ_AL)
    reader, writer = await ring.enter(BO, 1), await ring.enter(HUB, 2)
    assert await reader.subscribe("ex/al/#") == 1
    assert await reader.subscribe("fence/#") == 1
    await writer.publish("ex/al/x", b"1")
    assert await reader.receive() == ("ex/al/x", b"1")

    await ring.broker.revoke("bo", "scan")
    await reader.come_back(anew=False)
    await writer.publish("ex/al/x", b"2")
    await writer.publish("fence/x", b"3")
    assert await reader.receive() == ("fence/x", b"3")
    assert await reader.subscribe("ex/al/#") == NOT_AUTHORIZED


async def test_a_revoke_empties_the_session_of_who_is_away(ring: Ring) -> None:
    """What waits in a session would be delivered whenever its client comes back; what may be read still is."""
    await ring.broker.grant("bo", "scan", READ_AL)
    reader, writer = await ring.enter(BO), await ring.enter(HUB, 1)
    assert await reader.subscribe("ex/al/#") == 1
    assert await reader.subscribe("fence/#") == 1
    await reader.leave()
    for number in range(40):
        await writer.publish("ex/al/x", b"secret %d" % number)
        await writer.publish("fence/x", b"%d" % number)

    await ring.broker.revoke("bo", "scan")
    await reader.come_back(anew=False)
    await writer.publish("ex/al/x", b"secret, later")
    await writer.publish("fence/x", b"40")
    assert [await reader.receive() for _ in range(41)] == [
        ("fence/x", b"%d" % number) for number in range(41)
    ]


async def test_a_right_to_publish_is_not_remembered_by_the_connection(ring: Ring) -> None:
    await ring.broker.grant("bo", "write", [Right(Action.PUBLISH, "ex/al/#")])
    writer = await ring.enter(BO)
    assert await writer.publish("ex/al/x") < 0x80
    await ring.broker.revoke("bo", "write")
    await writer.come_back()
    assert await writer.publish("ex/al/x") == CONNECTION_ENDED


@pytest.mark.parametrize("node", range(NODES))
async def test_a_grant_holds_at_every_node_when_it_is_given(ring: Ring, node: int) -> None:
    """Without being cut off: who is connected already may subscribe and publish at once."""
    client = await ring.enter(BO, node)
    for number in range(5):
        grant = f"grant-{number}"
        rights = [Right(Action.READ, f"ex/{number}/#"), Right(Action.PUBLISH, f"ex/{number}/#")]
        await ring.broker.grant("bo", grant, rights)
        assert await client.subscribe(f"ex/{number}/#") == 1
        assert await client.publish(f"ex/{number}/x") < 0x80


async def test_a_refused_publication_that_is_sent_again_and_again_harms_its_sender_only(ring: Ring) -> None:
    """A plain client sends it at each connection, and is cut off at each; another goes on meanwhile."""
    losses = 0
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2, client_id="bo:stubborn", protocol=MQTTProtocolVersion.MQTTv5
    )
    client.username_pw_set(BO.username, BO.password)
    client.reconnect_delay_set(0.01, 0.01)  # type: ignore[arg-type]
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def lost(*_args: object) -> None:
        nonlocal losses
        losses += 1
        if losses == 5:
            loop.call_soon_threadsafe(done.set)

    client.on_disconnect = lost
    await asyncio.to_thread(client.connect, *ring.endpoint.nodes[0])
    client.publish("ex/al/forged", b"x", qos=1)
    client.loop_start()
    other = await ring.enter(AL)
    async with asyncio.timeout(30):
        await done.wait()
    assert await other.publish("ex/al/x") < 0x80
    client.disconnect()
    await asyncio.to_thread(client.loop_stop)
    client._reset_sockets(sockpair_only=True)  # which loop_stop leaves to the garbage collector
    denied = [each for each in ring.broker.take_denials() if each.attempt is Attempt.PUBLISH]
    assert {(each.username, each.client_id, each.topic) for each in denied} == {
        ("bo", "bo:stubborn", "ex/al/forged")
    }


async def test_sessions_are_kept_by_three_nodes(ring: Ring) -> None:
    reader = await ring.enter(AL)
    assert await reader.subscribe("ex/al/#") == 1
    assert await ring.queues() == {"al:strangerqos1": "quorum"}
    (queue,) = await ring.management.get("queues", VHOST)
    assert len(queue["members"]) == NODES


async def test_a_session_moves_to_another_node_with_what_waits(ring: Ring) -> None:
    reader, writer = await ring.enter(AL, 0), await ring.enter(HUB, 1)
    assert await reader.subscribe("ex/al/#") == 1
    await reader.leave()
    await writer.publish("ex/al/x", b"1")
    await reader.come_back(anew=False, endpoint=Endpoint(*ring.endpoint.nodes[2]))
    assert await reader.receive() == ("ex/al/x", b"1")


@pytest.mark.parametrize("node", range(NODES))
async def test_nothing_is_retained_at_any_node(ring: Ring, node: int) -> None:
    """RabbitMQ would keep it at the node of its publisher alone."""
    writer = await ring.enter(HUB, 0)
    assert await writer.publish("ex/al/state", b"old", retain=True) < 0x80
    reader = await ring.enter(AL, node)
    assert await reader.subscribe("ex/al/state") == 1
    await writer.publish("ex/al/state", b"new")
    assert await reader.receive() == ("ex/al/state", b"new")


async def test_nobody_takes_over_the_session_of_another(ring: Ring) -> None:
    """RabbitMQ checks no delivery: who has a session gets what comes into it, whoever they are."""
    reader, writer = await ring.enter(AL, 0, "al:session"), await ring.enter(HUB, 1)
    assert await reader.subscribe("ex/al/#") == 1
    await reader.leave()
    await writer.publish("ex/al/x", b"secret")
    host, port = ring.endpoint.nodes[2]
    thief = Stranger(Endpoint(host, port), BO, "al:session", lasting=True)
    answer = await thief.connect()
    if answer == 0:
        assert await thief.subscribe("fence/#") in (NOT_AUTHORIZED, CONNECTION_ENDED)
        await thief.ended()
    assert thief.waiting() == []
    await thief.leave()
    await reader.come_back(anew=False)
    assert await reader.receive() == ("ex/al/x", b"secret")


@pytest.mark.parametrize("client_id", ["somebody", "al", "bobby:x", "bo-x", "hub:bo:x"])
async def test_the_id_of_a_client_begins_with_the_name_of_its_account(ring: Ring, client_id: str) -> None:
    client = await ring.enter(BO, 0, client_id)
    assert await client.subscribe("fence/#") == NOT_AUTHORIZED


async def test_a_level_that_looks_like_a_wildcard_of_the_exchange_is_no_way_round(ring: Ring) -> None:
    """``*`` and ``.`` mean something to RabbitMQ, and nothing to MQTT."""
    for topic_filter in ("ex/*/x", "ex/al*", "*/al/x", "ex.al.x", "ex/al.x"):
        client = await ring.enter(BO)
        assert await client.subscribe(topic_filter) == NOT_AUTHORIZED
        await client.leave()


async def test_only_mqtt_is_spoken_and_nobody_but_the_administrator_manages(ring: Ring) -> None:
    assert ring.broker.folder is not None
    assert listeners_of(ring.broker.folder) == {
        "started MQTT TCP listener",
        "HTTP (non-TLS) listener started",
    }
    tags = {each["name"]: each["tags"] for each in await ring.management.get("users")}
    assert {name for name, tag in tags.items() if tag} == {ADMINISTRATOR}


async def test_wrong_passwords_and_unknown_names_are_let_in_nowhere(ring: Ring) -> None:
    accounts = (replace(AL, password="wrong"), Account("nobody", "x"), Account("guest", "guest"))
    for (host, port), account in zip(ring.endpoint.nodes, accounts, strict=True):
        stranger = Stranger(Endpoint(host, port), account)
        assert await stranger.connect() >= 0x80
        await stranger.leave()


async def test_a_cut_that_fails_leaves_its_account_outside(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ring.broker.grant("bo", "scan", READ_AL)

    async def refused(*_path: object, **_how: object) -> None:
        raise BrokerError("refused")

    monkeypatch.setattr(ring.management, "put", refused)
    with pytest.raises(BrokerError, match="refused"):
        await ring.broker.revoke("bo", "scan")
    monkeypatch.undo()
    stranger = Stranger(ring.endpoint, BO)
    assert await stranger.connect() >= 0x80
    await stranger.leave()


async def test_all_that_it_started_is_gone_afterwards() -> None:
    """The nodes, the daemon by which they find each other, their folder; and no port is open to other machines."""
    async with exchange("rabbitmq", AccessTable(rules={"al": ()}), "run") as opened:
        assert opened.endpoint is not None
        transport = opened.transport
        broker = transport._broker  # type: ignore[attr-defined]
        assert isinstance(broker, RabbitMQBroker)
        pids, folder = broker.cluster.pids, broker.folder
        assert len(pids) == NODES + 1
        assert folder is not None
        assert_private(folder, pids)
        ports = [port for _, port in opened.endpoint.nodes]
    assert left_of(folder, pids) == []
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


async def test_nodes_that_are_killed_and_started_again_know_all_rights_and_no_session(ring: Ring) -> None:
    await ring.broker.grant("bo", "scan", READ_AL)
    reader = await ring.enter(BO)
    assert await reader.subscribe("ex/al/#") == 1
    await ring.broker.kill()
    assert not ring.broker.running()
    await ring.broker.restart()
    assert await ring.queues() == {}
    await reader.come_back()
    assert await reader.subscribe("ex/al/#") == 1
    assert await reader.subscribe("#") == NOT_AUTHORIZED
    with pytest.raises(BrokerError, match="killed"):
        await ring.broker.restart()


async def test_wrong_use_is_told(ring: Ring) -> None:
    broker = ring.broker
    with pytest.raises(BrokerError, match="started already"):
        await broker.start([])
    with pytest.raises(BrokerError, match="nobody is called 'zed'"):
        await broker.grant("zed", "g", READ_AL)
    with pytest.raises(BrokerError, match="holds no grant"):
        await broker.revoke("al", "g")
    with pytest.raises(BrokerError, match="nothing is withheld"):
        await broker.give_back("al", "o")
    await broker.grant("al", "g", READ_AL)
    with pytest.raises(BrokerError, match="already holds"):
        await broker.grant("al", "g", READ_AL)
    with pytest.raises(BrokerError, match="runs already"):
        await broker.cluster.start_node(0)
    assert os.getpid() not in broker.cluster.pids
    with pytest.raises(BrokerError, match="not running"):
        await RabbitMQBroker().grant("al", "g", READ_AL)
