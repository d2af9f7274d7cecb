"""Audience: what of the shared picture as it stands a party is told by telephone and at a briefing."""

from __future__ import annotations

from sim.core.agents.admission.hearing import heard_of
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import relied_on
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId, ThemeId


def items_for(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, now: int
) -> tuple[Item, ...]:
    """Return the items of a directed activity's shared picture that a party may be told, in order of id.

    Who does not read the tool is told only of the themes it needs: by its agreement, or else by what it says itself.
    """
    items = heard_of(brief, state, activity, party, relied_on(state, activity, now))
    needs = _needs(brief, activity, party) if brief.channel_to(party) is Shape.OUTSIDE else ()
    return tuple(item for item in items if not needs or item.theme in needs)


def _needs(brief: Brief, activity: ActivityId, party: PartyId) -> tuple[ThemeId, ...]:
    agreement = brief.agreement_in(activity, party)
    agreed = () if agreement is None else agreement.needs
    return agreed or brief.directory[party].interests
