"""Injects: what exercise control throws in, at a moment, to one party."""

from __future__ import annotations

import msgspec

from sim.core.model.cue import AnyCue
from sim.core.model.ids import InjectId, PartyId
from sim.core.model.text import Text


class Inject(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the script (draaiboek).

    Attributes:
        id: Unique in the scenario.
        at_ms: When (ms of exercise time).
        to: Whose people are told.
        cue: What they are told to do.
        title: What exercise staff read.
        source: Letter of a sourced fact, or ``exercise``.
    """

    id: InjectId
    at_ms: int
    to: PartyId
    cue: AnyCue
    title: Text
    source: str = "exercise"
