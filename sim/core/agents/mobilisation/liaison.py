"""Liaison: a partner outside the tool sends somebody to the region's team when it is alarmed (Tabel 1, aanspreekpunt).

Only once the liaison is there can anything be carried, either way. The region hears of it by a second acknowledgement.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Delivered, Publish, Remark, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import Ack, Alarm
from sim.core.model.staff import Duty

ARRIVED = "liaison.arrived"


def _alarmed(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    alarm: Alarm = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event
    about = (alarm.activity, event.id, event.sender)
    return state, [Assign(Duty.LIAISON, f"liaison/{event.id}", ARRIVED, about, event.id)]


def _arrived(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, event, region = stimulus.about
    if activity not in state.engaged:
        return state, []  # no part in it, or over in the meantime
    ack = Ack(activity=activity, of=event, arrived=True)
    return state, [
        Remark("arrived", None, f"the liaison is with {region} for {activity}", event),
        Publish(brief.mail(region, ack), ack, answers=event, because_of=event),
    ]


BEHAVIOUR = Behaviour("liaison", {Alarm: _alarmed, ARRIVED: _arrived})
