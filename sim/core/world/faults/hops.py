"""Which fault can enter where, and what each should come to: the code's side of ``profiles/faults.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.world.faults.fault import FaultType, Hop, KnownAnswer

T = FaultType

_IN_WHAT_IS_SAID: Final = (
    T.WRONG_VALUE, T.WRONG_UNIT, T.WRONG_DATUM, T.WRONG_PLACE, T.WRONG_TIME, T.STALE, T.INCOMPLETE, T.UNCLEAR,
    T.MISATTRIBUTED, T.RUMOUR_AS_OBSERVED, T.UNVERIFIED_AS_VERIFIED,
)  # fmt: skip
"""What can be wrong in a statement itself, whoever has it in hand."""

_IN_PASSING: Final = (*_IN_WHAT_IS_SAID, T.WITHHELD, T.LATE)
"""What can go wrong with a statement on its way through somebody's hands."""

_BY_WRITING: Final = (
    *_IN_WHAT_IS_SAID, T.CONTRADICTORY, T.DUPLICATE, T.ECHO, T.WRONG_AUDIENCE, T.GARBLED, T.OTHER_ACTIVITY
)  # fmt: skip
"""What can be wrong with a message that somebody writes of his own accord: nobody holds back what he writes."""

TYPES_AT: Final[Mapping[Hop, tuple[FaultType, ...]]] = {
    Hop.OBSERVATION: tuple(FaultType),
    Hop.TRANSCRIPTION: (*_IN_PASSING, T.DUPLICATE, T.GARBLED, T.OTHER_ACTIVITY),
    Hop.MODERATION: _IN_PASSING,
    Hop.RELAY: _IN_PASSING,
    Hop.RETAINED: (T.STALE, T.DUPLICATE),
    Hop.OUTSIDER: _BY_WRITING,
    Hop.COMPROMISED: _BY_WRITING,
}
"""Which types can enter at each hop.

An echo, a contradiction and a label that is lost are the work of who states something; a retained message can only come
back as it was; who takes something in cannot tell it in the wrong activity.
"""

ANSWERS: Final[Mapping[FaultType, KnownAnswer]] = {
    T.WRONG_VALUE: KnownAnswer.CORRECTED,
    T.WRONG_UNIT: KnownAnswer.CORRECTED,
    T.WRONG_DATUM: KnownAnswer.CORRECTED,
    T.WRONG_PLACE: KnownAnswer.CORRECTED,
    T.WRONG_TIME: KnownAnswer.CORRECTED,
    T.STALE: KnownAnswer.CORRECTED,
    T.INCOMPLETE: KnownAnswer.COMPLETED,
    T.CONTRADICTORY: KnownAnswer.CORRECTED,
    T.UNCLEAR: KnownAnswer.CORRECTED,
    T.DUPLICATE: KnownAnswer.COUNTED_ONCE,
    T.ECHO: KnownAnswer.COUNTED_ONCE,
    T.MISATTRIBUTED: KnownAnswer.CORRECTED,
    T.RUMOUR_AS_OBSERVED: KnownAnswer.REFUTED,
    T.UNVERIFIED_AS_VERIFIED: KnownAnswer.CORRECTED,
    T.WRONG_AUDIENCE: KnownAnswer.WITHDRAWN,
    T.WITHHELD: KnownAnswer.TOLD_LATE,
    T.LATE: KnownAnswer.TOLD_LATE,
    T.GARBLED: KnownAnswer.NOT_READ,
    T.OTHER_ACTIVITY: KnownAnswer.WITHDRAWN,
}
"""The known answer of each type."""


def hops_of(fault_type: FaultType) -> tuple[Hop, ...]:
    """Return the hops at which a type can enter, in the order of the way."""
    return tuple(hop for hop, types in TYPES_AT.items() if fault_type in types)
