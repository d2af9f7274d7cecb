"""Hearing: what of an activity a party may be told now, whichever way it is told.

In the tool the broker sees to it. By post, by telephone and at a briefing it is people who must: who has access only
once let in hears nothing before that, nothing after it was let out, and meanwhile only of the themes that it was
given (Beleidskader Tabel 1, leesrechten).
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.core.agents.admission.admitting import let_in_themes
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.messages.items import Item
from sim.core.model.ids import ActivityId, PartyId, ThemeId


def heard_themes(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId
) -> tuple[ThemeId, ...] | None:
    """Return the themes of a directed activity that a party may hear of now, () for all; None while it hears nothing.

    Who is let in by a grant hears while it is in; everybody else while it takes part. Without an activity, in the cold
    phase, nobody is let in anywhere.
    """
    if brief.profiles[brief.directory[party].profile].grants:
        return let_in_themes(brief, state, activity, party)
    known = brief.activities.get(activity)
    return () if known is None or party in known.parties else None


def heard_of(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, items: Iterable[Item]
) -> tuple[Item, ...]:
    """Return those of some items of a directed activity that a party may be told now."""
    themes = heard_themes(brief, state, activity, party)
    return tuple(item for item in items if themes is not None and (not themes or item.theme in themes))
