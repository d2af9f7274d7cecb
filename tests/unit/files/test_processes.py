from __future__ import annotations

from pathlib import Path

import pytest

from sim.files.problems import Problems
from sim.files.processes import PROCESSES_FILE, read_processes

PART = """
[[parts]]
behaviour = "engagement"
topic = "process.alarming"
does = { nl = "komt", en = "comes" }
norms = ["acknowledge"]
sends = ["ack"]
source = "Modeluitwerking 7"
"""


def found(folder: Path, text: str) -> list[str]:
    (folder / PROCESSES_FILE).write_text(text, encoding="utf-8")
    problems = Problems()
    read_processes(folder, problems)
    return [str(problem) for problem in problems.errors]


def test_a_part_that_fits_is_read(tmp_path: Path) -> None:
    assert found(tmp_path, PART) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"engagement"',
            '"engagment"',
            "behaviour: expected the name of a behaviour (did you mean 'engagement'?)",
        ),
        ('"acknowledge"', '"acknowledged"', "norms[0]: expected a field of an agreement"),
        ('"ack"', '"acks"', "sends[0]: expected a kind of message"),
        ("does", "dose", "dose: expected the key 'does'"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (line,) = found(tmp_path, PART.replace(old, new))
    assert line.startswith(f"profiles/{PROCESSES_FILE}: parts[")
    assert expected in line
