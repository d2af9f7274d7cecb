from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sim.core.assessment.judging.improving import EVIDENCE_KEPT, differences, is_taken, take_over, verdict_on
from sim.core.assessment.judging.outcome import Advice, Result
from sim.core.model.party import CoreTask
from sim.core.model.register import Found, Held, PointToImprove, Register, Unseen, Verdict
from sim.core.model.text import Text
from tests.unit.core.assessment.exercises import MET, NONE, NOT, PARTLY, UNSEEN, WORDS, exercised, held

ALARM, FETCH, LATE = "alarm", "fetch", "late"


def after(register: Register, exercise: Held, results: dict[str, Result], **more: Any) -> Register:
    return register.plus(take_over(register, exercise, [exercised(results, **more)]))


def first(**more: Any) -> Register:
    return after(Register(), held(1), {ALARM: NOT, FETCH: PARTLY, LATE: MET}, **more)


def test_what_is_not_or_partly_met_becomes_a_point_with_its_evidence() -> None:
    results = {ALARM: NOT, FETCH: PARTLY, LATE: MET, "unseen": UNSEEN, "nothing": NONE}

    made = after(Register(), held(1), results, minimum=(ALARM, "unseen"))

    (bound,) = made.agreements
    assert (bound.id, bound.partner, bound.regions) == ("gridco-b-structural", "gridco", ("vr23", "vr24"))
    assert [(each.id, each.criterion, each.minimum) for each in made.points] == [
        ("gridco-alarm", ALARM, True),
        ("gridco-fetch", FETCH, False),
    ]
    assert made.points[0].found == Found(
        run="flood-1", result="not met", reason=WORDS, evidence=(3, 5), records=2
    )
    assert made.points[0].state == "open"
    assert made.exercises == (held(1),)
    assert made.shown == ()
    (outcome,) = made.outcomes
    assert (outcome.advice, outcome.met, outcome.partly_met, outcome.not_met, outcome.not_observed) == (
        "conditional",
        1,
        1,
        1,
        1,
    )
    assert outcome.unseen == (Unseen(criterion="unseen", text=Text("unseen nl", "unseen en")),)


def test_a_register_keeps_the_first_records_and_how_many_there_are() -> None:
    made = first(evidence=range(100))

    assert made.points[0].found is not None
    assert made.points[0].found.evidence == tuple(range(EVIDENCE_KEPT))
    assert made.points[0].found.records == 100


def test_the_same_log_again_adds_nothing_whenever_it_was_played() -> None:
    register = first()
    again = msgspec.structs.replace(held(9), digest=held(1).digest)

    assert take_over(register, held(1), [exercised({ALARM: NOT, "other": NOT})]) == Register()
    assert take_over(register, again, [exercised({ALARM: MET})]) == Register()
    assert is_taken(register, again)


def test_a_later_run_marks_each_point_and_finds_none_twice() -> None:
    register = first()

    added = take_over(register, held(2), [exercised({ALARM: MET, FETCH: NOT, LATE: PARTLY})])

    assert added.agreements == ()
    assert [(each.point, each.verdict, each.result, each.run) for each in added.shown] == [
        ("gridco-alarm", "mended", "met", "flood-2"),
        ("gridco-fetch", "not mended", "not met", "flood-2"),
    ]
    assert (added.shown[0].evidence, added.shown[0].records) == ((3, 5), 2)
    assert [point.id for point in added.points] == ["gridco-late"]


def test_what_was_not_judged_was_not_observed() -> None:
    (shown, _) = take_over(first(), held(2), [exercised({FETCH: MET})]).shown

    assert (shown.verdict, shown.result, shown.evidence, shown.records) == (
        "not observed",
        "not observed",
        (),
        0,
    )


@pytest.mark.parametrize(
    ("result", "complete", "verdict"),
    [
        (MET, True, "mended"),
        (MET, False, "not observed"),
        (PARTLY, True, "not mended"),
        (NOT, False, "not mended"),
        (UNSEEN, True, "not observed"),
        (NONE, True, "not observed"),
    ],
)
def test_only_a_whole_run_in_which_the_criterion_was_met_mends(
    result: Result, complete: bool, verdict: Verdict
) -> None:
    assert verdict_on(result, complete=complete) == verdict

    (shown, _) = take_over(first(), held(2, complete=complete), [exercised({ALARM: result})]).shown
    assert shown.verdict == verdict


