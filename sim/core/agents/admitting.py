"""Admitting: the region lets partners in, and out again (Beleidskader par. 2.2.2 and 2.2.3).

Standby partners ask or are invited; ad-hoc partners ask for help and get a seconded head of information, for
the themes that the region chose. A grant is a message; exercise control has the broker enforce it. Who is let
in gets the picture as a snapshot.
"""

from __future__ import annotations

from sim.core.agents.agent import (
    Act,
    AgentState,
    Assign,
    Behaviour,
    Brief,
    Cued,
    Delivered,
    Publish,
    Reaction,
    Wake,
    Woken,
)
from sim.core.agents.shared_picture import shared_items
from sim.core.agents.statements import faults_behind
from sim.core.messages.codec import split
from sim.core.messages.contents import (
    Answer,
    Conclusion,
    GrantNotice,
    Invitation,
    Request,
    Snapshot,
    Withdrawal,
    tag_of,
)
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.cue import Close, Decouple, Invite
from sim.core.model.ids import ActivityId, EventId, InjectId, PartyId
from sim.core.model.party import Party
from sim.core.model.profile import GrantTemplate
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import SECOND_MS

NAME = "admitting"
DECIDE = "admitting.decide"
BRING = "admitting.bring-snapshot"
LET_OUT = "admitting.let-out"
SNAPSHOT_AFTER_MS = 5 * SECOND_MS
"""The grant must be in force at the broker before the snapshot is sent (exercise)."""

_NO_ROLE = Text("Geen rol meer in deze activiteit.", "No role in this activity any more.")


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    if request.purpose not in ("access", "support") or not brief.directs(request.activity):
        return state, []
    about = (request, stimulus.event.sender, stimulus.event.id)
    return state, [Assign(Duty.DIRECTION, stimulus.event.id, DECIDE, about, stimulus.event.id)]


def _decide(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    request, sender, event = stimulus.about
    party = request.on_behalf_of or sender
    reason = _reason_against(brief, state, request, party, sender)
    if reason is not None:
        answer = Answer(activity=request.activity, of=event, outcome="refused", text=reason)
        asked_by = {party: None, sender: None}
        return state, [
            Publish(brief.mail(one, answer), answer, answers=event, because_of=event) for one in asked_by
        ]
    return _grant(brief, state, request.activity, party, event, now)


def _reason_against(
    brief: Brief, state: AgentState, request: Request, party: PartyId, sender: PartyId
) -> Text | None:
    """Return why a party is not let in, or None: the first of the reasons that holds."""
    asker = brief.directory[party]
    grants = brief.profiles[asker.profile].grants
    if request.activity not in state.engaged:
        return Text("De activiteit is niet open.", "The activity is not open.")
    if not grants:
        return Text("Dit profiel kent geen toegang op verzoek.", "This profile knows no access on request.")
    if sender != (asker.through or party):
        return Text("Dit verzoek is aan een ander.", "This is not for the one who asks to ask.")
    if (request.activity, party) in state.mind(NAME):
        return Text("U hebt al toegang.", "You already have access.")
    return _reason_by_need(brief, asker, grants[0], request.activity)


def _reason_by_need(brief: Brief, asker: Party, bundle: GrantTemplate, activity: ActivityId) -> Text | None:
    """Return why a party does not need what it asks for, or why the region does not give it."""
    agreement = brief.agreements.get(asker.id)
    if bundle.is_by_theme and (agreement is None or not agreement.seconded_themes):
        return Text("Er is geen hoofd informatie beschikbaar.", "No head of information is available.")
    systems = brief.activities[activity].systems
    if not bundle.is_by_theme and not set(asker.competence.systems) & set(systems):
        return Text("Wij zien hier geen taak voor u.", "We see no task for you here.")
    return None


def _grant(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, event: EventId, now: int
) -> Reaction:
    bundle = brief.profiles[brief.directory[party].profile].grants[0].id
    agreement = brief.agreements.get(party)
    themes = agreement.seconded_themes if agreement is not None else ()
    notice = GrantNotice(activity=activity, bundle=bundle, themes=themes)
    state = state.with_mind(NAME, {(activity, party): bundle})
    return state, [
        Publish(brief.mail(party, notice), notice, answers=event, because_of=event),
        Wake(now + SNAPSHOT_AFTER_MS, BRING, (activity, party, themes, event)),
    ]


def _bring(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, party, themes, event = stimulus.about
    items = tuple(item for item in shared_items(state, activity) if not themes or item.theme in themes)
    return state, [_snapshot(brief, activity, party, part, event) for part in split(items)]


def _snapshot(
    brief: Brief, activity: ActivityId, party: PartyId, items: tuple[Item, ...], event: EventId
) -> Publish:
    snapshot = Snapshot(activity=activity, items=items)
    topic = build(Shape.POST, to=party, sender=brief.id, kind=tag_of(snapshot))
    return Publish(topic, snapshot, because_of=event, injects=faults_behind(items))


def _concluded(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    conclusion: Conclusion = stimulus.event.data  # type: ignore[assignment]
    if conclusion.role:
        return state, []
    about = (conclusion.activity, stimulus.event.sender, stimulus.event.id)
    return state, [Assign(Duty.DIRECTION, stimulus.event.id, LET_OUT, about, stimulus.event.id)]


def _let_out(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, party, event = stimulus.about
    return _withdraw(brief, state, activity, party, _NO_ROLE, event, ())


def _withdraw(
    brief: Brief,
    state: AgentState,
    activity: ActivityId,
    party: PartyId,
    text: Text,
    event: EventId,
    injects: tuple[InjectId, ...],
) -> Reaction:
    bundle = state.mind(NAME).get((activity, party))
    if bundle is None:
        return state, []
    withdrawal = Withdrawal(activity=activity, bundle=bundle, text=text)
    publish = Publish(brief.mail(party, withdrawal), withdrawal, because_of=event, injects=injects)
    return state.without(NAME, (activity, party)), [publish]


def _invite(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Invite = stimulus.cue  # type: ignore[assignment]
    invitation = Invitation(activity=cue.activity, text=cue.text)
    return state, [Publish(brief.mail(cue.party, invitation), invitation, injects=(stimulus.inject,))]


def _decouple(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Decouple = stimulus.cue  # type: ignore[assignment]
    return _withdraw(brief, state, cue.activity, cue.party, cue.text, "", (stimulus.inject,))


def _close(brief: Brief, state: AgentState, stimulus: Cued, _now: int) -> Reaction:
    cue: Close = stimulus.cue  # type: ignore[assignment]
    acts: list[Act] = []
    let_in = sorted(party for activity, party in state.mind(NAME) if activity == cue.activity)
    for party in let_in:
        state, more = _withdraw(brief, state, cue.activity, party, _NO_ROLE, "", (stimulus.inject,))
        acts += more
    return state, acts


BEHAVIOUR = Behaviour(
    NAME,
    {
        Request: _asked,
        DECIDE: _decide,
        BRING: _bring,
        Conclusion: _concluded,
        LET_OUT: _let_out,
        Invite: _invite,
        Decouple: _decouple,
        Close: _close,
    },
)
