from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.core.assessment.judging.judgment import assess, assess_evidence
from sim.files.criteria import load_criteria
from sim.replay.evidence import evidence_of
from sim.runlog.errors import RunLogError
from sim.runlog.manifest import Manifest
from sim.runlog.reader import RunLog
from sim.runlog.writer import RunLogWriter

BEEKDAL = Path(__file__).parents[2] / "golden" / "beekdal"


def test_the_evidence_is_that_of_the_whole_records(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert main(["run", str(BEEKDAL), "--broker", "memory", "--json", "--out", str(run)]) == 0
    log, criteria = RunLog(run), load_criteria()

    assert assess_evidence(evidence_of(log), criteria) == assess(log.records(), criteria)


def test_a_log_without_an_opening_is_one_clear_line(tmp_path: Path) -> None:
    manifest = Manifest(
        run="r-1",
        scenario="beekdal",
        seed=7,
        session="closed",
        broker="memory",
        pace="fast",
        started=datetime(2026, 3, 4, tzinfo=UTC),
        versions={},
    )
    # A run that was killed before it wrote its first record.
    with RunLogWriter.create(tmp_path / "run", manifest):
        log = RunLog(tmp_path / "run")

    with pytest.raises(RunLogError, match="run log: expected a record of kind run, found none"):
        evidence_of(log)
