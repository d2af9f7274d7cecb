"""The rule of the advice: which one is given, why, what is asked, and what a file may say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from sim.core.assessment.judging.advice import (
    AdviceRule,
    Condition,
    Judged,
    advice_rules_from,
    decisive,
    rule_for,
)
from sim.core.assessment.judging.framework import Framework, framework_from
from sim.core.assessment.judging.judgment import assess
from sim.core.assessment.judging.outcome import Advice, PartnerResult, Result
from sim.core.assessment.judging.wording import lacking_reason
from sim.core.model.party import CoreTask
from sim.core.model.text import Text
from tests.unit.core.assessment.examples import EXAMPLES, OTHER
from tests.unit.core.assessment.logs import (
    CRITERIA,
    GAS,
    GRID,
    NEIGHBOUR,
    REGION,
    WATER,
    Log,
    agreement,
    item,
)


def _judged(*results: tuple[str, bool, Result]) -> list[Judged]:
    return [
        Judged(f"c-{number}", part, minimum, result)  # type: ignore[arg-type]
        for number, (part, minimum, result) in enumerate(results)
    ]


FINE = ("performance", True, Result.MET)
NOT, PARTLY, UNSEEN = Result.NOT_MET, Result.PARTLY_MET, Result.NOT_OBSERVED


@pytest.mark.parametrize(
    ("results", "advice"),
    [
        ((FINE,), Advice.CERTIFIED),
        ((FINE, ("performance", False, NOT)), Advice.CERTIFIED),
        ((FINE, ("performance", True, PARTLY)), Advice.CONDITIONAL),
        ((FINE, ("set-up", True, NOT)), Advice.CONDITIONAL),
        ((FINE, ("performance", True, UNSEEN)), Advice.CONDITIONAL),
        ((FINE, ("direction", True, UNSEEN)), Advice.CONDITIONAL),
        ((FINE, ("direction", True, NOT)), Advice.NOT_UNDER_THIS_PROFILE),
        ((FINE, ("set-up", True, NOT), ("performance", True, NOT)), Advice.CONDITIONAL),
        ((FINE, *[("set-up", True, NOT)] * 2, ("performance", True, NOT)), Advice.NOT_UNDER_THIS_PROFILE),
        ((FINE, *[("set-up", False, NOT)] * 9), Advice.CERTIFIED),
        ((("set-up", True, Result.MET), ("performance", True, UNSEEN)), Advice.NOT_ASSESSABLE),
        ((), Advice.NOT_ASSESSABLE),
    ],
)
def test_the_shipped_rule(results: tuple[tuple[str, bool, Result], ...], advice: Advice) -> None:
    """Minimum conditions decide; what was not observed never counts as met."""
    judged = _judged(*results)
    assert rule_for(CRITERIA.advice, judged, assessable=True).give is advice
    assert rule_for(CRITERIA.advice, judged, assessable=False).give is Advice.NOT_ASSESSABLE


_RANK = [Advice.NOT_UNDER_THIS_PROFILE, Advice.CONDITIONAL, Advice.CERTIFIED]


def test_a_worse_result_never_makes_the_advice_better() -> None:
    """From met over partly met to not met, for every criterion among three others of any kind."""
    others = [("performance", True, Result.MET), ("set-up", True, NOT), ("performance", True, NOT)]
    for part in ("direction", "set-up", "performance"):
        for minimum in (True, False):
            given = [
                rule_for(CRITERIA.advice, _judged(*others, (part, minimum, result)), assessable=True).give
                for result in (NOT, PARTLY, Result.MET)
            ]
            assert [_RANK.index(one) for one in given] == sorted(_RANK.index(one) for one in given)


def test_what_decided() -> None:
    """Only what a rule counts as too many, not what it counts as few enough."""
    judged = _judged(FINE, ("performance", True, NOT), ("performance", True, NOT), ("set-up", True, NOT))
    rule = rule_for(CRITERIA.advice, judged, assessable=True)
    assert decisive(rule, judged) == ("c-1", "c-2", "c-3")
    assert decisive(rule_for(CRITERIA.advice, _judged(FINE), assessable=True), _judged(FINE)) == ()


def test_at_least_and_at_most() -> None:
    condition = Condition(results=(NOT,), at_least=1, at_most=2)
    held = [condition.holds(_judged(*[("set-up", True, NOT)] * count), assessable=True) for count in range(4)]
    assert held == [False, True, True, False]


# What the reader is told ------------------------------------------------------------------------------


def _partner(log: Log, party: str, end: float = 190) -> PartnerResult:
    log.end(end)
    return next(one for one in assess(log.records, CRITERIA).partners if one.id == party)


def _held_on(log: Log, started: object) -> None:
    log.records[0] = msgspec.structs.replace(log.records[0], local={"manifest": {"started": started}})


def test_conditional_says_what_to_put_right_and_by_when() -> None:
    """The date where the log tells when it was held, else the days; three conditions not met are too many."""
    log = Log()
    texts = {topic: OTHER for one in CRITERIA for topic in one.topics}
    log.agree(WATER, texts=texts)
    EXAMPLES["initial-picture"].meets(log)
    _held_on(log, "2026-11-27T11:58:39Z")
    found = _partner(log, WATER)
    assert found.advice is Advice.CONDITIONAL
    assert (found.ground.again_within_days, found.ground.again_by) == (180, "2027-05-26")
    assert "alarm-acknowledgement" in found.ground.put_right
    assert "initial-picture" not in found.ground.put_right
    assert "An alarm is acknowledged within the agreed time" in found.reason.en
    assert found.reason.en.endswith("To be tested again by 2027-05-26.")
    assert found.reason.nl.endswith("Opnieuw te toetsen uiterlijk op 2027-05-26.")
    _held_on(log, 3)
    again = next(one for one in assess(log.records, CRITERIA).partners if one.id == WATER)
    assert again.ground.again_by is None
    assert again.reason.en.endswith("To be tested again within 180 days.")


def _lacking(*kept: str) -> PartnerResult:
    """A core partner with agreements on some preconditions only."""
    log = Log()
    topics = {topic for one in CRITERIA if one.id in kept for topic in one.topics}
    log.agree(WATER, texts=dict.fromkeys(sorted(topics), OTHER))
    log.own(10, WATER, item("w"))
    return _partner(log, WATER)


LINK = ("link-crisis-teams", "link-liaison", "link-alarm", "link-exchange-outside")


def test_against_this_profile_names_the_one_whose_preconditions_are_met() -> None:
    """One that asks for less; it is shown what was not in order."""
    found = _lacking(*LINK)
    assert found.advice is Advice.NOT_UNDER_THIS_PROFILE
    assert [one.id for one in found.ground.other_profiles] == ["link"]
    assert "status" in found.ground.because
    assert "The agreements do meet the preconditions of: link collaboration." in found.reason.en
    assert "koppelsamenwerking" in found.reason.nl
    assert "Agreements on the status of the partner" in found.reason.en


def test_against_this_profile_and_none_that_fits() -> None:
    found = _lacking()
    assert found.ground.other_profiles == ()
    assert "Nor do the agreements meet" in found.reason.en


def test_a_rule_of_ones_own() -> None:
    """A rule of one's own can ask for less; the shipped one asks for all minimum conditions."""
    log = Log()
    log.own(10, WATER, item("w"))
    tables = [{"id": "all", "give": "certified", "text": {"nl": "Ja", "en": "Yes"}, "citation": "mine"}]
    mine = msgspec.structs.replace(CRITERIA, advice=advice_rules_from(tables))
    found = next(one for one in assess(log.end(60).records, mine).partners if one.id == WATER)
    assert (found.advice, found.reason.en, found.reason.nl) == (
        Advice.CERTIFIED,
        "Yes (mine).",
        "Ja (mine).",
    )


