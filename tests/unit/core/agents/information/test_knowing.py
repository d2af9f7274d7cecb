from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.acts import Wrote
from sim.core.agents.agent import AgentState
from sim.core.agents.information.knowing import BEHAVIOUR
from sim.core.agents.information.statements import is_put_right, own_statements
from sim.core.picture.observation import Observation
from tests.unit.core.agents.helpers import (
    FLOOD,
    LEVEL,
    WATER,
    brief,
    fact,
    item,
    knows,
    perceived,
    react,
    seen,
)

OLD, NEW = seen(fact(amount=100.0), at_ms=10), seen(fact(amount=200.0), at_ms=20)
OWN = f"{WATER}-{LEVEL}"
SAME_MOMENT = seen(fact(amount=300.0), at_ms=20)


@pytest.mark.parametrize(
    ("state", "observation", "known"),
    [
        (AgentState(), OLD, OLD),
        (knows(OLD), NEW, NEW),
        (knows(NEW), SAME_MOMENT, SAME_MOMENT),
        (knows(NEW), OLD, NEW),
    ],
)
def test_perceiving_a_subject_keeps_the_newest(state: AgentState, observation: object, known: object) -> None:
    after, acts = react(brief(WATER), BEHAVIOUR, state, perceived(observation))  # type: ignore[arg-type]
    assert (after.knowledge[LEVEL], acts) == (known, [])


def test_nothing_is_older_than_what_is_known_as_of_a_time_that_is_still_to_come() -> None:
    """So it is for who goes by a clock that was set back."""
    after, _ = react(brief(WATER), BEHAVIOUR, knows(NEW), perceived(OLD), now=19)
    assert after.knowledge[LEVEL] == OLD


def test_perceiving_another_subject_keeps_what_was_known() -> None:
    after, _ = react(brief(WATER), BEHAVIOUR, knows(OLD), perceived(seen(fact("bridge"))))
    assert sorted(after.knowledge) == ["bridge", LEVEL]


@pytest.mark.parametrize(
    ("asked", "before", "expected"),
    [
        (True, OLD, True),
        (True, seen(fact(amount=200.0), at_ms=10), False),
        (True, seen(fact(amount=200.0, words="the dike holds"), at_ms=10), True),
        (False, OLD, False),
        (True, seen(fact("bridge")), False),
    ],
    ids=["otherwise", "as it was known", "other words", "news", "not known before"],
)
def test_what_its_people_see_to_be_otherwise_is_to_be_put_right(
    asked: bool, before: Observation, expected: bool
) -> None:
    after, _ = react(brief(WATER), BEHAVIOUR, knows(before), perceived(NEW, asked=asked))
    assert is_put_right(after, NEW) is expected


def test_it_stays_to_be_put_right_when_it_is_looked_at_once_more_and_news_ends_it() -> None:
    again, news = seen(fact(amount=201.0), at_ms=30), seen(fact(amount=500.0), at_ms=40)
    state, _ = react(brief(WATER), BEHAVIOUR, knows(OLD), perceived(NEW, asked=True))
    state, _ = react(brief(WATER), BEHAVIOUR, state, perceived(again, asked=True))
    assert is_put_right(state, again)
    state, _ = react(brief(WATER), BEHAVIOUR, state, perceived(news))
    assert not is_put_right(state, news)


def wrote(state: AgentState, version: int, item_id: str, *, in_person: bool = True) -> AgentState:
    stated = msgspec.structs.replace(item(item_id), version=version)
    return react(brief(WATER), BEHAVIOUR, state, Wrote(stated, in_person))[0]


def test_what_somebody_else_of_the_party_stated_it_stands_for() -> None:
    after = wrote(AgentState(), 3, OWN)
    assert after.said[OWN].version == 3
    assert [one.version for one in own_statements(brief(WATER), after, LEVEL)] == [3]


def test_of_what_another_client_stated_its_own_people_know_no_statement_of_theirs() -> None:
    after = wrote(AgentState(), 3, OWN, in_person=False)
    assert after.said[OWN].version == 3
    assert own_statements(brief(WATER), after, LEVEL) == ()


def test_what_is_of_a_picture_that_it_directs_is_no_statement_of_its_own() -> None:
    after = wrote(AgentState(), 3, f"{FLOOD}-{LEVEL}")
    assert own_statements(brief(WATER), after, LEVEL) == ()


def test_a_version_that_it_had_ready_and_nobody_saw_is_passed_over_by_the_next_one() -> None:
    after = wrote(wrote(AgentState(), 9, OWN), 3, OWN)
    assert after.said[OWN].version == 9
