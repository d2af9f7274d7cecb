"""``beeld new``: from a few answers, by options or on a terminal, to an exercise that runs and shows something."""

from __future__ import annotations

import os
import pty
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from sim.core.assessment.judgment import assess
from sim.files.criteria import load_criteria
from sim.files.lint import lint
from sim.files.scenario import load_scenario
from sim.runlog.reader import read
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import Pace
from tests.integration.command import BEELD, beeld

PARTNERS = (
    "--partner",
    "enexis=structural",
    "--partner",
    "prorail-no=link",
    "--partner",
    "rode-kruis=standby",
)
EVENTS = (
    "power-failure",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("flood", "gas-leak", "wildfire")),
)


def begun(event: str, folder: Path) -> Path:
    done = beeld(
        "new", event, "--event", event, "--region", "vr04", *PARTNERS, "--yes", "--lang", "nl", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return folder / event


@pytest.mark.parametrize("event", EVENTS)
def test_it_runs_each_partner_says_something_and_a_fault_is_noticed(event: str, tmp_path: Path) -> None:
    scenario = begun(event, tmp_path)
    found = lint(scenario)
    assert (found.errors, found.warnings) == ((), ())
    noticed, loaded = 0, load_scenario(scenario)
    for seed in (1, 2, 3):
        folder = tmp_path / f"run{seed}"
        done = run_exercise(loaded, RunOptions(seed=seed, broker="memory", pace=Pace(None), folder=folder))
        assert (done.outcome, done.lost, done.leaked) == ("completed", 0, 0)
        records = list(read(folder))
        published = Counter(record.content.event.sender for record in records if record.kind == "message")
        assert set(published) >= set(loaded.parties)
        result = assess(records, load_criteria())
        noticed += any(one.time_to_detect_ms is not None for one in result.faults)
        advice = {one.id: one.advice.value for one in result.partners}
        assert advice["prorail-no"] == "not assessable"
        assert advice["enexis"] != "not assessable"
    assert noticed >= 2


def test_nothing_is_written_over_and_nothing_stays_of_a_failure(tmp_path: Path) -> None:
    scenario = begun("flood", tmp_path)
    before = (scenario / "scenario.toml").read_bytes()
    again = beeld("new", "flood", "--event", "wildfire", "--region", "vr04", *PARTNERS, "--yes", cwd=tmp_path)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
    assert "a folder that does not exist yet" in again.stderr
    assert (scenario / "scenario.toml").read_bytes() == before
    (tmp_path / "file").write_text("")
    failed = beeld("new", "file/x", "--event", "flood", "--region", "vr04", *PARTNERS, "--yes", cwd=tmp_path)
    assert (failed.returncode, len(failed.stderr.splitlines())) == (2, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "flood"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "FOLDER, --event, --region, --partner, --hours, --faults or --no-faults"),
        (
            ("x", "--event", "flood", "--region", "vr04", *PARTNERS),
            "--hours, --faults or --no-faults (what is",
        ),
        (("x", "--yes"), "--event, --region, --partner"),
        (("Mijn Map", "--event", "flood", "--region", "vr04", *PARTNERS, "--yes"), "whose name is an id"),
        (("x", "--event", "floud", "--region", "vr04", *PARTNERS, "--yes"), "did you mean 'flood'?"),
        (("x", "--event", "flood", "--region", "vr04", *PARTNERS, "--hours", "2", "--yes"), "3 to 24"),
        (("x", "--spreadsheet", "a.csv"), "either a FOLDER for a scenario or --spreadsheet"),
    ],
)
def test_without_a_terminal_what_is_missing_or_wrong_is_one_line(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    done = beeld("new", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def on_a_terminal(answers: str, *arguments: str, cwd: Path) -> tuple[int, str]:
    """Run the command on a real terminal, on which somebody has typed these answers; return its code and the screen."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [BEELD, *arguments],
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "200", "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        os.write(ours, answers.encode())
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how a terminal says that the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    return process.returncode, shown.decode("utf-8", "replace")


def test_on_a_terminal_it_asks_and_asks_again(tmp_path: Path) -> None:
    answers = [
        "nl", "Mijn Map", "mijn-oefening", "brand", "wildfire", "vr99", "IJsselland", "", "enexis",
        "vitens=link", "nergens", "rode-kruis", "", "Onze brand", "een", "5", "x", "n",
    ]  # fmt: skip
    code, shown = on_a_terminal("".join(f"{one}\n" for one in answers), "new", cwd=tmp_path)
    assert code == 0, shown
    assert "Wat er kan gebeuren" in shown
    assert "a folder whose name is an id" in shown
    loaded = load_scenario(tmp_path / "mijn-oefening")
    assert (loaded.name.nl, loaded.end_ms, loaded.faults) == ("Onze brand", 5 * 3_600_000, ())
    assert loaded.parties["vitens"].profile == "link"
    assert {"enexis", "rode-kruis-vr04"} <= set(loaded.parties)


def test_answers_that_end_write_nothing(tmp_path: Path) -> None:
    code, shown = on_a_terminal("nl\nx\n\x04", "new", cwd=tmp_path)
    assert code == 2
    assert "expected an answer, found the end of the input" in shown
    assert list(tmp_path.iterdir()) == []
