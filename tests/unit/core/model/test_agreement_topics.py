from __future__ import annotations

import pytest

from sim.core.model.agreement import Agreement
from sim.core.model.agreement_topics import AgreementTopic, empty_topics, is_agreed
from sim.core.model.party import CoreTask
from sim.core.model.text import Text

WORDS = Text("woorden", "words")


def topic(name: str, *not_for: str) -> AgreementTopic:
    return AgreementTopic(name, 1, "test", WORDS, WORDS, (WORDS,), not_for=not_for)


AGREEMENT = Agreement("wl", CoreTask.MANAGER, "some", ("vr24",), texts={"process.alerting": WORDS})


def test_part_of_a_topic() -> None:
    assert topic("process.alerting").part == "process"


@pytest.mark.parametrize(("profile", "holds"), [("some", False), ("other", True)])
def test_a_topic_that_is_not_for_a_profile(profile: str, holds: bool) -> None:
    assert topic("process.monitoring", "some").holds_for(profile) is holds


def test_a_text_is_an_agreement_on_its_topic() -> None:
    assert is_agreed(AGREEMENT, "process.alerting")
    assert not is_agreed(AGREEMENT, "process.alarming")


def test_general_topics_are_values_and_no_texts() -> None:
    assert is_agreed(AGREEMENT, "general.regions")
    assert is_agreed(AGREEMENT, "general.core_task")
    assert not is_agreed(Agreement("wl", CoreTask.MANAGER, "some", ()), "general.regions")


def test_empty_topics_are_those_that_hold_and_say_nothing_in_order() -> None:
    topics = [
        topic("technology.fallback"),
        topic("process.alerting"),
        topic("process.monitoring", "some"),
        topic("process.alarming", "other"),
    ]
    assert [each.id for each in empty_topics(AGREEMENT, topics)] == [
        "technology.fallback",
        "process.alarming",
    ]