def test_one_core_task_of_an_organisation_under_two_profiles_is_clear_when_both_take_part() -> None:
    """Nobody can then take the one for the other; in a region that has no part in it, it does not matter."""
    other = agreement(WATER, "structural", CoreTask.MANAGER)
    elsewhere = agreement(WATER, "link", CoreTask.MANAGER, regions=(NEIGHBOUR,))
    log = Log()
    opening = log.records[0].content
    entry = next(one for one in opening.parties if one.id == GRID)
    parties = tuple(
        msgspec.structs.replace(one, partner=WATER) if one.id == entry.id else one for one in opening.parties
    )
    log.reopen(parties=parties, agreements=(*opening.agreements, other, elsewhere))
    found = next(one for one in _partner(log, WATER).criteria if one.id == "one-core-task")
    assert (found.result, found.measure.count) == (Result.MET, 2)


@pytest.mark.parametrize(
    "criterion", ["profile-fits", "one-core-task", "regions-covered", "adoption-region", "in-execution"]
)
def test_direction_is_shown_for_who_cannot_be_assessed(criterion: str) -> None:
    found = next(one for one in _partner(Log(), GAS).criteria if one.id == criterion)
    assert (found.result, found.measure.value) == (Result.NOT_APPLICABLE, 1)


def test_the_reason_of_set_up_names_what_lacks() -> None:
    """By the name of the topic where it has one."""
    log = Log()
    log.agree(WATER, texts={"process.alarming": OTHER}, alarm_contacts=(), acknowledge=None)
    findings = {one.id: one for one in _partner(log, WATER).criteria}
    assert findings["alarm"].reason.en == (
        "Missing or not right in the agreements: alarm_level, alarm_contacts, acknowledge (1 of 2 in order)."
    )
    assert findings["financing"].reason.en.startswith(
        "Missing or not right in the agreements: Organisational"
    )
    assert findings["core-tasks"].reason.en == "The agreements say so (1 of 1)."


