"""Replays a run to a broker, so that any MQTT 5 client sees the exercise again, as the party that it logs in as.

Below the root of the replay, ``beeld/replay-.../``, each party has topics of its own (:mod:`sim.replay.handing`). One
client publishes; the accounts of parties can read and no more. A last one, the recorder, reads all of it, and has each
message once below a level of its own.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from brokers.adapter import Account, Action, Broker, Right
from sim.core.messages.codec import encode
from sim.core.model.ids import ID_CHARACTERS_MAX
from sim.core.model.profile import Profile
from sim.core.records.kinds import Message, Opening
from sim.core.records.record import Record
from sim.files.places import profiles_folder
from sim.files.problems import Problems
from sim.files.profiles import read_profiles
from sim.replay.handing import Change, Hander, Handing, lost_in
from sim.replay.player import Player
from sim.replay.timeline import Timeline
from sim.runlog.disk import disk_errors
from sim.runlog.errors import RunLogError
from sim.transport.choice import BROKERS, broker_of
from sim.transport.clients import MqttClients
from sim.transport.credentials import write_credentials
from sim.transport.port import CONTROL, RECORDER, Outgoing, TransportError
from sim.transport.root import add_root, root_of

MARK: Final = "replay"
"""What the root of every replay begins with, after the name of the product."""

CREDENTIALS_SUFFIX: Final = ".credentials.json"
"""End of the name of the file with the passwords; before it stands the id of the replay."""

LOOK_S: Final = 0.1
"""Longest wait without a look at what was asked of the player."""

_PASSWORD_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Broadcast:
    """What came of a replay to a broker.

    Attributes:
        root: What its topics begin with.
        records: Records that were replayed.
        handed: Deliveries, as the run had them.
        forbidden: Deliveries of the run that the profiles do not let a party read: not handed again.
        lost: Deliveries that were lost in the run: not handed again.
        changed_profiles: Files of profiles that are not those of the run, in order.
    """

    root: str
    records: int
    handed: int
    forbidden: int
    lost: int
    changed_profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A replay that can be joined: where, below which root, and where the passwords stand."""

    host: str
    port: int
    root: str
    credentials: Path


@dataclass(frozen=True, slots=True)
class BroadcastOptions:
    """How to replay to a broker.

    Attributes:
        broker: Name of a broker, or address of a server that runs already.
        folder: Where the credentials go.
        keys: The keys of the administrator of such a server; None looks where they mostly are.
        waits: Whether to keep to the speed of the player; else as fast as it goes.
        on_open: Called when clients can log in, and waited for.
        on_record: Called after each record, and waited for.
    """

    broker: str
    folder: Path
    keys: Path | None = None
    waits: bool = True
    on_open: Callable[[Stage], Awaitable[None]] | None = None
    on_record: Callable[[Record], Awaitable[None]] | None = None


def replay_name(run: str, started: datetime) -> str:
    """Return the id of a replay: its mark, when it was started, and the run as far as there is room.

    >>> replay_name("limburg-hoogwater-7-20260101t000000000", datetime(2026, 11, 2, 9, 0))
    'replay-20261102t090000000-limburg-hoogwater-7-20260101t000000000'
    """
    stamp = started.strftime("%Y%m%dt%H%M%S") + f"{started.microsecond // 1000:03d}"
    return f"{MARK}-{stamp}-{run}"[:ID_CHARACTERS_MAX].rstrip("-")


async def broadcast(player: Player, options: BroadcastOptions, started: datetime) -> Broadcast:
    """Replay what a player has before it to a broker, and say what came of it.

    Rights that changed before the moment at which the player stands are given first.

    Raises:
        BrokerError: The broker cannot be started or used here.
        TransportError: It failed meanwhile.
        RunLogError: The log is bad, or the run has a profile that does not come with the product.
    """
    timeline = player.timeline
    profiles, hashes = _profiles()
    opening: Opening = timeline.record(0).content
    hander = _hander(timeline, opening, profiles)
    name = replay_name(timeline.log.manifest.run, started)
    root = root_of(name)
    accounts = _accounts(hander, [entry.id for entry in opening.parties], root)
    broker = broker_of(options.broker, name, options.keys, BROKERS)
    path = options.folder / f"{name}{CREDENTIALS_SUFFIX}"
    try:
        endpoint = await broker.start(accounts)
        outside = [account for account in accounts if account.username != CONTROL]
        roots = {"roots": {account.username: f"{root}{account.username}/" for account in outside}}
        with disk_errors(path):
            write_credentials(path, endpoint, outside, root, roots)
        clients = MqttClients(broker.name, broker.running, endpoint, accounts, name, ours=(CONTROL,))
        try:
            await clients.open((), lambda _arrival: None)
            stage = _Stage(broker, clients, hander, root, options)
            await stage.catch_up(timeline)
            if options.on_open is not None:
                await options.on_open(Stage(endpoint.host, endpoint.port, root, path))
            await stage.play(player)
        finally:
            await clients.close()
    finally:
        path.unlink(missing_ok=True)
        await broker.stop()
    changed = _changed_files(opening, hashes)
    return Broadcast(root, stage.records, stage.handed, hander.forbidden, hander.lost_again, changed)


