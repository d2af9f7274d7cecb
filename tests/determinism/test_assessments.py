"""The same log gives the same assessment, byte for byte: a second time, and in a process with another hash seed."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from sim.core.assessment.judging.judgment import assess
from sim.files.criteria import load_criteria
from sim.files.places import shipped_scenarios
from sim.runlog.reader import RunLog
from tests.integration.command import beeld
from tests.played import Played

HASH_SEED = "31337" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
"""Of the other process: another one than that of the tests themselves."""


def assessed(folder: Path) -> str:
    """Return what ``beeld assess --json`` prints of a run."""
    assessment = assess(RunLog(folder).records(), load_criteria())
    return msgspec.json.format(msgspec.json.encode(assessment), indent=2).decode() + "\n"


@pytest.mark.parametrize("scenario", shipped_scenarios())
def test_every_log_has_one_assessment(scenario: str, played: Played, tmp_path: Path) -> None:
    folder = played(scenario).folder
    first = assessed(folder)
    other = beeld("assess", folder, "--json", cwd=tmp_path, PYTHONHASHSEED=HASH_SEED)
    assert other.returncode == 0, other.stderr
    # Not by an assertion on the texts: what differs in so much of it takes longer to tell than to find.
    assert first == assessed(folder) or pytest.fail("another assessment the second time")
    assert first == other.stdout or pytest.fail("another assessment in another process")
