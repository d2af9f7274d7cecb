"""What is compared with what. Each comparison gives rows of a table, and takes a bounded time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.long_log import (
    Alone,
    measure_alone,
    measure_assess,
    measure_decode,
    measure_records,
    write_long_log,
)
from benchmarks.national import NationalRun, RunRow, measure_run, run_rows
from benchmarks.replaying import Seeks, measure_seeks, write_long_run
from benchmarks.sample import Measure, Sample, alternate, ratios, spread
from benchmarks.table import Aim, Row
from benchmarks.through_aiomqtt import measure_aiomqtt
from benchmarks.through_beeld import measure_session
from benchmarks.through_mosquitto_clients import measure_clients, unavailable
from benchmarks.through_simpy import measure_simpy
from benchmarks.workload import Load
from brokers.mosquitto import MosquittoBroker
from sim.session.exchange import MEMORY
from sim.transport.choice import BROKERS

FAN_OUT: Final = 9
"""Readers of each message where nothing else is said; a picture in the shipped exercise has 6 to 12."""

_MQTT_AIM: Final = Aim(0.7)
_SIMPY_AIM: Final = Aim(1.0)
_PARTIES_AIM: Final = Aim(1.3, at_most=True)
_LOOP_AIM: Final = Aim(0.8)
_SCALE_AIM: Final = Aim(1.2, at_most=True)
_NATIONAL_PARTIES: Final = 320
_NATIONAL_FAN_OUT: Final = 19
"""Parties and readers of a message as in the national exercise: a message there has 20 on average."""

_ASSESS_AIM: Final = Aim(3.0, at_most=True)
_SEEK_AIM: Final = Aim(50.0)
_SEEK_LENGTHS: Final = (100_000, 1_000_000)
_SEEK_ROUNDS: Final = 3
_WORKERS_AIM: Final = Aim(1.7)
_MOSQUITTO: Final = "mosquitto"
_NATIONAL_HOURS: Final = 8.0
_NATIONAL_RUNS: Final = 1
"""How often the national exercise is run on each broker: it takes minutes, and is the same each time."""
_RECORDS: Final = 10_000
_LENGTHS: Final = {10_000: 5, 100_000: 3, 1_000_000: 3}
"""Records of the long logs, and how often each is measured."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: repetitions, and what the lengths of the runs are divided by."""

    repetitions: int
    divisor: int = 1

    def ticks(self, full: int) -> int:
        """Return how many ticks to run where ``full`` is wanted: enough to have some after the warm-up."""
        return max(full // self.divisor, 5)


FULL: Final = Effort(repetitions=7)
QUICK: Final = Effort(repetitions=3, divisor=4)


def compare_mqtt(effort: Effort) -> list[Row]:
    """Hold a session over MQTT against a bare loop of the same client library on the same broker."""
    load = Load(parties=20, fan_out=FAN_OUT, ticks=effort.ticks(40))
    rows: list[Row] = []
    for name in _brokers():
        make_broker = BROKERS[name]
        session, in_step, free = alternate(
            [
                partial(measure_session, load, name),
                partial(measure_aiomqtt, load, make_broker, in_step=True),
                partial(measure_aiomqtt, load, make_broker, in_step=False),
            ],
            effort.repetitions,
        )
        rows.append(
            _rate_row(f"{name}, against a loop that waits for each round", session, in_step, _MQTT_AIM)
        )
        rows.append(_rate_row(f"{name}, against a loop that does not", session, free, _MQTT_AIM))
    return rows


def compare_simpy(effort: Effort) -> list[Row]:
    """Hold a session in memory against SimPy, which passes the same messages among as many processes."""
    rows: list[Row] = []
    for fan_out in (FAN_OUT, 4, 24):
        ticks = effort.ticks(540 // fan_out)
        load = Load(parties=100, fan_out=fan_out, ticks=ticks)
        session, simpy = alternate(
            [partial(measure_session, load, MEMORY), partial(measure_simpy, load)], effort.repetitions
        )
        aim = _SIMPY_AIM if fan_out == FAN_OUT else None
        rows.append(_rate_row(f"100 parties, {fan_out} readers of each message", session, simpy, aim))
    return rows


def compare_parties(effort: Effort) -> list[Row]:
    """Hold the cost of a delivery among many parties against that among few, in memory."""
    steady = [Load(parties, FAN_OUT, effort.ticks(6_000 // parties)) for parties in (10, 100, 500)]
    rows = _cost_rows(steady, effort.repetitions, _PARTIES_AIM)
    # Half of all parties read each message: 4, 49 and 249 of them.
    growing = [Load(10, 4, effort.ticks(1_000)), Load(100, 49, effort.ticks(12)), Load(500, 249, 5)]
    return rows + _cost_rows(growing, max(effort.repetitions // 2, 2), None)


def compare_assess(effort: Effort) -> list[Row]:
    """Hold the assessment of a long log against decoding its lines and nothing more."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "long.jsonl"
        write_long_log(path, _RECORDS // effort.divisor)
        whole, lines, typed = alternate(
            [partial(measure_assess, path), partial(measure_decode, path), partial(measure_records, path)], 3
        )
    return [
        _time_row("assess, against decoding each line with msgspec", whole, lines, _ASSESS_AIM),
        _time_row("assess, against decoding each record by its type", whole, typed, None),
    ]


def compare_long(effort: Effort) -> list[Row]:
    """Hold the assessment of ever longer logs against decoding their lines: time, and memory of processes alone."""
    rows: list[Row] = []
    for records, repetitions in _LENGTHS.items():
        with TemporaryDirectory() as folder:
            path = Path(folder) / "long.jsonl"
            write_long_log(path, records // effort.divisor)
            pairs = [
                (measure_alone("assess", path), measure_alone("decode", path)) for _ in range(repetitions)
            ]
        whole, lines = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        what = f"{records // effort.divisor:,} records"
        times = ([one.sample for one in whole], [one.sample for one in lines])
        rows.append(_time_row(f"{what}: time", *times, _ASSESS_AIM))
        peaks = spread([one.peak_mib / other.peak_mib for one, other in pairs])
        rows.append(Row(f"{what}: memory", _peak(whole), _peak(lines), peaks))
    return rows


def compare_seek(effort: Effort) -> list[Row]:
    """Hold the time to go to a moment of a long log against that to read it whole, both with records decoded."""
    rows: list[Row] = []
    for length in _SEEK_LENGTHS:
        records = length // effort.divisor
        with TemporaryDirectory() as folder:
            run = write_long_run(Path(folder) / "run", records)
            found = [measure_seeks(run) for _ in range(_SEEK_ROUNDS)]
        rows += [
            _seek_row(f"{records:,} records: a seek, the slowest of 40", found, "slowest_s", _SEEK_AIM),
            _seek_row(f"{records:,} records: a seek, the middle one", found, "middle_s", None),
            _seek_row(f"{records:,} records: opening it again", found, "open_s", None),
            _seek_row(f"{records:,} records: opening it for the first time", found, "first_s", None),
        ]
    return rows


def _seek_row(what: str, found: Sequence[Seeks], name: str, aim: Aim | None) -> Row:
    took = [float(getattr(one, name)) for one in found]
    times = spread([one.whole_s / seconds for one, seconds in zip(found, took, strict=True)])
    whole = f"{spread([one.whole_s for one in found]).middle:.1f} s"
    return Row(what, f"{spread(took).middle * 1_000:,.0f} ms", whole, times, aim)


def compare_workers(effort: Effort) -> list[Row]:
    """Hold two workers against one, and against a session without, over Mosquitto."""
    rows: list[Row] = []
    for fan_out, full in ((FAN_OUT, 24), (49, 9)):
        load = Load(parties=100, fan_out=fan_out, ticks=effort.ticks(full))
        measures = [partial(measure_session, load, "mosquitto", workers) for workers in (2, 1, 0)]
        two, one, none = alternate(measures, effort.repetitions)
        what = f"100 parties, {fan_out} readers"
        rows.append(_rate_row(f"{what}: two workers against one", two, one, _WORKERS_AIM))
        rows.append(_rate_row(f"{what}: two workers against none", two, none, None))
    return rows


def compare_national(effort: Effort) -> list[Row]:
    """Hold a session with as many parties as the national exercise against bare loops, and against itself with few."""
    rows: list[Row] = []
    load = Load(_NATIONAL_PARTIES, _NATIONAL_FAN_OUT, 5 if effort.divisor == 1 else 3)
    reason = unavailable()
    if reason is None:
        session, loop = alternate(
            [
                partial(measure_session, load, _MOSQUITTO),
                partial(measure_aiomqtt, load, BROKERS[_MOSQUITTO], in_step=True),
            ],
            max(effort.repetitions // 2, 1),  # to connect and subscribe so many takes longest
        )
        rows.append(_rate_row(f"{_MOSQUITTO}, {load.parties} parties: a loop", session, loop, _LOOP_AIM))
        few = Load(_NATIONAL_FAN_OUT + 1, _NATIONAL_FAN_OUT, effort.ticks(40))
        session, ceiling = alternate(
            [partial(measure_session, few, _MOSQUITTO), partial(measure_clients, few)], effort.repetitions
        )
        rows.append(_rate_row(f"{_MOSQUITTO}: its own clients, in C", session, ceiling, None))
    else:
        print(f"{_MOSQUITTO} is left out: {reason}")
    steady = [Load(parties, FAN_OUT, effort.ticks(10_000 // parties)) for parties in (10, 100, 1_000)]
    return rows + _cost_rows(steady, effort.repetitions, _SCALE_AIM)


def run_national(effort: Effort) -> list[RunRow]:
    """Run the national exercise, closed, on memory and on Mosquitto in turn."""
    brokers = [MEMORY, *(name for name in _brokers() if name == _MOSQUITTO)]
    runs: dict[str, list[NationalRun]] = {name: [] for name in brokers}
    for _ in range(1 if effort.divisor > 1 else _NATIONAL_RUNS):
        for name in brokers:
            runs[name].append(measure_run(name, _NATIONAL_HOURS / effort.divisor))
    return run_rows(runs)


COMPARISONS: Final[Mapping[str, Callable[[Effort], Sequence[Row | RunRow]]]] = {
    "mqtt": compare_mqtt,
    "simpy": compare_simpy,
    "parties": compare_parties,
    "assess": compare_assess,
}
"""Every comparison that is made unless others are named, by its name on the command line."""

LONG: Final[Mapping[str, Callable[[Effort], Sequence[Row | RunRow]]]] = {
    "long": compare_long,
    "national": compare_national,
    "national-run": run_national,
    "seek": compare_seek,
    "workers": compare_workers,
}
"""Comparisons that take minutes, made only when they are named."""


COMPARED: Final = ("embedded", "mosquitto")
"""Brokers of one process each: a cluster is for what it survives, and three nodes on one machine say little."""


def _brokers() -> list[str]:
    reason = MosquittoBroker.available()
    if reason is None:
        return list(COMPARED)
    print(f"mosquitto is left out: {reason}")
    return [name for name in COMPARED if name != "mosquitto"]


def _rate_row(what: str, one: Sequence[Sample], other: Sequence[Sample], aim: Aim | None) -> Row:
    return Row(what, _rate(one), _rate(other), ratios(one, other, lambda sample: sample.rate), aim)


def _time_row(what: str, one: Sequence[Sample], other: Sequence[Sample], aim: Aim | None) -> Row:
    return Row(what, _rate(one), _rate(other), ratios(one, other, lambda sample: sample.cost_us), aim)


def _cost_rows(loads: Sequence[Load], repetitions: int, aim: Aim | None) -> list[Row]:
    measures: list[Measure] = [partial(measure_session, load, MEMORY) for load in loads]
    few, *rest = alternate(measures, repetitions)
    return [
        Row(
            f"{load.parties} parties ({load.fan_out} readers) against {loads[0].parties} ({loads[0].fan_out})",
            _cost(many),
            _cost(few),
            ratios(many, few, lambda sample: sample.cost_us),
            aim,
        )
        for load, many in zip(loads[1:], rest, strict=True)
    ]


def _rate(samples: Sequence[Sample]) -> str:
    return f"{spread([sample.rate for sample in samples]).middle:,.0f}/s"


def _peak(measured: Sequence[Alone]) -> str:
    return f"{spread([one.peak_mib for one in measured]).middle:,.0f} MiB"


def _cost(samples: Sequence[Sample]) -> str:
    return f"{spread([sample.cost_us for sample in samples]).middle:.2f} us"
