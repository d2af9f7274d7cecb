"""What results hang on: norms, conditions of an advice, values that seeds drew."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.assessment.judging.advice import AdviceRule, Condition
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.text import Text
from sim.core.model.time import MINUTE_MS
from sim.sweep.results import Spread, Sweep
from sim.sweep.sensitivity import Sensitivity, sensitivity_of
from tests.unit.sweep.toys import CORE, LIMIT_MS, REFERENCE, sweep

SKILL = Spread("netbeheerder.people.skill", 0.6, 0.9)
WHY = Text(nl="Omdat.", en="Because.")
RULES = (
    AdviceRule(
        id="minimum",
        give=Advice.CONDITIONAL,
        when=(Condition(minimum=True, part="performance", results=(Result.NOT_MET,), at_least=1),),
        text=WHY,
        citation="par. 4.1",
    ),
    AdviceRule(id="else", give=Advice.CERTIFIED, text=WHY, citation="par. 4.1"),
)


@pytest.fixture(scope="module")
def made() -> Sweep:
    return sweep(60)


@pytest.fixture(scope="module")
def found(made: Sweep) -> Sensitivity:
    return sensitivity_of(made, rules=RULES)


def test_the_norm_at_which_half_of_the_draws_meet_it(found: Sensitivity) -> None:
    curves = {curve.variant: curve for curve in found.norms}
    assert set(curves) == {REFERENCE, CORE}
    for variant, minutes in ((REFERENCE, 36), (CORE, 24)):
        turns = curves[variant].turns_at.value
        assert turns is not None
        assert turns.exact == pytest.approx(minutes * MINUTE_MS, abs=3 * MINUTE_MS)
        assert curves[variant].margin == pytest.approx(minutes * MINUTE_MS / LIMIT_MS - 1, abs=0.1)


def test_a_norm_where_it_stands_gives_what_was_found_and_wider_ones_are_met_more(found: Sensitivity) -> None:
    for curve in found.norms:
        shares = [point.met.value.low or 0.0 for point in curve.points if point.met.value is not None]
        assert shares == sorted(shares)
        (here,) = (point for point in curve.points if point.limit == curve.limit)
        assert here.met == curve.met
        assert here.advice_changed == 0
        assert len(shares) == 8


def test_what_turns_soonest_stands_first(found: Sensitivity) -> None:
    margins = [abs(curve.margin or 0.0) for curve in found.norms]
    assert margins == sorted(margins)
    assert found.norms[0].hangs_on_norm


def test_an_advice_turns_on_a_condition_that_stands_alone(made: Sweep, found: Sensitivity) -> None:
    turns = {turn.variant: turn for turn in found.advice}
    missed = sum(advised.advice is Advice.CONDITIONAL for run in made.of(REFERENCE) for advised in run.advice)
    assert turns[REFERENCE].criterion == "initial-picture"
    assert (turns[REFERENCE].turned, turns[REFERENCE].of) == (missed, 60)
    assert turns[REFERENCE].advice is Advice.CERTIFIED


def test_moving_a_norm_changes_the_advice_of_some_runs(found: Sensitivity) -> None:
    (curve,) = (each for each in found.norms if each.variant == REFERENCE)
    widest = curve.points[-1]
    assert widest.advice_changed is not None
    assert widest.advice_changed > 30


def test_without_rules_nothing_is_said_of_the_advice(made: Sweep) -> None:
    found = sensitivity_of(made)
    assert found.advice == ()
    assert {point.advice_changed for curve in found.norms for point in curve.points} == {None}


def test_what_was_drawn_and_what_goes_along_with_it() -> None:
    """The figure follows the skill that was drawn in one of two figures, and in the other there is only luck."""
    made = sweep(60, spreads=(SKILL,))
    runs = tuple(
        msgspec.structs.replace(
            run,
            readings=tuple(
                msgspec.structs.replace(each, value=round(60 * MINUTE_MS * (1 - float(run.draws[0].value))))
                if each.measure == "initial-picture"
                else each
                for each in run.readings
            ),
        )
        for run in made.runs
    )
    found = sensitivity_of(Sweep(made.plan, runs))
    sure = [along for along in found.drawn if along.sure]
    assert {along.about.name for along in sure} == {"initial-picture"}
    assert found.looked_at == len(found.drawn) > 2
    for along in sure:
        assert along.correlation is not None
        assert along.correlation.value is not None
        assert along.correlation.value.exact == pytest.approx(-1.0, abs=0.02)


def test_without_spreads_nothing_goes_along(found: Sensitivity) -> None:
    assert (found.drawn, found.looked_at) == ((), 0)


def test_a_norm_of_nothing_moves_by_steps(made: Sweep) -> None:
    runs = tuple(
        msgspec.structs.replace(
            run,
            readings=tuple(
                msgspec.structs.replace(
                    each, value=run.seed % 3, limit=0, partly_limit=1,
                    result=Result.MET if run.seed % 3 == 0 else Result.NOT_MET,
                )
                if each.measure == "initial-picture"
                else each
                for each in run.readings
            ),
        )
        for run in made.runs
    )  # fmt: skip
    curve = sensitivity_of(Sweep(made.plan, runs)).norms[0]
    assert [point.limit for point in curve.points] == [0, 1, 2, 3, 5]
    assert [point.met.value.low for point in curve.points if point.met.value] == pytest.approx(
        [1 / 3, 2 / 3, 1, 1, 1]
    )
    assert curve.margin is None
    assert not curve.hangs_on_norm
