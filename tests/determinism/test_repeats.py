"""The same scenario and seed give the same digest: in every process, with every hash seed, on every broker."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sim.files.places import shipped_scenarios
from sim.runlog.reader import RunLog
from sim.runlog.verify import verify
from tests.integration.command import FEDERATION, LONGEST_S, MOSQUITTO, beeld
from tests.played import Played

ROOT = Path(__file__).parents[2]

KEYS = {"run", "digest", "records", "deliveries", "denied", "lost", "leaked", "exercise_ms", "wall_ms"}
"""What scripts rely on."""


@dataclass(frozen=True)
class Run:
    """One run of the command line in a process of its own."""

    scenario: str
    folder: Path
    document: dict[str, Any]


HASH_SEED = "31337" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
"""Of the reference: another one than that of the tests themselves."""

OTHER_SEED = 1
"""With it other tests play some exercises too, so that these are played once for all."""

SCENARIOS = shipped_scenarios()
"""Every exercise that comes with the product."""


def run(scenario: str, folder: Path, *, seed: int = 7, broker: str = "memory", hash_seed: str) -> Run:
    """Run an exercise that comes with the product, and return what it printed."""
    options = ("--seed", str(seed), "--broker", broker, "--out", folder, "--json")
    done = beeld("run", scenario, *options, cwd=folder.parent, PYTHONHASHSEED=hash_seed)
    assert done.returncode == 0, done.stderr
    return Run(scenario, folder, json.loads(done.stdout))


@pytest.fixture(scope="module")
def references(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Future[Run]]]:
    """The runs in memory that all others are held against: one after the other, while this process plays too."""
    others = ThreadPoolExecutor(max_workers=1)
    folder = tmp_path_factory.mktemp("references")
    yield {name: others.submit(run, name, folder / name, hash_seed=HASH_SEED) for name in SCENARIOS}
    others.shutdown(cancel_futures=True)


@pytest.fixture(scope="module", params=SCENARIOS)
def reference(request: pytest.FixtureRequest, references: Mapping[str, Future[Run]]) -> Run:
    """The run of one exercise in a process of its own."""
    return references[request.param].result()


def test_the_report_says_what_scripts_rely_on(reference: Run) -> None:
    document = reference.document
    assert set(document) >= KEYS
    assert document["denied"] > 0
    assert document["lost"] == 0
    assert document["leaked"] == 0
    assert document["exercise_ms"] > 0
    assert Path(document["run"]) == reference.folder


def test_the_report_agrees_with_the_log(reference: Run) -> None:
    found = verify(reference.folder)
    assert found.ok
    assert found.complete
    assert (found.digest, found.records) == (reference.document["digest"], reference.document["records"])


@pytest.mark.parametrize("reference", ["limburg-hoogwater"], indirect=True)
def test_the_readme_shows_the_run_of_the_demo(reference: Run) -> None:
    """After a change that makes another run of it: ``make pictures``."""
    page, found = (ROOT / "README.md").read_text(encoding="utf-8"), reference.document
    assert f"seed 7, {found['messages']} messages, {found['deliveries']} deliveries\n" in page
    assert f"Digest: {found['digest'][:12]}...\n" in page


@pytest.mark.slow
@pytest.mark.timeout(LONGEST_S)  # a minute over a federation, and several where the machine has other work
@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO, FEDERATION])
def test_every_broker_gives_the_same_digest(reference: Run, broker: str, tmp_path: Path) -> None:
    other = run(reference.scenario, tmp_path / "run", broker=broker, hash_seed="4242")

    same = ("digest", "records", "messages", "deliveries", "denied", "lost", "leaked", "exercise_ms")
    assert {key: other.document[key] for key in same} == {key: reference.document[key] for key in same}
    assert RunLog(other.folder).manifest.broker == broker
    assert verify(other.folder).complete


def test_another_process_with_another_hash_seed_gives_the_same_digest(reference: Run, played: Played) -> None:
    """The other process is this one: its hash seed is its own, and it has played other exercises before."""
    again = played(reference.scenario)
    assert again.digest == reference.document["digest"]


def test_another_seed_gives_another_digest(reference: Run, played: Played) -> None:
    other = played(reference.scenario, OTHER_SEED)
    assert other.digest != reference.document["digest"]
    assert other.lost == 0
    assert other.leaked == 0
