"""Knowing: what the party perceives by itself becomes its knowledge.

Where its people went to look and saw otherwise than it took a thing to be, what it said of that is to be put right.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Perceived, Wrote
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import (
    PUT_RIGHT,
    is_put_right,
    own_item_id,
    remembered,
    says_otherwise,
)


def _perceive(_brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    observation = stimulus.observation
    fact = observation.fact
    known = state.knowledge.get(fact.subject)
    # What is known as of a time that is still to come was dated by another clock: nothing is older than that.
    is_older = known is not None and observation.observed_at_ms < known.observed_at_ms <= now
    if is_older and not stimulus.asked:  # who goes to look sees what is so now, whatever it was told of later
        return state, []
    if (
        stimulus.asked
        and known is not None
        and (is_older or is_put_right(state, known) or says_otherwise(known.fact, fact))
    ):
        # Until it is said anew it stays to be put right, however often it is looked at.
        state = state.with_mind(PUT_RIGHT, {fact.subject: observation.observed_at_ms})
    return msgspec.structs.replace(state, knowledge={**state.knowledge, fact.subject: observation}), []


def _wrote(brief: Brief, state: AgentState, stimulus: Wrote, _now: int) -> Reaction:
    """Remember what somebody else of the party stated: asked about it, the party stands for it.

    Its own people may have had a later version ready, which nobody saw: the next one comes after that too.
    """
    item = stimulus.item
    before = state.said.get(item.id)
    if before is not None and before.version > item.version:
        item = msgspec.structs.replace(item, version=before.version)
    state = msgspec.structs.replace(state, said={**state.said, item.id: item})
    if stimulus.in_person and item.id == own_item_id(brief.id, item.subject):
        state = remembered(state, item)
    return state, []


BEHAVIOUR = Behaviour("knowing", {Perceived: _perceive, Wrote: _wrote})
