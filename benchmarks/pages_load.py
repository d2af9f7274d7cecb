"""Two people in seats, an assessor and staff at two browsers, while 356 parties exercise at twenty times the clock.

``python -m benchmarks.pages_load [--minutes 60] [--write]``. Exit code 1 where a page was behind by more than a second,
or where memory grew.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, ClassVar, Final

from benchmarks.page import write
from benchmarks.pages.browsers import Room, room
from benchmarks.pages.exercise import make_exercise
from benchmarks.pages.lag import Lag, Written, lag_of, lags_ms, written
from benchmarks.pages.memory import Course, Sample, command_of, course_of, descendants, proportional_mib
from benchmarks.table import for_markdown, for_terminal

SPEED: Final = 20.0
_LOOK_S: Final = 10.0
_KEEP_EVERY: Final = 30
"""Looks after which what was found so far is written down: an hour is long."""
_WARM_SHARE: Final = 1 / 6
"""Share of the measurement after which memory counts: until then browsers and readers fill what they keep at hand."""
_BEHIND_MAX_MS: Final = 1000
_GROWTH_MAX: Final = 0.1
"""By what share memory may differ between the first third and the last."""


@dataclass(frozen=True, slots=True)
class LagRow:
    """How far a page was behind."""

    headings: ClassVar[tuple[str, ...]] = (
        "page", "changes", "behind: the middle", "99 of a hundred", "the worst", "more than a second",
    )  # fmt: skip

    page: str
    lag: Lag

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the row, in the order of the headings."""
        lag = self.lag
        return (
            self.page,
            f"{lag.count:,}",
            *(f"{figure / 1000:.2f} s" for figure in (lag.middle, lag.high, lag.worst)),
            f"{lag.above} times",
        )


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """What something had in memory."""

    headings: ClassVar[tuple[str, ...]] = (
        "memory of", "first third", "last third", "growth in an hour", "the most",
    )  # fmt: skip

    what: str
    course: Course

    def cells(self) -> tuple[str, ...]:
        """Return the texts of the row, in the order of the headings."""
        course = self.course
        return (
            self.what,
            *(f"{figure:.0f} MiB" for figure in (course.first, course.last)),
            f"{course.per_hour:+.0f} MiB",
            f"{course.most:.0f} MiB",
        )


def _sample(watched: Room, browsers: Mapping[str, Sequence[int]], begun_s: float) -> Sample:
    """Look at all processes, and take over what the pages noted."""
    for one in watched.pages:
        one.take()
    below = descendants(watched.server)
    exercise = [pid for pid in below if "--steer" in command_of(pid)]
    mib = {
        "the server": proportional_mib([watched.server, *(pid for pid in below if pid not in exercise)]),
        "the exercise": proportional_mib(exercise),
    }
    for name, pids in browsers.items():
        mib[name] = proportional_mib([pid for root in pids for pid in (root, *descendants(root))])
    for one in watched.pages:
        mib[f"scripts and elements of the page {one.name}"] = one.heap_mib()
    return Sample(monotonic() - begun_s, mib, os.getloadavg()[0])


def _browsers() -> Mapping[str, Sequence[int]]:
    """Return the first process of each browser that was started here."""
    ours = descendants(os.getpid())
    roots = [
        pid
        for pid in sorted(ours)
        if "--remote-debugging-pipe" in (told := command_of(pid)) and "--type=" not in told
    ]
    return {f"the {name} browser": [pid] for name, pid in zip(("first", "second"), roots, strict=False)}


def measure(folder: Path, minutes: float) -> dict[str, Any]:
    """Measure for so long, and return what was found, as it can be written down."""
    make_exercise(folder)
    samples = []
    with room(folder, SPEED) as watched:
        begun_s, browsers = monotonic(), _browsers()
        while monotonic() - begun_s < minutes * 60:
            watched.pages[0].page.wait_for_timeout(_LOOK_S * 1000)
            samples.append(_sample(watched, browsers, begun_s))
            print(json.dumps({"at_s": round(samples[-1].at_s), "load": samples[-1].load, **samples[-1].mib}))
            sys.stdout.flush()
            if len(samples) % _KEEP_EVERY == 0:
                (folder / "found.json").write_text(json.dumps(_found(watched, samples)), encoding="utf-8")
        return _found(watched, samples)


def _found(watched: Room, samples: Sequence[Sample]) -> dict[str, Any]:
    return {
        "minutes": samples[-1].at_s / 60,
        "run": str(watched.run),
        "shown": {one.name: one.shown for one in watched.pages},
        "trouble": [f"{one.name}: {told}" for one in watched.pages for told in one.trouble],
        "samples": [[one.at_s, one.mib, one.load] for one in samples],
    }


def _rows(found: Mapping[str, Any], log: Written) -> tuple[list[LagRow], list[MemoryRow]]:
    lags = [
        LagRow(name, lag_of(lags_ms([(at, seq) for at, seq in shown], log)))
        for name, shown in found["shown"].items()
    ]
    begin_s = found["minutes"] * 60 * _WARM_SHARE
    memory = [
        MemoryRow(name, course_of([(at_s, mib[name]) for at_s, mib, _ in found["samples"]], begin_s))
        for name in found["samples"][0][1]
    ]
    return lags, memory


def _about(found: Mapping[str, Any], log: Written) -> str:
    loads = [load for _, _, load in found["samples"]]
    first = next(seq for seq, at_ms in enumerate(log.at_ms) if at_ms > 0)
    late = sorted(log.lateness_ms(SPEED, first))
    seen_s = (log.wall_ms[-1] - log.wall_ms[first]) / 1000
    return (
        f"{found['minutes']:.0f} minutes, {(log.at_ms[-1] - log.at_ms[first]) / 3_600_000:.1f} hours of exercise time, "
        f"{len(log.at_ms):,} records ({(len(log.at_ms) - first) / max(seen_s, 1):.0f} a second). "
        f"Load of the machine on {os.cpu_count()} cores: {median(loads):.1f} in the middle, {max(loads):.1f} at the "
        f"most. The exercise itself wrote its records {median(late) / 1000:.2f} s late in the middle, "
        f"{late[int(0.99 * (len(late) - 1))] / 1000:.2f} s 99 of a hundred, {late[-1] / 1000:.2f} s at the worst."
    )


def main() -> int:
    """Measure, print, write where that is asked for; return 1 where it is not as it should be."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument("--keep", type=Path, help="new folder in which the run and what was found stay")
    parser.add_argument(
        "--again", type=Path, help="the tables of what an earlier measurement found (found.json)"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="beeld-pages-") as passing:
        folder = asked.keep or Path(passing)
        if asked.again:
            found = json.loads(asked.again.read_text(encoding="utf-8"))
        else:
            found = measure(folder, asked.minutes)
            (folder / "found.json").write_text(json.dumps(found), encoding="utf-8")
        log = written(Path(found["run"]), 1 + max(shown[-1][1] for shown in found["shown"].values()))
    lags, memory = _rows(found, log)
    about = _about(found, log)
    print(f"{about}\n\n{for_terminal(lags)}\n\n{for_terminal(memory)}")
    print("".join(f"\n{one}" for one in found["trouble"]))
    if asked.write:
        write({"pages-load": f"{about}\n\n{for_markdown(lags)}\n\n{for_markdown(memory)}"})
    behind = max(row.lag.worst for row in lags)
    grew = max(row.course.last / row.course.first for row in memory) - 1
    return 0 if behind <= _BEHIND_MAX_MS and grew <= _GROWTH_MAX and not found["trouble"] else 1


if __name__ == "__main__":
    sys.exit(main())
