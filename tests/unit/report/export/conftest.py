from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.files.scenario.loading import load_scenario
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace
from tests.integration.command import BEEKDAL

Export = Callable[..., dict[str, bytes]]


@pytest.fixture(scope="session")
def beekdal_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the small exercise."""
    folder = tmp_path_factory.mktemp("exported") / "run"
    options = RunOptions(seed=7, broker="memory", pace=Pace(None), folder=folder)
    assert run_exercise(load_scenario(BEEKDAL), options).outcome == "completed"
    return folder


@pytest.fixture
def export(beekdal_run: Path, tmp_path: Path) -> Export:
    """Export from the run in a folder of its own, and return the files by name."""

    def run(formats: str, *options: str, target: str | Path = beekdal_run) -> dict[str, bytes]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        code = main(["export", str(target), "--format", formats, *options, "--out", str(folder)])
        assert code == 0
        return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}

    return run
