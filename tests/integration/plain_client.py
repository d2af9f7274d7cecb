"""A plain MQTT 5 client, as anybody has it: it knows nothing of this product but where to log in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from brokers.adapter import Endpoint

PATIENCE_S = 60.0
REFUSAL = 0x80
"""From here on a reason code is a refusal."""

NOT_AUTHORIZED = 0x87

_FILTERS_A_PACKET = 100
_UNDER_WAY_MAX = 400


class Client:
    """A plain MQTT 5 client that sends many things at once and keeps what came of them."""

    def __init__(self, endpoint: Endpoint, username: str, password: str, client_id: str = "") -> None:
        self._endpoint = endpoint
        self._codes: dict[int, list[int]] = {}
        self._sent: list[int] = []
        self._received: set[tuple[str, bytes]] = set()
        self._connected = False
        self._changed = threading.Condition()
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or f"{username}:plain",
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        self._client.max_inflight_messages_set(_UNDER_WAY_MAX)
        self._client.username_pw_set(endpoint.prefix + username, password)
        if endpoint.tls is not None:
            self._client.tls_set_context(endpoint.tls.context())
        self._client.on_connect = lambda *args: self._on_connect(args[3].value)
        self._client.on_disconnect = lambda *_args: self._on_disconnect()
        self._client.on_publish = lambda *args: self._on_answer(args[2], [args[3].value])
        self._client.on_subscribe = lambda *args: self._on_answer(args[2], [code.value for code in args[3]])
        self._client.on_message = lambda *args: self._on_message(args[2])

    def connect(self) -> None:
        """Connect to the session that the broker keeps for this client, with its subscriptions."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = 600
        self._client.connect(
            self._endpoint.host, self._endpoint.port, clean_start=False, properties=properties
        )
        self._client.loop_start()
        self._wait(lambda: self._connected, "to be let in")

    def reconnect_after_cut(self) -> None:
        """Wait until the broker has cut the connection, and come back to the session."""
        self._wait(lambda: not self._connected, "to be cut off")
        self._client.loop_stop()
        self._client._reset_sockets(sockpair_only=True)  # which loop_start would leave open
        self.connect()

    def leave(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()
        self._client._reset_sockets(sockpair_only=True)  # which loop_stop leaves to the garbage collector

    def publish(self, topics: Sequence[str], payload: bytes, *, retain: bool = False) -> list[int]:
        """Publish one payload on each topic, and return the reason codes in their order."""
        sent = [self._client.publish(topic, payload, qos=1, retain=retain).mid for topic in topics]
        return [codes[0] for codes in self._answers(sent)]

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish once; :meth:`answers` tells what became of it."""
        self._sent.append(self._client.publish(topic, payload, qos=1, retain=retain).mid)

    def answers(self) -> list[int]:
        """Wait until everything that was sent has an answer, and return the reason codes in its order."""
        sent, self._sent = self._sent, []
        return [codes[0] for codes in self._answers(sent)]

    def subscribe(self, filters: Sequence[str], *, retained: bool = False) -> list[int]:
        """Subscribe to filters, with or without what the broker has kept; return the reason codes in their order."""
        options = SubscribeOptions(qos=1, retainHandling=0 if retained else 2)
        mids = []
        for at in range(0, len(filters), _FILTERS_A_PACKET):
            _, mid = self._client.subscribe(
                [(each, options) for each in filters[at : at + _FILTERS_A_PACKET]]
            )
            assert mid is not None
            mids.append(mid)
        return [code for codes in self._answers(mids) for code in codes]

    def wait_for(self, topic: str, payload: bytes) -> None:
        """Wait for a message."""
        self._wait(lambda: (topic, payload) in self._received, f"{payload!r} on {topic}")

    def wait_until(self, what: Callable[[str, bytes], bool], said: str) -> None:
        """Wait for a message of which something is so."""
        self._wait(lambda: any(what(topic, payload) for topic, payload in self._received), said)

    def received(self) -> set[tuple[str, bytes]]:
        """Return topic and payload of everything received so far."""
        with self._changed:
            return set(self._received)

    def received_with(self, payload: bytes) -> set[str]:
        """Return the topics on which a payload was received."""
        return {topic for topic, found in self.received() if found == payload}

    def _answers(self, mids: Iterable[int]) -> list[list[int]]:
        wanted = list(mids)
        self._wait(lambda: all(mid in self._codes for mid in reversed(wanted)), "an answer to everything")
        with self._changed:
            return [self._codes.pop(mid) for mid in wanted]

    def _wait(self, what: Callable[[], bool], said: str) -> None:
        with self._changed:
            assert self._changed.wait_for(what, PATIENCE_S), f"{self._client._client_id!r} waited for {said}"

    def _on_connect(self, code: int) -> None:
        assert code == 0, code
        with self._changed:
            self._connected = True
            self._changed.notify_all()

    def _on_disconnect(self) -> None:
        with self._changed:
            self._connected = False
            self._changed.notify_all()

    def _on_answer(self, mid: int, codes: list[int]) -> None:
        with self._changed:
            self._codes[mid] = codes
            self._changed.notify_all()

    def _on_message(self, message: mqtt.MQTTMessage) -> None:
        with self._changed:
            self._received.add((message.topic, bytes(message.payload)))
            self._changed.notify_all()
