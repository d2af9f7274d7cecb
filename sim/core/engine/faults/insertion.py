"""Insertion: messages that exercise control has written in a party's name, or that come back by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sim.core.agents.acts import Publish
from sim.core.agents.information.statements import from_fact, own_item_id
from sim.core.engine.faults.said import Said, Saying
from sim.core.messages.contents import AnyContent, ItemUpdate, Proposal, SitRep, tag_of
from sim.core.messages.items import Basis, Item, Source, Verification
from sim.core.messages.topics import Shape, build
from sim.core.model.access import AccessTable
from sim.core.model.activity import Activity
from sim.core.model.ids import PartyId
from sim.core.model.profile import Action
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Observation
from sim.core.world.faults import Fault, FaultType, Setting, told
from sim.core.world.faults.alteration import rewritten
from sim.core.world.scenario import Scenario


def written(fault: Fault, said: Said, setting: Setting, now: int) -> Item | None:
    """Return the item that somebody writes in a party's name; None when there is nothing yet to make wrong.

    It is the next version of the party's own item, so that whoever reads it takes it for the newest.
    """
    if fault.type is FaultType.DUPLICATE:
        again = said.last(fault.party, fault.subject)
        return None if again is None else rewritten(fault, again.item, fault.party, now)
    echoed = said.last(fault.echo_of, fault.subject) if fault.type is FaultType.ECHO else None
    observation = told(fault, setting, now, None if echoed is None else echoed.item)
    if observation is None:
        return None
    return rewritten(fault, _item(fault, observation, said, now), fault.party, now)


def _item(fault: Fault, observation: Observation, said: Said, now: int) -> Item:
    item_id = own_item_id(fault.party, fault.subject)
    return from_fact(
        observation.fact,
        item_id=item_id,
        version=said.version(item_id) + 1,
        observed_at_ms=now,
        reported_at_ms=now,
        source=Source(fault.party, Basis.OBSERVED),
        verification=Verification(),
        causation=observation.causation,
    )


def come_back(fault: Fault, said: Said, now: int) -> tuple[str, Item] | None:
    """Return topic and item of an old message that comes back; None when the server had kept none.

    A stale one comes back as if it were new: with the number of the newest version, so that only what its source says
    next replaces it, and with the time of now. A duplicate comes back as it was.
    """
    is_stale = fault.type is FaultType.STALE
    saying: Saying | None = said.kept(fault.party, fault.subject, fault.as_of_ms if is_stale else now)
    if saying is None:
        return None
    item = rewritten(fault, saying.item, fault.party, now)
    if is_stale:
        version = max(said.version(item.id), item.version)
        item = msgspec.structs.replace(item, version=version, observed_at_ms=now, reported_at_ms=now)
    return saying.topic, item


def message(scenario: Scenario, table: AccessTable, fault: Fault, item: Item, now: int) -> Publish | None:
    """Return an item as a message where its party may write; None when it may do so nowhere."""
    for topic, content in places(scenario, fault, item, now):
        if table.decide(fault.party, now, Action.PUBLISH, topic).allowed:
            return Publish(topic, content, injects=item.causation)
    return None


def places(scenario: Scenario, fault: Fault, item: Item, now: int) -> Iterator[tuple[str, AnyContent]]:
    """Yield where an item could be told, the place that fits best first."""
    party, activities = scenario.parties[fault.party], _activities(scenario, fault, item)
    for activity in activities:
        topic = build(Shape.OWN, activity=activity.id, owner=party.id, theme=item.theme, item=item.id)
        yield topic, ItemUpdate(item=item)
    for activity in activities:
        topic = build(Shape.PROPOSAL, activity=activity.id, party=party.id, item=item.id)
        yield topic, Proposal(item=item)
    for activity in activities:
        report = SitRep(activity=activity.id, from_ms=now, to_ms=now, due_ms=now, items=(item,))
        for shape in (Shape.POST, Shape.OUTSIDE):
            if activity.directing in party.regions and activity.directing != party.id:
                yield _mail(shape, activity.directing, party.id, report), report
    yield build(Shape.NATIONAL, theme=item.theme, item=item.id), ItemUpdate(item=item)
    for region in party.regions:
        topic = build(Shape.RISK, region=region, owner=party.id, theme=item.theme, item=item.id)
        yield topic, ItemUpdate(item=item)


def _activities(scenario: Scenario, fault: Fault, item: Item) -> list[Activity]:
    if fault.activity:
        return [scenario.activities[fault.activity]]
    place = to_shapely(item.geometry)
    concerned = [one for one in scenario.activities.values() if one.concerns(place)]
    return concerned or list(scenario.activities.values())  # a wrong place may lie in none


def _mail(shape: Shape, to: PartyId, sender: PartyId, content: AnyContent) -> str:
    return build(shape, to=to, sender=sender, kind=tag_of(content))
