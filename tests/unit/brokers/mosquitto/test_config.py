from __future__ import annotations

from pathlib import Path

import pytest

import brokers.mosquitto
from brokers.adapter import BrokerError, Endpoint
from brokers.embedded.limits import Limits
from brokers.mosquitto.config import (
    Ports,
    Standing,
    conf_text,
    container_conf_text,
    places_in,
    standing_conf_text,
)

PLUGIN = Path("/usr/lib/plugin.so")
FOLDER = Path("/tmp/a run")


def settings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_server_listens_on_loopback_only_and_knows_its_clients() -> None:
    lines = settings(conf_text(Endpoint("127.0.0.1", 4711), PLUGIN, FOLDER / "security.json"))

    assert [line for line in lines if line.startswith("listener")] == ["listener 4711 127.0.0.1"]
    assert "allow_anonymous false" in lines
    assert "set_tcp_nodelay true" in lines
    assert f"plugin {PLUGIN}" in lines
    assert "plugin_opt_config_file /tmp/a run/security.json" in lines


@pytest.mark.parametrize("kind", ["notice", "subscribe", "debug"])
def test_the_log_tells_what_denials_are_read_from(kind: str) -> None:
    lines = settings(conf_text(Endpoint("127.0.0.1", 1), PLUGIN, FOLDER))

    assert f"log_type {kind}" in lines
    assert "log_timestamp false" in lines
    assert "connection_messages true" in lines


def test_no_packet_is_larger_than_the_embedded_broker_takes() -> None:
    expected = f"max_packet_size {Limits().packet_bytes}"
    assert expected in settings(conf_text(Endpoint("127.0.0.1", 1), PLUGIN, FOLDER))
    assert expected in settings(standing_conf_text(places_in(FOLDER, PLUGIN), Standing()))


def test_a_path_cannot_add_a_setting() -> None:
    with pytest.raises(BrokerError, match="line break"):
        conf_text(Endpoint("127.0.0.1", 1), PLUGIN, Path("/tmp/x\nallow_anonymous true"))


def listeners(text: str) -> dict[str, set[str]]:
    """Return the listeners, and the settings that belong to each."""
    found: dict[str, set[str]] = {}
    current = ""
    for line in settings(text):
        if line.startswith("listener "):
            current = line
            found[current] = set()
        elif current and line.split()[0] in (
            "protocol",
            "certfile",
            "keyfile",
            "cafile",
            "require_certificate",
        ):
            found[current].add(line.split()[0])
    return found


def test_the_configuration_of_the_container_is_the_one_that_is_written_elsewhere() -> None:
    shipped = Path(brokers.mosquitto.__file__).parent / "conf" / "mosquitto.conf"
    assert shipped.read_text(encoding="utf-8") == container_conf_text()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_what_is_not_encrypted_is_for_this_machine_alone(host: str) -> None:
    text = standing_conf_text(places_in(FOLDER, PLUGIN), Standing(host=host))
    assert listeners(text) == {
        "listener 1883 127.0.0.1": set(),
        "listener 8083 127.0.0.1": {"protocol"},
        f"listener 8883 {host}": {"certfile", "keyfile"},
        f"listener 8084 {host}": {"certfile", "keyfile", "protocol"},
    }


def test_by_default_nobody_elsewhere_reaches_a_standing_server_and_nobody_is_anonymous() -> None:
    lines = settings(standing_conf_text(places_in(FOLDER, PLUGIN), Standing()))
    assert all(line.endswith(" 127.0.0.1") for line in lines if line.startswith("listener "))
    assert "allow_anonymous false" in lines
    assert not [line for line in lines if line.startswith(("allow_", "acl_", "password_"))][1:]


def test_a_standing_server_keeps_sessions_and_has_limits() -> None:
    lines = settings(standing_conf_text(places_in(FOLDER, PLUGIN), Standing()))
    keys = {line.split()[0] for line in lines}
    assert "persistence true" in lines
    assert keys >= {"max_packet_size", "max_queued_messages", "max_queued_bytes", "max_inflight_messages"}
    assert lines.count("max_connections 2000") == 2


def test_certificates_of_clients_are_asked_for_on_every_encrypted_line() -> None:
    text = standing_conf_text(places_in(FOLDER, PLUGIN), Standing(client_certificates=True))
    encrypted = [keys for line, keys in listeners(text).items() if "certfile" in keys]
    assert len(encrypted) == 2
    assert all(keys >= {"cafile", "require_certificate"} for keys in encrypted)


def test_an_address_cannot_add_a_setting() -> None:
    with pytest.raises(BrokerError, match="line break"):
        standing_conf_text(places_in(FOLDER, PLUGIN), Standing(host="0.0.0.0\nallow_anonymous true"))
    with pytest.raises(BrokerError, match="line break"):
        standing_conf_text(places_in(FOLDER / "x\ny", PLUGIN), Standing())


@pytest.mark.parametrize("ports", [(0, 1, 2, 3), (1, 2, 3, 70_000), (1, 1, 2, 3)])
def test_ports_are_four_different_ones(ports: tuple[int, int, int, int]) -> None:
    with pytest.raises(BrokerError, match="four different numbers"):
        Ports(*ports)
