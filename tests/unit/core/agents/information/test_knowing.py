from __future__ import annotations

import pytest

from sim.core.agents.agent import AgentState
from sim.core.agents.information.knowing import BEHAVIOUR
from tests.unit.core.agents.helpers import LEVEL, WATER, brief, fact, knows, perceived, react, seen

OLD, NEW = seen(fact(amount=100.0), at_ms=10), seen(fact(amount=200.0), at_ms=20)
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


def test_perceiving_another_subject_keeps_what_was_known() -> None:
    after, _ = react(brief(WATER), BEHAVIOUR, knows(OLD), perceived(seen(fact("bridge"))))
    assert sorted(after.knowledge) == ["bridge", LEVEL]
