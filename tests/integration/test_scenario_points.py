"""What the README of a scenario says that it shows, it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core.assessment.judgment import assess
from sim.core.assessment.outcome import FaultResult
from sim.files.criteria import load_criteria
from sim.files.scenario import load_scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace

SEEDS = (1, 2, 3)


def run(folder: Path, scenario: str, seed: int, *settings: str) -> Path:
    """Run a scenario in memory, and return its folder."""
    place = folder / f"{len(list(folder.iterdir()))}"
    options = RunOptions(seed=seed, broker="memory", pace=Pace(None), folder=place)
    assert run_exercise(load_scenario(scenario, settings=settings), options).outcome == "completed"
    return place


def contents(folder: Path, kind: str) -> list[tuple[int, Any]]:
    """Return the records of a kind, with their moments."""
    return [(record.at_ms, record.content) for record in read(folder) if record.kind == kind]


def fault(folder: Path, name: str) -> FaultResult:
    """Return what became of a fault."""
    (found,) = [each for each in assess(read(folder), load_criteria()).faults if each.id == name]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_as_link_the_network_operator_hears_later_what_only_it_can_recognise(
    tmp_path: Path, seed: int
) -> None:
    found = {
        profile: fault(run(tmp_path, "gaslek-keten", seed, f"netbeheerder.profile={profile}"), "f-sewer-east")
        for profile in ("link", "core")
    }
    link, core = found["link"], found["core"]
    assert link.time_to_detect_ms is not None
    assert core.time_to_detect_ms is not None
    assert link.time_to_detect_ms > core.time_to_detect_ms
    assert "netbeheerder" in link.detected_by


@pytest.mark.parametrize("seed", SEEDS)
def test_the_beach_club_is_let_in_by_mistake_and_reads_nothing_after_it_was_decoupled(
    tmp_path: Path, seed: int
) -> None:
    folder = run(tmp_path, "duinbrand", seed)
    mail = {
        message.topic.rsplit("/", 1)[1]: at_ms
        for at_ms, message in contents(folder, "message")
        if message.topic.split("/")[1] == "strandclub" and message.topic.split("/")[0] in ("post", "outside")
    }
    let_in_ms, decoupled_ms = mail["grant"], mail["withdrawal"]
    read_ms = [
        at_ms
        for at_ms, message in contents(folder, "message")
        if "strandclub" in message.readers and message.topic.startswith("activity/")
    ]
    assert read_ms
    assert let_in_ms < min(read_ms)
    assert max(read_ms) <= decoupled_ms
    refused = [at_ms for at_ms, denial in contents(folder, "denied") if denial.party == "strandclub"]
    assert max(refused) > decoupled_ms
    assert "strandclub" in {exposed.party for exposed in fault(folder, "f-beach-gossip").exposures}
