"""A run log as long as is wanted: a run of a shipped exercise, played again and again, one after the other."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import msgspec

from benchmarks.sample import Sample
from sim.core.assessment.judging.judgment import assess
from sim.core.records import lean
from sim.core.records.record import Record, decode
from sim.files.criteria import load_criteria
from sim.files.scenario.loading import load_scenario
from sim.runlog.disk import LOG_NAME
from sim.session.collector import calm_collector
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace

EXERCISE: Final = "limburg-hoogwater"
"""The longest that ships: eleven thousand records, of which half carry a part of a picture."""

_TIMES: Final = frozenset(
    {
        "at_ms",
        "due_ms",
        "exercisems",
        "from_ms",
        "observed_at_ms",
        "reported_at_ms",
        "to_ms",
        "valid_until_ms",
    }
)
_ONCE: Final = frozenset({"specversion", "fact"})
"""What only events and changes of the truth have: their ids are their own in each exercise."""

_VERSIONS: Final = 1_000
"""More than any item has in one run, so that the versions of the next begin where nobody's ended."""


def write_long_log(path: Path, records: int) -> None:
    """Write a log of so many records to a file: the same people, one exercise after the other."""
    folder = path.parent / f"{path.stem}-run"
    run_exercise(load_scenario(EXERCISE), RunOptions(seed=7, broker="memory", pace=Pace(None), folder=folder))
    lines = (folder / LOG_NAME).read_bytes().splitlines()
    first, *middle = [msgspec.json.decode(line) for line in lines[:-1]]
    last = msgspec.json.decode(lines[-1])
    with path.open("wb") as log:
        log.write(msgspec.json.encode(first) + b"\n")
        for seq, record in enumerate(islice(_again(middle, last["at_ms"]), records - 2), 1):
            log.write(msgspec.json.encode({**record, "seq": seq}) + b"\n")
        rounds = -(-(records - 2) // len(middle))
        log.write(msgspec.json.encode({**_moved(last, rounds, last["at_ms"]), "seq": records - 1}) + b"\n")


def measure_assess(path: Path) -> Sample:
    """Assess the log, read line by line, by the criteria that ship."""
    framework = load_criteria()
    start = perf_counter()
    with calm_collector():
        assessment = assess(_records(path, lean.decode), framework)
    seconds = perf_counter() - start
    assert assessment.complete, "a log that is whole is assessed to its end"
    return Sample(sum(1 for _ in path.open("rb")), seconds)


def measure_decode(path: Path) -> Sample:
    """Decode each line of the log with msgspec, as a dictionary, and nothing more."""
    count, start = 0, perf_counter()
    with path.open("rb") as log:
        for line in log:
            msgspec.json.decode(line)
            count += 1
    return Sample(count, perf_counter() - start)


def measure_records(path: Path) -> Sample:
    """Decode each line of the log as the record that it is, checked against its type, and nothing more."""
    count, start = 0, perf_counter()
    for _ in _records(path, decode):
        count += 1
    return Sample(count, perf_counter() - start)


@dataclass(frozen=True, slots=True)
class Alone:
    """What one measurement in a process of its own came to, with the most memory (MiB) that the process had."""

    sample: Sample
    peak_mib: int


def measure_alone(name: str, path: Path) -> Alone:
    """Measure something of the log (a name of :data:`MEASURES`) in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.long_log", name, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return Alone(Sample(int(told[0]), float(told[1])), int(told[2]))


def _records(path: Path, read: Callable[[bytes], Record]) -> Iterator[Record]:
    with path.open("rb") as log:
        for line in log:
            yield read(line)


def _again(middle: list[dict[str, Any]], length_ms: int) -> Iterator[dict[str, Any]]:
    number = 0
    while True:
        # What exercise control throws in, it throws in once: a fault is told apart by its id.
        for record in middle if number == 0 else [one for one in middle if one["kind"] != "fault"]:
            moved: dict[str, Any] = _moved(record, number, length_ms)
            yield moved
        number += 1


def _moved(part: Any, number: int, length_ms: int) -> Any:
    """Return part of a record as it is in a later exercise: at a later time, with later versions and ids of events."""
    if isinstance(part, list):
        return [_moved(one, number, length_ms) for one in part]
    if not isinstance(part, dict):
        return part
    moved = {}
    for key, value in part.items():
        if key in _TIMES and value is not None:
            moved[key] = value + number * length_ms
        elif key == "version":
            moved[key] = value + number * _VERSIONS
        elif key in ("of", "causationid") or (key == "id" and not _ONCE.isdisjoint(part)):
            moved[key] = f"{value}-{number}" if number else value
        elif key == "causes":
            moved[key] = [f"{one}-{number}" if number else one for one in value]
        else:
            moved[key] = _moved(value, number, length_ms)
    return moved


MEASURES: Final[Mapping[str, Callable[[Path], Sample]]] = {
    "assess": measure_assess,
    "decode": measure_decode,
    "records": measure_records,
}
"""What can be measured of a log, by name."""


def main() -> None:
    """Measure once, and print how many records took how many seconds and how much memory (MiB) at most."""
    name, path = sys.argv[1:]
    sample = MEASURES[name](Path(path))
    print(sample.deliveries, sample.seconds, peak_mib())


def peak_mib() -> int:
    """Return the most memory (MiB) that this process had; what the system counts of its parent is left out."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    peak = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) // 1024


if __name__ == "__main__":
    main()
