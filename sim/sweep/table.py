"""The results of a sweep as one long table: a row for each run and reading, for who works on with it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sim.runlog.disk import disk_errors, replace_file
from sim.sweep.results import Load, Run, Sweep

TABLE_NAME: Final = "sweep.parquet"

_BATCH: Final = 50_000
_LOADS: Final = tuple(name for name in Load.__struct_fields__ if name != "party")

COLUMNS: Final = {
    "variant": "text",
    "seed": "int",
    "kind": "text",
    "party": "text",
    "criterion": "text",
    "measure": "text",
    "unit": "text",
    "value": "float",
    "pending": "float",
    "count": "int",
    "result": "text",
    "limit": "float",
    "partly_limit": "float",
}
"""Columns of the table and what they hold; a column ``draw:<name>`` follows for each spread."""


def rows(sweep: Sweep) -> Iterator[tuple[Any, ...]]:
    """Return the rows of the table, run by run: ``kind`` is ``criterion``, ``figure``, ``load`` or ``run``."""
    for run in sweep.runs:
        draws = tuple(one.value for one in run.draws)
        for row in _rows(run):
            yield (run.variant, run.seed, *row, *draws)


def save_table(folder: Path, sweep: Sweep) -> Path | None:
    """Write the table as Parquet; the same results give the same bytes. Return the file, None without pyarrow.

    Raises:
        RunLogError: It cannot be written.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 -- large, and no part of every installation
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        return None
    types = {"int": pa.int64(), "float": pa.float64(), "text": pa.string()}
    columns = COLUMNS | {f"draw:{spread.name}": "float" for spread in sweep.plan.spreads}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    file = BytesIO()
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        remaining = rows(sweep)
        while batch := list(islice(remaining, _BATCH)):
            arrays = [
                pa.array(column, type=field.type)
                for column, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    path = folder / TABLE_NAME
    with disk_errors(path):
        replace_file(path, file.getvalue())
    return path


def _rows(run: Run) -> Iterator[tuple[Any, ...]]:
    for name in ("messages", "deliveries", "denied"):
        yield _counted("run", "", name, getattr(run, name))
    for load in run.loads:
        for name in _LOADS:
            yield _counted("load", load.party, name, getattr(load, name))
    for one in run.readings:
        yield (
            "criterion" if one.criterion else "figure",
            one.party,
            one.criterion,
            one.measure,
            one.unit.value,
            one.value,
            one.pending,
            one.count,
            None if one.result is None else one.result.value,
            one.limit,
            one.partly_limit,
        )


def _counted(kind: str, party: str, name: str, value: int) -> tuple[Any, ...]:
    return (kind, party, "", name, "count", value, None, value, None, None, None)
