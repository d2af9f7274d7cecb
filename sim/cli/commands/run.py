"""``beeld run``: run an exercise and say what came of it."""

from __future__ import annotations

import sys
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeAlias

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from brokers.adapter import BrokerError
from brokers.mosquitto import is_address, parse_address
from sim.cli.completing import ScenarioName
from sim.cli.output import Common, ExitCode, Faults, Settings, Speaker, console, print_json
from sim.cli.summary import print_summary
from sim.core.model.lateness import Lateness
from sim.core.model.time import format_duration, format_offset, parse_time
from sim.core.world.scenario import Scenario
from sim.files.fault_files import PREFIX as FAULT_FILES
from sim.files.problems import InputError, Problem
from sim.files.scenario import Loaded, load_open
from sim.files.thrown import Thrown
from sim.runlog.signature import load_signing_key
from sim.session.exchange import NAMES
from sim.session.launch import Offer, RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace, parse_pace
from sim.session.session import Progress as SessionProgress
from sim.session.steering.pipe import over_standard_streams
from sim.session.steering.steer import Steer
from sim.session.workers.joining import Invitation
from sim.session.workers.team import WORKERS_MAX

RUNS_FOLDER = Path("runs")

BrokerName: TypeAlias = Annotated[
    str,
    Parameter(
        help="memory, embedded, mosquitto, rabbitmq, federation, or a server that runs already: mqtts://HOST[:PORT]."
    ),
]
Keys: TypeAlias = Annotated[
    Path | None,
    Parameter(help="Keys of that server's administrator; default: those of your own (beeld broker up)."),
]
Sign: TypeAlias = Annotated[
    Path | None, Parameter(help="Sign the log with this private key (Ed25519, PEM); see beeld verify.")
]
Workers: TypeAlias = Annotated[
    int, Parameter(help="Spread the parties over this many processes; 0 keeps them in one.")
]
WaitFor: TypeAlias = Annotated[
    int, Parameter(help="Wait for this many workers from other machines (beeld worker) as well.")
]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class AtTheHelm:
    """Options of who steers an exercise."""

    steer: Annotated[
        bool,
        Parameter(
            negative="",
            help="Read commands from standard input, and tell on standard output what comes of them (JSON lines).",
        ),
    ] = False
    paused: Annotated[
        bool, Parameter(negative="", help="With --steer: wait at T+0 until somebody resumes.")
    ] = False


def run(
    scenario: ScenarioName,
    /,
    *,
    seed: Annotated[int, Parameter(help="Seed of all chance; the same seed gives the same run.")] = 1,
    broker: BrokerName = "embedded",
    keys: Keys = None,
    pace: Annotated[str, Parameter(help="fast (closed session), real or xN (open session).")] = "fast",
    out: Annotated[Path | None, Parameter(help="New folder of the run; default: below runs/.")] = None,
    until: Annotated[str | None, Parameter(help="Stop at this exercise time, e.g. T+36:00:00.")] = None,
    sign: Sign = None,
    workers: Workers = 0,
    wait_for: WaitFor = 0,
    helm: AtTheHelm | None = None,
    settings: Settings = None,
    faults: Faults = None,
    common: Common | None = None,
) -> int:
    """Run an exercise.

    Example: beeld run limburg-hoogwater --seed 7 --broker embedded

    Args:
        scenario: Name under scenarios/, or a path.
        seed: Seed of all chance.
        broker: Which broker carries the messages.
        keys: Keys of the administrator of a server that runs already.
        pace: How exercise time follows the clock.
        out: Where the run goes.
        until: Where to stop.
        sign: The key that signs the log.
        workers: Over how many processes the parties are spread.
        wait_for: How many workers more come from other machines.
        helm: Whether and how somebody steers it.
        settings: What is changed in it for this once.
        faults: Files of faults that are added to it for this once.
        common: Options that every command takes.
    """
    options = common or Common()
    say = Speaker(options.language)
    loaded = load_open(scenario, settings=settings or (), faults=faults or ())
    how = _options(plan := loaded.scenario, seed, broker, pace, out, until)
    steer = _steering(loaded, how.pace, pace, helm or AtTheHelm())
    _check_broker(broker, keys, workers, wait_for)
    sign_with = None if sign is None else load_signing_key(sign)
    how = replace(how, keys=keys, sign_with=sign_with, workers=workers, joining=wait_for, steer=steer)
    with _progress(say, shown=not (options.json or steer) and sys.stderr.isatty()) as on_progress:
        result = _run(plan, say, replace(how, on_progress=on_progress))
    _show(plan, result, how, say, as_json=options.json)
    return ExitCode.YES if result.outcome == "completed" else ExitCode.EXCHANGE_FAILED


