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
HOURS = 2
"""Up to where it is run on a server, which takes longest."""


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


def test_two_processes_with_other_hash_seeds_give_the_same_digest(tmp_path: Path) -> None:
    one = play(tmp_path / "one", "memory", "0")
    other = play(tmp_path / "other", "memory", "31337")
    assert one == other
    assert (one["lost"], one["leaked"]) == (0, 0)
    assert one["messages"] > 30_000
    assert verify(tmp_path / "one").complete


@pytest.mark.parametrize("broker", [MOSQUITTO])
def test_a_server_gives_the_same_digest(broker: str, tmp_path: Path) -> None:
    until = ("--until", f"T+{HOURS:02d}:00")
    assert play(tmp_path / "server", broker, "0", *until) == play(tmp_path / "memory", "memory", "0", *until)
