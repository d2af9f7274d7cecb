"""How soon and how well a party responds: to questions, to alarms, to levels, to being let in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from sim.core.assessment.duties import closed, works_from
from sim.core.assessment.evidence import Evidence
from sim.core.assessment.figure import Figure, Sample, median, of_samples, of_share, percentile_95, worst
from sim.core.assessment.log_entries import Sent, Stamped, grouped
from sim.core.assessment.log_index import LogIndex, remembered
from sim.core.assessment.lookup import sent_by
from sim.core.messages.contents import Alarm, Answer, Briefing, Card, Conclusion, Decision, Request, Scaling
from sim.core.model.ids import ActivityId, PartyId
from sim.core.records.kinds import Rights, Subscribed

Purpose: TypeAlias = Literal["verify", "inform", "effects", "spar"]

_QUESTIONS: Final[Mapping[Purpose, str]] = {
    "verify": "when it is asked whether something is right (Modeluitwerking 12)",
    "inform": "when it is asked for information (Modeluitwerking 10)",
    "effects": "when it is asked what a threat means for its systems (Modeluitwerking 4)",
    "spar": "when a leader of the region calls its counterpart to spar (Modeluitwerking 8, 13)",
}
"""What a party is asked, by purpose."""

_Telling: TypeAlias = Sent[Scaling] | Sent[Card] | Sent[Alarm]
_Known: TypeAlias = dict[str, list[tuple[int, int]]]
"""By level: the records that told it, and when (ms)."""


def answer_time(purpose: Purpose) -> Callable[[Evidence, PartyId], Figure | None]:
    """Return the measure of the median time (ms) in which a party answers questions for a purpose.

    That it does not know is an answer too: the one who asked can then ask elsewhere.
    """

    def measure(evidence: Evidence, party: PartyId) -> Figure | None:
        log = evidence.log
        answers = {answer.data.of: answer for answer in reversed(sent_by(log, Answer, party))}
        samples = []
        for request in log.sent(Request):
            if request.data.purpose != purpose or not request.came_to(party):
                continue
            about = request.data.subject or request.data.theme or request.activity
            answer = answers.get(request.event.id)
            if answer is None:
                waited_ms = log.end_ms - request.at_ms
                samples.append(Sample("asked", about, waited_ms, (request.seq,), open=True))
                continue
            seqs = (request.seq, answer.seq)
            samples.append(Sample(answer.data.outcome, about, answer.at_ms - request.at_ms, seqs))
        return of_samples(samples, median)

    measure.__doc__ = f"Measure the median time (ms) in which a party answers {_QUESTIONS[purpose]}."
    return measure


def first_contact(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of alarms of a party after which no next contact had to be called (Modeluitwerking 7)."""
    log = evidence.log
    onward = {
        cause: note.seq for note in log.notes if note.content.what == "escalated" for cause in note.cause
    }
    rows = []
    for alarm in log.sent(Alarm):
        if not alarm.came_to(party):
            continue
        escalated = onward.get(alarm.event.id)
        seqs = (alarm.seq,) if escalated is None else (alarm.seq, escalated)
        rows.append((alarm.activity, escalated is None, seqs))
    return of_share(rows)


