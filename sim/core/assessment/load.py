"""How much comes in: messages in an hour, on average and in the busiest hour (Modeluitwerking 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Detail, Figure
from sim.core.assessment.log_entries import Sent, grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.model.ids import PartyId
from sim.core.model.time import HOUR_MS

_ROW: Final = "busiest-hour"


def messages_per_hour(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how many messages of others came to a party in an hour, over the whole run.

    What came late counts when it came; the same message never counts twice. None where nothing came.
    """
    return _per_hour(evidence.log, _received(evidence.log).get(party, ()), party)


def busiest_hour(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the messages of others that came to a party in its busiest hour.

    The hour may begin at any moment; a moment 60 minutes later is no part of it. Of several the first is taken.
    """
    came = _received(evidence.log).get(party, ())
    if not came:
        return None
    busiest = _busiest(came)
    seqs = tuple(one.seq for one in busiest)
    return Figure(value=len(busiest), count=len(came), evidence=seqs)


def all_messages_per_hour(evidence: Evidence) -> Figure | None:
    """Measure how many messages all parties together sent in an hour, over the whole run.

    The rows give, by party, how many came to it in an hour; the figure of that party names the records.
    """
    log = evidence.log
    sent = tuple(one for one in log.all_messages if not one.late)
    figure = _per_hour(log, sent, "")
    if figure is None:
        return None
    received = _received(log)
    rows = tuple(
        Detail("received", party, _rate(log, len(received[party])), ()) for party in sorted(received)
    )
    return Figure(
        value=figure.value, count=figure.count, evidence=figure.evidence, details=(*figure.details, *rows)
    )


@remembered
def _received(log: LogIndex) -> Mapping[PartyId, Sequence[Sent[Any]]]:
    # In order of time: what was addressed to one party and came late is there when it was sent.
    return grouped(
        (reader, sent) for sent in log.all_messages for reader in sent.readers if reader != sent.sender
    )


def _per_hour(log: LogIndex, messages: Sequence[Sent[Any]], about: str) -> Figure | None:
    if not messages or log.end_ms == 0:
        return None
    busiest = _busiest(messages)
    row = Detail(_ROW, about, len(busiest), tuple(one.seq for one in busiest))
    return Figure(
        value=_rate(log, len(messages)),
        count=len(messages),
        evidence=tuple(sent.seq for sent in messages),
        details=(row,),
    )


def _rate(log: LogIndex, count: int) -> float:
    return count * HOUR_MS / log.end_ms


def _busiest(messages: Sequence[Sent[Any]]) -> Sequence[Sent[Any]]:
    # Hours that begin with a message: no other has more in it.
    first, best, until = 0, 0, 0
    for after, last in enumerate(messages, start=1):
        while last.at_ms - messages[first].at_ms >= HOUR_MS:
            first += 1
        if after - first > until - best:
            best, until = first, after
    return messages[best:until]
