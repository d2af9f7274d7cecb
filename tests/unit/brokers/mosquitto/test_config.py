from __future__ import annotations

from pathlib import Path

import pytest

import brokers.mosquitto
from brokers.adapter import BrokerError, Endpoint
from brokers.mosquitto.config import conf_text

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


def test_a_path_cannot_add_a_setting() -> None:
    with pytest.raises(BrokerError, match="line break"):
        conf_text(Endpoint("127.0.0.1", 1), PLUGIN, Path("/tmp/x\nallow_anonymous true"))


def test_the_template_of_a_standing_server_is_shipped() -> None:
    template = Path(brokers.mosquitto.__file__).parent / "conf" / "mosquitto.conf"
    lines = settings(template.read_text(encoding="utf-8"))

    assert "listener 1883" in lines
    assert "allow_anonymous false" in lines
    assert "set_tcp_nodelay true" in lines
    assert "persistence true" in lines
    assert any(line.startswith("plugin ") for line in lines)
