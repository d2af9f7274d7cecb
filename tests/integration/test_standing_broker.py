"""Exercises on a Mosquitto that stands: the same digest, nobody else's business, and nothing left behind."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from brokers.adapter import Account, Action, BrokerError, Right
from brokers.mosquitto import service
from brokers.mosquitto.admin import AdminConnection
from brokers.mosquitto.config import Standing, container_conf_text
from brokers.mosquitto.keys import ServerKeys, keys_for, parse_address, save_keys
from brokers.mosquitto.launch import find_plugin
from brokers.mosquitto.leftovers import runs_at
from brokers.mosquitto.service import clean, down, status, up
from brokers.mosquitto.standing import StandingMosquitto
from sim.core.engine.engine import Engine
from sim.files.places import shipped_scenarios
from sim.files.scenario.finding import find_scenario
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import RunLog, read
from sim.runlog.verify import verify
from sim.session.exchange import exchange
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace
from sim.transport.root import root_of
from tests.integration.command import BEEKDAL, beeld, started
from tests.integration.gate import open_session
from tests.integration.knocking import knock
from tests.integration.plain_client import REFUSAL, Client
from tests.integration.standing import (
    NEEDS_MOSQUITTO,
    StandingServer,
    free_ports,
    own_folder,
    standing_server,
)
from tests.integration.test_outages import EVERY, with_outages
from tests.integration.test_unforeseen_outage import assert_whole, is_edge
from tests.integration.wire import wire_to
from tests.played import Played

pytestmark = NEEDS_MOSQUITTO


@pytest.fixture(scope="module")
def server() -> Iterator[StandingServer]:
    with standing_server() as server:
        yield server


def play(folder: Path, broker: str, keys: Path | None = None, scenario: Path = BEEKDAL) -> RunResult:
    options = RunOptions(seed=7, broker=broker, pace=parse_pace("fast"), folder=folder, keys=keys)
    return run_exercise(load_scenario(str(scenario)), options)


def left_on(server: StandingServer) -> tuple[set[str], set[str]]:
    """Return the accounts and the roles that the server knows, the administrator's own aside."""
    document = json.loads(server.folder.security.read_text())
    own = server.keys.username
    users = {client["username"] for client in document["clients"]} - {own}
    roles = {role["rolename"] for role in document["roles"]} - {f"standing:{own}"}
    return users, roles


async def retained_on(server: StandingServer) -> set[str]:
    """Return the topics of what the server retained."""
    broker = StandingMosquitto(parse_address(server.url), server.keys, "look", lambda _run: "")
    try:
        endpoint = await broker.start([Account("all", "look", (Right(Action.READ, "#"),))])
        client = Client(endpoint, "all", "look")
        await asyncio.to_thread(client.connect)
        await asyncio.to_thread(client.subscribe, ["#"], retained=True)
        await asyncio.to_thread(client.subscribe, ["beeld/flush"])
        await asyncio.to_thread(client.leave)
        return {topic for topic, payload in client.received() if payload}
    finally:
        await broker.stop()


# The same exercise --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["url", "open_url"])
async def test_a_run_on_a_standing_server_gives_the_same_digest_and_leaves_nothing(
    server: StandingServer, line: str, tmp_path: Path
) -> None:
    url = getattr(server, line)
    here = await asyncio.to_thread(play, tmp_path / "memory", "memory")
    there = await asyncio.to_thread(play, tmp_path / "there", url, server.folder.keys)

    assert there.outcome == "completed"
    assert there.digest == here.digest
    assert RunLog(there.folder).manifest.broker == url
    assert left_on(server) == (set(), set())
    assert await retained_on(server) == set()


