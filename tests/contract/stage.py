"""A stage for every transport: parties with few and different rights, and waiting without sleeping."""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import threading
from collections.abc import Awaitable, Callable

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from brokers.adapter import Account, Broker, Denial, Endpoint
from brokers.embedded import EmbeddedBroker
from brokers.mosquitto import FederatedMosquitto, MosquittoBroker, RegionServer
from brokers.rabbitmq import RabbitMQBroker
from sim.core.model.access import AccessTable, Rule
from sim.core.model.profile import Action
from sim.transport.memory import MemoryTransport
from sim.transport.mqtt import MqttTransport
from sim.transport.port import RECORDER, Arrival, Outcome, Outgoing, Transport
from sim.transport.root import accounts_for, root_of
from tests.nodes import broker_on_nodes

RUN = "contract"
ROOT = root_of(RUN)
PARTIES = ("alfa", "bravo", "charlie")
PATIENCE_S = 20.0


BROKERS: dict[str, Callable[[], Broker]] = {
    "embedded": EmbeddedBroker,
    "mosquitto": MosquittoBroker,
    "rabbitmq": broker_on_nodes,
}

REFUSED = Outcome(accepted=False, reason_code=0x87, how="code")
CUT_OFF = Outcome(accepted=False, how="disconnect")
"""What a refused publication is where the broker closes the connection instead of answering."""


def rules(party: str, *rights: tuple[Action, str]) -> tuple[Rule, ...]:
    return tuple(Rule(party, action, pattern, "rule", "test") for action, pattern in rights)


# alfa and bravo read each other; charlie reads its post only, until it is let in.
TABLE = AccessTable(
    rules={
        "alfa": rules(
            "alfa",
            (Action.PUBLISH, "own/alfa/#"),
            (Action.PUBLISH, "post/+/alfa/+"),
            (Action.READ, "own/#"),
            (Action.READ, "clock"),
        ),
        "bravo": rules("bravo", (Action.PUBLISH, "own/bravo/#"), (Action.READ, "own/#")),
        "charlie": rules("charlie", (Action.PUBLISH, "own/charlie/#"), (Action.READ, "post/charlie/#")),
    }
)


