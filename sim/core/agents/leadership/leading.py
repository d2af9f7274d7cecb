"""Leading: before a team meets, somebody explains the picture (Modeluitwerking 13, leiding en coordinatie).

The information manager goes through the shared picture with the team, and with the coordination contacts of the
alarmed partners that agreed to be briefed: in the tool by post, outside it by the liaison. A liaison who is not there
yet hears it on coming, while the picture still counts as explained.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.core.agents.acts import Act, Assign, Cued, Delivered, Publish, Remark, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import relied_on
from sim.core.agents.information.statements import carried, faults_behind
from sim.core.agents.leadership.audience import items_for
from sim.core.agents.leadership.briefing import arrival_of
from sim.core.agents.leadership.told import with_told
from sim.core.agents.mobilisation.mobilising import alarmed
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import Ack, Briefing
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.cue import Meet
from sim.core.model.ids import ActivityId, InjectId, PartyId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.time import HOUR_MS

NAME = "leading"
EXPLAIN = "leading.explain"
CARRY = "leading.carry"
AWAITED = "leading.awaited"
"""Under this name a region remembers which explanations wait for whose liaison: the inject, and when it was."""
MEETING_MS = 2 * HOUR_MS
"""How long after it was explained a picture counts as explained for what the team decides (exercise)."""


def explained(
    state: AgentState, activity: ActivityId, team: str, now: int
) -> Mapping[SubjectId, Item] | None:
    """Return what a team was shown before the meeting it is in, by subject; None when nobody explained the picture."""
    shown = state.mind(NAME).get((activity, team))
    if shown is None or now - shown[0] > MEETING_MS:
        return None
    items: Mapping[SubjectId, Item] = shown[1]
    return items


def _meet(_brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Meet = stimulus.cue  # type: ignore[assignment]
    about = (cue.activity, cue.team, stimulus.inject)
    return state, [Assign(Duty.DIRECTION, f"explain/{stimulus.inject}", EXPLAIN, about, stimulus.inject)]


def _explain(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, team, inject = stimulus.about
    if activity not in state.engaged:
        return state, []
    shown = {item.subject: item for item in relied_on(state, activity, now)}
    state = state.with_mind(NAME, {(activity, team): (now, shown)})
    acts: list[Act] = []
    for party in alarmed(state, activity):
        if not _is_briefed(brief, activity, party):
            continue
        if brief.channel_to(party) is not Shape.OUTSIDE:
            state, more = _tell(brief, state, activity, team, inject, party, now)
            acts += more
        elif arrival_of(state, activity, party) is not None:
            acts.append(_errand(activity, team, inject, party))
        else:
            state = state.with_mind(AWAITED, {(activity, party, team): (inject, now)})
            text = f"the liaison of {party} is not there to be told what the {team} is shown"
            acts.append(Remark("unreachable", None, text, inject))
    return state, acts


def _errand(activity: ActivityId, team: str, inject: InjectId, party: PartyId) -> Assign:
    about = (activity, team, inject, party)
    return Assign(Duty.LIAISON, f"explain/{inject}/{party}", CARRY, about, inject)


def _arrived(_brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Tell a liaison who has just come what was explained before, as long as that counts for what is decided."""
    ack: Ack = stimulus.event.data  # type: ignore[assignment]
    acts: list[Act] = []
    for key, (inject, explained_ms) in state.mind(AWAITED).items():
        activity, party, team = key
        if not ack.arrived or (activity, party) != (ack.activity, stimulus.event.sender):
            continue
        state = state.without(AWAITED, key)
        if now - explained_ms <= MEETING_MS:
            acts.append(_errand(activity, team, inject, party))
    return state, acts


def _is_briefed(brief: Brief, activity: ActivityId, party: PartyId) -> bool:
    agreement = brief.agreement_in(activity, party)
    return agreement is not None and agreement.briefed


def _carry(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, team, inject, party = stimulus.about
    if activity not in state.engaged:
        return state, []
    return _tell(brief, state, activity, team, inject, party, now)


def _tell(
    brief: Brief,
    state: AgentState,
    activity: ActivityId,
    team: str,
    inject: InjectId,
    party: PartyId,
    now: int,
) -> Reaction:
    items = items_for(brief, state, activity, party, now)
    state = with_told(brief, state, activity, party, items)
    acts: list[Act] = []
    if brief.channel_to(party) is Shape.OUTSIDE:
        by = limits_of_doer(brief, state, Duty.LIAISON, now)
        items, remarks = carried(brief, items, f"explain/{inject}/{party}", inject, by)
        acts += remarks
    for part in split(items) if items else ():
        content = Briefing(activity=activity, items=part, team=team)
        acts.append(Publish(brief.mail(party, content), content, injects=(inject, *faults_behind(part))))
    return state, acts


BEHAVIOUR = Behaviour(NAME, {Meet: _meet, EXPLAIN: _explain, Ack: _arrived, CARRY: _carry})
