"""Calling in: who is on call comes when the party is alarmed, or called (Modeluitwerking 5 and 7).

An alert calls those who take alarms and who keep the party's information; an alarm calls everybody.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from sim.core.agents.acts import Act, Remark, Wake
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.people.staffing import MOMENT, call, dismissed, is_attended
from sim.core.model.ids import EventId, InjectId
from sim.core.model.staff import Duty, Role

WATCH = (Duty.ALARM, Duty.INFORMATION)
"""Duties whose people come when there may be something."""


def call_in(
    brief: Brief,
    state: AgentState,
    now: int,
    because_of: EventId | InjectId,
    duties: Collection[Duty] = tuple(Duty),
) -> Reaction:
    """Call the people on call who can do some duties (by default everybody); say so where nobody can be reached.

    Who does not answer can be called again, at another moment. When somebody arrives, the run log is told.

    Args:
        brief: What the party knows beforehand.
        state: Its state.
        now: Exercise time (ms).
        because_of: Event or inject that leads to the call.
        duties: What people are needed for.
    """
    acts: list[Act] = []
    needed = {brief.doers[duty] for duty in duties} if len(duties) < len(Duty) else set(brief.stations)
    for role in sorted(role for role in needed if role is not None):
        state, more = call_role(brief, state, role, now, because_of)
        acts += more
    return state, acts


def call_role(
    brief: Brief, state: AgentState, role: Role, now: int, because_of: EventId | InjectId
) -> Reaction:
    """Call the people on call of one role; say so where nobody of it can be reached, or the party has none."""
    if role not in brief.stations:
        return state, [
            Remark("unreachable", None, f"{role.value}: the party has nobody in this role", because_of)
        ]
    station, desk = brief.stations[role], state.desk(role)
    if desk.called_ms == now or len(desk.called) == station.post.on_call:
        return state, []  # they were called at this moment, or have all come, or there are none
    desk, answered = call(station, desk, now, because_of)
    acts: list[Act] = [Wake(one.there_ms, MOMENT, role) for one in answered]
    if not is_attended(station, desk, now):
        text = f"{role.value}: none of {station.post.on_call} on call answered"
        acts.append(Remark("unreachable", None, text, because_of))
    return state.with_desk(role, desk), acts


def is_available(brief: Brief, state: AgentState, role: Role, now: int) -> bool:
    """Say whether somebody of a role is at the post, or has answered a call and is on the way."""
    station = brief.stations.get(role)
    return station is not None and is_attended(station, state.desk(role), now)


def send_home(state: AgentState) -> AgentState:
    """Return the state in which those who were called have gone home; they can be called again."""
    return msgspec.structs.replace(state, desks={role: dismissed(desk) for role, desk in state.desks.items()})
