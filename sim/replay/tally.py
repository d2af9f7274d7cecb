"""Who wrote and read what: a run log folded into counts per party, and the list of refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import PartyId
from sim.core.records.kinds import Denied, Message, Opening, PartyEntry
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
    """A run, counted: parties in order of id, and refusals in order of time."""

    parties: dict[PartyId, PartyTally] = field(default_factory=dict)
    denials: list[Denial] = field(default_factory=list)


def tally(records: Iterable[Record]) -> Tally:
    """Return the counts of a run from its records."""
    counted = Tally()
    for record in records:
        content = record.content
        if isinstance(content, Opening):
            counted.parties = {entry.id: PartyTally(entry) for entry in content.parties}
        elif isinstance(content, Message):
            _count_message(counted, content)
        elif isinstance(content, Denied):
            counted.denials.append(Denial(record.seq, record.at_ms, content))
            if content.party in counted.parties:
                counted.parties[content.party].denied += 1
    return counted


def _count_message(counted: Tally, message: Message) -> None:
    address = parse(message.topic)
    sender = counted.parties.get(message.event.sender)
    if address is not None and sender is not None:
        kind = str(message.event.type).rpartition(".")[2]
        sender.written[address.shape, kind] += 1
    for reader in message.readers:
        counted.parties[reader].received += 1
