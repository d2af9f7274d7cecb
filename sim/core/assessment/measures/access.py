"""What was tried and refused, and what came through that should not have (Beleidskader hoofdstuk 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, cited
from sim.core.assessment.log.entries import Stamped
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.messages.contents import Request
from sim.core.model.ids import ActivityId, PartyId
from sim.core.records.kinds import Denied, Undelivered

_TRIED = ("publish", "subscribe")
_ACTIVITY_PREFIX = "activity"


def denied_attempts(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count a party's attempts to read or write that the broker refused.

    Who finds the door of an activity shut and then asks to be let in did as agreed: such an attempt stands
    in the rows as ``asked`` and is not counted. Neither is a delivery that was withheld (``withheld``):
    nobody tried anything. Attempts that exercise control ordered count, and are marked ``ordered``.
    """
    log = evidence.log
    denied = [record for record in log.denied if record.content.party == party]
    published = log.publications.get(party, 0)
    subscribed = sum(record.content.party == party for record in log.subscribed)
    return _denials(log, denied, published + subscribed)


def all_denied_attempts(evidence: Evidence) -> Figure | None:
    """Count all attempts to read or write that the broker refused, as for one party."""
    log = evidence.log
    return _denials(log, log.denied, log.traffic.total() + len(log.subscribed))


def leaks(evidence: Evidence, party: PartyId) -> Figure | None:
    """Count the deliveries to a party that its rights forbid."""
    log = evidence.log
    mine = [leak for leak in log.leaks if leak.content.party == party]
    return _undelivered(log, mine, log.deliveries.get(party, 0))


def all_leaks(evidence: Evidence) -> Figure | None:
    """Count all deliveries that the rights forbid."""
    log = evidence.log
    return _undelivered(log, log.leaks, sum(log.deliveries.values()))


def all_lost(evidence: Evidence) -> Figure | None:
    """Count all deliveries that the rights foresee and that never came."""
    log = evidence.log
    return _undelivered(log, log.lost, sum(log.deliveries.values()))


def _denials(log: LogIndex, denied: Sequence[Stamped[Denied]], allowed: int) -> Figure | None:
    rows = [Detail(_what(log, record), record.content.topic, 1, (record.seq,)) for record in denied]
    attempts = [row for row in rows if row.what not in ("asked", "withheld")]
    if not attempts:
        return _none_found(log, allowed, rows)
    return Figure(
        value=len(attempts),
        count=len(attempts) + allowed,
        evidence=cited(*(row.evidence for row in attempts)),
        details=tuple(rows),
    )


def _undelivered(log: LogIndex, found: Sequence[Stamped[Undelivered]], delivered: int) -> Figure | None:
    if not found:
        return _none_found(log, delivered, ())
    rows = [Detail(record.content.party, record.content.topic, 1, (record.seq,)) for record in found]
    return Figure(
        value=len(found),
        count=len(found) + delivered,
        evidence=cited(*(row.evidence for row in rows)),
        details=tuple(rows),
    )


def _none_found(log: LogIndex, chances: int, rows: Sequence[Detail]) -> Figure | None:
    # That something did not happen shows only where it could have, and only in a log that is whole.
    if chances == 0 or log.end_seq is None:
        return None
    return Figure(value=0, count=chances, evidence=(log.end_seq,), details=tuple(rows))


def _what(log: LogIndex, record: Stamped[Denied]) -> str:
    if record.content.attempt not in _TRIED:
        return "withheld"
    if any(cause in log.injects for cause in record.cause):
        return "ordered"
    if record.content.attempt == "subscribe" and _asked_after(log, record):
        return "asked"
    return record.content.attempt


def _asked_after(log: LogIndex, record: Stamped[Denied]) -> bool:
    levels = record.content.topic.split("/")
    if levels[0] != _ACTIVITY_PREFIX or len(levels) < 2:
        return False
    return _last_asked(log).get((levels[1], record.content.party), -1) > record.seq


@remembered
def _last_asked(log: LogIndex) -> Mapping[tuple[ActivityId, PartyId], int]:
    return {
        (request.data.activity, party): request.seq
        for request in log.sent(Request)
        if request.data.purpose == "access"
        for party in (request.sender, request.data.on_behalf_of)
    }
