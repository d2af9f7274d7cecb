"""Laying the runs of a sweep side by side."""

from __future__ import annotations

from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.outcome import Result
from sim.core.model.text import Text
from sim.sweep.results import Member, Plan, Reading, Run, Sweep, Variant, in_order

PLAN = Plan(
    scenario="lek",
    name=Text("Lek", "Leak"),
    notice=Text("Oefening", "Exercise"),
    scenario_digest="s",
    version="1",
    criteria_digest="c",
    seeds=(1, 2),
    variants=(Variant("as written"), Variant("a.profile=core", ("a.profile=core",))),
    end_ms=1000,
    cast=(
        Member(
            variant="as written",
            party="a",
            name=Text("A", "A"),
            kind="partner",
            profile="link",
            profile_name=Text("koppel", "link"),
            on_duty=1,
            on_call=2,
        ),
    ),
)


def reading(value: float | None, criterion: str = "", result: Result | None = None) -> Reading:
    return Reading(
        scope="party",
        party="a",
        criterion=criterion,
        measure="held-lag",
        unit=Unit.MS,
        value=value,
        result=result,
    )


def run(variant: str, seed: int, *readings: Reading) -> Run:
    return Run(variant=variant, seed=seed, digest="d", messages=1, deliveries=1, readings=readings)


def made() -> Sweep:
    return in_order(
        PLAN,
        [
            run("a.profile=core", 2, reading(20, "lag", Result.MET)),
            run("as written", 2, reading(None)),
            run("a.profile=core", 1, reading(10, "lag", Result.NOT_MET)),
            run("as written", 1, reading(5)),
        ],
    )


def test_runs_stand_in_the_order_of_variants_and_then_of_seeds() -> None:
    assert [(one.variant, one.seed) for one in made().runs] == [
        ("as written", 1),
        ("as written", 2),
        ("a.profile=core", 1),
        ("a.profile=core", 2),
    ]
    assert PLAN.size == len(made().runs)


def test_how_a_party_takes_part() -> None:
    assert PLAN.member("as written", "a").profile == "link"
