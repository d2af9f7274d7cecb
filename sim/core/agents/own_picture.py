"""Own picture: the party keeps a picture of its own and directs it (Tabel 1, regievoering op eigen beeld).

In an activity it writes its own tab. Before there is one, it keeps its part of the risk pictures of its
regions (Beleidskader par. 1.3: a water board says that high water is likely).
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
from sim.core.messages.contents import ItemUpdate
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import SubjectId

WRITE = "own-picture.write"
BEGIN = "own-picture.begin"


def _perceive(brief: Brief, state: AgentState, stimulus: Perceived, now: int) -> Reaction:
    subject = stimulus.observation.fact.subject
    key = f"{subject}/{stimulus.observation.observed_at_ms}/{now}"
    return state, [Wake(now + brief.reaction_ms(key), WRITE, subject)]


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Make the initial picture (startbeeld): all that the party knows and that belongs to the activity."""
    return state, [Wake(now + brief.reaction_ms(f"initial/{stimulus.about}"), BEGIN, stimulus.about)]


def _write_all(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    acts: list[Act] = []
    for subject in sorted(state.knowledge):
        if stimulus.about in activities_of(brief, state, state.knowledge[subject].fact):
            state, more = _publish(brief, state, subject, now)
            acts += more
    return state, acts


def _write(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    if is_said(state, brief, state.knowledge[stimulus.about]):
        return state, []
    return _publish(brief, state, stimulus.about, now)


def _publish(brief: Brief, state: AgentState, subject: SubjectId, now: int) -> Reaction:
    observation = state.knowledge[subject]
    state, item = state_own(brief, state, observation, now)
    activities = activities_of(brief, state, observation.fact)
    topics = [
        build(Shape.OWN, activity=activity, owner=brief.id, theme=item.theme, item=item.id)
        for activity in activities
    ] or _risk_topics(brief, item)
    return state, [Publish(topic, ItemUpdate(item=item), injects=item.causation) for topic in topics]


def _risk_topics(brief: Brief, item: Item) -> list[str]:
    return [
        build(Shape.RISK, region=region, owner=brief.id, theme=item.theme, item=item.id)
        for region in brief.party.regions
    ]


BEHAVIOUR = Behaviour(
    "own-picture", {Perceived: _perceive, ENGAGED: _begin, BEGIN: _write_all, WRITE: _write}
)
