"""The national exercise, run closed on memory and on Mosquitto, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import ClassVar, Final

from benchmarks.long_log import peak_mib
from sim.core.model.time import HOUR_MS
from sim.files.scenario.loading import load_scenario
from sim.runlog.disk import LOG_NAME
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace

EXERCISE: Final = "landelijk-hoogwater"
SEED: Final = 7
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class NationalRun:
    """What one run came to; times are seconds, memory and log MiB.

    Attributes:
        load_s: To read and check the scenario, which is made of its story for that.
        wall_s: From the start of the broker to the end of the log.
        cpu_s: Processor time of this process meanwhile; the server's is not in it.
        messages: Messages that went through.
        deliveries: Their deliveries to parties.
        records: Records of the log.
        peak_mib: The most memory that the process had.
        log_mib: Size of the log.
        digest: Of the log.
    """

    load_s: float
    wall_s: float
    cpu_s: float
    messages: int
    deliveries: int
    records: int
    peak_mib: int
    log_mib: float
    digest: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """One figure of the runs, on each broker."""

    headings: ClassVar[tuple[str, ...]] = ("", "memory", "mosquitto")

    what: str
    figures: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the row, in the order of the headings."""
        return (self.what, *self.figures)


def measure_run(broker: str, hours: float) -> NationalRun:
    """Run the exercise in a process of its own, up to some hours of exercise time."""
    command = [sys.executable, "-m", "benchmarks.national", broker, str(hours)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{EXERCISE} on {broker}: {done.stderr.strip()}")
    return NationalRun(**json.loads(done.stdout))


def run_rows(runs: Mapping[str, Sequence[NationalRun]]) -> list[RunRow]:
    """Return the figures of the runs as rows: medians over the runs on each broker."""

    def row(what: str, shown: str, figure: str, per: str = "") -> RunRow:
        values = []
        for each in runs.values():
            middle = median(getattr(one, figure) / (getattr(one, per) if per else 1.0) for one in each)
            values.append(shown.format(middle))
        return RunRow(what, tuple(values))

    digests = {one.digest for each in runs.values() for one in each}
    return [
        row("to make, read and check the scenario", "{:.1f} s", "load_s"),
        row("wall time of the run", "{:,.0f} s", "wall_s"),
        row("of which processor time of beeld itself", "{:,.0f} s", "cpu_s"),
        row("messages", "{:,.0f}", "messages"),
        row("deliveries to parties", "{:,.0f}", "deliveries"),
        row("deliveries per second", "{:,.0f}", "deliveries", "wall_s"),
        row("peak memory of the process", "{:,.0f} MiB", "peak_mib"),
        row("records in the log", "{:,.0f}", "records"),
        row("size of the log", "{:,.0f} MiB", "log_mib"),
        RunRow("digests that differ", ("none" if len(digests) == 1 else "they do",) * len(runs)),
    ]


def main() -> None:
    """Run once, and print what it came to as JSON."""
    broker, hours = sys.argv[1], float(sys.argv[2])
    start = perf_counter()
    scenario = load_scenario(EXERCISE)
    load_s = perf_counter() - start
    with tempfile.TemporaryDirectory(prefix="beeld-bench-") as folder:
        options = RunOptions(
            seed=SEED,
            broker=broker,
            pace=Pace(None),
            folder=Path(folder) / "run",
            until_ms=min(scenario.end_ms, round(hours * HOUR_MS)),
        )
        cpu = process_time()
        result = run_exercise(scenario, options)
        if result.outcome != "completed":
            raise RuntimeError(result.reason)
        found = {
            "load_s": load_s,
            "wall_s": result.wall_ms / 1000,
            "cpu_s": process_time() - cpu,
            "messages": result.messages,
            "deliveries": result.deliveries,
            "records": result.records,
            "peak_mib": peak_mib(),
            "log_mib": (options.folder / LOG_NAME).stat().st_size / _MIB,
            "digest": result.digest,
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
