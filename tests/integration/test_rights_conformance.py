"""Every party, every shape of topic, reading and writing: the broker decides what the access table decides.

Writing is what the broker answers to a PUBLISH and whether the recorder gets it. Reading is what it answers
to a SUBSCRIBE on the very topic and on filters with wildcards, and who receives what a privileged account
publishes. All of it before, during and after the grants that the scenario's partners can be given.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from brokers.adapter import Account, Action, Broker, Right
from brokers.embedded import EmbeddedBroker
from brokers.embedded.limits import Limits
from brokers.mosquitto import MosquittoBroker
from sim.core.model.access import AccessTable, Grant, compile_access
from sim.core.model.profile import Action as Wanted
from sim.core.world.scenario import Scenario
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.transport.root import accounts_for, rights_of, root_of, rooted
from tests.integration.command import MOSQUITTO
from tests.integration.conformance import ELSEWHERE, FILTERS_ELSEWHERE, Cases, Casting
from tests.integration.plain_client import REFUSAL, Client

RUN = "conformance"
ROOT = root_of(RUN)
CHUNK = 1_000
DEMO = "limburg-hoogwater"
OTHERS = tuple(name for name in shipped_scenarios() if name != DEMO)
PAGE = Path(__file__).parents[2] / "docs" / "security.md"
PRIVILEGED = "privileged"
WITNESS = "witness"

BEFORE_MS, DURING_MS, AFTER_MS = 0, 1_000, 2_000


class Bench:
    """A broker, a client for each party, and the table that it is held against."""

    def __init__(self, scenario: Scenario, broker: Broker) -> None:
        self.broker = broker
        self.scenario = scenario
        self.table: AccessTable = compile_access(
            scenario.parties.values(), scenario.profiles, scenario.activities.values(), scenario.agreements
        )
        self.casting = Casting(scenario, self.table)
        self.cases: dict[str, Cases] = {party: self.casting.of(party) for party in scenario.parties}
        self.everything = tuple(dict.fromkeys(t for cases in self.cases.values() for t in cases.topics))
        self.clients: dict[str, Client] = {}
        self.allowed = 0
        self.denied = 0
        self.wrong: list[str] = []

    @property
    def count(self) -> int:
        """Return how many decisions of the broker were compared."""
        return self.allowed + self.denied

    def judge(self, what: str, *, expected: bool, found: bool) -> None:
        """Count a case, and keep it when broker and table differ."""
        self.allowed += expected
        self.denied += not expected
        if expected != found:
            self.wrong.append(f"{what}: the table says {_word(expected)}, the broker {_word(found)}")

    # Writing -------------------------------------------------------------------------------------

    def try_to_write(self, party: str, at_ms: int) -> None:
        """Publish on every topic of a party."""
        topics, payload = self.cases[party].topics, f"write {party} {at_ms}".encode()
        codes = self.clients[party].publish([ROOT + topic for topic in topics], payload)
        self._flush(WITNESS, f"wrote {party} {at_ms}".encode(), ROOT + "flush")
        seen = self.clients[WITNESS].received_with(payload)
        for topic, code in zip(topics, codes, strict=True):
            allowed = self.table.decide(party, at_ms, Wanted.PUBLISH, topic).allowed
            self.judge(f"{at_ms}: {party} PUBACK {topic}", expected=allowed, found=code < REFUSAL)
            self.judge(f"{at_ms}: {party} writes {topic}", expected=allowed, found=ROOT + topic in seen)
        for topic, code in zip(ELSEWHERE, self.clients[party].publish(ELSEWHERE, payload), strict=True):
            self.judge(f"{at_ms}: {party} PUBACK /{topic}", expected=False, found=code < REFUSAL)

    # Reading -------------------------------------------------------------------------------------

    def try_to_subscribe(self, party: str, at_ms: int) -> None:
        """Subscribe to every topic and filter of a party; what is granted stays."""
        filters = self.cases[party].filters
        codes = self.clients[party].subscribe([ROOT + each for each in filters])
        for each, code in zip(filters, codes, strict=True):
            allowed = self.table.decide_subscription(party, at_ms, each).allowed
            self.judge(f"{at_ms}: {party} SUBACK {each}", expected=allowed, found=code < REFUSAL)
        codes = self.clients[party].subscribe(FILTERS_ELSEWHERE)
        for each, code in zip(FILTERS_ELSEWHERE, codes, strict=True):
            self.judge(f"{at_ms}: {party} SUBACK /{each}", expected=False, found=code < REFUSAL)

    def see_who_receives(self, at_ms: int) -> None:
        """Publish on every topic with the privileged account, and see to whom it is delivered."""
        payload = f"read {at_ms}".encode()
        for at in range(0, len(self.everything), CHUNK):
            topics = [ROOT + topic for topic in self.everything[at : at + CHUNK]]
            assert max(self.clients[PRIVILEGED].publish(topics, payload)) < REFUSAL
            for party in self.scenario.parties:
                self._flush(party, f"read {at_ms} {at}".encode(), ROOT + _mailbox(self.scenario, party))
        for party in self.scenario.parties:
            received = self.clients[party].received_with(payload)
            for topic in self.everything:
                allowed = self.table.decide(party, at_ms, Wanted.READ, topic).allowed
                found = ROOT + topic in received
                self.judge(f"{at_ms}: {party} receives {topic}", expected=allowed, found=found)

    def _flush(self, reader: str, payload: bytes, topic: str) -> None:
        """Wait until a client has all that was sent before: a connection keeps the order."""
        self.clients[PRIVILEGED].publish([topic], payload)
        self.clients[reader].wait_for(topic, payload)

    # Grants --------------------------------------------------------------------------------------

    def grants(self) -> list[Grant]:
        """Return one grant for each party that can be given one."""
        return [
            grant
            for activity in self.scenario.activities
            for party in self.cases
            for grant in self.casting.grants_to(party, activity, DURING_MS)
        ]

    async def give(self, grant: Grant) -> None:
        """Let a party in."""
        await self.broker.grant(grant.party, grant.id, rooted(ROOT, rights_of(grant.rules)))
        self.table = self.table.with_grant(grant)
        if self.broker.manners.disconnects_on_grant:
            await self._heal(grant.party)

    async def take_back(self, grant: Grant) -> None:
        """Let a party out."""
        await self.broker.revoke(grant.party, grant.id)
        self.table = self.table.with_revoked(grant.id, AFTER_MS)
        if self.broker.manners.disconnects_on_change:
            await self._heal(grant.party)

    async def _heal(self, party: str) -> None:
        await asyncio.to_thread(self.clients[party].reconnect_after_cut)


def _word(allowed: bool) -> str:
    return "yes" if allowed else "no"


def _mailbox(scenario: Scenario, party: str) -> str:
    """Return a topic that a party may always read, which nothing else here uses."""
    channel = scenario.profiles[scenario.parties[party].profile].channel
    return f"{channel}/{party}/flush/flush"


def accounts_of(bench: Bench) -> list[Account]:
    """Return the accounts of a run, and two that may do everything below its root."""
    everything = ROOT + "#"
    return [
        *accounts_for(bench.table, RUN),
        Account(PRIVILEGED, "password-of-privileged", (Right(Action.PUBLISH, everything),)),
        Account(WITNESS, "password-of-witness", (Right(Action.READ, everything),)),
    ]


@asynccontextmanager
async def raised(
    broker: Broker, also: Mapping[str, tuple[Right, ...]] | None = None, scenario: str = DEMO
) -> AsyncIterator[Bench]:
    """Start the broker and connect everybody; ``also`` are rights that the table does not know."""
    bench = Bench(load_scenario(scenario), broker)
    accounts = [
        replace(account, rights=(*account.rights, *(also or {}).get(account.username, ())))
        for account in accounts_of(bench)
    ]
    try:
        endpoint = await broker.start(accounts)
        for account in accounts:
            bench.clients[account.username] = client = Client(endpoint, account.username, account.password)
            await asyncio.to_thread(client.connect)
        yield bench
    finally:
        for client in bench.clients.values():
            await asyncio.to_thread(client.leave)
        await broker.stop()


async def for_all(step: Callable[[str, int], None], parties: Iterable[str], at_ms: int) -> None:
    """Do a step for each party, away from the loop that may be serving the broker."""
    for party in parties:
        await asyncio.to_thread(step, party, at_ms)


async def examine(bench: Bench) -> None:
    """Hold the broker against the table at three moments."""
    everybody = tuple(bench.scenario.parties)
    witness = bench.clients[WITNESS]
    assert await asyncio.to_thread(witness.subscribe, [ROOT + "#"]) == [1]

    await for_all(bench.try_to_write, everybody, BEFORE_MS)
    await for_all(bench.try_to_subscribe, everybody, BEFORE_MS)
    await asyncio.to_thread(bench.see_who_receives, BEFORE_MS)

    grants = bench.grants()
    let_in = tuple(dict.fromkeys(grant.party for grant in grants))
    for grant in grants:
        await bench.give(grant)
    await for_all(bench.try_to_write, let_in, DURING_MS)
    await for_all(bench.try_to_subscribe, let_in, DURING_MS)
    await asyncio.to_thread(bench.see_who_receives, DURING_MS)

    for grant in grants:
        await bench.take_back(grant)
    # First, while the subscriptions of before still stand.
    await asyncio.to_thread(bench.see_who_receives, AFTER_MS)
    await for_all(bench.try_to_write, let_in, AFTER_MS)
    await for_all(bench.try_to_subscribe, let_in, AFTER_MS)


def _first(wrong: Sequence[str]) -> str:
    return "\n".join((f"{len(wrong)} differences", *wrong[:20]))


def documented(scenario: str) -> tuple[int, int, int]:
    """Return how many cases of a scenario docs/security.md tells of: in all, allowed, denied."""
    row = re.search(rf"^\| `{scenario}` \|(.*)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert row is not None, f"{PAGE.name} tells nothing of {scenario}"
    _, _, cases, allowed, denied = (int(cell.replace(",", "")) for cell in row[1].split("|"))
    return cases, allowed, denied


async def hold(
    name: str,
    scenario: str,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Hold a broker against the access table of a scenario, and the page against what came of it."""
    # Regions subscribe to far more here than any client of ours does.
    broker: Broker = (
        EmbeddedBroker(limits=Limits(subscriptions=10_000)) if name == "embedded" else MosquittoBroker()
    )
    async with raised(broker, scenario=scenario) as bench:
        await examine(bench)

    record_property("conformance_cases", bench.count)
    record_property("conformance_topics", len(bench.everything))
    with capsys.disabled():
        print(  # noqa: T201 -- how many cases there were is part of the answer
            f"\n{scenario}, {name}: {bench.count} cases ({bench.allowed} allowed, {bench.denied} denied) of "
            f"{len(bench.cases)} parties over {len(bench.everything)} topics, {len(bench.wrong)} differ"
        )
    assert not bench.wrong, _first(bench.wrong)
    assert bench.allowed > bench.count / 50, "a broker that denies everything would do as well"
    assert bench.grants(), "somebody can be let in"
    assert (bench.count, bench.allowed, bench.denied) == documented(scenario)


