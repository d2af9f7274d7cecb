"""Calling in: who is on call comes when the party is alarmed, or called (Modeluitwerking 5 and 7).

An alert calls those who take alarms and who keep the party's information; an alarm calls everybody. Who is seconded
comes only when the region has decided so (Beleidskader par. 2.2.3).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec

from sim.core.agents.acts import Act, Remark, Wake
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.people.staffing import MOMENT, call, dismissed, is_attended, is_there, recalled
from sim.core.model.ids import ActivityId, EventId, InjectId
from sim.core.model.staff import SECONDED, Duty, Role
from sim.core.model.staffed import Limits

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

    For a duty the next role is called where nobody of the one before can be reached. Who does not answer can be
    called again, at another moment. When somebody arrives, the run log is told.

    Args:
        brief: What the party knows beforehand.
        state: Its state.
        now: Exercise time (ms).
        because_of: Event or inject that leads to the call.
        duties: What people are needed for.
    """
    acts: list[Act] = []
    if len(duties) == len(Duty):
        return _call_all(brief, state, sorted(set(brief.stations) - SECONDED), now, because_of)
    for duty in duties:
        for role in brief.doers[duty]:
            state, more = _call_all(brief, state, {role} - SECONDED, now, because_of)
            acts += more
            if is_available(brief, state, role, now):
                break
    return state, acts


def _call_all(
    brief: Brief, state: AgentState, roles: Iterable[Role], now: int, because_of: EventId | InjectId
) -> Reaction:
    acts: list[Act] = []
    for role in roles:
        state, more = call_role(brief, state, role, now, because_of)
        acts += more
    return state, acts


def call_seconded(brief: Brief, state: AgentState, now: int, because_of: EventId | InjectId) -> Reaction:
    """Call those whom the region has seconded to the party."""
    acts: list[Act] = []
    for role in sorted(SECONDED & set(brief.stations)):
        state, more = _call(brief, state, role, now, because_of)
        acts += more
    return state, acts


def call_role(
    brief: Brief, state: AgentState, role: Role, now: int, because_of: EventId | InjectId
) -> Reaction:
    """Call the people on call of one role; say so where nobody of it can be reached, or the party has none.

    Who is seconded is not the party's to call.
    """
    if role in SECONDED:
        text = f"{role.value}: the region has seconded nobody"
        is_here = is_available(brief, state, role, now)
        return state, [] if is_here else [Remark("unreachable", None, text, because_of)]
    if role not in brief.stations:
        return state, [
            Remark("unreachable", None, f"{role.value}: the party has nobody in this role", because_of)
        ]
    return _call(brief, state, role, now, because_of)


def _call(brief: Brief, state: AgentState, role: Role, now: int, because_of: EventId | InjectId) -> Reaction:
    station, desk, now = brief.stations[role], state.desk(role), state.elapsed_ms(now)
    if desk.called_ms == now or len(desk.called) == station.post.on_call:
        return state, []  # they were called at this moment, or have all come, or there are none
    desk, answered = call(station, desk, now, because_of)
    acts: list[Act] = [Wake(state.reading_ms(one.there_ms), MOMENT, role) for one in answered]
    if not is_attended(station, desk, now):
        text = f"{role.value}: none of {station.post.on_call} on call answered"
        acts.append(Remark("unreachable", None, text, because_of))
    return state.with_desk(role, desk), acts


def is_available(brief: Brief, state: AgentState, role: Role, now: int) -> bool:
    """Say whether somebody of a role is at the post, or has answered a call and is on the way."""
    station = brief.stations.get(role)
    return station is not None and is_attended(station, state.desk(role), state.elapsed_ms(now))


def limits_of_doer(brief: Brief, state: AgentState, duty: Duty, now: int) -> Limits:
    """Return the limits of who does a duty at a moment: the first of its roles that is there."""
    now = state.elapsed_ms(now)
    here = (role for role in brief.doers[duty] if is_there(brief.stations[role], state.desk(role), now))
    role = next(here, None)
    return brief.limits(duty) if role is None else brief.limits_as(role)


def recall(state: AgentState, activity: ActivityId) -> AgentState:
    """Return the state in which who was with a region as liaison for an activity is there no longer."""
    desks = {
        role: recalled(desk, activity) if activity in desk.posted else desk
        for role, desk in state.desks.items()
    }
    return msgspec.structs.replace(state, desks=desks)


def send_home(state: AgentState, roles: Collection[Role] = tuple(Role)) -> AgentState:
    """Return the state in which those of some roles who were called have gone home; they can be called again."""
    desks = {role: dismissed(desk) if role in roles else desk for role, desk in state.desks.items()}
    return msgspec.structs.replace(state, desks=desks)
