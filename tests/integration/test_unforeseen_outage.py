"""A broker that dies in an open session by no script: the exercise goes on, and the broker comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from brokers.adapter import Account, Endpoint
from brokers.embedded import EmbeddedBroker
from brokers.mosquitto import MosquittoBroker
from sim.core.records.record import Entry, Record
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import parse_pace
from sim.transport.mqtt import MqttTransport
from sim.transport.port import Outcome, Outgoing
from tests.integration.command import BEEKDAL, MOSQUITTO_MARKS
from tests.integration.gate import OpenSession, open_session

RESTART_S = 0.3


def is_edge(change: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.kind == "outage" and entry.content.change == change  # type: ignore[union-attr]


def messages(records: list[Record]) -> list[Record]:
    return [record for record in records if record.kind == "message"]


def play(
    folder: Path, broker: str, kill: Callable[[], None], workers: int = 0
) -> tuple[OpenSession, list[Record]]:
    """Kill the broker at 40 minutes; from 60 on it may be back."""
    with open_session(folder, BEEKDAL, broker, workers) as session:
        session.go_on_to(40)
        kill()
        session.wait_for(is_edge("begins"), "the beginning of the outage")
        session.go_on_to(60)
        session.wait_for(is_edge("ends"), "its end")
        session.go_on_to(120)
        session.log_in("wl")
        session.end(180)
    return session, list(read(folder))


def assert_whole(session: OpenSession, folder: Path, records: list[Record]) -> None:
    assert session.result is not None
    assert (session.result.outcome, session.result.lost, session.result.leaked) == ("completed", 0, 0)
    found = verify(folder)
    assert (found.ok, found.complete) == (True, True), found.reason
    begins, ends = [record for record in records if record.kind == "outage"]
    assert (begins.content.change, ends.content.change) == ("begins", "ends")
    assert (begins.content.type, begins.content.source) == ("broker", "unforeseen")
    during = [record for record in messages(records) if begins.seq < record.seq < ends.seq]
    after = [record for record in messages(records) if record.seq > ends.seq]
    assert {record.content.topic.partition("/")[0] for record in during} <= {"outside"}
    assert {record.content.topic.partition("/")[0] for record in after} >= {"activity", "post"}
    ids = Counter(record.content.event.id for record in messages(records))
    assert set(ids.values()) == {1}
    over = [record for record in records if record.kind == "note" and record.content.what == "fallback"]
    assert {record.content.party for record in over if begins.seq < record.seq < ends.seq}
    assert {record.cause for record in over} == {(begins.content.id,)}
    assert not [record for record in records if record.kind in ("garbled", "lost", "leak", "failure")]


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("broker", [pytest.param("mosquitto", marks=MOSQUITTO_MARKS)])
def test_mosquitto_killed_by_hand_in_the_middle_of_an_exercise(
    broker: str, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.session.mending.RESTART_S", RESTART_S)
    started: list[MosquittoBroker] = []

    class Watched(MosquittoBroker):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    def kill() -> None:
        pid = started[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr("sim.transport.choice.BROKERS", {"mosquitto": Watched})
    session, records = play(tmp_path / "run", broker, kill, workers)
    assert_whole(session, tmp_path / "run", records)


def test_the_embedded_broker_that_dies_in_the_middle_of_an_exercise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives in the session's own process, so that it is cut off from within, as if it had crashed."""
    monkeypatch.setattr("sim.session.mending.RESTART_S", RESTART_S)
    doomed: list[object] = []

    class Mortal(EmbeddedBroker):
        async def start(self, accounts: Sequence[Account]) -> Endpoint:
            endpoint = await super().start(accounts)
            self._loop = asyncio.get_running_loop()
            doomed.append(self)
            return endpoint

        def die(self) -> None:
            asyncio.run_coroutine_threadsafe(self.kill(), self._loop).result()

    def kill() -> None:
        broker = doomed[0]
        assert isinstance(broker, Mortal)
        broker.die()

    monkeypatch.setattr("sim.transport.choice.BROKERS", {"embedded": Mortal})
    session, records = play(tmp_path / "run", "embedded", kill)
    assert_whole(session, tmp_path / "run", records)


@pytest.mark.parametrize("number", [3, 20, 45])
@pytest.mark.parametrize("broker", [pytest.param("mosquitto", marks=MOSQUITTO_MARKS)])
def test_mosquitto_killed_while_messages_are_under_way(
    broker: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies with what it has acknowledged and not delivered; in the log each message stands once."""
    monkeypatch.setattr("sim.session.mending.RESTART_S", 0.0)
    publish, calls = MqttTransport.publish, list[int]()

    async def published(self: MqttTransport, publications: Sequence[Outgoing]) -> list[Outcome]:
        calls.append(len(publications))
        if len(calls) == number:
            assert isinstance(self._broker, MosquittoBroker)
            assert self._broker.pid is not None
            os.kill(self._broker.pid, signal.SIGKILL)
        return await publish(self, publications)

    monkeypatch.setattr(MqttTransport, "publish", published)
    options = RunOptions(seed=7, broker=broker, pace=parse_pace("x20000"), folder=tmp_path / "run")
    result = run_exercise(load_scenario(BEEKDAL), options)

    assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0), result.reason
    assert (verify(tmp_path / "run").ok, verify(tmp_path / "run").complete) == (True, True)
    records = list(read(tmp_path / "run"))
    assert [record.content.change for record in records if record.kind == "outage"] == ["begins", "ends"]
    ids = Counter(record.content.event.id for record in messages(records))
    assert set(ids.values()) == {1}
    assert not [record for record in records if record.kind in ("garbled", "lost", "leak", "failure")]
