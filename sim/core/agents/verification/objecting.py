"""Objecting: how a party says that something looks wrong (Tabel 3, signaleren van foutieve informatie).

In an activity it signals to who directs verification there (Modeluitwerking 12). In the cold phase nobody does: it asks
the source itself, which looks again and answers.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sim.core.agents.acts import Act, Publish
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import OWN_SIGNAL
from sim.core.agents.information.statements import carried_one, own_view
from sim.core.agents.people.calling import limits_of_doer
from sim.core.agents.verification.reasons import REASONS
from sim.core.messages.contents import Request, Signal
from sim.core.messages.items import Item, ItemRef, Sensitivity
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.staff import Duty
from sim.core.picture.observation import Observation
from sim.core.picture.plausibility import said
from sim.core.picture.quality import Mismatch

ASKED: Final = "objecting.asked"
"""What a party remembers: what it asked a source about a subject, by content; the same is not asked twice."""


class Objection(NamedTuple):
    """What looks wrong of an item, who is to answer for it, and what the party itself knows; None when it does not."""

    item: Item
    owner: PartyId
    reason: Mismatch
    known: Observation | None


def signalled(
    brief: Brief, state: AgentState, objection: Objection, activity: ActivityId, event: EventId, now: int
) -> list[Act]:
    """Return the signal to who directs an activity.

    Args:
        brief: What the party knows beforehand.
        state: Its state.
        objection: What looks wrong.
        activity: Where it was read.
        event: In which message.
        now: Exercise time (ms).
    """
    item, known = objection.item, objection.known
    region = brief.activities[activity].directing
    occasion, by = f"signal/{item.id}/{now}", limits_of_doer(brief, state, Duty.LIAISON, now)
    tellable = None if known is None else _tellable(brief, known, now)
    told, remarks = carried_one(brief, region, tellable, occasion, event, by)
    signal = Signal(
        about=ItemRef(item.id, item.version),
        subject=item.subject,
        owner=objection.owner,
        reason=objection.reason.value,
        text=REASONS[objection.reason],
        known=told,
    )
    # Who directs hears from the tool what others signal, and from its own people what they do.
    own = (OWN_SIGNAL, (signal, activity, item.causation)) if brief.directs(activity) else None
    topic = _signal_topic(brief, activity, signal)
    return [*remarks, Publish(topic, signal, because_of=event, injects=item.causation, register=own)]


def asked(brief: Brief, state: AgentState, objection: Objection, event: EventId) -> Reaction:
    """Return the question to who is to answer for an item; none when it has answered the same before."""
    item, owner = objection.item, objection.owner
    key, content = (item.subject, owner), (said(item).values, item.geometry, item.text)
    if state.mind(ASKED).get(key) == content:
        return state, []
    request = Request(
        activity="",
        purpose="verify",
        about=ItemRef(item.id, item.version),
        subject=item.subject,
        text=REASONS[objection.reason],
    )
    topic = brief.mail(owner, request)
    return state.with_mind(ASKED, {key: content}), [
        Publish(topic, request, because_of=event, injects=item.causation)
    ]


def _tellable(brief: Brief, known: Observation, now: int) -> Item | None:
    """Return what the party knows, unless not all who read signals may read it."""
    if known.fact.sensitivity is Sensitivity.RESTRICTED:
        return None
    return own_view(brief, known, now)


def _signal_topic(brief: Brief, activity: ActivityId, signal: Signal) -> str:
    region: PartyId = brief.activities[activity].directing
    if brief.profile.channel == "outside":
        return brief.mail(region, signal)
    return build(Shape.SIGNAL, activity=activity, party=brief.id)
