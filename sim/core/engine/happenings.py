"""What can happen at a moment of an exercise, apart from the script."""

from __future__ import annotations

import msgspec

from sim.core.agents.acts import Stimulus
from sim.core.model.ids import PartyId


class ToParty(msgspec.Struct, frozen=True):
    """Something comes to one party."""

    party: PartyId
    stimulus: Stimulus


class ToReaders(msgspec.Struct, frozen=True):
    """Something comes to several parties: one happening for all, since there are many more deliveries than messages."""

    readers: tuple[PartyId, ...]
    stimulus: Stimulus
