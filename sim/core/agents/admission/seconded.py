"""Seconded head of information: how an ad-hoc partner is helped (Beleidskader par. 2.2.3).

The partner calls the region for help with its information. The region decides whether, and for which themes.
The seconded head comes once it did, and goes when nothing is left that the region decided so for. With the seconded
head the partner works in the activity, until the region ends it.
"""

from __future__ import annotations

from sim.core.agents.acts import Cued, Delivered, Publish
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.mobilisation.engagement import engage, leave
from sim.core.agents.people.calling import call_in, call_seconded, send_home
from sim.core.messages.contents import GrantNotice, Request, Withdrawal
from sim.core.model.cue import SeekSupport
from sim.core.model.staff import SECONDED

NAME = "seconded"


def _call(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: SeekSupport = stimulus.cue  # type: ignore[assignment]
    request = Request(activity=cue.activity, purpose="support", on_behalf_of=brief.id, text=cue.text)
    region = brief.activities[cue.activity].directing
    return state, [Publish(brief.mail(region, request), request, injects=(stimulus.inject,))]


def _helped(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    notice: GrantNotice = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, notice.activity):
        return state, []
    state, acts = engage(state, notice.activity, now, stimulus.event.id)
    state = state.with_mind(NAME, {notice.activity: now})
    state, calls = call_in(brief, state, now, stimulus.event.id)
    state, seconded = call_seconded(brief, state, now, stimulus.event.id)
    return state, [*acts, *calls, *seconded]


def _ended(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    withdrawal: Withdrawal = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, withdrawal.activity):
        return state, []
    state = leave(state.without(NAME, withdrawal.activity), withdrawal.activity)
    return (state if state.mind(NAME) else send_home(state, SECONDED)), []


BEHAVIOUR = Behaviour(NAME, {SeekSupport: _call, GrantNotice: _helped, Withdrawal: _ended})
