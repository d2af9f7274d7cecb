"""What processes have in memory, by what they are for: the server of the pages, the exercise, each browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

_KIB = 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """What was in memory at a moment.

    Attributes:
        at_s: When (s since the measurement began).
        mib: By what it is for (MiB).
        load: Processes that wanted a processor, on average over the last minute.
    """

    at_s: float
    mib: Mapping[str, float]
    load: float


@dataclass(frozen=True, slots=True)
class Course:
    """How something went over time: median of the first and of the last third, growth by the hour, the most."""

    first: float
    last: float
    per_hour: float
    most: float


def course_of(samples: Sequence[tuple[float, float]], begin_s: float) -> Course:
    """Return how figures went, taken at moments (s), from ``begin_s`` on; growth is the slope of a straight line.

    Raises:
        StatisticsError: There are fewer than three figures.
    """
    counted = [(at_s, figure) for at_s, figure in samples if at_s >= begin_s]
    third = max(1, len(counted) // 3)
    figures = [figure for _, figure in counted]
    middle_s, middle = fmean(at_s for at_s, _ in counted), fmean(figures)
    spread = sum((at_s - middle_s) ** 2 for at_s, _ in counted)
    slope = sum((at_s - middle_s) * (figure - middle) for at_s, figure in counted) / spread if spread else 0.0
    return Course(median(figures[:third]), median(figures[-third:]), slope * 3600, max(figures))


def descendants(pid: int) -> tuple[int, ...]:
    """Return the processes that a process started, and what these started, and so on."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text(encoding="utf-8", errors="replace")
        except OSError:  # it just ended
            continue
        parent = int(told.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, ahead = [], [pid]
    while ahead:
        for child in children.get(ahead.pop(), ()):
            found.append(child)
            ahead.append(child)
    return tuple(found)


def command_of(pid: int) -> str:
    """Return the command line of a process; empty when it is over."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def proportional_mib(pids: Sequence[int]) -> float:
    """Return what processes have in memory (MiB), each page that several share divided among these."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / _KIB
