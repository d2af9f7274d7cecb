"""What comes twice is read once: a broker may deliver a message again when it did not hear that it came (QoS 1).

A sender numbers what it sends, and what it sends in the tool, and outside it, comes in that order. So a number that is
not higher than the last one is a copy, but for what came in order and then lay on a desk.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.core.agents.acts import Delivered, Stimulus
from sim.core.agents.agent import AgentState

NAME = "once"


def read_once(state: AgentState, inbox: Sequence[Stimulus]) -> tuple[AgentState, Sequence[Stimulus]]:
    """Return the inbox without copies of what the party has read, and the state that remembers what it has.

    What a client that is not simulated wrote has no number, and is taken as it comes.
    """
    last: dict[str, int] = {}
    unread: list[Stimulus] = []
    seen = state.mind(NAME)
    for stimulus in inbox:
        if isinstance(stimulus, Delivered) and (line := stimulus.line) is not None:
            number = stimulus.event.sequence
            if number <= last.get(line, seen.get(line, 0)):
                continue
            last[line] = number
        unread.append(stimulus)
    return (state.with_mind(NAME, last) if last else state), unread
