"""Telephone: what of that which goes out in the tool can be told outside it when the tool is down, to whom, by whom.

A partner tells the region, and a region its partners, where they agreed how (Modeluitwerking, techniek 4). Only what
the teller may write in the tool is told, and only to who may read it there: a fallback opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sim.core.agents.acts import Publish, Remark
from sim.core.agents.admission.admitting import let_in_themes
from sim.core.agents.agent import AgentState
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import carried, faults_behind
from sim.core.messages.codec import split
from sim.core.messages.contents import (
    Answer,
    AnyContent,
    Briefing,
    Confidence,
    ItemUpdate,
    Proposal,
    Scaling,
    Signal,
    SitRep,
    Snapshot,
    items_in,
    tag_of,
)
from sim.core.messages.items import Item
from sim.core.messages.topics import Address, Shape, build, parse
from sim.core.model.access import AccessTable, compile_access, make_grant
from sim.core.model.ids import InjectId, PartyId
from sim.core.model.profile import Action
from sim.core.model.staff import Duty
from sim.core.model.staffed import Limits

_OF_AN_ACTIVITY = frozenset({Shape.OWN, Shape.PROPOSAL, Shape.SHARED, Shape.SIGNAL, Shape.SCALING})
"""What of an activity can be told by telephone; cards, decisions and receipts wait for the tool."""


_CARRIERS: Final[Mapping[str, Duty]] = {"telephone": Duty.INFORMATION, "liaison": Duty.LIAISON}
"""Who tells it, by how they agreed: who keeps the information calls at once; a liaison must be there to carry it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to tell one party, and the message in the tool in whose stead it is told."""

    to: PartyId
    content: AnyContent
    instead_of: Publish


def agreed_with(brief: Brief, other: PartyId) -> str | None:
    """Return how this party and another reach each other when the tool is down; None where nothing was agreed."""
    for one, region in ((brief.id, other), (other, brief.id)):
        agreement = brief.agreement_with(region, one)
        if agreement is not None:
            return agreement.fallback
    return None


def carrier_to(brief: Brief, other: PartyId) -> Duty | None:
    """Return whose duty it is to tell another party when the tool is down; None where nothing was agreed."""
    how = agreed_with(brief, other)
    return None if how is None else _CARRIERS[how]


def addressees(brief: Brief, state: AgentState, act: Publish, now: int) -> tuple[PartyId, ...]:
    """Return who would have to be told by telephone what this message tells in the tool, in order of id."""
    address = parse(act.topic)
    assert address is not None, "agents publish to known shapes only"
    if not may(brief, state, brief.id, Action.PUBLISH, act.topic, now):
        return ()  # the tool would have refused it
    return tuple(
        other
        for other in sorted(_concerned(brief, address))
        if brief.profiles[brief.directory[other].profile].channel == "post"
        and may(brief, state, other, Action.READ, act.topic, now)
    )


def _concerned(brief: Brief, address: Address) -> Iterator[PartyId]:
    if address.shape is Shape.POST:
        yield address["to"]
    elif address.shape in _OF_AN_ACTIVITY:
        region = brief.activities[address["activity"]].directing
        if region != brief.id:
            yield region
        elif address.shape in (Shape.SHARED, Shape.SCALING):
            yield from brief.agreements


def may(brief: Brief, state: AgentState, party: PartyId, action: Action, topic: str, now: int) -> bool:
    """Say whether a party may write or read a topic in the tool, as far as this party knows."""
    known = brief.directory[party]
    table = compile_access((known,), brief.profiles, brief.activities.values())
    return _with_grants(brief, state, party, table).decide(party, now, action, topic).allowed


def _with_grants(brief: Brief, state: AgentState, party: PartyId, table: AccessTable) -> AccessTable:
    """Return the table with what the region has given, as the region knows it, or as who was let in knows it."""
    known = brief.directory[party]
    for activity in brief.activities:
        for template in brief.profiles[known.profile].grants:
            themes = let_in_themes(brief, state, activity, party)
            if party == brief.id and (activity, template.id) in state.mind("reading"):
                themes = ()
            if themes is not None:
                table = table.with_grant(make_grant(known, template, activity, themes, 0))
    return table


def call(to: PartyId, act: Publish) -> Call:
    """Return what is told a party by telephone in the stead of a message."""
    content, address = act.content, parse(act.topic)
    assert address is not None, "agents publish to known shapes only"
    if isinstance(content, ItemUpdate | Proposal):
        content = Briefing(activity=address["activity"], items=(content.item,))
    elif isinstance(content, Scaling) and address.shape is Shape.SCALING:
        content = msgspec.structs.replace(content, activity=address["activity"])
    return Call(to, content, act)


def bundled(calls: Sequence[Call]) -> list[Call]:
    """Return the calls with all items for one party of one activity in one of them."""
    found: dict[object, Call] = {}
    for number, one in enumerate(calls):
        content = one.content
        is_picture = isinstance(content, Briefing) and not content.team
        key = (one.to, content.activity) if isinstance(content, Briefing) and is_picture else number
        before = found.get(key)
        if before is None:
            found[key] = one
            continue
        assert isinstance(before.content, Briefing)
        assert isinstance(content, Briefing)
        whole = msgspec.structs.replace(before.content, items=(*before.content.items, *content.items))
        found[key] = Call(one.to, whole, before.instead_of)
    return list(found.values())


def told(brief: Brief, one: Call, occasion: str, failure: InjectId, by: Limits) -> list[Publish | Remark]:
    """Return what comes of one call: people pass items on by word of mouth, with what goes wrong in that.

    Args:
        brief: What the party knows beforehand.
        one: The call.
        occasion: Keys the draws.
        failure: Inject by which the tool failed: without it there would be no call.
        by: Limits of who makes the call.
    """
    items = _items(one.content)
    because_of = one.instead_of.because_of or failure
    passed_on, remarks = carried(brief, items, f"{occasion}/{one.to}", because_of, by)
    acts: list[Publish | Remark] = [*remarks]
    if items and not passed_on and isinstance(one.content, Briefing):
        return acts  # nothing is left to tell
    for place, content in enumerate(_retold(one.content, passed_on)):
        topic = build(Shape.OUTSIDE, to=one.to, sender=brief.id, kind=tag_of(content))
        instead_of = one.instead_of
        injects = tuple(dict.fromkeys((failure, *instead_of.injects, *faults_behind(_items(content)))))
        register = instead_of.register if place == 0 else None  # the sender waits for one answer
        acts.append(Publish(topic, content, instead_of.answers, instead_of.because_of, injects, register))
    return acts


def _items(content: AnyContent) -> tuple[Item, ...]:
    if isinstance(content, Signal):
        return () if content.known is None else (content.known,)
    return items_in(content)


def _retold(content: AnyContent, items: tuple[Item, ...]) -> list[AnyContent]:
    """Return a content with the items as they were passed on, in as many messages as it takes."""
    if isinstance(content, Briefing | Confidence | SitRep | Snapshot):
        return [msgspec.structs.replace(content, items=part) for part in split(items)]
    if isinstance(content, Signal):
        return [msgspec.structs.replace(content, known=next(iter(items), None))]
    if isinstance(content, Answer):
        by_id = {item.id: item for item in items}
        first = None if content.item is None else by_id.pop(content.item.id, None)
        return [msgspec.structs.replace(content, item=first, items=tuple(by_id.values()))]
    return [content]
