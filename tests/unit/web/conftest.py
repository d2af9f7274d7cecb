"""One small run for all tests of pages, and the pages of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from sim.core.records.record import Record
from sim.core.world.scenario import Scenario
from sim.files.scenario.loading import load_scenario
from sim.replay.scene import Scene, scene_of
from sim.report.exercise.words import ReportWords
from sim.runlog.reader import read
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace
from sim.web.options import ServeOptions
from tests.unit.web.serving import ORIGIN, PASSWORD, asking, write_accounts

BEEKDAL = Path(__file__).parents[2] / "golden" / "beekdal"
RUN = "beekdal-seed7"


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs that holds one that was completed; nobody changes it but by what pages keep beside a log."""
    folder = tmp_path_factory.mktemp("runs")
    options = RunOptions(seed=7, broker="memory", pace=Pace(None), folder=folder / RUN)
    result = run_exercise(load_scenario(BEEKDAL), options)
    assert result.outcome == "completed", result.reason
    return folder


@pytest.fixture
def copied(runs: Path, tmp_path: Path) -> Path:
    """The same, to be harmed."""
    shutil.copytree(runs, tmp_path / "runs", ignore=shutil.ignore_patterns("observations.jsonl"))
    return tmp_path / "runs"


@pytest.fixture(scope="session")
def client(runs: Path) -> Iterator[TestClient]:
    """Somebody at this machine, who need not log in."""
    with asking(ServeOptions(runs)) as client:
        yield client


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load_scenario(BEEKDAL)


@pytest.fixture(scope="session")
def records(runs: Path) -> Sequence[Record]:
    return list(read(runs / RUN))


@pytest.fixture(scope="session")
def scene(records: Sequence[Record]) -> Scene:
    """The run at its end."""
    return scene_of(records)


@pytest.fixture(scope="session")
def words(scene: Scene) -> ReportWords:
    return ReportWords(scene.opening, "en")


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with an account of each role; all have one password."""
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    return write_accounts(
        tmp_path_factory.mktemp("accounts") / "accounts.toml",
        *(
            f'[[accounts]]\nname = "{name}"\nrole = "{role}"\npassword = "{hashed}"{more}'
            for name, role, more in (
                ("sam", "staff", ""),
                ("anna", "assessor", ""),
                ("piet", "participant", '\nseats = ["enexis"]'),
            )
        ),
    )


@pytest.fixture
def guarded(runs: Path, accounts: Path) -> Iterator[TestClient]:
    """Pages for which one must log in; nobody has yet."""
    with asking(ServeOptions(runs, accounts=accounts), follow=False) as client:
        yield client


def log_in(client: TestClient, name: str) -> None:
    answer = client.post("/login", data={"name": name, "password": PASSWORD}, headers=ORIGIN)
    assert answer.status_code == 303
