"""Verifying: whoever is competent checks what it reads against what it knows (Modeluitwerking 12).

A mismatch that is recognised (skill decides) makes the party look again; when the newest version of the item
still disagrees with what it then knows, it signals that the item looks wrong (Tabel 3, signaleren van
foutieve informatie). Looking again first keeps a mere difference in time from becoming a false alarm.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Look, Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import SETTLED, carried_one, own_view
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.contents import Briefing, ItemUpdate, Signal, Snapshot, items_in
from sim.core.messages.items import Item, ItemRef, Sensitivity
from sim.core.messages.topics import Shape, build, parse
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.picture.observation import Observation
from sim.core.picture.quality import Mismatch, mismatches

NAME = "verifying"
LOOKED = "verifying.looked"
CHECK = "verifying.check"

_REASON = {
    Mismatch.VALUE: Text("Het getal klopt niet met wat wij zien.", "The figure is not what we see."),
    Mismatch.PLACE: Text("De plaats klopt niet met wat wij zien.", "The place is not what we see."),
    Mismatch.MISSING_VALUE: Text("Er ontbreekt een getal.", "A figure is missing."),
    Mismatch.MISSING_PLACE: Text("Er ontbreekt een plaats.", "A place is missing."),
}


def _read(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    activity = _activity_of(stimulus)
    acts: list[Act] = []
    if activity is None:
        return state, acts
    for item in items_in(stimulus.event.data):
        known = _comparable(brief, state, item)
        if known is None or not mismatches(item, known.fact):
            continue
        state, more = _notice(brief, state, item, (activity, stimulus.event.id), now)
        acts += more
    return state, acts


def _activity_of(stimulus: Delivered) -> ActivityId | None:
    content = stimulus.event.data
    if isinstance(content, Snapshot | Briefing):
        return content.activity
    address = parse(stimulus.topic)
    if address is None or address.shape not in (Shape.OWN, Shape.SHARED):
        return None
    return address["activity"]


def _comparable(brief: Brief, state: AgentState, item: Item) -> Observation | None:
    """Return what the party knows of the item's subject, if it can judge the item at all."""
    if item.source.party == brief.id or item.verification.status in SETTLED:
        return None
    return state.knowledge.get(item.subject)


def _notice(
    brief: Brief, state: AgentState, item: Item, read_in: tuple[ActivityId, EventId], now: int
) -> Reaction:
    """Recognise a mismatch, or overlook it: once for each statement, however many copies of it come by."""
    statement = (item.subject, item.source.party, item.observed_at_ms)
    if statement in state.mind(NAME):
        return state, []
    key = f"{item.subject}/{item.source.party}/{item.observed_at_ms}"
    if not brief.chance.happens(
        limits_of_doer(brief, state, Duty.INFORMATION, now).skill, f"{brief.id}/skill", key
    ):
        state = state.with_mind(NAME, {statement: "overlooked"})
        text = "differs from what the party knows; nobody noticed"
        return state, [Remark("overlooked", item, text, read_in[1])]
    state = state.with_mind(NAME, {statement: "checking"})
    seen_ms = now + brief.party.people.perception_ms[1]
    return state, [Look(item.subject), Wake(seen_ms, LOOKED, (item, *read_in))]


def _looked(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    item: Item
    item, activity, event = stimulus.about
    key = f"check/{item.subject}/{item.source.party}/{item.observed_at_ms}"
    region = brief.activities[activity].directing
    return state, [Assign(Duty.INFORMATION, key, CHECK, stimulus.about, event, region=region)]


def _check(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    noticed: Item
    noticed, activity, event = stimulus.about
    item = state.picture.get(noticed.id, noticed)
    known = _comparable(brief, state, item)
    found = mismatches(item, known.fact) if known is not None else ()
    if known is None or not found:
        return state, []
    region = brief.activities[activity].directing
    occasion, by = f"signal/{item.id}/{now}", limits_of_doer(brief, state, Duty.LIAISON, now)
    told, remarks = carried_one(brief, region, _tellable(brief, known, now), occasion, event, by)
    signal = Signal(
        about=ItemRef(item.id, item.version),
        subject=item.subject,
        owner=item.source.party,
        reason=found[0].value,
        text=_REASON[found[0]],
        known=told,
    )
    topic = _signal_topic(brief, activity, signal)
    remark = Remark("recognised", item, ", ".join(mismatch.value for mismatch in found), event)
    return state, [remark, *remarks, Publish(topic, signal, because_of=event, injects=item.causation)]


def _tellable(brief: Brief, known: Observation, now: int) -> Item | None:
    """Return what the party knows, unless not all who read signals may read it."""
    if known.fact.sensitivity is Sensitivity.RESTRICTED:
        return None
    return own_view(brief, known, now)


def _signal_topic(brief: Brief, activity: ActivityId, signal: Signal) -> str:
    region: PartyId = brief.activities[activity].directing
    if brief.profile.channel == "outside":
        return brief.mail(region, signal)
    return build(Shape.SIGNAL, activity=activity, party=brief.id)


BEHAVIOUR = Behaviour(
    NAME, {ItemUpdate: _read, Snapshot: _read, Briefing: _read, LOOKED: _looked, CHECK: _check}
)
