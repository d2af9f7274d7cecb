"""Engagement: an alert makes a party look, an alarm makes it come (Modeluitwerking 5 and 7).

Alerting comes before monitoring: there may be something. An alarm is acknowledged. Either makes the party
work in the activity, from which other behaviours start.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.agent import (
    Act,
    AgentState,
    Assign,
    Behaviour,
    Brief,
    Delivered,
    Publish,
    Reaction,
    Wake,
    Woken,
)
from sim.core.messages.contents import Ack, Alarm, Alert, Card
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty

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
    """Return the state of a party that no longer works in an activity."""
    kept = {known: since for known, since in state.engaged.items() if known != activity}
    return msgspec.structs.replace(state, engaged=kept)


def _alerted(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    alert: Alert = stimulus.event.data  # type: ignore[assignment]
    if not takes_part(brief, alert.activity):
        return state, []
    return engage(state, alert.activity, now)


def _alarmed(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    alarm: Alarm = stimulus.event.data  # type: ignore[assignment]
    acts: list[Act] = []
    if not answers(brief, state, alarm, now):
        return state, acts
    if takes_part(brief, alarm.activity):
        state, acts = engage(state, alarm.activity, now)
        acts.append(Wake(now, ALARMED, alarm.activity))
    about = (alarm.activity, stimulus.event.id, stimulus.event.sender)
    return state, [*acts, Assign(Duty.ALARM, stimulus.event.id, ACKNOWLEDGE, about, stimulus.event.id)]


def _acknowledge(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, event, caller = stimulus.about
    ack = Ack(activity=activity, of=event)
    return state, [Publish(brief.mail(caller, ack), ack, answers=event, because_of=event)]


def _card(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    return (state, []) if card.open else (leave(state, card.activity), [])


def answers(brief: Brief, _state: AgentState, alarm: Alarm, _now: int) -> bool:
    """Say whether somebody answers an alarm: anybody, or the contact that is called, where the party has one.

    A contact is one of those that were agreed (Modeluitwerking 7: functionarissen, bereikbaarheid).
    """
    agreement = brief.agreements.get(brief.id)
    return not alarm.contact or (agreement is not None and alarm.contact in _contacts(agreement))


def _contacts(agreement: Agreement) -> set[str]:
    """Return every contact of an agreement, in whichever region."""
    kinds = (agreement, *agreement.additions.values())
    return {contact.value for known in kinds for contact in known.alarm_contacts}


def concerns(brief: Brief, card: Card) -> bool:
    """Say whether an activity is about a system that the party looks after or watches, by its card."""
    return bool(set(card.systems) & set(brief.party.competence.systems))


def takes_part(brief: Brief, activity: ActivityId) -> bool:
    """Say whether the party takes part in an activity by agreement."""
    known = brief.activities.get(activity)
    return known is not None and brief.id in known.parties


BEHAVIOUR = Behaviour(
    "engagement", {Alert: _alerted, Alarm: _alarmed, Card: _card, ACKNOWLEDGE: _acknowledge}
)
