"""What is told to people who steer an exercise, one JSON line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from sim.core.model.ids import EventId, InjectId, PartyId


class Told(msgspec.Struct, frozen=True, tag_field="tell", kw_only=True):
    """Base of all that is told."""


class Ready(Told, frozen=True, tag="ready"):
    """The exercise begins: where its log is written, and what clients need to join in.

    Attributes:
        folder: The run folder.
        run: Id of the run.
        root: What comes before every topic.
        speed: Exercise time per wall time.
        paused: Whether it waits to be resumed before it begins.
        end_ms: When it ends, as planned (ms of exercise time).
        host: Where its broker listens.
        port: On which port.
        credentials: The file with the passwords of the parties, readable by its owner only.
    """

    folder: str
    run: str
    root: str
    speed: float
    paused: bool
    end_ms: int
    host: str = ""
    port: int = 0
    credentials: str = ""


class Progress(Told, frozen=True, tag="progress"):
    """How far the exercise is: about once a second of wall time, and whenever something changes.

    Attributes:
        at_ms: Exercise time (ms).
        end_ms: When it ends, as planned.
        phase: Whether it goes on.
        speed: Exercise time per wall time.
        late_ms: How late the last moment began (ms of exercise time).
        worst_ms: How late the latest of all began.
        drift_ms: How much later the last moments began than the first: what adds up.
        seats: By whom each seat is taken, by party.
        messages: Messages that went through.
        deliveries: Their deliveries to parties.
        denied: Refusals.
    """

    at_ms: int
    end_ms: int
    phase: Literal["running", "paused"]
    speed: float
    late_ms: int
    worst_ms: int
    drift_ms: int
    seats: Mapping[PartyId, str]
    messages: int
    deliveries: int
    denied: int


class Answer(Told, frozen=True, tag="answer", omit_defaults=True):
    """What came of a command.

    Attributes:
        id: Id of the command; "" of a line in which none could be read.
        ok: Whether it was carried out.
        problem: Why it was not, in one line.
        made: Id of the inject or fault that was thrown in.
        event: Id of the event in which something was said.
        outcome: What the broker did with what was said or asked for: ``waiting`` when the party cannot reach it now.
        rule: Rule by which the broker refused.
        source: Source of that rule.
    """

    id: str
    ok: bool
    problem: str = ""
    made: InjectId = ""
    event: EventId = ""
    outcome: Literal["", "accepted", "denied", "waiting"] = ""
    rule: str = ""
    source: str = ""


class Ended(Told, frozen=True, tag="ended"):
    """The exercise is over, and its log is closed.

    Attributes:
        folder: The run folder.
        outcome: Whether the exchange held.
        reason: Why it did not.
        digest: Digest of the log.
        records: Records in it.
        exercise_ms: How far it came (ms of exercise time).
        wall_ms: How long it took (ms of wall time).
    """

    folder: str
    outcome: Literal["completed", "failed"]
    reason: str
    digest: str
    records: int
    exercise_ms: int
    wall_ms: int


AnyTold: TypeAlias = Ready | Progress | Answer | Ended

_DECODER: Final = msgspec.json.Decoder(AnyTold)
_ENCODER: Final = msgspec.json.Encoder()


def line_of(told: AnyTold) -> bytes:
    """Return something as it is told, newline included."""
    return _ENCODER.encode(told) + b"\n"


def read_told(line: bytes) -> AnyTold:
    """Return what a line tells.

    Raises:
        msgspec.DecodeError: It tells nothing of ours.
    """
    told: AnyTold = _DECODER.decode(line)
    return told
