"""Liaison: a partner outside the tool sends somebody to the region's team once an alarm is taken (Tabel 1).

Only once the liaison is there can anything be carried, either way. The region hears of it by a second acknowledgement.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Publish, Remark, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import TAKEN
from sim.core.messages.contents import Ack
from sim.core.model.staff import Duty

ARRIVED = "liaison.arrived"


def _taken(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    _, event, _ = stimulus.about
    return state, [Assign(Duty.LIAISON, f"liaison/{event}", ARRIVED, stimulus.about, event)]


def _arrived(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, event, region = stimulus.about
    if activity not in state.engaged:
        return state, []  # over in the meantime
    ack = Ack(activity=activity, of=event, arrived=True)
    return state, [
        Remark("arrived", None, f"the liaison is with {region} for {activity}", event),
        Publish(brief.mail(region, ack), ack, answers=event, because_of=event),
    ]


BEHAVIOUR = Behaviour("liaison", {TAKEN: _taken, ARRIVED: _arrived})
