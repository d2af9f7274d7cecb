"""Reporting: situation reports at set times (Tabel 1: structural on set times, link periodically).

The times are those of the region that directs the activity, with what it added to the agreement (par. 2.4).
A link partner's report goes outside the tool, by its liaison, with human delay and now and then a figure
copied wrongly.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.confidences import in_confidence
from sim.core.agents.information.statements import (
    STATED,
    activities_of,
    carried,
    faults_behind,
    for_others_too,
    may_be_shared,
    own_item_id,
    stated,
)
from sim.core.agents.mobilisation.engagement import ALARMED, alarmed_by
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import SitRep
from sim.core.messages.items import Item, VerificationStatus
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId
from sim.core.model.staff import Duty

NAME = "reporting"
SINCE = "reporting.since"
"""Under this name the party remembers since when it works in the activity that it reports on."""
DUE = "reporting.due"
PREPARE = "reporting.prepare"
SEND = "reporting.send"


def _begin(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Begin to report, once for each time that the party begins to work in the activity."""
    activity: ActivityId = stimulus.about
    agreement, since_ms = brief.agreement_in(activity), state.engaged.get(activity)
    if agreement is None or not agreement.sitrep_every_ms or since_ms is None:
        return state, []
    if state.mind(SINCE).get(activity) == since_ms:
        return state, []
    state = state.with_mind(NAME, {activity: now}).with_mind(SINCE, {activity: since_ms})
    first_ms = agreement.initial_picture.limit_ms if agreement.initial_picture else agreement.sitrep_every_ms
    return state, _errands(brief, activity, since_ms, now, now + first_ms)


def _due(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, due_ms, since_ms = stimulus.about
    if state.engaged.get(activity) != since_ms:
        return state, []  # it left in the meantime
    agreement = brief.agreement_in(activity)
    assert agreement is not None, "only who agreed on reports begins them"
    every_ms = agreement.sitrep_every_ms
    passed = (now - due_ms) // every_ms  # none, but for a clock that was set meanwhile
    return state, _errands(brief, activity, since_ms, now, due_ms + (passed + 1) * every_ms)


def _errands(brief: Brief, activity: ActivityId, since_ms: int, now: int, due_ms: int) -> list[Act]:
    """Return the errands of the next report: it is begun so that it is ready about when it is due."""
    middle_ms = brief.handling(Duty.REPORTING).middle_ms
    about = (activity, due_ms, since_ms)
    return [Wake(max(now, due_ms - middle_ms), PREPARE, about), Wake(due_ms, DUE, about)]


def _prepare(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, due_ms, _ = stimulus.about
    alarm, region = alarmed_by(state, activity), brief.activities[activity].directing
    key = f"sitrep/{activity}/{due_ms}"
    return state, [Assign(Duty.REPORTING, key, SEND, stimulus.about, alarm, region=region)]


def _send(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, due_ms, since_ms = stimulus.about
    if state.engaged.get(activity) != since_ms:
        return state, []
    mine = (seen for _, seen in sorted(state.knowledge.items()))
    about = [seen for seen in mine if activity in activities_of(brief, state, seen.fact)]
    before = state.said
    state, items, secrets = stated(brief, state, about, now)
    acts = in_confidence(brief, state, secrets, (activity,), now)
    acts += [Wake(now, STATED, item) for item in for_others_too(brief, state, before, items, activity)]
    from_ms: int = state.mind(NAME)[activity]
    items = (*items, *_taken_back(brief, state, activity, from_ms))
    region, alarm = brief.activities[activity].directing, alarmed_by(state, activity)
    if brief.channel_to(region) is Shape.OUTSIDE:
        by = limits_of_doer(brief, state, Duty.LIAISON, now)
        items, remarks = carried(brief, items, f"sitrep/{activity}/{due_ms}", alarm, by)
        acts += remarks
    for part in split(items):
        report = SitRep(activity=activity, from_ms=from_ms, to_ms=now, due_ms=due_ms, items=part)
        topic = brief.mail(region, report)
        acts.append(Publish(topic, report, because_of=alarm, injects=faults_behind(part)))
    return state.with_mind(NAME, {activity: now}), acts


def _taken_back(brief: Brief, state: AgentState, activity: ActivityId, since_ms: int) -> tuple[Item, ...]:
    """Return what the party has taken back since its last report: all whom it reported that to are to hear it."""
    own = (item for _, item in sorted(state.said.items()) if item.id == own_item_id(brief.id, item.subject))
    back = (item for item in own if item.verification.status is VerificationStatus.REFUTED)
    new = may_be_shared(item for item in back if item.verification.at_ms >= since_ms)
    return tuple(item for item in new if activity in activities_of(brief, state, item))


BEHAVIOUR = Behaviour(NAME, {ALARMED: _begin, DUE: _due, PREPARE: _prepare, SEND: _send})
