"""Failing technology: what fails of the exchange itself, for whom, and from when until when.

An outage is scripted as a fault is, but nobody is told anything wrong: messages are refused, come late, or do not come;
or a clock is wrong, by which its party works and dates what it says. How a party then works is agreed
(terugvalprocedure, Modeluitwerking, techniek 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from sim.core.model.ids import InjectId, PartyId
from sim.core.model.party import Party
from sim.core.model.profile import Profile
from sim.core.model.text import Text
from sim.core.model.time import HOUR_MS


class OutageType(StrEnum):
    """What fails."""

    RIGHTS = "rights"
    """The broker refuses what is of the tool; what is said outside it goes on."""
    BROKER = "broker"
    """The broker is killed, and started again without what it kept in memory; for everybody."""
    PARTITION = "partition"
    """The clients of some parties cannot reach the broker."""
    RECONNECT = "reconnect"
    """The connections of some parties break again and again, and come back at once to their sessions."""
    SLOW = "slow-link"
    """What some parties write and read in the tool is under way for a while; what is lost is sent again, and late."""
    DUPLICATES = "duplicates"
    """The broker does not hear that some parties got a message, and delivers it once more (QoS 1)."""
    RETAINED = "retained-lost"
    """The broker is killed and at once started again: what it retained for clients that come late is gone."""
    CLOCK = "clock"
    """The clocks of some parties are ahead or behind: they work by them, and date by them what they say."""


WITHOUT_CONNECTION: Final = frozenset({OutageType.BROKER, OutageType.PARTITION})
"""In these a party's client is away from the broker: nothing goes in, and what is for it waits or is gone."""

NOTICED: Final = frozenset({OutageType.RIGHTS, *WITHOUT_CONNECTION})
"""In these the tool does not work, so that the party's people go over to what was agreed for that."""

FOR_EVERYBODY: Final = frozenset({OutageType.BROKER, OutageType.RETAINED})
"""These strike the broker itself: nobody can be left out."""


AT_ONCE: Final = frozenset({OutageType.RETAINED})
"""These are over as soon as they have begun."""

OF_THE_EXCHANGE: Final = frozenset(OutageType) - {OutageType.CLOCK}
"""In these it is the broker, or the way to it, that fails: no party can be struck by two of them at a time."""


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """One failure of technology.

    Attributes:
        id: Unique among injects, faults and outages of the scenario.
        type: What fails.
        from_ms: When it begins (ms of exercise time).
        until_ms: When it is over (ms of exercise time): at this moment all works again.
        parties: Whom it strikes, in order of id; none is everybody, or in a partition or with withdrawn rights
            everybody who works in the tool. Whose clock is wrong is always named.
        title: What exercise staff read.
        source: Letter of a sourced fact, or ``exercise``.
        delay_ms: For a slow link: shortest and longest time (ms) that a message is under way.
        loss: For a slow link: probability (0 to 1) that a message is lost on the way and must be sent again.
        retry_ms: For a slow link: time (ms) after which what was lost is sent again.
        session_ms: For a partition: how long (ms) the broker keeps the session of a client that is away.
        offset_ms: For a clock: how far (ms) it is ahead; below 0, how far it is behind.
    """

    id: InjectId
    type: OutageType
    from_ms: int
    until_ms: int
    parties: tuple[PartyId, ...] = ()
    title: Text
    source: str = "exercise"
    delay_ms: tuple[int, int] = (0, 0)
    loss: float = 0.0
    retry_ms: int = 0
    session_ms: int = HOUR_MS
    offset_ms: int = 0

    @property
    def loses_session(self) -> bool:
        """Say whether a client comes back to a new session: the old one is gone with all that waited in it."""
        return self.type is OutageType.PARTITION and self.until_ms - self.from_ms > self.session_ms


def struck(
    outage: Outage, parties: Mapping[PartyId, Party], profiles: Mapping[str, Profile]
) -> tuple[PartyId, ...]:
    """Return whom an outage strikes, in order of id."""
    if outage.type in FOR_EVERYBODY:
        return tuple(sorted(parties))
    if outage.parties:
        return tuple(sorted(outage.parties))
    return tuple(sorted(one.id for one in parties.values() if works_in_tool(one, profiles)))


def works_in_tool(party: Party, profiles: Mapping[str, Profile]) -> bool:
    """Say whether a party works in the tool (Beleidskader Tabel 1: core, structural and standby partners; bodies)."""
    return profiles[party.profile].channel == "post"
