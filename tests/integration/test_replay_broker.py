"""A replay to a broker gives every party what it got in the run, in the same order, and no more than it may read."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from brokers.adapter import Account, Endpoint
from sim.core.messages.codec import encode
from sim.core.records.record import Record
from sim.replay.broadcast import Broadcast, BroadcastOptions, Stage, broadcast
from sim.replay.player import Player
from sim.replay.timeline import Timeline
from sim.runlog.reader import read
from sim.transport.clients import MqttClients
from sim.transport.port import RECORDER, Arrival
from tests.integration.command import MOSQUITTO_MARKS
from tests.played import Played

BROKERS = [
    pytest.param("embedded"),
    pytest.param("mosquitto", marks=MOSQUITTO_MARKS),
]
STARTED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

Got = dict[str, list[tuple[str, bytes]]]


class Audience:
    """The parties of a run and a recorder, logged in with the credentials of its replay, each with what it got."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.got: Got = {}
        self.mode = 0
        self._clients: MqttClients | None = None

    async def enter(self, stage: Stage) -> None:
        keys = json.loads(stage.credentials.read_text())
        self.mode = stat.S_IMODE(stage.credentials.stat().st_mode)
        accounts = [Account(name, password) for name, password in keys["accounts"].items()]
        name = stage.root.removeprefix("beeld/").removesuffix("/")
        endpoint = Endpoint(keys["host"], keys["port"])
        self._clients = MqttClients(
            "audience", lambda: True, endpoint, accounts, name, ours=(RECORDER,), key="audience"
        )
        parties = [account.username for account in accounts if account.username != RECORDER]
        await self._clients.open(parties, self.hear)

    def hear(self, arrival: Arrival) -> None:
        if arrival.retained:
            return
        topic = arrival.topic
        if arrival.party != RECORDER:
            assert topic.startswith(f"{arrival.party}/")
            topic = topic.removeprefix(f"{arrival.party}/")
        self.got.setdefault(arrival.party, []).append((topic, arrival.payload))

    async def follow(self, record: Record) -> None:
        """Subscribe as the party did, when it did."""
        assert self._clients is not None
        content = record.content
        if record.kind == "subscribed" and content.active:
            outcome = await self._clients.subscribe(content.party, f"{content.party}/{content.filter}")
            assert outcome.accepted, (content, outcome)
        elif record.kind == "subscribed":
            await self._clients.unsubscribe(content.party, f"{content.party}/{content.filter}")
        elif record.kind == "end":
            await self.settle()

    async def settle(self) -> None:
        """Wait until nothing more comes."""
        for _ in range(200):
            before = {party: len(got) for party, got in self.got.items()}
            await asyncio.sleep(0.05)
            if before == {party: len(got) for party, got in self.got.items()}:
                return

    async def leave(self) -> None:
        assert self._clients is not None
        await self._clients.close()


def in_the_run(run: Path) -> Got:
    """Return what each party got in a run, and what the recorder of its replay is to get."""
    got: Got = {}
    said = {}
    for record in read(run):
        content = record.content
        if record.kind == "message":
            payload = encode(content.event)
            said[content.event.id] = payload
            for party in content.readers:
                got.setdefault(party, []).append((content.topic, payload))
                got.setdefault(RECORDER, []).append((f"{party}/{content.topic}", payload))
            got.setdefault(RECORDER, []).append((f"{RECORDER}/{content.topic}", payload))
        elif record.kind == "delivery" and content.how in ("late", "again"):
            got.setdefault(content.party, []).append((content.topic, said[content.event]))
            got.setdefault(RECORDER, []).append((f"{content.party}/{content.topic}", said[content.event]))
    return got


def replayed(run: Path, folder: Path, broker: str) -> tuple[Audience, Broadcast]:
    async def play() -> Broadcast:
        audience.got.clear()
        with Timeline(run, keep=False) as timeline:
            player = Player(timeline, asyncio.get_running_loop().time)
            options = BroadcastOptions(
                broker, folder, waits=False, on_open=audience.enter, on_record=audience.follow
            )
            try:
                return await broadcast(player, options, STARTED)
            finally:
                await audience.leave()

    audience = Audience(run)
    return audience, asyncio.run(play())


@pytest.mark.parametrize("broker", BROKERS)
@pytest.mark.parametrize("scenario", ["gaslek-keten", "vliegbasis"])
def test_every_party_gets_what_it_got_and_a_replay_of_it_is_the_same(
    played: Played, tmp_path: Path, broker: str, scenario: str
) -> None:
    run = played(scenario).folder
    expected = in_the_run(run)

    audience, result = replayed(run, tmp_path, broker)

    assert audience.got == expected
    assert (result.forbidden, result.lost, result.changed_profiles) == (0, 0, ())
    assert result.handed == sum(len(got) for party, got in expected.items() if party != RECORDER)
    assert result.root.startswith("beeld/replay-")
    assert audience.mode == 0o600
    assert not list(tmp_path.iterdir())  # the passwords are of no use any more
    again, _ = replayed(run, tmp_path, broker)
    assert again.got == audience.got
