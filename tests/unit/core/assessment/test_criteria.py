"""Criteria files: what they may say, and what is said of a mistake."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sim.core.assessment.evidence.figure import Unit
from sim.core.assessment.judging.criteria import criteria_from, norm_for, own_norm
from sim.core.assessment.measures.registry import EXERCISE_MEASURES, PAPER_MEASURES, PARTY_MEASURES
from sim.core.model.party import CoreTask
from sim.core.model.preconditions import Precondition
from sim.core.model.text import Text
from sim.files.agreements.rules import load_agreement_rules
from tests.unit.core.assessment.logs import CRITERIA, WATER, agreement, minutes

GOOD: dict[str, Any] = {
    "id": "x",
    "part": "performance",
    "quality": "secure",
    "dimension": "process",
    "profiles": ["core"],
    "measure": "initial-picture",
    "norm": {"limit": "15m", "source": "exercise"},
    "better": "lower",
    "citation": "Tabel 1",
    "text": {"nl": "n", "en": "e"},
}
AGREED = agreement(WATER, "core", CoreTask.MANAGER)


def _file(**changes: Any) -> dict[str, Any]:
    return {"criteria": [{**deepcopy(GOOD), **changes}]}


AWARENESS = {"awareness-elements", "awareness-meaning", "awareness-projection"}
OF_BOTH = {*AWARENESS, "sourced", "rated", "messages-per-hour", "outage-items-lost", "reconciliation"}
FIGURES_OF_PARTIES = {
    *OF_BOTH,
    "held-age",
    "stale-time",
    "over-age-time",
    "brought-in-time",
    "fetched-relevant",
    "sitreps-on-time",
    "busiest-hour",
}
FIGURES_OF_EXERCISES = {
    *OF_BOTH,
    "exposure-total",
    "shared-stale-time",
    "time-to-everywhere",
    "onward-spread",
    "false-alarm-rate",
}


def test_the_shipped_criteria_use_every_measure() -> None:
    """But for those for which no norm makes sense or none is known: the report shows these without a judgment."""
    used = {(criterion.scope, criterion.measure) for criterion in CRITERIA}
    every = {("partner", name) for name in PARTY_MEASURES} | {
        ("exercise", name) for name in EXERCISE_MEASURES
    }
    assert every - used == {("partner", name) for name in FIGURES_OF_PARTIES} | {
        ("exercise", name) for name in FIGURES_OF_EXERCISES
    }


def test_the_shipped_criteria_hold_every_precondition() -> None:
    """Of Tabel 3 and 4, each a minimum condition; and each part of an assessment has measures."""
    preconditions = {one.id for one in load_agreement_rules().preconditions}
    shipped = {one.id for one in CRITERIA if one.measure == "agreed" and one.minimum}
    assert shipped == preconditions
    assert {one.measure for one in CRITERIA if one.part != "performance"} == set(PAPER_MEASURES)


PRECONDITION = Precondition(
    id="alarm",
    profiles=("core",),
    dimension="process",
    text=Text("n", "e"),
    source="Tabel 4",
    topics=("process.alarming",),
    terms=("alarm_level",),
)


def test_a_criterion_can_take_from_a_precondition_what_it_does_not_say() -> None:
    (made,) = criteria_from({"criteria": [{"precondition": "alarm", "quality": "secure"}]}, [PRECONDITION])
    assert (made.id, made.part, made.profiles, made.topics, made.terms) == (
        "alarm",
        "set-up",
        ("core",),
        ("process.alarming",),
        ("alarm_level",),
    )
    assert (own_norm(made).limit, own_norm(made).partly_limit, made.unit) == (1.0, 0.5, Unit.SHARE)
    (other,) = criteria_from(
        {"criteria": [{"precondition": "alarm", "quality": "secure", "id": "mine", "minimum": True}]},
        [PRECONDITION],
    )
    assert (other.id, other.minimum) == ("mine", True)


SET_UP = {
    "part": "set-up",
    "measure": "agreed",
    "norm": {"limit_share": 1.0, "source": "x"},
    "better": "higher",
}


def test_profiles() -> None:
    """A criterion holds for the profiles that it names, or for all."""
    (named,) = criteria_from(_file())
    (every,) = criteria_from(_file(profiles="all"))
    assert (named.holds_for("core"), named.holds_for("link"), every.holds_for("link")) == (True, False, True)


@pytest.mark.parametrize(
    ("changes", "limit", "partly"),
    [
        ({}, minutes(15), minutes(15)),
        ({"partly": {"factor": 2.0}}, minutes(15), minutes(30)),
        ({"partly": {"limit": "20m"}}, minutes(15), minutes(20)),
        ({"norm": {"from": "agreement.initial_picture"}}, minutes(30), minutes(30)),
        # The agreement is wider than the bound of the file, so what was agreed stands.
        (
            {"norm": {"from": "agreement.initial_picture"}, "partly": {"limit": "20m"}},
            minutes(30),
            minutes(30),
        ),
    ],
)
def test_norms(changes: dict[str, Any], limit: int, partly: int) -> None:
    """A norm is a limit of the file, or what was agreed."""
    norm = norm_for(criteria_from(_file(**changes))[0], AGREED)
    assert norm is not None
    assert (norm.limit, norm.partly_limit) == (limit, partly)


def test_higher_is_better() -> None:
    """Then the norm is the least, and partly met lies below it."""
    share = {
        "measure": "detection-share",
        "better": "higher",
        "norm": {"limit_share": 0.8, "source": "exercise"},
    }
    norm = norm_for(criteria_from(_file(**share, partly={"limit_share": 0.5}))[0], None)
    assert norm is not None
    assert (norm.within(0.8), norm.within(0.79), norm.partly_within(0.5), norm.partly_within(0.4)) == (
        True,
        False,
        True,
        False,
    )
    assert criteria_from(_file(**share, partly={"factor": 0.5}))


def test_an_institution_may_set_a_norm_of_its_own_for_a_rate() -> None:
    """Messages in an hour are held against a count."""
    load = {"measure": "messages-per-hour", "norm": {"limit_count": 20, "source": "exercise"}}
    norm = norm_for(criteria_from(_file(**load, partly={"factor": 2.0}))[0], None)
    assert norm is not None
    assert (norm.unit, norm.within(20.0), norm.within(20.5), norm.partly_within(40)) == (
        Unit.PER_HOUR,
        True,
        False,
        True,
    )


def test_nothing_agreed_is_no_norm() -> None:
    """Neither without an agreement, nor in one that is silent on it."""
    (criterion,) = criteria_from(_file(norm={"from": "agreement.correction"}))
    silent = agreement(WATER, "core", CoreTask.MANAGER, correction=None)
    assert norm_for(criterion, None) is None
    assert norm_for(criterion, silent) is None


COUNT = {"measure": "leaks", "norm": {"limit_count": 0, "source": "exercise"}}


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({}, "criteria: expected at least one [[criteria]] table, found nothing"),
        ({"criteria": []}, "criteria: expected at least one [[criteria]] table, found []"),
        ({"criteria": [], "more": 1}, "more: expected only the key criteria, found more"),
        ({"criteria": [1]}, "criteria[0]: expected object, found int"),
        (
            _file(quality="nice"),
            "criteria[0].quality: expected one of professional, efficient, uniform, secure, found 'nice'",
        ),
        (
            _file(profiles="some"),
            "criteria[0].profiles: expected one of all, a list of profiles, found 'some'",
        ),
        (_file(colour="red"), "criteria[0].colour: expected only known keys, found this one"),
        (_file(norm={"limt": "1m"}), "criteria[0].norm.limt: expected only known keys, found this one"),
        (_file(id=3), "criteria[0].id: expected str, found int"),
        (_file(text={"nl": "n"}), "criteria[0].text.en: expected a value, found nothing"),
        (
            {"criteria": [{key: value for key, value in GOOD.items() if key != "better"}]},
            "criteria[0].better: expected a value, found nothing",
        ),
        (_file(measure="speed"), "criteria[0].measure: expected one of initial-picture,"),
        (_file(scope="exercise"), "criteria[0].measure: expected one of detection-rate,"),
        (
            _file(norm={}),
            "criteria[0].norm: expected one of from, limit, limit_share, limit_count, found nothing",
        ),
        (
            _file(norm={"limit": "1m", "limit_count": 1}),
            "found limit = '1m', limit_count = 1",
        ),
        (_file(norm={"limit": "soon", "source": "x"}), "criteria[0].norm.limit: expected a duration"),
        (
            _file(norm={"limit_count": 1, "source": "x"}),
            "criteria[0].norm: expected limit, as the measure is a ms, found limit_count = 1, source = 'x'",
        ),
        (_file(norm={"limit": "1m"}), "criteria[0].norm.source: expected who set the norm, found nothing"),
        (
            _file(norm={"from": "agreement.tea"}),
            "criteria[0].norm.from: expected one of agreement.acknowledge,",
        ),
        (
            _file(**{**COUNT, "norm": {"from": "agreement.sitrep"}}),
            "criteria[0].norm.from: expected a limit here",
        ),
        (
            _file(scope="exercise", measure="time-to-detect", norm={"from": "agreement.sitrep"}),
            "criteria[0].norm.from: expected a limit here",
        ),
        (
            _file(measure="detection-share", norm={"limit_share": 1.5, "source": "x"}),
            "criteria[0].norm.limit_share: expected 0 to 1, found 1.5",
        ),
        (
            _file(measure="leaks", norm={"limit_count": -1, "source": "x"}),
            "criteria[0].norm.limit_count: expected 0 to inf, found -1",
        ),
        (
            _file(partly={}),
            "criteria[0].partly: expected one of factor, limit, limit_share, limit_count, found",
        ),
        (_file(partly={"factor": 0.5}), "criteria[0].partly.factor: expected 1 or more, found 0.5"),
        (
            _file(better="higher", partly={"factor": 1.5}),
            "criteria[0].partly.factor: expected 0 to 1, found 1.5",
        ),
        (
            _file(partly={"limit": "10m"}),
            "criteria[0].partly: expected a bound no stricter than the norm (900000), found 600000",
        ),
        (
            {"criteria": [{"precondition": "tea", "quality": "secure"}]},
            "criteria[0].precondition: expected one of a precondition, found 'tea'",
        ),
        (_file(**SET_UP), "criteria[0].topics: expected topics for the measure agreed, found others"),
        (
            _file(topics=["process.alarming"]),
            "criteria[0].topics: expected no topics for the measure initial-picture, found others",
        ),
        (
            _file(**SET_UP, topics=["process.alarming"], scope="exercise"),
            "criteria[0].scope: expected partner, as set-up is about partners, found exercise",
        ),
        (_file(part="set-up"), "criteria[0].measure: expected one of profile-fits,"),
        (
            _file(part="luck"),
            "criteria[0].part: expected one of direction, set-up, performance, found 'luck'",
        ),
        ({"criteria": [GOOD, GOOD]}, "criteria[1].id: expected an id that no other criterion has, found 'x'"),
    ],
)
def test_mistakes(mapping: dict[str, Any], message: str) -> None:
    """The message names the key, what was expected, and what was found."""
    with pytest.raises(ValueError) as caught:
        criteria_from(mapping)
    assert message in str(caught.value)
