"""What comes twice is read once: a broker may deliver a message again when it did not hear that it came (QoS 1).

A sender numbers what it sends, and what it sends in the tool, and outside it, comes in that order. So a number that is
not higher than the last one is a copy, but for what came in order and then lay on a desk.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.agents.acts import Delivered, Stimulus
from sim.core.agents.agent import AgentState
from sim.core.messages.topics import is_outside
from sim.core.model.ids import PartyId

NAME = "once"


def read_once(state: AgentState, inbox: Sequence[Stimulus]) -> tuple[AgentState, Sequence[Stimulus]]:
    """Return the inbox without copies of what the party has read, and the state that remembers what it has.

    What a client that is not simulated wrote has no number, and is taken as it comes.
    """
    last: dict[tuple[PartyId, bool], int] = {}
    unread: list[Stimulus] = []
    seen = state.mind(NAME)
    for stimulus in inbox:
        if isinstance(stimulus, Delivered) and not stimulus.held_up:
            event = stimulus.event
            line = (event.sender, is_outside(stimulus.topic))
            if event.id == f"{event.sender}-{event.sequence}":
                if event.sequence <= last.get(line, seen.get(line, 0)):
                    continue
                last[line] = event.sequence
        unread.append(stimulus)
    return (state.with_mind(NAME, last) if last else state), unread
