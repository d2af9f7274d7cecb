"""Passwords of a run: in one file for its owner as long as it goes on, and nowhere else."""

from __future__ import annotations

import contextlib
import itertools
import json
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from brokers.adapter import Account, Tls
from brokers.mosquitto.keys import ServerKeys
from sim.cli.main import main
from sim.transport import root
from tests.integration.command import BEEKDAL, MOSQUITTO, MOSQUITTO_MARKS, started
from tests.integration.standing import standing_server

STANDING = pytest.param("standing", marks=MOSQUITTO_MARKS)
BROKERS = ("embedded", MOSQUITTO, STANDING)

FAST, SLOW = "x20000", "x60"


@contextlib.contextmanager
def options_for(broker: str) -> Iterator[tuple[list[str], set[str]]]:
    """Return what to say on the command line, and the secrets of a server that stands."""
    if broker != "standing":
        yield ["--broker", broker], set()
        return
    with standing_server() as server:
        yield ["--broker", server.url, "--keys", str(server.folder.keys)], {server.keys.password}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every password that a run gives out, those of its own accounts included."""
    given: set[str] = set()
    numbers = itertools.count()

    def password() -> str:
        given.add(f"s3cret-of-this-test-{next(numbers)}-")
        return max(given, key=lambda each: int(each.split("-")[-2]))

    monkeypatch.setattr(root, "_password", password)
    return given


@pytest.mark.parametrize("pace", ["fast", FAST])
@pytest.mark.parametrize("broker", BROKERS)
def test_nothing_that_a_run_writes_or_says_holds_a_password(
    broker: str, pace: str, secrets: set[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    with options_for(broker) as (options, more):
        code = main(["run", str(BEEKDAL), "--pace", pace, "--out", str(out), "-v", *options])
        secrets |= more
    assert main(["report", str(out), "--format", "html", "-v"]) == 0
    said = capfd.readouterr()

    assert code == 0, said.err
    assert len(secrets) > 5, "each party has a password, and so have control and the recorder"
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"run.jsonl", "manifest.json"}
    assert "credentials.json" not in {path.name for path in files}, "it goes at the end"
    told = [said.out, said.err, *(path.read_text("utf-8") for path in files)]
    assert "broker started" in said.err, "diagnostics were asked for"
    assert [secret for secret in secrets for text in told if secret in text] == []


@pytest.mark.parametrize("broker", BROKERS)
def test_the_list_of_processes_holds_none_while_it_goes_on(broker: str, tmp_path: Path) -> None:
    with options_for(broker) as (options, secrets):
        arguments = ["--pace", SLOW, "--out", str(tmp_path / "run"), *options]
        with started("run", BEEKDAL, *arguments, cwd=tmp_path) as process:
            assert process.stderr is not None
            process.stderr.readline()
            path = tmp_path / "run" / "credentials.json"
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            given = json.loads(path.read_text())["accounts"]
            assert {"control", "recorder"}.isdisjoint(given), "these are nobody's but the session's own"
            # With the environment of each process, as far as the system shows it.
            listed = subprocess.run(["ps", "auxeww"], capture_output=True, text=True, check=True).stdout
            assert f" {process.pid} " in listed
            assert [word for word in (*given.values(), *secrets) if word in listed] == []
            process.terminate()
            process.wait()
        assert not path.exists()


def test_nobody_else_may_read_the_folder_of_a_run(tmp_path: Path) -> None:
    assert main(["run", str(BEEKDAL), "--broker", "memory", "--out", str(tmp_path / "run")]) == 0
    assert not stat.S_IMODE((tmp_path / "run").stat().st_mode) & 0o007


def test_what_holds_a_secret_does_not_show_it() -> None:
    secret = "hunter2"
    shown = [Account("wl", secret), ServerKeys("administrator", secret), Tls(Path("/ca"))]
    assert secret not in repr(shown)