# Files ------------------------------------------------------------------------------------------------

RULE: dict[str, Any] = {
    "id": "x",
    "give": "certified",
    "text": {"nl": "n", "en": "e"},
    "citation": "mine",
}


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (None, "advice: expected at least one [[advice]] table, found None"),
        ([], "advice: expected at least one [[advice]] table, found []"),
        (
            [{**RULE, "give": "gold"}],
            "advice[0]: expected a rule, found a mistake: Invalid enum value 'gold'",
        ),
        ([RULE, RULE], "advice[1].id: expected an id that no other rule has, found 'x'"),
        (
            [{**RULE, "when": [{"assessable": True}]}],
            "advice[0].when: expected no conditions in the last rule, found some",
        ),
        (
            [{**RULE, "when": [{"assessable": True, "at_least": 1}]}],
            "advice[0].when[0]: expected assessable alone, found more",
        ),
        (
            [{**RULE, "when": [{"results": ["met"]}]}],
            "advice[0].when[0]: expected at_least or at_most, found neither",
        ),
        (
            [{**RULE, "when": [{"at_most": 1}]}],
            "advice[0].when[0].results: expected at least one result, found none",
        ),
    ],
)
def test_mistakes(tables: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        advice_rules_from(tables)
    assert message in str(caught.value)


def test_a_file_without_rules_takes_those_that_are_given() -> None:
    criterion = {
        "id": "x",
        "part": "performance",
        "quality": "secure",
        "dimension": "process",
        "measure": "leaks",
        "norm": {"limit_count": 0, "source": "exercise"},
        "better": "lower",
        "citation": "Tabel 1",
        "text": {"nl": "n", "en": "e"},
    }

    def made(tables: dict[str, Any], advice: Sequence[AdviceRule]) -> Framework:
        return framework_from(
            tables, preconditions=(), profiles=CRITERIA.profiles, topics=CRITERIA.topics, advice=advice
        )

    bare = made({"criteria": [criterion]}, CRITERIA.advice)
    own = made({"criteria": [criterion], "advice": [RULE]}, CRITERIA.advice)
    assert bare.advice == CRITERIA.advice
    assert [rule.id for rule in own.advice] == ["x"]
    assert assess(Log().end(10).records, bare).judged == ("performance",)
    with pytest.raises(ValueError, match="advice: expected at least one"):
        made({"criteria": [criterion]}, ())


def test_a_rule_of_ones_own_may_be_against_everybody() -> None:
    """Then no criterion decided, and none is named."""
    rules = advice_rules_from([{**RULE, "give": "not under this profile"}])
    mine = msgspec.structs.replace(CRITERIA, advice=rules)
    found = next(one for one in assess(Log().end(10).records, mine).partners if one.id == WATER)
    assert found.ground.because == ()
    assert found.reason.en.startswith("e (mine). Nor do")


def test_a_body_is_no_partner_to_ask_direction_of() -> None:
    """Regions are not assessed, and neither is who is not there."""
    evidence_log = Log().end(10)
    assert {one.id for one in assess(evidence_log.records, CRITERIA).bodies} == {REGION, NEIGHBOUR}


def test_an_agreement_that_is_still_in_the_making_is_said_to_be_in_words() -> None:
    assert lacking_reason(("elaboration",), 1, ()) == Text(
        "In de afspraken ontbreekt of klopt niet: nog in uitwerking (0 van 1 in orde).",
        "Missing or not right in the agreements: still in elaboration (0 of 1 in order).",
    )
