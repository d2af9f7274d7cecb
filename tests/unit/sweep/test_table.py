"""The results of a sweep as one long table."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from sim.sweep.results import Draw, Load, Spread, Sweep
from sim.sweep.table import COLUMNS, rows, save_table
from tests.unit.sweep.test_results import PLAN, made

SPREAD = Spread("a.people.skill", 0, 1)
LOAD = Load(party="a", sent=4, received=3, busiest_hour=2, arrived=1, missed=0, unreachable=5)


def with_draws() -> Sweep:
    plan = msgspec.structs.replace(PLAN, spreads=(SPREAD,))
    draws = {1: 0.25, 2: 0.75}
    runs = [
        msgspec.structs.replace(run, loads=(LOAD,), draws=(Draw(SPREAD.name, draws[run.seed]),))
        for run in made().runs
    ]
    return Sweep(plan, tuple(runs))


def test_a_row_for_each_reading_each_load_and_each_count_of_a_run(tmp_path: Path) -> None:
    path = save_table(tmp_path, with_draws())
    assert path is not None
    table = pq.read_table(path)

    assert table.column_names == [*COLUMNS, "draw:a.people.skill"]
    first = [row for row in table.to_pylist() if (row["variant"], row["seed"]) == ("a.profile=core", 1)]
    assert [(row["kind"], row["party"], row["measure"], row["value"]) for row in first] == [
        ("run", "", "messages", 1),
        ("run", "", "deliveries", 1),
        ("run", "", "denied", 0),
        ("load", "a", "sent", 4),
        ("load", "a", "received", 3),
        ("load", "a", "busiest_hour", 2),
        ("load", "a", "arrived", 1),
        ("load", "a", "missed", 0),
        ("load", "a", "unreachable", 5),
        ("criterion", "a", "held-lag", 10),
    ]
    assert (first[-1]["criterion"], first[-1]["result"]) == ("lag", "not met")
    assert {row["draw:a.people.skill"] for row in first} == {0.25}
    assert table.num_rows == len(list(rows(with_draws())))


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [save_table(_made(tmp_path / name), with_draws()) for name in ("one", "two")]
    one, two = (path.read_bytes() for path in paths if path is not None)
    assert one == two


def test_without_pyarrow_there_is_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return imported(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert save_table(tmp_path, with_draws()) is None
    assert list(tmp_path.iterdir()) == []


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