def _show(plan: Scenario, result: RunResult, how: RunOptions, say: Speaker, *, as_json: bool) -> None:
    if how.steer is not None:
        return  # who steers was told over the line
    if as_json:
        print_json(_document(plan, result))
    else:
        _print(plan, result, how.broker, how.seed, say)


def _run(plan: Scenario, say: Speaker, options: RunOptions) -> RunResult:
    watched = replace(
        options,
        on_open=lambda offer: _print_offer(offer, say),
        on_joining=lambda invitations: _print_invitations(invitations, say),
    )
    try:
        return run_exercise(plan, watched)
    except (KeyboardInterrupt, CancelledError):
        if options.folder.exists():
            print(say("run-stopped", folder=options.folder), file=sys.stderr)  # noqa: T201 -- where to look on
        raise


def _print_offer(offer: Offer, say: Speaker) -> None:
    text = say("run-open", host=offer.host, port=offer.port, root=offer.root, path=offer.credentials)
    print(text, file=sys.stderr)  # noqa: T201 -- progress, where somebody looks


def _print_invitations(invitations: Sequence[Invitation], say: Speaker) -> None:
    for one in invitations:
        text = say("run-joining", path=one.credentials, join=one.join, name=one.credentials.name)
        print(text, file=sys.stderr)  # noqa: T201 -- what somebody must do now


def _steering(loaded: Loaded, pace: Pace, text: str, helm: AtTheHelm) -> Steer | None:
    """Return how the exercise is steered; None when it is not."""
    if not helm.steer:
        if helm.paused:
            raise InputError([Problem("command line", "--paused", "--steer with it", "--paused alone")])
        return None
    if not pace.is_open:
        expected = "real or xN with --steer, as a session that goes as fast as it can has no clock"
        raise InputError([Problem("command line", "--pace", expected, repr(text))])
    return Steer(Thrown(loaded), starts_paused=helm.paused, connect=over_standard_streams)


def _check_broker(broker: str, keys: Path | None, workers: int, wait_for: int) -> None:
    """Refuse what does not go with this broker: keys, or workers where nobody can connect."""
    problems: list[Problem] = []
    if keys is not None and not is_address(broker):
        problems.append(Problem("command line", "--keys", "--broker mqtts://HOST with it", repr(broker)))
    for option, count in (("--workers", workers), ("--wait-for", wait_for)):
        if not 0 <= count <= WORKERS_MAX:
            problems.append(Problem("command line", option, f"a number from 0 to {WORKERS_MAX}", str(count)))
        elif count and broker == "memory":
            expected = "a broker that processes can connect to, such as --broker embedded, with it"
            problems.append(Problem("command line", option, expected, "--broker memory"))
    if problems:
        raise InputError(problems)


def _options(
    plan: Scenario, seed: int, broker: str, pace: str, out: Path | None, until: str | None
) -> RunOptions:
    """Return the options of a run, checked; every mistake at once."""
    problems: list[Problem] = []
    if is_address(broker):
        _require_address(broker)
    elif broker not in NAMES:
        expected = f"one of {', '.join(NAMES)}, or mqtts://HOST[:PORT]"
        problems.append(Problem("command line", "--broker", expected, repr(broker)))
    speed = Pace(None)
    try:
        speed = parse_pace(pace)
    except ValueError:
        problems.append(Problem("command line", "--pace", "fast, real or xN with N above 0", repr(pace)))
    if speed.is_open and broker == "memory":
        problems.append(Problem("command line", "--pace", "fast, as nobody can join in memory", repr(pace)))
    until_ms = None
    try:
        until_ms = None if until is None else parse_time(until, plan.start)
    except ValueError:
        problems.append(Problem("command line", "--until", "a time such as T+36:00:00 or 90m", repr(until)))
    if until_ms is not None and until_ms < 0:
        problems.append(Problem("command line", "--until", "a time after the start", repr(until)))
    folder = out or _free_folder(RUNS_FOLDER / f"{plan.id}-seed{seed}")
    if folder.exists():
        problems.append(Problem("command line", "--out", "a folder that does not exist yet", str(folder)))
    if problems:
        raise InputError(problems)
    return RunOptions(seed=seed, broker=broker, pace=speed, folder=folder, until_ms=until_ms)


