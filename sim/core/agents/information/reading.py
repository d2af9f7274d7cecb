"""Reading: the party subscribes to what it may read, and takes in what it is sent.

Rights that are granted or withdrawn on the way change its subscriptions.
"""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Delivered, Started, Subscribe, Unsubscribe
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import (
    Answer,
    Briefing,
    Confidence,
    GrantNotice,
    ItemUpdate,
    Snapshot,
    Withdrawal,
    items_in,
)
from sim.core.model.access import make_grant
from sim.core.model.ids import ActivityId, ThemeId
from sim.core.model.profile import Action
from sim.core.picture.merge import add

NAME = "reading"


def _start(brief: Brief, state: AgentState, _stimulus: Started, _now: int) -> Reaction:
    return state, [Subscribe(topic_filter) for topic_filter in brief.reads]


def _take_in(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    picture = state.picture
    for item in items_in(stimulus.event.data):
        picture = add(picture, item)
    return msgspec.structs.replace(state, picture=picture), []


def _informed(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    """Take in an answer that tells what was asked for; one about a doubt is for who directs (Modeluitwerking 12)."""
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    return _take_in(brief, state, stimulus, now) if answer.outcome == "informed" else (state, [])


def _let_in(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    notice: GrantNotice = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, notice.activity):
        return state, []
    filters = _granted_filters(brief, notice.bundle, notice.activity, notice.themes)
    state = state.with_mind(NAME, {(notice.activity, notice.bundle): filters})
    return state, [Subscribe(topic_filter) for topic_filter in filters]


def _let_out(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    withdrawal: Withdrawal = stimulus.event.data  # type: ignore[assignment]
    key = (withdrawal.activity, withdrawal.bundle)
    filters = state.mind(NAME).get(key, ())
    if not brief.is_from_director(stimulus.event, withdrawal.activity):
        return state, []
    return state.without(NAME, key), [Unsubscribe(topic_filter) for topic_filter in filters]


def _granted_filters(
    brief: Brief, bundle: str, activity: ActivityId, themes: tuple[ThemeId, ...]
) -> tuple[str, ...]:
    template = brief.profile.grant(bundle)
    if template is None:
        return ()
    grant = make_grant(brief.party, template, activity, themes, 0)
    return tuple(rule.pattern for rule in grant.rules if rule.action is Action.READ)


BEHAVIOUR = Behaviour(
    NAME,
    {
        Started: _start,
        ItemUpdate: _take_in,
        Snapshot: _take_in,
        Briefing: _take_in,
        Confidence: _take_in,
        Answer: _informed,
        GrantNotice: _let_in,
        Withdrawal: _let_out,
    },
)
