"""What changes between variants: for whom, how much, how sure, at what cost; and that nothing is ranked."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.time import MINUTE_MS
from sim.sweep.draws import About, SweepDraws
from sim.sweep.findings import Findings, find
from sim.sweep.results import Reading, Sweep
from tests.unit.sweep.toys import CORE, INITIAL, LIMIT_MS, OPERATOR, REFERENCE, REGION, SOONER_MS, sweep

PICTURE = About("figure", OPERATOR, "initial-picture")


@pytest.fixture(scope="module")
def found() -> Findings:
    return find(sweep())


def test_what_changes_is_found_with_how_large_and_how_sure(found: Findings) -> None:
    (change,) = (each for each in found.changes if each.about == PICTURE)
    assert change.sure
    assert change.difference.value is not None
    assert change.difference.value.exact == pytest.approx(-SOONER_MS, abs=MINUTE_MS)
    assert change.difference.interval is not None
    assert (change.difference.interval.low or 0) < -SOONER_MS + MINUTE_MS / 2
    assert (change.difference.down, change.difference.up) == (60, 0)
    assert change.size == pytest.approx(SOONER_MS / LIMIT_MS, abs=0.05)
    assert (change.better, change.limit, change.variant_limit) == ("lower", LIMIT_MS, LIMIT_MS)


def test_what_is_luck_is_not_told_as_sure(found: Findings) -> None:
    (change,) = (each for each in found.changes if each.about == About("figure", REGION, "sourced"))
    assert not change.sure
    assert change.found is None


def test_criteria_are_laid_side_by_side_as_chances(found: Findings) -> None:
    (change,) = (each for each in found.changes if each.about.kind == "criterion")
    assert change.about.name == INITIAL.id
    assert change.sure
    assert change.unit is Unit.SHARE
    assert change.found is not None
    assert change.reference is not None
    told = found.criteria[f"criterion/{OPERATOR}/initial-picture"]
    assert (told[REFERENCE], told[CORE]) == (change.reference, change.found)
    assert (change.found.value or 0) != change.reference.value


def test_what_stands_on_paper_is_told_apart(found: Findings) -> None:
    (told,) = found.on_paper
    assert (told.criterion, told.reference, told.found) == ("profile-fits", Result.NOT_MET, Result.MET)
    assert "profile-fits" not in {change.about.name for change in found.changes}


def test_costs_in_messages_and_people(found: Findings) -> None:
    costs = found.sure_changes(CORE, "cost")
    assert {(change.about.party, change.about.name) for change in costs} == {
        ("", "messages"),
        ("", "deliveries"),
        (OPERATOR, "received"),
        (REGION, "received"),
    }
    (people,) = found.staffing
    assert (people.party, people.on_duty, people.reference_on_duty) == (OPERATOR, 2, 1)


def test_the_advice_is_told_as_often_as_it_is_given(found: Findings) -> None:
    told = {(each.variant, each.advice): each.share for each in found.advice}
    certified = told[REFERENCE, Advice.CERTIFIED].value, told[REFERENCE, Advice.CONDITIONAL].value
    assert sum((each.low or 0.0) for each in certified if each is not None) == pytest.approx(1.0)
    assert {each.party for each in found.advice} == {OPERATOR}


def test_it_is_counted_how_much_was_looked_at(found: Findings) -> None:
    assert found.looked_at == len(found.changes)
    assert found.sure == sum(change.sure for change in found.changes) > 0
    assert found.enough is not None


def test_the_sure_come_first_and_the_largest_of_them(found: Findings) -> None:
    sure = [change.sure for change in found.changes]
    assert sure == sorted(sure, reverse=True)
    sizes = [change.size or 0.0 for change in found.changes if change.sure]
    assert sizes == sorted(sizes, reverse=True)


def test_variants_stay_in_the_order_in_which_they_were_given_and_nothing_is_added_up_over_them() -> None:
    """No variant and no profile has a score: there is no field for one, and no order but that of the command line."""
    made = sweep(30)
    turned = msgspec.structs.replace(made.plan, variants=made.plan.variants[::-1])
    found = find(Sweep(turned, made.runs))
    assert (found.reference, found.variants) == (CORE, (REFERENCE,))
    words = {name for kind in (Findings,) for name in kind.__struct_fields__}
    assert not {word for word in words if "rank" in word or "best" in word or "score" in word}


def test_swapping_reference_and_variant_flips_every_difference(found: Findings) -> None:
    made = sweep()
    turned = find(Sweep(msgspec.structs.replace(made.plan, variants=made.plan.variants[::-1]), made.runs))
    back = {change.about: change for change in turned.changes}
    for change in found.changes:
        other = back[change.about].difference
        assert (change.difference.up, change.difference.down) == (other.down, other.up)
        assert change.sure == back[change.about].sure


def test_the_order_of_runs_does_not_matter(found: Findings) -> None:
    made = sweep()
    assert find(Sweep(made.plan, made.runs[::-1])) == found


def test_few_seeds_are_told_and_nothing_is_sure() -> None:
    found = find(sweep(10))
    assert found.sure == 0
    assert {change.by_chance for change in found.changes} == {None}
    assert found.enough is None


def test_runs_that_were_not_made_show_nothing_and_are_counted() -> None:
    made = sweep(30)
    found = find(Sweep(made.plan, made.runs[1:-1]))
    assert found.absent == 2
    (change,) = (each for each in found.changes if each.about == PICTURE)
    assert (change.difference.count, change.difference.missing) == (28, 2)


def test_what_only_one_variant_shows_is_told_apart() -> None:
    made = sweep(30)
    extra = Reading(scope="party", party=OPERATOR, measure="rated", unit=Unit.SHARE, value=1.0, count=1)
    runs = [
        msgspec.structs.replace(run, readings=(*run.readings, extra)) if run.variant == CORE else run
        for run in made.runs
    ]
    (only,) = find(Sweep(made.plan, tuple(runs))).only
    assert (only.about.name, only.under, only.count) == ("rated", CORE, 30)


def test_what_was_still_open_is_at_least_so_long() -> None:
    made = sweep(30)
    still_open = [
        msgspec.structs.replace(
            run,
            readings=tuple(
                msgspec.structs.replace(each, value=None, pending=240 * MINUTE_MS)
                if each.measure == "initial-picture"
                else each
                for each in run.readings
            ),
        )
        if run.variant == REFERENCE
        else run
        for run in made.runs
    ]
    found = find(Sweep(made.plan, tuple(still_open)))
    (change,) = (each for each in found.changes if each.about == PICTURE)
    assert change.sure
    assert change.difference.open == 30
    assert change.difference.value is not None
    assert change.difference.value.low is None
    assert (change.difference.value.high or 0) < -200 * MINUTE_MS
    assert change.enough is None


def test_results_of_what_was_not_observed_are_no_results() -> None:
    made = sweep(30)
    unseen = [
        msgspec.structs.replace(
            run,
            readings=tuple(
                msgspec.structs.replace(each, value=None, result=Result.NOT_OBSERVED) for each in run.readings
            ),
        )
        for run in made.runs[:5]
    ]
    draws = SweepDraws(Sweep(made.plan, (*unseen, *made.runs[5:])))
    met = draws.met(About("criterion", OPERATOR, INITIAL.id), REFERENCE)
    assert [met[seed] for seed in range(1, 6)] == [None] * 5
    assert found_met(draws) == 25


def found_met(draws: SweepDraws) -> int:
    return sum(
        met is not None for met in draws.met(About("criterion", OPERATOR, INITIAL.id), REFERENCE).values()
    )
