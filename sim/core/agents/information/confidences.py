"""Confidences: what is restricted goes by post to the region that directs, and into no picture (Modeluitwerking 11).

Beleidskader par. 2.3.1: sensitive information only for who may have it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.agents.acts import Act, Publish
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import carried, faults_behind
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import Confidence
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.staff import Duty


def confidants(brief: Brief, activities: Sequence[ActivityId]) -> list[tuple[ActivityId, PartyId]]:
    """Return who hears what is restricted: of each activity the region that directs it.

    In the cold phase there is no activity; then it is each of the party's regions, as with its risks.
    """
    if not activities:
        return [("", region) for region in brief.party.regions]
    return [(activity, brief.activities[activity].directing) for activity in activities]


def in_confidence(
    brief: Brief, state: AgentState, items: Sequence[Item], activities: Sequence[ActivityId], now: int
) -> list[Act]:
    """Return the acts that tell restricted items to those who are to hear them; to itself a party tells nothing."""
    acts: list[Act] = []
    for activity, region in confidants(brief, activities):
        if region != brief.id:
            acts += confide(brief, state, region, items, activity, now)
    return acts


def confide(
    brief: Brief,
    state: AgentState,
    to: PartyId,
    items: Sequence[Item],
    activity: ActivityId,
    now: int,
    because_of: EventId = "",
) -> list[Act]:
    """Return the acts that tell one party restricted items: by post, or by word of mouth outside the tool.

    By word of mouth it is told within the limits of who does the liaison's work at that moment.
    """
    acts: list[Act] = []
    told = tuple(items)
    if brief.channel_to(to) is Shape.OUTSIDE:
        occasion = "/".join(f"{item.id}.{item.version}" for item in told)
        by = limits_of_doer(brief, state, Duty.LIAISON, now)
        told, remarks = carried(brief, told, f"confidence/{to}/{activity}/{occasion}", because_of, by)
        acts += remarks
    for part in split(told) if told else ():
        content = Confidence(activity=activity, items=part)
        topic = brief.mail(to, content)
        acts.append(Publish(topic, content, because_of=because_of, injects=faults_behind(part)))
    return acts
