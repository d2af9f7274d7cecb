"""Whether a connection that RabbitMQ tells of is still there.

RabbitMQ 4.0.5 keeps a list of connections, in which one that ends as it begins may stay for ever: its end is noted
before its beginning. Such an entry has no process behind it and cannot be closed, so that it must not be waited for.
The nodes are on this machine, and its kernel knows better.
"""

from __future__ import annotations

import re
import socket
import struct
from pathlib import Path
from typing import Final

_TABLE: Final = Path("/proc/net/tcp")
_NAME: Final = re.compile(r"(?P<client>[\d.]+):(?P<client_port>\d+) -> (?P<node>[\d.]+):(?P<node_port>\d+)")

# Established, and closed by the client alone: in both the node has not let go.
_OPEN: Final = frozenset({"01", "08"})


def is_open(connection: str, table: Path = _TABLE) -> bool:
    """Say whether a connection, by the name that RabbitMQ gives it, is open at the node's end.

    Args:
        connection: Such as ``127.0.0.1:4711 -> 127.0.0.1:1883``, the client first.
        table: What the kernel tells; where it tells nothing, or the name is another, RabbitMQ is believed.
    """
    match = _NAME.fullmatch(connection)
    if match is None or not table.exists():
        return True
    node = _as_kernel(match["node"], match["node_port"])
    client = _as_kernel(match["client"], match["client_port"])
    lines = (line.split() for line in table.read_text("ascii").splitlines()[1:])
    return any(fields[1:3] == [node, client] and fields[3] in _OPEN for fields in lines)


def _as_kernel(host: str, port: str) -> str:
    """Write an IPv4 address and a port as the kernel's table does: in the byte order of the machine, in hexadecimal."""
    (number,) = struct.unpack("=I", socket.inet_aton(host))
    return f"{number:08X}:{int(port):04X}"
