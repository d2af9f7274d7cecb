"""Measures the same messages among the same number of SimPy processes.

Each process puts its message into the store of each receiver, gets what was put into its own, and counts it.
That is all: no rights, no encoding, no log. Puts are not waited for, since a store without a capacity takes
them at once: the fastest way in which SimPy can do it.
"""

from __future__ import annotations

from collections.abc import Generator
from time import perf_counter
from typing import Any

import simpy

from benchmarks.sample import Sample
from benchmarks.workload import Load, publication_of


class _Count:
    def __init__(self) -> None:
        self.got = 0


def _party(
    env: Any, own: Any, others: list[Any], message: bytes, ticks: int, count: _Count
) -> Generator[Any, Any, None]:
    for _ in range(ticks):
        for store in others:
            store.put(message)
        for _ in others:
            yield own.get()
            count.got += 1
        yield env.timeout(1)


def measure_simpy(load: Load) -> Sample:
    """Pass the messages of this load among SimPy processes."""
    message = publication_of(load).payload
    env, count = simpy.Environment(), _Count()
    stores = [simpy.Store(env) for _ in load.names]
    for place, store in enumerate(stores):
        first = place - place % load.circle
        others = [other for other in stores[first : first + load.circle] if other is not store]
        env.process(_party(env, store, others, message, load.ticks, count))
    start = perf_counter()
    env.run()
    seconds = perf_counter() - start
    assert count.got == load.per_tick * load.ticks, "SimPy lost messages"
    return Sample(count.got, seconds)
