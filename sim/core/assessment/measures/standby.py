"""Whether access follows the role: let in when needed, let out when not (Beleidskader par. 2.2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Detail, Figure, Sample, cited, of_samples, worst
from sim.core.assessment.log.entries import Sent, Stamped
from sim.core.assessment.log.index import LogIndex
from sim.core.assessment.log.lookup import sent_by
from sim.core.messages.contents import Answer, Card, Conclusion, Invitation, Request
from sim.core.model.ids import ActivityId, PartyId
from sim.core.records.kinds import Rights


def wrong_state(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the time in all (ms) that a party kept access that it had no role for any more.

    It has no role once it has concluded so, and once the activity is closed.
    """
    periods = tuple(_periods(evidence.log, party))
    if not periods:
        return None
    # Access that still stands where it should not is time that is not over: it counts as pending.
    over = [period for period in periods if period.ended or period.wrong_ms == 0]
    value = sum(period.wrong_ms for period in over) if over else None
    total = sum(period.wrong_ms for period in periods)
    return Figure(
        value=value,
        pending=total if value is None or total > value else None,
        count=len(periods),
        evidence=cited(*(period.evidence for period in periods)),
        details=tuple(
            Detail(
                "wrong-state" if period.ended else "open", period.activity, period.wrong_ms, period.evidence
            )
            for period in periods
        ),
    )


def access_waiting(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from a party's being invited or asking for access to an answer.

    The answer is the rights, or a refusal.
    """
    log = evidence.log
    steps = _steps(log, party)
    asked = sorted({step.activity for step in steps if step.what == "asked"})
    samples = [sample for activity in asked for sample in _waits(log, steps, activity)]
    return of_samples(samples, worst)


@dataclass(frozen=True, slots=True)
class _Period:
    activity: ActivityId
    wrong_ms: int
    ended: bool
    evidence: tuple[int, ...]


def _periods(log: LogIndex, party: PartyId) -> Iterator[_Period]:
    standing: dict[tuple[ActivityId, str], Stamped[Rights]] = {}
    for change in log.rights:
        rights = change.content
        if rights.party != party:
            continue
        key = (rights.activity, rights.bundle)
        if rights.change == "granted":
            standing.setdefault(key, change)
        elif key in standing:
            yield _period(log, standing.pop(key), change)
    for granted in standing.values():
        yield _period(log, granted, None)


def _period(log: LogIndex, granted: Stamped[Rights], revoked: Stamped[Rights] | None) -> _Period:
    rights = granted.content
    until_ms = revoked.at_ms if revoked is not None else log.end_ms
    endings: list[Sent[Conclusion] | Sent[Card]] = [*_no_role(log, granted, revoked)]
    closing = log.closing(rights.activity)
    if closing is not None:
        endings.append(closing)
    reasons = [ending for ending in endings if ending.at_ms < until_ms]
    first = min(reasons, key=lambda ending: ending.at_ms, default=None)
    wrong_ms = until_ms - max(granted.at_ms, first.at_ms) if first is not None else 0
    return _Period(
        activity=rights.activity,
        wrong_ms=wrong_ms,
        ended=revoked is not None,
        evidence=cited(
            (granted.seq,),
            (revoked.seq,) if revoked is not None else (),
            (first.seq,) if first is not None else (),
        ),
    )


def _no_role(
    log: LogIndex, granted: Stamped[Rights], revoked: Stamped[Rights] | None
) -> tuple[Sent[Conclusion], ...]:
    """Return the conclusion that the party has no role, unless it came back on it while it had access."""
    said = [
        conclusion
        for conclusion in sent_by(log, Conclusion, granted.content.party)
        if conclusion.activity == granted.content.activity
        and conclusion.seq > granted.seq
        and (revoked is None or conclusion.seq < revoked.seq)
    ]
    standing: tuple[Sent[Conclusion], ...] = ()
    for conclusion in said:
        standing = () if conclusion.data.role else standing or (conclusion,)
    return standing


@dataclass(frozen=True, slots=True)
class _Step:
    what: str
    at_ms: int
    seq: int
    activity: ActivityId


def _steps(log: LogIndex, party: PartyId) -> list[_Step]:
    requests = [
        request
        for request in log.sent(Request)
        if request.data.purpose != "verify" and party in (request.sender, request.data.on_behalf_of)
    ]
    ids = {request.event.id for request in requests}
    invitations = [invitation for invitation in log.sent(Invitation) if invitation.came_to(party)]
    asked: list[Sent[Request] | Sent[Invitation]] = [*requests, *invitations]
    refused = [
        answer for answer in log.sent(Answer) if answer.data.of in ids and answer.data.outcome == "refused"
    ]
    steps = [_Step("asked", sent.at_ms, sent.seq, sent.activity) for sent in asked]
    steps += [_Step("refused", sent.at_ms, sent.seq, sent.activity) for sent in refused]
    steps += [
        _Step(change.content.change, change.at_ms, change.seq, change.content.activity)
        for change in log.rights
        if change.content.party == party
    ]
    return sorted(steps, key=lambda step: step.seq)


def _waits(log: LogIndex, steps: Sequence[_Step], activity: ActivityId) -> Iterator[Sample]:
    waiting: _Step | None = None
    inside = False
    for step in steps:
        if step.activity != activity:
            continue
        if step.what == "asked":
            # Asking again, or while inside, starts no new wait.
            waiting = waiting or (None if inside else step)
            continue
        inside = step.what == "granted" or (inside and step.what == "refused")
        if waiting is not None and step.what != "revoked":
            yield Sample(step.what, activity, step.at_ms - waiting.at_ms, (waiting.seq, step.seq))
            waiting = None
    if waiting is not None:
        yield Sample("asked", activity, log.end_ms - waiting.at_ms, (waiting.seq,), open=True)
