"""What becomes of commands, in sessions over a transport in memory whose clock needs no time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from sim.core.messages.contents import Ack
from sim.core.model.text import Text
from sim.core.records.kinds import Steered
from sim.core.world.technology import Outage, OutageType
from sim.files.scenario.loading import Loaded, load_open
from sim.runlog.reader import read
from sim.session.steering.commands import AnyCommand, End, Pause, Resume, Rise, Say, Sit, Speed, Subscribe
from sim.session.steering.told import Ended, Ready
from tests.integration.command import BEEKDAL
from tests.steered import steered

MINUTE_MS = 60_000
ACK = Ack(activity="wateroverlast", of="vr24-1")
POST = "post/vr24/wl/ack"


@cache
def beekdal() -> Loaded:
    return load_open(BEEKDAL)


def say(name: str, **fields: str) -> Say:
    return Say(id=name, party="wl", topic=POST, content=ACK, **fields)


def test_all_is_told_from_the_beginning_to_the_end(tmp_path: Path) -> None:
    came = steered(beekdal(), [], tmp_path / "run", until_ms=5 * MINUTE_MS)
    first, last = came.told[0], came.told[-1]
    assert isinstance(first, Ready)
    assert (first.folder, first.speed, first.paused, first.end_ms) == (
        str(tmp_path / "run"), 60.0, False, 5 * MINUTE_MS,
    )  # fmt: skip
    assert isinstance(last, Ended)
    assert (last.outcome, last.exercise_ms) == ("completed", 5 * MINUTE_MS)
    assert came.result is not None
    assert last.digest == came.result.digest


def test_an_exercise_that_waits_begins_when_somebody_lets_it(tmp_path: Path) -> None:
    script: list[tuple[int, AnyCommand]] = [(0, Sit(id="c1", party="wl")), (0, Resume(id="c2"))]
    came = steered(beekdal(), script, tmp_path / "run", until_ms=MINUTE_MS, starts_paused=True)
    assert [(one.phase, one.at_ms) for one in came.progress[:2]] == [("paused", 0), ("paused", 0)]
    kinds = [
        record.content.what if isinstance(record.content, Steered) else record.kind
        for record in read(tmp_path / "run")
    ]
    assert kinds[:4] == ["run", "paused", "seat-taken", "resumed"]


def test_every_change_is_told_as_progress(tmp_path: Path) -> None:
    script: list[tuple[int, AnyCommand]] = [
        (2 * MINUTE_MS, Sit(id="c1", by="seat:wl", party="wl")),
        (3 * MINUTE_MS, Speed(id="c2", speed=5.0)),
        (4 * MINUTE_MS, Pause(id="c3")),
        (4 * MINUTE_MS, Resume(id="c4")),
        (5 * MINUTE_MS, End(id="c5")),
    ]
    came = steered(beekdal(), script, tmp_path / "run")
    seen = [(one.phase, one.speed, dict(one.seats)) for one in came.progress]
    for expected in (
        ("running", 60.0, {"wl": "seat:wl"}),
        ("running", 5.0, {"wl": "seat:wl"}),
        ("paused", 5.0, {"wl": "seat:wl"}),
    ):
        assert expected in seen
    assert came.result is not None
    assert 5 * MINUTE_MS <= came.result.exercise_ms < 6 * MINUTE_MS


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (say("c9", answers="a b"), "answers: expected the id of an event, was another text"),
        (say("c9", because_of="a/b"), "because_of: expected the id of an event, was another text"),
        (say("c9"), "party: expected one for whom somebody sits, was 'wl'"),
        (Subscribe(id="c9", party="wl", filter="#a"), "filter: expected an MQTT topic filter, was '#a'"),
        (Resume(id="c9"), "resume: expected an exercise that is paused, goes on already"),
        (Rise(id="c9", party="wl"), "party: expected one for whom somebody sits, was 'wl'"),
    ],
)
def test_what_cannot_be_done_is_answered(command: AnyCommand, problem: str, tmp_path: Path) -> None:
    came = steered(beekdal(), [(MINUTE_MS, command)], tmp_path / "run", until_ms=2 * MINUTE_MS)
    assert (came.answers["c9"].ok, came.answers["c9"].problem) == (False, problem)


def test_a_second_pause_and_what_is_said_in_one_are_answered(tmp_path: Path) -> None:
    script: list[tuple[int, AnyCommand]] = [
        (MINUTE_MS, Sit(id="c1", party="wl")),
        (MINUTE_MS, Pause(id="c2")),
        (MINUTE_MS, Pause(id="c3")),
        (MINUTE_MS, say("c4")),
        (MINUTE_MS, Subscribe(id="c5", party="wl", filter="clock")),
        (MINUTE_MS, Rise(id="c6", party="wl")),
    ]
    answers = steered(beekdal(), script, tmp_path / "run", until_ms=2 * MINUTE_MS).answers
    assert [answers[f"c{number}"].ok for number in range(1, 7)] == [True, True, False, False, False, True]


def test_what_comes_after_the_end_is_answered_as_such(tmp_path: Path) -> None:
    script: list[tuple[int, AnyCommand]] = [
        (MINUTE_MS, Pause(id="c1")),
        (MINUTE_MS, End(id="c2")),
    ]
    came = steered(beekdal(), script, tmp_path / "run")
    assert [came.answers[name].ok for name in ("c1", "c2")] == [True, True]


def test_what_a_party_says_that_cannot_reach_the_broker_waits(tmp_path: Path) -> None:
    outage = Outage(
        id="o-away", type=OutageType.PARTITION, from_ms=MINUTE_MS, until_ms=5 * MINUTE_MS, parties=("wl",),
        title=Text("Weg", "Away"),
    )  # fmt: skip
    known = beekdal()
    away = replace(known, scenario=replace(known.scenario, outages=(outage,)))
    script: list[tuple[int, AnyCommand]] = [
        (2 * MINUTE_MS, Sit(id="c1", party="wl")),
        (2 * MINUTE_MS, say("c2")),
        (2 * MINUTE_MS, Subscribe(id="c3", party="wl", filter="clock")),
        (6 * MINUTE_MS, say("c4")),
        (6 * MINUTE_MS, Subscribe(id="c5", party="wl", filter="receipt/#")),
        (6 * MINUTE_MS, Subscribe(id="c6", party="wl", filter="clock", active=False)),
    ]
    answers = steered(away, script, tmp_path / "run", until_ms=8 * MINUTE_MS).answers
    outcomes = {name: answer.outcome for name, answer in answers.items()}
    assert outcomes == {
        "c1": "",
        "c2": "waiting",
        "c3": "waiting",
        "c4": "accepted",
        "c5": "denied",
        "c6": "accepted",
    }
    sent = [record.content.event.id for record in read(tmp_path / "run") if record.kind == "message"]
    assert answers["c2"].event in sent
    assert (answers["c5"].rule, bool(answers["c5"].source)) == ("no-right", True)
