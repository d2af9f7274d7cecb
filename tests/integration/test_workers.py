"""Parties spread over worker processes: the same digest, and nobody left behind when one of them is gone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import RunLog, read
from sim.runlog.verify import verify
from sim.session import launch
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace
from sim.session.session import Progress
from sim.session.workers import team
from sim.session.workers.joining import Invitation
from sim.session.workers.processes import MODULE
from sim.session.workers.team import Spreading
from tests.integration.command import BEEKDAL, MOSQUITTO, MOSQUITTO_MARKS, PATIENCE_S, beeld, started
from tests.integration.standing import NEEDS_MOSQUITTO, standing_server
from tests.integration.test_outages import EVERY, with_outages
from tests.played import Played

BOTH = ("embedded", MOSQUITTO)
PROC = Path("/proc")


def play(scenario: str | Path, folder: Path, broker: str, workers: int, **more: object) -> RunResult:
    """Run a scenario in this process, its parties in others."""
    options = RunOptions(
        seed=7,
        broker=broker,
        pace=parse_pace(str(more.pop("pace", "fast"))),
        folder=folder,
        workers=workers,
        **more,  # type: ignore[arg-type]
    )
    return run_exercise(load_scenario(str(scenario)), options)


def workers_of(pid: int) -> list[int]:
    """Return the numbers of the worker processes that a process started and that still run."""
    found = []
    for folder in PROC.glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # it ended meanwhile
        if MODULE.encode() in line and parent == pid:
            found.append(int(folder.name))
    return sorted(found)


def assert_same(result: RunResult, folder: Path, reference: RunResult) -> None:
    """The exchange held, the log is whole, and says what it says without workers."""
    assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0), result.reason
    assert (result.digest, result.records) == (reference.digest, reference.records)
    found = verify(folder)
    assert (found.ok, found.complete, found.digest) == (True, True, reference.digest)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """The small scenario, played in memory."""
    return play(BEEKDAL, tmp_path_factory.mktemp("reference") / "run", "memory", 0)


# The same exercise ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("broker", BOTH)
def test_the_digest_does_not_depend_on_workers(
    broker: str, workers: int, reference: RunResult, tmp_path: Path
) -> None:
    result = play(BEEKDAL, tmp_path / "run", broker, workers)
    assert_same(result, tmp_path / "run", reference)
    assert workers_of(os.getpid()) == []


def test_nor_in_an_exercise_that_comes_with_the_product(played: Played, tmp_path: Path) -> None:
    result = play("gaslek-keten", tmp_path / "run", "embedded", 2)
    assert_same(result, tmp_path / "run", played("gaslek-keten"))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("broker", "workers"), [("embedded", 2), pytest.param("mosquitto", 4, marks=MOSQUITTO_MARKS)]
)
@pytest.mark.parametrize("scenario", shipped_scenarios())
def test_nor_in_any_other(scenario: str, broker: str, workers: int, played: Played, tmp_path: Path) -> None:
    result = play(scenario, tmp_path / "run", broker, workers)
    assert_same(result, tmp_path / "run", played(scenario))


@pytest.mark.parametrize("kind", EVERY)
def test_nor_when_technology_fails(kind: str, tmp_path: Path) -> None:
    scenario = with_outages(tmp_path, EVERY[kind])
    reference = play(scenario, tmp_path / "memory", "memory", 0)
    assert_same(play(scenario, tmp_path / "run", "embedded", 2), tmp_path / "run", reference)


@pytest.mark.parametrize("broker", [MOSQUITTO])
@pytest.mark.parametrize("kind", ["several", "duplicates", "retained-lost", "expired"])
def test_nor_when_it_really_fails(kind: str, broker: str, tmp_path: Path) -> None:
    scenario = with_outages(tmp_path, EVERY[kind])
    reference = play(scenario, tmp_path / "memory", "memory", 0)
    assert_same(play(scenario, tmp_path / "run", broker, 2), tmp_path / "run", reference)


# Somebody is gone -----------------------------------------------------------------------------------------


class Killer:
    """Kills a worker of this process once a run has come so far (ms of exercise time)."""

    def __init__(self, after_ms: int) -> None:
        self._after_ms = after_ms
        self.killed: list[int] = []

    def __call__(self, progress: Progress) -> None:
        if progress.at_ms >= self._after_ms and not self.killed:
            self.killed.append(workers_of(os.getpid())[0])
            os.kill(self.killed[0], signal.SIGKILL)


@pytest.mark.parametrize("broker", BOTH)
def test_a_worker_that_dies_ends_a_closed_session_and_is_named(broker: str, tmp_path: Path) -> None:
    killer = Killer(3_600_000)
    result = play(BEEKDAL, tmp_path / "run", broker, 2, on_progress=killer)

    assert result.outcome == "failed"
    assert result.reason.startswith("worker-")
    assert "is lost (its process was ended by SIGKILL), and with it " in result.reason
    lost = set(result.reason.rpartition("with it ")[2].split(", "))
    assert len(lost) == len(load_scenario(str(BEEKDAL)).parties) // 2
    found = verify(tmp_path / "run")
    assert (found.ok, found.complete, found.torn_bytes) == (True, False, 0)
    assert RunLog(tmp_path / "run").manifest.status == "failed"
    assert [record.kind for record in read(tmp_path / "run")][-2:] == ["failure", "end"]
    assert workers_of(os.getpid()) == []


def test_the_command_then_ends_with_exit_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    killing = threading.Thread(target=_kill_first_worker)
    killing.start()
    code = main(
        ["run", "limburg-hoogwater", "--workers", "2", "--out", str(tmp_path / "run"), "--lang", "en"]
    )
    killing.join()
    assert code == 3
    assert "is lost (its process was ended by SIGKILL)" in capsys.readouterr().out


def _kill_first_worker() -> None:
    wait_for(lambda: len(workers_of(os.getpid())) == 2)
    os.kill(workers_of(os.getpid())[0], signal.SIGKILL)


@pytest.mark.parametrize("broker", BOTH)
def test_in_an_open_session_its_parties_are_taken_over(broker: str, tmp_path: Path) -> None:
    """With all that they knew, so that the log goes on as if nothing had happened."""
    killer = Killer(3_600_000)
    result = play(BEEKDAL, tmp_path / "run", broker, 2, on_progress=killer, pace="x3600")
    undisturbed = play(BEEKDAL, tmp_path / "undisturbed", broker, 0, pace="x3600")

    assert_same(result, tmp_path / "run", undisturbed)
    told = [
        event
        for record in read(tmp_path / "run")
        for event in record.local.get("connections", ())
        if "is lost" in event
    ]
    assert len(told) == 1
    assert told[0].endswith("; they are played by the coordinator from now on")
    assert workers_of(os.getpid()) == []


@pytest.mark.parametrize("kind", ["partition", "duplicates", "broker"])
def test_also_in_the_middle_of_an_outage(kind: str, tmp_path: Path) -> None:
    scenario = with_outages(tmp_path, EVERY[kind])
    killer = Killer(75 * 60_000)
    result = play(scenario, tmp_path / "run", "embedded", 2, on_progress=killer, pace="x3600")
    undisturbed = play(scenario, tmp_path / "undisturbed", "embedded", 0, pace="x3600")
    assert_same(result, tmp_path / "run", undisturbed)


BROKEN = {
    "others": "it sent the steps of not-",
    "elsewhere": "which has no known shape",
    "spying": "expected what came to its own parties, found 'somebody-else'",
    "garbage": "expected a part of a frame, found 7 bytes",
    "skipped": "expected part",
    "unasked": "expected the answer to an order",
    "old": "beeld: expected version",
    "vanishing": "its process ended with exit code 9",
}
"""What a worker with a bug, or in the wrong hands, does, and what is said of it."""


@pytest.mark.parametrize(
    ("how", "pace"), [*((how, "fast") for how in BROKEN), ("others", "x3600"), ("garbage", "x3600")]
)
def test_a_worker_that_makes_no_sense_is_one_clear_failure(
    how: str, pace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in an open session: who makes no sense may still be there, and nothing of what it says may be recorded."""
    monkeypatch.setenv("BROKEN", how)
    monkeypatch.setattr(launch, "Spreading", partial(Spreading, module="tests.integration.broken_worker"))
    result = play(BEEKDAL, tmp_path / "run", "embedded", 2, pace=pace)

    assert result.outcome == "failed"
    assert result.reason.startswith("worker-")
    assert BROKEN[how] in result.reason
    assert verify(tmp_path / "run").ok
    assert [record.kind for record in read(tmp_path / "run")][-2:] == ["failure", "end"]
    assert workers_of(os.getpid()) == []


