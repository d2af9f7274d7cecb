"""A national body that alerts in turn (Modeluitwerking 5)."""

from __future__ import annotations

from sim.core.agents.acts import Publish, Wake
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.passing_on import BEHAVIOUR
from sim.core.messages.contents import Alert
from tests.unit.core.agents.helpers import (
    FLOOD,
    NATION,
    RAIL,
    REACTION_MS,
    REGION,
    RIVER,
    WATER,
    brief,
    content_of,
    delivered,
    only,
    react,
    text,
    woken,
)

ME = brief(NATION)


def test_each_party_that_is_to_be_alerted_is_alerted_once_when_somebody_gets_round_to_it() -> None:
    alert = Alert(activity=FLOOD, text=text("look"), systems=(RIVER,), pass_on=(WATER, RAIL, NATION, WATER))
    state, acts = react(ME, BEHAVIOUR, AgentState(), delivered(REGION, alert, event_id="vr24-1"), now=5)
    sent = []
    for act in acts:
        assert isinstance(act, Wake)
        assert act.at_ms == 5 + REACTION_MS
        sent.append(only(Publish, react(ME, BEHAVIOUR, state, woken(act))[1]))
    assert [publish.topic for publish in sent] == [
        f"post/{WATER}/{NATION}/alert",
        f"outside/{RAIL}/{NATION}/alert",
    ]
    assert content_of(sent[0], Alert) == Alert(activity=FLOOD, text=text("look"), systems=(RIVER,))
    assert {publish.because_of for publish in sent} == {"vr24-1"}


def test_an_alert_that_is_for_the_body_itself_goes_no_further() -> None:
    alert = Alert(activity=FLOOD, text=text("look"))
    assert react(ME, BEHAVIOUR, AgentState(), delivered(REGION, alert)) == (AgentState(), [])
