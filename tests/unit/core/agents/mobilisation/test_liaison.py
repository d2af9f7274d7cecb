from __future__ import annotations

from sim.core.agents.acts import Publish, Remark, Wake, Woken
from sim.core.agents.agent import AgentState
from sim.core.agents.mobilisation.engagement import TAKEN
from sim.core.agents.mobilisation.liaison import BEHAVIOUR
from sim.core.messages.contents import Ack
from tests.unit.core.agents.helpers import (
    FLOOD,
    RAIL,
    REACTION_MS,
    REGION,
    brief,
    only,
    react,
    woken,
)

ME = brief(RAIL)
ALARM = Woken(TAKEN, (FLOOD, "vr24-2", REGION))


def test_an_alarm_that_was_taken_sends_the_liaison_who_says_so_on_arrival() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(engaged={FLOOD: 0}), ALARM, now=10)
    wake = only(Wake, acts)
    assert wake.at_ms == 10 + REACTION_MS
    _, acts = react(ME, BEHAVIOUR, state, woken(wake))
    assert acts == [
        Remark("arrived", None, f"the liaison is with {REGION} for {FLOOD}", "vr24-2"),
        Publish(
            f"outside/{REGION}/{RAIL}/ack",
            Ack(activity=FLOOD, of="vr24-2", arrived=True),
            answers="vr24-2",
            because_of="vr24-2",
        ),
    ]


def test_nobody_comes_to_what_is_over() -> None:
    state, acts = react(ME, BEHAVIOUR, AgentState(), ALARM)
    assert react(ME, BEHAVIOUR, state, woken(only(Wake, acts))) == (state, [])
