"""Whether a connection is there, as the kernel knows it."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from brokers.rabbitmq.sockets import is_open


def named(client: socket.socket) -> str:
    (host, port), (node, node_port) = client.getsockname(), client.getpeername()
    return f"{host}:{port} -> {node}:{node_port}"


@pytest.mark.skipif(sys.platform != "linux", reason="the table is that of Linux")
def test_a_connection_is_open_until_the_node_lets_go() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        name = named(client)
        assert is_open(name)
        client.close()
        assert is_open(name)
        accepted.close()
        assert not is_open(name)


def test_where_nothing_is_known_rabbitmq_is_believed(tmp_path: Path) -> None:
    assert is_open("127.0.0.1:1 -> 127.0.0.1:2", tmp_path / "none")
    assert is_open("[::1]:1 -> [::1]:2")
    (tmp_path / "table").write_text("sl local rem st\n0: 00000000:0002 00000000:0000 0A\n", "ascii")
    assert not is_open("127.0.0.1:1 -> 127.0.0.1:2", tmp_path / "table")
