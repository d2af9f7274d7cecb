"""Answering: the source of an item is asked whether it is right, looks again, and confirms, corrects or takes back."""

from __future__ import annotations

from sim.core.agents.acts import Act, Assign, Delivered, Look, Perceived, Publish, Unseen, Wake, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.agents.information.statements import (
    STATED,
    carried_one,
    is_belied,
    own_item_id,
    retract_own,
    state_own,
)
from sim.core.agents.people.calling import limits_of_doer
from sim.core.messages.contents import Answer, Request
from sim.core.messages.items import VerificationStatus
from sim.core.model.ids import SubjectId
from sim.core.model.staff import Duty
from sim.core.model.text import Text

NAME = "answering"
ANSWER = "answering.answer"
WITHDRAW = "answering.withdraw"

_TEXT = {
    "confirmed": Text("Nagekeken: het klopt.", "Checked: it is right."),
    "corrected": Text(
        "Nagekeken: het klopte niet; hierbij de correctie.", "Checked: it was wrong; this is right."
    ),
    "unknown": Text("Dit kunnen wij niet bevestigen.", "We cannot confirm this."),
}


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    if request.purpose != "verify":
        return state, []
    if request.subject not in state.knowledge:
        answer = Answer(
            activity=request.activity, of=stimulus.event.id, outcome="unknown", text=_TEXT["unknown"]
        )
        return state, [_reply(brief, stimulus, answer)]
    asked = (request.activity, stimulus.event.id, stimulus.event.sender)
    waiting = {(request.subject, stimulus.event.id): asked}
    return state.with_mind(NAME, waiting), [Look(request.subject)]


def _reply(brief: Brief, stimulus: Delivered, answer: Answer) -> Publish:
    event = stimulus.event
    return Publish(brief.mail(event.sender, answer), answer, answers=event.id, because_of=event.id)


def _looked(_brief: Brief, state: AgentState, stimulus: Perceived, _now: int) -> Reaction:
    return _answer_all(state, stimulus.observation.fact.subject, ANSWER) if stimulus.asked else (state, [])


def _unseen(_brief: Brief, state: AgentState, stimulus: Unseen, _now: int) -> Reaction:
    return _answer_all(state, stimulus.subject, WITHDRAW)


def _answer_all(state: AgentState, subject: SubjectId, errand: str) -> Reaction:
    """Have everybody answered who asked about a subject: one look answers them all."""
    acts: list[Act] = []
    for key, asked in state.mind(NAME).items():
        if key[0] != subject:
            continue
        state, event = state.without(NAME, key), key[1]
        about, region = (subject, *asked), asked[2]
        acts.append(Assign(Duty.INFORMATION, f"answer/{event}", errand, about, event, region=region))
    return state, acts


def _withdraw(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    """Take a statement back that the party cannot stand for: it had it from hearsay."""
    subject, activity, event, asker = stimulus.about
    item = state.said.get(own_item_id(brief.id, subject))
    is_new = item is None or item.verification.status is not VerificationStatus.REFUTED
    if is_new:
        state, item = retract_own(brief, state, subject, now)
    by = limits_of_doer(brief, state, Duty.LIAISON, now)
    told_item, remarks = carried_one(brief, asker, item, f"answer/{event}", event, by)
    answer = Answer(activity=activity, of=event, outcome="unknown", item=told_item, text=_TEXT["unknown"])
    injects = item.causation if item is not None else ()
    told: list[Act] = [Wake(now, STATED, item)] if item is not None and is_new else []
    reply = Publish(brief.mail(asker, answer), answer, answers=event, because_of=event, injects=injects)
    return state, [*remarks, reply, *told]


def _answer(brief: Brief, state: AgentState, stimulus: Woken, now: int) -> Reaction:
    subject, activity, event, asker = stimulus.about
    observation = state.knowledge.get(subject)
    if observation is None:
        return _withdraw(brief, state, stimulus, now)  # taken back while this answer was on its way
    before = state.said.get(own_item_id(brief.id, subject))
    wrong = before is not None and is_belied(before, observation)
    if before is not None and not wrong and before.verification.status is VerificationStatus.CORRECTED:
        item, wrong = before, True
    else:
        state, item = state_own(brief, state, observation, now, is_doubted=True)
    outcome = "corrected" if wrong else "confirmed"
    by = limits_of_doer(brief, state, Duty.LIAISON, now)
    told, remarks = carried_one(brief, asker, item, f"answer/{event}", event, by)
    answer = Answer(activity=activity, of=event, outcome=outcome, item=told, text=_TEXT[outcome])  # type: ignore[arg-type]
    reply = Publish(
        brief.mail(asker, answer), answer, answers=event, because_of=event, injects=item.causation
    )
    return state, [*remarks, reply, Wake(now, STATED, item)]


BEHAVIOUR = Behaviour(
    NAME, {Request: _asked, Perceived: _looked, Unseen: _unseen, ANSWER: _answer, WITHDRAW: _withdraw}
)
