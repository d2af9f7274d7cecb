"""The folder of a sweep: its plan, each run as soon as it is there, and the results once all are.

``plan.json`` says what is run. ``parts.jsonl`` has a line for each run, brought to disk before the next is taken in; a
last line that was torn when the machine stopped is dropped, and its run is played again. ``sweep.json`` and
``sweep.parquet`` are made from these alone, so that they are the same however and wherever the runs were played.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Final

import msgspec

from sim.files.problems import InputError, Problem
from sim.runlog.disk import disk_errors, only_writer, replace_file
from sim.runlog.errors import RunLogError
from sim.sweep.results import Plan, Run, Sweep, in_order

SWEEPS_FOLDER: Final = Path("sweeps")
"""Where folders of sweeps are made and looked for, unless told otherwise."""

PLAN_NAME: Final = "plan.json"
PARTS_NAME: Final = "parts.jsonl"
RESULT_NAME: Final = "sweep.json"
RUNS_NAME: Final = "runs"

_DECODER: Final = msgspec.json.Decoder(Run)


class Store:
    """The runs of a sweep that are there so far; made by :func:`opened`.

    Attributes:
        folder: Folder of the sweep.
        plan: Its plan.
        runs: The runs that are there, by variant and seed.
    """

    def __init__(self, folder: Path, plan: Plan, file: FileIO, runs: dict[tuple[str, int], Run]) -> None:
        self.folder = folder
        self.plan = plan
        self.runs = runs
        self._file = file

    def add(self, line: bytes) -> None:
        """Take in a run, as the line that it was encoded to, and bring it to disk; one that is there already stays.

        Raises:
            RunLogError: The disk is full.
        """
        run = _DECODER.decode(line)
        if (run.variant, run.seed) in self.runs:
            return
        with disk_errors(self.folder / PARTS_NAME):
            self._file.write(line + b"\n")
            os.fsync(self._file.fileno())
        self.runs[run.variant, run.seed] = run

    def sweep(self) -> Sweep:
        """Return the runs that are there, in order."""
        return in_order(self.plan, self.runs.values())


@contextmanager
def opened(folder: Path, plan: Plan) -> Iterator[Store]:
    """Open the folder of a sweep, new or begun before; nobody else can write there as long as it is open.

    Raises:
        InputError: The folder holds another plan, or something else.
        RunLogError: It cannot be written, somebody else is writing there, or a part of it is damaged.
    """
    _check(folder, plan)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with only_writer(folder):
            with disk_errors(folder):
                replace_file(folder / PLAN_NAME, _shown(plan))
            parts = folder / PARTS_NAME
            runs = _read_parts(parts, plan)
            with disk_errors(parts):
                file = FileIO(parts, "ab")
            with file:
                yield Store(folder, plan, file, runs)
    except BlockingIOError as error:
        raise RunLogError(f"{folder}: another process is writing this sweep") from error


def save(folder: Path, sweep: Sweep) -> Path:
    """Write the results of a sweep; the same results give the same bytes. Return the file.

    Raises:
        RunLogError: It cannot be written.
    """
    path = folder / RESULT_NAME
    with disk_errors(path):
        replace_file(path, msgspec.json.encode(sweep, order="deterministic") + b"\n")
    return path


def is_sweep(folder: Path) -> bool:
    """Say whether a folder is that of a sweep."""
    return (folder / PLAN_NAME).is_file() or (folder / RESULT_NAME).is_file()


def load_plan(folder: Path) -> Plan | None:
    """Return the plan of a sweep; None where there is none, or none that can be read."""
    try:
        return msgspec.json.decode((folder / PLAN_NAME).read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def load_sweep(path: Path) -> Sweep:
    """Return the results of a sweep: of its folder, or of the file in it.

    Raises:
        RunLogError: There are none, as where a sweep has not come to its end, or they are damaged.
    """
    file = path / RESULT_NAME if path.is_dir() else path
    if not file.is_file():
        raise RunLogError(
            f"{path}: expected the folder of a sweep that has come to its end, found no {RESULT_NAME}"
        )
    with disk_errors(file):
        data = file.read_bytes()
    try:
        return msgspec.json.decode(data, type=Sweep)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RunLogError(
            f"{file}: expected the results of a sweep, found something else: {error}"
        ) from error


def _check(folder: Path, plan: Plan) -> None:
    """Refuse a folder in which this plan cannot be carried out."""
    path = folder / PLAN_NAME
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem("command line", "--out", "a folder", str(folder))])
    if not path.exists():
        if folder.exists() and any(folder.iterdir()):
            expected = "a folder that is new, empty, or of this sweep"
            raise InputError([Problem("command line", "--out", expected, f"{folder} with other files in it")])
        return
    with disk_errors(path):
        found = path.read_bytes()
    if found != _shown(plan):
        expected = "the folder of this very sweep, to go on with, or a new one"
        raise InputError([Problem("command line", "--out", expected, f"{folder}, which holds another plan")])


def _shown(plan: Plan) -> bytes:
    return msgspec.json.format(msgspec.json.encode(plan, order="deterministic"), indent=2) + b"\n"


def _read_parts(path: Path, plan: Plan) -> dict[tuple[str, int], Run]:
    """Return the runs in a file of parts; a torn last line is cut off."""
    if not path.exists():
        return {}
    with disk_errors(path):
        data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with disk_errors(path):
            os.truncate(path, whole)
    runs: dict[tuple[str, int], Run] = {}
    planned = {(variant.name, seed) for variant in plan.variants for seed in plan.seeds}
    for number, line in enumerate(data[:whole].splitlines(), start=1):
        try:
            run = _DECODER.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RunLogError(
                f"{path}: line {number}: expected a run, found something else: {error}"
            ) from error
        if (run.variant, run.seed) not in planned:
            raise RunLogError(
                f"{path}: line {number}: expected a run of the plan, found {run.variant}, {run.seed}"
            )
        runs[run.variant, run.seed] = run
    return runs
