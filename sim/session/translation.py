"""Between engine and transport: what each says, in the other's words."""

from __future__ import annotations

from sim.core.engine.exchange import BrokerAnswer, Publication
from sim.core.engine.foresight import Foreseen
from sim.transport.port import Outcome, Outgoing


def outgoing_of(publication: Publication, expected: Foreseen) -> Outgoing:
    """Return what a transport is given of a publication."""
    readers = (*expected.readers, *expected.slowly) if expected.decision.allowed else ()
    return Outgoing(publication.party, publication.topic, publication.payload, publication.retain, readers)


def answer_of(outcome: Outcome) -> BrokerAnswer:
    """Return what the engine is told of what a broker did."""
    if outcome.accepted:
        return BrokerAnswer(accepted=True)
    return BrokerAnswer(accepted=False, local={"reason_code": outcome.reason_code, "how": outcome.how})
