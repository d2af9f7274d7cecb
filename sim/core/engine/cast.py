"""The cast: what of a scenario everybody knows, and nothing of what is to happen."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sim.core.model.access import AccessTable, compile_access
from sim.core.model.activity import Activity
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId, PartyId, ThemeId
from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.theme import Theme
from sim.core.model.time import since_midnight_ms
from sim.core.picture.plausibility import Quantity
from sim.core.world.scenario import Scenario


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes part, and what everybody knows: all that parties are played from, without truth, injects or faults.

    Attributes:
        scenario: Name of the scenario.
        clock_start_ms: Clock time of exercise time 0, in ms since midnight.
        parties: Who takes part, by id.
        profiles: Profiles and bodies, by id.
        agreements: Agreements, by partner.
        activities: Activities, by id.
        themes: Themes, by id.
        quantities: How far figures can move, by name.
    """

    scenario: str
    clock_start_ms: int
    parties: Mapping[PartyId, Party]
    profiles: Mapping[str, Profile]
    agreements: Mapping[PartyId, Agreement]
    activities: Mapping[ActivityId, Activity]
    themes: Mapping[ThemeId, Theme]
    quantities: Mapping[str, Quantity]

    def table(self) -> AccessTable:
        """Return who may do what when an exercise begins."""
        return compile_access(self.parties.values(), self.profiles, self.activities.values(), self.agreements)


def cast_of(scenario: Scenario) -> Cast:
    """Return what of a scenario everybody knows."""
    return Cast(
        scenario=scenario.id,
        clock_start_ms=since_midnight_ms(scenario.start),
        parties=scenario.parties,
        profiles=scenario.profiles,
        agreements=scenario.agreements,
        activities=scenario.activities,
        themes=scenario.themes,
        quantities=scenario.quantities,
    )
