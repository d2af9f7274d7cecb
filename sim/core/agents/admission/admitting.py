"""Admitting: the region lets partners in, and out again (Beleidskader par. 2.2.2 and 2.2.3).

Standby partners ask or are invited; ad-hoc partners ask for help and get a seconded head of information, for
the themes that the region chose. A grant is a message; exercise control has the broker enforce it. Who is let
in gets the picture as a snapshot.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Cued, Delivered, Publish, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import relied_on
from sim.core.agents.information.statements import faults_behind
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
from sim.core.messages.event import Event
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape, build
from sim.core.model.agreement import Agreement
from sim.core.model.cue import Close, Decouple, Invite
from sim.core.model.ids import ActivityId, EventId, InjectId, PartyId, ThemeId
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

_LET_IN = Text(
    "U leest mee in deze activiteit, tot u geen rol meer heeft of de activiteit sluit.",
    "You read along in this activity, until you have no role any more or the activity closes.",
)
_NO_ROLE = Text("Geen rol meer in deze activiteit.", "No role in this activity any more.")


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    if request.purpose not in ("access", "support") or not brief.directs(request.activity):
        return state, []
    about, event = (request, stimulus.event), stimulus.event.id
    return state, [Assign(Duty.DIRECTION, event, DECIDE, about, event, persists=True)]


def _decide(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    request: Request
    event: Event
    request, event = stimulus.about
    party = request.on_behalf_of or event.sender
    reason = _reason_against(brief, state, request, party, event.sender)
    if reason is not None:
        # What somebody passed on was caused by what the party itself asked: that is what it waits to be answered.
        asked = {party: event.causationid or event.id, event.sender: event.id}
        return state, [_refusal(brief, request, one, of, reason, event.id) for one, of in asked.items()]
    return _grant(brief, state, request.activity, party, event.id, now)


def _refusal(
    brief: Brief, request: Request, to: PartyId, of: EventId, reason: Text, because_of: EventId
) -> Publish:
    answer = Answer(activity=request.activity, of=of, outcome="refused", text=reason)
    return Publish(brief.mail(to, answer), answer, answers=of, because_of=because_of)


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
    return _reason_by_task(brief, state, asker, grants[0], request.activity)


def _reason_by_task(
    brief: Brief, state: AgentState, asker: Party, bundle: GrantTemplate, activity: ActivityId
) -> Text | None:
    """Return why a party has no business here, or None: access has preconditions (Tabel 3), and follows a task."""
    agreement = brief.agreement_in(activity, asker.id)
    if agreement is None:
        return Text("U hebt geen afspraken met deze regio.", "You have no agreement with this region.")
    if not _has_task(brief, asker, activity):
        return Text("Wij zien hier geen taak voor u.", "We see no task for you here.")
    return _reason_by_capacity(brief, state, agreement) if bundle.is_by_theme else None


def _has_task(brief: Brief, asker: Party, activity: ActivityId) -> bool:
    """Say whether an activity touches what a party looks after: its systems, and where it looks after them."""
    known = brief.activities[activity]
    return bool(set(asker.competence.systems) & set(known.systems)) and known.concerns(asker.competence.area)


def _reason_by_capacity(brief: Brief, state: AgentState, agreement: Agreement) -> Text | None:
    """Return why the region seconds nobody: it is free to decide whether, and on what conditions (par. 2.2.3)."""
    if not agreement.seconded_themes:
        return Text(
            "Er is geen hoofd informatie beschikbaar: voor welke thema's is niet afgesproken.",
            "No head of information is available: no themes were agreed.",
        )
    heads = brief.party.seconded_heads
    if len(_helped(brief, state)) >= heads:
        return Text(
            f"Er is geen hoofd informatie beschikbaar: alle {heads} helpen al een ander.",
            f"No head of information is available: all {heads} are helping somebody else.",
        )
    return None


def _helped(brief: Brief, state: AgentState) -> list[PartyId]:
    """Return the parties that a seconded head of information helps: each head helps one at a time."""
    return [
        party
        for (_, party), bundle in sorted(state.mind(NAME).items())
        for template in brief.profiles[brief.directory[party].profile].grants
        if template.id == bundle and template.is_by_theme
    ]


def _grant(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId, event: EventId, now: int
) -> Reaction:
    template = brief.profiles[brief.directory[party].profile].grants[0]
    themes = _themes(brief, template, activity, party)
    text = _conditions(themes) if template.is_by_theme else _LET_IN
    notice = GrantNotice(activity=activity, bundle=template.id, themes=themes, text=text)
    state = state.with_mind(NAME, {(activity, party): template.id})
    return state, [
        Publish(brief.mail(party, notice), notice, answers=event, because_of=event),
        Wake(now + SNAPSHOT_AFTER_MS, BRING, (activity, party, themes, event)),
    ]


def _themes(
    brief: Brief, template: GrantTemplate, activity: ActivityId, party: PartyId
) -> tuple[ThemeId, ...]:
    agreement = brief.agreement_in(activity, party)
    return agreement.seconded_themes if template.is_by_theme and agreement is not None else ()


def _conditions(themes: tuple[ThemeId, ...]) -> Text:
    """Return the conditions on which a head of information is seconded."""
    named = ", ".join(themes)
    return Text(
        f"Een hoofd informatie van de regio helpt u. U leest mee op: {named}. Dit eindigt zodra de regio u "
        "ontkoppelt, uiterlijk als de activiteit sluit; u blijft zelf verantwoordelijk voor wat u meldt.",
        f"A head of information of the region helps you. You read: {named}. This ends when the region decouples "
        "you, at the latest when the activity closes; you stay responsible for what you tell.",
    )


def let_in_themes(
    brief: Brief, state: AgentState, activity: ActivityId, party: PartyId
) -> tuple[ThemeId, ...] | None:
    """Return the themes for which the region let a party in, () for all of them; None while it is not let in."""
    bundle = state.mind(NAME).get((activity, party))
    template = None if bundle is None else brief.profiles[brief.directory[party].profile].grant(bundle)
    return None if template is None else _themes(brief, template, activity, party)


def _bring(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, party, themes, event = stimulus.about
    if (activity, party) not in state.mind(NAME):
        return state, []  # let out again in the meantime
    items = tuple(item for item in relied_on(state, activity, now) if not themes or item.theme in themes)
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
    event = stimulus.event.id
    return state, [Assign(Duty.DIRECTION, event, LET_OUT, about, event, persists=True)]


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
