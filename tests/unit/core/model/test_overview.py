from __future__ import annotations

import pytest

from sim.core.model.collaboration import Addition, Assessed
from sim.core.model.overview import overview_of
from sim.core.model.party import CoreTask, Scope
from sim.core.model.text import Text
from tests.unit.core.model.overviews import (
    COUNTRY,
    PROFILES,
    REGIONS,
    addition,
    exercised,
    listed,
    overview,
    took_part,
)
from tests.unit.core.model.registers import progress

NAME = Text("Netbeheerder", "Grid operator")


def test_a_partner_with_one_agreement() -> None:
    made = overview(listed(("vr24", "vr23", "vr22"), adoption_region="vr23", name=NAME))

    (row,) = made.partners
    (agreement,) = row.agreements
    assert made.regions == COUNTRY
    assert (row.partner, row.name, row.scope) == ("gridco", NAME, Scope.SUPRAREGIONAL)
    assert row.regions == agreement.regions == ("vr22", "vr23", "vr24")
    assert row.adoption_region == agreement.adoption_region == "vr23"
    assert agreement.profile_name == Text("full nl", "full en")
    assert agreement.sources == ("a.toml",)


def test_partners_stand_in_order_of_id_and_a_partner_without_a_name_has_its_id() -> None:
    made = overview(listed(partner="water"), listed(partner="air", name=NAME))

    assert [row.partner for row in made.partners] == ["air", "water"]
    assert [row.name for row in made.partners] == [NAME, Text("water", "water")]


@pytest.mark.parametrize(
    ("count", "scope"),
    [(1, Scope.REGIONAL), (2, Scope.REGIONAL), (3, Scope.SUPRAREGIONAL), (25, Scope.NATIONAL)],
)
def test_scope_counts_distinct_regions_over_all_agreements(count: int, scope: Scope) -> None:
    one_each = [listed((region,)) for region in REGIONS[:count]]
    again = listed(REGIONS[:1], core_task=CoreTask.SERVICE_PROVIDER, profile="half")

    (row,) = overview(*one_each, again).partners

    assert row.scope is scope
    assert row.regions == REGIONS[:count]


def test_two_adoption_regions_are_none_for_the_partner() -> None:
    one = listed(REGIONS[:3], adoption_region="vr01")
    other = listed(REGIONS[3:6], adoption_region="vr04")

    assert overview(one, other).partners[0].adoption_region is None


def test_an_agreement_found_twice_stands_there_once_with_what_each_copy_tells() -> None:
    early = Assessed("2023-01-01", "conditional")
    late = Assessed("2024-01-01", "certified")
    one = listed(("vr23", "vr24"), assessed=late, exercised=(exercised("2025-01-01"),))
    other = listed(("vr24", "vr23"), assessed=early, exercised=(exercised("2024-01-01"),), source="b.toml")

    (agreement,) = overview(one, other, one).partners[0].agreements

    assert agreement.assessed == late
    assert [each.on for each in agreement.exercised] == ["2024-01-01", "2025-01-01"]
    assert agreement.sources == ("a.toml", "b.toml")


def test_agreements_that_differ_stay_apart() -> None:
    made = overview(listed(), listed(phase="exploration"), listed(("vr23",)))

    assert len(made.partners[0].agreements) == 3


def test_an_addition_stands_with_the_agreement_of_its_region() -> None:
    late = addition("vr24", phase="elaboration", exercised=(exercised(),), source="b.toml")

    one, other = overview(late, listed(("vr24", "vr23")), listed(("vr22",))).partners[0].agreements

    assert (one.regions, one.additions) == (("vr22",), ())
    assert other.regions == ("vr23", "vr24")
    assert other.additions == (Addition("vr24", "elaboration"),)
    assert other.phase == "execution"
    assert other.exercised == (exercised(),)
    assert other.sources == ("a.toml", "b.toml")


def test_an_addition_to_nothing_stands_by_itself_and_its_region_counts() -> None:
    made = overview(listed(("vr01", "vr24")), addition("vr25"), addition("vr24", profile="half"))

    rows = {(row.profile, row.regions): row for row in made.partners[0].agreements}
    assert rows["full", ()].reach == ("vr25",)
    assert rows["half", ()].reach == ("vr24",)
    assert made.partners[0].scope is Scope.SUPRAREGIONAL


def test_an_exercise_counts_for_the_agreement_that_was_used() -> None:
    run = exercised("2026-01-01", advice="performance met", run="flood-seed7")
    told = exercised("2025-01-01")
    agreement = listed(("vr23", "vr24"), exercised=(told,))
    exercises = [
        took_part(("vr24",), exercised=run),
        took_part(("vr24",), exercised=run),
        took_part(("vr21",)),
        took_part(profile="half"),
        took_part(core_task=CoreTask.SERVICE_PROVIDER),
        took_part(partner="water"),
    ]

    (found,) = overview(agreement, exercises=exercises).partners[0].agreements

    assert found.exercised == (told, run)


def test_an_exercise_counts_for_the_region_of_an_addition() -> None:
    made = overview(addition("vr25"), exercises=[took_part(("vr25",))])

    assert made.partners[0].agreements[0].exercised == (exercised(),)


def test_a_partner_in_exploration_may_have_no_region_yet() -> None:
    made = overview(listed((), phase="exploration"))

    assert (made.partners[0].scope, made.partners[0].regions, made.findings) == (None, (), ())


def test_more_regions_than_there_are() -> None:
    with pytest.raises(ValueError, match="expected 1 to 25 regions, was 26"):
        overview(listed((*REGIONS, "vr26")))


def test_an_unknown_profile() -> None:
    with pytest.raises(KeyError):
        overview(listed(profile="none"))


def test_what_a_register_tells_stands_with_the_agreement_that_it_is_about() -> None:
    told = progress()
    entries = [
        listed(("vr22", "vr23")),
        listed(("vr01",)),
        listed(("vr24",), profile="half"),
        listed(("vr24",), core_task=CoreTask.SERVICE_PROVIDER),
        listed(("vr24",), partner="other"),
    ]

    made = overview_of(entries, PROFILES, COUNTRY, (), [told])

    with_it = [
        (row.partner, each.regions) for row in made.partners for each in row.agreements if each.progress
    ]
    assert with_it == [("gridco", ("vr22", "vr23"))]
    assert overview_of(entries, PROFILES, COUNTRY).partners[0].agreements[0].progress == ()
