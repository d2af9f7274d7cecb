"""Confiding: the region passes on what is restricted, to those whose agreement says they may have it.

Modeluitwerking 11 (gebruik van informatie) and Beleidskader par. 2.3.1. It goes by post, and never into the shared
picture or what is made from it.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Woken
from sim.core.agents.admission import admitting
from sim.core.agents.admission.hearing import heard_of
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.confidences import confide
from sim.core.agents.information.statements import (
    SAID,
    activities_of,
    is_restricted,
    own_item_id,
    says_the_same,
)
from sim.core.messages.contents import Confidence
from sim.core.messages.items import Item
from sim.core.model.agreement import Agreement
from sim.core.model.ids import ActivityId, PartyId
from sim.core.model.staff import Duty
from sim.core.picture.geometry import to_shapely

NAME = "confiding"
RELAY = "confiding.relay"
TOLD = "confiding.told"
"""Under this name a region remembers what it told whom in confidence, by activity, party and item."""


def _confided(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    confidence: Confidence = stimulus.event.data  # type: ignore[assignment]
    if confidence.activity and not brief.directs(confidence.activity):
        return state, []
    about = (confidence.items, confidence.activity, stimulus.event.id)
    return state, [Assign(Duty.DIRECTION, f"confide/{stimulus.event.id}", RELAY, about, stimulus.event.id)]


def _own(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Pass on what the region itself knows and is restricted."""
    item = state.said.get(own_item_id(brief.id, stimulus.about))
    if item is None or not is_restricted(item):
        return state, []
    activities = activities_of(brief, state, item)
    directed = [activity for activity in activities if brief.directs(activity)]
    about = [((item,), activity, "") for activity in directed or ([] if activities else [""])]
    return state, [Assign(Duty.DIRECTION, f"confide/{one[1]}/{item.id}/{now}", RELAY, one) for one in about]


def _relay(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    items, activity, event = stimulus.about
    state = state.with_mind(NAME, {(activity, item.id): item for item in items})
    acts: list[Act] = []
    for party, agreement in brief.agreed_here():
        told = _for(brief, state, activity, party, agreement, items)
        news = tuple(item for item in told if _is_news(state, activity, party, item))
        acts += confide(brief, state, party, news, activity, now, event)
        state = _remembered(state, activity, party, news)
    return state, acts


def _is_news(state: AgentState, activity: ActivityId, party: PartyId, item: Item) -> bool:
    """Say whether a party was not told yet what a restricted item says: what did not change is not told again."""
    before = state.mind(TOLD).get((activity, party, item.id))
    return before is None or not says_the_same(before, item)


def _remembered(
    state: AgentState, activity: ActivityId, party: PartyId, told: tuple[Item, ...]
) -> AgentState:
    return state.with_mind(TOLD, {(activity, party, item.id): item for item in told})


def _let_in(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Tell who has just been let in what it may have of what is known by then, also from before the activity."""
    activity, party, _, event = stimulus.about
    agreement = brief.agreement_with(brief.id, party)
    if agreement is None:
        return state, []
    area = brief.activities[activity]
    known = {
        item.id: item
        for (where, _), item in sorted(state.mind(NAME).items())
        if where == activity or (not where and area.concerns(to_shapely(item.geometry)))
    }
    told = _for(brief, state, activity, party, agreement, tuple(known.values()))
    acts = confide(brief, state, party, told, activity, now, event)
    return _remembered(state, activity, party, told), acts


def _for(
    brief: Brief,
    state: AgentState,
    activity: ActivityId,
    party: PartyId,
    agreement: Agreement,
    items: tuple[Item, ...],
) -> tuple[Item, ...]:
    """Return the items that a party may hear now, may have by its agreement, and has not told itself."""
    heard = heard_of(brief, state, activity, party, items)
    systems = agreement.restricted_systems
    return tuple(item for item in heard if item.system in systems and item.source.party != party)


BEHAVIOUR = Behaviour(NAME, {Confidence: _confided, SAID: _own, admitting.BRING: _let_in, RELAY: _relay})
