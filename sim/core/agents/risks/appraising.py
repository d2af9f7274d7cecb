"""Appraising: who reads of a threat works out what it means for the systems that it looks after.

Beleidskader par. 1.3: a water board says that high water is likely, the region takes it up, and others add the
effects on their systems. Whose threats a party appraises is agreed (Modeluitwerking 4). When a threat changes or
ends, its effects are worked out again.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Appraise, Assign, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.confidences import in_confidence
from sim.core.agents.information.statements import THREATS, carried, faults_behind, says_the_same, stated
from sim.core.agents.people.calling import limits_of_doer
from sim.core.agents.risks.pacing import pace
from sim.core.messages.codec import split
from sim.core.messages.contents import Answer, Briefing, ItemUpdate, Request, Snapshot, items_in
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, parse
from sim.core.model.ids import ItemId, PartyId, SubjectId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS
from sim.core.picture.observation import THREATENING

NAME = "appraising"
WHEN = "appraising.when"
AGAIN = "appraising.again"
WORK_OUT = "appraising.work-out"
WORK_OUT_ASKED = "appraising.work-out-asked"
WORKED_OUT = "appraising.worked-out"
EVERY_MS = HOUR_MS
"""How often at most the effects of one threat are worked out, however often it changes (exercise)."""

_EFFECTS = Text("Dit betekent het voor ons.", "This is what it means for us.")
_NONE = Text("Wij verwachten geen effecten.", "We expect no effects.")


def _read(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    acts: list[Act] = []
    region = _region_that_tells(brief, stimulus)
    threats = _threats(brief, region)
    for item in items_in(stimulus.event.data):
        if item.kind in THREATENING and item.system in threats and not _is_known(state, item):
            state = state.with_mind(NAME, {item.subject: item})
            state, due_ms = pace(state, WHEN, item.subject, now, EVERY_MS)
            acts += _in_time(item.subject, item.id, due_ms, now, stimulus.event.id)
    return state, acts


def _region_that_tells(brief: Brief, stimulus: Delivered) -> PartyId:
    """Return the region in whose risk picture, or in whose shared picture of an activity, something was read."""
    content, address = stimulus.event.data, parse(stimulus.topic)
    if isinstance(content, Snapshot | Briefing | Answer):
        return stimulus.event.sender
    if address is None:
        return ""
    if address.shape is Shape.RISK and address["owner"] == address["region"]:
        return address["region"]
    return brief.activities[address["activity"]].directing if address.shape is Shape.SHARED else ""


def _threats(brief: Brief, region: PartyId) -> tuple[str, ...]:
    """Return the systems whose threats the party works out for a region."""
    agreement = brief.agreement_with(region)
    return () if agreement is None else agreement.threats


def _is_known(state: AgentState, item: Item) -> bool:
    before = state.mind(NAME).get(item.subject)
    return before is not None and says_the_same(before, item)


def _in_time(subject: SubjectId, item: ItemId, due_ms: int | None, now: int, event: str) -> list[Act]:
    if due_ms is None:
        return []
    if due_ms > now:
        return [Wake(due_ms, AGAIN, (subject, item, event))]
    about = (subject, item, event)
    return [Assign(Duty.INFORMATION, f"appraise/{item}/{now}", WORK_OUT, about, event, persists=True)]


def _again(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    subject, item, event = stimulus.about
    state = state.with_mind(WHEN, {subject: (now, False)})
    return state, _in_time(subject, item, now, now, event)


def _work_out(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    subject, item, event = stimulus.about
    return state.with_mind(THREATS, {subject: (item, event)}), [Appraise(subject)]


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event
    if request.purpose != "effects" or brief.agreement_with(event.sender) is None:
        return state, []
    duty = Duty.INFORMATION if brief.profile.channel == "post" else Duty.LIAISON
    about = (request, event.id, event.sender)
    return state, [
        Assign(
            duty, f"effects/{event.id}", WORK_OUT_ASKED, about, event.id, persists=True, region=event.sender
        )
    ]


def _work_out_asked(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    request: Request = stimulus.about[0]
    if request.about is not None:
        state = state.with_mind(THREATS, {request.subject: (request.about.item, stimulus.about[1])})
    known_ms = now + brief.party.people.perception_ms[1]
    return state, [Appraise(request.subject), Wake(known_ms, WORKED_OUT, stimulus.about)]


def _answer(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Tell the region that asked what the threat means, or that it means nothing here."""
    request: Request
    request, event, region = stimulus.about
    known = (seen for _, seen in sorted(state.knowledge.items()))
    effects = [seen for seen in known if request.subject and seen.fact.effect_of == request.subject]
    state, items, secrets = stated(brief, state, effects, now)
    acts: list[Act] = in_confidence(brief, state, secrets, (), now)
    if brief.channel_to(region) is Shape.OUTSIDE:
        by = limits_of_doer(brief, state, Duty.LIAISON, now)
        items, remarks = carried(brief, items, f"effects/{event}", event, by)
        acts += remarks
    for part in split(items):
        outcome, text = ("informed", _EFFECTS) if part else ("unknown", _NONE)
        answer = Answer(activity=request.activity, of=event, outcome=outcome, items=part, text=text)  # type: ignore[arg-type]
        topic = brief.mail(region, answer)
        acts.append(Publish(topic, answer, answers=event, because_of=event, injects=faults_behind(part)))
    return state, acts


BEHAVIOUR = Behaviour(
    NAME,
    {
        ItemUpdate: _read,
        Snapshot: _read,
        Briefing: _read,
        Answer: _read,
        AGAIN: _again,
        WORK_OUT: _work_out,
        Request: _asked,
        WORK_OUT_ASKED: _work_out_asked,
        WORKED_OUT: _answer,
    },
)
