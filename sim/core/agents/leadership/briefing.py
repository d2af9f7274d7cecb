"""Briefing: the liaison carries the shared picture out to partners that do not read the tool (Tabel 1, link).

From when the liaison has arrived, and then now and then: only what changed and what the partner needs. By word of
mouth, so a figure may be copied wrongly. What was taken out is told to who had heard it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import shared_items
from sim.core.agents.information.statements import carried, faults_behind
from sim.core.agents.leadership.audience import items_for
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.mobilisation.mobilising import alarmed
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import Ack, Briefing
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, EventId, ItemId, PartyId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS
from sim.core.picture.quality import is_relied_on

NAME = "briefing"
TELL = "briefing.tell"
CARRY = "briefing.carry"
PRESENT = "briefing.present"
"""Under this name a region remembers whose liaison is there, and the message that told it."""
EVERY_MS = HOUR_MS
"""How often the liaison brings news (exercise)."""


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    if not brief.directs(stimulus.about):
        return state, []
    return state, [Wake(now + EVERY_MS, TELL, stimulus.about)]


def _arrived(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Turn to a liaison who has just come: the first thing is what is going on."""
    ack: Ack = stimulus.event.data  # type: ignore[assignment]
    party = stimulus.event.sender
    if not ack.arrived or not brief.directs(ack.activity):
        return state, []
    state = state.with_mind(PRESENT, {(ack.activity, party): stimulus.event.id})
    return state, _errand(brief, state, ack.activity, party, now, stimulus.event.id)


def _tell(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    if activity not in state.engaged:
        return state, []
    acts: list[Act] = [Wake(now + EVERY_MS, TELL, activity)]
    for party in alarmed(state, activity):
        arrival = arrival_of(state, activity, party)
        if arrival is not None:
            acts += _errand(brief, state, activity, party, now, arrival)
    return state, acts


def arrival_of(state: AgentState, activity: ActivityId, party: PartyId) -> EventId | None:
    """Return the message by which the region knows that a party's liaison is there; None while it is not."""
    event: EventId | None = state.mind(PRESENT).get((activity, party))
    return event


def _errand(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, now: int, event: EventId
) -> list[Act]:
    """Return the errand of telling a party what is new, if anything is."""
    if brief.channel_to(party) is not Shape.OUTSIDE or not _news(brief, state, activity, party, now):
        return []
    return [
        Assign(Duty.LIAISON, f"briefing/{activity}/{party}/{now}", CARRY, (activity, party, event), event)
    ]


def _news(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, now: int
) -> tuple[Item, ...]:
    """Return what a party has not been told yet: newer versions, and that something it was told was taken out."""
    before = _told_before(state, activity, party)
    gone = (
        item for item in shared_items(state, activity) if item.id in before and not is_relied_on(item, now)
    )
    listed = (*items_for(brief, state, activity, party, now), *gone)
    return tuple(item for item in listed if item.version > before.get(item.id, 0))


def _told_before(state: AgentState, activity: ActivityId, party: PartyId) -> Mapping[ItemId, int]:
    known: Mapping[ItemId, int] = state.mind(NAME).get((activity, party), {})
    return known


def _carry(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, party, event = stimulus.about
    news = _news(brief, state, activity, party, now)
    if activity not in state.engaged or not news:
        return state, []
    by = limits_of_doer(brief, state, Duty.LIAISON, now)
    told, remarks = carried(brief, news, f"briefing/{activity}/{party}/{now}", event, by)
    acts: list[Act] = [*remarks]
    for part in split(told) if told else ():
        content = Briefing(activity=activity, items=part)
        acts.append(
            Publish(brief.mail(party, content), content, because_of=event, injects=faults_behind(part))
        )
    # What was left out is not missed by the one who left it out: it counts as told.
    known = {**_told_before(state, activity, party), **{item.id: item.version for item in news}}
    return state.with_mind(NAME, {(activity, party): known}), acts


BEHAVIOUR = Behaviour(NAME, {ENGAGED: _begin, Ack: _arrived, TELL: _tell, CARRY: _carry})
