"""Measures a session as it is run: engine, access table, lockstep, transport and run log."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.sample import Sample
from benchmarks.workload import SEED, Load, Tally, engine_of
from sim.runlog.manifest import Manifest, versions
from sim.runlog.writer import RunLogWriter
from sim.session.exchange import exchange
from sim.session.pacing import Pace
from sim.session.session import Progress, Session
from sim.session.workers.team import Spreading

WARM_UP_TICKS = 3
"""The first moments are for subscriptions, and for whatever is worked out once."""

_RUN = "bench"
_WORKER = "benchmarks.worker"


class _Stopwatch:
    """Notes when the session got to where it is warm, and when it got to its last moment."""

    def __init__(self) -> None:
        self._moments = 0
        self._start: tuple[float, int] = (0.0, 0)
        self._end: tuple[float, int] = (0.0, 0)

    def note(self, progress: Progress) -> None:
        self._moments += 1
        self._end = perf_counter(), progress.deliveries
        if self._moments == WARM_UP_TICKS:
            self._start = self._end

    def sample(self) -> Sample:
        return Sample(self._end[1] - self._start[1], self._end[0] - self._start[0])


def measure_session(load: Load, broker: str, workers: int = 0) -> Sample:
    """Run a closed session of this load over a broker, or in memory, and return its steady part.

    Args:
        load: What is exchanged.
        broker: Over which broker.
        workers: Over how many workers the parties are spread; 0 keeps them in this process.
    """
    with tempfile.TemporaryDirectory(prefix="beeld-bench-") as folder:
        return asyncio.run(_run(load, broker, Path(folder) / "run", workers))


async def _run(load: Load, broker: str, folder: Path, workers: int) -> Sample:
    tally, stopwatch = Tally(), _Stopwatch()
    engine = engine_of(load, tally)
    manifest = Manifest(
        run=_RUN,
        scenario=engine.scenario.id,
        seed=SEED,
        session="closed",
        broker=broker,
        pace="fast",
        started=datetime.now(UTC),
        versions=versions(),
    )
    spreading = Spreading(engine.cast, SEED, workers, module=_WORKER) if workers else None
    async with exchange(broker, engine.ledger.table, _RUN, spreading=spreading) as started:
        with RunLogWriter.create(folder, manifest) as log:
            session = Session(
                engine,
                started.transport,
                log,
                Pace(None),
                on_progress=stopwatch.note,
                players=started.players,
            )
            outcome = await session.run()
    if outcome != "completed":
        raise RuntimeError(f"{broker}: the session failed: {log.manifest.result}")
    # What was delivered in the last tick is read in the one after it, which is not run. Workers keep their own count.
    if not workers and tally.delivered != load.per_tick * (load.ticks - 1):
        raise RuntimeError(
            f"{broker}: expected {load.per_tick * (load.ticks - 1)} read, was {tally.delivered}"
        )
    return stopwatch.sample()
