"""Bringing up to date: what a party asks for, and is told, when messages for it are gone that it will never read.

The exchange rests on no state that the broker keeps: who is behind asks who directs, and gets the picture as a
snapshot; a region that is behind asks its partners, who state again what its picture does not have (Modeluitwerking,
techniek 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Woken
from sim.core.agents.agent import AgentState, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import relied_on, shared_items
from sim.core.agents.information.statements import activities_of, faults_behind, may_be_shared, own_item_id
from sim.core.agents.mobilisation.levels import known_grip
from sim.core.agents.mobilisation.mobilising import card_of
from sim.core.agents.outage.telephone import may
from sim.core.messages.codec import split
from sim.core.messages.contents import ItemUpdate, Proposal, Request, Snapshot
from sim.core.messages.event import Event
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.ids import ActivityId, InjectId, PartyId
from sim.core.model.profile import Action
from sim.core.model.staff import Duty
from sim.core.model.text import Text

UPDATE = "fallback.update"

_ASK: Final = Text(
    "Het systeem werkt weer. Wat hebben wij gemist?", "The tool works again. What did we miss?"
)


def asks(brief: Brief, state: AgentState, because_of: InjectId) -> list[Act]:
    """Return what a party asks that is behind: its regions, of each activity; a region its partners, of its own.

    It asks also of activities in which it does not work: they may have been opened meanwhile.
    """
    found: list[Act] = []
    for activity in sorted(brief.activities):
        for other in _whom(brief, state, activity):
            request = Request(activity=activity, purpose="update", text=_ASK)
            found.append(Publish(brief.mail(other, request), request, injects=(because_of,)))
    return found


def _whom(brief: Brief, state: AgentState, activity: ActivityId) -> Iterator[PartyId]:
    known, is_in = brief.activities[activity], activity in state.engaged
    others: tuple[PartyId, ...] = ()
    if brief.directs(activity):
        others = known.parties if is_in else ()
    elif is_in or brief.id in known.parties or known.directing in brief.party.regions:
        others = (known.directing,)
    for other in sorted(others):
        if brief.channel_to(other) is Shape.POST:
            yield other


def asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    """Have somebody answer who asks for what it missed: the region, or a partner whose region asks."""
    request: Request = stimulus.event.data  # type: ignore[assignment]
    if request.purpose != "update":
        return state, []
    activity, directs = request.activity, brief.directs(request.activity)
    is_open = activity in state.engaged
    if directs and not (is_open or shared_items(state, activity)):
        return state, []  # not opened yet
    if not directs and not (is_open and brief.is_from_director(stimulus.event, activity)):
        return state, []
    duty = Duty.DIRECTION if directs else Duty.INFORMATION
    event = stimulus.event.id
    return state, [Assign(duty, f"update/{event}", UPDATE, (activity, stimulus.event), event)]


def update(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Tell who is behind what it may know: a region its card and picture, a partner what the picture does not have."""
    activity: ActivityId
    event: Event
    activity, event = stimulus.about
    if brief.directs(activity):
        is_open = activity in state.engaged
        card = _card_again(brief, state, activity, event, is_open=is_open)
        return state, [card, *(_snapshots(brief, state, activity, event, now) if is_open else ())]
    return state, [
        _stated_again(brief, item, activity, event) for item in _not_in_picture(brief, state, activity)
    ]


def _card_again(
    brief: Brief, state: AgentState, activity: ActivityId, event: Event, *, is_open: bool
) -> Publish:
    grip = known_grip(state, activity, brief.id) if is_open else 0
    card = card_of(brief, brief.activities[activity], grip, is_open=is_open)
    return Publish(build(Shape.CARD, activity=activity), card, because_of=event.id, injects=event.injects)


def _snapshots(
    brief: Brief, state: AgentState, activity: ActivityId, event: Event, now: int
) -> Iterator[Publish]:
    to = event.sender
    items = tuple(
        item
        for item in relied_on(state, activity, now)
        if may(brief, state, to, Action.READ, _shared_topic(activity, item), now)
    )
    for part in split(items) if items else ():
        snapshot = Snapshot(activity=activity, items=part)
        injects = tuple(dict.fromkeys((*event.injects, *faults_behind(part))))
        yield Publish(brief.mail(to, snapshot), snapshot, event.id, event.id, injects)


def _shared_topic(activity: ActivityId, item: Item) -> str:
    return build(Shape.SHARED, activity=activity, theme=item.theme, item=item.id)


def _not_in_picture(brief: Brief, state: AgentState, activity: ActivityId) -> Iterator[Item]:
    """Yield the party's own statements that the shared picture, as the party reads it, does not have yet."""
    own = (item for _, item in sorted(state.said.items()) if item.id == own_item_id(brief.id, item.subject))
    for item in may_be_shared(own):
        shared = state.picture.get(own_item_id(activity, item.subject))
        is_there = shared is not None and shared.observed_at_ms >= item.observed_at_ms
        if activity in activities_of(brief, state, item) and not is_there:
            yield item


def _stated_again(brief: Brief, item: Item, activity: ActivityId, event: Event) -> Publish:
    """Return a statement as it stands, once more: the same version, so that who has it reads nothing new."""
    injects = tuple(dict.fromkeys((*event.injects, *item.causation)))
    if brief.profile.directs_own_picture:
        topic = build(Shape.OWN, activity=activity, owner=brief.id, theme=item.theme, item=item.id)
        return Publish(topic, ItemUpdate(item), because_of=event.id, injects=injects)
    topic = build(Shape.PROPOSAL, activity=activity, party=brief.id, item=item.id)
    return Publish(topic, Proposal(item), because_of=event.id, injects=injects)
