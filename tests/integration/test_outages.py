"""Technology that fails in a closed session: really, at the broker, and with the same log on every broker."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest

from brokers.mosquitto import MosquittoBroker
from sim.core.records.record import Record
from sim.files.scenario.finding import find_scenario
from sim.files.scenario.loading import load_scenario
from sim.replay.failures import failures
from sim.runlog.reader import read
from sim.runlog.verify import verify
from sim.session.launch import RunOptions, RunResult, run_exercise
from sim.session.pacing import parse_pace
from tests.integration.command import BEEKDAL, MOSQUITTO, MOSQUITTO_MARKS, beeld

TITLE = 'title = { nl = "storing", en = "outage" }'
RIGHTS = 'type = "rights"\nfrom = "T+00:40:00"\nduration = "20m"'
BROKER = 'type = "broker"\nfrom = "T+01:10:00"\nuntil = "T+01:30:00"'
QUEUED = 'type = "partition"\nfrom = "T+00:45:00"\nuntil = "T+01:20:00"\nparties = ["vr24"]'
EXPIRED = QUEUED + '\nsession = "10m"'
UNSTEADY = 'type = "reconnect"\nfrom = "T+00:20:00"\nuntil = "T+02:50:00"'
SLOW = """type = "slow-link"
from = "T+00:20:00"
until = "T+02:50:00"
delay = ["2s", "90s"]
loss = 0.3
retry = "60s"
parties = ["vr24", "wl"]"""
CLOCK = (
    'type = "clock"\nfrom = "T+00:20:00"\nuntil = "T+02:00:00"\nparties = ["wl", "gasunie"]\noffset = "-2h"'
)
EVERY = {
    "rights": (RIGHTS,),
    "broker": (BROKER,),
    "partition": (QUEUED,),
    "expired": (EXPIRED,),
    "reconnect": (UNSTEADY,),
    "duplicates": ('type = "duplicates"\nfrom = "T+00:20:00"\nuntil = "T+02:50:00"',),
    "slow-link": (SLOW,),
    "retained-lost": ('type = "retained-lost"\nfrom = "T+01:20:00"',),
    "clock": (CLOCK,),
    "several": (
        CLOCK,
        RIGHTS,
        BROKER,
        'type = "partition"\nfrom = "T+01:40:00"\nduration = "30m"\nparties = ["vr24", "wl"]',
    ),
}


def with_outages(folder: Path, outages: tuple[str, ...]) -> Path:
    """Return the small scenario with something more in it."""
    scenario = folder / BEEKDAL.name
    shutil.copytree(BEEKDAL, scenario)
    path = scenario / "scenario.toml"
    entries = [f'\n[[outages]]\nid = "o-{place}"\n{TITLE}\n{text}\n' for place, text in enumerate(outages)]
    path.write_text(path.read_text("utf-8") + "".join(entries), "utf-8")
    return scenario


def run(scenario: Path, folder: Path, broker: str) -> RunResult:
    """Run it in this process; the exchange must hold, and the log be whole."""
    options = RunOptions(seed=7, broker=broker, pace=parse_pace("fast"), folder=folder)
    result = run_exercise(load_scenario(scenario), options)
    assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0), result.reason
    found = verify(folder)
    assert (found.ok, found.complete, found.digest) == (True, True, result.digest)
    return result


def run_apart(scenario: Path, folder: Path, broker: str, hash_seed: str) -> str:
    """Run it in a process of its own, and return the digest."""
    options = ("--seed", "7", "--broker", broker, "--out", folder, "--json")
    done = beeld("run", scenario, *options, cwd=folder.parent, PYTHONHASHSEED=hash_seed)
    assert done.returncode == 0, done.stderr + done.stdout
    digest: str = json.loads(done.stdout)["digest"]
    return digest


def events(records: list[Record]) -> list[str]:
    """What happened to connections, from the local part of records."""
    return [event for record in records for event in record.local.get("connections", ())]


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
def test_the_digest_is_the_same_on_every_broker(kind: str, broker: str, tmp_path: Path) -> None:
    scenario = with_outages(tmp_path, EVERY[kind])
    reference = run(scenario, tmp_path / "memory", "memory")
    other = run(scenario, tmp_path / "other", broker)
    assert other.digest == reference.digest
    assert (other.messages, other.deliveries, other.denied) == (
        reference.messages,
        reference.deliveries,
        reference.denied,
    )


@pytest.mark.parametrize("broker", ["memory", MOSQUITTO])
def test_the_digest_is_the_same_in_another_process(broker: str, tmp_path: Path) -> None:
    scenario = with_outages(tmp_path, EVERY["several"])
    digest = run(scenario, tmp_path / "here", "memory").digest
    assert run_apart(scenario, tmp_path / "there", broker, "4242") == digest


def test_each_makes_a_difference_but_for_what_the_exchange_does_not_rest_on(tmp_path: Path) -> None:
    """Nobody notices that connections come back, that messages come twice, or that nothing is retained any more."""
    logs = {}
    for kind, outages in {**EVERY, "none": ()}.items():
        folder = tmp_path / kind
        folder.mkdir()
        run(with_outages(folder, outages), folder / "run", "memory")
        logs[kind] = [
            (record.at_ms, record.kind, record.content)
            for record in read(folder / "run")
            if record.kind not in ("run", "outage") and getattr(record.content, "how", "") != "again"
        ]
    same = {kind for kind, log in logs.items() if log == logs["none"]}
    assert same == {"none", "reconnect", "duplicates", "retained-lost"}


@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
def test_connections_really_break_and_come_back(broker: str, tmp_path: Path) -> None:
    run(with_outages(tmp_path, (UNSTEADY,)), tmp_path / "run", broker)
    broken = Counter(event for event in events(list(read(tmp_path / "run"))))
    assert broken["wl disconnected without a reason"] > 10
    assert (
        broken["wl reconnected"]
        == broken["wl disconnected without a reason"] + broken["wl disconnected 0x98"]
    )


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("broker", [pytest.param("mosquitto", marks=MOSQUITTO_MARKS)])
def test_mosquitto_is_really_killed_and_the_digest_is_the_same_again_and_again(
    seed: int, broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that was started is gone by SIGKILL, and another one has taken its place."""

    pids: list[int] = []
    kill = MosquittoBroker.kill

    async def killed(self: MosquittoBroker) -> None:
        assert self.pid is not None
        pids.append(self.pid)
        process = self._server._process  # type: ignore[union-attr]
        await kill(self)
        assert process.returncode == -signal.SIGKILL

    monkeypatch.setattr(MosquittoBroker, "kill", killed)
    scenario = load_scenario(with_outages(tmp_path, (BROKER,)))
    digests = set()
    for number in range(3):
        folder = tmp_path / f"run-{number}"
        result = run_exercise(
            scenario, RunOptions(seed=seed, broker=broker, pace=parse_pace("fast"), folder=folder)
        )
        assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0)
        records = list(read(folder))
        assert Counter(events(records))["vr24 reconnected to a new session"] == 1
        assert (verify(folder).ok, verify(folder).complete) == (True, True)
        sent = Counter(record.content.event.id for record in records if record.kind == "message")
        assert set(sent.values()) == {1}
        (failure,) = failures(records)
        assert set(failure.seen_ms) == set(failure.back_ms) >= {"vr24", "wl"}
        digests.add(result.digest)
    assert len(digests) == 1
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.parametrize("broker", ["embedded", MOSQUITTO])
def test_technology_that_comes_with_an_exercise_fails_in_it_as_its_readme_says(
    broker: str, tmp_path: Path
) -> None:
    scenario = load_scenario("gaslek-keten", faults=[find_scenario("gaslek-keten") / "technology.toml"])
    digests = set()
    for name in ("memory", broker):
        options = RunOptions(seed=7, broker=name, pace=parse_pace("fast"), folder=tmp_path / name)
        result = run_exercise(scenario, options)
        assert (result.outcome, result.lost, result.leaked) == ("completed", 0, 0), result.reason
        digests.add(result.digest)
    found = {one.begun.id: one for one in failures(read(tmp_path / broker))}

    assert len(digests) == 1
    assert [one.type for one in scenario.outages] == ["slow-link", "clock", "broker", "partition"]
    assert found["o-slow-brandweer"].late > 0
    assert list(found["o-clock-politie"].seen_ms) == ["politie"]
    assert len(found["o-server"].seen_ms) > 5
    assert found["o-server"].calls > 0
    assert set(found["o-server"].back_ms) == set(found["o-server"].seen_ms)
    assert found["o-cut-off-bevolkingszorg"].missed > 0


def test_after_the_run_staff_read_what_became_of_each_outage(tmp_path: Path) -> None:
    scenario = with_outages(tmp_path, (RIGHTS, CLOCK))
    options = ("--seed", "7", "--broker", "memory", "--out")
    for lang, words in (("nl", "Uitgevallen techniek: 2"), ("en", "Technology that failed: 2")):
        done = beeld("run", scenario, *options, tmp_path / lang, "--lang", lang, cwd=tmp_path, COLUMNS="300")
        assert done.returncode == 0, done.stderr
        rows = done.stdout[done.stdout.index(words) :].splitlines()
        (rights,) = [row for row in rows if "(o-0, rights)" in row]
        (clock,) = [row for row in rows if "(o-1, clock)" in row]
        assert "T+00:40:00" in rights
        assert "T+01:00:00" in rights
        assert "gasunie, wl" in clock
