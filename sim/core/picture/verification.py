"""Verification of a shared item: from which status it can come to which (Modeluitwerking 12, validatie en verificatie).

One table, held against every run by tests, and shown in ``docs/verification-status.md``. Each way has its occasion; a
way that is not here does not occur.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.messages.items import VerificationStatus

_UNVERIFIED: Final = VerificationStatus.UNVERIFIED
_VERIFIED: Final = VerificationStatus.VERIFIED
_DISPUTED: Final = VerificationStatus.DISPUTED
_CORRECTED: Final = VerificationStatus.CORRECTED
_REFUTED: Final = VerificationStatus.REFUTED
_LAPSED: Final = VerificationStatus.LAPSED

_NEWS: Final = {
    _UNVERIFIED: "a newer statement takes its place",
    _CORRECTED: "its source puts right what it said, unasked or asked",
    _VERIFIED: "its source is asked and stands by it, or its own people see it again",
    _DISPUTED: "somebody says that it looks wrong, or a second source contradicts it",
    _REFUTED: "its source is asked and cannot stand for it, or takes it back",
    _LAPSED: "it is stale, and nobody confirms it in time",
}

TRANSITIONS: Final[Mapping[VerificationStatus | None, Mapping[VerificationStatus, str]]] = {
    None: {
        _UNVERIFIED: "it is taken in",
        _DISPUTED: "it is taken in, and somebody has said already that it looks wrong",
        _CORRECTED: "it is taken in as a correction of its source",
        _VERIFIED: "its source stood by it before, another region verified it, or it claims so and nobody noticed",
    },
    _UNVERIFIED: {
        **_NEWS,
        _VERIFIED: "a second source has seen the same for itself, or its source is asked and stands by it",
    },
    _VERIFIED: _NEWS,
    _DISPUTED: {
        **_NEWS,
        _DISPUTED: "its source says it again, with a new time",
        _UNVERIFIED: "its source says something else",
    },
    _CORRECTED: _NEWS,
    _REFUTED: {
        _UNVERIFIED: "something newer, or another source, takes its place",
        _DISPUTED: "the same, and somebody has said already that it looks wrong",
        _CORRECTED: "its source puts right what it said",
        _VERIFIED: "its source is asked and stands by it after all",
        _REFUTED: "its source takes it back once more",
    },
    _LAPSED: {
        _UNVERIFIED: "something newer takes its place",
        _DISPUTED: "the same, and somebody has said already that it looks wrong",
        _CORRECTED: "a late answer puts it right",
        _VERIFIED: "a late answer confirms it",
        _REFUTED: "a late answer takes it back",
    },
}
"""From each status (None: not in the picture) to which it can go, and on which occasion."""


def may_become(before: VerificationStatus | None, after: VerificationStatus) -> bool:
    """Say whether a shared item of one status can have another in its next version; None is no item yet."""
    return after in TRANSITIONS[before]
