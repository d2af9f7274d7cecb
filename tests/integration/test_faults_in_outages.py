"""Faults that enter while technology fails, in a closed session: the same log on every broker, and nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.records.kinds import Garbled
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from tests.integration.command import MOSQUITTO
from tests.integration.test_faults_on_brokers import FAULTS
from tests.integration.test_outages import EVERY, with_outages


def run(scenario: Path, faults: Path, folder: Path, broker: str) -> RunResult:
    options = RunOptions(seed=7, broker=broker, pace=Pace(None), folder=folder)
    result = run_exercise(load_scenario(scenario, faults=[faults]), options)
    assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0), result.reason
    return result


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
def test_the_digest_is_the_same_on_every_broker(kind: str, broker: str, tmp_path: Path) -> None:
    faults = tmp_path / "faults.toml"
    faults.write_text(FAULTS, "utf-8")
    scenario = with_outages(tmp_path, EVERY[kind])
    reference = run(scenario, faults, tmp_path / "memory", "memory")
    assert run(scenario, faults, tmp_path / "other", broker).digest == reference.digest
    assert [one for one in read(tmp_path / "memory") if isinstance(one.content, Garbled)]
