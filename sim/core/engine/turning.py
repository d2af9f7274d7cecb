"""A turn that asks for the steps of its parties round by round, wherever these are taken."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TypeAlias

from sim.core.engine.exchange import Turn
from sim.core.engine.parties import Round, Stepped
from sim.core.model.ids import PartyId

Turning: TypeAlias = Generator[Round, Mapping[PartyId, Stepped] | None, Turn]
"""A turn under way: it yields the steps that it needs, is sent what came of them, and returns the turn."""


def advance(turning: Turning, stepped: Mapping[PartyId, Stepped] | None) -> Round | Turn:
    """Give a turn what the parties did in its last round, nothing at first; return the next round, or the turn."""
    try:
        return turning.send(stepped)
    except StopIteration as end:
        turn: Turn = end.value
        return turn
