"""What comes twice is read once."""

from __future__ import annotations

import msgspec
import pytest

from sim.core.agents.acts import Delivered
from sim.core.agents.agent import AgentState
from sim.core.agents.outage.once import read_once
from sim.core.messages.contents import Ack
from tests.unit.core.agents.helpers import FLOOD, GRID, REGION, WATER, delivered


def message(number: int, sender: str = REGION, topic: str = "", name: str = "") -> Delivered:
    arrived = delivered(sender, Ack(activity=FLOOD, of="x-1"), topic, event_id=name or f"{sender}-{number}")
    return Delivered(arrived.topic, msgspec.structs.replace(arrived.event, sequence=number))


OUTSIDE = f"outside/{WATER}/{REGION}/ack"


def test_a_copy_is_left_out_in_one_inbox_and_in_a_later_one() -> None:
    first, second = message(1), message(2)
    state, unread = read_once(AgentState(), [first, first, second, first])
    assert unread == [first, second]
    assert read_once(state, [second, first])[1] == []
    assert read_once(state, [message(3)])[1] == [message(3)]


@pytest.mark.parametrize(
    "other",
    [
        message(1, sender=GRID),
        message(1, topic=OUTSIDE),
        message(1, name=f"{REGION}-word"),
    ],
)
def test_other_senders_other_lines_and_strangers_have_numbers_of_their_own(other: Delivered) -> None:
    state, _ = read_once(AgentState(), [message(5)])
    assert read_once(state, [other])[1] == [other]


def test_what_lay_on_a_desk_is_read_after_what_was_sent_later() -> None:
    state, _ = read_once(AgentState(), [message(5)])
    late = msgspec.structs.replace(message(4), held_up=True)
    again, unread = read_once(state, [late])
    assert unread == [late]
    assert again is state


def test_nothing_is_remembered_of_what_has_no_number() -> None:
    state = AgentState()
    assert read_once(state, [message(1, name="e-1")])[0] is state
