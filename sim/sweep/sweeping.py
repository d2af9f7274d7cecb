"""Carries out a plan: plays what is not there yet, keeps each run at once, and writes the results at the end."""

from __future__ import annotations

import signal
import sys
import threading
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from sim.diagnostics import get_logger
from sim.runlog.errors import RunLogError
from sim.sweep.backends import play_here, play_in_processes, play_on_dask
from sim.sweep.planning import Prepared
from sim.sweep.playing import Job, Played
from sim.sweep.results import Sweep
from sim.sweep.store import RUNS_NAME, Store, opened, save
from sim.sweep.table import save_table

_diagnostics = get_logger()


class ExchangeBrokeError(Exception):
    """The exchange of a run failed, which in memory is a mistake of ours as well; the run is named."""


class RunBrokeError(Exception):
    """A run ended in a mistake of ours; the run is named."""


@dataclass(frozen=True, kw_only=True)
class How:
    """How a sweep is carried out; its results do not depend on it.

    Attributes:
        jobs: How many runs are played at a time on this machine.
        dask: Address of a Dask cluster that plays them instead; None is this machine.
        keep: Whether the logs of runs are kept, below the folder of the sweep.
        on_progress: Called with how many runs are there, at the start and after each.
    """

    jobs: int = 1
    dask: str | None = None
    keep: bool = False
    on_progress: Callable[[int], None] = lambda _done: None


@dataclass(frozen=True)
class Swept:
    """What came of a sweep: its results, how many runs of it were there before, and the files with them."""

    sweep: Sweep
    before: int
    files: tuple[Path, ...]
    without_table: bool


def carry_out(prepared: Prepared, folder: Path, how: How) -> Swept:
    """Carry out a plan in a folder, which goes on where an earlier try of the same plan stopped.

    Raises:
        InputError: The folder is of something else, files changed meanwhile, or the cluster cannot be used.
        RunLogError: The disk fails, or a process was ended from outside.
        ExchangeBrokeError: The exchange of a run failed.
        RunBrokeError: A run ended in a mistake of ours.
    """
    with opened(folder, prepared.plan) as store:
        before = len(store.runs)
        how.on_progress(before)
        jobs = [job for job in prepared.jobs() if (job.variant.name, job.seed) not in store.runs]
        if jobs:
            with _stoppable():
                _play(_kept(jobs, folder, how), partial(_take, store, how), how)
        sweep = store.sweep()
        table = save_table(folder, sweep)
        files = (save(folder, sweep), *(() if table is None else (table,)))
        return Swept(sweep, before, files, without_table=table is None)


def _play(jobs: list[Job], take: Callable[[Played], None], how: How) -> None:
    if how.dask is not None:
        play_on_dask(jobs, take, how.dask)
    elif how.jobs == 1:
        play_here(jobs, take)
    else:
        play_in_processes(jobs, take, min(how.jobs, len(jobs)))


def _take(store: Store, how: How, played: Played) -> None:
    if played.failure is not None:
        _stop(played)
    store.add(played.run)
    how.on_progress(len(store.runs))


def _stop(played: Played) -> NoReturn:
    """Stop the sweep at a run that failed, and say which."""
    _diagnostics.debug("a run of a sweep failed", run=played.job.title, trace=played.trace)
    text = f"{played.job.title}: {played.reason}"
    if played.failure == "input":
        raise RunLogError(text)
    raise (ExchangeBrokeError if played.failure == "exchange" else RunBrokeError)(text)


def _kept(jobs: list[Job], folder: Path, how: How) -> list[Job]:
    """Return jobs with the folder in which their log is kept, where it is."""
    if not how.keep:
        return jobs
    runs = folder.resolve() / RUNS_NAME
    return [msgspec.structs.replace(job, keep=str(runs / f"{job.number + 1}-seed{job.seed}")) for job in jobs]


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM stop a sweep as an interrupt does, with its processes."""
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: Any) -> NoReturn:
        raise CancelledError

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
