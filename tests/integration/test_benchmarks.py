"""The benchmarks in small: the load that they generate reaches every reader, and every comparison can be made."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from benchmarks import __main__ as command
from benchmarks import comparisons, page, through_beeld
from benchmarks.comparisons import COMPARISONS, LONG, Effort
from benchmarks.sample import Sample
from benchmarks.through_aiomqtt import measure_aiomqtt
from benchmarks.through_beeld import WARM_UP_TICKS, measure_session
from benchmarks.through_simpy import measure_simpy
from benchmarks.workload import Load, Tally
from sim.core.agents.acts import Delivered
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.session.exchange import BROKERS, MEMORY
from tests.integration.command import MOSQUITTO

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
    ("name", "rows"), [("mqtt", 2 * len(comparisons.COMPARED)), ("parties", 4), ("workers", 4)]
)
def test_the_others_say_what_was_measured(name: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(load: Load, _where: object, *_workers: int, **_how: bool) -> Sample:
        return Sample(load.per_tick * load.ticks, seconds=1.0)

    monkeypatch.setattr("benchmarks.sample.gc.collect", lambda: 0)
    monkeypatch.setattr(comparisons, "measure_session", measured)
    monkeypatch.setattr(comparisons, "measure_aiomqtt", measured)
    monkeypatch.setattr(comparisons, "_brokers", lambda: list(comparisons.COMPARED))
    assert len({**COMPARISONS, **LONG}[name](HARDLY)) == rows


def test_the_page_has_a_place_for_each_table() -> None:
    text = page.PAGE.read_text("utf-8")
    written = page.with_parts(text, dict.fromkeys([*COMPARISONS, *LONG, "machine"], "anew"), page.PAGE)
    assert written.count("\nanew\n") == len(COMPARISONS) + len(LONG) + 1
