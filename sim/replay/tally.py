"""Who wrote and read what: a run log folded into counts per party, and the list of refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import PartyId
from sim.core.records.kinds import Delivery, Denied, FaultUnmet, Garbled, Message, Opening, PartyEntry
from sim.core.records.record import Record


@dataclass(slots=True)
class PartyTally:
    """What one party wrote, by shape of topic and kind of message, what it received, and what it was denied."""

    party: PartyEntry
    written: Counter[tuple[Shape, str]] = field(default_factory=Counter)
    received: int = 0
    denied: int = 0


@dataclass(slots=True)
class Denial:
    """One refusal: when (ms), and what."""

    seq: int
    at_ms: int
    denied: Denied


@dataclass(slots=True)
class Tally:
    """A run, counted: clock time at T+0, parties by id, refusals by time, garbled messages, faults never entered."""

    start: datetime
    parties: dict[PartyId, PartyTally]
    denials: list[Denial] = field(default_factory=list)
    garbled: int = 0
    unmet: list[FaultUnmet] = field(default_factory=list)


def tally(records: Iterable[Record]) -> Tally:
    """Return the counts of a run from its records.

    Raises:
        ValueError: The log has no opening record.
    """
    reading = iter(records)
    opening = next(reading, None)
    if opening is None or not isinstance(opening.content, Opening):
        raise ValueError("expected a log that begins with the record run, found none")
    counted = Tally(
        start=datetime.fromisoformat(opening.content.start),
        parties={entry.id: PartyTally(entry) for entry in opening.content.parties},
    )
    for record in reading:
        if isinstance(record.content, Message):
            _count_message(counted, record.content)
        elif isinstance(record.content, Delivery):
            if record.content.how == "late":
                counted.parties[record.content.party].received += 1
        elif isinstance(record.content, Denied):
            counted.denials.append(Denial(record.seq, record.at_ms, record.content))
            if record.content.party in counted.parties:
                counted.parties[record.content.party].denied += 1
        elif isinstance(record.content, Garbled):
            counted.garbled += 1
        elif isinstance(record.content, FaultUnmet):
            counted.unmet.append(record.content)
    return counted


def _count_message(counted: Tally, message: Message) -> None:
    address = parse(message.topic)
    sender = counted.parties.get(message.event.sender)
    if address is not None and sender is not None:
        kind = str(message.event.type).rpartition(".")[2]
        sender.written[address.shape, kind] += 1
    for reader in message.readers:
        counted.parties[reader].received += 1
