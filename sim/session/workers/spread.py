"""A session whose parties are spread over workers: for the session a transport like any other, and who plays them.

Control and recorder stay here, and rights change here: the coordinator alone speaks to the broker about these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from brokers.adapter import Broker, BrokerError, Denial, Right
from sim.core.agents.acts import Publish, ReadClock, Stimulus
from sim.core.engine.engine import Turning
from sim.core.engine.exchange import Turn
from sim.core.engine.parties import Round, Stepped
from sim.core.messages.topics import parse
from sim.core.model.ids import PartyId
from sim.session.workers.channel import WORKERS
from sim.session.workers.frames import (
    Arrived,
    Deed,
    Done,
    Down,
    Fail,
    Filter,
    Healed,
    Losses,
    Order,
    Play,
    Played,
    Sending,
    Steady,
    Steps,
    Trade,
    Traded,
    Up,
)
from sim.session.workers.remote import Remote
from sim.transport.mqtt import MqttTransport
from sim.transport.port import CONTROL, RECORDER, Arrival, Outcome, Outgoing, TransportError
from sim.transport.root import add_root, root_of, rooted

_Found = TypeVar("_Found")


class Players(Protocol):
    """Who lets parties step, wherever they are."""

    async def play(self, asked: Round) -> Mapping[PartyId, Stepped]:
        """Return what the parties of a round did.

        Raises:
            TransportError: Somebody who plays them is gone.
        """
        ...


async def drive(turning: Turning, players: Players) -> Turn:
    """Carry a turn through, its parties stepping with their players; return it.

    Raises:
        TransportError: Somebody who plays them is gone.
    """
    stepped: Mapping[PartyId, Stepped] | None = None
    while True:
        try:
            asked = turning.send(stepped)
        except StopIteration as end:
            turn: Turn = end.value
            return turn
        stepped = await players.play(asked)


class Team(Protocol):
    """The workers of a run, who come when the session is opened."""

    async def assemble(
        self, parties: Sequence[PartyId], on_arrived: Callable[[Arrived], None], key: str
    ) -> Sequence[Remote]:
        """Return the workers once each of them has its parties connected.

        Raises:
            TransportError: One of them does not come, or cannot play.
        """
        ...

    async def dismiss(self) -> None:
        """Let everybody go; safe to call twice."""
        ...


class SpreadTransport:
    """Carries a session whose parties have their connections with workers.

    Args:
        own: The transport for control and recorder.
        broker: Gives and takes rights.
        run: The id of the run.
        team: The workers.

    Attributes:
        name: The name of the broker.
    """

    def __init__(self, own: MqttTransport, broker: Broker, run: str, team: Team) -> None:
        self.name = own.name
        self._own = own
        self._broker = broker
        self._root = root_of(run)
        self._team = team
        self._workers: Sequence[Remote] = ()
        self._of: dict[PartyId, Remote] = {}
        self._on_arrival: Callable[[Arrival], None] = _passed_over

    async def open(self, parties: Sequence[PartyId], on_arrival: Callable[[Arrival], None]) -> None:
        """Connect control and the recorder here, and each party with its worker.

        Raises:
            TransportError: A client could not connect, or a worker did not come.
        """
        self._on_arrival = on_arrival
        await self._own.open([], self._recorded)
        self._workers = await self._team.assemble(parties, self._arrived, self._own.key)
        self._of = {party: worker for worker in self._workers for party in worker.parties}

    async def close(self) -> None:
        """Disconnect everybody, and let the workers go; safe to call twice."""
        await self._team.dismiss()
        await self._own.close()

    def _recorded(self, arrival: Arrival) -> None:
        # On a server that stands, frames travel below the root too, and the recorder hears all of it.
        if not arrival.topic.startswith(f"{WORKERS}/"):
            self._on_arrival(arrival)

    def _arrived(self, arrived: Arrived) -> None:
        for topic, payload, parties in arrived.arrivals:
            for party in parties:
                self._on_arrival(Arrival(party, topic, payload))

    # -- steps -----------------------------------------------------------------------------------------

    async def play(self, asked: Round) -> Mapping[PartyId, Stepped]:
        """Return what the parties of a round did, with their workers.

        Raises:
            WorkerLost: A worker is gone, or answers what was not asked.
        """
        shares: dict[str, dict[PartyId, Sequence[Stimulus]]] = {}
        for party, inbox in asked.inboxes.items():
            shares.setdefault(self._worker(party).name, {})[party] = inbox
        busy = [worker for worker in self._workers if worker.name in shares]
        found = await _all(self._steps(worker, asked.at_ms, shares[worker.name]) for worker in busy)
        return {party: one for stepped in found for party, one in stepped.items()}

    async def _steps(
        self, worker: Remote, at_ms: int, inboxes: Mapping[PartyId, Sequence[Stimulus]]
    ) -> dict[PartyId, Stepped]:
        steps = await worker.ask(_play_order(at_ms, inboxes), Steps)
        wrong = _wrong_in(steps.played, list(inboxes))
        if wrong:
            worker.distrust(wrong)
            worker.check()
        return {one.party: Stepped(one.acts, one.engaged) for one in steps.played}

    # -- messages --------------------------------------------------------------------------------------

    async def subscribe(self, party: PartyId, topic_filter: str) -> Outcome:
        """Subscribe a party at QoS 1, without retained messages and without its own.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        if party in (CONTROL, RECORDER):
            return await self._own.subscribe(party, topic_filter)
        return await self._one_outcome(party, Filter(party, topic_filter, active=True))

    async def _one_outcome(self, party: PartyId, order: Order) -> Outcome:
        worker = self._worker(party)
        traded = await worker.ask(order, Traded)
        self._require_outcomes(worker, traded, 1)
        return traded.outcomes[0]

    @staticmethod
    def _require_outcomes(worker: Remote, traded: Traded, count: int) -> None:
        if len(traded.outcomes) != count:
            worker.distrust(f"{len(traded.outcomes)} outcomes of {count}")
            worker.check()

    async def unsubscribe(self, party: PartyId, topic_filter: str) -> None:
        """Give a subscription up; an unknown one is passed over.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        if party in (CONTROL, RECORDER):
            for worker in self._workers:
                worker.check()
            await self._own.unsubscribe(party, topic_filter)
            return
        await self._worker(party).ask(Filter(party, topic_filter, active=False), Done)

    async def publish(self, publications: Sequence[Outgoing]) -> list[Outcome]:
        """Publish at QoS 1, in the given order for each party, and return what became of each, in order.

        Raises:
            TransportError: A worker, the transport or its broker failed, or did not acknowledge in time.
        """
        own = [place for place, one in enumerate(publications) if one.party in (CONTROL, RECORDER)]
        shares: dict[str, list[int]] = {worker.name: [] for worker in self._workers}
        expected = dict.fromkeys(shares, 0)
        for place, one in enumerate(publications):
            if one.party not in (CONTROL, RECORDER):
                shares[self._worker(one.party).name].append(place)
            for reader in one.readers:
                expected[self._worker(reader).name] += 1
        outcomes: dict[int, Outcome] = {}

        async def by_worker(worker: Remote) -> None:
            places = shares[worker.name]
            sendings = tuple(_sending(publications[place]) for place in places)
            order = Trade(sendings, expected[worker.name])
            if not places:
                worker.check()
                worker.tell(order)
                return
            traded = await worker.ask(order, Traded)
            self._require_outcomes(worker, traded, len(places))
            outcomes.update(zip(places, traded.outcomes, strict=True))

        async def by_us() -> None:
            found = await self._own.publish([publications[place] for place in own])
            outcomes.update(zip(own, found, strict=True))

        busy = [worker for worker in self._workers if shares[worker.name] or expected[worker.name]]
        await _all([*(by_worker(worker) for worker in busy), *([by_us()] if own else [])])
        return [outcomes[place] for place in range(len(publications))]

    # -- rights ----------------------------------------------------------------------------------------

    async def grant(self, party: PartyId, grant: str, rights: Sequence[Right]) -> None:
        """Add rights (on relative patterns) at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, lambda: self._broker.grant(party, grant, rooted(self._root, rights)))

    async def revoke(self, party: PartyId, grant: str) -> None:
        """Take the rights of a grant away at the broker; return when enforced and the party is connected.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, lambda: self._broker.revoke(party, grant))

    async def withhold(self, party: PartyId, name: str, patterns: Sequence[str]) -> None:
        """Have the broker deny a party all that matches these filters; return when it does.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        rooted_patterns = [add_root(self._root, pattern) for pattern in patterns]
        await self._change(party, lambda: self._broker.withhold(party, name, rooted_patterns), withheld=True)

    async def give_back(self, party: PartyId, name: str) -> None:
        """Have the broker deny a party no longer what was withheld under this name.

        Raises:
            TransportError: The broker refuses, or the party does not come back.
        """
        await self._change(party, lambda: self._broker.give_back(party, name), given_back=True)

    async def _change(
        self,
        party: PartyId,
        change: Callable[[], Awaitable[None]],
        *,
        withheld: bool = False,
        given_back: bool = False,
    ) -> None:
        worker = self._worker(party)
        steady = await worker.ask(Steady(party, withheld), Losses)
        try:
            await change()
        except BrokerError as error:
            raise TransportError(f"{self.name}: {error}") from error
        await worker.ask(Healed(party, steady.losses, given_back), Done)

    # -- outages ---------------------------------------------------------------------------------------

    async def kill(self) -> None:
        """Kill the broker, or bury one that died; nobody is connected any more, nor comes back before `restart`."""
        order = Down(self._own.is_gone())
        await _all(worker.ask(order, Done) for worker in self._workers)
        await self._own.kill()

    async def restart(self) -> None:
        """Start the broker again, and return when everybody is back with the subscriptions it had.

        Raises:
            TransportError: The broker does not start, or somebody does not come back.
        """
        await self._own.restart()
        await _all(worker.ask(Up(), Done) for worker in self._workers)

    def is_gone(self) -> bool:
        """Say whether the broker does not run any more, though nobody killed or stopped it here."""
        return self._own.is_gone()

    async def part(self, party: PartyId) -> None:
        """Break a party's connection, and keep it away; its session at the broker goes on.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        await self._fail(party, "part")

    async def rejoin(self, party: PartyId, *, anew: bool) -> None:
        """Let a party come back, to its session or ``anew`` to a new one with the subscriptions that it had.

        Raises:
            TransportError: It does not come back.
        """
        await self._fail(party, "rejoin-anew" if anew else "rejoin")

    async def answer_late(self, party: PartyId, *, late: bool) -> None:
        """Have a party's client acknowledge a delivery only when it comes again, or as it comes once more.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        await self._fail(party, "answer-late" if late else "answer-at-once")

    async def drop(self, party: PartyId) -> None:
        """Break a party's connection; it comes back by itself, to its session.

        Raises:
            TransportError: A worker, the transport or its broker failed.
        """
        await self._fail(party, "drop")

    async def _fail(self, party: PartyId, deed: Deed) -> None:
        await self._worker(party).ask(Fail(party, deed), Done)

    # -- what happened ---------------------------------------------------------------------------------

    def take_denials(self) -> list[Denial]:
        """Return what the broker refused to clients that are not ours, since the last call."""
        return [one for one in self._own.take_denials() if not one.topic.startswith(f"{WORKERS}/")]

    def take_connection_events(self) -> list[str]:
        """Return what happened to connections since the last call, here and with workers."""
        events = self._own.take_connection_events()
        for worker in self._workers:
            events += worker.events
            worker.events.clear()
        return events

    def _worker(self, party: PartyId) -> Remote:
        worker = self._of.get(party)
        if worker is None:
            raise TransportError(f"{self.name}: no client for {party!r}; parties are given to open()")
        return worker


