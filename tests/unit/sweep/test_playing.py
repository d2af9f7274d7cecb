"""One run of a sweep: what it keeps of the log, and what it says when it cannot be played."""

from __future__ import annotations

import gc
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Assessment, Result
from sim.core.records.kinds import Denied, Message, Note
from sim.core.world.scenario import Scenario
from sim.files.criteria import load_criteria
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from sim.sweep import playing
from sim.sweep.planning import Asked, prepare
from sim.sweep.playing import Job, play
from sim.sweep.results import Run
from tests.integration.command import BEEKDAL

GARBAGE_MAX = 100
"""Objects in cycles that are no matter; a run leaves thousands."""


def jobs(*settings: str, scenario: Path = BEEKDAL) -> list[Job]:
    return list(prepare(Asked(scenario=str(scenario), seeds="7..7", settings=settings)).jobs())


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the run that is played in these tests, as ``beeld run`` makes it."""
    folder = tmp_path_factory.mktemp("sweep") / "run"
    scenario = load_scenario(BEEKDAL, settings=["wl.people.skill=0.5"])
    run_exercise(scenario, RunOptions(seed=7, broker="memory", pace=Pace(None), folder=folder))
    return folder


@pytest.fixture(scope="module")
def assessment(log: Path) -> Assessment:
    return assess(read(log), load_criteria())


@pytest.fixture(scope="module")
def run() -> Run:
    played = play(jobs("wl.people.skill=0.5")[1])
    assert (played.failure, played.reason) == (None, "")
    return msgspec.json.decode(played.run, type=Run)


def test_a_run_is_that_of_beeld_run_with_the_same_seed_and_settings(run: Run, log: Path) -> None:
    records = [record.content for record in read(log)]
    assert run.digest in (log / "manifest.json").read_text("utf-8")
    assert (run.variant, run.seed) == ("wl.people.skill=0.5", 7)
    assert run.messages == sum(isinstance(content, Message) for content in records)
    assert run.denied == sum(isinstance(content, Denied) for content in records)


def test_a_reading_for_every_criterion_and_figure_that_says_something(
    run: Run, assessment: Assessment
) -> None:
    results = {
        (partner.id, finding.id): (finding.measure.value, finding.measure.pending, finding.result)
        for partner in assessment.partners
        for finding in partner.criteria
        if finding.result is not Result.NOT_APPLICABLE
        or (finding.measure.value, finding.measure.pending) != (None, None)
    }
    found = {
        (one.party, one.criterion): (one.value, one.pending, one.result)
        for one in run.readings
        if one.criterion and one.party
    }
    assert found == results
    figures = {
        ("", reading.measure.name): reading.measure.value
        for reading in assessment.figures
        if (reading.measure.value, reading.measure.pending) != (None, None)
    }
    assert {
        (one.party, one.measure): one.value for one in run.readings if not one.party and not one.criterion
    } == figures
    assert [one.party for one in run.readings] == sorted(one.party for one in run.readings)
    assert len({(one.party, one.measure, one.criterion) for one in run.readings}) == len(run.readings)


def test_the_norm_stands_with_what_it_judged(run: Run) -> None:
    for one in run.readings:
        assert (one.limit is None) == (one.partly_limit is None)
        if one.result in (Result.MET, Result.PARTLY_MET, Result.NOT_MET):
            assert one.limit is not None


def test_the_advice_on_every_partner(run: Run, assessment: Assessment) -> None:
    assert [(one.party, one.advice, one.rule) for one in run.advice] == [
        (partner.id, partner.advice, partner.ground.rule) for partner in assessment.partners
    ]


def test_what_it_asks_of_each_party(run: Run, log: Path) -> None:
    contents = [record.content for record in read(log)]
    for load in run.loads:
        sent = [one for one in contents if isinstance(one, Message) and one.event.sender == load.party]
        assert load.sent == len(sent)
        came = [
            one
            for one in contents
            if isinstance(one, Message) and one.event.sender != load.party and load.party in one.readers
        ]
        assert load.received == len(came)
        assert 0 <= load.busiest_hour <= load.received
        notes = [one.what for one in contents if isinstance(one, Note) and one.party == load.party]
        assert (load.arrived, load.missed, load.unreachable) == (
            notes.count("arrived"),
            notes.count("missed"),
            notes.count("unreachable"),
        )
    assert [load.party for load in run.loads] == sorted(load_scenario(BEEKDAL).parties)
    assert sum(load.sent for load in run.loads) > 0


def test_a_run_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert play(jobs()[0]).run
    assert list(tmp_path.iterdir()) == []


def test_a_run_leaves_no_garbage_in_memory() -> None:
    """A process plays hundreds of runs one after the other."""
    (first, *_) = jobs()
    gc.collect()
    assert play(first).failure is None
    assert gc.collect() < GARBAGE_MAX


def test_a_log_that_is_kept_takes_the_place_of_one_that_broke_off(tmp_path: Path) -> None:
    kept = tmp_path / "runs" / "1-seed7"
    kept.mkdir(parents=True)
    (kept / "run.jsonl").write_text("half a")
    played = play(msgspec.structs.replace(jobs()[0], keep=str(kept)))
    assert len(list(read(kept))) > 10
    assert played.run == play(jobs()[0]).run


# What cannot be played ------------------------------------------------------------------------------


def test_files_that_changed_meanwhile_are_not_played(tmp_path: Path) -> None:
    folder = shutil.copytree(BEEKDAL, tmp_path / "beekdal")
    (job,) = jobs(scenario=folder)
    file = folder / "scenario.toml"
    file.write_text(file.read_text("utf-8") + "\n# another word\n", "utf-8")
    playing._loaded.cache_clear()

    played = play(job)

    assert (played.run, played.failure) == (b"", "input")
    assert played.reason == f"{folder}: expected the files that the sweep was planned with, found others"


def test_files_that_are_not_there_are_said(tmp_path: Path) -> None:
    (job,) = jobs()
    played = play(msgspec.structs.replace(job, scenario=str(tmp_path / "gone")))
    assert played.failure == "input"
    assert "expected the name of a scenario" in played.reason


def test_another_version_of_the_product_plays_nothing() -> None:
    (job,) = jobs()
    played = play(msgspec.structs.replace(job, version="0.0.1"))
    assert played.failure == "input"
    assert played.reason.startswith("beeld: expected version 0.0.1, which planned the sweep, found ")


def test_other_criteria_judge_nothing() -> None:
    (job,) = jobs()
    played = play(msgspec.structs.replace(job, judged="0" * 64))
    assert played.failure == "input"
    assert played.reason == "criteria: expected those that the sweep was planned with, found others"


def test_a_mistake_of_ours_says_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr(playing, "run_exercise", broken)
    played = play(jobs()[0])
    assert (played.run, played.failure, played.reason) == (b"", "mistake", "ZeroDivisionError: of ours")
    assert "in broken" in played.trace


def test_an_exchange_that_fails_is_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(scenario: Scenario, options: RunOptions) -> RunResult:
        return replace(run_exercise(scenario, options), outcome="failed", reason="1 lost")

    monkeypatch.setattr(playing, "run_exercise", failed)
    played = play(jobs()[0])
    assert (played.failure, played.reason) == ("exchange", "1 lost")
