"""Liaison: a partner outside the tool sends somebody to the region's team once an alarm is taken (Tabel 1).

Who was called goes, and is there when the call said so; where nobody answered, somebody who is at the post travels as
long. Only once the liaison is there can anything be carried, either way. The region hears of it by a second
acknowledgement; where nobody can go it hears nothing.
"""

from __future__ import annotations

from sim.core.agents.acts import Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import TAKEN
from sim.core.agents.people.staffing import Desk, Station
from sim.core.messages.contents import Ack
from sim.core.model.ids import ActivityId, EventId
from sim.core.model.staff import SECONDED, Duty

NAME = "liaison"
"""Under this name a party remembers, by activity, since when it works in it and when its liaison is there."""
ARRIVED = "liaison.arrived"


def _taken(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, event, region = stimulus.about
    if activity not in state.engaged:
        return state, []  # over in the meantime
    there_ms = _there_ms(brief, state, activity, event, now)
    if there_ms is None:
        text = f"nobody can go to {region} as liaison for {activity}"
        return state, [Remark("unreachable", None, text, event)]
    state = state.with_mind(NAME, {activity: (state.engaged[activity], there_ms)})
    return state, [Wake(max(now, there_ms), ARRIVED, stimulus.about)]


def _there_ms(brief: Brief, state: AgentState, activity: ActivityId, event: EventId, now: int) -> int | None:
    """Return when the liaison is with the region; None when there is nobody who can go."""
    since_ms, sent_ms = state.mind(NAME).get(activity, (None, 0))
    if since_ms == state.engaged[activity]:
        return int(sent_ms)  # sent for an earlier alarm
    for role in brief.doers[Duty.LIAISON]:
        if role in SECONDED:
            continue  # that one comes from the region
        station = brief.stations[role]
        there_ms = _arrival_ms(station, state.desk(role), event, now)
        if there_ms is not None:
            return there_ms
    return None


def _arrival_ms(station: Station, desk: Desk, event: EventId, now: int) -> int | None:
    """Return when the first of a role is with the region: who was called for it, or travels from the post."""
    coming = [
        call.there_ms for call in desk.called.values() if call.there_ms > now or call.because_of == event
    ]
    if coming:
        return min(coming)
    leaves_in_ms = 0 if desk.called else station.opens_in_ms(now)
    if leaves_in_ms is None or leaves_in_ms > station.post.attention_ms:
        return None
    travel_ms = station.post.arrival.draw(station.chance, station.stream("travel"), event)
    return now + leaves_in_ms + travel_ms


def _arrived(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, event, region = stimulus.about
    if activity not in state.engaged:
        return state, []  # over in the meantime
    ack = Ack(activity=activity, of=event, arrived=True)
    return state, [
        Remark("arrived", None, f"the liaison is with {region} for {activity}", event),
        Publish(brief.mail(region, ack), ack, answers=event, because_of=event),
    ]


BEHAVIOUR = Behaviour(NAME, {TAKEN: _taken, ARRIVED: _arrived})
