"""What each party knows before the exercise, from the cast."""

from __future__ import annotations

from sim.core.agents.brief import Brief
from sim.core.engine.cast import Cast
from sim.core.model.access import AccessTable
from sim.core.model.chance import Chance
from sim.core.model.filters import widest
from sim.core.model.ids import PartyId
from sim.core.model.profile import Action
from sim.core.model.theme import status_theme


def brief_of(cast: Cast, party_id: PartyId, table: AccessTable, chance: Chance) -> Brief:
    """Return the brief of a party: of itself, of what everybody knows, and of what it may read at all times."""
    party = cast.parties[party_id]
    readable = [rule.pattern for rule in table.rules[party_id] if rule.action is Action.READ]
    return Brief(
        party=party,
        profile=cast.profiles[party.profile],
        directory=cast.parties,
        profiles=cast.profiles,
        activities=cast.activities,
        agreements=cast.agreements,
        chance=chance,
        reads=widest(readable),
        status_theme=status_theme(cast.themes),
        clock_start_ms=cast.clock_start_ms,
        themes=frozenset(cast.themes),
        quantities=cast.quantities,
    )
