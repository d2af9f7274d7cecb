"""Monitoring: the life of a standby partner (Beleidskader par. 2.2.2).

It scans activity cards, where that was agreed; looks at what seems to concern it, and finds the door shut; asks the
directing information manager (or the party whose process it attaches through) to be let in, and once more when the
card changes after a refusal; looks along; concludes that it has a role, or none; and is decoupled. Invited to what is
no task of its own, it declines.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Refused, Subscribe, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import shared_item_id
from sim.core.agents.mobilisation.engagement import concerns, engage, leave
from sim.core.agents.people.calling import WATCH, call_in
from sim.core.messages.contents import (
    Answer,
    Card,
    Conclusion,
    GrantNotice,
    Invitation,
    Request,
    Snapshot,
    Withdrawal,
)
from sim.core.model.agreement import LOOK_ALONG_MS
from sim.core.model.ids import ActivityId, EventId
from sim.core.model.staff import Duty
from sim.core.model.text import Text

NAME = "monitoring"
ASK = "monitoring.ask"
CONCLUDE = "monitoring.conclude"
CARDS = "monitoring.cards"
"""Under this name the party remembers what the cards that concern it said last."""


def _scan(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    if not card.open:
        return state.without(NAME, card.activity).without(CARDS, card.activity), []
    agreement = brief.agreement_in(card.activity)
    if not concerns(brief, card.systems) or (agreement is not None and not agreement.monitors):
        return state, []
    status, seen = state.mind(NAME).get(card.activity), (card.grip, card.systems)
    is_changed = state.mind(CARDS).get(card.activity) != seen
    state = state.with_mind(CARDS, {card.activity: seen})
    if status == "refused" and is_changed:
        event = stimulus.event.id
        state = state.with_mind(NAME, {card.activity: "asking"})
        return state, [Assign(Duty.INFORMATION, f"ask/{event}", ASK, (card.activity, event), event)]
    if status is not None:
        return state, []
    state = state.with_mind(NAME, {card.activity: "looking"})
    return state, [Subscribe(_shared(card.activity))]


def _shared(activity: ActivityId) -> str:
    return f"activity/{activity}/shared/#"


def _shut_out(_brief: Brief, state: AgentState, stimulus: Refused, now: int) -> Reaction:
    for activity, status in sorted(state.mind(NAME).items()):
        if status == "looking" and stimulus.topic == _shared(activity):
            state = state.with_mind(NAME, {activity: "asking"})
            return state, [Assign(Duty.INFORMATION, f"ask/{activity}/{now}", ASK, (activity, ""))]
    return state, []


def _invited(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    invitation: Invitation = stimulus.event.data  # type: ignore[assignment]
    if state.mind(NAME).get(invitation.activity) in ("asking", "let in", "role"):
        return state, []
    state = state.with_mind(NAME, {invitation.activity: "asking"})
    event = stimulus.event.id
    key = f"invited/{event}"
    return state, [Assign(Duty.INFORMATION, key, ASK, (invitation.activity, event), event)]


def _ask(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, because_of = stimulus.about
    if not concerns(brief, brief.activities[activity].systems):
        return _decline(brief, state, activity, because_of)
    request = Request(
        activity=activity,
        purpose="access",
        on_behalf_of=brief.id,
        text=Text(
            "Wij kunnen hier een rol hebben; graag toegang.", "We may have a role here; please let us in."
        ),
    )
    to = brief.party.through or brief.activities[activity].directing
    return state, [Publish(brief.mail(to, request), request, because_of=because_of)]


def _decline(brief: Brief, state: AgentState, activity: ActivityId, event: EventId) -> Reaction:
    """Say that an invitation is to something that is no task of the party."""
    state = state.with_mind(NAME, {activity: "declined"})
    conclusion = Conclusion(activity=activity, role=False, text=_DECLINED)
    region = brief.activities[activity].directing
    return state, [Publish(brief.mail(region, conclusion), conclusion, answers=event, because_of=event)]


def _answered(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    if answer.outcome != "refused" or state.mind(NAME).get(answer.activity) != "asking":
        return state, []
    return state.with_mind(NAME, {answer.activity: "refused"}), []


def _let_in(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    notice: GrantNotice = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, notice.activity):
        return state, []
    state = state.with_mind(NAME, {notice.activity: "let in"})
    agreement = brief.agreement_in(notice.activity)
    look_along_ms = LOOK_ALONG_MS if agreement is None else agreement.look_along_ms
    state, calls = call_in(brief, state, now, stimulus.event.id, WATCH)
    return state, [Wake(now + look_along_ms, CONCLUDE, (notice.activity, True)), *calls]


def _look_along(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    snapshot: Snapshot = stimulus.event.data  # type: ignore[assignment]
    about, key = (snapshot.activity, False), f"conclude/{stimulus.event.id}"
    return state, [Assign(Duty.INFORMATION, key, CONCLUDE, about, stimulus.event.id)]


def _conclude(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Conclude that there is a role as soon as one is seen; that there is none, only after the whole term."""
    activity, is_term_over = stimulus.about
    if state.mind(NAME).get(activity) != "let in":
        return state, []
    has_role = any(
        item.id == shared_item_id(activity, item.subject) and item.system in brief.party.competence.systems
        for item in state.picture.values()
    )
    if not has_role and not is_term_over:
        return state, []
    acts: list[Act] = []
    if has_role:
        state, acts = engage(state, activity, now)
    state = state.with_mind(NAME, {activity: "role" if has_role else "no role"})
    conclusion = Conclusion(activity=activity, role=has_role, text=_VERDICT[has_role])
    region = brief.activities[activity].directing
    return state, [*acts, Publish(brief.mail(region, conclusion), conclusion)]


_DECLINED = Text(
    "Dit is geen taak van ons; wij kijken niet mee.", "This is no task of ours; we do not look along."
)
_VERDICT = {
    True: Text("Wij hebben een rol en blijven aangesloten.", "We have a role and stay connected."),
    False: Text(
        "Wij hebben geen rol; de toegang kan worden ingetrokken.", "We have no role; take the access back."
    ),
}


def _decoupled(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    withdrawal: Withdrawal = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, withdrawal.activity):
        return state, []
    state = leave(state, withdrawal.activity)
    return state.with_mind(NAME, {withdrawal.activity: "decoupled"}), []


BEHAVIOUR = Behaviour(
    NAME,
    {
        Card: _scan,
        Refused: _shut_out,
        Invitation: _invited,
        Answer: _answered,
        ASK: _ask,
        GrantNotice: _let_in,
        Snapshot: _look_along,
        CONCLUDE: _conclude,
        Withdrawal: _decoupled,
    },
)