class Stage:
    """An open transport and all that arrived."""

    def __init__(self, transport: Transport, accounts: list[Account]) -> None:
        self.transport = transport
        self.accounts = {account.username: account for account in accounts}
        self.arrivals: list[Arrival] = []
        self.broker: Broker | None = None
        self.endpoint: Endpoint | None = None
        self._arrived = asyncio.Event()

    @property
    def refused(self) -> Outcome:
        """What becomes of a refused publication here; a refused subscription is answered everywhere."""
        cuts = self.broker is not None and self.broker.manners.disconnects_on_refusal
        return CUT_OFF if cuts else REFUSED

    def take(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        self._arrived.set()

    def of(self, party: str) -> list[tuple[str, bytes]]:
        return [(each.topic, each.payload) for each in self.arrivals if each.party == party]

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not what():
                self._arrived.clear()
                await self._arrived.wait()

    async def arrived(self, party: str, topic: str, payload: bytes) -> None:
        await self.until(lambda: (topic, payload) in self.of(party))

    async def publish(
        self, party: str, topic: str, payload: bytes = b"x", *, retain: bool = False
    ) -> Outcome:
        (outcome,) = await self.transport.publish([Outgoing(party, topic, payload, retain)])
        return outcome

    async def subscribe(self, party: str, topic_filter: str) -> None:
        outcome = await self.transport.subscribe(party, topic_filter)
        assert outcome.accepted, outcome

    async def denials(self, count: int) -> list[Denial]:
        """Wait for denials, which a broker may tell somewhat after the fact."""
        found: list[Denial] = []
        async with asyncio.timeout(PATIENCE_S):
            while len(found) < count:
                found += self.transport.take_denials()
                # One exchange with the broker, instead of a pause.
                await self.publish("alfa", "own/alfa/ping", b"")
        return found

    async def kill(self) -> None:
        if isinstance(self.broker, MosquittoBroker):
            assert self.broker.pid is not None
            os.kill(self.broker.pid, signal.SIGKILL)
        elif isinstance(self.broker, FederatedMosquitto):
            for pid in self.broker.pids:
                os.kill(pid, signal.SIGKILL)
        elif isinstance(self.broker, RabbitMQBroker):
            for pid in self.broker.cluster.pids:
                os.kill(pid, signal.SIGKILL)
        elif self.broker is not None:
            await self.broker.stop()


CONNECTION_ENDED = -1
"""Instead of an answer."""


class Stranger:
    """A plain MQTT 5 client with its own thread, which knows nothing of this product."""

    def __init__(
        self, endpoint: Endpoint, account: Account, client_id: str = "", *, lasting: bool = False
    ) -> None:
        self._lasting = lasting
        self._endpoint = endpoint
        self._account = account
        self._client_id = client_id or f"{account.username}:stranger"
        self._messages: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._begin()

    def _begin(self) -> None:
        self._answers: queue.Queue[int] = queue.Queue()
        self._ended = threading.Event()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._client.username_pw_set(self._account.username, self._account.password)
        self._client.on_connect = lambda *args: self._answers.put(args[3].value)
        self._client.on_publish = lambda *args: self._answers.put(args[3].value)
        self._client.on_subscribe = lambda *args: self._answers.put(args[3][0].value)
        self._client.on_disconnect = lambda *_args: self._end()
        self._client.on_message = lambda *args: self._messages.put((args[2].topic, bytes(args[2].payload)))

    async def connect(self) -> int:
        def start() -> None:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = 60
            host, port = self._endpoint.addresses(self._account.username)[0]
            self._client.connect(
                host,
                port,
                properties=properties,
                clean_start=not self._lasting,
            )
            self._client.loop_start()

        await asyncio.to_thread(start)
        return await self._answer()

    async def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> int:
        self._client.publish(topic, payload, qos=1, retain=retain)
        return await self._answer()

    async def subscribe(self, topic_filter: str) -> int:
        self._client.subscribe(topic_filter, options=SubscribeOptions(qos=1))
        return await self._answer()

    async def receive(self) -> tuple[str, bytes]:
        return await asyncio.to_thread(self._messages.get, timeout=PATIENCE_S)

    async def ended(self) -> None:
        """Wait until the broker has ended the connection."""
        assert await asyncio.to_thread(self._ended.wait, PATIENCE_S)

    def waiting(self) -> list[tuple[str, bytes]]:
        """Return what was received and not taken yet."""
        return list(self._messages.queue)

    async def come_back(self, *, anew: bool = True, endpoint: Endpoint | None = None) -> None:
        """Connect again, after the connection has ended, without sending again what it was ended for.

        Anew, or to the session that the broker kept; at another place, if one is given.
        """
        await self.ended()
        await self._stop()
        self._lasting = not anew
        self._endpoint = endpoint or self._endpoint
        self._begin()
        assert await self.connect() == 0

    async def leave(self) -> None:
        self._client.disconnect()
        await self._stop()

    async def _stop(self) -> None:
        def end() -> None:
            self._client.loop_stop()
            self._client._reset_sockets(sockpair_only=True)  # which loop_stop leaves to the garbage collector

        await asyncio.to_thread(end)

    def _end(self) -> None:
        self._ended.set()
        self._answers.put(CONNECTION_ENDED)

    async def _answer(self) -> int:
        return await asyncio.to_thread(self._answers.get, timeout=PATIENCE_S)


Enter = Callable[..., Awaitable[Stranger]]
"""Lets a stranger in with the password of a party."""


def _federation() -> Broker:
    """Three servers: alfa's, bravo's, and the national one that charlie is at. All of the run crosses."""
    everything = (f"{ROOT}#",)
    sites = [RegionServer(name, everything, everything, everything) for name in ("east", "west")]
    return FederatedMosquitto(sites, {"alfa": "east", "bravo": "west"}, frozenset({RECORDER}))


async def raise_stage(kind: str) -> Stage:
    accounts = accounts_for(TABLE, RUN)
    if kind == "memory":
        stage = Stage(MemoryTransport(accounts, RUN), accounts)
    else:
        broker = _federation() if kind == "federation" else BROKERS[kind]()
        endpoint = await broker.start(accounts)
        stage = Stage(MqttTransport(broker, endpoint, accounts, RUN), accounts)
        stage.broker, stage.endpoint = broker, endpoint
    try:
        await stage.transport.open(PARTIES, stage.take)
    except BaseException:
        await strike(stage)
        raise
    return stage


async def strike(stage: Stage) -> None:
    await stage.transport.close()
    if stage.broker is not None:
        await stage.broker.stop()
