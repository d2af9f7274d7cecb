"""Mandating: a party passes on the request of a partner that attaches through its process.

Beleidskader par. 2.2.2: victim information (SIS) attaches under the mandate of population care (Bevolkingszorg).
"""

from __future__ import annotations

from sim.core.agents.agent import (
    AgentState,
    Assign,
    Behaviour,
    Brief,
    Delivered,
    Publish,
    Reaction,
    Woken,
)
from sim.core.messages.contents import Request
from sim.core.model.staff import Duty

FORWARD = "mandating.forward"


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    request: Request = stimulus.event.data  # type: ignore[assignment]
    asker = brief.directory.get(stimulus.event.sender)
    if request.purpose != "access" or asker is None or asker.through != brief.id:
        return state, []
    return state, [
        Assign(Duty.INFORMATION, stimulus.event.id, FORWARD, (request, stimulus.event.id), stimulus.event.id)
    ]


def _forward(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    request: Request
    request, event = stimulus.about
    region = brief.activities[request.activity].directing
    return state, [Publish(brief.mail(region, request), request, because_of=event)]


BEHAVIOUR = Behaviour("mandating", {Request: _asked, FORWARD: _forward})
