"""Informing: who is asked for a theme tells what it knows of it (Modeluitwerking 10 and 11).

A partner looks again and tells what it sees; the region takes that into the shared picture. A region tells a
partner what the shared picture has, if by its agreement the partner may have it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.agents.acts import Act, Assign, Delivered, Look, Publish, Wake, Woken
from sim.core.agents.admission.hearing import heard_themes
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.direction.directing import TAKE_IN
from sim.core.agents.direction.shared_picture import relied_on
from sim.core.agents.information.confidences import in_confidence
from sim.core.agents.information.statements import (
    LOOKED_AT,
    STATED,
    carried,
    faults_behind,
    for_others_too,
    may_be_shared,
    stated,
)
from sim.core.agents.leadership.told import with_told
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.codec import split
from sim.core.messages.contents import Answer, Request
from sim.core.messages.items import Item
from sim.core.messages.topics import Shape
from sim.core.model.ids import ActivityId, EventId, PartyId, ThemeId
from sim.core.model.staff import Duty
from sim.core.model.staffed import Limits
from sim.core.model.text import Text
from sim.core.picture.geometry import to_shapely
from sim.core.picture.observation import Observation

NAME = "informing"
LOOK = "informing.look"
TELL = "informing.tell"
ANSWER = "informing.answer"

_TOLD = Text("Dit is wat wij weten.", "This is what we know.")
_NOTHING = Text("Hiervan weten wij niets.", "We know nothing of this.")
_NOT_AGREED = Text(
    "Dit thema is niet met u afgesproken.", "It was not agreed that you are told of this theme."
)
_NOT_IN = Text("U bent niet aangesloten bij deze activiteit.", "You are not connected to this activity.")


# A partner -----------------------------------------------------------------------------------------


def _asked_by_region(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event
    if request.purpose != "inform" or not brief.is_from_director(event, request.activity):
        return state, []
    duty = Duty.INFORMATION if brief.profile.channel == "post" else Duty.LIAISON
    about = (request.activity, request.theme, event.id, event.sender)
    return state, [Assign(duty, f"inform/{event.id}", LOOK, about, event.id, region=event.sender)]


def _look(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, theme, _, _ = stimulus.about
    subjects = [seen.fact.subject for seen in _known(brief, state, activity, theme)]
    open_ = [subject for subject in subjects if subject not in state.mind(LOOKED_AT)]
    state = state.with_mind(LOOKED_AT, dict.fromkeys(open_, NAME))
    seen_ms = now + brief.party.people.perception_ms[1]
    return state, [
        *(Look(subject) for subject in open_),
        Wake(seen_ms, TELL, (*stimulus.about, tuple(open_))),
    ]


def _known(brief: Brief, state: AgentState, activity: ActivityId, theme: ThemeId) -> list[Observation]:
    """Return what the party knows of a theme in an activity, in order of subject; also if it does not work in it."""
    area = brief.activities[activity]
    known = (seen for _, seen in sorted(state.knowledge.items()) if seen.fact.theme == theme)
    return [seen for seen in known if area.concerns(to_shapely(seen.fact.geometry))]


def _tell(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, theme, event, region, looked_at = stimulus.about
    for subject in looked_at:
        state = state.without(LOOKED_AT, subject)
    before = dict(state.said)
    state, items, secrets = stated(brief, state, _known(brief, state, activity, theme), now)
    acts: list[Act] = in_confidence(brief, state, secrets, (activity,), now)
    if brief.profile.directs_own_picture:
        anew = tuple(item for item in items if before.get(item.id) != item)
    else:
        anew = for_others_too(brief, state, before, items, activity)
    acts += [Wake(now, STATED, item) for item in anew]
    by = limits_of_doer(brief, state, Duty.LIAISON, now)
    return state, [*acts, *_answers(brief, region, activity, items, event, by)]


# The region ----------------------------------------------------------------------------------------


def _asked_by_partner(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event
    if request.purpose != "inform" or not brief.directs(request.activity):
        return state, []
    outside = brief.channel_to(event.sender) is Shape.OUTSIDE
    about = (request.activity, request.theme, event.id, event.sender)
    duty = Duty.LIAISON if outside else Duty.DIRECTION
    return state, [Assign(duty, f"inform/{event.id}", ANSWER, about, event.id)]


def _answer(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    activity, theme, event, party = stimulus.about
    reason = _reason_against(brief, state, activity, theme, party)
    if reason is not None:
        answer = Answer(activity=activity, of=event, outcome="refused", text=reason)
        return state, [Publish(brief.mail(party, answer), answer, answers=event, because_of=event)]
    items = tuple(item for item in relied_on(state, activity, now) if item.theme == theme)
    by = limits_of_doer(brief, state, Duty.LIAISON, now)
    told = with_told(brief, state, activity, party, items)
    return told, _answers(brief, party, activity, items, event, by)


def _reason_against(
    brief: Brief, state: AgentState, activity: ActivityId, theme: ThemeId, party: PartyId
) -> Text | None:
    """Return why a partner is not told a theme, or None: outside the tool it has to be agreed."""
    agreement, themes = brief.agreement_in(activity, party), heard_themes(brief, state, activity, party)
    if themes is None:
        return _NOT_IN
    if agreement is None or (themes and theme not in themes):
        return _NOT_AGREED
    agreed = theme in (*agreement.needs, *agreement.seconded_themes)
    return None if agreed or brief.channel_to(party) is Shape.POST else _NOT_AGREED


def _answered(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    """Take what a partner tells into the shared picture."""
    answer: Answer = stimulus.event.data  # type: ignore[assignment]
    event, items = stimulus.event.id, may_be_shared(answer.items)
    if answer.outcome != "informed" or not items:
        return state, []
    if not brief.directs(answer.activity) or answer.activity not in state.engaged:
        return state, []
    about = (items, answer.activity, event)
    return state, [Assign(Duty.DIRECTION, f"inform/{event}", TAKE_IN, about, event)]


# Both ----------------------------------------------------------------------------------------------


def _answers(
    brief: Brief,
    to: PartyId,
    activity: ActivityId,
    items: Sequence[Item],
    event: EventId,
    by: Limits,
) -> list[Act]:
    """Return the acts that answer a question for a theme, by word of mouth where that is how they reach each other.

    By word of mouth it is told within the limits of who does that (``by``).
    """
    acts: list[Act] = []
    told = tuple(items)
    if brief.channel_to(to) is Shape.OUTSIDE:
        told, remarks = carried(brief, told, f"inform/{event}", event, by)
        acts += remarks
    for part in split(told):
        outcome, text = ("informed", _TOLD) if part else ("unknown", _NOTHING)
        answer = Answer(activity=activity, of=event, outcome=outcome, items=part, text=text)  # type: ignore[arg-type]
        topic = brief.mail(to, answer)
        acts.append(Publish(topic, answer, answers=event, because_of=event, injects=faults_behind(part)))
    return acts


BEHAVIOUR = Behaviour(NAME, {Request: _asked_by_region, LOOK: _look, TELL: _tell})
DIRECTION = Behaviour("direction-of-needs", {Request: _asked_by_partner, ANSWER: _answer, Answer: _answered})
"""What the directing region does with questions for a theme, and with the answers to its own."""