def _hander(timeline: Timeline, opening: Opening, profiles: Mapping[str, Profile]) -> Hander:
    lost = lost_in(map(timeline.record, timeline.seqs("lost")))
    held_back = [timeline.record(seq).content.event for seq in timeline.seqs("delivery")]
    try:
        return Hander(opening, profiles, lost, held_back)
    except ValueError as error:
        raise RunLogError(f"{timeline.log.folder}: {error}") from error


def _changed_files(opening: Opening, hashes: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files of profiles that are no longer those of the run."""
    used = {file: digest for file, digest in opening.inputs.items() if file.startswith("profiles/")}
    return tuple(sorted(file for file, digest in used.items() if hashes.get(file) != digest))


class _Stage:
    def __init__(
        self, broker: Broker, clients: MqttClients, hander: Hander, root: str, options: BroadcastOptions
    ) -> None:
        self._broker, self._clients, self._hander, self._root = broker, clients, hander, root
        self._options = options
        self._changes: list[Change] = []
        self._changed_ms = -1
        self.records = self.handed = 0

    async def catch_up(self, timeline: Timeline) -> None:
        """Give the rights that were given before the moment of the timeline; remember what is still to come late."""
        if self._hander.remembers:
            for record in timeline.before():
                self._hander.remember(record)
        for seq in timeline.scene.seqs("rights"):
            self._note(timeline.record(seq))
        await self._enforce()

    async def play(self, player: Player) -> None:
        """Replay all that is left, at the speed of the player or as fast as it goes."""
        if self._options.waits:
            player.play()
        while not player.is_over:
            if not self._options.waits:
                await self._moment(player.step_event())
                continue
            wait_s = player.wait_s()
            await asyncio.sleep(LOOK_S if wait_s is None else min(wait_s, LOOK_S))
            for moment in player.due():
                await self._moment(moment)
        await self._enforce()

    async def _moment(self, records: Sequence[Record]) -> None:
        """Replay the records of a moment; rights that changed in it hold from the next one on, as they did."""
        await self._enforce()
        for record in records:
            handings = self._hander.take(record)
            await self._publish(record, handings)
            self._note(record)
            self.records += 1
            if self._options.on_record is not None:
                await self._options.on_record(record)

    async def _publish(self, record: Record, handings: Sequence[Handing]) -> None:
        outgoing = [
            Outgoing(CONTROL, f"{one.party}/{one.topic}", one.payload, one.retain) for one in handings
        ]
        if isinstance(record.content, Message):
            message = record.content
            seen = Outgoing(CONTROL, f"{RECORDER}/{message.topic}", encode(message.event))
            outgoing.append(seen)
        if not outgoing:
            return
        for outcome in await self._clients.publish(outgoing):
            if not outcome.accepted:
                raise TransportError(f"{self._clients.name}: refused what is replayed: {outcome.reason_code}")
        self.handed += len(handings)

    def _note(self, record: Record) -> None:
        change = self._hander.change(record)
        if change is not None:
            self._changes.append(change)

    async def _enforce(self) -> None:
        changes, self._changes = self._changes, []
        for change in changes:
            if change.patterns:
                rights = _read(self._root, change.party, change.patterns)
                await self._broker.grant(change.party, change.name, rights)
            else:
                await self._broker.revoke(change.party, change.name)


def _accounts(hander: Hander, parties: Sequence[str], root: str) -> list[Account]:
    accounts = [Account(party, _password(), _read(root, party, hander.reads(party))) for party in parties]
    accounts.append(Account(CONTROL, _password(), (Right(Action.PUBLISH, add_root(root, "#")),)))
    accounts.append(Account(RECORDER, _password(), (Right(Action.READ, add_root(root, "#")),)))
    return accounts


def _read(root: str, party: str, patterns: Sequence[str]) -> tuple[Right, ...]:
    return tuple(Right(Action.READ, add_root(root, f"{party}/{pattern}")) for pattern in patterns)


def _password() -> str:
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _profiles() -> tuple[dict[str, Profile], dict[str, str]]:
    problems = Problems()
    found = read_profiles(profiles_folder(), problems)
    problems.raise_errors()
    return dict(found.by_id), dict(found.hashes)
