"""``beeld doctor``: it tells what this machine has, by trying it."""

from __future__ import annotations

import json
import socket
import tempfile
from pathlib import Path

import pytest

from brokers.mosquitto import MosquittoBroker
from sim.cli.checkup.finding import Check, State
from sim.cli.checkup.machine import MACHINE
from sim.cli.checkup.trial import TRIALS
from sim.words import keys
from tests.integration.command import beeld


def test_it_tries_this_machine_and_says_what_it_found(tmp_path: Path) -> None:
    done = beeld("doctor", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    state = {row["id"]: row["state"] for row in told["checks"]}
    assert list(state) == [check.id for check in (*MACHINE, *TRIALS)]
    working = {"python", "product", "libraries", "folder", "port", "memory", "embedded", "pages"}
    assert {name for name in working if state[name] == "ok"} == working
    assert (state["mosquitto"] == "ok") == (MosquittoBroker.available() is None)
    assert told["missing"] == sum(one == "missing" for one in state.values())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_person_reads_it_in_dutch(tmp_path: Path) -> None:
    done = beeld("doctor", "--lang", "nl", cwd=tmp_path, BEELD_MOSQUITTO_PLUGIN=str(tmp_path / "none"))
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    (said,) = [number for number, line in enumerate(lines) if line.startswith("ontbreekt Mosquitto")]
    assert lines[said + 1].startswith(" " * 10 + "Zonder werken --broker mosquitto")
    assert lines[-1].startswith("Alles wat nodig is werkt")


def test_what_is_wrong_ends_with_1(tmp_path: Path) -> None:
    done = beeld(
        "doctor", "--json", cwd=tmp_path, TMPDIR="/nowhere", TEMP="/nowhere", PYTHONIOENCODING="ascii"
    )
    told = {row["id"]: row for row in json.loads(done.stdout)["checks"]}
    assert told["terminal"]["state"] == "missing"
    assert told["terminal"]["told"]


def test_a_check_that_fails_is_wrong_or_missing_and_never_a_crash() -> None:
    def fails() -> str:
        raise OSError("no\nluck")

    assert Check("a", fails).look().state is State.WRONG
    missing = Check("a", fails, optional=True).look()
    assert (missing.state, missing.found) == (State.MISSING, "no luck")


def test_no_port_and_no_folder_are_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(*_: object, **__: object) -> socket.socket:
        raise PermissionError("not here")

    monkeypatch.setattr(socket, "create_server", refused)
    monkeypatch.setattr(tempfile, "TemporaryDirectory", refused)
    monkeypatch.chdir(tmp_path)
    found = {check.id: check.look().state for check in MACHINE if check.id in {"port", "folder"}}
    assert found == {"port": State.WRONG, "folder": State.WRONG}


def test_each_check_has_its_words() -> None:
    names = [check.id for check in (*MACHINE, *TRIALS)]
    assert len(set(names)) == len(names)
    assert {f"doctor-{name}" for name in names} <= set(keys())
    assert {f"doctor-without-{name}" for name in names if name != "product"} <= set(keys())
