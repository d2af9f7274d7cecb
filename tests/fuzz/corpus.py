"""Real messages to start from: those of a run of a shipped scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sim.core.engine.engine import Engine
from sim.core.engine.exchange import BrokerAnswer
from sim.core.messages.codec import decode
from sim.core.records.kinds import EncodedMessage
from sim.core.records.record import Entry
from sim.core.world.scenario import Scenario
from sim.files.scenario.loading import load_scenario

RICH = "gaslek-keten"
"""A shipped scenario in which nearly every kind of message is sent."""

SEED = 7


@dataclass(frozen=True)
class Sample:
    """One message as it went through: when (ms), where, its bytes, and who sent it."""

    at_ms: int
    topic: str
    payload: bytes
    sender: str


def play(engine: Engine, at_ms: int) -> list[Entry]:
    """Play one moment over a broker that does as the access table says, and return its records."""
    turn = engine.turn(at_ms)
    table = engine.ledger.table
    wished = [table.decide_subscription(wish.party, at_ms, wish.topic_filter).allowed for wish in turn.wishes]
    settled = engine.settle_wishes(turn, [BrokerAnswer(accepted) for accepted in wished])
    foreseen = engine.foresee(turn)
    answers = [BrokerAnswer(expected.decision.allowed) for expected in foreseen]
    return [*turn.entries, *settled, *engine.settle(turn, foreseen, answers).entries]


def scenario(name: str | Path = RICH) -> Scenario:
    """Return a scenario to start from."""
    return load_scenario(name)


def samples(of: Scenario) -> list[Sample]:
    """Return every message of a run of a scenario, in order."""
    return list(_samples(Engine(of, SEED, "open")))


def _samples(engine: Engine) -> Iterator[Sample]:
    while (at_ms := engine.next_ms()) is not None:
        for entry in play(engine, at_ms):
            if isinstance(entry.content, EncodedMessage):
                payload = bytes(entry.content.event)
                yield Sample(at_ms, entry.content.topic, payload, decode(payload).sender)
