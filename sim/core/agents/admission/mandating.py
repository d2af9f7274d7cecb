"""Mandating: a party decides on involving a partner that attaches through its process: it invites, or passes on.

Beleidskader par. 2.2.2: victim information (SIS) attaches under the mandate of population care (Bevolkingszorg),
which decides whether to call on it: where nothing of the activity is the partner's task, it does not.
"""

from __future__ import annotations

from sim.core.agents.acts import Assign, Delivered, Publish, Woken
from sim.core.agents.admission.inviting import invite
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import Answer, Request
from sim.core.model.cue import Invite
from sim.core.model.staff import Duty
from sim.core.model.text import Text

FORWARD = "mandating.forward"

_NO_TASK = Text("Wij zien hier geen taak voor u.", "We see no task for you here.")


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    asker = brief.directory.get(stimulus.event.sender)
    if request.purpose != "access" or asker is None or asker.through != brief.id:
        return state, []
    about = (request, stimulus.event.id, stimulus.event.sender)
    return state, [Assign(Duty.INFORMATION, stimulus.event.id, FORWARD, about, stimulus.event.id)]


def _forward(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    request: Request
    request, event, asker = stimulus.about
    if not set(brief.directory[asker].competence.systems) & set(brief.activities[request.activity].systems):
        answer = Answer(activity=request.activity, of=event, outcome="refused", text=_NO_TASK)
        return state, [Publish(brief.mail(asker, answer), answer, answers=event, because_of=event)]
    region = brief.activities[request.activity].directing
    return state, [Publish(brief.mail(region, request), request, because_of=event)]


BEHAVIOUR = Behaviour("mandating", {Request: _asked, FORWARD: _forward, Invite: invite})
