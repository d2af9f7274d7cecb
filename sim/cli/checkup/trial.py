"""Trials of the product: a tiny exercise on two brokers, and the pages on a free port."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Final

from sim.cli.checkup.finding import Check
from sim.cli.checkup.machine import NotThereError
from sim.files.beginning.answers import Answers, Wish
from sim.files.beginning.make import begin_scenario, load_ground
from sim.files.lint import lint
from sim.files.scenario.loading import load_scenario
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace

_TRIAL: Final = Answers("trial", "vr04", "power-failure", (Wish("enexis"),))
_UNTIL_MS: Final = 60 * 60_000
_PATIENCE_S: Final = 30.0
_SERVE: Final = "import sys; from sim.cli.main import run; sys.argv = ['beeld', *sys.argv[1:]]; run()"


def exercise(broker: str) -> str:
    """Return what came of the first hour of a tiny exercise, made and run in a folder that is taken away."""
    with tempfile.TemporaryDirectory(prefix="beeld-doctor-") as above:
        scenario = Path(above) / _TRIAL.id
        begin_scenario(load_ground(), _TRIAL).write(scenario)
        problems = lint(scenario).errors
        if problems:
            raise NotThereError(problems[0].message)
        options = RunOptions(
            seed=1, broker=broker, pace=Pace(None), folder=Path(above) / "run", until_ms=_UNTIL_MS
        )
        done = run_exercise(load_scenario(scenario), options)
        if done.lost or done.leaked:
            raise NotThereError(f"{done.lost} deliveries lost, {done.leaked} leaked")
        return f"{verify(done.folder).records} records, nothing lost or leaked"


def pages() -> str:
    """Return that the pages answered, on a port that was free."""
    with tempfile.TemporaryDirectory(prefix="beeld-doctor-") as above:
        command = [sys.executable, "-c", _SERVE, "serve", "--port", "0", "--json", "--runs", above]
        # S603: this program itself. What it says of itself beside its address nobody waits for.
        with subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as serving:
            try:
                return _asked(serving)
            finally:
                serving.terminate()


def _asked(serving: subprocess.Popen[str]) -> str:
    assert serving.stdout is not None
    told = ""
    for line in serving.stdout:
        told += line
        if line.rstrip() == "}":
            break
    if not told:
        raise NotThereError("the pages did not start")
    address = json.loads(told)["address"]
    with urllib.request.urlopen(address, timeout=_PATIENCE_S) as answer:  # noqa: S310 -- of this machine
        return f"{answer.status} {answer.reason}"


TRIALS: Final = (
    Check("memory", lambda: exercise("memory")),
    Check("embedded", lambda: exercise("embedded")),
    Check("pages", pages),
)
"""In the order in which they are shown."""
