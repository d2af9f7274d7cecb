"""How much comes in: messages in an hour, on average and in the busiest hour (Modeluitwerking 10)."""

from __future__ import annotations

from collections import Counter
from typing import Final

import msgspec
import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure
from sim.core.assessment.evidence.rows import ROWS_MAX
from sim.core.assessment.log.columns import Numbers
from sim.core.assessment.log.index import LogIndex, remembered_last
from sim.core.assessment.log.lookup import Messages, mail_to, messages_in
from sim.core.model.ids import PartyId
from sim.core.model.time import HOUR_MS

_ROW: Final = "busiest-hour"


def messages_per_hour(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how many messages of others came to a party in an hour, over the whole run.

    What came late counts when it came; the same message never counts twice. None where nothing came.
    """
    return _per_hour(evidence.log, _received(evidence.log, party), party)


def busiest_hour(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the messages of others that came to a party in its busiest hour.

    The hour may begin at any moment; a moment 60 minutes later is no part of it. Of several the first is taken.
    """
    came = _received(evidence.log, party)
    if not len(came.seq):
        return None
    busiest = _busiest(came)
    seqs = tuple(busiest[:ROWS_MAX].tolist())
    return Figure(value=len(busiest), count=len(came.seq), evidence=seqs, left_out=len(busiest) - len(seqs))


def all_messages_per_hour(evidence: Evidence) -> Figure | None:
    """Measure how many messages all parties together sent in an hour, over the whole run.

    The rows give, by party, how many came to it in an hour; the figure of that party names the records.
    """
    log = evidence.log
    mail = np.array([place for place, letter in enumerate(log.mail) if not letter.late], np.int64)
    sent = messages_in(log, ~log.told.late, mail)
    figure = _per_hour(log, sent, "")
    if figure is None:
        return None
    received: Counter[PartyId] = Counter()
    for (sender, _, readers, _), count in log.traffic.items():
        for reader in readers:
            received[reader] += count if reader != sender else 0
    rows = tuple(
        Detail("received", party, _rate(log, count), ()) for party, count in sorted(received.items()) if count
    )
    return msgspec.structs.replace(figure, details=(*figure.details, *rows))


@remembered_last
def _received(log: LogIndex, party: PartyId) -> Messages:
    # In order of time: what was addressed to one party and came late is there when it was sent.
    mail = mail_to(log).get(party, np.empty(0, np.int64))
    return messages_in(log, log.told.read_by(party) & ~log.told.sent_by(party), mail)


def _per_hour(log: LogIndex, messages: Messages, about: str) -> Figure | None:
    count = len(messages.seq)
    if count == 0 or log.end_ms == 0:
        return None
    busiest = _busiest(messages)
    shown = tuple(busiest[:ROWS_MAX].tolist())
    cited = tuple(messages.seq[:ROWS_MAX].tolist())
    return Figure(
        value=_rate(log, count),
        count=count,
        evidence=cited,
        details=(Detail(_ROW, about, len(busiest), shown, len(busiest) - len(shown)),),
        left_out=count - len(cited),
    )


def _rate(log: LogIndex, count: int) -> float:
    return count * HOUR_MS / log.end_ms


def _busiest(messages: Messages) -> Numbers:
    # Hours that end with a message: no other has more in it.
    at_ms = messages.at_ms
    first = np.searchsorted(at_ms, at_ms - HOUR_MS, "right")
    last = int(np.argmax(np.arange(len(at_ms)) - first))
    busiest: Numbers = messages.seq[first[last] : last + 1]
    return busiest
