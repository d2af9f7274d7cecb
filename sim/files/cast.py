"""Who can do what in an exercise, to check that the script asks nothing impossible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.core.model.access import AccessTable
from sim.core.model.activity import Activity
from sim.core.model.party import Party
from sim.core.model.profile import Profile


@dataclass(frozen=True, slots=True)
class Cast:
    """Who can do what: parties, their profiles, their rights before any grant, and the activities."""

    parties: Mapping[str, Party]
    profiles: Mapping[str, Profile]
    activities: Mapping[str, Activity]
    access: AccessTable

    def profile(self, party: str) -> Profile | None:
        """Return the profile of a party, or None when the party or its profile has errors."""
        known = self.parties.get(party)
        return None if known is None else self.profiles.get(known.profile)
