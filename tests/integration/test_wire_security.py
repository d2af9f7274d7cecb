"""What somebody gets who listens in, or knocks without the right to: nothing."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import stat
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from brokers.adapter import Account, Action, BrokerError, Endpoint, Right, Tls
from brokers.mosquitto.certificates import Pair, make_authority, make_client, make_server
from brokers.mosquitto.config import Standing
from brokers.mosquitto.folder import OWN_NAMES, prepare
from brokers.mosquitto.keys import ServerKeys, parse_address, save_keys
from brokers.mosquitto.service import up
from brokers.mosquitto.standing import StandingMosquitto
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import RunLog
from sim.session.launch import RunOptions, run_exercise
from sim.session.pacing import parse_pace
from sim.transport.root import root_of
from tests.integration.command import BEEKDAL, beeld
from tests.integration.knocking import heard, impostor, knock, trusting
from tests.integration.standing import (
    NEEDS_MOSQUITTO,
    StandingServer,
    free_ports,
    own_folder,
    standing_server,
)
from tests.integration.wire import wire_to

pytestmark = NEEDS_MOSQUITTO


@pytest.fixture(scope="module")
def server() -> Iterator[StandingServer]:
    with standing_server() as server:
        yield server


@pytest.fixture(scope="module")
def strict() -> Iterator[StandingServer]:
    """A server that asks clients for a certificate too."""
    with standing_server(client_certificates=True) as server:
        yield server


def play(folder: Path, server: StandingServer, scheme: str, port: int) -> tuple[set[bytes], set[bytes]]:
    """Run an exercise over a wire; return the ids of its events and the names of its topics."""
    keys = folder / "keys.json"
    save_keys(keys, replace(server.keys, addresses=()))
    options = RunOptions(
        seed=7,
        broker=f"{scheme}://localhost:{port}",
        pace=parse_pace("fast"),
        folder=folder / "run",
        keys=keys,
    )
    result = run_exercise(load_scenario(str(BEEKDAL)), options)
    assert result.outcome == "completed"
    messages = [one.content for one in RunLog(result.folder).records() if one.kind == "message"]
    assert len(messages) > 50
    return {one.event.id.encode() for one in messages}, {one.topic.encode() for one in messages}


# Listening in --------------------------------------------------------------------------------------------------


def test_who_listens_in_on_an_encrypted_run_reads_nothing(server: StandingServer, tmp_path: Path) -> None:
    with wire_to(server.ports.mqtts) as wire:
        events, topics = play(tmp_path, server, "mqtts", wire.port)
        seen = wire.captured()
    assert len(seen) > 100_000, "the run went over this wire"
    for word in (*events, *topics, b"beeld/", b"specversion", b"recorder", server.keys.password.encode()):
        assert word not in seen


def test_the_same_wire_reads_everything_where_nothing_is_encrypted(
    server: StandingServer, tmp_path: Path
) -> None:
    """The check of the check; and why an open line never leaves this machine."""
    with wire_to(server.ports.mqtt) as wire:
        events, topics = play(tmp_path, server, "mqtt", wire.port)
        seen = wire.captured()
    assert all(word in seen for word in (*events, *topics, b"specversion", server.keys.password.encode()))


def test_old_encryption_is_refused(server: StandingServer) -> None:
    endpoint = server.keys.endpoint(parse_address(server.url))
    assert endpoint.tls is not None
    old = trusting(endpoint.tls)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that is why
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    assert heard(endpoint, old) == b""
    assert heard(endpoint, trusting(endpoint.tls)) != b""


# Knocking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["tls", "plain", "websocket", "websocket with tls"])
async def test_who_has_no_credentials_or_wrong_ones_is_not_let_in(server: StandingServer, line: str) -> None:
    ports = server.ports
    port = {
        "tls": ports.mqtts,
        "plain": ports.mqtt,
        "websocket": ports.websockets,
        "websocket with tls": ports.websockets_tls,
    }[line]
    tls = Tls(server.keys.ca) if "tls" in line else None
    broker = StandingMosquitto(parse_address(server.url), server.keys, "knocked", root_of)
    other = StandingMosquitto(parse_address(server.url), server.keys, "other", root_of)
    rights = (Right(Action.READ, "beeld/knocked/#"),)
    try:
        await broker.start([Account("wl", "right", rights)])
        await other.start([Account("wl", "others", ())])
        endpoint = Endpoint("localhost", port, tls)

        async def answer(username: str | None, password: str | None) -> str:
            return await knock(endpoint, username, password, websockets="websocket" in line)

        assert await answer("knocked.wl", "right") == ""
        wrong = [
            (None, None),
            ("knocked.wl", None),
            ("knocked.wl", ""),
            ("knocked.wl", "wrong"),
            ("knocked.wl", "others"),
            ("other.wl", "right"),
            ("wl", "right"),
            ("knocked.recorder", "right"),
            (server.keys.username, "right"),
            ("nobody", "right"),
        ]
        assert {await answer(*each) for each in wrong} == {"[code:135] Not authorized"}
    finally:
        await broker.stop()
        await other.stop()
    # And the credentials of a run that is over are nobody's.
    assert await answer("knocked.wl", "right") == "[code:135] Not authorized"


@pytest.mark.parametrize("kind", ["none", "expired", "not yet valid", "unknown authority", "of a server"])
async def test_without_a_valid_certificate_nobody_is_heard_where_one_is_asked_for(
    strict: StandingServer, kind: str, tmp_path: Path
) -> None:
    keys, pair = strict.keys, Pair(tmp_path / "client.crt", tmp_path / "client.key")
    authority, now = strict.folder.authority, datetime.now(UTC)
    if kind == "expired":
        make_client(pair, authority, "late", now=now - timedelta(days=30), days=29)
    elif kind == "not yet valid":
        make_client(pair, authority, "early", now=now + timedelta(days=2))
    elif kind == "of a server":
        make_server(pair, authority, ["localhost"])
    elif kind == "unknown authority":
        unknown = Pair(tmp_path / "unknown.crt", tmp_path / "unknown.key")
        make_authority(unknown)
        make_client(pair, unknown, "stranger")
    endpoint = keys.endpoint(parse_address(strict.url))
    tls = Tls(keys.ca) if kind == "none" else Tls(keys.ca, pair.certificate, pair.key)

    assert await knock(endpoint, keys.username, keys.password) == "", "the administrator's own is valid"
    for port in (strict.ports.mqtts, strict.ports.websockets_tls):
        assert await asyncio.to_thread(heard, replace(endpoint, port=port), trusting(tls)) == b""


def test_an_exercise_runs_where_certificates_of_clients_are_asked_for(
    strict: StandingServer, tmp_path: Path
) -> None:
    keys = strict.folder.keys
    done = beeld("run", BEEKDAL, "--broker", strict.url, "--keys", keys, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "completed"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("expired", "certificate has expired"),
        ("unknown authority", "unable to get local issuer certificate"),
        ("another name", "certificate is not valid for 'localhost'"),
        ("right", "Not authorized"),
    ],
)
def test_a_server_with_a_wrong_certificate_is_told_nothing(kind: str, said: str, tmp_path: Path) -> None:
    """A run leaves before it says who it is, so that an impostor learns no password."""
    ours, theirs = (Pair(tmp_path / f"{name}.crt", tmp_path / f"{name}.key") for name in ("ours", "theirs"))
    pair, now = Pair(tmp_path / "server.crt", tmp_path / "server.key"), datetime.now(UTC)
    make_authority(ours)
    make_authority(theirs)
    if kind == "expired":
        make_server(pair, ours, ["localhost"], now=now - timedelta(days=9), days=8)
    else:
        name = "elsewhere.example" if kind == "another name" else "localhost"
        make_server(pair, theirs if kind == "unknown authority" else ours, [name])
    with impostor(pair.certificate, pair.key) as serving:
        keys = tmp_path / "keys.json"
        save_keys(keys, ServerKeys("administrator", "the-password", ca=ours.certificate))
        url = f"mqtts://localhost:{serving.port}"
        done = beeld("run", BEEKDAL, "--broker", url, "--keys", keys, cwd=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert said in done.stderr
        assert (b"the-password" in serving.told) == (kind == "right"), "the check of the check"


def test_a_server_whose_certificate_has_ended_is_not_started(tmp_path: Path) -> None:
    with own_folder() as folder:
        standing = Standing(ports=free_ports())
        prepare(folder, standing)
        ended = datetime.now(UTC) - timedelta(days=9)
        make_server(folder.certificate, folder.authority, OWN_NAMES, now=ended, days=8)
        with pytest.raises(BrokerError, match="make a new one with: beeld broker certificates"):
            up(folder, standing)


# At rest -------------------------------------------------------------------------------------------------------


def test_nobody_else_can_read_the_folder_of_a_server(server: StandingServer) -> None:
    """As root the server's user may enter its own part, by a folder that others may pass and not list."""
    root = server.folder.root
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*"))}
    public = {"ca.crt", "server.crt"}
    assert modes.pop(root) == (0o711 if os.geteuid() == 0 else 0o700)
    assert {path.name for path, mode in modes.items() if mode & 0o077} <= public
    assert not modes[server.folder.served] & 0o077


def test_keys_that_others_can_read_are_refused(server: StandingServer, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    save_keys(keys, server.keys)
    keys.chmod(0o644)
    done = beeld("run", BEEKDAL, "--broker", server.url, "--keys", keys, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{keys}: expected keys that only their owner can read" in done.stderr


def test_the_server_keeps_no_password_as_it_is(server: StandingServer) -> None:
    assert server.keys.password not in server.folder.security.read_text()
    assert server.keys.password not in server.folder.log.read_text()
    assert server.keys.password not in server.folder.conf.read_text()
