"""One run of a sweep, from a scenario to its readings: the work that processes and clusters are given.

It is a function of its job alone. What it is given names the files by what they held when the sweep was planned; who
finds others says so and runs nothing.
"""

from __future__ import annotations

import gc
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final, Literal

import msgspec

from sim.core.assessment.judging.framework import Framework
from sim.core.assessment.judging.judgment import assess_evidence
from sim.core.world.scenario import Scenario
from sim.files.criteria import load_criteria
from sim.files.problems import InputError, Problem
from sim.files.scenario.loading import load_scenario
from sim.replay.evidence import evidence_of
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog
from sim.session.collector import calm_collector
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from sim.sweep.digests import digest_of
from sim.sweep.reading import advice_of, loads_of, readings_of
from sim.sweep.results import Run, Spread, Variant
from sim.sweep.spreads import as_settings, draw, lowest, with_draws
from sim.sweep.trying import with_outage

MEMORY: Final = "memory"

_ONE_AT_A_TIME: Final = Lock()
"""A process runs one exercise at a time: threads of a cluster's worker would only be in each other's way."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One run to be played.

    Attributes:
        scenario: Name of a scenario that comes with the product, or the path of its folder.
        faults: Paths of files of faults that are added.
        criteria: Path of the criteria; None is those that come with the product.
        until_ms: Where to stop; None is the end of the scenario.
        variant: How it is played.
        number: Number of the variant, from 0.
        spreads: What the seed draws.
        seed: Its seed.
        version: Version of the product that planned it.
        inputs: Digest of what the variant was read from.
        judged: Digest of what it is judged by.
        keep: Folder in which its log is kept; None throws it away.
    """

    scenario: str
    faults: tuple[str, ...] = ()
    criteria: str | None = None
    until_ms: int | None = None
    variant: Variant
    number: int = 0
    spreads: tuple[Spread, ...] = ()
    seed: int
    version: str
    inputs: str
    judged: str
    keep: str | None = None

    @property
    def title(self) -> str:
        """Return which run it is, for people."""
        return f"variant '{self.variant.name}', seed {self.seed}"


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job; only plain text goes from one process to another, as not every error can.

    Attributes:
        job: The job.
        run: The run (:class:`~sim.sweep.results.Run`) as one line of JSON; empty when there is none.
        failure: Why there is none: ``input`` for files that are not as planned or a disk that is full, ``exchange``
            for deliveries that were lost, ``mistake`` for one of ours; None for a run.
        reason: The same, for people.
        trace: Where a mistake of ours was made.
    """

    job: Job
    run: bytes = b""
    failure: Literal["input", "exchange", "mistake"] | None = None
    reason: str = ""
    trace: str = ""


class _ExchangeError(Exception):
    """Deliveries were lost or leaked, which cannot be in memory unless something is wrong."""


def play(job: Job) -> Played:
    """Play one run and read its log; never raises an error of its own."""
    try:
        with _ONE_AT_A_TIME:
            return Played(job=job, run=encode_run(_play(job)))
    except (InputError, RunLogError) as error:
        return Played(job=job, failure="input", reason=str(error))
    except _ExchangeError as error:
        return Played(job=job, failure="exchange", reason=str(error))
    except Exception as error:  # noqa: BLE001 -- told to who gave the job, with where it was
        reason = f"{type(error).__name__}: {error}"
        return Played(job=job, failure="mistake", reason=reason, trace=traceback.format_exc())
    finally:
        # What a run leaves behind holds cycles, and is old before the collector looks: without this a process
        # keeps some megabytes of each of its hundreds of runs.
        gc.collect()


def encode_run(run: Run) -> bytes:
    """Return a run as one line of JSON, always the same for the same run."""
    return msgspec.json.encode(run, order="deterministic")


def _play(job: Job) -> Run:
    framework = _criteria(job.criteria, job.judged)
    draws = draw(job.spreads, job.seed)
    scenario = with_draws(_scenario(job), draws)
    with _folder(job) as folder:
        options = RunOptions(
            seed=job.seed, broker=MEMORY, pace=Pace(None), folder=folder, until_ms=job.until_ms
        )
        result = run_exercise(scenario, options)
        if result.outcome != "completed":
            raise _ExchangeError(result.reason)
        return _read(job, result, framework)


def _read(job: Job, result: RunResult, framework: Framework) -> Run:
    with calm_collector():
        evidence = evidence_of(RunLog(result.folder))
        assessment = assess_evidence(evidence, framework)
        return Run(
            variant=job.variant.name,
            seed=job.seed,
            draws=draw(job.spreads, job.seed),
            digest=result.digest,
            messages=result.messages,
            deliveries=result.deliveries,
            denied=result.denied,
            loads=loads_of(evidence),
            readings=readings_of(assessment),
            advice=advice_of(assessment),
        )


@contextmanager
def _folder(job: Job) -> Iterator[Path]:
    """Give the folder of a run: one that goes away with all in it, or the one that is kept."""
    if job.keep is None:
        with TemporaryDirectory(prefix="beeld-sweep-") as folder:
            yield Path(folder) / "run"
        return
    kept = Path(job.keep)
    shutil.rmtree(kept, ignore_errors=True)  # of a run that was interrupted
    kept.parent.mkdir(parents=True, exist_ok=True)
    yield kept


def _scenario(job: Job) -> Scenario:
    settings = (*job.variant.settings, *as_settings(lowest(job.spreads)))
    return _loaded(job.scenario, job.faults, settings, job.variant.outage, job.inputs, job.version)


@lru_cache(maxsize=64)
def _loaded(
    scenario: str,
    faults: tuple[str, ...],
    settings: tuple[str, ...],
    outage: str,
    inputs: str,
    planned_by: str,
) -> Scenario:
    """Return the scenario of a variant, read once in every process."""
    found = version("beeld")
    if found != planned_by:
        raise InputError([Problem("beeld", "", f"version {planned_by}, which planned the sweep", found)])
    with with_outage(outage, faults) as files:
        loaded = load_scenario(scenario, settings=settings, faults=files)
    if digest_of(loaded.inputs) != inputs:
        raise InputError([Problem(scenario, "", "the files that the sweep was planned with", "others")])
    return loaded


@lru_cache(maxsize=4)
def _criteria(path: str | None, digest: str) -> Framework:
    framework = load_criteria(None if path is None else Path(path))
    if digest_of(framework) != digest:
        raise InputError([Problem(path or "criteria", "", "those that the sweep was planned with", "others")])
    return framework
