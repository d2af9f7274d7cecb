"""The files of a node: what all nodes have in common is committed under ``conf/``, the rest is written for a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONF: Final = Path(__file__).parent / "conf"
"""Files that processes and containers have in common."""

COMMON: Final = "10-beeld.conf"
PLUGINS: Final = "enabled_plugins"

ADMINISTRATOR: Final = "beeld.administrator"
"""Who manages the cluster; no party can be called so, since an id holds no dot; a colon would not pass HTTP."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one node listens on loopback: for MQTT, for the management API, and for the other nodes."""

    mqtt: int
    management: int
    nodes: int


def node_name(number: int) -> str:
    """Return the name of a node among its own."""
    return f"beeld{number + 1}@localhost"


def node_conf(number: int, ports: Sequence[Ports], password: str) -> str:
    """Return the configuration that one node has for itself.

    Args:
        number: Which node, from 0.
        ports: Those of every node.
        password: The administrator's; it is made when the cluster starts for the first time.
    """
    mine = ports[number]
    lines = [
        f"mqtt.listeners.tcp.1 = 127.0.0.1:{mine.mqtt}",
        "management.tcp.ip = 127.0.0.1",
        f"management.tcp.port = {mine.management}",
        "cluster_formation.peer_discovery_backend = classic_config",
        *(
            f"cluster_formation.classic_config.nodes.{each + 1} = {node_name(each)}"
            for each in range(len(ports))
        ),
        f"default_user = {ADMINISTRATOR}",
        f"default_pass = {password}",
        "loopback_users = none",
    ]
    return "\n".join(lines) + "\n"


def node_environment(number: int, ports: Sequence[Ports], epmd: int, folder: str) -> dict[str, str]:
    """Return the environment of one node. Nothing secret is in it: the cookie is a file in its home.

    Args:
        number: Which node, from 0.
        ports: Those of every node.
        epmd: The port of the daemon by which they find each other.
        folder: Where the files of the cluster are, as the node sees it.
    """
    here = f"{folder}/{number + 1}"
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": folder,
        "RABBITMQ_NODENAME": node_name(number),
        "RABBITMQ_CONFIG_FILE": f"{here}/node.conf",
        "RABBITMQ_CONFIG_FILES": f"{folder}/conf.d/*.conf",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/{PLUGINS}",
        "RABBITMQ_MNESIA_BASE": f"{here}/data",
        "RABBITMQ_LOG_BASE": f"{here}/log",
        "RABBITMQ_CONF_ENV_FILE": f"{here}/none",
        "RABBITMQ_DIST_PORT": str(ports[number].nodes),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(epmd),
        # The start script becomes the server, which can then be watched and ended by its process id.
        "RUNNING_UNDER_SYSTEMD": "true",
        # Without +sbwt none idle nodes spin, and take the cores from who has work.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false "
            "+sbwt none +sbwtdcpu none +sbwtdio none"
        ),
    }