@pytest.mark.parametrize(
    "other",
    [
        {"partner": "airco"},
        {"profile": "full"},
        {"core_task": CoreTask.EMERGENCY_SERVICE},
        {"played": ("vr01",), "regions": ("vr01",)},
    ],
)
def test_a_run_of_another_agreement_says_nothing_of_a_point(other: dict[str, Any]) -> None:
    register = first()

    added = take_over(register, held(2), [exercised({ALARM: MET, FETCH: NOT}, **other)])

    assert added.shown == ()
    assert len(added.agreements) == 1
    assert added.agreements[0].id != register.agreements[0].id
    (point,) = added.points
    assert point.id not in {each.id for each in register.points}


def test_a_run_of_the_agreement_in_other_regions_of_it_is_one_of_it() -> None:
    added = take_over(first(), held(2), [exercised({ALARM: MET}, played=("vr23",))])

    assert added.agreements == ()
    assert added.shown[0].verdict == "mended"


def test_an_agreement_without_regions_is_one_and_the_regions_that_took_part_stand_for_those_of_the_agreement() -> (
    None
):
    bare = {"played": (), "regions": ()}

    register = after(Register(), held(1), {ALARM: NOT}, **bare)
    register = after(register, held(2), {ALARM: MET}, **bare)
    register = after(register, held(3), {ALARM: MET}, regions=())

    assert [each.regions for each in register.agreements] == [(), ("vr24",)]
    assert [each.id for each in register.agreements] == ["gridco-b-structural", "gridco-b-structural-2"]
    assert [each.verdict for each in register.shown] == ["mended"]


def test_of_two_parties_under_one_agreement_the_worst_counts() -> None:
    good = exercised({ALARM: MET, FETCH: MET}, advice=Advice.CERTIFIED)
    bad = exercised({ALARM: UNSEEN, FETCH: NOT}, advice=Advice.NOT_UNDER_THIS_PROFILE)

    added = take_over(first(), held(2), [good, bad])

    assert [each.verdict for each in added.shown] == ["mended", "not mended"]
    (outcome,) = added.outcomes
    assert (outcome.advice, outcome.met, outcome.not_met) == ("not under this profile", 1, 1)


def test_what_people_wrote_of_their_own_is_marked_only_with_a_criterion() -> None:
    register = first().plus(
        Register(
            points=(
                PointToImprove(id="own", agreement="gridco-b-structural", text=WORDS),
                PointToImprove(id="judged", agreement="gridco-b-structural", text=WORDS, criterion=LATE),
            )
        )
    )

    added = take_over(register, held(2), [exercised({ALARM: NOT, FETCH: NOT, LATE: NOT})])

    assert [each.point for each in added.shown] == ["gridco-alarm", "gridco-fetch", "judged"]
    assert added.points == ()


def test_exercises_of_an_agreement_are_taken_in_order_of_time() -> None:
    register = after(first(), held(3), {ALARM: MET})

    with pytest.raises(
        ValueError,
        match=r"started: expected a run after 2026-01-03T.*, the last one of gridco-b-structural, was",
    ):
        take_over(register, held(2), [exercised({ALARM: MET})])
    assert take_over(register, held(2), [exercised({ALARM: MET}, partner="airco")]).outcomes


def test_what_a_register_says_of_a_run_is_held_against_its_log() -> None:
    second = exercised({ALARM: MET, FETCH: NOT, LATE: MET})
    register = first()
    register = register.plus(take_over(register, held(2), [second]))

    assert differences(register, held(2), [second]) == ()
    assert differences(register, held(1), [exercised({ALARM: NOT, FETCH: PARTLY})]) == ()

    (changed, gone) = differences(register, held(2), [exercised({ALARM: PARTLY})])
    assert (changed.table, changed.point) == ("shown", "gridco-alarm")
    assert (changed.registered, changed.logged) == ("met [3, 5]", "partly met [3, 5]")
    assert (gone.point, gone.logged) == ("gridco-fetch", "not observed []")
    (found, *_) = differences(
        register, held(1), [exercised({ALARM: NOT}, evidence=(4,)), exercised({}, partner="x")]
    )
    assert (found.table, found.registered, found.logged) == ("points", "not met [3, 5]", "not met [4]")
