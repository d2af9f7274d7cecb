"""The configuration of a Mosquitto: of one that serves one run, and of one that stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

from brokers.adapter import BrokerError, Endpoint

# A client that is cut off by a change of rights, or falls behind, must find all its messages again; the
# server's own limits (1,000 waiting, 20 under way) are too small for a busy exercise.
MAX_QUEUED_MESSAGES = 100_000
MAX_INFLIGHT_MESSAGES = 1_000

MAX_PACKET_BYTES: Final = 1_048_576
"""Largest packet that a server reads; that of a party of ours is a quarter of it at most."""

# What brokers.mosquitto.denials reads: connections are "notice", a refused publication and the filters of a
# SUBSCRIBE are "debug", the filters that were granted are "subscribe".
_LOG_TYPES = ("error", "warning", "notice", "subscribe", "debug")


def conf_text(endpoint: Endpoint, plugin: Path, security_file: Path, bridge: Sequence[str] = ()) -> str:
    """Return the text of ``mosquitto.conf`` for one run.

    Args:
        endpoint: The address to listen on.
        plugin: The dynamic-security plugin.
        security_file: The plugin's document; the server's user must be able to write it and its folder.
        bridge: The lines of its bridge to another server, if it has one.

    Raises:
        BrokerError: A path cannot be written in a configuration of lines.
    """
    _require_one_line(plugin, security_file)
    lines = [
        f"listener {endpoint.port} {endpoint.host}",
        "allow_anonymous false",
        # Without this, acknowledgements wait some 40 ms for each other.
        "set_tcp_nodelay true",
        f"plugin {plugin}",
        f"plugin_opt_config_file {security_file}",
        # Nothing of a run outlives it.
        "persistence false",
        f"max_packet_size {MAX_PACKET_BYTES}",
        f"max_queued_messages {MAX_QUEUED_MESSAGES}",
        f"max_inflight_messages {MAX_INFLIGHT_MESSAGES}",
        # No statistics under $SYS: nobody may read them.
        "sys_interval 0",
        "log_dest stderr",
        "log_timestamp false",
        "connection_messages true",
        *(f"log_type {kind}" for kind in _LOG_TYPES),
        *bridge,
    ]
    return "\n".join(lines) + "\n"


MAX_CONNECTIONS: Final = 2_000
MAX_QUEUED_BYTES: Final = 268_435_456
LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a standing server listens: without encryption for this machine alone, and with it for others."""

    mqtt: int = 1883
    websockets: int = 8083
    mqtts: int = 8883
    websockets_tls: int = 8084

    def __post_init__(self) -> None:
        """Refuse what cannot be listened on.

        Raises:
            BrokerError: A number is no port, or stands twice.
        """
        numbers = (self.mqtt, self.websockets, self.mqtts, self.websockets_tls)
        if len(set(numbers)) < len(numbers) or not all(0 < number <= 65_535 for number in numbers):
            raise BrokerError(f"ports: expected four different numbers from 1 to 65535, found {numbers}")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a standing server finds and keeps its things, as it sees them (in a container: inside)."""

    plugin: PurePath
    security_file: PurePath
    data: PurePath
    authority: PurePath
    certificate: PurePath
    key: PurePath


@dataclass(frozen=True, slots=True)
class Standing:
    """How a standing server is set up.

    Attributes:
        host: The address on which the encrypted listeners serve; without encryption it is always this machine's own.
        ports: Where each of them listens.
        client_certificates: Whether a client must show a certificate of the same authority, beside its password.
        tells_refusals: Whether the log holds what refusals are read from: a line for each message and each delivery.
    """

    host: str = LOOPBACK
    ports: Ports = Ports()
    client_certificates: bool = False
    tells_refusals: bool = True


def places_in(served: PurePath, plugin: PurePath) -> Places:
    """Return where a server finds its things when it sees what it serves with as the folder ``served``."""
    return Places(
        plugin=plugin,
        security_file=served / "dynamic-security.json",
        data=served,
        authority=served / "ca.crt",
        certificate=served / "server.crt",
        key=served / "server.key",
    )


def container_conf_text() -> str:
    """Return the text of ``conf/mosquitto.conf``: that of a server in the container image eclipse-mosquitto:2."""
    places = places_in(
        PurePosixPath("/mosquitto/data"), PurePosixPath("/usr/lib/mosquitto_dynamic_security.so")
    )
    # Inside the container every address: which of them are reached from outside is for who publishes the ports.
    return standing_conf_text(places, Standing(host="0.0.0.0", tells_refusals=False))  # noqa: S104


def standing_conf_text(places: Places, standing: Standing) -> str:
    """Return the text of ``mosquitto.conf`` for a server that stands.

    Raises:
        BrokerError: A path or the address cannot be written in a configuration of lines.
    """
    _require_one_line(*(getattr(places, name) for name in Places.__slots__), standing.host)
    return "\n".join(_standing_lines(places, standing)) + "\n"


def _standing_lines(places: Places, standing: Standing) -> Iterator[str]:
    ports = standing.ports
    yield "# A Mosquitto 2 that stands, for beeld. Written by beeld; what is changed here is lost."
    yield ""
    yield "# Without encryption for this machine alone: MQTT, and MQTT over WebSocket."
    yield f"listener {ports.mqtt} {LOOPBACK}"
    yield f"listener {ports.websockets} {LOOPBACK}"
    yield "protocol websockets"
    yield ""
    yield "# With TLS: MQTT, and MQTT over WebSocket."
    yield f"listener {ports.mqtts} {standing.host}"
    yield from _tls_lines(places, standing)
    yield f"listener {ports.websockets_tls} {standing.host}"
    yield "protocol websockets"
    yield from _tls_lines(places, standing)
    yield ""
    yield "# Nobody without a name and a password; who may do what changes while the server runs."
    yield "allow_anonymous false"
    yield f"plugin {places.plugin}"
    yield f"plugin_opt_config_file {places.security_file}"
    yield ""
    yield "# Sessions and retained messages survive a restart."
    yield "persistence true"
    yield f"persistence_location {places.data}/"
    yield "autosave_interval 60"
    yield "persistent_client_expiration 1d"
    yield ""
    yield "# What the server is willing to hold. It knows no limit on how often a client may send."
    yield f"max_packet_size {MAX_PACKET_BYTES}"
    yield f"max_queued_messages {MAX_QUEUED_MESSAGES}"
    yield f"max_queued_bytes {MAX_QUEUED_BYTES}"
    yield f"max_inflight_messages {MAX_INFLIGHT_MESSAGES}"
    yield ""
    yield "# Without the first, acknowledgements wait some 40 ms for each other."
    yield "set_tcp_nodelay true"
    yield "sys_interval 0"
    yield ""
    yield "# The log names users, clients and topics, and never what was said."
    yield "log_dest stderr"
    yield "log_timestamp false" if standing.tells_refusals else "log_timestamp true"
    yield "connection_messages true"
    kinds = _LOG_TYPES if standing.tells_refusals else ("error", "warning", "notice")
    yield from (f"log_type {kind}" for kind in kinds)


def _tls_lines(places: Places, standing: Standing) -> Iterator[str]:
    yield f"max_connections {MAX_CONNECTIONS}"
    yield f"certfile {places.certificate}"
    yield f"keyfile {places.key}"
    if standing.client_certificates:
        yield f"cafile {places.authority}"
        yield "require_certificate true"


def _require_one_line(*values: PurePath | str) -> None:
    for value in values:
        if len(str(value).splitlines()) != 1:
            raise BrokerError(f"{str(value)!r} holds a line break; choose another place")
