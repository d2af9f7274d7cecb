"""Briefing: the liaison carries the shared picture out to partners that do not read the tool (Tabel 1, link).

Now and then, only what changed and what the partner needs; by word of mouth, so a figure may be copied wrongly.
"""

from __future__ import annotations

from sim.core.agents.agent import Act, AgentState, Behaviour, Brief, Publish, Reaction, Wake, Woken
from sim.core.agents.engagement import ENGAGED
from sim.core.agents.mobilising import alarmed
from sim.core.agents.shared_picture import shared_items
from sim.core.agents.statements import carried, faults_behind
from sim.core.messages.codec import split
from sim.core.messages.contents import Briefing
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.time import HOUR_MS

NAME = "briefing"
TELL = "briefing.tell"
EVERY_MS = HOUR_MS
"""How often the liaison brings news (exercise)."""


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    if not brief.directs(stimulus.about):
        return state, []
    return state, [Wake(now + EVERY_MS, TELL, stimulus.about)]


def _tell(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity: ActivityId = stimulus.about
    if activity not in state.engaged:
        return state, []
    acts: list[Act] = [Wake(now + EVERY_MS, TELL, activity)]
    for party in alarmed(state, activity):
        if brief.channel_to(party) is Shape.OUTSIDE:
            state, more = _brief_one(brief, state, activity, party, now)
            acts += more
    return state, acts


def _brief_one(brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, now: int) -> Reaction:
    before = state.mind(NAME).get((activity, party), {})
    needs = brief.directory[party].interests
    news = [
        item
        for item in shared_items(state, activity)
        if item.version > before.get(item.id, 0) and (not needs or item.theme in needs)
    ]
    if not news:
        return state, []
    told, remarks = carried(brief, news, f"briefing/{party}/{now}")
    acts: list[Act] = [*remarks]
    for part in split(told) if told else ():  # all of it may have been left out
        content = Briefing(activity=activity, items=part)
        acts.append(Publish(brief.mail(party, content), content, injects=faults_behind(part)))
    known = {**before, **{item.id: item.version for item in news}}
    return state.with_mind(NAME, {(activity, party): known}), acts


BEHAVIOUR = Behaviour(NAME, {ENGAGED: _begin, TELL: _tell})
