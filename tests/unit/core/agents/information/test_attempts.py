from __future__ import annotations

import pytest

from sim.core.agents.acts import Publish, Subscribe
from sim.core.agents.agent import AgentState
from sim.core.agents.information.attempts import BEHAVIOUR
from sim.core.messages.contents import ItemUpdate
from sim.core.model.cue import TryRead, TryWrite
from tests.unit.core.agents.helpers import (
    FLOOD,
    LEVEL,
    RAIL,
    THEME,
    WATER,
    brief,
    content_of,
    cued,
    fact,
    knows,
    only,
    react,
    seen,
)


def test_an_attempt_to_read_subscribes_whatever_the_profile_says() -> None:
    cue = cued(TryRead(filters=("#", "national/+/+")))
    assert react(brief(RAIL), BEHAVIOUR, AgentState(), cue)[1] == [
        Subscribe("#", ("i-1",)),
        Subscribe("national/+/+", ("i-1",)),
    ]


@pytest.mark.parametrize(
    ("place", "topic"),
    [
        ("shared", f"activity/{FLOOD}/shared/{THEME}/{RAIL}-{LEVEL}"),
        ("national", f"national/{THEME}/{RAIL}-{LEVEL}"),
        (f"own/{WATER}", f"activity/{FLOOD}/own/{WATER}/{THEME}/{RAIL}-{LEVEL}"),
    ],
)
def test_an_attempt_to_write_puts_its_own_knowledge_elsewhere(place: str, topic: str) -> None:
    state = knows(seen(fact(amount=7.0), at_ms=3, causation=("f-1",)))
    cue = cued(TryWrite(activity=FLOOD, subject=LEVEL, place=place))
    after, acts = react(brief(RAIL), BEHAVIOUR, state, cue)
    publish = only(Publish, acts)
    assert (publish.topic, publish.injects, after) == (topic, ("i-1", "f-1"), state)
    item = content_of(publish, ItemUpdate).item
    assert (item.source.party, item.values[0].amount, item.observed_at_ms) == (RAIL, 7.0, 3)


def test_an_attempt_to_write_of_what_it_does_not_know_does_nothing() -> None:
    cue = cued(TryWrite(activity=FLOOD, subject=LEVEL, place="shared"))
    assert react(brief(RAIL), BEHAVIOUR, AgentState(), cue) == (AgentState(), [])
