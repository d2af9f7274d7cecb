"""Run an exercise: scenario in, folder with run log and totals out."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sim.core.engine.engine import Engine
from sim.core.model.federation import Star, star_of
from sim.core.model.lateness import Lateness
from sim.core.world.scenario import Scenario
from sim.core.world.technology import WITHOUT_CONNECTION
from sim.diagnostics import get_logger
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest, Result, versions
from sim.runlog.signature import sign
from sim.runlog.writer import RunLogWriter
from sim.session.event_loop import loop_factory
from sim.session.exchange import FEDERATION, Exchange, exchange
from sim.session.pacing import Pace
from sim.session.session import Progress, Session
from sim.session.steering.steer import Steer
from sim.session.steering.told import Ended, Ready
from sim.session.workers.joining import Invitation, clear_invitations, invite
from sim.session.workers.team import Spreading
from sim.transport.credentials import write_credentials
from sim.transport.port import CONTROL, RECORDER
from sim.transport.root import CONTROL_PATTERNS, root_of

_diagnostics = get_logger()

CREDENTIALS_NAME = "credentials.json"


@dataclass(frozen=True, slots=True)
class Offer:
    """What outside clients need to join an open session: where, below which root, and where passwords stand."""

    host: str
    port: int
    root: str
    credentials: Path


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run.

    Attributes:
        seed: Seed of all chance.
        broker: Name of a broker (sim.session.exchange.NAMES), or the address of a server that runs already.
        pace: How exercise time follows wall time.
        folder: Where the run goes; must not exist.
        until_ms: Where to stop; None is the scenario's end.
        on_progress: Called after every moment.
        on_open: Called when the session is ready for outside clients, with what they need.
        keys: The file with the keys of the administrator of such a server; None looks where they mostly are.
        sign_with: The key that signs the log when it is closed; None signs nothing.
        workers: Over how many workers on this machine the parties are spread; 0 keeps them in this process.
        joining: How many workers more are waited for, from this machine or another.
        on_joining: Called with what is to be typed to start these.
        steer: Who steers an open session; None is nobody.
    """

    seed: int
    broker: str
    pace: Pace
    folder: Path
    until_ms: int | None = None
    on_progress: Callable[[Progress], None] | None = None
    on_open: Callable[[Offer], None] | None = None
    keys: Path | None = None
    sign_with: Ed25519PrivateKey | None = None
    workers: int = 0
    joining: int = 0
    on_joining: Callable[[Sequence[Invitation]], None] = lambda _invitations: None
    steer: Steer | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came of a run; ``wall_ms`` is wall time, the rest is in the log.

    ``lateness`` says how well a session at the pace of the clock kept to it.
    """

    folder: Path
    outcome: Literal["completed", "failed"]
    reason: str
    digest: str
    records: int
    messages: int
    deliveries: int
    denied: int
    lost: int
    leaked: int
    exercise_ms: int
    wall_ms: int
    lateness: Lateness


def run_exercise(scenario: Scenario, options: RunOptions) -> RunResult:
    """Run a scenario and return what came of it.

    Raises:
        RunLogError: The folder exists or cannot be written.
        BrokerError: The broker cannot be started here.
    """
    if options.folder.exists():
        raise RunLogError(f"{options.folder}: expected a new folder, found one that exists")
    has_workers = bool(options.workers + options.joining)
    with asyncio.Runner(loop_factory=loop_factory(options.broker, has_workers=has_workers)) as runner:
        return runner.run(_steered(scenario, options))


def _stop_on_terminate() -> None:
    """Let SIGTERM stop the session as an interrupt does: broker and credentials are cleared away."""
    task = asyncio.current_task()
    if task is None or sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        return
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def _steered(scenario: Scenario, options: RunOptions) -> RunResult:
    """Run a scenario, with who steers it at the other end of the line."""
    _stop_on_terminate()
    steer = options.steer
    if steer is None:
        return await _run(scenario, options)
    async with steer.connect(steer.line):
        result = await _run(scenario, options)
        steer.line.tell(
            Ended(
                folder=str(result.folder),
                outcome=result.outcome,
                reason=result.reason,
                digest=result.digest,
                records=result.records,
                exercise_ms=result.exercise_ms,
                wall_ms=result.wall_ms,
            )
        )
    return result


async def _run(scenario: Scenario, options: RunOptions) -> RunResult:
    started = datetime.now(UTC)
    session_type: Literal["closed", "open"] = "open" if options.pace.is_open else "closed"
    engine = Engine(scenario, options.seed, session_type, is_steered=options.steer is not None)
    run = _run_id(scenario.id, options.seed, started)
    manifest = Manifest(
        run=run,
        scenario=scenario.id,
        seed=options.seed,
        session=session_type,
        broker=options.broker,
        pace=options.pace.name,
        started=started,
        versions=versions(),
    )
    with_telephone = options.pace.is_open or any(
        outage.type in WITHOUT_CONNECTION for outage in scenario.outages
    )
    async with exchange(
        options.broker,
        engine.ledger.table,
        run,
        with_telephone=with_telephone,
        keys=options.keys,
        star=_star(scenario, engine) if options.broker == FEDERATION else None,
        spreading=_spreading(options, engine),
    ) as started_exchange:
        with RunLogWriter.create(options.folder, manifest) as log:
            credentials = _offer(options, started_exchange, run)
            try:
                _tell_ready(options, engine, run, started_exchange, credentials)
                session = _session(engine, started_exchange, log, options)
                outcome = await session.run()
            finally:
                if credentials is not None:
                    credentials.unlink(missing_ok=True)
                clear_invitations(options.folder)
            result = log.manifest.result
    assert result is not None, "a session that ends has a result"
    if options.sign_with is not None:
        sign(options.folder, options.sign_with)
    wall_ms = round((result.ended - started).total_seconds() * 1000)
    return _result(options.folder, outcome, result, engine, session, wall_ms)


def _session(engine: Engine, opened: Exchange, log: RunLogWriter, options: RunOptions) -> Session:
    return Session(
        engine,
        opened.transport,
        log,
        options.pace,
        until_ms=options.until_ms,
        on_progress=options.on_progress,
        players=opened.players,
        steer=options.steer,
    )


def _tell_ready(
    options: RunOptions, engine: Engine, run: str, opened: Exchange, credentials: Path | None
) -> None:
    """Tell who steers where the exercise is, when it is about to begin."""
    steer, speed, endpoint = options.steer, options.pace.speed, opened.endpoint
    if steer is None or speed is None:
        return
    until_ms = engine.scenario.end_ms if options.until_ms is None else options.until_ms
    steer.line.tell(
        Ready(
            folder=str(options.folder),
            run=run,
            root=root_of(run),
            speed=speed,
            paused=steer.starts_paused,
            end_ms=min(engine.scenario.end_ms, until_ms),
            host="" if endpoint is None else endpoint.host,
            port=0 if endpoint is None else endpoint.port,
            credentials="" if credentials is None else str(credentials),
        )
    )


def _star(scenario: Scenario, engine: Engine) -> Star:
    activities = scenario.activities.values()
    return star_of(engine.ledger.table, scenario.parties, activities, CONTROL_PATTERNS)


def _spreading(options: RunOptions, engine: Engine) -> Spreading | None:
    if not options.workers + options.joining:
        return None
    return Spreading(
        engine.cast,
        options.seed,
        options.workers,
        options.joining,
        on_joining=lambda joinings: options.on_joining(invite(options.folder, joinings)),
        takes_over=options.pace.is_open,
    )


def _result(
    folder: Path,
    outcome: Literal["completed", "failed"],
    result: Result,
    engine: Engine,
    session: Session,
    wall_ms: int,
) -> RunResult:
    return RunResult(
        folder=folder,
        outcome=outcome,
        reason=result.reason,
        digest=result.digest,
        records=result.records,
        messages=engine.ledger.messages,
        deliveries=engine.ledger.deliveries,
        denied=engine.ledger.denied,
        lost=engine.ledger.lost,
        leaked=engine.ledger.leaked,
        exercise_ms=session.at_ms,
        wall_ms=wall_ms,
        lateness=session.lateness,
    )


def _run_id(scenario: str, seed: int, started: datetime) -> str:
    """Return an id that is safe in topics: the scenario, the seed, and the wall time to the millisecond."""
    stamp = started.strftime("%Y%m%dt%H%M%S") + f"{started.microsecond // 1000:03d}"
    return f"{scenario[:32].rstrip('-')}-{seed}-{stamp}"


def _offer(options: RunOptions, opened: Exchange, run: str) -> Path | None:
    """Write what outside clients need to log in, readable by the owner only; open sessions only."""
    if not options.pace.is_open or opened.endpoint is None:
        return None
    if not opened.tells_refusals:
        _diagnostics.warning(
            "what this server refuses to other clients will not be in the run log, as its own log is not here"
        )
    path = options.folder / CREDENTIALS_NAME
    ours = (CONTROL, RECORDER)
    accounts = [account for account in opened.accounts if account.username not in ours]
    write_credentials(path, opened.endpoint, accounts, root_of(run))
    if options.on_open is not None:
        options.on_open(Offer(opened.endpoint.host, opened.endpoint.port, root_of(run), path))
    return path
