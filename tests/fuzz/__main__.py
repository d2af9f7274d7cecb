"""``python -m tests.fuzz [--count N] [--seed N]``: wrong messages thrown at everything that takes messages in."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.fuzz.corpus import samples, scenario
from tests.fuzz.counts import Counts
from tests.fuzz.decoder import throw_at_decoder
from tests.fuzz.exercise import throw_at_exercise
from tests.fuzz.through_broker import beekdal_samples, throw_through_broker

COUNT = 1_000_000
SHARES = {"decoder": 0.76, "exercise": 0.22, "broker": 0.02}
"""Which part of all messages is thrown at what."""


def main() -> int:
    """Throw so many messages, in one process for each of what they are thrown at; print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help=f"how many in all; default {COUNT:,}")
    parser.add_argument("--seed", type=int, default=1, help="seed of all draws")
    arguments = parser.parse_args()
    start = perf_counter()
    counts = throw(arguments.count, arguments.seed)
    for each in counts:
        print("\n".join(each.lines()))
    thrown = sum(each.thrown for each in counts)
    print(f"{thrown:,} in all, seed {arguments.seed}, {perf_counter() - start:.0f} s: nothing fell over")
    return 0 if thrown == arguments.count else 1


def throw(count: int, seed: int) -> list[Counts]:
    """Throw so many messages in all, and return the counts of each part."""
    of_decoder, of_broker = round(count * SHARES["decoder"]), round(count * SHARES["broker"])
    with ProcessPoolExecutor() as pool:
        parts = [
            pool.submit(_decoder, of_decoder, seed),
            pool.submit(_exercise, count - of_decoder - of_broker, seed),
            pool.submit(_broker, of_broker, seed),
        ]
        return [part.result() for part in parts]


def _decoder(count: int, seed: int) -> Counts:
    return throw_at_decoder(count, seed, samples(scenario()))


def _exercise(count: int, seed: int) -> Counts:
    exercise = scenario()
    return throw_at_exercise(count, seed, exercise, samples(exercise))


def _broker(count: int, seed: int) -> Counts:
    with TemporaryDirectory() as folder:
        return throw_through_broker(count, seed, beekdal_samples(), Path(folder) / "run")


if __name__ == "__main__":
    sys.exit(main())
