"""Mistakes in a scenario, seen from the command line: all of them at once, each in one line, and nothing is run."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from sim.cli.main import main
from tests.integration.command import BEEKDAL, beeld

SCENARIO = "scenario.toml"
LINE = re.compile(
    r"beeld: (?P<file>[^:]+): (?:(?P<key>[^:]+): )?expected (?P<expected>.+?), found (?P<found>.+)"
)


class Mistake(NamedTuple):
    """A change to the small scenario, and the file, the key and some words of what is then said."""

    file: str
    old: str
    new: str
    key: str
    expected: str
    found: str


MISTAKES = {
    "a typo in a key": Mistake(
        SCENARIO,
        'directing = "vr24"',
        'directng = "vr24"',
        "activities[wateroverlast].directng",
        "the key 'directing'",
        "the unknown key 'directng'",
    ),
    "an unknown party": Mistake(
        SCENARIO,
        'party = "enexis"',
        'party = "enexsi"',
        "faults[f-addresses].party",
        "did you mean 'enexis'",
        "'enexsi'",
    ),
    "an inject to a party that it cannot reach": Mistake(
        SCENARIO,
        'id = "i-alarm-link"\nat = "T+00:25"\nto = "vr24"',
        'id = "i-alarm-link"\nat = "T+00:25"\nto = "rode-kruis"',
        "injects[i-alarm-link].to",
        "'vr24', which directs wateroverlast",
        "'rode-kruis'",
    ),
    "an inject that its party's profile cannot follow": Mistake(
        SCENARIO,
        'cue = { do = "open", activity = "wateroverlast" }',
        'cue = { do = "alert", activity = "wateroverlast", parties = ["nobody"], text = { nl = "x", en = "x" } }',
        "injects[i-open].cue.parties[0]",
        "a party of the scenario",
        "'nobody'",
    ),
    "an alert that its sender may not write": Mistake(
        SCENARIO,
        'to = "enexis"\ntitle = { nl = "De netbeheerder werkt in het verkeerde tabblad",'
        ' en = "The grid operator works in the wrong tab" }\n'
        'cue = { do = "try-write", activity = "wateroverlast", subject = "power-cut", place = "own/wl" }',
        'to = "enexis"\ntitle = { nl = "x", en = "x" }\n'
        'cue = { do = "alert", activity = "wateroverlast", parties = ["gasunie"], text = { nl = "x", en = "x" } }',
        "injects[i-wrong-tab].cue.parties[0]",
        "a party that may write outside/gasunie/enexis/alert",
        "refused by rule",
    ),
    "a polygon that crosses itself": Mistake(
        "areas.geojson",
        "[[5.83, 50.86], [5.84, 50.86], [5.84, 50.87], [5.83, 50.87], [5.83, 50.86]]",
        "[[5.83, 50.86], [5.84, 50.87], [5.84, 50.86], [5.83, 50.87], [5.83, 50.86]]",
        "features[village].geometry",
        "cross",
        "",
    ),
    "a time before the start": Mistake(
        SCENARIO,
        'at = "T+00:45"',
        'at = "2021-07-14T07:45"',
        "injects[i-grip].at",
        "start",
        "2021-07-14T07:45",
    ),
    "a profile that the core task does not allow": Mistake(
        SCENARIO,
        'profile = "standby"\ncore_task = "C"',
        'profile = "standby"\ncore_task = "B"',
        "parties[rode-kruis].core_task",
        "a core task that profile standby is for (C; Beleidskader Tabel 1)",
        "'B'",
    ),
    "an id that is there twice": Mistake(
        SCENARIO,
        'id = "t-level-3"',
        'id = "t-level-1"',
        "truth[t-level-1].id",
        "an id of its own",
        "'t-level-1'",
    ),
    "no TOML": Mistake(SCENARIO, "[[parties]]", "[[parties]", "line", "TOML", ""),
}


def copy(tmp_path: Path, *mistakes: Mistake) -> Path:
    """Return a copy of the small scenario with mistakes in it."""
    scenario = tmp_path / "beekdal"
    shutil.copytree(BEEKDAL, scenario)
    for mistake in mistakes:
        path = scenario / mistake.file
        text = path.read_text("utf-8")
        assert mistake.old in text
        path.write_text(text.replace(mistake.old, mistake.new, 1), "utf-8")
    return scenario


def is_said(mistake: Mistake, line: str) -> bool:
    parts = LINE.fullmatch(line)
    return (
        parts is not None
        and parts["file"] == mistake.file
        and (parts["key"] or "").startswith(mistake.key)
        and mistake.expected in parts["expected"]
        and mistake.found in parts["found"]
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_run_says_it_and_runs_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = copy(tmp_path, MISTAKES[name])
    monkeypatch.chdir(tmp_path)

    assert main(["run", str(scenario), "--broker", "memory", "--json"]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    lines = printed.err.splitlines()
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert any(is_said(MISTAKES[name], line) for line in lines), lines
    assert [path.name for path in tmp_path.iterdir()] == ["beekdal"], "no run folder is left behind"


@pytest.mark.parametrize("name", MISTAKES)
def test_lint_says_it_and_answers_no(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario, mistake = copy(tmp_path, MISTAKES[name]), MISTAKES[name]

    assert main(["lint", str(scenario), "--json"]) == 1

    printed = capsys.readouterr()
    assert printed.err == ""
    errors = json.loads(printed.out)["errors"]
    assert any(
        error["file"] == mistake.file and error["key"].startswith(mistake.key) and error["message"]
        for error in errors
    ), errors


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """In a process of its own: exit 2, a line for each mistake, no traceback, no folder."""
    several = [mistake for name, mistake in MISTAKES.items() if name != "no TOML"]
    scenario = copy(tmp_path, *several)

    done = beeld("run", scenario, "--out", tmp_path / "run", cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    unsaid = [m.key for m in several if not any(is_said(m, line) for line in lines)]
    assert unsaid == [], lines
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert not (tmp_path / "run").exists()


def test_lint_for_people_counts_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = copy(tmp_path, MISTAKES["an unknown party"], MISTAKES["a time before the start"])
    assert main(["lint", str(scenario), "--lang", "nl"]) == 1
    *lines, total = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("fout: ") for line in lines) == 2
    assert "2 fouten" in total
