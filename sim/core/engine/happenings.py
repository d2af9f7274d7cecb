"""What can happen at a moment of an exercise."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from sim.core.agents.acts import Stimulus
from sim.core.engine.fault_desk import Release
from sim.core.engine.tampering import Sending
from sim.core.engine.technology import Edge, OnTheWay
from sim.core.model.ids import PartyId
from sim.core.world.injects import Inject
from sim.core.world.truth import TruthChange


class ToParty(msgspec.Struct, frozen=True):
    """Something comes to one party."""

    party: PartyId
    stimulus: Stimulus


class ToReaders(msgspec.Struct, frozen=True):
    """Something comes to several parties: one happening for all, since there are many more deliveries than messages."""

    readers: tuple[PartyId, ...]
    stimulus: Stimulus


class Put(msgspec.Struct, frozen=True):
    """A message of a party goes out that was held up before."""

    party: PartyId
    sending: Sending


ToInboxes: TypeAlias = ToParty | ToReaders
ByControl: TypeAlias = Inject | Release | Put | OnTheWay
Happening: TypeAlias = ToInboxes | TruthChange | Edge | ByControl
