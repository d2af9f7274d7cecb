"""The roster: every behaviour by the name that profile files use. Profiles are rows of these names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sim.core.agents.admission import admitting, mandating, monitoring, seconded
from sim.core.agents.agent import Behaviour
from sim.core.agents.direction import (
    confiding,
    coordinating,
    directing,
    moderating,
    national,
    national_follow_up,
    tidying,
)
from sim.core.agents.information import (
    attempts,
    informing,
    knowing,
    layers,
    needs,
    own_picture,
    proposing,
    reading,
    receipts,
    reporting,
    upkeep,
)
from sim.core.agents.leadership import briefing, deciding, leading, sparring
from sim.core.agents.mobilisation import (
    alarming,
    engagement,
    levels,
    liaison,
    mobilising,
    passing_on,
    scanning,
    telling_levels,
)
from sim.core.agents.outage import fallback
from sim.core.agents.risks import appraising, gathering, risk_upkeep, risk_uptake
from sim.core.agents.verification import answering, direction_of_verification, verifying
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
        national_follow_up.BEHAVIOUR,
        needs.BEHAVIOUR,
        own_picture.BEHAVIOUR,
        passing_on.BEHAVIOUR,
        proposing.BEHAVIOUR,
        reading.BEHAVIOUR,
        receipts.BEHAVIOUR,
        reporting.BEHAVIOUR,
        risk_upkeep.BEHAVIOUR,
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
