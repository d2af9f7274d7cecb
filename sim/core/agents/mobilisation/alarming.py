"""Alarming: the region calls a partner along the agreed route until somebody acknowledges (Modeluitwerking 7).

The first contact is called; who does not acknowledge within the agreed time is given up for the next, until the list
is exhausted. A call ends in an acknowledgement or in nobody having been reached, never in both.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from sim.core.agents.acts import Act, Delivered, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.levels import grip_level, known_grip
from sim.core.messages.contents import Ack, Alarm
from sim.core.model.ids import ActivityId, EventId, InjectId, PartyId
from sim.core.model.text import Text

NAME = "alarming"
SENT = "alarming.sent"
NO_ANSWER = "alarming.no-answer"
ANYBODY = ""

Outcome: TypeAlias = Literal["calling", "answered", "unreachable"]


class Call(msgspec.Struct, frozen=True):
    """How a party is being alarmed for one level.

    Attributes:
        number: Tells this call from others of the region.
        grip: Level for which the party is called.
        text: What is said.
        inject: What is behind it.
        route: Contacts, in the order in which they are called.
        step: Place in the route of who was called last.
        events: Alarms sent, in order.
        outcome: What has come of it.
    """

    number: int
    grip: int
    text: Text
    inject: InjectId
    route: tuple[str, ...]
    step: int = 0
    events: tuple[EventId, ...] = ()
    outcome: Outcome = "calling"


def call_of(state: AgentState, activity: ActivityId, party: PartyId) -> Call | None:
    """Return how the region last called a party for an activity, or None."""
    known: Call | None = state.mind(NAME).get((activity, party))
    return known


def is_unreachable(state: AgentState, activity: ActivityId, party: PartyId) -> bool:
    """Say whether the last call of a party for an activity reached nobody."""
    known = call_of(state, activity, party)
    return known is not None and known.outcome == "unreachable"


def call(
    brief: Brief,
    state: AgentState,
    activity: ActivityId,
    party: PartyId,
    text: Text,
    inject: InjectId,
    now: int,
) -> Reaction:
    """Begin to call a party for the region's level as it stands."""
    agreement = brief.agreement_in(activity, party)
    contacts = () if agreement is None else tuple(role.value for role in agreement.alarm_contacts)
    number = state.mind(NAME).get("number", 0) + 1
    begun = Call(number, known_grip(state, activity, brief.id), text, inject, contacts or (ANYBODY,))
    state = state.with_mind(NAME, {"number": number, (activity, party): begun})
    return state, _dial(brief, activity, party, begun, known_grip(state, activity, brief.id), now)


def give_up(state: AgentState, activity: ActivityId, party: PartyId) -> AgentState:
    """Return the state of a region that no longer calls a party for an activity: the level no longer asks for it."""
    return state.without(NAME, (activity, party))


def _dial(brief: Brief, activity: ActivityId, party: PartyId, known: Call, grip: int, now: int) -> list[Act]:
    """Return the acts that call the contact at whom the route stands, and that come back to it."""
    alarm = Alarm(activity=activity, text=known.text, level=grip_level(grip), contact=known.route[known.step])
    about = (activity, party, known.number, known.step)
    publish = Publish(
        brief.mail(party, alarm),
        alarm,
        because_of=known.events[-1] if known.events else "",
        injects=(known.inject,),
        register=(SENT, about),
    )
    agreement = brief.agreement_in(activity, party)
    wait_ms = 0 if agreement is None else agreement.escalate_after_ms
    return [publish, Wake(now + wait_ms, NO_ANSWER, about)] if wait_ms else [publish]


def _sent(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    (activity, party, number, _), event = stimulus.about
    known = call_of(state, activity, party)
    if known is None or known.number != number:
        return state, []  # given up in the same moment
    known = msgspec.structs.replace(known, events=(*known.events, event))
    return state.with_mind(NAME, {(activity, party): known}), []


def _acknowledged(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    ack: Ack = stimulus.event.data  # type: ignore[assignment]
    key = (ack.activity, stimulus.event.sender)
    known = call_of(state, *key)
    if known is None or known.outcome != "calling" or ack.of not in known.events:
        return state, []
    return state.with_mind(NAME, {key: msgspec.structs.replace(known, outcome="answered")}), []


def _unanswered(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Call the next contact, at the level as it stands by now; or find that nobody can be reached."""
    activity, party, number, step = stimulus.about
    known = call_of(state, activity, party)
    if known is None or (known.number, known.step) != (number, step) or known.outcome != "calling":
        return state, []
    last = known.events[-1] if known.events else ""  # it may wait for the tool to work again
    silent = f"{party}: {_who(known)} did not acknowledge"
    if step + 1 == len(known.route):
        known = msgspec.structs.replace(known, outcome="unreachable")
        state = state.with_mind(NAME, {(activity, party): known})
        return state, [Remark("unreachable", None, f"{silent}; nobody is left to call", last)]
    onward = msgspec.structs.replace(known, step=step + 1)
    state = state.with_mind(NAME, {(activity, party): onward})
    remark = Remark("escalated", None, f"{silent}; next is {_who(onward)}", last)
    return state, [remark, *_dial(brief, activity, party, onward, known_grip(state, activity, brief.id), now)]


def _who(known: Call) -> str:
    return known.route[known.step] or "anybody"


BEHAVIOUR = Behaviour(NAME, {SENT: _sent, Ack: _acknowledged, NO_ANSWER: _unanswered})
