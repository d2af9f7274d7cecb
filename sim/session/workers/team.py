"""The workers of one run, from the coordinator's side: called, engaged, watched, and let go."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from brokers.adapter import Account, Action, Broker, Endpoint, Right
from brokers.embedded import EmbeddedBroker
from sim.core.engine.cast import Cast
from sim.core.model.ids import PartyId
from sim.diagnostics import get_logger
from sim.runlog.manifest import versions
from sim.session.workers.casting import digest_of, encode_cast
from sim.session.workers.channel import Channel, down_topic, up_topic
from sim.session.workers.frames import Arrived, Beat, Done, Engage, Leave, decode_report
from sim.session.workers.membership import Membership
from sim.session.workers.processes import MODULE, Process
from sim.session.workers.remote import Remote, WorkerLost
from sim.session.workers.standin import History, StandIn
from sim.transport.clients import MqttClients
from sim.transport.memory import MemoryTransport
from sim.transport.port import CONTROL, TransportError
from sim.transport.root import root_of, rooted, worker_name

_diagnostics = get_logger()

WORKERS_MAX: Final = 64
"""Workers of one run: more than there are cores to use, and few enough to count."""

BEAT_S: Final = 5.0
"""How often both ends are heard, at least (s of wall time)."""

SILENCE_S: Final = 30.0
"""After how long a silence the other end counts as gone (s of wall time)."""

START_S: Final = 60.0
"""How long a worker on this machine may take to say that it is there (s of wall time)."""

JOIN_S: Final = 900.0
"""How long is waited for a worker from elsewhere (s of wall time): somebody walks to another machine."""

_PASSWORD_BYTES: Final = 24


def worker_names(count: int) -> tuple[str, ...]:
    """Return the names of so many workers, which are their accounts: no party may have one."""
    return tuple(worker_name(number) for number in range(1, count + 1))


@dataclass(frozen=True, slots=True)
class Spreading:
    """How the parties of a run are spread.

    Attributes:
        cast: Who they are.
        seed: Seed of all chance.
        local: How many workers are started here.
        joining: How many are waited for from elsewhere.
        on_joining: Called with what somebody needs to start one elsewhere, before it is waited for.
        module: The Python module that is a worker here.
        takes_over: Whether the parties of a worker that is gone are taken over.
    """

    cast: Cast
    seed: int
    local: int
    joining: int = 0
    on_joining: Callable[[Sequence[Membership]], None] = lambda _memberships: None
    module: str = MODULE
    takes_over: bool = False

    @property
    def count(self) -> int:
        """Return how many workers there are."""
        return self.local + self.joining

    def accounts(self, run: str) -> list[Account]:
        """Return an account for each worker, with a fresh password: it reads its orders and writes its reports."""
        root = root_of(run)
        return [
            Account(
                name,
                secrets.token_urlsafe(_PASSWORD_BYTES),
                rooted(root, (Right(Action.READ, down_topic(name)), Right(Action.PUBLISH, up_topic(name)))),
                lasting=True,
            )
            for name in worker_names(self.count)
        ]


def control_rights() -> tuple[Right, ...]:
    """Return what control may do more when there are workers: hear them."""
    return (Right(Action.READ, up_topic("+")),)


def with_workers(accounts: Sequence[Account], run: str) -> tuple[Account, ...]:
    """Return the accounts of a run in which control hears workers, and stays when an outage shuts the others out."""
    more = rooted(root_of(run), control_rights())
    return tuple(
        replace(one, rights=(*one.rights, *more), lasting=True) if one.username == CONTROL else one
        for one in accounts
    )


@dataclass(frozen=True, slots=True)
class Site:
    """Where a team works.

    Attributes:
        broker: The broker of the parties.
        endpoint: Where it listens.
        accounts: The accounts of the parties and of control, with passwords.
        run: The id of the run.
        shared: The workers' accounts at that broker, where frames travel over it too; None where they travel over a
            broker of their own, so that an outage of the exchange leaves them alone.
    """

    broker: Broker
    endpoint: Endpoint
    accounts: Sequence[Account]
    run: str
    shared: Sequence[Account] | None = None


class WorkerTeam:
    """The workers of one run.

    Args:
        spreading: How many there are, and what they play.
        site: Where.
    """

    def __init__(self, spreading: Spreading, site: Site) -> None:
        self._spreading = spreading
        self._site = site
        self._line: EmbeddedBroker | None = None
        self._channel: Channel | None = None
        self._remotes: dict[str, Remote] = {}
        self._reporting: dict[str, Remote] = {}
        self._processes: dict[str, Process] = {}
        self._watches: list[asyncio.Task[None]] = []

    async def assemble(
        self, parties: Sequence[PartyId], on_arrived: Callable[[Arrived], None], key: str
    ) -> Sequence[Remote]:
        """Return the workers once each of them has its parties connected.

        Raises:
            TransportError: One of them does not come, or cannot play.
        """
        accounts, endpoint = await self._open_line()
        names = worker_names(self._spreading.count)
        channel = self._channel
        assert channel is not None, "the line is open"
        for number, name in enumerate(names):
            share = sorted(parties)[number :: len(names)]
            send = partial(channel.send, down_topic(name))
            history = History() if self._spreading.takes_over else None
            remote = Remote(name, share, send, on_arrived, history)
            self._remotes[name] = self._reporting[up_topic(name)] = remote
        await channel.open(list(self._reporting), self._take, self._broken)
        for account in accounts[: self._spreading.local]:
            await self._start(account, endpoint)
        self._call_for(accounts[self._spreading.local :], endpoint)
        self._watches.append(asyncio.create_task(self._beat(), name="workers' beat"))
        await self._gather()
        cast = encode_cast(self._spreading.cast)
        engaged = [self._engage(remote, key, cast) for remote in self._remotes.values()]
        for found in await asyncio.gather(*engaged, return_exceptions=True):
            if isinstance(found, BaseException):
                raise found
        return tuple(self._remotes.values())

    async def _open_line(self) -> tuple[Sequence[Account], Endpoint]:
        """Open the coordinator's end; return the workers' accounts, and where they connect."""
        site = self._site
        if site.shared is not None:
            control = next(account for account in site.accounts if account.username == CONTROL)
            line = MqttClients(site.broker.name, site.broker.running, site.endpoint, [control], site.run)
            self._channel = Channel(line, CONTROL)
            return site.shared, site.endpoint
        accounts = self._spreading.accounts(site.run)
        rights = rooted(root_of(site.run), (*control_rights(), Right(Action.PUBLISH, "control/#")))
        control = Account(CONTROL, secrets.token_urlsafe(_PASSWORD_BYTES), rights)
        self._line = EmbeddedBroker()
        endpoint = await self._line.start([control, *accounts])
        # The broker of the line is in this process: no need for a connection to oneself.
        here = MemoryTransport([control], site.run, router=self._line.router, ours=())
        self._channel = Channel(here, CONTROL)
        return accounts, endpoint

    async def _start(self, account: Account, endpoint: Endpoint) -> None:
        membership = Membership(account.username, self._site.run, endpoint, account.password)
        process = await Process.start(
            self._spreading.module, membership.worker, endpoint, membership.run, account.password
        )
        self._processes[account.username] = process
        remote = self._remotes[account.username]

        async def watch() -> None:
            remote.lose(f"its process {await process.ended()}")

        self._watches.append(asyncio.create_task(watch(), name=f"watch {remote.name}"))

    def _call_for(self, accounts: Sequence[Account], endpoint: Endpoint) -> None:
        if accounts:
            run = self._site.run
            self._spreading.on_joining(
                [Membership(one.username, run, endpoint, one.password) for one in accounts]
            )

    async def _gather(self) -> None:
        """Wait until every worker has said that it is there."""
        for number, remote in enumerate(self._remotes.values()):
            patience_s = START_S if number < self._spreading.local else JOIN_S
            try:
                await asyncio.wait_for(asyncio.shield(remote.here), patience_s)
            except TimeoutError:
                remote.lose(f"it did not come within {patience_s:g} s")
            remote.check()

    async def _engage(self, remote: Remote, key: str, cast: bytes) -> None:
        site, spreading = self._site, self._spreading
        passwords = {account.username: account.password for account in site.accounts}
        order = Engage(
            cast=cast,
            digest=digest_of(cast),
            versions=versions(),
            seed=spreading.seed,
            passwords={party: passwords[party] for party in remote.parties},
            server=None if site.shared is not None else (site.endpoint.host, site.endpoint.port),
            prefix=site.endpoint.prefix,
            run=site.run,
            key=key,
            broker=site.broker.name,
            nodes=site.endpoint.nodes,
            homes={party: home for party, home in site.endpoint.homes.items() if party in remote.parties},
            beat_s=BEAT_S,
        )
        remote.engaged = order
        await remote.ask(order, Done)
        _diagnostics.info("worker engaged", worker=remote.name, parties=len(remote.parties))

    async def take_over(self, gone: Remote, on_arrived: Callable[[Arrived], None]) -> StandIn:
        """Return what takes the place of a worker that is gone.

        Raises:
            WorkerLost: Nobody takes its place in this run.
            TransportError: One of its parties cannot connect.
        """
        if gone.history is None or gone.engaged is None or not gone.is_trusted:
            raise WorkerLost(gone.told())
        if gone.name in self._processes:  # it may live, and only be silent
            await self._processes[gone.name].kill()
        _diagnostics.error("a worker is gone; its parties are taken over", worker=gone.name, why=gone.lost)
        return await StandIn.of(gone.name, gone.engaged, gone.history, self._site.endpoint, on_arrived)

    def _take(self, topic: str, frame: bytes) -> None:
        remote = self._reporting[topic]
        if not remote.lost:
            remote.take(decode_report(frame))

    def _broken(self, topic: str, error: Exception) -> None:
        if topic:
            self._reporting[topic].distrust(f"what cannot be taken: {error}")
            return
        for remote in self._remotes.values():
            remote.lose(f"the line to it is gone: {error}")

    async def _beat(self) -> None:
        loop, channel = asyncio.get_running_loop(), self._channel
        assert channel is not None, "the line is open"
        while True:
            began_s = loop.time()
            await asyncio.sleep(BEAT_S)
            deaf_s = loop.time() - began_s - BEAT_S  # while nobody listened here nobody could be heard
            for remote in self._remotes.values():
                if not remote.here.done():
                    continue
                remote.tell(Beat())
                silent_s = loop.time() - channel.heard_s.get(up_topic(remote.name), loop.time()) - deaf_s
                if silent_s > SILENCE_S:
                    remote.lose(f"nothing was heard of it for {silent_s:.0f} s")

    async def dismiss(self) -> None:
        """Let everybody go; safe to call twice."""
        watches, self._watches = self._watches, []
        for watch in watches:
            watch.cancel()
        if watches:
            await asyncio.wait(watches)
        channel, self._channel = self._channel, None
        if channel is not None:
            leaving = [remote.ask(Leave(), Done) for remote in self._remotes.values() if remote.here.done()]
            await _in_time(leaving)
            await channel.close()
        processes, self._processes = self._processes, {}
        await asyncio.gather(*(process.stop() for process in processes.values()))
        line, self._line = self._line, None
        if line is not None:
            await line.stop()


LEAVE_S: Final = 5.0
"""How long workers may take to let go of their connections (s of wall time)."""


async def _in_time(leaving: Sequence[object]) -> None:
    """Wait until workers have left, but not long."""
    tasks = [asyncio.ensure_future(one) for one in leaving]  # type: ignore[call-overload]
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=LEAVE_S)
    for task in late:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception) and not isinstance(result, TransportError):
            raise result
