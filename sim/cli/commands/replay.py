"""``beeld replay``: see a run again, on the terminal or over a broker."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, TypeAlias

import msgspec
from cyclopts import Parameter

from brokers.mosquitto import is_address
from sim.cli.keys import NoKeys, keys_of_terminal
from sim.cli.output import Common, ExitCode, Speaker, plain, print_error, print_json
from sim.cli.replaying import line_of
from sim.cli.watching import Watching
from sim.core.model.time import format_offset, parse_time
from sim.core.records.kinds import Opening
from sim.core.records.record import Record
from sim.files.problems import InputError, Problem
from sim.replay.broadcast import Broadcast, BroadcastOptions, Stage, broadcast
from sim.replay.player import FASTEST, SLOWEST, Player
from sim.replay.sight import is_seen
from sim.replay.timeline import Timeline
from sim.transport.choice import BROKERS
from sim.transport.port import TransportError

AS_FAST_AS_IT_GOES = "fast"
_ON_A_TERMINAL = 60.0

Speed: TypeAlias = Annotated[
    str | None,
    Parameter(
        help="Exercise time per clock time, 0.1 to 1000, or fast; default: 60 on a terminal, else fast."
    ),
]
From: TypeAlias = Annotated[
    str | None, Parameter(name="--from", help="Begin at this moment, e.g. T+60:00:00 or 2021-07-15T08:00.")
]
BrokerName: TypeAlias = Annotated[
    str | None,
    Parameter(help="Replay to this broker: embedded, mosquitto, rabbitmq, or mqtts://HOST[:PORT]."),
]

_ENCODER = msgspec.json.Encoder(order="deterministic")


def replay_run(
    run: Path,
    /,
    *,
    speed: Speed = None,
    from_: From = None,
    until: Annotated[str | None, Parameter(help="Stop at this moment.")] = None,
    party: Annotated[str | None, Parameter(help="Only what this party saw; not with --broker.")] = None,
    broker: BrokerName = None,
    keys: Annotated[Path | None, Parameter(help="Keys of that server's administrator.")] = None,
    common: Common | None = None,
) -> int:
    """See a run again, record by record.

    Keys on a terminal: space pauses and goes on; + and - change the speed; right arrow or . shows one record, down
    arrow one moment; n and p go to the next and the previous inject, fault, denial or decision; f, i, d, b and o to the
    next fault, inject, denial, decision and finding; q stops. Where standard output is no terminal, the records are
    printed as fast as it goes. With --json: one line for each record, as it stands in the log.

    Example: beeld replay runs/limburg-hoogwater-seed7 --from T+60:00:00 --party enexis

    Args:
        run: Folder of the run.
        speed: Exercise time per clock time.
        from_: Where to begin.
        until: Where to stop.
        party: Only what this party saw.
        broker: Over which broker; clients log in with the credentials that are told.
        keys: Keys of the administrator of a server that runs already.
        common: Options that every command takes.
    """
    options = common or Common()
    with Timeline(run) as timeline:
        if not timeline.length:
            raise InputError([Problem(str(run), "", "a log with records", "none")])
        opening: Opening = timeline.record(0).content
        start = datetime.fromisoformat(opening.start)
        factor = _speed(speed, shown=broker is None and sys.stdout.isatty() and not options.json)
        begin_ms, end_ms = _span(from_, until, start, timeline.end_ms)
        _check(opening, party, broker, keys)
        if from_ is not None:
            timeline.seek_ms(begin_ms)
        if broker is not None:
            how = BroadcastOptions(broker, run, keys, waits=factor is not None)
            return _over_broker(timeline, factor, end_ms, how, options)
        _on_terminal(timeline, factor, end_ms, party, start, options)
    return ExitCode.YES


def _on_terminal(
    timeline: Timeline,
    factor: float | None,
    end_ms: int,
    party: str | None,
    start: datetime,
    options: Common,
) -> None:
    say = Speaker(options.language)

    def show(record: Record) -> None:
        if party is not None and not is_seen(record, party):
            return
        line = _ENCODER.encode(record).decode() if options.json else plain(line_of(record, start, say)).plain
        sys.stdout.write(f"{line}\n")

    if factor is None:
        next_ms = timeline.next_ms
        while next_ms is not None and next_ms <= end_ms:
            record = timeline.step()
            assert record is not None, "there is a next one"
            show(record)
            next_ms = timeline.next_ms
        return
    player = Player(timeline, monotonic, factor, end_ms)
    with keys_of_terminal() as keys:
        if not isinstance(keys, NoKeys):
            print_aside(say("replay-keys"))
        Watching(player, keys, show, print_aside, start, say).watch()
    late = player.lateness
    if not options.json:
        print_aside(say("replay-late", mean=late.mean_ms, worst=late.worst_ms, drift=late.drift_ms))


def print_aside(words: str) -> None:
    """Print what is no part of the run, where it does not mix with it."""
    sys.stdout.flush()
    sys.stderr.write(f"{words}\n")


def _over_broker(
    timeline: Timeline, factor: float | None, end_ms: int, how: BroadcastOptions, options: Common
) -> int:
    say = Speaker(options.language)

    async def tell(stage: Stage) -> None:
        print_aside(
            say("replay-open", host=stage.host, port=stage.port, root=stage.root, path=stage.credentials)
        )

    async def play() -> tuple[Broadcast, Player]:
        player = Player(timeline, asyncio.get_running_loop().time, factor or FASTEST, end_ms)
        return await broadcast(player, replace(how, on_open=tell), datetime.now(UTC)), player

    try:
        result, player = asyncio.run(_stoppable(play))
    except TransportError as error:
        print_error(str(error))
        return ExitCode.EXCHANGE_FAILED
    late = player.lateness
    lateness = {"mean_ms": late.mean_ms, "worst_ms": late.worst_ms, "drift_ms": late.drift_ms}
    if options.json:
        print_json({"replay": result, "lateness": None if factor is None else lateness})
        return ExitCode.YES
    lines = [say("replay-handed", root=result.root, records=result.records, handed=result.handed)]
    if result.forbidden:
        lines.append(say("replay-forbidden", count=result.forbidden))
    if result.lost:
        lines.append(say("replay-lost-again", count=result.lost))
    if result.changed_profiles:
        lines.append(say("replay-profiles", files=", ".join(result.changed_profiles)))
    if factor is not None:
        lines.append(say("replay-late", mean=late.mean_ms, worst=late.worst_ms, drift=late.drift_ms))
    sys.stdout.write("\n".join(lines) + "\n")
    return ExitCode.YES


async def _stoppable(
    play: Callable[[], Coroutine[Any, Any, tuple[Broadcast, Player]]],
) -> tuple[Broadcast, Player]:
    """Play, and clear away what was started also when the process is asked to end."""
    task = asyncio.ensure_future(play())
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _speed(text: str | None, *, shown: bool) -> float | None:
    """Return the speed; None as fast as it goes."""
    if text is None:
        return _ON_A_TERMINAL if shown else None
    if text == AS_FAST_AS_IT_GOES:
        return None
    try:
        factor = float(text.removeprefix("x"))
    except ValueError:
        factor = 0.0
    if not SLOWEST <= factor <= FASTEST:
        expected = f"a number from {SLOWEST:g} to {FASTEST:g}, or {AS_FAST_AS_IT_GOES}"
        raise InputError([Problem("command line", "--speed", expected, repr(text))])
    return factor


def _span(from_: str | None, until: str | None, start: datetime, last_ms: int) -> tuple[int, int]:
    begin_ms = 0 if from_ is None else _moment("--from", from_, start, 0, last_ms)
    return begin_ms, last_ms if until is None else _moment("--until", until, start, begin_ms, last_ms)


def _moment(option: str, text: str, start: datetime, first_ms: int, last_ms: int) -> int:
    try:
        at_ms = parse_time(text, start)
    except ValueError:
        at_ms = -1
    if not first_ms <= at_ms <= last_ms:
        span = f"T+{format_offset(first_ms).removeprefix('T+')} to {format_offset(last_ms)}"
        expected = f"a moment from {span}, such as T+60:00:00 or 2021-07-15T08:00"
        raise InputError([Problem("command line", option, expected, repr(text))])
    return at_ms


def _check(opening: Opening, party: str | None, broker: str | None, keys: Path | None) -> None:
    problems = []
    parties = [known.id for known in opening.parties]
    if party is not None and party not in parties:
        problems.append(Problem("command line", "--party", f"one of {', '.join(parties)}", repr(party)))
    if broker is not None and party is not None:
        problems.append(Problem("command line", "--party", "no --broker beside it", repr(broker)))
    if broker is not None and not is_address(broker) and broker not in BROKERS:
        expected = f"one of {', '.join(BROKERS)}, or mqtts://HOST[:PORT]"
        problems.append(Problem("command line", "--broker", expected, repr(broker)))
    if keys is not None and (broker is None or not is_address(broker)):
        problems.append(
            Problem("command line", "--keys", "--broker mqtts://HOST with it", repr(broker or "none"))
        )
    if problems:
        raise InputError(problems)
