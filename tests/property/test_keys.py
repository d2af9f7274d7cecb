"""Two different things that a party has done never share the key of their draws."""

from __future__ import annotations

from collections import Counter
from unittest.mock import patch

from hypothesis import given, settings

from sim.core.agents.people import staffing
from sim.core.agents.people.staffing import Desks, Outcome, Thing
from sim.core.world.scenario import Scenario
from tests.property.test_small_exercises import exercises, play


@settings(max_examples=20, deadline=None)
@given(exercises())
def test_no_two_things_of_a_party_share_a_key(exercise: Scenario) -> None:
    """A key is used with the draws of the role that does a thing, so it names the thing among those of its duty."""
    keys: list[tuple[str, str, str]] = []

    def give(stations: staffing.Stations, desks: Desks, thing: Thing) -> tuple[Desks, list[Outcome]]:
        party = next(iter(stations.values())).party
        if not thing.is_back:  # what comes back is the same thing
            keys.append((party, thing.duty, thing.key))
        return staffing.give(stations, desks, thing)

    with patch("sim.core.agents.agent.give", give):
        play(exercise)
    assert [key for key, times in Counter(keys).items() if times > 1] == []
