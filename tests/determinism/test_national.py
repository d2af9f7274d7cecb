"""The national exercise: whole, in memory, in two processes; and on Mosquitto. Minutes each, so in ``make long``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sim.runlog.verify import verify
from tests.integration.command import BEELD, MOSQUITTO

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

SAME = ("digest", "records", "messages", "deliveries", "denied", "lost", "leaked", "exercise_ms")
HOURS = 1
"""Up to where it is run on a server and in another process, which takes longest."""

UNTIL = ("--until", f"T+{HOURS:02d}:00")


def play(folder: Path, broker: str, hash_seed: str, *options: str) -> Mapping[str, Any]:
    """Run it in a process of its own, and return what it printed."""
    command: list[str | Path] = [
        BEELD,
        "run",
        "landelijk-hoogwater",
        "--seed",
        "7",
        "--broker",
        broker,
        "--json",
    ]
    done = subprocess.run(
        [*command, "--out", folder, *options],
        env={"PYTHONHASHSEED": hash_seed, "PATH": "/usr/sbin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return {key: found[key] for key in SAME}


def test_it_runs_whole(tmp_path: Path) -> None:
    whole = play(tmp_path / "run", "memory", "0")
    assert (whole["lost"], whole["leaked"]) == (0, 0)
    assert whole["messages"] > 30_000
    assert verify(tmp_path / "run").complete


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Its first hour, in memory."""
    return play(tmp_path_factory.mktemp("reference") / "run", "memory", "0", *UNTIL)


def test_another_process_with_another_hash_seed_gives_the_same_digest(
    reference: Mapping[str, Any], tmp_path: Path
) -> None:
    assert play(tmp_path / "run", "memory", "31337", *UNTIL) == reference


@pytest.mark.parametrize("broker", [MOSQUITTO])
def test_a_server_gives_the_same_digest(broker: str, reference: Mapping[str, Any], tmp_path: Path) -> None:
    assert play(tmp_path / "run", broker, "0", *UNTIL) == reference
