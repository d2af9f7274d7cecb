"""What each party knows before the exercise, from its scenario."""

from __future__ import annotations

from sim.core.agents.brief import Brief
from sim.core.model.access import AccessTable
from sim.core.model.chance import Chance
from sim.core.model.filters import widest
from sim.core.model.ids import PartyId
from sim.core.model.profile import Action
from sim.core.model.theme import status_theme
from sim.core.model.time import since_midnight_ms
from sim.core.world.scenario import Scenario


def brief_of(scenario: Scenario, party_id: PartyId, table: AccessTable, chance: Chance) -> Brief:
    """Return the brief of a party: of itself, of what everybody knows, and of what it may read at all times."""
    party = scenario.parties[party_id]
    readable = [rule.pattern for rule in table.rules[party_id] if rule.action is Action.READ]
    return Brief(
        party=party,
        profile=scenario.profiles[party.profile],
        directory=scenario.parties,
        profiles=scenario.profiles,
        activities=scenario.activities,
        agreements=scenario.agreements,
        chance=chance,
        reads=widest(readable),
        status_theme=status_theme(scenario.themes),
        clock_start_ms=since_midnight_ms(scenario.start),
        themes=frozenset(scenario.themes),
        quantities=scenario.quantities,
    )
