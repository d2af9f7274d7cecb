"""Liaison: a partner outside the tool sends somebody to the region's team once an alarm is taken (Tabel 1).

Who was called goes, and is there when the call said so; where nobody answered, somebody who is at the post travels as
long. A liaison sits in the team of one region: another region is sent another one, as long as there is one. Only once
the liaison is there can anything be carried, either way. The region hears of it by a second acknowledgement; where
nobody can go it hears nothing.
"""

from __future__ import annotations

from sim.core.agents.acts import Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import TAKEN
from sim.core.agents.people.staffing import Desk, Station, posted, regions_of
from sim.core.messages.contents import Ack
from sim.core.model.ids import EventId, PartyId
from sim.core.model.staff import SECONDED, Duty, Role

NAME = "liaison"
"""Under this name a party remembers, by activity, since when it works in it and when its liaison is there."""
ARRIVED = "liaison.arrived"


def _taken(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, event, region = stimulus.about
    if activity not in state.engaged:
        return state, []  # over in the meantime
    since_ms, there_ms = state.mind(NAME).get(activity, (None, 0))
    if since_ms != state.engaged[activity]:  # not sent for an earlier alarm
        going = _going(brief, state, region, event, state.elapsed_ms(now))
        if going is None:
            text = f"nobody can go to {region} as liaison for {activity}"
            return state, [Remark("unreachable", None, text, event)]
        role, person, there_ms = going
        state = state.with_desk(role, posted(state.desk(role), person, activity, region))
        state = state.with_mind(NAME, {activity: (state.engaged[activity], there_ms)})
    return state, [Wake(max(now, state.reading_ms(there_ms)), ARRIVED, stimulus.about)]


def _going(
    brief: Brief, state: AgentState, region: PartyId, event: EventId, now: int
) -> tuple[Role, int, int] | None:
    """Return who goes to a region, by role and number, and when that one is there; None when nobody can go.

    Roads keep exercise time, whatever the party's clock reads.
    """
    roles = [role for role in brief.doers[Duty.LIAISON] if role not in SECONDED]  # those come from the region
    for role in roles:
        for other, (person, where) in sorted(state.desk(role).posted.items()):
            if where == region:  # is there, or on the way, for another activity
                return role, person, state.mind(NAME)[other][1]
    for role in roles:
        found = _leaving(brief.stations[role], state.desk(role), event, now)
        if found is not None:
            return role, *found
    return None


def _leaving(station: Station, desk: Desk, event: EventId, now: int) -> tuple[int, int] | None:
    """Return who of a role goes, and when that one is there: who was called for it, or travels from the post."""
    called = [(person, call) for person, call in sorted(desk.called.items()) if not regions_of(desk, person)]
    coming = [
        (call.there_ms, person) for person, call in called if call.there_ms > now or call.because_of == event
    ]
    if coming:
        there_ms, person = min(coming)
        return person, there_ms
    on_duty = [person for person in range(station.post.on_duty) if not regions_of(desk, person)]
    here, leaves_in_ms = (
        ([person for person, _ in called], 0) if called else (on_duty, station.opens_in_ms(now))
    )
    if not here or leaves_in_ms is None or leaves_in_ms > station.post.attention_ms:
        return None
    travel_ms = station.post.arrival.draw(station.chance, station.stream("travel"), event)
    return here[0], now + leaves_in_ms + travel_ms


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
