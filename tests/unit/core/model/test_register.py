from __future__ import annotations

import pytest

from sim.core.model.register import Register, State, Verdict, standing_of
from tests.unit.core.model.registers import held, moment, outcome, point, progress, shown


@pytest.mark.parametrize(
    ("state", "verdicts", "standing"),
    [
        ("open", [], "open"),
        ("taken-up", ["not observed"], "taken-up"),
        ("put-right", ["not mended"], "put-right"),
        ("put-right", [], "put-right"),
        ("open", ["mended"], "mended"),
        ("open", ["not mended", "mended", "not observed"], "mended"),
        ("taken-up", ["mended", "not mended"], "returned"),
        ("open", ["mended", "not mended", "mended"], "mended"),
        ("closed", ["mended"], "closed"),
        ("closed", ["not mended"], "closed"),
    ],
)
def test_a_run_decides_whether_a_point_is_mended_and_people_all_else(
    state: State, verdicts: list[Verdict], standing: str
) -> None:
    marks = tuple(shown("p", number, verdict) for number, verdict in enumerate(verdicts, start=2))

    assert standing_of(point("p", state=state), marks) == standing


def test_what_runs_showed_is_in_order_of_time_whatever_the_order_of_the_file() -> None:
    register = Register(
        exercises=(held(3), held(2)),
        shown=(shown("p", 3, "mended"), shown("q", 2, "mended"), shown("p", 2, "not mended")),
    )

    assert [each.run for each in register.shown_of("p")] == ["r2", "r3"]
    assert held(3).on == "2026-01-03"


def test_an_agreement_nobody_exercised() -> None:
    made = progress()

    assert (made.last, made.before, made.points, made.open_points) == (None, None, (), ())
    assert (made.last_review, made.next_review, made.last_evaluation, made.next_evaluation) == (None,) * 4


def test_from_one_exercise_to_the_next() -> None:
    made = progress(
        exercises=(held(2), held(1), held(3)),
        outcomes=(outcome(3), outcome(1), outcome(2), outcome(3, "other")),
        points=(
            point("mended"),
            point("back"),
            point("not", minimum=True),
            point("unseen"),
            point("new", 3),
            point("own", None, state="closed"),
        ),
        shown=(
            shown("back", 2, "mended"),
            shown("mended", 3, "mended"),
            shown("back", 3, "not mended"),
            shown("not", 3, "not mended"),
            shown("unseen", 3, "not observed"),
        ),
    )

    assert [step.exercise.run for step in made.steps] == ["r1", "r2", "r3"]
    assert made.last is not None
    assert made.before is not None
    assert (made.last.exercise.run, made.before.exercise.run) == ("r3", "r2")
    assert (made.mended, made.returned, made.not_mended) == (("mended",), ("back",), ("not",))
    assert (made.not_observed, made.new) == (("unseen",), ("new",))
    assert [each.standing for each in made.points] == ["mended", "returned", "open", "open", "open", "closed"]
    assert [each.point.id for each in made.open_points] == ["back", "not", "unseen", "new"]
    assert (made.count("open"), made.count("mended", "closed")) == (3, 2)
    assert made.points[0].found == held(1)
    assert made.points[0].last == held(3)
    assert (made.points[5].found, made.points[5].last) == (None, None)


def test_reviews_and_evaluations_that_were_held_and_that_are_to_come() -> None:
    moments = (
        moment("peer-review", "2026-03-01", "Goed."),
        moment("peer-review", "2026-02-01", "Nog niet."),
        moment("evaluation", "2027-02-01"),
        moment("evaluation", "2027-01-01", " "),
        moment("evaluation", "2026-12-01", "Elk half jaar."),
        moment("evaluation", "2026-12-02", "Niet van deze.", ("other",)),
    )

    made = progress(moments=moments)

    assert made.last_review == moments[0]
    assert made.next_review is None
    assert made.last_evaluation == moments[4]
    assert made.next_evaluation == moments[3]


def test_an_open_point_is_late_after_its_date() -> None:
    made = progress(
        exercises=(held(1),),
        points=(point("p", by="2026-06-01"), point("q"), point("r", by="2026-06-01", state="closed")),
    )

    assert [each.is_late("2026-06-01") for each in made.points] == [False, False, False]
    assert [each.is_late("2026-06-02") for each in made.points] == [True, False, False]
