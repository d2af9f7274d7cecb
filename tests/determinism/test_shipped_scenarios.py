"""Every scenario that comes with the product is sound, and gives the same digest on every broker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sim.files.lint import lint
from sim.files.places import shipped_scenarios
from tests.integration.command import MOSQUITTO, beeld

ELSEWHERE = "limburg-hoogwater"
"""Is run by test_repeats.py, on every broker."""


def run(scenario: str, broker: str, folder: Path) -> dict[str, Any]:
    """Run a scenario in a process of its own, and return what it printed."""
    options = ("--seed", "7", "--broker", broker, "--json", "--out", folder / broker)
    done = beeld("run", scenario, *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("scenario", shipped_scenarios())
def test_a_scenario_is_sound(scenario: str) -> None:
    assert lint(scenario).errors == ()


@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
@pytest.mark.parametrize("scenario", [name for name in shipped_scenarios() if name != ELSEWHERE])
def test_every_broker_gives_the_same_digest(scenario: str, broker: str, tmp_path: Path) -> None:
    reference = run(scenario, "memory", tmp_path)
    assert reference["denied"] > 0
    found = run(scenario, broker, tmp_path)
    assert found["digest"] == reference["digest"]
    assert [(one["lost"], one["leaked"]) for one in (reference, found)] == [(0, 0), (0, 0)]
