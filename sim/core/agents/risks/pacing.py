"""Pacing: something is done at most once in a term, and what comes in between is dealt with at its end."""

from __future__ import annotations

from collections.abc import Hashable

from sim.core.agents.agent import AgentState


def pace(
    state: AgentState, name: str, key: Hashable, now: int, term_ms: int
) -> tuple[AgentState, int | None]:
    """Return when a thing is to be done (ms): now, at the end of its term, or None when it waits for that already.

    Args:
        state: What the party remembers.
        name: Under which name the times are remembered.
        key: Which thing.
        now: The moment (ms).
        term_ms: How long it may not be done again.
    """
    last_ms, is_waiting = state.mind(name).get(key, (now - term_ms, False))
    if now >= last_ms + term_ms:
        return state.with_mind(name, {key: (now, False)}), now
    if is_waiting:
        return state, None
    return state.with_mind(name, {key: (last_ms, True)}), last_ms + term_ms
