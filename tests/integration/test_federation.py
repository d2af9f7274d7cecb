"""A federation as it runs here: what stays at home, what a bridge may do, and an exercise of two regions."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from brokers.adapter import Account, BrokerError, Endpoint
from brokers.mosquitto import FederatedMosquitto
from sim.core.engine.engine import Engine
from sim.core.model.federation import star_of
from sim.files.scenario.loading import load_scenario
from sim.runlog.reader import RunLog
from sim.session.exchange import federation
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import Pace
from sim.transport.port import RECORDER
from sim.transport.root import CONTROL_PATTERNS, accounts_for, root_of
from tests.integration.command import MOSQUITTO_MARKS
from tests.integration.knocking import knock
from tests.integration.plain_client import Client

pytestmark = list(MOSQUITTO_MARKS)

RUN = "star"
ROOT = root_of(RUN)


@dataclass(frozen=True)
class Running:
    """The servers of `limburg-hoogwater`, and the accounts of everybody."""

    broker: FederatedMosquitto
    middle: Endpoint
    accounts: dict[str, Account]

    @contextmanager
    def client(self, username: str, endpoint: Endpoint) -> Iterator[Client]:
        """A plain client, logged in at one of the servers."""
        client = Client(endpoint, username, self.accounts[username].password)
        client.connect()
        try:
            yield client
        finally:
            client.leave()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    scenario = load_scenario("limburg-hoogwater")
    table = Engine(scenario, 7).ledger.table
    star = star_of(table, scenario.parties, scenario.activities.values(), CONTROL_PATTERNS)
    accounts = accounts_for(table, RUN)
    broker = federation(star, RUN)
    endpoint = await broker.start(accounts)
    yield Running(broker, endpoint, {account.username: account for account in accounts})
    await broker.stop()


async def test_what_nobody_elsewhere_may_read_does_not_leave_the_region(running: Running) -> None:
    """A regional hospital tells its region something: the national server and the neighbour never see it."""
    report = f"{ROOT}outside/vr23/viecuri/answer"
    shared = f"{ROOT}activity/hoogwater-ln/own/vr23/c1-development/level"
    home, neighbour = running.broker.endpoints["vr23"], running.broker.endpoints["vr24"]
    with (
        running.client(RECORDER, running.middle) as nation,
        running.client(RECORDER, home) as region,
        running.client(RECORDER, neighbour) as other,
        running.client("vr23", home) as directing,
    ):
        for listening in (nation, region, other):
            assert listening.subscribe([f"{ROOT}#"]) == [1]
        with running.client("viecuri", home) as hospital:
            codes = hospital.publish([report], b"beds")
        crossed = directing.publish([shared], b"level")
        region.wait_for(report, b"beds")
        # The bridge keeps the order, so what was said before has had its chance.
        nation.wait_for(shared, b"level")
        other.wait_for(shared, b"level")
        told = nation.received() | other.received()
    assert (codes, crossed) == ([0], [0])
    assert (report, b"beds") not in told


async def test_an_account_is_known_at_one_server_only(running: Running) -> None:
    password = running.accounts["viecuri"].password
    assert "Not authorized" in await knock(running.middle, "viecuri", password)
    assert await knock(running.broker.endpoints["vr23"], "viecuri", password) == ""
    assert running.middle.addresses("viecuri") == running.middle.addresses("vr23")
    assert running.middle.addresses("locc") == ((running.middle.host, running.middle.port),)


async def test_a_federation_of_which_a_server_dies_does_not_run_and_comes_back_whole(
    running: Running,
) -> None:
    os.kill(running.broker.pids[-1], signal.SIGKILL)
    while running.broker.running():
        pass
    await running.broker.restart()
    assert running.broker.running()
    with pytest.raises(BrokerError, match="started already"):
        await running.broker.start([])


def test_an_exercise_of_two_regions_is_the_same_as_in_memory(tmp_path: Path) -> None:
    found = [_play(broker, tmp_path / broker) for broker in ("memory", "federation")]
    assert found[0].digest == found[1].digest
    assert [each.outcome for each in found] == ["completed", "completed"]
    assert found[0].deliveries > 300
    assert RunLog(tmp_path / "federation").manifest.broker == "federation"


def _play(broker: str, folder: Path) -> RunResult:
    scenario = load_scenario("duinbrand")
    return run_exercise(
        scenario,
        RunOptions(seed=7, broker=broker, pace=Pace(None), folder=folder, until_ms=90 * 60 * 1000),
    )
