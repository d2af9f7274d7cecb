from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.model.agreement import Agreement, Norm
from sim.core.model.party import CoreTask
from sim.core.model.preconditions import Precondition, unmet
from sim.core.model.staff import Role
from sim.core.model.text import Text

WORDS = Text("woorden", "words")
ALARM = Precondition(
    "alarm",
    ("some", "more"),
    "process",
    WORDS,
    "test",
    ("process.alarming", "process.leadership"),
    ("alarm_level", "alarm_contacts", "acknowledge"),
)
TOPICS = ("process.alarming", "process.leadership", "people.competence")


def agreement(*topics: str, profile: str = "some", **terms: Any) -> Agreement:
    return Agreement("wl", CoreTask.MANAGER, profile, ("vr24",), texts=dict.fromkeys(topics, WORDS), **terms)


def test_nothing_agreed() -> None:
    (found,) = unmet(agreement(), [ALARM], "some")
    assert found.precondition is ALARM
    assert found.topics == ("process.alarming", "process.leadership")
    assert found.terms == ("alarm_level", "alarm_contacts", "acknowledge")


def test_one_topic_of_two_is_not_enough() -> None:
    (found,) = unmet(agreement("process.alarming", alarm_level=2), [ALARM], "some")
    assert (found.topics, found.terms) == (("process.leadership",), ())


@pytest.mark.parametrize(
    "terms",
    [
        {"alarm_level": 2},
        {"alarm_contacts": (Role.LIAISON,)},
        {"acknowledge": Norm(60_000, "exercise")},
    ],
)
def test_one_term_is_enough(terms: dict[str, Any]) -> None:
    assert unmet(agreement("process.alarming", "process.leadership", **terms), [ALARM], "some") == ()


def test_texts_without_a_term() -> None:
    (found,) = unmet(agreement("process.alarming", "process.leadership"), [ALARM], "some")
    assert (found.topics, found.terms) == ((), ALARM.terms)


def test_a_precondition_without_terms_asks_for_none() -> None:
    training = Precondition("training", ("some",), "people", WORDS, "test", ("people.competence",))
    assert unmet(agreement("people.competence"), [training], "some") == ()


def test_only_those_of_the_profile_that_is_asked_about() -> None:
    assert unmet(agreement(), [ALARM], "another") == ()
    assert len(unmet(agreement(profile="another"), [ALARM], "more")) == 1


@given(st.sets(st.sampled_from(TOPICS)), st.sets(st.sampled_from(TOPICS)))
def test_agreeing_on_more_never_leaves_more_unmet(some: set[str], more: set[str]) -> None:
    asked = [Precondition(name, ("some",), "process", WORDS, "test", (name,)) for name in TOPICS]
    before = {each.precondition.id for each in unmet(agreement(*some), asked, "some")}
    after = {each.precondition.id for each in unmet(agreement(*some, *more), asked, "some")}
    assert after <= before
    assert after == set(TOPICS) - some - more
