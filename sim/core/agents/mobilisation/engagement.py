"""Engagement: an alert makes a party look, an alarm makes it come (Modeluitwerking 5 and 7).

Alerting comes before monitoring: there may be something. An alarm is acknowledged once somebody has taken it. Either
makes the party work in the activity, from which other behaviours start, and calls people in; they go home when no
activity is left.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.people.calling import WATCH, call_in, call_role, is_available, recall, send_home
from sim.core.messages.contents import Ack, Alarm, Alert, Card
from sim.core.model.ids import ActivityId, EventId
from sim.core.model.staff import Duty, Role

NAME = "engagement"
ACKNOWLEDGE = "engagement.acknowledge"
ENGAGED = "engagement.engaged"
"""Errand with which other behaviours begin their work in an activity."""
ALARMED = "engagement.alarmed"
"""Errand with which other behaviours begin what an alarm asks for."""
TAKEN = "engagement.taken"
"""Errand with which others learn which alarm was taken: about the activity, the event, and who called."""


def engage(state: AgentState, activity: ActivityId, now: int, because_of: EventId = "") -> Reaction:
    """Return the state of a party that works in an activity from now on; the first time, its work begins.

    Args:
        state: Its state.
        activity: The activity.
        now: Exercise time (ms).
        because_of: Event that made it begin, if any; the run log tells it of what the party begins with.
    """
    if activity in state.engaged:
        return state, []
    if because_of:
        state = state.with_mind(NAME, {activity: because_of})
    return msgspec.structs.replace(state, engaged={**state.engaged, activity: now}), [
        Wake(now, ENGAGED, activity)
    ]


def began_by(state: AgentState, activity: ActivityId) -> EventId:
    """Return the event that made a party begin to work in an activity; "" when none did."""
    event: EventId = state.mind(NAME).get(activity, "")
    return event


def alarmed_by(state: AgentState, activity: ActivityId) -> EventId:
    """Return the alarm that a party came for in an activity; "" when it was not alarmed."""
    event: EventId = state.mind(ALARMED).get(activity, "")
    return event


def leave(state: AgentState, activity: ActivityId) -> AgentState:
    """Return the state of a party that no longer works in an activity; after the last, who was called goes home.

    Who did not work in it stays as it is: its people were called for something else.
    """
    if activity not in state.engaged:
        return state
    kept = {known: since for known, since in state.engaged.items() if known != activity}
    for name in (NAME, ALARMED):
        state = state.without(name, activity) if activity in state.mind(name) else state
    state = recall(msgspec.structs.replace(state, engaged=kept), activity)
    return state if kept else send_home(state)


def _alerted(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    alert: Alert = stimulus.event.data  # type: ignore[assignment]
    if not takes_part(brief, alert.activity):
        return state, []
    state, acts = engage(state, alert.activity, now, stimulus.event.id)
    state, calls = call_in(brief, state, now, stimulus.event.id, WATCH)
    return state, [*acts, *calls]


def _alarmed(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Have somebody take the alarm; a contact who cannot be reached takes none (Modeluitwerking 7)."""
    alarm: Alarm = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event.id
    acts: list[Act] = []
    if alarm.contact in _ROLES:
        contact = Role(alarm.contact)
        state, acts = call_role(brief, state, contact, now, event)
        if not is_available(brief, state, contact, now):
            return state, acts
    state, calls = call_in(brief, state, now, event, (Duty.ALARM,))
    about = (alarm.activity, event, stimulus.event.sender)
    return state, [*acts, *calls, Assign(Duty.ALARM, event, ACKNOWLEDGE, about, event)]


_ROLES = frozenset(role.value for role in Role)


def _acknowledge(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Come, now that somebody has taken the alarm: what nobody takes leads to nothing."""
    activity, event, caller = stimulus.about
    acts: list[Act] = []
    if takes_part(brief, activity):
        state, begin = engage(state, activity, now, event)
        state = state.with_mind(ALARMED, {activity: event})
        acts = [*begin, Wake(now, ALARMED, activity), Wake(now, TAKEN, stimulus.about)]
    state, calls = call_in(brief, state, now, event)
    ack = Ack(activity=activity, of=event)
    return state, [*acts, *calls, Publish(brief.mail(caller, ack), ack, answers=event, because_of=event)]


def _card(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    if card.open or not brief.is_from_director(stimulus.event, card.activity):
        return state, []
    return leave(state, card.activity), []


def concerns(brief: Brief, systems: Iterable[str]) -> bool:
    """Say whether the party looks after or watches one of some systems, e.g. of those on a card."""
    return bool(set(systems) & set(brief.party.competence.systems))


def takes_part(brief: Brief, activity: ActivityId) -> bool:
    """Say whether the party takes part in an activity by agreement."""
    known = brief.activities.get(activity)
    return known is not None and brief.id in known.parties


BEHAVIOUR = Behaviour(NAME, {Alert: _alerted, Alarm: _alarmed, Card: _card, ACKNOWLEDGE: _acknowledge})
