from __future__ import annotations

from sim.core.agents.agent import AgentState
from sim.core.agents.risks.pacing import pace


def test_the_first_time_is_now() -> None:
    state, due = pace(AgentState(), "n", "k", 100, 50)
    assert (due, state.mind("n")["k"]) == (100, (100, False))


def test_within_the_term_it_waits_for_its_end_and_only_once() -> None:
    state, _ = pace(AgentState(), "n", "k", 100, 50)
    state, due = pace(state, "n", "k", 120, 50)
    assert due == 150
    assert pace(state, "n", "k", 130, 50)[1] is None


def test_after_the_term_and_for_another_thing_it_is_now() -> None:
    state, _ = pace(AgentState(), "n", "k", 100, 50)
    assert pace(state, "n", "k", 150, 50)[1] == 150
    assert pace(state, "n", "other", 120, 50)[1] == 120
