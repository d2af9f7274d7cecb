"""The record of a message that cannot be used: where it was sent, what is wrong with it, and from whom it is."""

from __future__ import annotations

from typing import Final

from sim.core.engine.ledger import Ledger
from sim.core.messages.topics import parse
from sim.core.model.ids import InjectId, PartyId
from sim.core.records.kinds import Garbled
from sim.core.records.record import Entry

REASON_CHARACTERS_MAX: Final = 400
"""What is wrong is often told with the words of the message itself, which may be long."""


def garbled(ledger: Ledger, now: int, topic: str, reason: str, causes: tuple[InjectId, ...] = ()) -> Entry:
    """Return the record of a message on ``topic`` that is wrong for ``reason``, taken in at ``now`` (ms).

    ``causes`` are the faults behind it, where it was made wrong by any.
    """
    if len(reason) > REASON_CHARACTERS_MAX:
        reason = f"{reason[: REASON_CHARACTERS_MAX - 1]}…"
    return Entry(now, "garbled", Garbled(topic, reason, _accounts(ledger, now, topic)), causes)


def _accounts(ledger: Ledger, now: int, topic: str) -> tuple[PartyId, ...]:
    """Return whose account it can have come from.

    A subscriber of MQTT is not told who published, but the broker let it through: it is from an account with
    the right to write there. Where that right has just ended, the level that names the sender still tells.
    """
    writers = ledger.writers_of(topic, now)
    if writers:
        return writers
    address = parse(topic)
    named = address.sender if address is not None else None
    return (named,) if named is not None and ledger.knows(named) else ()
