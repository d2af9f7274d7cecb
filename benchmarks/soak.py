"""Two hours of an exercise at twenty times the clock, while connections break all the time.

Ends by itself after six minutes. Exit code 1 where something was lost, memory grew, or the pace drifted by a tick.
"""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from brokers.mosquitto import MosquittoBroker
from sim.core.model.time import HOUR_MS
from sim.core.world.scenario import TICK_MS
from sim.core.world.technology import works_in_tool
from sim.files.scenario.loading import load_scenario
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from sim.session.session import Progress

EXERCISE: Final = "duinbrand"
"""The busiest of those with few parties, in its first two hours."""

SPEED: Final = 20.0
_GROWTH_MAX_MIB: Final = 16
"""By how much memory may differ between the second quarter and the last: what is kept of the messages in between."""

_UNSTEADY: Final = 3
"""The connections of every third party break whenever anything is published."""

_PAGE_BYTES: Final = 4096
_FAULTS: Final = """
[[outages]]
id = "o-soak"
type = "reconnect"
from = "T+00:01"
until = "T+{until}"
parties = [{parties}]
title = {{ nl = "Verbindingen vallen steeds weg", en = "Connections break all the time" }}
"""


@dataclass
class Watch:
    """Takes the memory of this process down as an exercise goes on (MiB, by exercise time)."""

    taken: list[tuple[int, float]] = field(default_factory=list)

    def look(self, progress: Progress) -> None:
        """Take it down once a minute of exercise time."""
        if not self.taken or progress.at_ms - self.taken[-1][0] >= HOUR_MS // 60:
            self.taken.append((progress.at_ms, resident_mib()))

    def growth_mib(self, until_ms: int) -> float:
        """Return how much more there was in the last quarter than in the second."""
        quarters = [
            [mib for at_ms, mib in self.taken if part * until_ms <= 4 * at_ms < (part + 1) * until_ms]
            for part in range(4)
        ]
        return median(quarters[3]) - median(quarters[1])


def resident_mib() -> float:
    """Return what this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE_BYTES / 2**20


def soak(broker: str, hours: float, speed: float, folder: Path) -> tuple[RunResult, float]:
    """Run the exercise, and return what came of it, and by how much memory grew (MiB)."""
    plan = load_scenario(EXERCISE)
    in_tool = sorted(name for name, party in plan.parties.items() if works_in_tool(party, plan.profiles))
    parties = in_tool[::_UNSTEADY]
    until_ms = round(hours * HOUR_MS)
    faults = folder / "soak.toml"
    named = ", ".join(f'"{party}"' for party in parties)
    end = f"{until_ms // HOUR_MS:02}:{until_ms % HOUR_MS * 60 // HOUR_MS:02}"
    faults.write_text(_FAULTS.format(parties=named, until=end), encoding="utf-8")
    watch = Watch()
    options = RunOptions(
        seed=7,
        broker=broker,
        pace=Pace(speed),
        folder=folder / "run",
        until_ms=until_ms,
        on_progress=watch.look,
    )
    result = run_exercise(load_scenario(EXERCISE, faults=[faults]), options)
    return result, watch.growth_mib(until_ms)


def main() -> int:
    """Soak each broker that is here, say what came of it, and return 1 where something is not as it should be."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0, help="exercise time")
    parser.add_argument("--speed", type=float, default=SPEED, help="exercise time per wall time")
    parser.add_argument(
        "--broker", default="mosquitto" if MosquittoBroker.available() is None else "embedded"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="beeld-soak-") as folder:
        result, growth = soak(asked.broker, asked.hours, asked.speed, Path(folder))
    late = result.lateness
    print(
        f"{EXERCISE} on {asked.broker}, {asked.hours:g} h at x{asked.speed:g}: {result.outcome} {result.reason}"
    )
    print(
        f"{result.messages} messages, {result.deliveries} deliveries, {result.lost} lost, {result.leaked} leaked"
    )
    print(f"memory: {growth:+.1f} MiB from the second quarter to the last")
    print(
        f"pace: {late.moments} moments, {late.mean_ms} ms late on average, {late.worst_ms} ms the worst, "
        f"drift {late.drift_ms} ms (a tick: {TICK_MS} ms)"
    )
    is_well = result.outcome == "completed" and not result.lost and not result.leaked
    return 0 if is_well and growth <= _GROWTH_MAX_MIB and abs(late.drift_ms) < TICK_MS else 1


if __name__ == "__main__":
    sys.exit(main())
