"""A replay to a broker gives every party what it got in the run, in the same order, and no more than it may read."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from brokers.adapter import Account, Endpoint
from sim.core.messages.codec import encode
from sim.core.model.time import HOUR_MS
from sim.core.records.record import Record
from sim.replay.broadcast import Broadcast, BroadcastOptions, Stage, broadcast
from sim.replay.player import Player
from sim.replay.timeline import Timeline
from sim.runlog.errors import RunLogError
from sim.runlog.reader import read
from sim.transport.clients import MqttClients
from sim.transport.port import RECORDER, Arrival, Outgoing
from tests.integration.command import MOSQUITTO_MARKS
from tests.integration.test_outages import run as play_run
from tests.integration.test_outages import with_outages
from tests.played import Played
from tests.written import write_run

pytestmark = pytest.mark.slow

BROKERS = [
    pytest.param("embedded"),
    pytest.param("mosquitto", marks=MOSQUITTO_MARKS),
]
STARTED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

OUTAGES = (
    'type = "slow-link"\nfrom = "T+00:20:00"\nuntil = "T+01:00:00"\ndelay = ["2s", "90s"]\nparties = ["vr24", "wl"]',
    'type = "partition"\nfrom = "T+01:10:00"\nuntil = "T+01:30:00"\nparties = ["vr24"]',
    'type = "duplicates"\nfrom = "T+01:40:00"\nuntil = "T+02:50:00"',
)

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


@pytest.mark.parametrize("broker", BROKERS)
def test_what_came_late_or_twice_comes_so_again_and_what_never_came_does_not(
    tmp_path: Path, broker: str
) -> None:
    run = tmp_path / "run"
    play_run(with_outages(tmp_path, OUTAGES), run, "memory")
    ways = {record.content.how for record in read(run) if record.kind == "delivery"}

    audience, result = replayed(run, tmp_path, broker)

    assert "late" in ways
    assert audience.got == in_the_run(run)
    assert result.forbidden == 0


class Prying(Audience):
    """Somebody with the account of a partner that is let in later, who tries to read and write before and after."""

    def __init__(self, run: Path) -> None:
        super().__init__(run)
        granted = [record for record in read(run) if record.kind == "rights"]
        self.rights = granted[0].content
        self.tried: list[tuple[str, bool]] = []
        self._changed_ms = 0

    async def follow(self, record: Record) -> None:
        assert self._clients is not None
        party, activity = self.rights.party, self.rights.activity
        if record.kind == "rights" and record.content.party == party:
            self.tried.append((record.content.change, await self._may_read(f"{party}/activity/{activity}")))
            self._changed_ms = record.at_ms
        elif self.tried and len(self.tried) in (1, 3) and record.at_ms > self._changed_ms:
            self.tried.append(("later", await self._may_read(f"{party}/activity/{activity}")))
            other = next(one for one in self._clients._accounts if one not in (party, RECORDER))
            self.tried.append(("other", await self._may_read(f"{other}/activity/{activity}")))
            wrote = await self._clients.publish([Outgoing(party, f"{party}/receipt/{party}", b"{}")])
            self.tried.append(("write", wrote[0].accepted))

    async def _may_read(self, topics: str) -> bool:
        assert self._clients is not None
        outcome = await self._clients.subscribe(self.rights.party, f"{topics}/decision/#")
        await self._clients.unsubscribe(self.rights.party, f"{topics}/decision/#")
        return outcome.accepted


def test_a_party_reads_from_when_it_was_let_in_never_as_another_and_writes_nothing(
    played: Played, tmp_path: Path
) -> None:
    run = played("duinbrand").folder
    prying = Prying(run)

    async def play() -> None:
        with Timeline(run, keep=False) as timeline:
            player = Player(timeline, asyncio.get_running_loop().time)
            options = BroadcastOptions(
                "embedded", tmp_path, waits=False, on_open=prying.enter, on_record=prying.follow
            )
            await broadcast(player, options, STARTED)
            await prying.leave()

    asyncio.run(play())
    assert prying.rights.bundle == "activity-reader"
    assert prying.tried[:4] == [("granted", False), ("later", True), ("other", False), ("write", False)]


def test_a_replay_from_the_middle_gives_the_rest_and_the_rights_of_then(
    played: Played, tmp_path: Path
) -> None:
    run = played("duinbrand").folder
    handed: list[int] = []

    async def note(record: Record) -> None:
        handed.append(record.seq)

    async def play() -> Broadcast:
        with Timeline(run, keep=False) as timeline:
            first = timeline.seqs("rights")[0]
            timeline.seek_seq(first)
            player = Player(timeline, asyncio.get_running_loop().time, 1_000, timeline.scene.at_ms + HOUR_MS)
            options = BroadcastOptions("embedded", tmp_path, waits=False, on_record=note)
            result = await broadcast(player, options, STARTED)
            assert handed == list(range(first + 1, timeline.scene.seq + 1))
            return result

    result = asyncio.run(play())
    assert result.records == len(handed) > 0
    assert result.forbidden == 0


def test_at_a_speed_the_replay_keeps_to_its_deadlines(played: Played, tmp_path: Path) -> None:
    run = played("gaslek-keten").folder

    async def play() -> Player:
        with Timeline(run, keep=False) as timeline:
            player = Player(timeline, asyncio.get_running_loop().time, 1_000, until_ms=HOUR_MS // 4)
            await broadcast(player, BroadcastOptions("embedded", tmp_path), STARTED)
            return player

    player = asyncio.run(play())
    assert player.is_over
    assert player.lateness.moments > 0


def test_a_run_with_a_profile_that_does_not_come_with_the_product_is_refused_by_name(
    played: Played, tmp_path: Path
) -> None:
    records = list(read(played("gaslek-keten").folder))
    opening = records[0].content
    party = msgspec.structs.replace(opening.parties[0], profile="own-invention")
    records[0] = msgspec.structs.replace(
        records[0], content=msgspec.structs.replace(opening, parties=(party, *opening.parties[1:]))
    )
    run = write_run(tmp_path / "run", records)

    async def play() -> None:
        with Timeline(run, keep=False) as timeline:
            player = Player(timeline, asyncio.get_running_loop().time)
            await broadcast(player, BroadcastOptions("embedded", tmp_path), STARTED)

    with pytest.raises(RunLogError, match=r"profile: expected one of .* found 'own-invention' in the log"):
        asyncio.run(play())
