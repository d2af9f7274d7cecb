"""Monitoring: the life of a standby partner (Beleidskader par. 2.2.2).

It scans activity cards, where that was agreed; looks at what seems to concern it, and finds the door shut; asks the
directing information manager (or the party whose process it attaches through) to be let in, again where nobody answers,
and once more when the card changes after a refusal; looks along; concludes that it has a role, or none; and is
decoupled. When the activity is scaled up further than it was then, it asks anew. It is invited by either of these two;
to what is no task of its own, it declines.
"""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Publish, Refused, Subscribe, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.shared_picture import shared_item_id
from sim.core.agents.information.statements import is_status
from sim.core.agents.mobilisation.engagement import concerns, engage, leave
from sim.core.agents.people.calling import WATCH, call_in, send_home
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
from sim.core.model.ids import ActivityId, EventId, PartyId
from sim.core.model.staff import Duty
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS

NAME = "monitoring"
ASK = "monitoring.ask"
ASKED = "monitoring.asked"
UNANSWERED = "monitoring.unanswered"
CONCLUDE = "monitoring.conclude"
CARDS = "monitoring.cards"
"""Under this name the party remembers what the cards that concern it said last."""
BECAUSE = "monitoring.because"
"""Under this name it remembers the event that made it go on: the card, the grant, the snapshot."""
LEFT = "monitoring.left"
"""Under this name it remembers the GRIP level at which it last had no role (any more) in an activity."""
INVITED = "monitoring.invited"
"""Under this name it remembers who invited it last."""
ASKS_MAX = 3
"""How often it asks to be let in before it leaves that until something changes (exercise)."""
ANSWER_MS = HOUR_MS
"""How long it waits for an answer before it asks again (exercise)."""

_TURNED_AWAY = ("refused", "unanswered")
_LEFT = ("declined", "decoupled")


