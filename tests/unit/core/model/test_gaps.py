from __future__ import annotations

from typing import Any

import pytest

from sim.core.model.collaboration import Assessed, Listed
from sim.core.model.gaps import Gap
from sim.core.model.overview import overview_of
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from tests.unit.core.model.overviews import COUNTRY, PROFILES, REGIONS, addition, exercised, listed, overview
from tests.unit.core.model.registers import held, moment, outcome, point, progress

EXERCISED = (exercised(),)
CERTIFIED = Assessed("2024-01-01", "certified")
GOOD: dict[str, Any] = {"assessed": CERTIFIED, "exercised": EXERCISED}


def gaps(*entries: Listed) -> tuple[Gap, ...]:
    return overview(*entries).findings


def kinds(*entries: Listed) -> list[str]:
    return [gap.kind for gap in gaps(*entries)]


@pytest.mark.parametrize(
    "entry",
    [
        listed(**GOOD),
        listed(REGIONS[:3], adoption_region="vr02", **GOOD),
        listed(REGIONS, adoption_region="vr02", **GOOD),
        listed(profile="loose", exercised=EXERCISED),
        listed(phase="exploration"),
        listed(phase="elaboration"),
        listed(phase="elaboration", assessed=Assessed("2024-01-01", "not-under-this-profile")),
        listed(assessed=Assessed("2024-01-01", "conditional"), exercised=EXERCISED),
    ],
)
def test_nothing_to_say(entry: Listed) -> None:
    assert gaps(entry) == ()


@pytest.mark.parametrize(("count", "word"), [(3, "supraregional"), (24, "supraregional"), (25, "national")])
def test_without_adoption_region(count: int, word: str) -> None:
    (gap,) = gaps(*(listed((region,), **GOOD) for region in REGIONS[:count]))

    assert gap.kind == "no-adoption-region"
    assert gap.text.en == f"A {word} partner without an adoption region."
    assert "Tabel 2" in gap.source


def test_one_adoption_region_for_several_agreements_is_enough() -> None:
    one = listed(("vr01", "vr02"), adoption_region="vr01", **GOOD)
    other = listed(("vr03",), core_task=CoreTask.SERVICE_PROVIDER, **GOOD)

    assert kinds(one, other) == []


def test_two_organisations_that_share_an_id_are_not_taken_for_one_unseen() -> None:
    one, other = Text("Brandweer Noord", "Fire service North"), Text("Brandweer Zuid", "Fire service South")
    (gap,) = gaps(listed(name=one, **GOOD), listed(("vr01",), name=other, **GOOD))

    assert (gap.kind, gap.core_task) == ("several-names", CoreTask.MANAGER)
    assert gap.text.en == (
        "One id with more than one name (Fire service North; Fire service South); are these different organisations?"
    )


def test_one_organisation_may_be_called_otherwise_for_another_core_task_and_in_an_addition() -> None:
    names = [Text(name, name) for name in ("as manager", "as provider", "added")]
    manager, provider = (
        listed(name=name, core_task=task, **GOOD)
        for name, task in zip(names, (CoreTask.MANAGER, CoreTask.SERVICE_PROVIDER), strict=False)
    )
    again = listed(("vr01",), name=names[0], **GOOD)

    assert kinds(manager, again, provider, addition("vr24", name=names[2])) == []


def test_two_adoption_regions() -> None:
    one = listed(REGIONS[:2], adoption_region="vr02", **GOOD)
    other = listed(REGIONS[2:4], adoption_region="vr03", **GOOD)

    (gap,) = gaps(one, other)

    assert (gap.kind, gap.regions) == ("several-adoption-regions", ("vr02", "vr03"))


def test_adoption_region_of_a_regional_partner() -> None:
    (gap,) = gaps(listed(REGIONS[:2], adoption_region="vr01", **GOOD))

    assert (gap.kind, gap.regions) == ("adoption-region-of-regional-partner", ("vr01",))


def test_addition_without_agreement() -> None:
    found = gaps(listed(("vr01",), **GOOD), addition("vr02", **GOOD))

    assert [(gap.kind, gap.regions) for gap in found] == [("addition-without-agreement", ("vr02",))]


