"""``python -m benchmarks.scenario_figures [--check] [SCENARIO ...]``: measured figures in scenarios/*/README.md.

Each exercise that comes with the product is run in memory over ten seeds. What is measured stands between marks in its
README (``<!-- faults: begin -->``), and is written by nobody else: it cannot go stale unseen.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.page import with_parts
from benchmarks.scenario_runs import OPERATOR, RunFigures, played
from benchmarks.scenario_tables import fault_table, profile_table, run_table
from sim.files.places import known_scenarios, scenarios_folder, shipped_scenarios, story_scenarios

SEEDS: Final = tuple(range(1, 11))
FEW_SEEDS: Final = (7, 8)
"""For exercises that take minutes each, which are measured only when they are named."""
AS_CORE: Final = (f"{OPERATOR}.profile=core",)
PROFILES: Final = "gaslek-keten"
"""The exercise of which the README compares two profiles of one party."""

NOTE: Final = (
    "Made by `make figures`: seeds 1 to 10, in memory. A moment is the median over the runs in which it happened, all "
    "else over all runs."
)
FEW_NOTE: Final = (
    "Made by `python -m benchmarks.scenario_figures {}`: seeds 7 and 8, in memory. A moment is the median over the "
    "runs in which it happened, all else over all runs."
)

Play = Callable[[str, tuple[str, ...]], Sequence[RunFigures]]
"""Returns what the runs of an exercise show, with settings."""


def main() -> int:
    """Measure, and write the figures, or say in which README they differ."""
    arguments = _arguments()
    with ProcessPoolExecutor(os.cpu_count()) as workers:

        def play(scenario: str, settings: tuple[str, ...]) -> Sequence[RunFigures]:
            seeds = FEW_SEEDS if scenario in story_scenarios() else SEEDS
            each = [workers.submit(played, scenario, seed, settings) for seed in seeds]
            return [one.result() for one in each]

        stale = [
            name for name in arguments.names if renew(readme(name), name, play, write=not arguments.check)
        ]
    for name in stale if arguments.check else ():
        print(
            f"{readme(name)}: expected the figures of the runs, found others; write them with 'make figures'"
        )
    return 1 if arguments.check and stale else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scenario_figures",
        description="Write the measured figures in the READMEs of scenarios: some minutes for all of them.",
    )
    parser.add_argument("names", nargs="*", metavar="SCENARIO", help="all but the national one by default")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail where a README differs")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in known_scenarios()]
    if unknown:
        parser.error(f"SCENARIO: expected {', '.join(known_scenarios())}, found {', '.join(unknown)}")
    arguments.names = arguments.names or list(shipped_scenarios())
    return arguments


def readme(scenario: str) -> Path:
    """Return the README of an exercise that comes with the product."""
    return scenarios_folder() / scenario / "README.md"


def renew(page: Path, scenario: str, play: Play, *, write: bool) -> bool:
    """Say whether a README has other figures than the runs, after writing these where that is asked for.

    Raises:
        ValueError: The README has no marks for one of its tables.
    """
    before = page.read_text(encoding="utf-8")
    after = with_parts(before, parts_of(scenario, play), page)
    if write and after != before:
        page.write_text(after, encoding="utf-8")
    return after != before


def parts_of(scenario: str, play: Play) -> dict[str, str]:
    """Return the tables of an exercise, by the name of their marks."""
    runs = play(scenario, ())
    parts = {"faults": fault_table(runs), "runs": run_table(runs)}
    if scenario == PROFILES:
        parts = {"profiles": profile_table(runs, play(scenario, AS_CORE)), "runs": parts["runs"]}
    note = FEW_NOTE.format(scenario) if scenario in story_scenarios() else NOTE
    return {name: f"*{note}*\n\n{table}\n" for name, table in parts.items()}


if __name__ == "__main__":
    sys.exit(main())
