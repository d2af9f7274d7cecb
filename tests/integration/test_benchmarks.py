"""The benchmarks in small: the load that they generate reaches every reader, and every comparison can be made."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from shutil import which

import pytest

from benchmarks import __main__ as command
from benchmarks import comparisons, page, through_beeld
from benchmarks.comparisons import COMPARISONS, LONG, Effort
from benchmarks.national import NationalRun, measure_run, run_rows
from benchmarks.sample import Sample
from benchmarks.table import for_markdown
from benchmarks.through_aiomqtt import measure_aiomqtt
from benchmarks.through_beeld import WARM_UP_TICKS, measure_session
from benchmarks.through_mosquitto_clients import measure_clients
from benchmarks.through_simpy import measure_simpy
from benchmarks.workload import Load, Tally
from sim.core.agents.acts import Delivered
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.session.exchange import MEMORY
from sim.transport.choice import BROKERS
from tests.integration.command import MOSQUITTO, MOSQUITTO_MARKS

LOAD = Load(parties=6, fan_out=2, ticks=8)
"""Two activities of three parties."""

HARDLY = Effort(repetitions=1, divisor=1_000)

READ: Counter[tuple[str, str]] = Counter()
"""How often each party read something of each other one."""


class _WhoReadWhom(Tally):
    def _count(self, brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
        READ[brief.id, stimulus.event.sender] += 1
        return super()._count(brief, state, stimulus, now)


def test_every_party_reads_what_each_other_one_of_its_activity_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(through_beeld, "Tally", _WhoReadWhom)
    READ.clear()
    measure_session(LOAD, MEMORY)

    circles = (LOAD.names[:3], LOAD.names[3:])
    pairs = [(one, other) for circle in circles for one in circle for other in circle if one != other]
    assert dict.fromkeys(pairs, LOAD.ticks - 1) == READ  # what is sent last is read after the end


@pytest.mark.parametrize("broker", [MEMORY, "embedded", MOSQUITTO])
def test_a_session_delivers_what_the_load_promises(broker: str) -> None:
    # The first moment has subscriptions only.
    measured = LOAD.ticks - (WARM_UP_TICKS - 1)
    assert measure_session(LOAD, broker).deliveries == LOAD.per_tick * measured


@pytest.mark.parametrize("workers", [1, 2])
def test_so_does_one_with_workers(workers: int) -> None:
    measured = LOAD.ticks - (WARM_UP_TICKS - 1)
    assert measure_session(LOAD, "embedded", workers).deliveries == LOAD.per_tick * measured


def test_the_yardstick_simpy_delivers_as_much() -> None:
    assert measure_simpy(LOAD).deliveries == LOAD.per_tick * LOAD.ticks


@pytest.mark.parametrize("in_step", [True, False])
def test_the_yardstick_aiomqtt_delivers_as_much(in_step: bool) -> None:
    assert measure_aiomqtt(LOAD, BROKERS["embedded"], in_step=in_step).deliveries == (
        LOAD.per_tick * LOAD.ticks
    )


@pytest.mark.mosquitto
@MOSQUITTO_MARKS[1]
@pytest.mark.skipif(which("mosquitto_sub") is None, reason="the clients of Mosquitto are not here")
def test_the_yardstick_in_c_delivers_as_much() -> None:
    # One client publishes what all of an activity would have.
    assert measure_clients(LOAD).deliveries == LOAD.ticks * LOAD.circle * LOAD.fan_out


def test_the_national_exercise_is_measured_in_a_process_of_its_own() -> None:
    found = measure_run(MEMORY, hours=0.2)
    assert found.records > found.messages > 0
    assert found.peak_mib > 50
    assert len(found.digest) == 64


def test_figures_of_the_national_exercise_stand_broker_by_broker() -> None:
    one = NationalRun(1.5, 100.0, 90.0, 40_000, 900_000, 60_000, 180, 82.4, "a" * 64)
    shown = for_markdown(run_rows({"memory": [one], "mosquitto": [replace(one, wall_s=300.0)]}))
    assert "| wall time of the run | 100 s | 300 s |" in shown
    assert "| deliveries per second | 9,000 | 3,000 |" in shown
    assert "| digests that differ | none | none |" in shown
    other = for_markdown(run_rows({"memory": [one], "mosquitto": [replace(one, digest="b" * 64)]}))
    assert "| digests that differ | they do | they do |" in other


def test_a_comparison_is_made_and_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "QUICK", HARDLY)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "simpy", "--quick"])
    command.main()
    printed = capsys.readouterr().out
    assert "python -m benchmarks simpy --quick" in printed
    assert printed.count("100 parties, ") == 3


@pytest.mark.parametrize(
    ("name", "rows"),
    [("mqtt", 2 * len(comparisons.COMPARED)), ("parties", 4), ("national", 4), ("workers", 4)],
)
def test_the_others_say_what_was_measured(name: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(load: Load, _where: object, *_workers: int, **_how: bool) -> Sample:
        return Sample(load.per_tick * load.ticks, seconds=1.0)

    monkeypatch.setattr("benchmarks.sample.gc.collect", lambda: 0)
    monkeypatch.setattr(comparisons, "measure_session", measured)
    monkeypatch.setattr(comparisons, "measure_aiomqtt", measured)
    monkeypatch.setattr(comparisons, "measure_clients", lambda load: measured(load, None))
    monkeypatch.setattr(comparisons, "unavailable", lambda: None)
    monkeypatch.setattr(comparisons, "_brokers", lambda: list(comparisons.COMPARED))
    assert len({**COMPARISONS, **LONG}[name](HARDLY)) == rows


def test_a_moment_of_a_long_log_is_gone_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "_SEEK_LENGTHS", (300_000,))
    monkeypatch.setattr(comparisons, "_SEEK_ROUNDS", 1)
    rows = comparisons.compare_seek(HARDLY)
    assert next(row.what for row in rows) == "300 records: a seek, the slowest of 40"
    assert len(rows) == 4


def test_the_page_has_a_place_for_each_table() -> None:
    text = page.PAGE.read_text("utf-8")
    written = page.with_parts(text, dict.fromkeys([*COMPARISONS, *LONG, "machine"], "anew"), page.PAGE)
    assert written.count("\nanew\n") == len(COMPARISONS) + len(LONG) + 1
