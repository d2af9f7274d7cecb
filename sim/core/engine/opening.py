"""The first record of a run: what was run, from the scenario."""

from __future__ import annotations

from typing import Literal

from sim.core.model.activity import Activity
from sim.core.model.party import Party
from sim.core.picture.geometry import from_shapely
from sim.core.records.kinds import FORMAT_VERSION, ActivityEntry, Opening, PartyEntry
from sim.core.world.scenario import TICK_MS, Scenario


def opening(scenario: Scenario, seed: int, session: Literal["closed", "open"]) -> Opening:
    """Return the content of the record ``run``."""
    return Opening(
        format=FORMAT_VERSION,
        scenario=scenario.id,
        name=scenario.name,
        notice=scenario.notice,
        seed=seed,
        session=session,
        start=scenario.start.isoformat(),
        end_ms=scenario.end_ms,
        tick_ms=TICK_MS,
        parties=tuple(_party(scenario, party) for party in scenario.parties.values()),
        activities=tuple(_activity(activity) for activity in scenario.activities.values()),
        agreements=tuple(agreement for _, agreement in sorted(scenario.agreements.items())),
        themes=tuple(scenario.themes),
        inputs=dict(sorted(scenario.inputs.items())),
        settings=dict(sorted(scenario.settings.items())),
    )


def _party(scenario: Scenario, party: Party) -> PartyEntry:
    profile = scenario.profiles[party.profile]
    return PartyEntry(
        id=party.id,
        name=party.name,
        profile=profile.id,
        profile_name=profile.name,
        kind=profile.kind,
        assessable=profile.assessable,
        directs_own_picture=profile.directs_own_picture,
        channel=profile.channel,
        core_task=party.core_task,
        regions=party.regions,
        systems=party.competence.systems,
        interests=party.interests,
        through=party.through,
        partner=party.organisation,
    )


def _activity(activity: Activity) -> ActivityEntry:
    return ActivityEntry(
        id=activity.id,
        name=activity.name,
        directing=activity.directing,
        parties=activity.parties,
        systems=activity.systems,
        area=from_shapely(activity.area),
    )
