"""The verification exam on the small exercise: what makes a case, how it comes out, and that it repeats."""

from __future__ import annotations

import pytest

from sim.core.world.faults import ANSWERS, TYPES_AT, FaultType, Hop, KnownAnswer
from sim.core.world.scenario import Scenario
from sim.exam.exam import hold, questions
from sim.exam.outline import mark_of, rows_of
from sim.exam.question import EXPECTED, Case, Exam, Grade, NoCase, Question
from sim.files.scenario.loading import load_scenario
from tests.integration.command import BEEKDAL

SEED = 1


@pytest.fixture(scope="module")
def beekdal() -> Scenario:
    return load_scenario(BEEKDAL)


def put(scenario: Scenario, fault_type: FaultType, hop: Hop, profile: str) -> Case | NoCase:
    exam = hold(scenario, SEED, [Question(fault_type, hop, profile)])
    outcomes: list[Case | NoCase] = [*exam.cases, *exam.no_cases]
    assert len(outcomes) == 1
    return outcomes[0]


def case(scenario: Scenario, fault_type: FaultType, hop: Hop, profile: str) -> Case:
    outcome = put(scenario, fault_type, hop, profile)
    assert isinstance(outcome, Case), outcome
    return outcome


def test_every_question_of_the_catalogue_is_asked_of_every_profile(beekdal: Scenario) -> None:
    asked = questions(beekdal)
    profiles = {party.profile for party in beekdal.parties.values()}
    assert len(asked) == len(set(asked)) == sum(len(types) for types in TYPES_AT.values()) * len(profiles)
    assert {question.profile for question in asked} == profiles


def test_a_wrong_figure_is_recognised_and_put_right_with_skill_alone(beekdal: Scenario) -> None:
    found = case(beekdal, FaultType.WRONG_VALUE, Hop.OBSERVATION, "structural")
    assert (found.perfect, found.none) == (Grade.RIGHTED, Grade.UNDETECTED)
    assert found.as_expected
    assert found.competent == ("wl",)
    assert found.party == "enexis"


def test_what_nobody_can_read_is_one_record_with_and_without_skill(beekdal: Scenario) -> None:
    found = case(beekdal, FaultType.GARBLED, Hop.OUTSIDER, "core")
    assert (found.answer, found.perfect, found.none) == (
        KnownAnswer.NOT_READ,
        Grade.NOT_READ,
        Grade.NOT_READ,
    )


def test_what_comes_twice_confirms_nothing(beekdal: Scenario) -> None:
    found = case(beekdal, FaultType.DUPLICATE, Hop.OUTSIDER, "link")
    assert (found.perfect, found.none) == (Grade.COUNTED_ONCE, Grade.COUNTED_ONCE)


@pytest.mark.parametrize(
    ("fault_type", "hop", "profile", "why"),
    [
        (FaultType.WRONG_VALUE, Hop.OBSERVATION, "standby", "nobody-there"),
        (FaultType.WRONG_VALUE, Hop.RELAY, "core", "nobody-there"),
        (FaultType.WRONG_DATUM, Hop.OBSERVATION, "core", "nothing-to-make-wrong"),
        (FaultType.WRONG_VALUE, Hop.OBSERVATION, "link", "nobody-else-knows"),
    ],
)
def test_what_makes_no_case_says_why_and_is_never_passed(
    beekdal: Scenario, fault_type: FaultType, hop: Hop, profile: str, why: str
) -> None:
    found = put(beekdal, fault_type, hop, profile)
    assert isinstance(found, NoCase)
    assert found.why == why
    assert Exam("x", 1, (), (found,)).cases == ()


def test_the_outcome_is_the_same_with_any_number_of_workers(beekdal: Scenario) -> None:
    asked = [
        question
        for question in questions(beekdal)
        if question.type is FaultType.WRONG_TIME and question.profile in ("core", "structural")
    ]
    seen: list[tuple[int, int]] = []
    alone = hold(beekdal, SEED, asked, on_progress=lambda done, total: seen.append((done, total)))
    assert alone.cases
    assert hold(beekdal, SEED, asked, workers=2) == alone
    assert seen == [(done, len(asked)) for done in range(1, len(asked) + 1)]


def test_every_answer_has_what_it_asks_and_recognition_alone_takes_skill() -> None:
    assert set(EXPECTED) == set(KnownAnswer) == set(ANSWERS.values())
    for answer, (perfect, none) in EXPECTED.items():
        takes_skill = answer in (
            KnownAnswer.CORRECTED,
            KnownAnswer.COMPLETED,
            KnownAnswer.REFUTED,
            KnownAnswer.WITHDRAWN,
        )
        assert (perfect != none) == takes_skill
        assert (perfect is Grade.RIGHTED) == takes_skill


def outcome(perfect: Grade, none: Grade) -> Case:
    return Case(
        question=Question(FaultType.STALE, Hop.RELAY, "national-body"),
        answer=KnownAnswer.CORRECTED,
        party="locc",
        subject="level",
        at_ms=1,
        competent=("rws",),
        perfect=perfect,
        none=none,
    )


@pytest.mark.parametrize(
    ("perfect", "none", "as_expected"),
    [
        (Grade.RIGHTED, Grade.UNDETECTED, True),
        (Grade.RIGHTED, Grade.RIGHTED, False),
        (Grade.DETECTED, Grade.UNDETECTED, False),
        (Grade.UNDETECTED, Grade.UNDETECTED, False),
    ],
)
def test_a_case_is_as_expected_only_where_both_are(perfect: Grade, none: Grade, as_expected: bool) -> None:
    found = outcome(perfect, none)
    assert found.as_expected == as_expected
    assert (Exam("x", 1, (found,), ()).differing == ()) == as_expected
    assert mark_of(found) == ("✓" if as_expected else "✗")


def test_the_outline_has_a_row_for_each_type_at_each_hop_in_the_order_of_the_catalogue() -> None:
    none = NoCase(Question(FaultType.WRONG_VALUE, Hop.RELAY, "core"), "nobody-there")
    rows = rows_of(Exam("x", 1, (outcome(Grade.RIGHTED, Grade.UNDETECTED),), (none,)))
    assert list(rows) == [(FaultType.WRONG_VALUE, Hop.RELAY), (FaultType.STALE, Hop.RELAY)]
    assert mark_of(rows[FaultType.WRONG_VALUE, Hop.RELAY]["core"]) == "·"
