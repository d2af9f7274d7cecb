"""What people saw beside what was computed: it never replaces a finding, and disagreement is said."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.observations import HumanObservation, Rating, Standing, beside
from sim.core.assessment.judging.outcome import Assessment, Result
from tests.unit.core.assessment.logs import CRITERIA, WATER, Log

CRITERION = "alarm-acknowledgement"
WHOLE = "exercise-nothing-lost"


def judged(*, acked_after: float | None) -> Assessment:
    log = Log()
    alarm = log.alarm(10, WATER)
    if acked_after is not None:
        log.ack(10 + acked_after, WATER, alarm)
    return assess(log.end(200).records, CRITERIA)


def seen(rating: Rating | None, criterion: str = CRITERION, party: str = WATER) -> HumanObservation:
    return HumanObservation(
        role="observer", name="", at_ms=0, criterion=criterion, party=party, rating=rating, text="x"
    )


@pytest.mark.parametrize(
    ("acked_after", "rating", "standing"),
    [
        (5, "met", Standing.AGREES),
        (5, "not met", Standing.DIFFERS),
        (5, "partly met", Standing.DIFFERS),
        (None, "not met", Standing.AGREES),
        (None, "met", Standing.DIFFERS),
        (5, None, Standing.REMARK),
    ],
)
def test_both_stand_side_by_side(
    acked_after: float | None, rating: Rating | None, standing: Standing
) -> None:
    assessment = judged(acked_after=acked_after)
    before = msgspec.json.encode(assessment)

    found = beside(assessment, seen(rating))

    assert found.standing is standing
    assert found.finding is not None
    assert found.finding.result is (Result.NOT_MET if acked_after is None else Result.MET)
    assert msgspec.json.encode(assessment) == before


def test_what_the_log_does_not_show_is_seen_by_people_only() -> None:
    assessment = judged(acked_after=5)

    unseen = beside(assessment, seen("met", "correction"))
    unknown = beside(assessment, seen("met", "no-such-criterion"))
    nobody = beside(assessment, seen("met", party="nobody"))

    assert [each.standing for each in (unseen, unknown, nobody)] == [Standing.ONLY_SEEN] * 3
    assert unseen.finding is not None
    assert unseen.finding.result is Result.NOT_OBSERVED
    assert unknown.finding is None
    assert nobody.finding is None


def test_an_observation_of_the_exercise_stands_beside_its_finding() -> None:
    assessment = judged(acked_after=5)

    found = beside(assessment, seen("met", WHOLE, party=""))

    assert found.finding in assessment.criteria
    assert found.finding is not None
    assert found.finding.id == WHOLE
