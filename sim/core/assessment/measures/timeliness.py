"""How fast a party is there: from alert to initial picture, from alarm to acknowledgement."""

from __future__ import annotations

from operator import itemgetter
from typing import TypeAlias

import numpy as np

from sim.core.assessment.evidence.evidence import Evidence
from sim.core.assessment.evidence.figure import Figure, Sample, of_samples, worst
from sim.core.assessment.log.entries import Moment, Sent
from sim.core.assessment.log.index import LogIndex, remembered
from sim.core.assessment.log.lookup import sent_by
from sim.core.messages.contents import Ack, Alarm, Alert, Proposal, SitRep
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId

_Call: TypeAlias = Sent[Alert] | Sent[Alarm]


def initial_picture(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from a party's first call in an activity to its initial picture.

    A call is an alert or an alarm. Initial picture (startbeeld): the first item of its own picture for who
    keeps one, else its first proposal or situation report. Who had a picture before it was called had it at
    once.
    """
    log = evidence.log
    samples = []
    for activity, call in first_calls(log, party).items():
        picture = _first_picture(log, party, activity)
        if picture is None:
            samples.append(
                Sample("initial-picture", activity, log.end_ms - call.at_ms, (call.seq,), open=True)
            )
            continue
        waited_ms = max(0, picture.at_ms - call.at_ms)
        samples.append(Sample("initial-picture", activity, waited_ms, (call.seq, picture.seq)))
    return of_samples(samples, worst)


def alarm_acknowledgement(evidence: Evidence, party: PartyId) -> Figure | None:
    """Measure the longest time (ms) from an alarm that reached a party to its acknowledgement."""
    log = evidence.log
    samples = []
    acks = {ack.data.of: ack for ack in reversed(sent_by(log, Ack, party))}
    for alarm in log.sent(Alarm):
        if not alarm.came_to(party):
            continue
        ack = acks.get(alarm.event.id)
        if ack is None:
            samples.append(Sample("alarm", alarm.activity, log.end_ms - alarm.at_ms, (alarm.seq,), open=True))
            continue
        samples.append(Sample("alarm", alarm.activity, ack.at_ms - alarm.at_ms, (alarm.seq, ack.seq)))
    return of_samples(samples, worst)


@remembered
def first_calls(log: LogIndex, party: PartyId) -> dict[ActivityId, _Call]:
    """Return the first alert or alarm that reached a party, by activity, in the order of the log."""
    sent: list[_Call] = [*log.sent(Alert), *log.sent(Alarm)]
    calls = [call for call in sent if call.came_to(party)]
    first: dict[ActivityId, _Call] = {}
    for call in sorted(calls, key=lambda call: call.seq):
        first.setdefault(call.activity, call)
    return first


def _first_picture(log: LogIndex, party: PartyId, activity: ActivityId) -> Moment | None:
    entry = log.party(party)
    if entry is not None and entry.directs_own_picture:
        return _first_own(log).get((party, activity))
    told: list[Sent[Proposal] | Sent[SitRep]] = [*sent_by(log, Proposal, party), *sent_by(log, SitRep, party)]
    mine = [Moment(message.seq, message.at_ms) for message in told if message.activity == activity]
    return min(mine, key=lambda message: message.seq, default=None)


@remembered
def _first_own(log: LogIndex) -> dict[tuple[PartyId, ActivityId], Moment]:
    """Return the first that each party told in its own picture of each activity."""
    told = log.told
    first: dict[tuple[PartyId, ActivityId], Moment] = {}
    own = np.flatnonzero(told.by_way(lambda way: way.address.shape is Shape.OWN and not way.late))
    ways, places = np.unique(told.way[own], return_index=True)
    for number, place in sorted(zip(ways.tolist(), places.tolist(), strict=True), key=itemgetter(1)):
        way = told.ways[number]
        first.setdefault((way.sender, way.activity), told.moment(int(own[place])))
    return first
