"""Exercises over a cluster of three RabbitMQ nodes: the same digest as in memory, also when a node dies meanwhile."""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections import Counter
from pathlib import Path

import pytest

from brokers.adapter import Endpoint
from brokers.rabbitmq.cluster import NODES, Cluster
from brokers.rabbitmq.config import node_name
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace
from sim.session.session import Progress
from tests.integration.command import started
from tests.nodes import CLUSTER_MARKS, broker_on_nodes, nodes
from tests.played import Played

pytestmark = [*CLUSTER_MARKS, pytest.mark.timeout(600)]

FIRST = ("gaslek-keten", "limburg-hoogwater")
OTHERS = tuple(name for name in shipped_scenarios() if name not in FIRST)
DEATH_MS, RETURN_MS = 60 * 60_000, 120 * 60_000


async def connections_of(cluster: Cluster) -> Counter[int]:
    """Return how many clients each node has, by its number."""
    numbers = {node_name(number): number for number in range(NODES)}
    return Counter(numbers[each["node"]] for each in await cluster.management.get("connections"))


@pytest.fixture(autouse=True)
def _on_shared_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.transport.choice.BROKERS", {"rabbitmq": broker_on_nodes})


@pytest.mark.parametrize("scenario", FIRST)
def test_the_digest_is_that_of_memory(scenario: str, played: Played) -> None:
    assert played(scenario, broker="rabbitmq").digest == played(scenario).digest


@pytest.mark.slow
@pytest.mark.parametrize("scenario", OTHERS)
def test_so_it_is_in_every_exercise(scenario: str, played: Played) -> None:
    assert played(scenario, broker="rabbitmq").digest == played(scenario).digest


@pytest.mark.parametrize("victim", range(NODES))
def test_a_node_dies_in_the_middle_and_nothing_is_lost(
    victim: int, tmp_path: Path, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed without a word, with the clients on it: they go on at the other nodes, and later it is back."""
    broker = broker_on_nodes()
    monkeypatch.setattr("sim.transport.choice.BROKERS", {"rabbitmq": lambda: broker})
    steps: dict[str, asyncio.Task[None]] = {}
    on_nodes: list[Counter[int]] = []

    async def kill() -> None:
        on_nodes.append(await connections_of(broker.cluster))
        await broker.cluster.kill_node(victim)

    async def bring_back() -> None:
        await steps["kill"]
        on_nodes.append(await connections_of(broker.cluster))
        await broker.cluster.start_node(victim)

    def step(progress: Progress) -> None:
        for name, moment, do in (("kill", DEATH_MS, kill), ("back", RETURN_MS, bring_back)):
            if progress.at_ms >= moment and name not in steps:
                steps[name] = asyncio.get_running_loop().create_task(do())

    result: RunResult = run_exercise(
        load_scenario("gaslek-keten"),
        RunOptions(
            seed=7,
            broker="rabbitmq",
            pace=parse_pace("fast"),
            folder=tmp_path / "run",
            on_progress=step,
        ),
    )

    assert (result.outcome, result.reason, result.lost) == ("completed", "", 0)
    assert result.digest == played("gaslek-keten").digest
    assert verify(tmp_path / "run").ok
    assert len(steps) == 2
    asyncio.run(nodes().wait_whole())  # the exercise may be over before the node is back
    assert nodes().node_running(victim)
    before, after = on_nodes
    assert set(before) == set(range(NODES)), "parties are spread over all nodes"
    assert victim not in after
    assert before.total() == after.total()


def children_of(pid: int) -> list[int]:
    """Return the ids of the processes that a process started."""
    parents = {int(path.parent.name): path.read_text("utf-8") for path in Path("/proc").glob("[0-9]*/stat")}
    # After the name, which may hold anything, come state and parent.
    return [child for child, said in parents.items() if int(said.rpartition(")")[2].split()[1]) == pid]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux ends a process with its parent")
def test_no_node_outlives_a_run_that_is_killed(tmp_path: Path) -> None:
    """Nobody is left to end them, so the kernel does."""
    with started(
        "run", "gaslek-keten", "--broker", "rabbitmq", "--out", tmp_path / "run", "-v", cwd=tmp_path
    ) as run:
        assert run.stderr is not None
        assert any("broker started" in line for line in run.stderr)
        processes = [os.pidfd_open(pid) for pid in children_of(run.pid)]
        assert len(processes) == NODES + 1
        run.send_signal(signal.SIGKILL)
        for process in processes:
            assert select.select([process], [], [], 30.0)[0], "it lives still"
            os.close(process)


def test_parties_are_spread_by_their_names_alone() -> None:
    places = tuple(("127.0.0.1", port) for port in (1, 2, 3))
    endpoint = Endpoint("127.0.0.1", 1, nodes=places)
    homes = Counter(endpoint.addresses(f"vr{number:02}")[0] for number in range(1, 26))

    assert set(homes) == set(places)
    assert all(set(endpoint.addresses(name)) == set(places) for name in ("vr24", "gasunie"))
    assert endpoint.addresses("vr24") == Endpoint("127.0.0.1", 2, nodes=places).addresses("vr24")
    assert Endpoint("127.0.0.1", 9).addresses("vr24") == (("127.0.0.1", 9),)
