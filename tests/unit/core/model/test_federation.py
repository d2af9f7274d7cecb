"""A star of servers: who has a place where, and what crosses."""

from __future__ import annotations

from sim.core.model.access import AccessTable, Rule
from sim.core.model.federation import NATIONAL, home_of, star_of
from sim.core.model.profile import Action, GrantTemplate, RightTemplate
from tests.unit.core.agents.helpers import CAMPING, NATION, NEIGHBOUR, REGION, WATER, activities, everybody

PARTIES = {
    name: party for name, party in everybody().items() if name in (REGION, NEIGHBOUR, NATION, WATER, CAMPING)
}


def table(*rights: tuple[str, Action, str], grants: dict[str, str] | None = None) -> AccessTable:
    rules: dict[str, tuple[Rule, ...]] = dict.fromkeys(PARTIES, ())
    for party, action, pattern in rights:
        rules[party] += (Rule(party, action, pattern, "rule", "test"),)
    bundles = {
        party: (GrantTemplate("read", (RightTemplate("rule", Action.READ, (topic,), "test"),)),)
        for party, topic in (grants or {}).items()
    }
    return AccessTable(rules=rules, bundles=bundles)


def test_who_works_with_one_region_has_a_place_there_and_others_at_the_national_server() -> None:
    homes = {party.id: home_of(party) for party in PARTIES.values()}
    assert homes[REGION] == REGION
    assert homes[CAMPING] == REGION
    assert homes[NATION] == NATIONAL, "a national body is not of the one region that it reads along with"
    assert homes[WATER] == NATIONAL, "it works with two"


def test_what_is_read_elsewhere_crosses_and_nothing_else() -> None:
    rights = table(
        (REGION, Action.PUBLISH, f"own/{REGION}/+"),
        (REGION, Action.PUBLISH, f"post/{CAMPING}/{REGION}/+"),
        (CAMPING, Action.READ, f"post/{CAMPING}/#"),
        (NEIGHBOUR, Action.READ, "own/#"),
        (NEIGHBOUR, Action.PUBLISH, f"own/{NEIGHBOUR}/+"),
    )
    star = star_of(rights, PARTIES, activities().values(), ("clock",))
    here, there = star.crossings[REGION], star.crossings[NEIGHBOUR]
    assert (here.outward, here.inward) == (("own/#",), ())
    assert here.written == (f"own/{REGION}/+", f"post/{CAMPING}/{REGION}/+")
    assert (there.outward, there.inward) == ((), ("own/#",))


def test_the_clock_comes_to_a_region_where_somebody_reads_it() -> None:
    rights = table((REGION, Action.READ, "clock"))
    star = star_of(rights, PARTIES, activities().values(), ("clock", "control/#"))
    assert star.crossings[REGION].inward == ("clock",)
    assert star.crossings[NEIGHBOUR].inward == ()


def test_what_may_be_granted_crosses_too() -> None:
    activity = next(iter(activities()))
    rights = table(
        (REGION, Action.PUBLISH, f"activity/{activity}/shared/+/+"),
        grants={NEIGHBOUR: "activity/{activity}/shared/{theme}/+"},
    )
    star = star_of(rights, PARTIES, activities().values(), ())
    assert star.crossings[REGION].outward == (f"activity/{activity}/shared/+/+",)


def test_where_readers_overlap_what_is_written_crosses_one_by_one() -> None:
    rights = table(
        (REGION, Action.PUBLISH, f"own/{REGION}/a/+"),
        (REGION, Action.PUBLISH, f"own/{REGION}/b/+"),
        (NEIGHBOUR, Action.READ, "own/+/a/+"),
        (NATION, Action.READ, f"own/{REGION}/+/x"),
    )
    star = star_of(rights, PARTIES, activities().values(), ())
    # The two meet in own/REGION/a/x: both of the one become one that holds it.
    assert star.crossings[REGION].outward == (f"own/{REGION}/a/+", f"own/{REGION}/b/x")


def test_the_narrowest_filter_that_holds_two_crosses_where_they_overlap() -> None:
    rights = table(
        (REGION, Action.PUBLISH, "own/+/+"),
        (NEIGHBOUR, Action.READ, "own/+/x"),
        (NATION, Action.READ, "own/y/+"),
    )
    star = star_of(rights, PARTIES, activities().values(), ())
    assert star.crossings[REGION].outward == ("own/+/+",)


def test_who_may_read_everything_is_sent_everything_and_once() -> None:
    rights = table(
        (REGION, Action.PUBLISH, "own/a"),
        (REGION, Action.PUBLISH, "post/b"),
        (NATION, Action.READ, "#"),
        (NEIGHBOUR, Action.READ, "own/+"),
    )
    star = star_of(rights, PARTIES, activities().values(), ())
    assert star.crossings[REGION].outward == ("#",)


def test_what_overlaps_still_crosses_as_one() -> None:
    rights = table(
        (REGION, Action.PUBLISH, "own/#"),
        (NEIGHBOUR, Action.READ, "own/+/x"),
        (NATION, Action.READ, "own/y/+"),
        (NATION, Action.READ, "own/y/+/#"),
        (NEIGHBOUR, Action.READ, "own/+/x/+/z"),
    )
    star = star_of(rights, PARTIES, activities().values(), ())
    assert star.crossings[REGION].outward == ("own/+/+/#",)
