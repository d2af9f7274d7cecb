"""Passing on: a national body alerts in turn whom a region asks it to (Modeluitwerking 5: landelijk gremium)."""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Assign, Delivered, Publish, Woken
from sim.core.agents.agent import AgentState, Behaviour, Reaction
from sim.core.agents.brief import Brief
from sim.core.messages.contents import Alert
from sim.core.model.staff import Duty

ONWARD = "passing-on.alert"


def _asked(brief: Brief, state: AgentState, stimulus: Delivered, _now: int) -> Reaction:
    alert: Alert = stimulus.event.data  # type: ignore[assignment]
    event = stimulus.event.id
    return state, [
        Assign(Duty.ALARM, f"pass-on/{event}/{party}", ONWARD, (alert, party, event), event)
        for party in dict.fromkeys(alert.pass_on)
        if party != brief.id
    ]


def _alert(brief: Brief, state: AgentState, stimulus: Woken, _now: int) -> Reaction:
    alert: Alert
    alert, party, event = stimulus.about
    passed_on = msgspec.structs.replace(alert, pass_on=())
    return state, [Publish(brief.mail(party, passed_on), passed_on, because_of=event)]


BEHAVIOUR = Behaviour("passing-on", {Alert: _asked, ONWARD: _alert})
