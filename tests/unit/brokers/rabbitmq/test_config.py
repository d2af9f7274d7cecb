"""The files of a node, and that the containers get the same as the processes."""

from __future__ import annotations

from pathlib import Path

from brokers.rabbitmq.config import (
    ADMINISTRATOR,
    COMMON,
    CONF,
    PLUGINS,
    Ports,
    node_conf,
    node_environment,
    node_name,
)
from sim.core.model.ids import is_id

COMPOSE = Path(__file__).parents[4] / "docker-compose.yml"
PORTS = [Ports(1, 2, 3), Ports(4, 5, 6), Ports(7, 8, 9)]


def settings(text: str) -> dict[str, str]:
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {key: value for key, _, value in (line.partition(" = ") for line in lines)}


def test_each_node_listens_on_loopback_and_knows_all() -> None:
    found = settings(node_conf(1, PORTS, "secret"))
    assert found["mqtt.listeners.tcp.1"] == "127.0.0.1:4"
    assert (found["management.tcp.ip"], found["management.tcp.port"]) == ("127.0.0.1", "5")
    peers = [found[f"cluster_formation.classic_config.nodes.{number}"] for number in (1, 2, 3)]
    assert peers == [node_name(number) for number in range(3)]


def test_nothing_secret_is_in_the_environment_and_nodes_listen_to_each_other_on_loopback() -> None:
    found = node_environment(0, PORTS, 99, "/folder")
    assert not any("secret" in value or "COOKIE" in name for name, value in found.items())
    assert found["ERL_EPMD_ADDRESS"] == "127.0.0.1"
    assert "inet_dist_use_interface {127,0,0,1}" in found["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]
    assert "+sbwt none" in found["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]


def test_what_all_nodes_have_in_common_is_what_exercises_need() -> None:
    found = settings((CONF / COMMON).read_text("utf-8"))
    assert found["mqtt.durable_queue_type"] == "quorum"
    assert found["listeners.tcp"] == "none"
    assert found["anonymous_login_user"] == "none"
    assert found["mqtt.retained_message_store"].endswith("_noop")
    assert found["log.console.formatter"] == "json"
    assert int(found["cluster_formation.discovery_retry_limit"]) >= 120
    assert int(found["mqtt.max_session_expiry_interval_seconds"]) >= 86_400


def test_no_party_can_be_called_as_the_administrator_is() -> None:
    assert not is_id(ADMINISTRATOR)


def test_the_containers_have_the_same_configuration() -> None:
    text = COMPOSE.read_text("utf-8")
    for name in (COMMON, "20-containers.conf", PLUGINS):
        assert (CONF / name).is_file()
        assert text.count(f"./brokers/rabbitmq/conf/{name}:/etc/rabbitmq/") == 3
    assert text.count("hostname: rabbitmq") == 3
    assert ADMINISTRATOR in text
    containers = settings((CONF / "20-containers.conf").read_text("utf-8"))
    assert not set(containers) & set(settings((CONF / COMMON).read_text("utf-8")))
