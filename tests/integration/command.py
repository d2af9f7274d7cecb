"""The command line as a process of its own, and what a run leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from brokers.mosquitto import MosquittoBroker

BEELD = Path(sys.executable).with_name("beeld")
BEEKDAL = Path(__file__).parents[1] / "golden" / "beekdal"
"""The small scenario: one party of each profile."""

PATIENCE_S = 60.0

LONGEST_S = 600.0
"""No command takes longer; the time that a test has of its own mostly ends it before."""


_REASON = MosquittoBroker.available()
MOSQUITTO_MARKS = (
    pytest.mark.mosquitto,
    pytest.mark.skipif(_REASON is not None, reason=str(_REASON)),
)
MOSQUITTO = pytest.param("mosquitto", marks=MOSQUITTO_MARKS)
FEDERATION = pytest.param("federation", marks=MOSQUITTO_MARKS)


def beeld(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [BEELD, *arguments],
        cwd=cwd,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )


@contextmanager
def started(*arguments: str | Path, cwd: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start one command; it is ended, whatever happens."""
    with subprocess.Popen(
        [BEELD, *arguments],
        cwd=cwd,
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever starts the tests in the background has their interrupts ignored, and so would the product have.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 -- no threads here
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _environment(changes: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", **changes}
