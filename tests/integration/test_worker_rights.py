"""Who may read and write what passes between a coordinator and its workers: these, the recorder, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from brokers.adapter import Action, Broker, Right
from sim.core.engine.cast import cast_of
from sim.core.model.access import make_grant
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.session.workers.channel import down_topic, up_topic
from sim.session.workers.team import Spreading, with_workers, worker_names
from sim.transport.choice import BROKERS
from sim.transport.port import CONTROL, RECORDER
from sim.transport.root import accounts_for, root_of
from tests.integration.command import BEEKDAL, MOSQUITTO
from tests.integration.plain_client import NOT_AUTHORIZED, Client

RUN = "workers"
ROOT = root_of(RUN)
TOPICS = (
    "control",
    "control/fence",
    "control/worker/worker-1/down",
    "control/worker/worker-1/up",
    "control/worker/worker-2/down",
    "control/worker/worker-2/up",
    "control/worker/worker-1/down/more",
)
FILTERS = (*TOPICS, "control/#", "control/+", "control/worker/#", "control/worker/+/down", "+/worker/#", "#")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_no_party_has_or_can_be_given_a_right_on_control(name: str) -> None:
    scenario = load_scenario(name)
    table = cast_of(scenario).table()
    patterns = [rule.pattern for party in scenario.parties for rule in table.rules[party]]
    for party in scenario.parties.values():
        for bundle in scenario.profiles[party.profile].grants:
            for activity in scenario.activities.values():
                themes = tuple(scenario.themes) if bundle.is_by_theme else ()
                patterns += [rule.pattern for rule in make_grant(party, bundle, activity.id, themes, 0).rules]
    assert len(patterns) > 100
    assert [pattern for pattern in patterns if pattern.partition("/")[0] in ("control", "+", "#")] == []


def test_a_worker_reads_its_orders_and_writes_its_reports() -> None:
    spreading = Spreading(cast_of(load_scenario(BEEKDAL)), 7, local=2)
    for name, account in zip(worker_names(2), spreading.accounts(RUN), strict=True):
        assert account.username == name
        assert account.lasting
        assert set(account.rights) == {
            Right(Action.READ, ROOT + down_topic(name)),
            Right(Action.PUBLISH, ROOT + up_topic(name)),
        }
    assert len({account.password for account in spreading.accounts(RUN)}) == 2


@pytest.mark.parametrize("name", ["embedded", MOSQUITTO])
async def test_the_broker_holds_it(name: str) -> None:
    """Every party and every worker tries all of it at a real broker."""
    scenario = load_scenario(BEEKDAL)
    spreading = Spreading(cast_of(scenario), 7, local=2)
    accounts = with_workers(tuple(accounts_for(cast_of(scenario).table(), RUN)), RUN)
    everybody = (*accounts, *spreading.accounts(RUN))
    broker: Broker = BROKERS[name]()
    endpoint = await broker.start(everybody)
    found: set[tuple[str, str, str]] = set()

    def tries(username: str, password: str) -> None:
        client = Client(endpoint, username, password)
        client.connect()
        try:
            for action, tried, codes in (
                ("write", TOPICS, client.publish([ROOT + topic for topic in TOPICS], b"x")),
                ("read", FILTERS, client.subscribe([ROOT + topic_filter for topic_filter in FILTERS])),
            ):
                for topic, code in zip(tried, codes, strict=True):
                    assert code in (0, 1, 0x10, NOT_AUTHORIZED), (username, action, topic, code)
                    if code != NOT_AUTHORIZED:
                        found.add((username, action, topic))
        finally:
            client.leave()

    try:
        for account in everybody:
            if account.username not in (CONTROL, RECORDER):
                await asyncio.to_thread(tries, account.username, account.password)
    finally:
        await broker.stop()
    assert found == {(worker, action, topic(worker)) for worker in worker_names(2) for action, topic in _OWN}


_OWN: tuple[tuple[str, Callable[[str], str]], ...] = (("write", up_topic), ("read", down_topic))
