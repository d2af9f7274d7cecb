"""A broker that dies in the middle of a run: exit 3, and a log that is whole as far as it goes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from brokers.adapter import Right
from brokers.embedded import EmbeddedBroker
from sim.cli.main import main
from sim.core.model.ids import PartyId
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import RunLog, read
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace
from sim.session.session import Progress
from sim.transport.memory import MemoryTransport
from sim.transport.port import Outcome, Outgoing, TransportError
from tests.integration.command import BEEKDAL, MOSQUITTO_MARKS, PATIENCE_S, started
from tests.played import Played

PROC = Path("/proc")
LOG_BYTES = 500_000
LOOK_S = 0.02
LOCAL = b',"local":'


def shared_before(folder: Path, at_ms: int) -> list[bytes]:
    """Return the shared part of every line of before a moment."""
    lines = (folder / "run.jsonl").read_bytes().splitlines()
    return [line[: line.rindex(LOCAL)] for line in lines if json.loads(line)["at_ms"] < at_ms]


def whole_run(scenario: str | Path, folder: Path) -> Path:
    """Run the same exercise undisturbed."""
    options = RunOptions(seed=7, broker="memory", pace=parse_pace("fast"), folder=folder)
    assert run_exercise(load_scenario(scenario), options).outcome == "completed"
    return folder


def assert_whole_up_to_the_failure(folder: Path, undisturbed: Path) -> None:
    """The log verifies, ends with the failure, and is up to its last moment that of an undisturbed run."""
    found = verify(folder)
    assert (found.ok, found.complete, found.torn_bytes) == (True, False, 0), found.reason
    manifest = RunLog(folder).manifest
    assert manifest.status == "failed"
    assert manifest.result is not None
    assert manifest.result.reason
    records = list(read(folder))
    assert [record.kind for record in records[-2:]] == ["failure", "end"]
    assert records[-1].content.outcome == "failed"
    granted_ms = records[-1].at_ms
    assert 0 < granted_ms < records[0].content.end_ms
    before = shared_before(folder, granted_ms)
    assert len(before) > 20
    assert before == shared_before(undisturbed, granted_ms)


# Mosquitto, killed by the kernel --------------------------------------------------------------------


def children_of(pid: int) -> list[int]:
    """Return the process ids of the children of a process."""
    found = []
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            text = stat.read_text("utf-8", errors="replace")
        except OSError:  # it has ended since
            continue
        # pid (name, which may hold anything) state parent ...
        if int(text.rpartition(")")[2].split()[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def wait_for_log(process: subprocess.Popen[str], path: Path, size: int) -> None:
    """Wait until the log has grown to a size; the process must still run."""
    for _ in range(round(PATIENCE_S / LOOK_S)):
        if path.exists() and path.stat().st_size >= size:
            return
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            continue
        pytest.fail(f"the run ended before its log had {size} bytes: {process.communicate()}")
    pytest.fail(f"the log did not come to {size} bytes")


@pytest.mark.skipif(not PROC.is_dir(), reason="finding the server's process needs /proc")
@pytest.mark.parametrize("how", [pytest.param("SIGKILL", marks=MOSQUITTO_MARKS)])
def test_mosquitto_killed_in_the_middle_of_a_run(how: str, tmp_path: Path, played: Played) -> None:
    folder = tmp_path / "run"
    options = ("--seed", "7", "--broker", "mosquitto", "--out", folder, "--json")
    with started("run", "limburg-hoogwater", *options, cwd=tmp_path) as process:
        wait_for_log(process, folder / "run.jsonl", LOG_BYTES)
        (server,) = children_of(process.pid)
        os.kill(server, signal.Signals[how])
        out, err = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 3, err
    assert "Traceback" not in err
    document = json.loads(out)
    assert document["outcome"] == "failed"
    assert document["reason"]
    assert not (PROC / str(server)).exists()
    assert_whole_up_to_the_failure(folder, played("limburg-hoogwater").folder)
    assert (document["digest"], document["records"]) == (verify(folder).digest, verify(folder).records)


# The embedded broker, stopped by a hook -------------------------------------------------------------


class Mortal(EmbeddedBroker):
    """Stops when it is first asked to change rights."""

    async def grant(self, username: str, grant: str, rights: Sequence[Right]) -> None:
        """Take the grant, and die."""
        await super().grant(username, grant, rights)
        await self.stop()


def test_the_embedded_broker_stopped_in_the_middle_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.transport.choice.BROKERS", {"embedded": Mortal})
    folder = tmp_path / "run"
    options = ["--seed", "7", "--broker", "embedded", "--out", str(folder), "--json"]

    assert main(["run", str(BEEKDAL), *options]) == 3

    printed = capsys.readouterr()
    assert json.loads(printed.out)["outcome"] == "failed"
    assert "Traceback" not in printed.err
    assert_whole_up_to_the_failure(folder, whole_run(BEEKDAL, tmp_path / "undisturbed"))


def test_for_people_the_failure_is_said_with_its_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.transport.choice.BROKERS", {"embedded": Mortal})
    options = ["--seed", "7", "--broker", "embedded", "--out", str(tmp_path / "run"), "--lang", "en"]

    assert main(["run", str(BEEKDAL), *options]) == 3

    assert "The exchange failed at T+00:" in capsys.readouterr().out


class Gone(MemoryTransport):
    """Acknowledges all, delivers nothing, and is gone when somebody asks it for anything more."""

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Take publications, and deliver none."""
        return [Outcome(accepted=True) for _ in publications]

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Fail."""
        raise TransportError("memory: the broker does not run any more")


def test_a_broker_that_is_gone_between_acknowledgement_and_delivery_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it did not deliver is then no loss of the exchange: the broker is the reason, and the log says so."""
    monkeypatch.setattr("sim.session.exchange.MemoryTransport", Gone)
    monkeypatch.setattr("sim.session.trading.BARRIER_LOOK_S", 0.01)
    options = RunOptions(seed=7, broker="memory", pace=parse_pace("fast"), folder=tmp_path / "run")

    result = run_exercise(load_scenario(BEEKDAL), options)

    assert (result.outcome, result.lost) == ("failed", 0)
    assert result.reason == "memory: the broker does not run any more"
    assert verify(tmp_path / "run").ok


@pytest.mark.parametrize("minutes", [5, 40, 100])
def test_whenever_the_embedded_broker_stops(
    minutes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = EmbeddedBroker()
    stopping: list[asyncio.Task[None]] = []

    def stop_at(progress: Progress) -> None:
        if progress.at_ms >= minutes * 60_000 and not stopping:
            stopping.append(asyncio.get_running_loop().create_task(broker.stop()))

    monkeypatch.setattr("sim.transport.choice.BROKERS", {"embedded": lambda: broker})
    result: RunResult = run_exercise(
        load_scenario(BEEKDAL),
        RunOptions(
            seed=7,
            broker="embedded",
            pace=parse_pace("fast"),
            folder=tmp_path / "run",
            on_progress=stop_at,
        ),
    )

    assert result.outcome == "failed"
    assert result.exercise_ms >= minutes * 60_000
    assert_whole_up_to_the_failure(tmp_path / "run", whole_run(BEEKDAL, tmp_path / "undisturbed"))
