from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.core.assessment.judging.judgment import assess
from sim.core.model.party import CoreTask
from sim.files.criteria import load_criteria
from sim.replay.exercised import exercises_in, runs_in
from sim.runlog.errors import RunLogError
from sim.runlog.reader import RunLog

BEEKDAL = Path(__file__).parents[2] / "golden" / "beekdal"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole run, one that was cut short, and things that are no runs."""
    folder = tmp_path_factory.mktemp("runs")
    options = ["--broker", "memory", "--json"]
    assert main(["run", str(BEEKDAL), *options, "--seed", "7", "--out", str(folder / "b-whole")]) == 0
    assert main(["run", str(BEEKDAL), *options, "--until", "30m", "--out", str(folder / "a-short")]) == 0
    (folder / "notes").mkdir()
    (folder / "README.md").write_text("mine", encoding="utf-8")
    return folder


def test_only_run_folders_count(runs: Path) -> None:
    assert runs_in(runs) == (runs / "a-short", runs / "b-whole")
    assert runs_in(runs / "b-whole") == (runs / "b-whole",)
    assert exercises_in(runs / "notes") == ()


def test_each_partner_took_part_with_the_advice_that_the_log_gives(runs: Path) -> None:
    log = RunLog(runs / "b-whole")
    advice = {partner.id: partner.advice for partner in assess(log.records(), load_criteria()).partners}

    found = {each.partner: each for each in exercises_in(runs / "b-whole")}

    assert found.keys() == advice.keys() == {"wl", "enexis", "gasunie", "rode-kruis", "camping"}
    assert {name: each.exercised.advice for name, each in found.items()} == advice
    board = found["wl"]
    assert (board.core_task, board.profile, board.regions) == (CoreTask.MANAGER, "core", ("vr24",))
    told = board.exercised
    assert (told.exercise, told.run, told.complete) == ("beekdal", "b-whole", True)
    assert told.on == log.manifest.started.date().isoformat()
    assert found["gasunie"].exercised.result.nl == "niet toetsbaar"


def test_a_run_that_was_cut_short_says_so(runs: Path) -> None:
    assert {each.exercised.complete for each in exercises_in(runs / "a-short")} == {False}


def test_damaged_runs_are_named_at_once(runs: Path, tmp_path: Path) -> None:
    for name in ("one", "two", "whole"):
        shutil.copytree(runs / "b-whole", tmp_path / name)
    log = tmp_path / "one" / "run.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"amount":2.4', b'"amount":9.4', 1))
    (tmp_path / "two" / "run.jsonl").write_bytes(b"")
    (tmp_path / "two" / "manifest.json").write_text("{", encoding="utf-8")

    with pytest.raises(RunLogError) as caught:
        exercises_in(tmp_path)

    first, second = str(caught.value).splitlines()
    assert str(tmp_path / "one") in first
    assert str(tmp_path / "two") in second


def test_a_log_without_its_opening(runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(runs / "a-short", folder)
    manifest = RunLog(folder).manifest
    assert manifest.status != "running"
    (folder / "run.jsonl").write_bytes(b"")

    with pytest.raises(RunLogError, match=str(folder)):
        exercises_in(folder)


@pytest.mark.parametrize(("name", "found"), [("nowhere", "nothing"), ("README.md", "a file")])
def test_no_folder_of_runs(runs: Path, name: str, found: str) -> None:
    with pytest.raises(RunLogError, match=f"expected a folder of runs, found {found}"):
        exercises_in(runs / name)
