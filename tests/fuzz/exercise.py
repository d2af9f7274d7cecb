"""Everything thrown at an exercise that runs on: the engine, with simulated parties who read what passes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from sim.core.assessment.judging.judgment import assess
from sim.core.engine.engine import Engine
from sim.core.engine.outside.garbled import REASON_CHARACTERS_MAX
from sim.core.messages.topics import parse
from sim.core.model.profile import Action
from sim.core.records.kinds import Garbled, Message
from sim.core.records.record import Chain, Entry, Record
from sim.core.world.scenario import Scenario
from sim.files.criteria import load_criteria
from sim.replay.scene import scene_of
from sim.replay.tally import tally
from tests.fuzz.corpus import Sample, play
from tests.fuzz.counts import Counts
from tests.fuzz.mutations import Mutator

AN_EXERCISE = 20_000
"""Messages thrown at one exercise, spread over all of its moments; then another begins."""

ALLOWED = frozenset({"message", "denied", "rights"})


def throw_at_exercise(count: int, seed: int, scenario: Scenario, samples: Sequence[Sample]) -> Counts:
    """Throw so many messages at exercises that go on between them; read and judge the log of each."""
    counts = Counts("a running exercise")
    mutator = Mutator(seed, samples)
    number = 0
    while count > 0:
        thrown = min(count, AN_EXERCISE)
        records = _Exercise(scenario, seed + number, mutator, counts).run(thrown, samples)
        _read(records, scenario)
        count -= thrown
        number += 1
    return counts


class _Exercise:
    def __init__(self, scenario: Scenario, seed: int, mutator: Mutator, counts: Counts) -> None:
        self._engine = Engine(scenario, seed, "open")
        self._mutator = mutator
        self._counts = counts
        self._chain, self._check = Chain(), Chain()
        self._records: list[Record] = []

    def run(self, count: int, samples: Sequence[Sample]) -> list[Record]:
        """Run an exercise to its end, with so many messages thrown in between; return its records."""
        engine = self._engine
        self._write([engine.opening()])
        moments = [sample.at_ms for sample in samples]
        end_ms, now = engine.scenario.end_ms, 0
        left = count
        while (at_ms := engine.next_ms()) is not None:
            self._write(play(engine, at_ms))
            now = at_ms
            known = samples[: bisect_right(moments, now)]
            due = count - left - count * now // end_ms
            for _ in range(-due if known else 0):
                self._throw(self._mutator.random.choice(known), now)
                left -= 1
        for _ in range(left):
            self._throw(self._mutator.sample(), now)
        self._write([engine.ledger.ending(end_ms, "completed")])
        return self._records

    def _throw(self, sample: Sample, now: int) -> None:
        mutator, table = self._mutator, self._engine.ledger.table
        is_strange = mutator.random.random() < 0.6
        payload = mutator.strange(sample) if is_strange else mutator.payload(sample)
        topic = sample.topic if mutator.random.random() < 0.8 else mutator.topic(sample)
        may_write = table.decide(sample.sender, now, Action.PUBLISH, topic).allowed
        entries = self._engine.ingest(now, topic, payload).entries
        self._write(entries)
        first = entries[0].content
        if isinstance(first, Garbled):
            assert len(entries) == 1, entries
            assert first.topic == topic
            assert 0 < len(first.reason) <= REASON_CHARACTERS_MAX
            assert not may_write or sample.sender in first.accounts, (topic, first)
            address = parse(topic)
            if may_write and address is not None and address.sender is not None:
                assert first.accounts == (sample.sender,), "the topic names one account, and rights bind it"
            self._counts.complain(first.reason)
            return
        assert isinstance(first, Message)
        assert first.outside
        assert {entry.kind for entry in entries} <= ALLOWED, entries
        self._counts.passed += 1

    def _write(self, entries: Sequence[Entry]) -> None:
        self._records += [self._check.check(self._chain.seal(entry)) for entry in entries]


def _read(records: list[Record], scenario: Scenario) -> None:
    """Read a log as those do who come after: its counts, pictures and advice."""
    counted = tally(records)
    assert counted.garbled == sum(record.kind == "garbled" for record in records)
    for at_ms in (scenario.end_ms // 2, scenario.end_ms):
        scene = scene_of(records, at_ms)
        scene.shared_picture()
        for party in scenario.parties:
            scene.picture_of(party)
    assert assess(records, load_criteria(None)).partners
