"""Deciding: the leader of a team decides, resting on what the team was shown (Modeluitwerking 13).

What was explained before the meeting counts as it stood then; what nobody showed, as it stands in the shared picture
at that moment. A decision before which nobody explained the picture is remarked.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Cued, Publish, Remark, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import relied_on
from sim.core.agents.information.statements import faults_behind
from sim.core.agents.leadership.leading import explained
from sim.core.messages.contents import Decision
from sim.core.messages.items import ItemRef
from sim.core.messages.topics import Shape, build
from sim.core.model.cue import Decide
from sim.core.model.staff import LEADERS, Duty

DECIDE = "deciding.decide"


def _cued(_brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Decide = stimulus.cue  # type: ignore[assignment]
    inject, leader = stimulus.inject, LEADERS.get(cue.team)
    return state, [Assign(Duty.COORDINATION, f"decide/{inject}", DECIDE, (cue, inject), inject, leader)]


def _decide(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    cue: Decide
    cue, inject = stimulus.about
    shown = explained(state, cue.activity, cue.team, now)
    standing = {item.subject: item for item in relied_on(state, cue.activity, now)}
    known = {**standing, **(shown or {})}
    items = [known[subject] for subject in cue.subjects if subject in known]
    rests_on = tuple(ItemRef(item.id, item.version) for item in items)
    decision = Decision(team=cue.team, text=cue.text, rests_on=rests_on)
    topic = build(Shape.DECISION, activity=cue.activity, team=cue.team, item=inject)
    acts: list[Act] = [Publish(topic, decision, injects=(inject, *faults_behind(items)))]
    if shown is None:
        text = f"decision {inject} of {cue.team}: nobody explained the picture before it"
        acts.append(Remark("missed", None, text, inject))
    return state, acts


BEHAVIOUR = Behaviour("deciding", {Decide: _cued, DECIDE: _decide})
