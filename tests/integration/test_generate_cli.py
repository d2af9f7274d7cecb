"""``beeld generate``: a scenario of a few regions, made, run, judged and reported on as any other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Advice
from sim.files.criteria import load_criteria
from sim.files.lint import lint
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from tests.integration.command import MOSQUITTO, beeld

REGIONS = "vr21,vr23,vr24"
"""The Meuse, where one region coordinates two others."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of three regions, made by the command."""
    folder = tmp_path_factory.mktemp("generated")
    options = ("--regions", REGIONS, "--seed", "3", "--out", "maas-oefent", "--json")
    done = beeld("generate", "landelijk-hoogwater", *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["scenario"] == "maas-oefent"
    assert (
        told["made"]["activities"] == 4
    )  # of three regions, and of the one that coordinates along the river
    assert told["made"]["faults"] == 4
    return folder / "maas-oefent"


@pytest.fixture(scope="module")
def run(made: Path, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """It was run in memory."""
    return play(made, tmp_path_factory.mktemp("run") / "run", "memory")


def play(scenario: Path, folder: Path, broker: str) -> RunResult:
    """Run a scenario to its end."""
    options = RunOptions(seed=7, broker=broker, pace=Pace(None), folder=folder)
    return run_exercise(load_scenario(scenario), options)


def test_it_is_sound(made: Path) -> None:
    found = lint(made)
    assert (found.errors, found.warnings) == ((), ())


def test_it_runs_with_nothing_lost_and_each_fault_comes(made: Path, run: RunResult) -> None:
    assert (run.outcome, run.lost, run.leaked) == ("completed", 0, 0)
    records = list(read(run.folder))
    entered = {record.content.id for record in records if record.kind == "fault"}
    assert entered == {fault.id for fault in load_scenario(made).faults}
    profiles = {party.profile for party in load_scenario(made).parties.values()}
    assert len(profiles) == 8


@pytest.mark.parametrize("broker", [pytest.param("embedded", marks=pytest.mark.slow), MOSQUITTO])
def test_every_broker_gives_the_same_digest(made: Path, run: RunResult, broker: str, tmp_path: Path) -> None:
    other = play(made, tmp_path / "run", broker)
    assert (other.outcome, other.digest) == ("completed", run.digest)


def test_each_profile_is_judged_as_it_should_be(run: RunResult) -> None:
    found = {one.id: one.advice for one in assess(read(run.folder), load_criteria()).partners}
    judged = {Advice.CERTIFIED, Advice.CONDITIONAL, Advice.NOT_UNDER_THIS_PROFILE}
    assert {found["ws-limburg"], found["enexis"], found["rode-kruis-vr23"]} <= judged
    assert {found["prorail-z"], found["zorghuis-vr23"]} == {Advice.NOT_ASSESSABLE}


def test_what_is_there_is_not_overwritten(made: Path) -> None:
    done = beeld("generate", "landelijk-hoogwater", "--out", made.name, cwd=made.parent)
    assert done.returncode == 2
    assert "--out: expected a folder that does not exist yet" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("hoogwater", "--out", "x"), "STORY: expected the name of a story (landelijk-hoogwater)"),
        (("landelijk-hoogwater", "--out", "Mijn Map"), "--out: expected a folder whose name is an id"),
        (("landelijk-hoogwater", "--out", "x", "--regions", "vr99"), "--regions: expected codes of regions"),
    ],
)
def test_a_mistake_is_named_in_one_line(arguments: tuple[str, ...], expected: str, tmp_path: Path) -> None:
    done = beeld("generate", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert expected in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
