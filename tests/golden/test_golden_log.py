"""A small exercise whose run log is known line by line.

The log is committed without what differs between machines and brokers. Geometry has a part in it only through
yes or no (is this place within that area), so that another version of GEOS gives the same lines.

After a wanted change: ``make golden``, and look at the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import pytest

from sim.files.scenario.loading import load_scenario
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace

HERE = Path(__file__).parent
SCENARIO = HERE / "beekdal"
GOLDEN = HERE / "beekdal-seed7.jsonl"
LOCAL = b',"local":'
SHOWN = 150
"""Bytes shown on either side of a difference."""


def run_beekdal(folder: Path, broker: str) -> RunResult:
    options = RunOptions(seed=7, broker=broker, pace=parse_pace("fast"), folder=folder)
    return run_exercise(load_scenario(SCENARIO), options)


def shared_lines(folder: Path) -> list[bytes]:
    """Return the part of each line that must be equal everywhere, as an object of its own."""
    lines = (folder / "run.jsonl").read_bytes().splitlines()
    # Strings hold no bare quote, and content never has this key at its end: the last one is the line's own.
    return [line[: line.rindex(LOCAL)] + b"}" for line in lines]


def first_difference(expected: Sequence[bytes], found: Sequence[bytes]) -> str | None:
    """Return where two logs part, with what stands around it."""
    for number, (golden, line) in enumerate(zip_longest(expected, found, fillvalue=b""), start=1):
        if golden != line:
            at = next((n for n, (a, b) in enumerate(zip(golden, line, strict=False)) if a != b), 0)
            around = slice(max(0, at - SHOWN), at + SHOWN)
            said = [each[around].decode(errors="replace") or "nothing" for each in (golden, line)]
            return f"line {number}, byte {at}\n  golden: {said[0]}\n  found:  {said[1]}"
    return None


def test_the_log_is_the_golden_one_line_by_line(tmp_path: Path, write_golden: bool) -> None:
    run_beekdal(tmp_path / "run", "memory")
    found = shared_lines(tmp_path / "run")
    if write_golden:
        GOLDEN.write_bytes(b"\n".join(found) + b"\n")
    difference = first_difference(GOLDEN.read_bytes().splitlines(), found)
    assert difference is None, f"{difference}\n(wanted? run: make golden)"


@pytest.mark.parametrize("broker", ["memory", "embedded"])
def test_the_digest_is_that_of_the_golden_lines(tmp_path: Path, broker: str) -> None:
    result = run_beekdal(tmp_path / "run", broker)

    # As the format documents it: SHA-256 over each line's shared part, up to "local", with a newline.
    expected = sha256(b"".join(line[:-1] + b"\n" for line in GOLDEN.read_bytes().splitlines())).hexdigest()
    assert result.digest == expected


def test_the_golden_log_shows_what_it_is_for() -> None:
    """A golden file that was written anew must still hold a fault, refusals, and a grant that was taken back."""
    text = GOLDEN.read_text("utf-8")
    for kind in ("fault", "denied", "rights", "note", "message", "truth", "observed", "inject", "end"):
        assert f'"kind":"{kind}"' in text
    assert '"change":"granted"' in text
    assert '"change":"revoked"' in text
    assert '"lost":0' in text
    assert '"leaked":0' in text
