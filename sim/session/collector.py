"""The garbage collector during a session: looked after less often, because almost nothing here is garbage.

A session makes and keeps many small objects that hold no cycles. Python's collector walks all of them again and
again: some tenth of the time of a small session in memory, and more than a quarter of that of 500 parties.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG_MAX = 100_000
"""New objects between two looks at the young ones; Python's own figure is some hundreds."""


@contextmanager
def calm_collector() -> Iterator[None]:
    """Let the collector look less often, and not at what was there before; afterwards as it was."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
