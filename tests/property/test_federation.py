"""Laws of a star: who may read what is written elsewhere gets it, once; and what nobody elsewhere may read stays."""

from __future__ import annotations

from itertools import combinations

import pytest

from sim.core.engine.engine import Engine
from sim.core.model.access import AccessTable, Rule, make_grant
from sim.core.model.federation import NATIONAL, Star, star_of
from sim.core.model.filters import matches, meet
from sim.core.model.profile import Action
from sim.core.world.scenario import Scenario
from sim.files.places import shipped_scenarios
from sim.files.scenario.loading import load_scenario
from sim.transport.root import CONTROL_PATTERNS

EXERCISES = [name for name in shipped_scenarios() if name != "landelijk-hoogwater"]


@pytest.fixture(scope="module", params=EXERCISES)
def exercise(request: pytest.FixtureRequest) -> tuple[Scenario, AccessTable, Star]:
    scenario = load_scenario(request.param)
    table = Engine(scenario, 7).ledger.table
    return scenario, table, star_of(table, scenario.parties, scenario.activities.values(), CONTROL_PATTERNS)


def rights(scenario: Scenario, table: AccessTable) -> list[Rule]:
    """Every right that anybody has, or may be granted for any theme."""
    granted = [
        rule
        for party in scenario.parties.values()
        for bundle in table.bundles[party.id]
        for activity in scenario.activities
        for rule in make_grant(party, bundle, activity, ("+",), 0).rules
    ]
    return [rule for rules in table.rules.values() for rule in rules] + granted


def topic_of(topic_filter: str) -> str:
    """A topic that a filter matches."""
    return topic_filter.replace("+", "some").replace("#", "some/more")


def outward(star: Star, home: str, topic: str) -> bool:
    if home == NATIONAL:
        return True
    crossing = star.crossings[home]
    return any(matches(one, topic) for one in crossing.outward) and any(
        matches(one, topic) for one in crossing.written
    )


def inward(star: Star, home: str, topic: str) -> bool:
    return home == NATIONAL or any(matches(one, topic) for one in star.crossings[home].inward)


def test_what_somebody_elsewhere_may_read_comes_there(exercise: tuple[Scenario, AccessTable, Star]) -> None:
    scenario, table, star = exercise
    known = rights(scenario, table)
    writes = {(star.homes[one.party], one.pattern) for one in known if one.action is Action.PUBLISH}
    reads = {(star.homes[one.party], one.pattern) for one in known if one.action is Action.READ}
    checked = 0
    for home, written in writes:
        for place, read in reads:
            common = meet(written, read)
            if common is not None and home != place:
                checked += 1
                topic = topic_of(common)
                assert outward(star, home, topic), (home, place, topic)
                assert inward(star, place, topic), (home, place, topic)
    assert checked > 100 or len(star.crossings) < 2, "an exercise of several regions has much that crosses"


def test_what_nobody_elsewhere_may_read_stays(exercise: tuple[Scenario, AccessTable, Star]) -> None:
    scenario, table, star = exercise
    known = rights(scenario, table)
    for one in known:
        home = star.homes[one.party]
        if one.action is not Action.PUBLISH or home == NATIONAL:
            continue
        topic = topic_of(one.pattern)
        readers = {
            star.homes[other.party]
            for other in known
            if other.action is Action.READ and matches(other.pattern, topic)
        }
        if readers <= {home}:
            assert not outward(star, home, topic), topic


def test_what_crosses_crosses_once(exercise: tuple[Scenario, AccessTable, Star]) -> None:
    _, _, star = exercise
    for crossing in star.crossings.values():
        for filters in (crossing.outward, crossing.inward):
            assert not [pair for pair in combinations(filters, 2) if meet(*pair) is not None]
