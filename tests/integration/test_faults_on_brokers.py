"""Faults at every hop in a closed session: the same on each broker; nothing lost or leaked, nor of what is garbled."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.records.kinds import FaultEntered, Garbled
from sim.core.world.faults import Hop
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from tests.integration.command import BEEKDAL, MOSQUITTO, beeld

HEAD = 'title = { nl = "Fout", en = "Fault" }\nrecognise = { nl = "Kijk", en = "Look" }\n'


AFTER = 'after = { fault = "x-kept", delay = "1m" }'
NAMED = 'at = "T+01:15"\nattributed_to = "enexis"'


def entry(name: str, kind: str, hop: str, party: str, subject: str, more: str) -> str:
    return (
        f'[[faults]]\nid = "{name}"\ntype = "{kind}"\nhop = "{hop}"\nparty = "{party}"\nsubject = "{subject}"\n'
        f"{HEAD}{more}\n"
    )


FAULTS = "\n".join(
    (
        entry("x-garbled", "garbled", "observation", "wl", "stream-level", 'at = "T+01:05"'),
        entry("x-letters", "garbled", "outsider", "wl", "stream-level", 'at = "T+01:10"\nhow = "encoding"'),
        entry("x-type", "garbled", "compromised", "wl", "stream-level", 'at = "T+01:12"\nhow = "type"'),
        entry("x-wrong-name", "misattributed", "outsider", "wl", "stream-level", NAMED),
        entry("x-outsider", "stale", "outsider", "wl", "stream-level", 'at = "T+01:20"\nas_of = "T+00:05"'),
        entry("x-kept", "stale", "retained", "wl", "stream-level", 'at = "T+01:30"\nas_of = "T+00:30"'),
        entry("x-liaison", "wrong-unit", "transcription", "gasunie", "pipeline", 'at = "T+00:30"\nunit = "cm"'),
        entry("x-proposal", "wrong-time", "moderation", "vr24", "power-cut", 'at = "T+00:30"\nshift = "10m"'),
        entry("x-never", "withheld", "observation", "wl", "stream-level", 'after = { event = "wl-999" }'),
        entry("x-after", "duplicate", "compromised", "wl", "stream-level", AFTER),
    )
)  # fmt: skip


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    path = tmp_path / "faults.toml"
    path.write_text(FAULTS, "utf-8")
    return path


def run(folder: Path, faults: Path | None, broker: str = "memory") -> RunResult:
    scenario = load_scenario(BEEKDAL, faults=[] if faults is None else [faults])
    return run_exercise(scenario, RunOptions(seed=7, broker=broker, pace=Pace(None), folder=folder))


@pytest.mark.parametrize("broker", ["memory", "embedded", MOSQUITTO])
def test_faults_are_the_same_on_every_broker_and_nothing_is_lost(
    broker: str, faults: Path, tmp_path: Path
) -> None:
    result = run(tmp_path / "run", faults, broker)
    assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0), result.reason
    assert result.digest == run(tmp_path / "again", faults).digest
    assert verify(tmp_path / "run").ok
    records = list(read(tmp_path / "run"))
    entered = {one.content.id: one.content for one in records if isinstance(one.content, FaultEntered)}
    assert {one.hop for one in entered.values()} >= set(Hop) - {Hop.RELAY}
    assert [one.content.id for one in records if one.kind == "unmet"] == ["x-never"]
    garbled = [(one.cause, one.content.accounts) for one in records if isinstance(one.content, Garbled)]
    assert garbled == [((name,), ("wl",)) for name in ("x-garbled", "x-letters", "x-type", "x-wrong-name")]


def test_faults_change_no_truth_and_none_of_them_changes_nothing(faults: Path, tmp_path: Path) -> None:
    run(tmp_path / "with", faults)
    run(tmp_path / "without", None)
    first, second = (
        [(one.at_ms, one.content) for one in read(tmp_path / name) if one.kind == "truth"]
        for name in ("with", "without")
    )
    assert first == second


def test_the_command_adds_faults_and_the_log_names_their_file(faults: Path, tmp_path: Path) -> None:
    done = beeld(
        "run", BEEKDAL, "--fault", faults, "--broker", "memory", "--out", "run", "--lang", "en", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "Added for this run: faults/faults.toml" in done.stdout
    assert "what it waited for never came (after event wl-999)" in done.stdout
    opening = next(iter(read(tmp_path / "run")))
    assert "faults/faults.toml" in opening.content.inputs


def test_a_mistake_in_a_file_of_faults_is_one_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(FAULTS.replace('unit = "cm"', 'unti = "cm"'), "utf-8")
    done = beeld("run", BEEKDAL, "--fault", "bad.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "beeld: bad.toml: faults[x-liaison].unti: expected the key 'unit', found the unknown key 'unti'"
    ]


@pytest.mark.parametrize(("lang", "words"), [("nl", "Bekend antwoord"), ("en", "Known answer")])
def test_the_catalogue_is_shown_as_a_table_and_one_by_one(lang: str, words: str, tmp_path: Path) -> None:
    table = beeld("faults", "--lang", lang, cwd=tmp_path)
    assert words in table.stdout
    assert "unverified-as-verified" in table.stdout
    one = beeld("faults", "garbled", "--lang", lang, cwd=tmp_path)
    assert 'type = "garbled"' in one.stdout
    assert beeld("faults", "--json", cwd=tmp_path).stdout.startswith("{")
    assert '"id": "late"' in beeld("faults", "late", "--json", cwd=tmp_path).stdout
    unknown = beeld("faults", "lade", cwd=tmp_path)
    assert (unknown.returncode, "did you mean 'late'?" in unknown.stderr) == (2, True)
