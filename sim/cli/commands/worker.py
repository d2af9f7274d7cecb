"""``beeld worker``: play some parties of a run that is started elsewhere."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.output import Common, ExitCode, Speaker, print_error
from sim.session.workers.frames import FrameError
from sim.session.workers.joining import membership_of
from sim.session.workers.membership import Membership
from sim.session.workers.worker import WorkerRefused, work
from sim.transport.port import TransportError


def run_worker(
    *,
    join: Annotated[str, Parameter(help="Where the run is: mqtts://HOST[:PORT]/RUN, as beeld run says.")],
    credentials: Annotated[
        Path | None,
        Parameter(help="File of this worker; default: BEELD_WORKER and BEELD_WORKER_PASSWORD."),
    ] = None,
    ca: Annotated[
        Path | None, Parameter(help="Who signed the server's certificate; default: whom this machine trusts.")
    ] = None,
    common: Common | None = None,
) -> int:
    """Play some parties of a run that another machine started with --wait-for, until the run is over.

    Example: beeld worker --join mqtts://oefening.example.org:8883/limburg-7 --credentials worker-1.json

    Args:
        join: Where the run is.
        credentials: The file of this worker.
        ca: Who signed the server's certificate.
        common: Options that every command takes.
    """
    options = common or Common()
    say = Speaker(options.language)
    membership = membership_of(join, credentials, ca)
    print(say("worker-joins", worker=membership.worker, run=membership.run), file=sys.stderr)  # noqa: T201
    try:
        asyncio.run(_work(membership))
    except WorkerRefused as error:
        print_error(f"{membership.worker}: {error}")
        return ExitCode.BAD_INPUT
    except (TransportError, FrameError) as error:
        print_error(f"{membership.worker}: {error}")
        return ExitCode.EXCHANGE_FAILED
    print(say("worker-done", worker=membership.worker), file=sys.stderr)  # noqa: T201
    return ExitCode.YES


async def _work(membership: Membership) -> None:
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await work(membership, asyncio.Event().wait)
