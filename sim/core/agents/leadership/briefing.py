"""Briefing: the liaison carries the shared picture out to partners that do not read the tool (Tabel 1, link).

From when the liaison has arrived, and then now and then: only what changed and what the partner needs. By word of
mouth, so a figure may be copied wrongly. What was taken out is told to who had heard it. What was put right or taken
back is told at once, to everybody who was told it otherwise, at a briefing or in answer to a question.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.admission.hearing import heard_of
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import PUT_RIGHT, shared_items
from sim.core.agents.information.statements import carried, faults_behind
from sim.core.agents.leadership.audience import items_for
from sim.core.agents.leadership.told import listeners, told_before, with_told
from sim.core.agents.mobilisation.engagement import ENGAGED
from sim.core.agents.mobilisation.mobilising import alarmed
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import Ack, Briefing
from sim.core.messages.items import Item, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS
from sim.core.picture.quality import is_relied_on

NAME = "briefing"
TELL = "briefing.tell"
CARRY = "briefing.carry"
CORRECT = "briefing.correct"
PRESENT = "briefing.present"
"""Under this name a region remembers whose liaison is there, and the message that told it."""
EVERY_MS = HOUR_MS
"""How often the liaison brings news (exercise)."""

_PUT_RIGHT = (VerificationStatus.CORRECTED, VerificationStatus.REFUTED)


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
    before = told_before(state, activity, party)
    gone = (
        item for item in shared_items(state, activity) if item.id in before and not is_relied_on(item, now)
    )
    listed = (*items_for(brief, state, activity, party, now), *gone)
    return tuple(item for item in listed if item.version > before.get(item.id, 0))


def _put_right(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Turn to those who were told otherwise what was just put right or taken back."""
    activity, event = stimulus.about
    acts: list[Act] = []
    for party in listeners(state, activity):
        if _put_right_since(brief, state, activity, party):
            key = f"put-right/{activity}/{party}/{now}"
            acts.append(Assign(Duty.LIAISON, key, CORRECT, (activity, party, event), event, persists=True))
    return state, acts


def _put_right_since(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId
) -> tuple[Item, ...]:
    """Return what a party was told that has been put right or taken back since, and that it may still be told."""
    before = told_before(state, activity, party)
    changed = (
        item
        for item in shared_items(state, activity)
        if item.version > before.get(item.id, item.version) and item.verification.status in _PUT_RIGHT
    )
    return heard_of(brief, state, activity, party, changed)


def _correct(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, party, event = stimulus.about
    return _say(brief, state, _put_right_since(brief, state, activity, party), stimulus.about, event, now)


def _carry(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, party, event = stimulus.about
    return _say(brief, state, _news(brief, state, activity, party, now), stimulus.about, event, now)


def _say(
    brief: Brief,
    state: AgentState,
    news: tuple[Item, ...],
    to: tuple[ActivityId, PartyId, EventId],
    event: EventId,
    now: int,
) -> Reaction:
    activity, party, _ = to
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
    return with_told(brief, state, activity, party, news), acts


BEHAVIOUR = Behaviour(
    NAME,
    {ENGAGED: _begin, Ack: _arrived, TELL: _tell, CARRY: _carry, PUT_RIGHT: _put_right, CORRECT: _correct},
)
