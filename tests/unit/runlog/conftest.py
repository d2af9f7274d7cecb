"""A small run, and clocks that stand still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sim.core.model.text import Text
from sim.core.records.kinds import FORMAT_VERSION, Ending, Garbled, Opening, Subscribed
from sim.core.records.record import Entry
from sim.runlog.manifest import Manifest
from sim.runlog.writer import RunLogWriter

STARTED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def now() -> Callable[[], datetime]:
    """A clock that stands at 1.5 s after the start of the run."""
    return lambda: STARTED + timedelta(milliseconds=1500)


@pytest.fixture
def manifest() -> Manifest:
    return Manifest(
        run="r-1",
        scenario="flood",
        seed=7,
        session="closed",
        broker="memory",
        pace="fast",
        started=STARTED,
        versions={"python": "3.11.7"},
    )


@pytest.fixture
def entries() -> tuple[Entry, ...]:
    """A whole run in four records."""
    opening = Opening(
        format=FORMAT_VERSION,
        scenario="flood",
        name=Text("", ""),
        notice=Text("", ""),
        seed=7,
        session="closed",
        start="",
        end_ms=0,
        tick_ms=1,
        parties=(),
        activities=(),
        agreements=(),
        themes=(),
        inputs={},
    )
    totals = Ending(outcome="completed", messages=0, deliveries=0, denied=0, lost=0, leaked=0)
    return (
        Entry(0, "run", opening),
        Entry(5, "subscribed", Subscribed("wl", "clock", active=True), local={"code": 1}),
        Entry(5, "garbled", Garbled("t", "é"), cause=("i-1",)),
        Entry(9, "end", totals),
    )


@pytest.fixture
def ended(
    tmp_path: Path, manifest: Manifest, entries: tuple[Entry, ...], now: Callable[[], datetime]
) -> Path:
    """The folder of a run that ended."""
    folder = tmp_path / "ended"
    with RunLogWriter.create(folder, manifest, now) as writer:
        writer.append(entries)
        writer.finish("ended")
    return folder


@pytest.fixture
def running(
    tmp_path: Path, manifest: Manifest, entries: tuple[Entry, ...], now: Callable[[], datetime]
) -> Path:
    """The folder of a run that was stopped before its last record."""
    folder = tmp_path / "running"
    with RunLogWriter.create(folder, manifest, now) as writer:
        writer.append(entries[:-1])
    return folder