def level_awareness(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure how long (ms) one side works with a level of the other that has changed: 95th percentile.

    Both ways (Modeluitwerking 8): the region's GRIP level until the partner has been told it, by the region's own
    message, an alarm of that level, or the card of the activity; and the partner's own level until the region that
    directs the activity has been told. A level that the next one overtakes was unknown for no longer than it held.
    """
    log = evidence.log
    samples: list[Sample] = []
    for activity in log.opening.activities:
        from_ms = works_from(log, party, activity.id)
        if from_ms is None or activity.directing == party:
            continue
        came = [one for one in log.came(Scaling) if one.activity == activity.id]
        others: list[_Telling] = [*log.came(Card), *log.came(Alarm)]
        calls = [one for one in others if one.activity == activity.id]
        theirs = [one for one in came if one.sender == activity.directing]
        mine = [one for one in came if one.sender == party]
        samples += _levels(log, activity.id, theirs, _by_level([*theirs, *calls], party), from_ms)
        samples += _levels(log, activity.id, mine, _by_level(mine, activity.directing), from_ms)
    return of_samples(samples, percentile_95)


def conclusion_time(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from when a party can look along to its conclusion that it has a role, or none.

    Beleidskader par. 2.2.2: a standby partner looks along to judge what its own role may be. It can from when it
    first reads in the activity after it was let in; what it never read counts from when it was let in.
    """
    log = evidence.log
    samples = []
    for granted in log.rights:
        rights = granted.content
        if rights.party != party or rights.change != "granted":
            continue
        said = (
            one
            for one in sent_by(log, Conclusion, party)
            if one.activity == rights.activity and one.seq > granted.seq
        )
        conclusion, looks = next(said, None), _looks_along(log, granted)
        since_ms, since = (granted.at_ms, (granted.seq,)) if looks is None else looks
        if conclusion is None:
            until_ms, ended_by = closed(log, rights.activity)
            waited_ms = max(0, until_ms - since_ms)
            samples.append(Sample("open", rights.activity, waited_ms, (*since, *ended_by), open=True))
            continue
        waited_ms = max(0, conclusion.at_ms - since_ms)
        samples.append(Sample("concluded", rights.activity, waited_ms, (*since, conclusion.seq)))
    return of_samples(samples, worst)


def _looks_along(log: LogIndex, granted: Stamped[Rights]) -> tuple[int, tuple[int, ...]] | None:
    """Return when a party that was let in first reads in the activity, and the records that show it."""
    begins = f"activity/{granted.content.activity}/"
    return next(
        (
            (record.at_ms, (granted.seq, record.seq))
            for record in _subscribed(log).get(granted.content.party, ())
            if record.seq > granted.seq and record.content.active and record.content.filter.startswith(begins)
        ),
        None,
    )


@remembered
def _subscribed(log: LogIndex) -> Mapping[PartyId, tuple[Stamped[Subscribed], ...]]:
    return grouped((record.content.party, record) for record in log.subscribed)


def briefed(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the share of decisions of teams before which a party was briefed, as was agreed (Modeluitwerking 13).

    A briefing counts for the first decision of its team that comes after it. Only decisions in regions whose
    agreement says that the partner is briefed, and only from when the party works in the activity.
    """
    log = evidence.log
    rows = []
    for activity in log.opening.activities:
        terms, from_ms = log.agreement_in(party, activity.id), works_from(log, party, activity.id)
        if terms is None or not terms.briefed or from_ms is None:
            continue
        for decision, since_seq in _decisions(log, activity.id):
            if decision.at_ms < from_ms:
                continue
            told = _briefing(log, party, decision, since_seq)
            seqs = (decision.seq,) if told is None else (told.seq, decision.seq)
            rows.append((f"{activity.id}/{decision.data.team}", told is not None, seqs))
    return of_share(rows)


def _by_level(said: Sequence[_Telling], reader: PartyId) -> _Known:
    # For each level the moments at which the reader was told it, with their records, in the order of the log.
    found: _Known = {}
    for one in sorted(said, key=lambda one: one.seq):
        if reader in one.readers:
            found.setdefault(_level(one), []).append((one.seq, one.at_ms))
    return found


def _level(said: _Telling) -> str:
    if isinstance(said.data, Alarm) or (isinstance(said.data, Scaling) and said.data.grip is None):
        return said.data.level
    return f"GRIP {said.data.grip}"


def _levels(
    log: LogIndex,
    activity: ActivityId,
    said: Sequence[Sent[Scaling]],
    known: _Known,
    from_ms: int,
) -> Iterator[Sample]:
    said = [one for one in said if not one.late]
    changes = [one for place, one in enumerate(said) if place == 0 or _level(one) != _level(said[place - 1])]
    for place, change in enumerate(changes):
        after = changes[place + 1] if place + 1 < len(changes) else None
        until_ms = log.end_ms if after is None else after.at_ms
        start_ms = max(change.at_ms, from_ms)
        if until_ms < start_ms or (after is not None and until_ms == start_ms):
            continue
        tellings = known.get(_level(change), [])
        told = next(iter(tellings[bisect_left(tellings, (change.seq, 0)) :]), None)
        if told is not None and told[1] <= until_ms:
            seqs = (change.seq,) if told[0] == change.seq else (change.seq, told[0])
            yield Sample("known", activity, max(0, told[1] - start_ms), seqs)
        else:
            what = "unknown" if after is None else "superseded"
            yield Sample(what, activity, until_ms - start_ms, (change.seq,), open=after is None)


def _decisions(log: LogIndex, activity: ActivityId) -> Iterator[tuple[Sent[Decision], int]]:
    last: dict[str, int] = {}
    for decision in log.sent(Decision):
        if decision.activity == activity:
            yield decision, last.get(decision.data.team, -1)
            last[decision.data.team] = decision.seq


def _briefing(
    log: LogIndex, party: PartyId, decision: Sent[Decision], since_seq: int
) -> Sent[Briefing] | None:
    told = _briefings(log).get((party, decision.activity, decision.data.team), ())
    place = bisect_right(told, since_seq, key=lambda one: one.seq)
    return told[place] if place < len(told) and told[place].seq < decision.seq else None


@remembered
def _briefings(log: LogIndex) -> Mapping[tuple[PartyId, ActivityId, str], list[Sent[Briefing]]]:
    found: dict[tuple[PartyId, ActivityId, str], list[Sent[Briefing]]] = {}
    for one in log.letters(Briefing):
        if one.recipient in one.readers:
            found.setdefault((one.recipient, one.activity, one.data.team), []).append(one)
    return found
