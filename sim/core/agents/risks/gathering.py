"""Gathering: the region asks what a threat means of those who keep no risk picture themselves.

Beleidskader par. 1.3 and Modeluitwerking 4: one threat grows into a total picture of effects. Who keeps a risk
picture adds the effects there; the others are asked, by post or through their liaison, and the region puts what
they answer into its own.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import (
    SAID,
    activities_of,
    may_be_shared,
    own_item_id,
    says_the_same,
)
from sim.core.agents.risks.pacing import pace
from sim.core.agents.risks.risk_uptake import NAME as UPTAKE
from sim.core.agents.risks.risk_uptake import PREFIX, RETELL
from sim.core.messages.contents import Answer, Request
from sim.core.messages.items import Item, ItemRef
from sim.core.messages.topics import Shape
from sim.core.model.ids import ItemId, PartyId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.observation import THREATENING

NAME = "gathering"
WHEN = "gathering.when"
AGAIN = "gathering.again"
ASK = "gathering.ask"
EVERY_MS = HOUR_MS
"""How often at most one partner is asked about one threat, however often it changes (exercise)."""

_ASK = Text("Wat betekent deze dreiging voor uw systeem?", "What does this threat mean for your system?")


def _taken_up(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Ask about a threat that the region has just taken up; :mod:`risk_uptake` has dealt with it before."""
    item: Item
    item, event = stimulus.about
    version, told = state.mind(UPTAKE).get(PREFIX + item.id, (0, 0))
    if told != item.version:
        return state, []  # a newer one was taken up first
    return _ask_all(brief, state, item, ItemRef(PREFIX + item.id, version), event, now)


def _own(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Ask about a threat that the region itself has put into its risk picture."""
    item = state.said.get(own_item_id(brief.id, stimulus.about))
    if item is None or not may_be_shared((item,)) or activities_of(brief, state, item):
        return state, []
    return _ask_all(brief, state, item, ItemRef(item.id, item.version), "", now)


def _ask_all(brief: Brief, state: AgentState, item: Item, ref: ItemRef, event: str, now: int) -> Reaction:
    before = state.mind(NAME).get(item.subject)
    if item.kind not in THREATENING or (before is not None and says_the_same(before, item)):
        return state, []
    state = state.with_mind(NAME, {item.subject: item})
    acts: list[Act] = []
    for party in _to_ask(brief, item):
        about = (party, ref.item, item, event)
        state, due_ms = pace(state, WHEN, (party, item.subject), now, EVERY_MS)
        if due_ms is not None and due_ms > now:
            acts.append(Wake(due_ms, AGAIN, about))
        elif due_ms is not None:
            acts += _assigned(brief, about, now)
    return state, acts


def _to_ask(brief: Brief, item: Item) -> list[PartyId]:
    """Return whose agreement here names the threat's system, and who keeps no risk picture of its own."""
    return [
        party
        for party, agreement in brief.agreed_here()
        if item.system in agreement.threats
        and not brief.profiles[brief.directory[party].profile].directs_own_picture
        and party != item.source.party
    ]


_About = tuple[PartyId, ItemId, Item, str]


def _assigned(brief: Brief, about: _About, now: int) -> list[Act]:
    party, item_id, _, event = about
    duty = Duty.LIAISON if brief.channel_to(party) is Shape.OUTSIDE else Duty.INFORMATION
    return [Assign(duty, f"effects/{party}/{item_id}/{now}", ASK, about, event, persists=True)]


def _again(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    party, _, item, _ = stimulus.about
    state = state.with_mind(WHEN, {(party, item.subject): (now, False)})
    return state, _assigned(brief, stimulus.about, now)


def _ask(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    item: Item
    party, item_id, item, event = stimulus.about
    newest, _ = state.mind(UPTAKE).get(item_id, (item.version, 0))
    request = Request(
        activity="", purpose="effects", about=ItemRef(item_id, newest), subject=item.subject, text=_ASK
    )
    topic = brief.mail(party, request)
    return state, [Publish(topic, request, because_of=event, injects=item.causation)]


def _answered(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    agreement = brief.agreement_with(brief.id, stimulus.event.sender)
    if answer.activity or agreement is None:
        return state, []
    event = stimulus.event.id
    told = answer.items if answer.item is None else (answer.item, *answer.items)
    return state, [
        Assign(Duty.INFORMATION, f"{event}/{item.id}", RETELL, (item, event), event, persists=True)
        for item in may_be_shared(told)
    ]


BEHAVIOUR = Behaviour(NAME, {RETELL: _taken_up, SAID: _own, AGAIN: _again, ASK: _ask, Answer: _answered})