@pytest.mark.parametrize("kind", EVERY)
def test_technology_that_fails_fails_there_too_and_the_server_goes_on(
    server: StandingServer, kind: str, tmp_path: Path
) -> None:
    scenario = with_outages(tmp_path, EVERY[kind])
    here = play(tmp_path / "memory", "memory", scenario=scenario)
    before = status(server.folder).pid
    there = play(tmp_path / "there", server.url, server.folder.keys, scenario)

    assert there.digest == here.digest
    assert status(server.folder).pid == before, "a server that others use too is not killed"
    assert left_on(server) == (set(), set())


@pytest.mark.slow
@pytest.mark.parametrize("scenario", shipped_scenarios())
def test_every_exercise_gives_the_same_digest_there(
    server: StandingServer, scenario: str, played: Played, tmp_path: Path
) -> None:
    there = play(tmp_path / "there", server.url, server.folder.keys, find_scenario(scenario))
    assert there.digest == played(scenario).digest
    assert (there.lost, there.leaked) == (0, 0)
    assert left_on(server) == (set(), set())


def test_two_runs_beside_each_other_do_not_meet(server: StandingServer, tmp_path: Path) -> None:
    results: dict[str, RunResult] = {}

    def one(name: str) -> None:
        results[name] = play(tmp_path / name, server.url, server.folder.keys)

    threads = [threading.Thread(target=one, args=(name,)) for name in ("first", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {result.outcome for result in results.values()} == {"completed"}
    assert len({result.digest for result in results.values()}) == 1
    assert left_on(server) == (set(), set())


def test_a_server_that_dies_in_an_open_session_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else starts it again, with accounts and rights as they were; meanwhile the fallback is followed.

    Without encryption, since paho leaves a socket whose handshake was cut off to the garbage collector.
    """
    with standing_server() as server:
        monkeypatch.setenv("BEELD_BROKER_FOLDER", str(server.folder.root))
        pid = status(server.folder).pid
        assert pid is not None
        with open_session(tmp_path / "run", BEEKDAL, server.open_url) as session:
            session.go_on_to(40)
            os.kill(pid, signal.SIGKILL)
            session.wait_for(is_edge("begins"), "the beginning of the outage")
            session.go_on_to(60)
            while service._pid(server.folder) is not None:
                pass  # the system is clearing it away
            up(server.folder, Standing(ports=server.ports))
            session.wait_for(is_edge("ends"), "its end")
            session.go_on_to(120)
            session.log_in("wl")
            session.end(180)
        assert_whole(session, tmp_path / "run", list(read(tmp_path / "run")))
        assert left_on(server) == (set(), set())


def test_a_server_that_dies_in_a_closed_session_ends_it(tmp_path: Path) -> None:
    with standing_server() as server:
        options = ("--broker", server.url, "--keys", server.folder.keys, "--out", tmp_path / "run")
        with started("run", "limburg-hoogwater", *options, cwd=tmp_path) as process:
            log = tmp_path / "run" / "run.jsonl"
            while process.poll() is None and not (log.exists() and log.stat().st_size > 100_000):
                status(server.folder)  # which takes a moment
            pid = status(server.folder).pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert process.wait() == 3  # so that the system has cleared the server away too
            assert process.stderr is not None
            assert "may be left" in process.stderr.read()
        assert verify(tmp_path / "run").ok

        # What could not be taken away then is by the next run.
        up(server.folder, Standing(ports=server.ports))
        assert left_on(server)[0]
        play(tmp_path / "next", server.url, server.folder.keys)
        assert left_on(server) == (set(), set())


def test_the_configuration_of_the_container_serves_here_too(tmp_path: Path) -> None:
    """But for where things are, it is what `up` writes; refusals are then not told."""
    with own_folder() as folder:
        ports = free_ports()
        up(folder, Standing(ports=ports, tells_refusals=False))
        try:
            text = container_conf_text()
            plugin = find_plugin()
            for old, new in (
                ("/mosquitto/data", str(folder.served)),
                ("/usr/lib/mosquitto_dynamic_security.so", str(plugin)),
                ("0.0.0.0", "127.0.0.1"),
                ("1883", str(ports.mqtt)),
                ("8083", str(ports.websockets)),
                ("8883", str(ports.mqtts)),
                ("8084", str(ports.websockets_tls)),
            ):
                text = re.sub(rf"(?<![\w.]){re.escape(old)}(?!\d)", new, text)
            assert folder.conf.read_text() == text
            server = StandingServer(folder, ports)
            assert play(tmp_path / "run", server.url, folder.keys).outcome == "completed"
        finally:
            down(folder)


# What is left -------------------------------------------------------------------------------------------------


async def test_accounts_go_after_a_failure_too(server: StandingServer) -> None:
    scenario = load_scenario(str(BEEKDAL))
    table = Engine(scenario, 7, "closed").ledger.table

    async def fail() -> None:
        async with exchange(server.url, table, "failing", keys=server.folder.keys) as opened:
            await opened.transport.open(list(scenario.parties), lambda _arrival: None)
            assert {user.split(".")[0] for user in left_on(server)[0]} == {"failing"}
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await fail()
    assert left_on(server) == (set(), set())


def paced(server: StandingServer, pace: str) -> tuple[str | Path, ...]:
    """Return the options of a run on a server at some pace: at x60 it goes on until somebody ends it."""
    return ("--pace", pace, "--broker", server.url, "--keys", server.folder.keys)


def test_what_a_killed_run_left_the_next_one_takes_away(server: StandingServer, tmp_path: Path) -> None:
    with started("run", BEEKDAL, *paced(server, "x60"), "--out", tmp_path / "run", cwd=tmp_path) as process:
        assert process.stderr is not None
        assert "credentials.json" in process.stderr.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert left_on(server)[0], "a process that is killed cannot clear away"
    assert len(status(server.folder).runs or ()) == 1

    play(tmp_path / "next", server.url, server.folder.keys)
    assert left_on(server) == (set(), set())


def test_clean_takes_away_what_is_left_and_nothing_else(server: StandingServer, tmp_path: Path) -> None:
    async def leave_two() -> None:
        for run in ("gone", "going-on"):
            broker = StandingMosquitto(parse_address(server.url), server.keys, run, root_of)
            await broker.start([Account("wl", "x", ())])
            await broker._admin.close()
            assert broker._log is not None
            broker._log.close()

    asyncio.run(leave_two())
    assert clean(server.folder, root_of) == (), "both belong to this process, which lives"
    assert clean(server.folder, root_of, everything=True) == ("going-on", "gone")
    assert left_on(server) == (set(), set())


def test_a_terminated_run_clears_away(server: StandingServer, tmp_path: Path) -> None:
    with started("run", BEEKDAL, *paced(server, "x60"), "--out", tmp_path / "run", cwd=tmp_path) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.terminate()
        assert process.wait() == 143
    assert left_on(server) == (set(), set())


# Who gets in --------------------------------------------------------------------------------------------------


async def test_accounts_of_one_run_reach_nothing_of_another(server: StandingServer) -> None:
    address, everything = parse_address(server.url), Right(Action.READ, "beeld/one/#")
    one = StandingMosquitto(address, server.keys, "one", root_of)
    two = StandingMosquitto(address, server.keys, "two", root_of)
    try:
        endpoint = await one.start([Account("wl", "first", (everything,))])
        others = await two.start([Account("wl", "second", (Right(Action.READ, "beeld/two/#"),))])
        assert "Not authorized" in await knock(endpoint, "one.wl", "second")
        stranger = Client(others, "wl", "second")
        await asyncio.to_thread(stranger.connect)
        (code,) = await asyncio.to_thread(stranger.subscribe, ["beeld/one/#"])
        assert code >= REFUSAL
        assert await asyncio.to_thread(stranger.publish, ["beeld/one/clock"], b"x") == [0x87]
        await asyncio.to_thread(stranger.leave)
        assert {(denial.username, denial.topic) for denial in two.take_denials()} == {
            ("wl", "beeld/one/#"),
            ("wl", "beeld/one/clock"),
        }
        assert one.take_denials() == []
    finally:
        await one.stop()
        await two.stop()


async def test_a_server_that_allows_by_default_is_refused(server: StandingServer) -> None:
    admin = AdminConnection(server.keys.endpoint(parse_address(server.url)), server.keys.password)

    async def allow(allowed: bool) -> None:
        await admin.send(
            [
                {
                    "command": "setDefaultACLAccess",
                    "acls": [{"acltype": "publishClientReceive", "allow": allowed}],
                }
            ]
        )

    await admin.connect()
    await allow(True)
    try:
        broker = StandingMosquitto(parse_address(server.url), server.keys, "run", root_of)
        with pytest.raises(BrokerError, match="denies publishClientReceive by default"):
            await broker.start([Account("wl", "x", ())])
        assert await runs_at(admin) == {}
    finally:
        await allow(False)
        await admin.close()


def test_the_wrong_keys_are_one_clear_line(server: StandingServer, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    save_keys(keys, ServerKeys(server.keys.username, "wrong", ca=server.keys.ca))
    done = beeld("run", BEEKDAL, "--broker", server.url, "--keys", keys, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Not authorized" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_that_no_server_runs_is_one_clear_line_with_what_to_do(
    server: StandingServer, tmp_path: Path
) -> None:
    url = f"mqtts://localhost:{free_ports().mqtts}"
    keys = tmp_path / "keys.json"
    save_keys(
        keys, ServerKeys(server.keys.username, server.keys.password, ca=server.keys.ca, addresses=(url,))
    )
    done = beeld("run", BEEKDAL, "--broker", url, "--keys", keys, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "no server runs there: start one on this machine with: beeld broker up" in done.stderr


def test_keys_are_not_sent_to_a_server_that_they_are_not_for(server: StandingServer, tmp_path: Path) -> None:
    with wire_to(server.ports.mqtt) as wire:
        url = f"mqtt://localhost:{wire.port}"
        done = beeld("run", BEEKDAL, "--broker", url, "--keys", server.folder.keys, cwd=tmp_path)
        assert wire.captured() == b""
    assert done.returncode == 2
    assert f"not for {url}" in done.stderr


def test_keys_may_come_from_the_environment(server: StandingServer) -> None:
    variables = {"BEELD_BROKER_PASSWORD": server.keys.password, "BEELD_BROKER_CA": str(server.keys.ca)}
    keys = keys_for(parse_address(server.url), None, Path("/nowhere"), variables)
    assert (keys.username, keys.password, keys.ca) == (
        server.keys.username,
        server.keys.password,
        server.keys.ca,
    )
    assert server.keys.password not in repr(keys)


# The open session ---------------------------------------------------------------------------------------------


def test_an_outside_client_takes_part_and_is_refused_what_its_profile_does_not_give(
    server: StandingServer, tmp_path: Path
) -> None:
    with started("run", BEEKDAL, *paced(server, "x1200"), "--out", tmp_path / "run", cwd=tmp_path) as process:
        assert process.stderr is not None
        process.stderr.readline()
        given = json.loads((tmp_path / "run" / "credentials.json").read_text())
        assert (given["port"], given["tls"], given["ca"]) == (server.ports.mqtts, True, str(server.keys.ca))
        assert {"control", "recorder"}.isdisjoint(given["accounts"])
        endpoint = server.keys.endpoint(parse_address(server.url), given["prefix"])
        client = Client(endpoint, "wl", given["accounts"]["wl"])
        client.connect()
        assert client.subscribe([given["root"] + "clock", "#"]) == [1, 0x87]
        client.wait_until(lambda _topic, payload: b'"ended"' in payload, "the end of the exercise")
        assert process.wait() == 0
        client.leave()
    refused = [
        record.content.topic
        for record in RunLog(tmp_path / "run").records()
        if record.kind == "denied" and record.content.outside
    ]
    assert refused == ["/#"]
    assert left_on(server) == (set(), set())
