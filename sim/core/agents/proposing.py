"""Proposing: writing under the region's direction (Tabel 1, structural; ad-hoc through a seconded head).

What the party knows goes as a proposal to the directing information manager, who accepts, edits or rejects.
"""

from __future__ import annotations

from sim.core.agents.agent import (
    Act,
    AgentState,
    Behaviour,
    Brief,
    Perceived,
    Publish,
    Reaction,
    Wake,
    Woken,
)
from sim.core.agents.engagement import ENGAGED
from sim.core.agents.statements import activities_of, is_said, state_own
from sim.core.messages.contents import Proposal
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import SubjectId

WRITE = "proposing.write"
BEGIN = "proposing.begin"


def _perceive(brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    subject = stimulus.observation.fact.subject
    key = f"{subject}/{stimulus.observation.observed_at_ms}/{now}"
    return state, [Wake(now + brief.reaction_ms(key), WRITE, subject)]


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    return state, [Wake(now + brief.reaction_ms(f"initial/{stimulus.about}"), BEGIN, stimulus.about)]


def _propose_all(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    acts: list[Act] = []
    for subject in sorted(state.knowledge):
        if stimulus.about in activities_of(brief, state, state.knowledge[subject].fact):
            state, more = _propose(brief, state, subject, now)
            acts += more
    return state, acts


def _write(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    observation = state.knowledge[stimulus.about]
    if is_said(state, brief, observation) or not activities_of(brief, state, observation.fact):
        return state, []
    return _propose(brief, state, stimulus.about, now)


def _propose(brief: Brief, state: AgentState, subject: SubjectId, now: int) -> Reaction:
    observation = state.knowledge[subject]
    state, item = state_own(brief, state, observation, now)
    return state, [
        Publish(
            build(Shape.PROPOSAL, activity=activity, party=brief.id, item=item.id),
            Proposal(item=item),
            injects=item.causation,
        )
        for activity in activities_of(brief, state, observation.fact)
    ]


BEHAVIOUR = Behaviour(
    "proposing", {Perceived: _perceive, ENGAGED: _begin, BEGIN: _propose_all, WRITE: _write}
)
