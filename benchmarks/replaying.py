"""How soon a moment of a long run is reached: against reading its log whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Final

from benchmarks.long_log import measure_records, write_long_log
from sim.core.records.record import Chain, Entry, decode
from sim.replay.checkpoints import INDEX_NAME
from sim.replay.timeline import Timeline
from sim.runlog.disk import LOG_NAME
from sim.runlog.manifest import Manifest, Result, save_manifest

_SEEKS: Final = 40


@dataclass(frozen=True, slots=True)
class Seeks:
    """What reading a log whole took, opening it for the first time and again, and going to moments of it (s)."""

    whole_s: float
    first_s: float
    open_s: float
    middle_s: float
    slowest_s: float


def write_long_run(folder: Path, records: int) -> Path:
    """Write the folder of a run with so many records, its lines chained as those of any run; return it."""
    folder.mkdir()
    plain = folder.parent / "long.jsonl"
    write_long_log(plain, records)
    started = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    chain, totals = Chain(), None
    with plain.open("rb") as lines, (folder / LOG_NAME).open("wb") as log:
        for line in lines:
            record = decode(line)
            totals = record.content
            log.write(
                chain.seal(Entry(record.at_ms, record.kind, record.content, record.cause, record.local))
            )
    plain.unlink()
    result = Result(
        ended=started, reason="", records=records, digest=chain.digest, head=chain.head, totals=totals
    )
    manifest = Manifest(
        run="long",
        scenario="long",
        seed=7,
        session="closed",
        broker="memory",
        pace="fast",
        started=started,
        versions={},
        status="ended",
        result=result,
    )
    save_manifest(folder, manifest)
    return folder


def measure_seeks(run: Path) -> Seeks:
    """Go to moments all over a run, the same ones each time, from one that is far away from each."""
    (run / INDEX_NAME).unlink(missing_ok=True)
    start = perf_counter()
    Timeline(run).close()
    first_s = perf_counter() - start
    start = perf_counter()
    with Timeline(run) as timeline:
        open_s = perf_counter() - start
        chance, took = Random(7), []
        for _ in range(_SEEKS):
            timeline.seek_seq(-1)
            at_ms = chance.randrange(timeline.end_ms)
            start = perf_counter()
            timeline.seek_ms(at_ms).shared_picture()
            took.append(perf_counter() - start)
    whole = measure_records(run / LOG_NAME)
    return Seeks(whole.seconds, first_s, open_s, median(took), max(took))
