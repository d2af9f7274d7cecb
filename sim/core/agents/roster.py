"""The roster: every behaviour by the name that profile files use. Profiles are rows of these names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.agents import (
    admitting,
    alarming,
    answering,
    appraising,
    attempts,
    briefing,
    confiding,
    coordinating,
    deciding,
    directing,
    direction_of_verification,
    engagement,
    fallback,
    gathering,
    informing,
    knowing,
    layers,
    leading,
    levels,
    liaison,
    mandating,
    mobilising,
    moderating,
    monitoring,
    national,
    needs,
    own_picture,
    passing_on,
    proposing,
    reading,
    receipts,
    reporting,
    risk_uptake,
    scanning,
    seconded,
    sparring,
    telling_levels,
    tidying,
    upkeep,
    verifying,
)
from sim.core.agents.agent import Behaviour
from sim.core.model.profile import Profile

BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    behaviour.name: behaviour
    for behaviour in (
        admitting.BEHAVIOUR,
        alarming.BEHAVIOUR,
        answering.BEHAVIOUR,
        appraising.BEHAVIOUR,
        attempts.BEHAVIOUR,
        briefing.BEHAVIOUR,
        confiding.BEHAVIOUR,
        coordinating.BEHAVIOUR,
        deciding.BEHAVIOUR,
        directing.BEHAVIOUR,
        direction_of_verification.BEHAVIOUR,
        engagement.BEHAVIOUR,
        fallback.BEHAVIOUR,
        gathering.BEHAVIOUR,
        informing.BEHAVIOUR,
        informing.DIRECTION,
        knowing.BEHAVIOUR,
        layers.BEHAVIOUR,
        leading.BEHAVIOUR,
        levels.BEHAVIOUR,
        levels.KNOWING,
        liaison.BEHAVIOUR,
        mandating.BEHAVIOUR,
        mobilising.ALERTING,
        mobilising.BEHAVIOUR,
        moderating.BEHAVIOUR,
        monitoring.BEHAVIOUR,
        national.BEHAVIOUR,
        needs.BEHAVIOUR,
        own_picture.BEHAVIOUR,
        passing_on.BEHAVIOUR,
        proposing.BEHAVIOUR,
        reading.BEHAVIOUR,
        receipts.BEHAVIOUR,
        reporting.BEHAVIOUR,
        risk_uptake.BEHAVIOUR,
        scanning.BEHAVIOUR,
        seconded.BEHAVIOUR,
        sparring.BEHAVIOUR,
        telling_levels.BEHAVIOUR,
        tidying.BEHAVIOUR,
        upkeep.BEHAVIOUR,
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
