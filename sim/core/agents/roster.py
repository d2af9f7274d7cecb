"""The roster: every behaviour by the name that profile files use. Profiles are rows of these names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.agents import (
    admitting,
    answering,
    attempts,
    briefing,
    deciding,
    directing,
    direction_of_verification,
    engagement,
    fallback,
    knowing,
    leading,
    levels,
    liaison,
    mandating,
    mobilising,
    moderating,
    monitoring,
    national,
    own_picture,
    proposing,
    reading,
    receipts,
    reporting,
    risk_uptake,
    seconded,
    sparring,
    tidying,
    verifying,
)
from sim.core.agents.agent import Behaviour
from sim.core.model.profile import Profile

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    behaviour.name: behaviour
    for behaviour in (
        admitting.BEHAVIOUR,
        answering.BEHAVIOUR,
        attempts.BEHAVIOUR,
        briefing.BEHAVIOUR,
        deciding.BEHAVIOUR,
        directing.BEHAVIOUR,
        direction_of_verification.BEHAVIOUR,
        engagement.BEHAVIOUR,
        fallback.BEHAVIOUR,
        knowing.BEHAVIOUR,
        leading.BEHAVIOUR,
        levels.BEHAVIOUR,
        liaison.BEHAVIOUR,
        mandating.BEHAVIOUR,
        mobilising.ALERTING,
        mobilising.BEHAVIOUR,
        moderating.BEHAVIOUR,
        monitoring.BEHAVIOUR,
        national.BEHAVIOUR,
        own_picture.BEHAVIOUR,
        proposing.BEHAVIOUR,
        reading.BEHAVIOUR,
        receipts.BEHAVIOUR,
        reporting.BEHAVIOUR,
        risk_uptake.BEHAVIOUR,
        seconded.BEHAVIOUR,
        sparring.BEHAVIOUR,
        tidying.BEHAVIOUR,
        verifying.BEHAVIOUR,
    )
}


def behaviours_of(profile: Profile, roster: Mapping[str, Behaviour] = BEHAVIOURS) -> tuple[Behaviour, ...]:
    """Return the behaviours of a profile, in its order.

    Raises:
        ValueError: The profile names a behaviour that does not exist.
    """
    unknown = [name for name in profile.behaviours if name not in roster]
    if unknown:
        expected = ", ".join(sorted(roster))
        raise ValueError(f"profile {profile.id}: expected behaviours among {expected}, was {unknown}")
    return tuple(roster[name] for name in profile.behaviours)


def handles(profile: Profile, cue: type) -> bool:
    """Say whether some known behaviour of a profile does something with a cue of this type."""
    return any(cue in BEHAVIOURS[name].handlers for name in profile.behaviours if name in BEHAVIOURS)
