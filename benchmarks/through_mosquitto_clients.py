"""Measures the ceiling of Mosquitto: its own clients, written in C, publish and receive, with no Python in between.

Bytes, fan-out, quality of service, accounts and rights are those of the session that it is compared with.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from pathlib import Path
from shutil import which
from time import perf_counter, sleep
from typing import Any, Final

from benchmarks.sample import Sample
from benchmarks.workload import Load, Tally, engine_of, publication_of
from brokers.adapter import Account, Endpoint
from brokers.mosquitto import MosquittoBroker
from sim.transport.port import CONTROL, RECORDER
from sim.transport.root import accounts_for, root_of

_RUN: Final = "bench"
_PATIENCE_S: Final = 60
_SETTLE_S: Final = 1.0


def unavailable() -> str | None:
    """Say in one line why this cannot be measured here, or return None when it can."""
    missing = [name for name in ("mosquitto_sub", "mosquitto_pub") if which(name) is None]
    return MosquittoBroker.available() or (f"not here: {', '.join(missing)}" if missing else None)


def measure_clients(load: Load) -> Sample:
    """Let one client publish all messages of this load in one activity, to as many readers as each has."""
    return asyncio.run(_run(load))


async def _run(load: Load) -> Sample:
    accounts = accounts_for(engine_of(load, Tally()).ledger.table, _RUN)
    parties = [account for account in accounts if account.username not in (CONTROL, RECORDER)]
    broker = MosquittoBroker()
    try:
        endpoint = await broker.start(accounts)
        with tempfile.TemporaryDirectory(prefix="beeld-bench-") as folder:
            return await asyncio.to_thread(_exchange, load, endpoint, parties, Path(folder))
    finally:
        await broker.stop()


def _exchange(load: Load, endpoint: Endpoint, parties: list[Account], folder: Path) -> Sample:
    sender, *others = parties[: load.circle]
    count = load.ticks * load.circle
    topic = f"{root_of(_RUN)}activity/{load.activity_of(0)}/own/{sender.username}/c1-development/x"
    lines = folder / "payloads"
    lines.write_bytes((publication_of(load).payload + b"\n") * count)
    readers = [
        subprocess.Popen(
            ["mosquitto_sub", "-t", topic, "-C", str(count)],
            **_client("mosquitto_sub", endpoint, one, folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for one in others
    ]
    try:
        sleep(_SETTLE_S)  # they subscribe meanwhile; a client in C says nothing when it has
        start = perf_counter()
        with lines.open("rb") as payloads:
            subprocess.run(
                ["mosquitto_pub", "-t", topic, "-l"],
                **_client("mosquitto_pub", endpoint, sender, folder),
                stdin=payloads,
                timeout=_PATIENCE_S,
                check=True,
            )
        for reader in readers:
            reader.wait(_PATIENCE_S)
        return Sample(count * len(readers), perf_counter() - start)
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
            if reader.stderr is not None:
                reader.stderr.close()


def _client(program: str, endpoint: Endpoint, account: Account, folder: Path) -> dict[str, Any]:
    """Return the command of a client; who it is stands in a file, so that no password is in the list of processes."""
    home = folder / account.username
    home.mkdir(mode=0o700, exist_ok=True)
    lines = [
        "-V mqttv5",
        "-q 1",
        "--nodelay",
        f"-h {endpoint.host}",
        f"-p {endpoint.port}",
        f"-i {_RUN}-{account.username}",
        f"-u {endpoint.prefix}{account.username}",
        f"-P {account.password}",
    ]
    (home / program).write_text("\n".join(lines) + "\n", "utf-8")
    return {"executable": which(program), "env": {**os.environ, "XDG_CONFIG_HOME": str(home)}}
