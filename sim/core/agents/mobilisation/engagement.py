"""Engagement: an alert makes a party look, an alarm makes it come (Modeluitwerking 5 and 7).

Alerting comes before monitoring: there may be something. An alarm is acknowledged. Either makes the party
work in the activity, from which other behaviours start, and calls people in; they go home when no activity is left.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.people.calling import WATCH, call_in, call_role, is_available, send_home
from sim.core.messages.contents import Ack, Alarm, Alert, Card
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty, Role

ACKNOWLEDGE = "engagement.acknowledge"
ENGAGED = "engagement.engaged"
"""Errand with which other behaviours begin their work in an activity."""
ALARMED = "engagement.alarmed"
"""Errand with which other behaviours begin what an alarm asks for."""


def engage(state: AgentState, activity: ActivityId, now: int) -> Reaction:
    """Return the state of a party that works in an activity from now on; the first time, its work begins."""
    if activity in state.engaged:
        return state, []
    return msgspec.structs.replace(state, engaged={**state.engaged, activity: now}), [
        Wake(now, ENGAGED, activity)
    ]


def leave(state: AgentState, activity: ActivityId) -> AgentState:
    """Return the state of a party that no longer works in an activity; after the last, who was called goes home."""
    kept = {known: since for known, since in state.engaged.items() if known != activity}
    state = msgspec.structs.replace(state, engaged=kept)
    return state if kept else send_home(state)


def _alerted(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    alert: Alert = stimulus.event.data  # type: ignore[assignment]
    if not takes_part(brief, alert.activity):
        return state, []
    state, acts = engage(state, alert.activity, now)
    state, calls = call_in(brief, state, now, stimulus.event.id, WATCH)
    return state, [*acts, *calls]


def _alarmed(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Come, once somebody has taken the alarm; a contact who cannot be reached takes none (Modeluitwerking 7)."""
    alarm: Alarm = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event.id
    acts: list[Act] = []
    if alarm.contact in _ROLES:
        state, acts = call_role(brief, state, Role(alarm.contact), now, event)
    if not is_taken(brief, state, alarm, now):
        return state, acts
    if takes_part(brief, alarm.activity):
        state, more = engage(state, alarm.activity, now)
        acts = [*acts, *more, Wake(now, ALARMED, alarm.activity)]
    state, calls = call_in(brief, state, now, event)
    about = (alarm.activity, event, stimulus.event.sender)
    return state, [*acts, *calls, Assign(Duty.ALARM, event, ACKNOWLEDGE, about, event)]


_ROLES = frozenset(role.value for role in Role)


def is_taken(brief: Brief, state: AgentState, alarm: Alarm, now: int) -> bool:
    """Say whether the contact that an alarm calls is there or on the way; anybody takes one that calls nobody."""
    return alarm.contact not in _ROLES or is_available(brief, state, Role(alarm.contact), now)


def _acknowledge(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, event, caller = stimulus.about
    ack = Ack(activity=activity, of=event)
    return state, [Publish(brief.mail(caller, ack), ack, answers=event, because_of=event)]


def _card(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    return (state, []) if card.open else (leave(state, card.activity), [])


def concerns(brief: Brief, systems: Iterable[str]) -> bool:
    """Say whether the party looks after or watches one of some systems, e.g. of those on a card."""
    return bool(set(systems) & set(brief.party.competence.systems))


def takes_part(brief: Brief, activity: ActivityId) -> bool:
    """Say whether the party takes part in an activity by agreement."""
    known = brief.activities.get(activity)
    return known is not None and brief.id in known.parties


BEHAVIOUR = Behaviour(
    "engagement", {Alert: _alerted, Alarm: _alarmed, Card: _card, ACKNOWLEDGE: _acknowledge}
)