def _scan(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    card: Card = stimulus.event.data  # type: ignore[assignment]
    if not card.open:
        return _forgotten(state, card.activity), []
    agreement = brief.agreement_in(card.activity)
    if not concerns(brief, card.systems) or (agreement is not None and not agreement.monitors):
        return state, []
    status, seen = state.mind(NAME).get(card.activity), (card.grip, card.systems)
    is_changed = state.mind(CARDS).get(card.activity) != seen
    state = state.with_mind(CARDS, {card.activity: seen})
    is_turned_away = status in _TURNED_AWAY and is_changed
    if is_turned_away or (status in _LEFT and _is_scaled_up(state, card.activity)):
        event = stimulus.event.id
        return _begin_to_ask(state, card.activity, f"ask/{event}", event)
    if status is not None:
        return state, []
    state = state.with_mind(NAME, {card.activity: "looking"})
    state = state.with_mind(BECAUSE, {card.activity: stimulus.event.id})
    return state, [Subscribe(_shared(card.activity))]


def _forgotten(state: AgentState, activity: ActivityId) -> AgentState:
    """Return the state of a party that begins anew, should the activity open again."""
    for name in (NAME, CARDS, LEFT, ASKED, BECAUSE, INVITED):
        state = state.without(name, activity)
    return state


def _grip(state: AgentState, activity: ActivityId) -> int:
    """Return the GRIP level on the newest card that was scanned; 0 when none was."""
    grip: int = state.mind(CARDS).get(activity, (0, ()))[0]
    return grip


def _is_scaled_up(state: AgentState, activity: ActivityId) -> bool:
    """Say whether the activity has been scaled up further since the party had no role in it."""
    then: int = state.mind(LEFT).get(activity, 0)
    return _grip(state, activity) > then


def _begin_to_ask(state: AgentState, activity: ActivityId, key: str, event: EventId) -> Reaction:
    """Have somebody ask to be let in: that is done, however late."""
    state = state.with_mind(NAME, {activity: "asking"}).with_mind(ASKED, {activity: ()})
    return state, [_to_ask(activity, key, event)]


def _to_ask(activity: ActivityId, key: str, event: EventId) -> Assign:
    return Assign(Duty.INFORMATION, key, ASK, (activity, event), event, persists=True)


def _shared(activity: ActivityId) -> str:
    return f"activity/{activity}/shared/#"


def _because_of(state: AgentState, activity: ActivityId) -> EventId:
    event: EventId = state.mind(BECAUSE).get(activity, "")
    return event


def _shut_out(_brief: Brief, state: AgentState, stimulus: Refused, now: int) -> Reaction:
    for activity, status in sorted(state.mind(NAME).items()):
        if status == "looking" and stimulus.topic == _shared(activity):
            return _begin_to_ask(state, activity, f"ask/{activity}/{now}", _because_of(state, activity))
    return state, []


def _invited(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    invitation: Invitation = stimulus.event.data  # type: ignore[assignment]
    known, sender = brief.activities.get(invitation.activity), stimulus.event.sender
    if known is None or sender not in (known.directing, brief.party.through):
        return state, []
    if state.mind(NAME).get(invitation.activity) in ("asking", "let in", "role"):
        return state, []
    event = stimulus.event.id
    state = state.with_mind(INVITED, {invitation.activity: sender})
    return _begin_to_ask(state, invitation.activity, f"invited/{event}", event)


def _ask(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    activity, because_of = stimulus.about
    if state.mind(NAME).get(activity) != "asking":
        return state, []  # let in, or over, in the meantime
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
    about = (activity, because_of)
    return state, [Publish(brief.mail(to, request), request, because_of=because_of, register=(ASKED, about))]


def _asked(_brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Remember under which id it asked, and come back to it when the answer should be there."""
    (activity, because_of), event = stimulus.about
    asked = (*state.mind(ASKED).get(activity, ()), event)
    return state.with_mind(ASKED, {activity: asked}), [
        Wake(now + ANSWER_MS, UNANSWERED, (activity, because_of, event))
    ]


def _unanswered(_brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    """Ask again where nobody answered, a few times."""
    activity, because_of, event = stimulus.about
    asked = state.mind(ASKED).get(activity, ())
    if state.mind(NAME).get(activity) != "asking" or asked[-1:] != (event,):
        return state, []
    if len(asked) == ASKS_MAX:
        return state.with_mind(NAME, {activity: "unanswered"}), []
    return state, [_to_ask(activity, f"ask-again/{event}", because_of)]


def _decline(brief: Brief, state: AgentState, activity: ActivityId, event: EventId) -> Reaction:
    """Say to who invited that it is to something that is no task of the party."""
    inviter: PartyId = state.mind(INVITED)[activity]
    state = _left(state, activity, "declined")
    conclusion = Conclusion(activity=activity, role=False, text=_DECLINED)
    return state, [Publish(brief.mail(inviter, conclusion), conclusion, answers=event, because_of=event)]


def _left(state: AgentState, activity: ActivityId, status: str) -> AgentState:
    """Return the state of a party that has no role (any more), until the activity is scaled up further."""
    return state.with_mind(NAME, {activity: status}).with_mind(LEFT, {activity: _grip(state, activity)})


def _answered(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    asked = state.mind(ASKED).get(answer.activity, ())
    if answer.outcome != "refused" or answer.of not in asked:
        return state, []  # the answer to another question
    if state.mind(NAME).get(answer.activity) != "asking":
        return state, []
    return state.with_mind(NAME, {answer.activity: "refused"}), []


def _let_in(brief: Brief, state: AgentState, stimulus: Delivered, now: int) -> Reaction:
    notice: GrantNotice = stimulus.event.data  # type: ignore[assignment]
    if not brief.is_from_director(stimulus.event, notice.activity):
        return state, []
    state = state.with_mind(NAME, {notice.activity: "let in"})
    state = state.with_mind(BECAUSE, {notice.activity: stimulus.event.id})
    agreement = brief.agreement_in(notice.activity)
    look_along_ms = LOOK_ALONG_MS if agreement is None else agreement.look_along_ms
    state, calls = call_in(brief, state, now, stimulus.event.id, WATCH)
    return state, [Wake(now + look_along_ms, CONCLUDE, (notice.activity, True)), *calls]


def _look_along(_brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    snapshot: Snapshot = stimulus.event.data  # type: ignore[assignment]
    about, key = (snapshot.activity, False), f"conclude/{stimulus.event.id}"
    state = state.with_mind(BECAUSE, {snapshot.activity: stimulus.event.id})
    return state, [Assign(Duty.INFORMATION, key, CONCLUDE, about, stimulus.event.id)]


def _conclude(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Conclude that there is a role as soon as one is seen; that there is none, only after the whole term."""
    activity, is_term_over = stimulus.about
    if state.mind(NAME).get(activity) != "let in":
        return state, []
    has_role = any(
        item.id == shared_item_id(activity, item.subject)
        and item.system in brief.party.competence.systems
        and not is_status(item)
        for item in state.picture.values()
    )
    if not has_role and not is_term_over:
        return state, []
    acts: list[Act] = []
    event = _because_of(state, activity)
    if has_role:
        state, acts = engage(state, activity, now, event)
    state = state.with_mind(NAME, {activity: "role"}) if has_role else _left(state, activity, "no role")
    conclusion = Conclusion(activity=activity, role=has_role, text=_VERDICT[has_role])
    region = brief.activities[activity].directing
    return state, [*acts, Publish(brief.mail(region, conclusion), conclusion, because_of=event)]


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
    activity, event = withdrawal.activity, stimulus.event.id
    status = state.mind(NAME).get(activity)
    state = _gone_home(leave(state, activity), activity)
    if status == "no role" and _is_scaled_up(state, activity):
        return _begin_to_ask(state, activity, f"ask/{event}", event)
    if status == "asking":
        return state, []  # this is about the time before
    return _left(state, activity, "decoupled"), []


def _gone_home(state: AgentState, activity: ActivityId) -> AgentState:
    """Return the state in which who was called to look along has gone home, unless there is more to look at."""
    others = {status for known, status in state.mind(NAME).items() if known != activity}
    return state if state.engaged or "let in" in others else send_home(state)


BEHAVIOUR = Behaviour(
    NAME,
    {
        Card: _scan,
        Refused: _shut_out,
        Invitation: _invited,
        Answer: _answered,
        ASK: _ask,
        ASKED: _asked,
        UNANSWERED: _unanswered,
        GrantNotice: _let_in,
        Snapshot: _look_along,
        CONCLUDE: _conclude,
        Withdrawal: _decoupled,
    },
)
