"""Knowing: what the party perceives by itself becomes its knowledge."""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Perceived
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief


def _perceive(_brief: Brief, state: AgentState, stimulus: Perceived, _now: int) -> Reaction:
    observation = stimulus.observation
    known = state.knowledge.get(observation.fact.subject)
    if known is not None and known.observed_at_ms > observation.observed_at_ms:
        return state, []
    return msgspec.structs.replace(
        state, knowledge={**state.knowledge, observation.fact.subject: observation}
    ), []


BEHAVIOUR = Behaviour("knowing", {Perceived: _perceive})
