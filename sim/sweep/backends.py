"""Where the runs of a sweep are played: in this process, in several of this machine, or on a Dask cluster.

Each is a function that plays jobs and hands over what came of them, in whatever order. What came of a job that was
finished is handed over also when somebody stops the sweep meanwhile.
"""

from __future__ import annotations

import signal
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Final, TypeAlias

from sim.diagnostics import configure
from sim.files.problems import InputError, Problem
from sim.runlog.errors import RunLogError
from sim.session.parent import end_with_parent
from sim.sweep.playing import Job, Played, play

Take: TypeAlias = Callable[[Played], None]
"""Takes what came of a job; raises where the sweep is to stop."""

STOPPED: Final = (KeyboardInterrupt, CancelledError)
"""What an interrupt raises, and what SIGTERM does."""

_AHEAD: Final = 2
"""Jobs that are given for each process: one that is played, one that waits."""

_CONNECT_S: Final = 10


def play_here(jobs: Iterable[Job], take: Take) -> None:
    """Play jobs one after another in this process.

    They are played in a thread of their own: what runs an exercise has a handler of its own for signals where it can,
    which would keep them from who stops a sweep.
    """
    _play_in(ThreadPoolExecutor(1), jobs, take, 1)


def play_in_processes(jobs: Iterable[Job], take: Take, count: int) -> None:
    """Play jobs in ``count`` processes of this machine.

    They are started anew (spawn): what a fork inherits from a process with threads is unsafe.

    Raises:
        RunLogError: A process was ended from outside, e.g. as memory ran out.
    """
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)
    try:
        _play_in(pool, jobs, take, _AHEAD * count)
    except BrokenProcessPool as error:
        expected = "its processes to go on (memory may have run out)"
        raise RunLogError(
            f"sweep: expected {expected}, found one that had ended; the same command goes on from here"
        ) from error


def _play_in(pool: Executor, jobs: Iterable[Job], take: Take, ahead: int) -> None:
    """Play jobs in a pool, ``ahead`` of them given at a time; whatever comes, the pool is gone afterwards."""
    waiting: set[Future[Played]] = set()
    try:
        for job in jobs:
            waiting.add(pool.submit(play, job))
            if len(waiting) >= ahead:
                waiting = _take_some(waiting, take)
        while waiting:
            waiting = _take_some(waiting, take)
    except STOPPED:
        pool.shutdown(wait=True, cancel_futures=True)
        for future in waiting:
            _take_if_there(future, take)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def play_on_dask(jobs: Iterable[Job], take: Take, address: str) -> None:
    """Play jobs on a Dask cluster that runs already; its workers need this version of the product, and the files.

    Raises:
        InputError: dask.distributed is not installed, nobody answers at the address, or there are no workers.
    """
    with _client(address) as client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise _bad_dask("a Dask scheduler with at least one worker", f"none at {address}")
        _play_with(client, jobs, take, _AHEAD * threads)


def _play_with(client: Any, jobs: Iterable[Job], take: Take, ahead: int) -> None:
    from distributed import wait as wait_for  # noqa: PLC0415 -- an extra

    waiting: set[Any] = set()

    def take_some() -> None:
        for future in wait_for(list(waiting), return_when=FIRST_COMPLETED).done:
            take(future.result())
            waiting.discard(future)

    try:
        for job in jobs:
            waiting.add(client.submit(play, job, pure=False))
            if len(waiting) >= ahead:
                take_some()
        while waiting:
            take_some()
    except STOPPED:
        for future in waiting:
            if future.status == "finished":
                take(future.result())
        raise
    finally:
        client.cancel(list(waiting))


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """Give a client of a cluster, and part with it afterwards; the cluster goes on."""
    try:
        from distributed import Client  # noqa: PLC0415 -- large, and no part of every installation
    except ImportError as error:
        expected = "dask.distributed, which speaks to clusters: pip install 'beeld[dask]'"
        raise _bad_dask(expected, "none installed") from error
    try:
        client = Client(address, timeout=_CONNECT_S)
    except (OSError, TimeoutError, ValueError) as error:
        expected = "the address of a Dask scheduler that runs, such as tcp://HOST:8786"
        raise _bad_dask(expected, repr(address)) from error
    with client:
        yield client


def _bad_dask(expected: str, found: str) -> InputError:
    return InputError([Problem("command line", "--dask", expected, found)])


def _take_some(waiting: set[Future[Played]], take: Take) -> set[Future[Played]]:
    """Wait until something is done, and take it; return what is still to be waited for."""
    done, left = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        take(future.result())
    return left


def _take_if_there(future: Future[Played], take: Take) -> None:
    if future.done() and not future.cancelled() and future.exception() is None:
        take(future.result())


def _begin() -> None:
    """Begin a process that plays: who types Ctrl-C stops the sweep, which then ends its processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure(verbose=False)
    end_with_parent()
