"""An exercise that is steered from another process, over the broker: clock, injects, faults, seats."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sim.cli.main import main
from sim.core.messages.contents import Ack, AnyContent, ItemUpdate
from sim.core.messages.items import Basis, Item, Kind, Source, Value
from sim.core.model.text import Text
from sim.core.records.kinds import Denied, FaultEntered, Injected, Message, Steered, Subscribed
from sim.core.records.record import Record
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.session.steering.commands import (
    AnyCommand,
    End,
    LetIn,
    Pause,
    Resume,
    Rise,
    Say,
    Sit,
    Speed,
    Subscribe,
    ThrowFault,
    ThrowIn,
)
from sim.session.steering.remote import SteeredRun, SteeredRunError
from sim.session.steering.told import Answer, Ended, Progress
from tests.integration.command import BEEKDAL, BEELD, MOSQUITTO, beeld

TAB = "activity/wateroverlast/own/wl/a2-situation/wl-stream-level"
SHARED = "activity/wateroverlast/shared/a2-situation/wl-stream-level"
SEAT = "seat:wl"
TITLE = {"nl": "Van de oefenleiding", "en": "From exercise staff"}
FAULT = {
    "type": "wrong-value",
    "party": "wl",
    "subject": "stream-level",
    "title": TITLE,
    "recognise": TITLE,
    "values": [{"name": "depth", "amount": 99.0, "unit": "m"}],
}
PATIENCE_S = 60.0


def stated(version: int, at_ms: int) -> ItemUpdate:
    return ItemUpdate(
        item=Item(
            id="wl-stream-level",
            version=version,
            subject="stream-level",
            system="stream",
            theme="a2-situation",
            kind=Kind.FACT,
            title=Text("Waterstand van de beek", "Water level of the stream"),
            values=(Value("depth", 1.1, "m"),),
            observed_at_ms=at_ms,
            reported_at_ms=at_ms,
            source=Source("wl", Basis.OBSERVED),
        )
    )


@dataclass
class Story:
    """What was answered, by name, and what came of it all."""

    folder: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[Progress] = field(default_factory=list)
    ended: Ended | None = None
    records: list[Record] = field(default_factory=list)

    def contents(self, kind: type[Any]) -> list[Any]:
        return [record.content for record in self.records if isinstance(record.content, kind)]


async def until(run: SteeredRun, what: Callable[[Progress], bool]) -> Progress:
    """Wait until progress is told that shows something."""
    async with asyncio.timeout(PATIENCE_S):
        async for progress in run.progresses():
            if what(progress):
                return progress
    raise AssertionError("the exercise was over before")


async def told(where: str, folder: Path) -> Story:
    story = Story(folder)
    broker, _, workers = where.partition("+")
    async with SteeredRun.start(
        BEEKDAL,
        seed=7,
        pace="x600",
        broker=broker,
        folder=folder,
        paused=True,
        options=["--workers", workers or "0"],
        on_progress=story.seen.append,
    ) as run:

        async def do(name: str, command: AnyCommand) -> None:
            async with asyncio.timeout(PATIENCE_S):
                story.answers[name] = await run.send(command)

        await until(run, lambda progress: progress.phase == "paused")
        await do("sits", Sit(by=SEAT, party="wl"))
        await do("sits twice", Sit(by=SEAT, party="wl"))
        await do("says in a pause", Say(by=SEAT, party="wl", topic=TAB, content=stated(1, 0)))
        await do("goes on", Resume())
        await do("goes on twice", Resume())
        there = await until(run, lambda progress: progress.at_ms > 5 * 60_000)
        await do("says", Say(by=SEAT, party="wl", topic=TAB, content=stated(5, there.at_ms)))
        await do("may not", Say(by=SEAT, party="wl", topic=SHARED, content=stated(6, there.at_ms)))
        ack: AnyContent = Ack(activity="wateroverlast", of="vr24-1")
        await do("no shape", Say(by=SEAT, party="wl", topic=TAB, content=ack))
        await do("listens", Subscribe(by=SEAT, party="wl", filter="clock"))
        await do("may not listen", Subscribe(by=SEAT, party="wl", filter="receipt/#"))
        await do("throws in", ThrowIn(inject={"to": "vr24", "title": TITLE, "cue": OPEN}))
        await do("throws in wrongly", ThrowIn(inject={"to": "wl", "title": TITLE, "cue": OPEN}))
        await do(
            "throws in for later", ThrowIn(inject={"to": "vr24", "title": TITLE, "cue": OPEN, "at": "1h"})
        )
        await do("lets in", LetIn(party="rode-kruis", activity="wateroverlast"))
        await do("lets nobody in", LetIn(party="nobody", activity="wateroverlast"))
        await do("makes wrong", ThrowFault(fault=FAULT))
        await do("makes nothing wrong", ThrowFault(fault={**FAULT, "subject": "moon"}))
        await do("pauses", Pause())
        await do("gets up", Rise(by=SEAT, party="wl"))
        await do("gets up twice", Rise(by=SEAT, party="wl"))
        await do("faster", Speed(speed=1_000.0))
        await do("goes on again", Resume())
        await until(run, lambda progress: progress.at_ms > 60 * 60_000)
        await do("ends", End(by="staff"))
        async with asyncio.timeout(PATIENCE_S):
            story.ended = await run.wait()
        with pytest.raises(SteeredRunError, match="the exercise is over"):
            await run.send(Pause())
    story.records = list(read(folder))
    return story


OPEN = {"do": "open", "activity": "wateroverlast"}


@pytest.fixture(
    scope="module", params=["embedded", pytest.param("embedded+2", marks=pytest.mark.slow), MOSQUITTO]
)
def story(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("steering") / "run"
    return asyncio.run(told(request.param, folder))


def test_the_log_of_a_steered_exercise_is_whole(story: Story) -> None:
    assert story.ended is not None
    assert (story.ended.outcome, story.ended.reason) == ("completed", "")
    verified = verify(story.folder)
    assert (verified.first_bad_seq, verified.reason) == (None, "")
    assert verified.digest == story.ended.digest


def test_it_can_be_assessed_and_reported(story: Story, tmp_path: Path) -> None:
    assert main(["assess", str(story.folder), "--lang", "en"]) == 0
    assert (
        main(["report", str(story.folder), "--format", "html", "--lang", "nl", "--out", str(tmp_path)]) == 0
    )
    page = (tmp_path / "report.nl.html").read_text("utf-8")
    assert "seat:wl" in page


@pytest.mark.parametrize(
    "name",
    [
        "sits", "goes on", "says", "may not", "listens", "may not listen", "throws in", "lets in", "makes wrong",
        "pauses", "gets up", "faster", "goes on again", "ends",
    ],
)  # fmt: skip
def test_what_can_be_done_is_done(story: Story, name: str) -> None:
    assert (story.answers[name].ok, story.answers[name].problem) == (True, "")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("sits twice", "party: expected one for whom nobody sits, was 'wl', taken by seat:wl"),
        ("says in a pause", "expected an exercise that goes on, was paused"),
        ("goes on twice", "resume: expected an exercise that is paused, goes on already"),
        ("no shape", "content: expected item on"),
        (
            "throws in wrongly",
            "throw-in: injects[live-2].cue.do: expected something that the party's people can be told to do",
        ),
        ("throws in for later", "throw-in: at: expected no such key"),
        ("lets nobody in", "throw-in: injects[live-5].cue.party: expected a party of the scenario"),
        ("makes nothing wrong", "throw-fault: faults[live-7].subject: expected the subject of one of"),
        ("gets up twice", "party: expected one for whom somebody sits, was 'wl'"),
    ],
)
def test_what_cannot_be_done_is_answered_in_one_line(story: Story, name: str, problem: str) -> None:
    answer = story.answers[name]
    assert not answer.ok
    assert problem in answer.problem
    assert "\n" not in answer.problem


def test_who_did_what_is_recorded(story: Story) -> None:
    done = [(one.what, one.by, one.party, one.value) for one in story.contents(Steered)]
    assert done == [
        ("paused", "staff", "", 0.0),
        ("seat-taken", SEAT, "wl", 0.0),
        ("resumed", "staff", "", 0.0),
        ("paused", "staff", "", 0.0),
        ("seat-returned", SEAT, "wl", 0.0),
        ("speed", "staff", "", 1_000.0),
        ("resumed", "staff", "", 0.0),
        ("ended", "staff", "", 0.0),
    ]


def test_nothing_happens_while_it_stands_still(story: Story) -> None:
    moments: list[tuple[int, int]] = []
    for number, record in enumerate(story.records):
        if isinstance(record.content, Steered) and record.content.what == "paused":
            again = next(
                later
                for later in story.records[number:]
                if isinstance(later.content, Steered) and later.content.what == "resumed"
            )
            moments.append((record.at_ms, again.at_ms))
            between = {type(one.content) for one in story.records[number : again.seq]}
            assert between == {Steered}
    assert len(moments) == 2
    assert all(first == last for first, last in moments)
    assert {one.phase for one in story.seen} == {"running", "paused"}


def test_what_was_said_from_the_seat_was_delivered_and_nothing_else_was_said(story: Story) -> None:
    (taken, returned) = (
        next(
            record.at_ms
            for record in story.records
            if isinstance(record.content, Steered) and record.content.what == what
        )
        for what in ("seat-taken", "seat-returned")
    )
    said = [
        message
        for message in story.contents(Message)
        if message.event.sender == "wl" and taken <= message.event.exercisems < returned
    ]
    assert [message.event.id for message in said] == [story.answers["says"].event]
    assert "vr24" in said[0].readers
    assert story.answers["says"].outcome == "accepted"


def test_what_may_not_be_done_the_broker_refused(story: Story) -> None:
    refused, deaf = story.answers["may not"], story.answers["may not listen"]
    assert (refused.outcome, refused.rule) == ("denied", "shared-is-directed")
    assert (deaf.outcome, deaf.rule) == ("denied", "no-right")
    assert story.answers["listens"].outcome == "accepted"
    denied = [one for one in story.contents(Denied) if one.party == "wl"]
    assert ("publish", SHARED, refused.event) in [(one.attempt, one.topic, one.event) for one in denied]
    assert ("subscribe", "receipt/#") in [(one.attempt, one.topic) for one in denied]
    assert Subscribed("wl", "clock", active=True) in story.contents(Subscribed)


def test_after_the_seat_versions_go_on(story: Story) -> None:
    versions = [
        message.event.data.item.version
        for message in story.contents(Message)
        if isinstance(message.event.data, ItemUpdate) and message.event.data.item.id == "wl-stream-level"
    ]
    assert versions == sorted(versions)
    assert versions[0] == 5
    assert versions[-1] > 5


def test_what_was_thrown_in_is_recorded_like_what_was_foreseen(story: Story) -> None:
    injects = {one.id: one for one in story.contents(Injected)}
    assert injects[story.answers["throws in"].made].to == "vr24"
    assert injects[story.answers["lets in"].made].cue.party == "rode-kruis"
    faults = {one.id: one for one in story.contents(FaultEntered)}
    fault = faults[story.answers["makes wrong"].made]
    assert (fault.answer, fault.told.values[0].amount) == ("corrected", 99.0)


# The process -------------------------------------------------------------------------------------


async def test_an_exercise_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    with pytest.raises(
        SteeredRunError, match=r"exit code 2: beeld: command line: --pace: expected real or xN"
    ):
        async with SteeredRun.start(BEEKDAL, pace="fast", folder=tmp_path / "run"):
            pass


async def test_a_process_that_dies_is_told_of(tmp_path: Path) -> None:
    async with SteeredRun.start(BEEKDAL, pace="x1", folder=tmp_path / "run", paused=True) as run:
        os.kill(run.pid, signal.SIGKILL)
        with pytest.raises(SteeredRunError, match="ended with exit code -9"):
            await run.wait()
        with pytest.raises(SteeredRunError, match="ended with exit code -9"):
            await run.send(Pause())


async def test_nothing_is_left_behind_when_the_context_ends(tmp_path: Path) -> None:
    async with SteeredRun.start(BEEKDAL, pace="x1", folder=tmp_path / "run") as run:
        pid = run.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert verify(tmp_path / "run").first_bad_seq is None
    assert not (tmp_path / "run" / "credentials.json").exists()


async def test_what_is_no_command_is_answered_and_a_closed_input_ends_nothing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        BEELD,
        *("run", str(BEEKDAL), "--pace", "x100000", "--steer", "--out", str(tmp_path / "run")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    assert process.stdin is not None
    lines = [
        b"nothing",
        b"",
        b'{"id":"c7","do":"fly"}',
        b"x" * (2**20 + 1),
        b'{"id":"c8","do":"pause","by":"A B"}',
    ]
    process.stdin.write(b"\n".join(lines) + b"\n")
    async with asyncio.timeout(PATIENCE_S):
        await process.stdin.drain()
        process.stdin.close()
        assert process.stdout is not None
        told = [msgspec.json.decode(line) async for line in process.stdout]
        assert await process.wait() == 0
    answers = [one for one in told if one["tell"] == "answer"]
    assert [(one["id"], one["ok"]) for one in answers] == [
        ("", False),
        ("c7", False),
        ("", False),
        ("c8", False),
    ]
    assert next(one["tell"] for one in told if one["tell"] != "answer") == "ready"
    assert (told[-1]["tell"], told[-1]["outcome"]) == ("ended", "completed")


@pytest.mark.parametrize("options", [["--paused"], ["--ends-with-input"]], ids=" ".join)
def test_an_exercise_that_nobody_can_let_go_on_or_wants_to_end_with_its_input_ends_with_it(
    options: list[str], tmp_path: Path
) -> None:
    out = str(tmp_path / "run")
    done = beeld("run", BEEKDAL, "--pace", "x1", "--steer", "--out", out, *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
    assert (told[-1]["tell"], told[-1]["outcome"]) == ("ended", "completed")
    assert told[-1]["exercise_ms"] < 60_000, "it did not go on to its end"
    course = [record.content for record in read(tmp_path / "run") if record.kind == "steering"]
    assert [(one.what, one.by) for one in course][-1] == ("ended", "staff")
    assert verify(tmp_path / "run").ok


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--paused"], "command line: --paused: expected --steer with it, found --paused alone"),
        (
            ["--ends-with-input"],
            "command line: --ends-with-input: expected --steer with it, found --ends-with-input alone",
        ),
        (["--steer"], "command line: --pace: expected real or xN with --steer"),
    ],
)
def test_a_session_is_steered_only_where_it_has_a_clock(
    options: list[str], problem: str, tmp_path: Path
) -> None:
    done = beeld("run", BEEKDAL, "--out", tmp_path / "run", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr


def test_nobody_on_standard_input_is_nobody_who_steers(tmp_path: Path) -> None:
    done = beeld(*("run", BEEKDAL, "--pace", "x100000", "--steer", "--out", tmp_path / "run"), cwd=tmp_path)
    assert done.returncode == 0
    assert '"tell":"ended"' in done.stdout.splitlines()[-1]
