"""What can happen at a moment of an exercise."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from sim.core.agents.acts import HandedBack, Publish, Stimulus
from sim.core.engine.exchange import SubscriptionWish
from sim.core.engine.faults.desk import Release
from sim.core.engine.faults.tampering import Sending
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


class Spoken(msgspec.Struct, frozen=True):
    """A person who sits for a party says something, asks for a subscription, or has handed the seat back."""

    party: PartyId
    act: Publish | SubscriptionWish | HandedBack


ToInboxes: TypeAlias = ToParty | ToReaders
ByTheScript: TypeAlias = Inject | Release | Put | OnTheWay
ByControl: TypeAlias = ByTheScript | Spoken
Happening: TypeAlias = ToInboxes | TruthChange | Edge | ByControl