def test_two_agreements_for_one_core_task_in_the_same_region() -> None:
    (gap,) = gaps(listed(("vr01",), **GOOD), listed(("vr01", "vr02"), **GOOD))

    assert (gap.kind, gap.profile, gap.regions) == ("agreed-twice", "full", ("vr01",))
    assert "which one holds?" in gap.text.en


def test_two_profiles_for_one_core_task_in_the_same_region() -> None:
    (gap,) = gaps(listed(("vr01",), **GOOD), listed(("vr01",), profile="half", **GOOD))

    assert (gap.kind, gap.profile, gap.regions) == ("agreed-twice", None, ("vr01",))
    assert gap.text.nl.endswith("full nl en half nl.")
    assert gap.text.en.endswith("full en and half en.")


def test_two_core_tasks_in_the_same_region_are_no_contradiction() -> None:
    other = listed(("vr01",), core_task=CoreTask.SERVICE_PROVIDER, profile="half", **GOOD)

    assert kinds(listed(("vr01",), **GOOD), other) == []


@pytest.mark.parametrize(("regions", "word"), [(1, "from 2020"), (3, "required")])
def test_in_execution_and_never_assessed(regions: int, word: str) -> None:
    adoption = "vr01" if regions > 2 else None

    (gap,) = gaps(listed(REGIONS[:regions], adoption_region=adoption, exercised=EXERCISED))

    assert (gap.kind, gap.profile, gap.core_task) == ("not-assessed", "full", CoreTask.MANAGER)
    assert gap.regions == REGIONS[:regions]
    assert word in gap.text.en


@pytest.mark.parametrize("phase", ["exploration", "elaboration", "execution"])
def test_assessed_though_no_assessment_exists_for_the_profile(phase: str) -> None:
    (gap,) = gaps(listed(profile="loose", phase=phase, **GOOD))

    assert (gap.kind, gap.source) == ("assessed-without-assessment", "Beleidskader par. 1.4")


def test_in_execution_against_the_position() -> None:
    against = Assessed("2024-01-01", "not-under-this-profile")

    assert kinds(listed(assessed=against, exercised=EXERCISED)) == ["position-against-profile"]


def test_in_execution_and_never_exercised() -> None:
    assert kinds(listed(assessed=CERTIFIED)) == ["not-exercised"]


def test_findings_stand_by_partner_in_a_fixed_order() -> None:
    found = gaps(listed(partner="water"), listed(partner="air"))

    assert [(gap.partner, gap.kind) for gap in found] == [
        ("air", "not-assessed"),
        ("air", "not-exercised"),
        ("water", "not-assessed"),
        ("water", "not-exercised"),
    ]


REVIEWED = moment("peer-review", "2026-01-01", "x")
PLANNED = moment("evaluation", "2027-01-01")
RUN: dict[str, Any] = {"exercises": (held(1),), "outcomes": (outcome(1),)}


@pytest.mark.parametrize(
    ("lists", "kinds"),
    [
        ({}, ["not-exercised", "not-reviewed"]),
        ({"moments": (REVIEWED,), **RUN}, []),
        (RUN, ["not-reviewed"]),
        (
            {"moments": (REVIEWED,), "points": (point("p"),), **RUN},
            ["no-evaluation-planned", "points-of-nobody"],
        ),
        ({"moments": (REVIEWED, PLANNED), "points": (point("p", owner="x"),), **RUN}, []),
        ({"moments": (REVIEWED,), "points": (point("p", state="closed"),), **RUN}, []),
    ],
)
def test_what_a_register_leaves_open(lists: dict[str, Any], kinds: list[str]) -> None:
    found = overview_of([listed(assessed=CERTIFIED)], PROFILES, COUNTRY, (), [progress(**lists)])

    assert [gap.kind for gap in found.findings] == kinds
    assert all(gap.regions == ("vr24",) for gap in found.findings)


def test_a_review_is_missed_only_once_agreements_are_carried_out() -> None:
    found = overview_of([listed(phase="elaboration")], PROFILES, COUNTRY, (), [progress()])

    assert found.findings == ()
