"""The configuration of a Mosquitto that serves one run."""

from __future__ import annotations

from pathlib import Path

from brokers.adapter import BrokerError, Endpoint

# A client that is cut off by a change of rights, or falls behind, must find all its messages again; the
# server's own limits (1,000 waiting, 20 under way) are too small for a busy exercise.
MAX_QUEUED_MESSAGES = 100_000
MAX_INFLIGHT_MESSAGES = 1_000

# What brokers.mosquitto.denials reads: connections are "notice", a refused publication and the filters of a
# SUBSCRIBE are "debug", the filters that were granted are "subscribe".
_LOG_TYPES = ("error", "warning", "notice", "subscribe", "debug")


def conf_text(endpoint: Endpoint, plugin: Path, security_file: Path) -> str:
    """Return the text of ``mosquitto.conf`` for one run.

    Args:
        endpoint: The address to listen on.
        plugin: The dynamic-security plugin.
        security_file: The plugin's document; the server's user must be able to write it and its folder.

    Raises:
        BrokerError: A path cannot be written in a configuration of lines.
    """
    for path in (plugin, security_file):
        if len(str(path).splitlines()) != 1:
            raise BrokerError(f"the path {str(path)!r} holds a line break; choose another place")
    lines = [
        f"listener {endpoint.port} {endpoint.host}",
        "allow_anonymous false",
        # Without this, acknowledgements wait some 40 ms for each other.
        "set_tcp_nodelay true",
        f"plugin {plugin}",
        f"plugin_opt_config_file {security_file}",
        # Nothing of a run outlives it.
        "persistence false",
        f"max_queued_messages {MAX_QUEUED_MESSAGES}",
        f"max_inflight_messages {MAX_INFLIGHT_MESSAGES}",
        # No statistics under $SYS: nobody may read them.
        "sys_interval 0",
        "log_dest stderr",
        "log_timestamp false",
        "connection_messages true",
        *(f"log_type {kind}" for kind in _LOG_TYPES),
    ]
    return "\n".join(lines) + "\n"
