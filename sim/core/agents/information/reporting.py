"""Reporting: situation reports at set times (Tabel 1: structural on set times, link periodically).

A link partner's report goes outside the tool, by its liaison, with human delay and now and then a figure
copied wrongly.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.confidences import in_confidence
from sim.core.agents.information.statements import activities_of, carried, faults_behind, stated
from sim.core.agents.mobilisation.engagement import ALARMED
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import SitRep
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty

NAME = "reporting"
DUE = "reporting.due"
PREPARE = "reporting.prepare"
SEND = "reporting.send"


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    agreement = brief.agreement
    if agreement is None or not agreement.sitrep_every_ms or stimulus.about in state.mind(NAME):
        return state, []
    state = state.with_mind(NAME, {stimulus.about: now})
    first_ms = agreement.initial_picture.limit_ms if agreement.initial_picture else agreement.sitrep_every_ms
    return state, _errands(brief, stimulus.about, now, now + first_ms)


def _due(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, due_ms = stimulus.about
    if activity not in state.engaged:
        return state, []
    agreement = brief.agreement
    assert agreement is not None
    return state, _errands(brief, activity, now, due_ms + agreement.sitrep_every_ms)


def _errands(brief: Brief, activity: ActivityId, now: int, due_ms: int) -> list[Act]:
    """Return the errands of the next report: it is begun so that it is ready about when it is due."""
    middle_ms = brief.handling(Duty.REPORTING).middle_ms
    about = (activity, due_ms)
    return [Wake(max(now, due_ms - middle_ms), PREPARE, about), Wake(due_ms, DUE, about)]


def _prepare(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, due_ms = stimulus.about
    return state, [Assign(Duty.REPORTING, f"sitrep/{activity}/{due_ms}", SEND, stimulus.about)]


def _send(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, due_ms = stimulus.about
    if activity not in state.engaged:
        return state, []
    mine = (seen for _, seen in sorted(state.knowledge.items()))
    about = [seen for seen in mine if activity in activities_of(brief, state, seen.fact)]
    state, items, secrets = stated(brief, state, about, now)
    acts = in_confidence(brief, secrets, (activity,))
    region = brief.activities[activity].directing
    if brief.channel_to(region) is Shape.OUTSIDE:
        items, remarks = carried(
            brief, items, f"sitrep/{activity}/{due_ms}", limits_of_doer(brief, state, Duty.LIAISON, now)
        )
        acts += remarks
    from_ms = state.mind(NAME)[activity]
    for part in split(items):
        report = SitRep(activity=activity, from_ms=from_ms, to_ms=now, due_ms=due_ms, items=part)
        acts.append(Publish(brief.mail(region, report), report, injects=faults_behind(part)))
    return state.with_mind(NAME, {activity: now}), acts


BEHAVIOUR = Behaviour(NAME, {ALARMED: _begin, DUE: _due, PREPARE: _prepare, SEND: _send})
