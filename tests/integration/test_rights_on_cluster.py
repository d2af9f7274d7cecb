"""Every party, every shape of topic, reading and writing, on a cluster of RabbitMQ: as `test_rights_conformance.py`.

A refusal costs a connection there, so not each of hundreds of thousands is fetched over the wire. Every decision is
asked of a node's own function, by which it decides on each PUBLISH and SUBSCRIBE. Over the wire comes every publication
that is allowed, every subscription that a rule gives, one refused publication and subscription of each party and shape,
and who receives what is published on every topic, whole: before, during and after all grants.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import pytest

from brokers.adapter import Endpoint
from brokers.rabbitmq import RabbitMQBroker
from brokers.rabbitmq.cluster import NODES
from sim.core.messages.topics import Shape
from sim.core.model.profile import Action as Wanted
from sim.core.world.scenario import Scenario
from sim.files.scenario.loading import load_scenario
from tests.integration.conformance import ELSEWHERE, FILTERS_ELSEWHERE
from tests.integration.deciding import Case, decide
from tests.integration.plain_client import REFUSAL, Client
from tests.integration.test_rights_conformance import (
    AFTER_MS,
    BEFORE_MS,
    DEMO,
    DURING_MS,
    OTHERS,
    PAGE,
    ROOT,
    WITNESS,
    Bench,
    accounts_of,
    for_all,
)
from tests.nodes import CLUSTER_MARKS, broker_on_nodes

pytestmark = [*CLUSTER_MARKS, pytest.mark.timeout(900)]

SMALL = "gaslek-keten"
WORDS = frozenset(part for shape in Shape for part in shape.split("/") if not part.startswith("{"))


class CutOffClient(Client):
    """A plain client that comes back when it was cut off for what it asked, and does not ask it again."""

    def is_refused(self, topic: str, payload: bytes) -> bool:
        """Publish once, and say whether the connection was closed for it, or the answer was a refusal."""
        mid = self._client.publish(topic, payload, qos=1).mid
        self._wait(lambda: mid in self._codes or not self._connected, f"an answer about {topic}")
        if mid in self._codes:
            return self._codes.pop(mid)[0] >= REFUSAL
        self._client._out_messages.clear()
        self.reconnect_after_cut()
        return True

    def is_unreadable(self, topic_filter: str) -> bool:
        """Subscribe once, and say whether that was refused."""
        _, mid = self._client.subscribe(topic_filter, qos=1)
        assert mid is not None
        self._wait(lambda: mid in self._codes or not self._connected, f"an answer about {topic_filter}")
        refused = self._codes.pop(mid, [REFUSAL])[0] >= REFUSAL
        if refused:
            self.reconnect_after_cut()
        return refused


class ClusterBench(Bench):
    """A cluster, a client for each party at a node of its own, and the table that all of it is held against."""

    def __init__(self, scenario: Scenario, broker: RabbitMQBroker) -> None:
        super().__init__(scenario, broker)
        self.decided = 0
        self.refused_on_the_wire = 0

    def client(self, party: str) -> CutOffClient:
        """Return the client of a party."""
        client = self.clients[party]
        assert isinstance(client, CutOffClient)
        return client

    def ask(self, parties: Iterable[str], at_ms: int, node: int) -> None:
        """Ask a node of every topic and filter of these parties."""
        assert isinstance(self.broker, RabbitMQBroker)
        asked: list[tuple[Case, bool]] = []
        for party in parties:
            cases = self.cases[party]
            for topic in cases.topics:
                allowed = self.table.decide(party, at_ms, Wanted.PUBLISH, topic).allowed
                asked.append(((party, "write", ROOT + topic), allowed))
            for each in cases.filters:
                allowed = self.table.decide_subscription(party, at_ms, each).allowed
                asked.append(((party, "read", ROOT + each), allowed))
            asked += [((party, "write", topic), False) for topic in ELSEWHERE]
            asked += [((party, "read", each), False) for each in FILTERS_ELSEWHERE]
        found = decide(self.broker.cluster, node, [case for case, _ in asked])
        for (case, expected), said in zip(asked, found, strict=True):
            self.judge(f"{at_ms}: node {node + 1} decides {case}", expected=expected, found=said)
        self.decided += len(asked)

    def try_to_write(self, party: str, at_ms: int) -> None:
        """Publish on every topic that a party may write, and on one of each shape that it may not."""
        payload = f"write {party} {at_ms}".encode()
        may: list[str] = []
        may_not: list[str] = []
        for topic in self.cases[party].topics:
            allowed = self.table.decide(party, at_ms, Wanted.PUBLISH, topic).allowed
            (may if allowed else may_not).append(topic)
        codes = self.clients[party].publish([ROOT + topic for topic in may], payload)
        for topic, code in zip(may, codes, strict=True):
            self.judge(f"{at_ms}: {party} PUBACK {topic}", expected=True, found=code < REFUSAL)
        for topic in one_of_each_shape(may_not):
            refused = self.client(party).is_refused(ROOT + topic, payload)
            self.judge(f"{at_ms}: {party} PUBLISH {topic}", expected=False, found=not refused)
            self.refused_on_the_wire += 1
        self._flush(WITNESS, f"wrote {party} {at_ms}".encode(), ROOT + "flush")
        seen = self.clients[WITNESS].received_with(payload)
        assert seen == {ROOT + topic for topic in may}, f"{party} wrote other topics than it may"

    def try_to_subscribe(self, party: str, at_ms: int) -> None:
        """Subscribe to what the rules give a party, and to one filter of each shape that it may not read."""
        may = self.readable(party, at_ms)
        for each, code in zip(may, self.clients[party].subscribe([ROOT + each for each in may]), strict=True):
            self.judge(f"{at_ms}: {party} SUBACK {each}", expected=True, found=code < REFUSAL)
        filters = self.cases[party].filters
        may_not = [each for each in filters if not self.table.decide_subscription(party, at_ms, each).allowed]
        for each in (*(ROOT + each for each in one_of_each_shape(may_not)), *FILTERS_ELSEWHERE):
            refused = self.client(party).is_unreadable(each)
            self.judge(f"{at_ms}: {party} SUBSCRIBE {each}", expected=False, found=not refused)
            self.refused_on_the_wire += 1

    def readable(self, party: str, at_ms: int) -> list[str]:
        """Return the patterns that a party may read, by its standing rules and its grants."""
        granted = [one for one in self.table.grants if one.party == party and one.holds_at(at_ms)]
        rules = (*self.table.rules[party], *(rule for one in granted for rule in one.rules))
        return list(dict.fromkeys(rule.pattern for rule in rules if rule.action is Wanted.READ))


def one_of_each_shape(topics: Sequence[str]) -> list[str]:
    """Return the first of those that differ by ids alone."""
    shapes: dict[tuple[str, ...], str] = {}
    for topic in topics:
        shape = tuple(part if part in WORDS or part in "+#" else "." for part in topic.split("/"))
        shapes.setdefault(shape, topic)
    return list(shapes.values())


@asynccontextmanager
async def raised(scenario: str) -> AsyncIterator[ClusterBench]:
    """Start a cluster and connect everybody, each at its own node."""
    broker = broker_on_nodes()
    bench = ClusterBench(load_scenario(scenario), broker)
    accounts = accounts_of(bench)
    try:
        endpoint = await broker.start(accounts)
        for account in accounts:
            own = Endpoint(*endpoint.addresses(account.username)[0])
            bench.clients[account.username] = CutOffClient(own, account.username, account.password)
            await asyncio.to_thread(bench.clients[account.username].connect)
        yield bench
    finally:
        for client in bench.clients.values():
            await asyncio.to_thread(client.leave)
        await broker.stop()


async def examine(bench: ClusterBench) -> None:
    """Hold the cluster against the table at three moments, each at another node."""
    everybody = tuple(bench.scenario.parties)
    witness = bench.clients[WITNESS]
    assert await asyncio.to_thread(witness.subscribe, [ROOT + "#"]) == [1]

    async def try_all(parties: tuple[str, ...], at_ms: int, node: int) -> None:
        await asyncio.to_thread(bench.ask, parties, at_ms, node)
        await for_all(bench.try_to_write, parties, at_ms)
        await for_all(bench.try_to_subscribe, parties, at_ms)

    await try_all(everybody, BEFORE_MS, 0)
    await asyncio.to_thread(bench.see_who_receives, BEFORE_MS)

    grants = bench.grants()
    let_in = tuple(dict.fromkeys(grant.party for grant in grants))
    for grant in grants:
        await bench.give(grant)
    await try_all(let_in, DURING_MS, 1)
    await asyncio.to_thread(bench.see_who_receives, DURING_MS)

    for grant in grants:
        await bench.take_back(grant)
    # First, while the sessions of before still stand.
    await asyncio.to_thread(bench.see_who_receives, AFTER_MS)
    await try_all(let_in, AFTER_MS, NODES - 1)


def documented(scenario: str) -> tuple[int, int, int]:
    """Return what docs/security.md tells of a scenario: decisions of nodes, cases on the wire, refusals among these."""
    text = PAGE.read_text("utf-8").partition("### On a cluster")[2]
    row = re.search(rf"^\| `{scenario}` \|(.*)\|$", text, re.MULTILINE)
    assert row is not None, f"{PAGE.name} tells nothing of {scenario} on a cluster"
    decided, compared, refused = (int(cell.replace(",", "")) for cell in row[1].split("|"))
    return decided, compared, refused


async def hold(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Hold a cluster against the access table of a scenario, and the page against what came of it."""
    async with raised(scenario) as bench:
        await examine(bench)

    found = bench.decided, bench.count - bench.decided, bench.refused_on_the_wire
    with capsys.disabled():
        print(  # noqa: T201 -- how many cases there were is part of the answer
            f"\n{scenario}, rabbitmq: {found[0]} decisions of nodes, {found[1]} cases on the wire of which "
            f"{found[2]} refused, {len(bench.wrong)} differ"
        )
    assert not bench.wrong, "\n".join((f"{len(bench.wrong)} differences", *bench.wrong[:20]))
    assert bench.allowed > bench.count / 100, "a broker that denies everything would do as well"
    assert found == documented(scenario)


async def test_a_cluster_decides_as_the_access_table_does(capsys: pytest.CaptureFixture[str]) -> None:
    await hold(SMALL, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", [name for name in (DEMO, *OTHERS) if name != SMALL])
async def test_it_decides_so_in_every_exercise(scenario: str, capsys: pytest.CaptureFixture[str]) -> None:
    await hold(scenario, capsys)


def test_the_page_tells_of_every_exercise_and_their_sum() -> None:
    rows = [documented(scenario) for scenario in (DEMO, *OTHERS)]
    decided, compared, _ = (sum(column) for column in zip(*rows, strict=True))
    assert f"{decided:,} decisions of nodes and {compared:,} cases on the wire" in PAGE.read_text("utf-8")
