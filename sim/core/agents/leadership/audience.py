"""Audience: what of the shared picture a party may be told, whichever way it is told.

In the tool the broker sees to it. On the telephone and at a briefing it is people who must: who has access only once
let in hears nothing before that, and then only of the themes it was given (Beleidskader Tabel 1).
"""

from __future__ import annotations

from sim.core.agents.admission.admitting import let_in_themes
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
    items = relied_on(state, activity, now)
    known = brief.directory[party]
    if brief.profiles[known.profile].grants:
        themes = let_in_themes(brief, state, activity, party)
        if themes is None:
            return ()
        items = tuple(item for item in items if not themes or item.theme in themes)
    needs = _needs(brief, activity, party) if brief.channel_to(party) is Shape.OUTSIDE else ()
    return tuple(item for item in items if not needs or item.theme in needs)


def _needs(brief: Brief, activity: ActivityId, party: PartyId) -> tuple[ThemeId, ...]:
    agreement = brief.agreement_in(activity, party)
    agreed = () if agreement is None else agreement.needs
    return agreed or brief.directory[party].interests
