"""The folder of a sweep: kept run by run, gone on with, and never mixed with another."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sim.files.problems import InputError
from sim.runlog.errors import RunLogError
from sim.sweep.playing import encode_run
from sim.sweep.results import Run
from sim.sweep.store import PARTS_NAME, PLAN_NAME, load_sweep, opened, save
from tests.unit.sweep.test_results import PLAN, made

RUNS = made().runs


def kept(folder: Path, *runs: Run) -> Path:
    """Return a folder in which some runs are kept."""
    with opened(folder, PLAN) as store:
        for run in runs:
            store.add(encode_run(run))
    return folder


def found(folder: Path) -> tuple[Run, ...]:
    with opened(folder, PLAN) as store:
        return store.sweep().runs


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    folder = kept(tmp_path / "sweeps" / "one", RUNS[2], RUNS[0])
    assert found(folder) == (RUNS[0], RUNS[2])
    assert found(kept(folder, RUNS[1])) == RUNS[:3]


def test_a_run_that_comes_twice_is_kept_once(tmp_path: Path) -> None:
    folder = kept(tmp_path / "one", RUNS[0], RUNS[0])
    assert len((folder / PARTS_NAME).read_bytes().splitlines()) == 1


@pytest.mark.parametrize("torn", [1, 20, 60])
def test_a_torn_last_line_does_not_count_and_is_gone(torn: int, tmp_path: Path) -> None:
    folder = kept(tmp_path / "one", *RUNS[:2])
    parts = folder / PARTS_NAME
    parts.write_bytes(parts.read_bytes() + encode_run(RUNS[2])[:torn])
    assert found(folder) == RUNS[:2]
    assert found(kept(folder, RUNS[2])) == RUNS[:3]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    folder = kept(tmp_path / "one", *RUNS[:2])
    parts = folder / PARTS_NAME
    parts.write_bytes(b"{}\n" + parts.read_bytes())
    with pytest.raises(RunLogError, match=r"parts\.jsonl: line 1: expected a run, found something else"):
        found(folder)


def test_a_run_that_is_not_in_the_plan_is_named(tmp_path: Path) -> None:
    folder = kept(tmp_path / "one")
    with (folder / PARTS_NAME).open("ab") as file:
        file.write(encode_run(msgspec.structs.replace(RUNS[0], seed=99)) + b"\n")
    with pytest.raises(RunLogError, match="line 1: expected a run of the plan, found as written, 99"):
        found(folder)


def test_a_folder_of_another_plan_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    folder = kept(tmp_path / "one", RUNS[0])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    other = msgspec.structs.replace(PLAN, seeds=(1, 2, 3))
    with (
        pytest.raises(InputError, match="--out: expected the folder of this very sweep"),
        opened(folder, other),
    ):
        pass
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(InputError, match="expected a folder that is new, empty"), opened(tmp_path, PLAN):
        pass
    with pytest.raises(InputError, match="--out: expected a folder"), opened(tmp_path / "letter.txt", PLAN):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_two_at_a_time_do_not_write_in_one_folder(tmp_path: Path) -> None:
    with (
        opened(tmp_path / "one", PLAN),
        pytest.raises(RunLogError, match="another process is writing this sweep"),
        opened(tmp_path / "one", PLAN),
    ):
        pass


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert found(tmp_path) == ()
    assert (tmp_path / PLAN_NAME).exists()


def test_results_can_be_read_again_and_have_the_same_bytes(tmp_path: Path) -> None:
    path = save(tmp_path, made())
    assert load_sweep(tmp_path) == load_sweep(path) == made()
    before = path.read_bytes()
    assert save(tmp_path, load_sweep(path)).read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_results_that_are_not_there_or_damaged_are_said(tmp_path: Path) -> None:
    with pytest.raises(RunLogError, match=r"come to its end, found no sweep\.json"):
        load_sweep(tmp_path)
    (tmp_path / "sweep.json").write_text("{")
    with pytest.raises(RunLogError, match="expected the results of a sweep, found something else"):
        load_sweep(tmp_path)