@pytest.mark.parametrize("name", ["embedded", MOSQUITTO])
async def test_the_broker_decides_as_the_access_table_does(
    name: str, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    await hold(name, DEMO, record_property, capsys)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("scenario", OTHERS)
@pytest.mark.parametrize("name", ["embedded", MOSQUITTO])
async def test_the_broker_decides_so_in_every_exercise(
    name: str,
    scenario: str,
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await hold(name, scenario, record_property, capsys)


def test_the_page_tells_of_every_exercise_and_their_sum() -> None:
    counted = [documented(scenario) for scenario in (DEMO, *OTHERS)]
    assert all(cases == allowed + denied for cases, allowed, denied in counted)
    assert f"{sum(cases for cases, _, _ in counted):,} decisions of each broker" in PAGE.read_text("utf-8")


async def test_one_right_too_many_at_the_broker_is_noticed() -> None:
    """The check of the check: a broker that lets one party do more than the table says does not pass."""
    topic = "activity/hoogwater-zl/shared/c3-population/item"
    too_much = (Right(Action.READ, ROOT + topic), Right(Action.PUBLISH, ROOT + topic))
    async with raised(EmbeddedBroker(), {"gasunie": too_much}) as bench:
        await asyncio.to_thread(bench.clients[WITNESS].subscribe, [ROOT + "#"])
        await for_all(bench.try_to_write, ["gasunie"], BEFORE_MS)
        await for_all(bench.try_to_subscribe, bench.scenario.parties, BEFORE_MS)
        await asyncio.to_thread(bench.see_who_receives, BEFORE_MS)

    verdict = f"{topic}: the table says no, the broker yes"
    expected = [f"0: gasunie {what} {verdict}" for what in ("PUBACK", "writes", "SUBACK", "receives")]
    assert bench.wrong == expected
