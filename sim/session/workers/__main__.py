"""A worker on the coordinator's machine: ``python -m sim.session.workers``, started by ``beeld run --workers N``.

What it must know comes on standard input, one line of JSON. When that input ends, the coordinator has ended.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from brokers.adapter import Endpoint, Tls
from sim.core.agents.agent import Behaviour
from sim.core.agents.roster import BEHAVIOURS
from sim.diagnostics import configure
from sim.session.workers.frames import FrameError
from sim.session.workers.membership import Membership
from sim.session.workers.processes import Calling
from sim.session.workers.worker import WorkerRefused, work
from sim.transport.port import TransportError


async def _run(roster: Mapping[str, Behaviour]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None, "it runs in one"
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    called = msgspec.json.decode(await reader.readline(), type=Calling)
    tls = None
    if called.tls is not None:
        tls = Tls(**{name: None if path is None else Path(path) for name, path in called.tls.items()})
    endpoint = Endpoint(called.host, called.port, tls, called.prefix)
    await work(Membership(called.worker, called.run, endpoint, called.password), reader.read, roster)


def serve(roster: Mapping[str, Behaviour] = BEHAVIOURS) -> int:
    """Be a worker, and return the exit code: 0 when the run is over, else 1."""
    configure(verbose=False)
    try:
        asyncio.run(_run(roster))
    except (TransportError, WorkerRefused, FrameError) as error:
        print(f"beeld: {error}", file=sys.stderr)  # noqa: T201 -- where somebody looks when a run failed
        return 1
    except (asyncio.CancelledError, KeyboardInterrupt):
        return 143
    return 0


if __name__ == "__main__":
    sys.exit(serve())
