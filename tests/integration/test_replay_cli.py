"""`beeld replay` prints a run again, whole or in part, and plays it over a broker."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from sim.cli.main import main
from sim.core.model.time import HOUR_MS
from sim.core.records.record import decode
from sim.runlog.disk import LOG_NAME
from tests.integration.command import BEELD, PATIENCE_S
from tests.played import Played

Replay = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def replay(played: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Replay:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    run = played("gaslek-keten").folder

    def command(*options: str) -> tuple[int, list[str], str]:
        code = main(["replay", str(run), *options])
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err

    return command


def test_every_record_is_a_line(replay: Replay, played: Played) -> None:
    log = (played("gaslek-keten").folder / LOG_NAME).read_bytes().splitlines()
    code, lines, err = replay()
    assert (code, len(lines), err) == (0, len(log), "")
    assert lines[0].startswith("T+00:00:00")
    dutch = replay("--lang", "nl")[1]
    assert dutch[0].partition("  ")[2].strip().startswith("0  run         oefening")


def test_with_json_a_line_is_the_record_as_it_stands_in_the_log(replay: Replay, played: Played) -> None:
    log = (played("gaslek-keten").folder / LOG_NAME).read_bytes().splitlines()
    _, lines, _ = replay("--json")
    for line, logged in zip(lines, log, strict=True):
        whole = json.loads(logged)
        del whole["hash"]
        assert json.loads(line) == whole


def test_a_part_of_it_and_what_one_party_saw(replay: Replay) -> None:
    _, lines, _ = replay("--json", "--from", "T+01:00:00", "--until", "T+02:00:00", "--party", "gasunie")
    found = [json.loads(line) for line in lines]
    assert found
    assert all(HOUR_MS < record["at_ms"] <= 2 * HOUR_MS for record in found)
    assert {record["kind"] for record in found} <= {"message", "observed", "note", "inject", "denied"}


def test_at_a_speed_it_says_how_late_it_was(replay: Replay) -> None:
    code, lines, err = replay("--speed", "1000", "--until", "T+00:10:00")
    assert (code, bool(lines)) == (0, True)
    assert "How late moments began" in err


def test_over_a_broker_it_says_where_and_what_came_of_it(replay: Replay, played: Played) -> None:
    code, lines, err = replay("--broker", "embedded", "--json")
    result = json.loads("\n".join(lines))["replay"]
    assert code == 0
    assert "Replay at 127.0.0.1:" in err
    assert result["root"].startswith("beeld/replay-")
    assert result["handed"] == played("gaslek-keten").deliveries
    code, lines, _ = replay("--broker", "embedded", "--speed", "1000", "--until", "T+00:05:00")
    assert code == 0
    assert lines[0].startswith("Replayed below beeld/replay-")
    assert not list(played("gaslek-keten").folder.glob("*credentials*"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--speed", "0"), "--speed: expected a number from 0.1 to 1000, or fast, found '0'"),
        (("--speed", "quick"), "--speed: expected a number"),
        (("--from", "T+99:00:00"), "--from: expected a moment from T+00:00:00 to T+06:00:00"),
        (("--from", "T+02:00:00", "--until", "T+01:00:00"), "--until: expected a moment from T+02:00:00"),
        (("--party", "nobody"), "--party: expected one of"),
        (("--party", "gasunie", "--broker", "embedded"), "--party: expected no --broker beside it"),
        (("--broker", "memory"), "--broker: expected one of embedded, mosquitto, rabbitmq, or mqtts://HOST"),
        (("--keys", "keys.json"), "--keys: expected --broker mqtts://HOST with it"),
    ],
)
def test_a_mistake_is_one_line(replay: Replay, options: tuple[str, ...], said: str) -> None:
    code, lines, err = replay(*options)
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert said in err


def test_records_of_the_log_can_be_read_back(replay: Replay, played: Played) -> None:
    log = (played("gaslek-keten").folder / LOG_NAME).read_bytes().splitlines(keepends=True)
    _, lines, _ = replay("--json")
    assert json.loads(lines[5])["seq"] == decode(log[5]).seq


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path)]) == 2
    assert "expected the folder of a run" in capsys.readouterr().err


def _drain(handle: int, into: bytearray) -> None:
    """Read what is shown on a terminal until nobody has it any more: what is not read holds the writer up."""
    while True:
        try:
            data = os.read(handle, 65_536)
        except OSError:  # the other end is closed
            return
        if not data:
            return
        into += data


def test_on_a_terminal_keys_are_heard_as_they_are_pressed(played: Played) -> None:
    pty = pytest.importorskip("pty", reason="no terminals of this kind")
    ours, theirs = pty.openpty()
    shown = bytearray()
    reading = Thread(target=_drain, args=(ours, shown))
    reading.start()
    command = [str(BEELD), "replay", str(played("gaslek-keten").folder), "--speed", "0.1", "--lang", "en"]
    try:
        with subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            assert "space: pause" in process.stderr.readline()  # from now on keys are heard
            for key, answer in ((b" ", "paused at T+00:00:0"), (b"f", "to T+"), (b"q", "How late moments")):
                os.write(ours, key)
                assert answer in process.stderr.readline()
            assert process.wait(timeout=PATIENCE_S) == 0
    finally:
        os.close(theirs)
        reading.join()
        os.close(ours)
    assert b"fault " in shown