async def _all(steps: Iterable[Awaitable[_Found]]) -> list[_Found]:
    """Do all of this at once, to the end of each; raise what the first raised, if one did."""
    found = await asyncio.gather(*steps, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return [one for one in found if not isinstance(one, BaseException)]


def _play_order(at_ms: int, inboxes: Mapping[PartyId, Sequence[Stimulus]]) -> Play:
    """Return the order for a round, in which what many read stands once."""
    stimuli: list[Stimulus] = []
    places: dict[int, int] = {}
    filled: list[tuple[PartyId, tuple[int, ...]]] = []
    for party, inbox in inboxes.items():
        found = []
        for stimulus in inbox:
            place = places.setdefault(id(stimulus), len(stimuli))
            if place == len(stimuli):
                stimuli.append(stimulus)
            found.append(place)
        filled.append((party, tuple(found)))
    return Play(at_ms, tuple(stimuli), tuple(filled))


def _wrong_in(played: Sequence[Played], asked: Sequence[PartyId]) -> str:
    """Return what is wrong in the answer to a round; "" when nothing is."""
    found = [one.party for one in played]
    if found != list(asked):
        return (
            f"the steps of {', '.join(found) or 'nobody'}, where those of {', '.join(asked)} were asked for"
        )
    for one in played:
        for act in one.acts:
            said = act.otherwise if isinstance(act, ReadClock) else act
            if isinstance(said, Publish) and parse(said.topic) is None:
                return f"a message of {one.party} on {said.topic!r}, which has no known shape"
    return ""


def _sending(one: Outgoing) -> Sending:
    return Sending(one.party, one.topic, one.payload, one.retain)


def _passed_over(_arrival: Arrival) -> None:
    """Take a delivery that comes to nobody."""
