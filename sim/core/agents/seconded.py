"""Seconded head of information: how an ad-hoc partner is helped (Beleidskader par. 2.2.3).

The partner calls the region for help with its information. The region decides whether, and for which themes.
With the seconded head the partner works in the activity, until the region ends it.
"""

from __future__ import annotations

from sim.core.agents.agent import AgentState, Behaviour, Brief, Cued, Delivered, Publish, Reaction
from sim.core.agents.calling import call_in
from sim.core.agents.engagement import engage, leave
from sim.core.messages.contents import GrantNotice, Request, Withdrawal
from sim.core.model.cue import SeekSupport


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
    state, calls = call_in(brief, state, now, stimulus.event.id)
    return state, [*acts, *calls]


def _ended(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    withdrawal: Withdrawal = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, withdrawal.activity):
        return state, []
    return leave(state, withdrawal.activity), []


BEHAVIOUR = Behaviour("seconded", {SeekSupport: _call, GrantNotice: _helped, Withdrawal: _ended})