def wait_for(condition: Callable[[], bool]) -> None:
    """Look again and again until something is so."""
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it did not come about"
        time.sleep(0.02)


@contextmanager
def coordinator(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Start a run with two workers, and wait until both are there."""
    arguments = ("run", "limburg-hoogwater", "--workers", "2", "--out", str(folder / "run"), *options)
    with started(*arguments, cwd=folder) as process:
        wait_for(lambda: len(workers_of(process.pid)) == 2 and (folder / "run" / "run.jsonl").exists())
        yield process, workers_of(process.pid)


def is_running(pid: int) -> bool:
    """Say whether a process runs and is no corpse."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_workers_end_when_the_coordinator_does(how: signal.Signals, code: int, tmp_path: Path) -> None:
    with coordinator(tmp_path) as (process, workers):
        process.send_signal(how)
        assert process.wait(PATIENCE_S) == code
        wait_for(lambda: not any(is_running(worker) for worker in workers))


def test_no_secret_of_a_worker_is_in_the_list_of_processes(tmp_path: Path) -> None:
    with coordinator(tmp_path) as (_, workers):
        for worker in workers:
            line = (PROC / str(worker) / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
            assert line[1:] == [b"-m", MODULE.encode()]
            assert b"worker-1" not in (PROC / str(worker) / "environ").read_bytes()


def test_a_worker_that_only_falls_silent_gives_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may live, on a machine that cannot be reached for a while: it must not come back into the exercise."""
    monkeypatch.setattr(team, "BEAT_S", 0.1)
    monkeypatch.setattr(team, "SILENCE_S", 1.5)
    with ExitStack() as stack:
        joined: list[subprocess.Popen[str]] = []

        def join(invitations: Sequence[Invitation]) -> None:
            options = ("--join", invitations[0].join, "--credentials", invitations[0].credentials)
            joined.append(stack.enter_context(started("worker", *options, cwd=tmp_path)))

        def fall_silent(progress: Progress) -> None:
            if progress.at_ms >= 3_600_000 and len(joined) == 1:
                joined[0].send_signal(signal.SIGSTOP)
                joined.append(joined[0])

        result = play(
            BEEKDAL,
            tmp_path / "run",
            "embedded",
            1,
            pace="x1800",
            joining=1,
            on_joining=join,
            on_progress=fall_silent,
        )
        joined[0].send_signal(signal.SIGCONT)
        assert joined[0].wait(PATIENCE_S) == 3
    undisturbed = play(BEEKDAL, tmp_path / "undisturbed", "embedded", 0, pace="x3600")
    assert_same(result, tmp_path / "run", undisturbed)
    told = [event for record in read(tmp_path / "run") for event in record.local.get("connections", ())]
    assert any("worker-2 is lost (nothing was heard of it for " in event for event in told)


# From elsewhere -------------------------------------------------------------------------------------------


@contextmanager
def waiting_run(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """Start a run that waits for a worker; yield it, where to join, and the file of the worker."""
    arguments: tuple[str | Path, ...] = (
        "run",
        BEEKDAL,
        "--seed",
        "7",
        "--wait-for",
        "1",
        "--out",
        folder / "run",
        "--lang",
        "en",
        *options,
    )
    with started(*arguments, cwd=folder) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "beeld worker --join " in line, line
        join = line.partition("--join ")[2].split()[0]
        (ticket,) = (folder / "run" / "workers").glob("*.json")
        yield process, join, ticket


def test_a_worker_joins_from_elsewhere(reference: RunResult, tmp_path: Path) -> None:
    with waiting_run(tmp_path, "--workers", "1", "--json") as (process, join, ticket):
        assert ticket.stat().st_mode & 0o777 == 0o600
        elsewhere = shutil.copy(ticket, tmp_path / "mine.json")
        done = beeld("worker", "--join", join, "--credentials", elsewhere, "--lang", "en", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "worker-2 is done" in done.stderr
        out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert json.loads(out)["digest"] == reference.digest
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["manifest.json", "run.jsonl"]


def test_its_credentials_can_come_from_the_environment(tmp_path: Path) -> None:
    with waiting_run(tmp_path) as (process, join, ticket):
        told = json.loads(ticket.read_text())
        environment = {"BEELD_WORKER": told["username"], "BEELD_WORKER_PASSWORD": told["password"]}
        done = beeld("worker", "--join", join, cwd=tmp_path, **environment)
        assert done.returncode == 0, done.stderr
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "worker-1.json"
    path.write_text('{"join": "mqtt://localhost:1/run", "username": "worker-1", "password": "geheim"}')
    path.chmod(0o644)
    done = beeld("worker", "--join", "mqtt://localhost:1/run", "--credentials", path, cwd=tmp_path)
    assert done.returncode == 2
    assert "chmod 600" in done.stderr
    assert "geheim" not in done.stderr


def test_wrong_credentials_join_nothing(tmp_path: Path) -> None:
    with waiting_run(tmp_path) as (_, join, ticket):
        told = json.loads(ticket.read_text())
        environment = {"BEELD_WORKER": told["username"], "BEELD_WORKER_PASSWORD": "wrong"}
        done = beeld("worker", "--join", join, cwd=tmp_path, **environment)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 2
    assert "cannot connect" in done.stderr


class TestOnAServerThatStands:
    """What passes between coordinator and workers goes over the server, as they may be on different machines."""

    pytestmark = NEEDS_MOSQUITTO

    def test_a_worker_joins_over_tls(self, reference: RunResult, tmp_path: Path) -> None:
        with standing_server() as server:
            broker = ("--broker", server.url, "--keys", str(server.folder.keys), "--workers", "1", "--json")
            with waiting_run(tmp_path, *broker) as (process, join, ticket):
                assert join.startswith(f"{server.url}/")
                ca = server.keys.ca
                assert ca is not None
                options = ("--credentials", ticket, "--ca", ca)
                done = beeld("worker", "--join", join, *options, cwd=tmp_path)
                assert done.returncode == 0, done.stderr
                out, _ = process.communicate(timeout=PATIENCE_S)
            assert process.returncode == 0
            assert json.loads(out)["digest"] == reference.digest
            assert "worker" not in server.folder.security.read_text()

    def test_an_outage_leaves_the_line_alone(self, tmp_path: Path) -> None:
        scenario = with_outages(tmp_path, EVERY["broker"])
        reference = play(scenario, tmp_path / "memory", "memory", 0)
        with standing_server() as server:
            result = play(scenario, tmp_path / "run", server.url, 2, keys=server.folder.keys)
        assert_same(result, tmp_path / "run", reference)


# What is typed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--workers", "2", "--broker", "memory"),
            "--workers: expected a broker that processes can connect to",
        ),
        (("--workers", "-1"), "--workers: expected a number from 0 to 64, found -1"),
        (("--wait-for", "65"), "--wait-for: expected a number from 0 to 64, found 65"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    options: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(BEEKDAL), "--out", str(tmp_path / "run"), *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("join", "said"),
    [
        ("mqtt://localhost:1", "found 'no run' as the run"),
        ("mqtt://localhost:1/A+b", "as the run"),
        ("mqtt://example.org/run", "use mqtts://example.org"),
        ("mqtts://me:secret@example.org/run", "credentials in it"),
    ],
)
def test_an_address_that_is_none_is_one_line(
    join: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["worker", "--join", join]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "secret" not in error


def test_the_help_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    main(["worker", "--help"])
    assert "--join" in capsys.readouterr().out
    main(["run", "--help"])
    shown = capsys.readouterr().out
    assert "--workers" in shown
    assert "--wait-for" in shown