def _require_address(broker: str) -> None:
    try:
        parse_address(broker)
    except BrokerError as error:
        raise BrokerError(f"command line: --broker: {error}") from error


def _free_folder(wanted: Path) -> Path:
    """Return the wanted folder, or the first of its numbered neighbours that does not exist."""
    folder, number = wanted, 1
    while folder.exists():
        number += 1
        folder = wanted.with_name(f"{wanted.name}-{number}")
    return folder


@contextmanager
def _progress(say: Speaker, *, shown: bool) -> Iterator[Callable[[SessionProgress], None] | None]:
    """Show how far a run is, on standard error, where somebody looks."""
    if not shown:
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[at]}"),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("run-progress"), total=1, at="", count="")

        def on_progress(seen: SessionProgress) -> None:
            count = say("run-progress-count", messages=seen.messages, denied=seen.denied)
            bar.update(
                task, completed=seen.at_ms, total=seen.end_ms, at=format_offset(seen.at_ms), count=count
            )

        yield on_progress


def _document(plan: Scenario, result: RunResult) -> dict[str, object]:
    return {
        "run": str(result.folder),
        "settings": dict(plan.settings),
        "faults": _added(plan),
        "outcome": result.outcome,
        "reason": result.reason,
        "digest": result.digest,
        "records": result.records,
        "messages": result.messages,
        "deliveries": result.deliveries,
        "denied": result.denied,
        "lost": result.lost,
        "leaked": result.leaked,
        "exercise_ms": result.exercise_ms,
        "wall_ms": result.wall_ms,
        "lateness": _lateness(result.lateness),
    }


def _lateness(lateness: Lateness) -> dict[str, int] | None:
    """Return how well a session kept to the clock (ms of exercise time); None for one that had none to keep to."""
    if not lateness.moments:
        return None
    return {
        "moments": lateness.moments,
        "mean_ms": lateness.mean_ms,
        "worst_ms": lateness.worst_ms,
        "drift_ms": lateness.drift_ms,
    }


def _added(plan: Scenario) -> list[str]:
    """Return the files of faults that were added to a scenario, as the run log names them."""
    return [name for name in plan.inputs if name.startswith(FAULT_FILES)]


def _print(plan: Scenario, result: RunResult, broker: str, seed: int, say: Speaker) -> None:
    screen = console()
    screen.print(f"[bold]{plan.name.in_language(say.language)}[/bold]")
    screen.print(plan.notice.in_language(say.language))
    for name, value in plan.settings.items():
        screen.print(say("run-setting", name=name, value=value))
    for name in _added(plan):
        screen.print(say("run-faults", name=name))
    screen.print()
    print_summary(result.folder, screen, say)
    if result.outcome == "failed":
        screen.print(say("run-failed", at=format_offset(result.exercise_ms), reason=result.reason))
    else:
        wall = f"{result.wall_ms / 1000:.1f} s"
        screen.print(say("run-done", exercise=format_duration(result.exercise_ms), wall=wall))
    late = result.lateness
    if late.moments:
        screen.print(
            say("run-late", mean=late.mean_ms, worst=late.worst_ms, moments=late.moments, drift=late.drift_ms)
        )
    counts = say(
        "run-broker", broker=broker, seed=seed, messages=result.messages, deliveries=result.deliveries
    )
    screen.print(counts)
    screen.print(f"{say('run-where')}: {result.folder}   {say('run-digest')}: {result.digest}")
    screen.print(say("run-next", folder=result.folder))
