"""The file with which clients that are not simulated log in: for its owner only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from brokers.adapter import Account, Endpoint

_OWNER_ONLY: Final = 0o600


def write_credentials(
    path: Path,
    endpoint: Endpoint,
    accounts: Iterable[Account],
    root: str,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Write where to log in, and the passwords of some accounts.

    Args:
        path: A file that does not exist yet.
        endpoint: Where the broker listens.
        accounts: Whose passwords to tell.
        root: What every topic begins with.
        more: What else to say.

    Raises:
        FileExistsError: There is such a file.
    """
    tls = endpoint.tls
    document = {
        "host": endpoint.host,
        "port": endpoint.port,
        "tls": tls is not None,
        "ca": None if tls is None or tls.ca is None else str(tls.ca),
        "root": root,
        "protocol": "MQTT 5",
        "prefix": endpoint.prefix,
        "homes": {name: f"{host}:{port}" for name, (host, port) in sorted(endpoint.homes.items())},
        "nodes": [f"{host}:{port}" for host, port in endpoint.nodes],
        "accounts": {account.username: account.password for account in accounts},
        **(more or {}),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
