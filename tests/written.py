"""Records written to a run folder, as a run writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sim.core.records.kinds import Ending
from sim.core.records.record import Entry, Record
from sim.runlog.manifest import Manifest
from sim.runlog.writer import RunLogWriter


def write_run(folder: Path, records: Sequence[Record]) -> Path:
    """Write the folder of a run that has ended, or, without a record that ends it, failed; return it."""
    manifest = Manifest(
        run=folder.name,
        scenario="a-scenario",
        seed=7,
        session="closed",
        broker="memory",
        pace="fast",
        started=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        versions={},
    )
    with RunLogWriter.create(folder, manifest) as writer:
        writer.append([Entry(one.at_ms, one.kind, one.content, one.cause) for one in records])
        writer.commit()
        writer.finish("ended" if isinstance(records[-1].content, Ending) else "failed")
    return folder
